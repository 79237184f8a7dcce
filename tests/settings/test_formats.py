"""The makers' own files are read as their own code reads them.

Where a model has a config.json as well, both have to give the same speeds.
"""

import json
import struct
import sys

import numpy as np
import pytest
from damage import EXAMPLES, call
from hypothesis import given, settings
from wounds import wounded

from rope_lessons import cli, scaling
from rope_lessons.settings import gguf as keys
from rope_lessons.settings import models

# As Meta published them for Llama 3.1 8B, but for what says nothing about position.
LLAMA_3_1 = {
    **{"dim": 4096, "ffn_dim_multiplier": 1.3, "multiple_of": 1024, "n_heads": 32},
    **{"n_kv_heads": 8, "n_layers": 32, "norm_eps": 1e-05, "rope_theta": 500000.0},
    **{"use_scaled_rope": True, "vocab_size": 128256},
}
LLAMA_2 = {"dim": 4096, "multiple_of": 256, "n_heads": 32, "n_layers": 32, "vocab_size": -1}
MISTRAL = {
    **{"dim": 4096, "n_layers": 32, "head_dim": 128, "hidden_dim": 14336, "n_heads": 32},
    **{"n_kv_heads": 8, "norm_eps": 1e-05, "vocab_size": 32768, "rope_theta": 1000000.0},
}
YARN = {"original_max_position_embeddings": 8192, "factor": 16, "beta": 32, "alpha": 1}
LLAMA_KEYS = {
    "general.architecture": "llama",
    "general.name": "Llama 2",
    "llama.context_length": 4096,
    "llama.embedding_length": 4096,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 32,
    "llama.rope.dimension_count": 128,
    "llama.rope.freq_base": 10000.0,
}


def qwen2(**scaling_keys):
    sizes = {"context_length": 131072, "embedding_length": 3584, "attention.head_count": 28}
    own = sizes | {"rope.freq_base": 1e6}
    own |= {f"rope.scaling.{name}": value for name, value in scaling_keys.items()}
    return {"general.architecture": "qwen2"} | {f"qwen2.{k}": v for k, v in own.items()}


def llama3_speeds(factor, head_dim=128):
    ends = {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
    return scaling.frequencies(
        "llama3", head_dim, 500000.0, train_length=8192, scale=factor, **ends
    ).inv_freq


def warned(settings, says):
    return any(says in warning for warning in settings.warnings)


# params.json


def test_metas_switch_is_llama_3s_scaling():
    settings = models.read_config(LLAMA_3_1)
    assert (settings.kind, settings.scale, settings.train_length) == ("llama3", 8.0, 8192)
    assert settings.pairing == "interleaved"
    np.testing.assert_array_equal(settings.inv_freq, models.get("Llama-3.1 8B/70B/405B").inv_freq)
    assert settings.unread == ()
    assert "scaling      llama3, factor 8" in models.report(settings)


@pytest.mark.parametrize("size", [(2048, 16), (3072, 28)])
def test_the_small_llama_3_2_have_another_factor(size):
    """https://github.com/meta-llama/llama-models/issues/241"""
    own = {"dim": size[0], "n_layers": size[1], "n_heads": size[0] // 64 if size[1] == 16 else 24}
    settings = models.read_config(LLAMA_3_1 | own)
    assert settings.scale == 32
    assert warned(settings, "factor 32")


@pytest.mark.parametrize(
    "change", [{"use_scaled_rope": False}, {"use_scaled_rope": None}], ids=["off", "absent"]
)
def test_without_the_switch_nothing_is_scaled(change):
    settings = models.read_config(LLAMA_3_1 | change, train_length=8192)
    assert (settings.kind, settings.base) == ("default", 500000.0)


def test_llama_4_leaves_factor_and_still_layers_to_its_code():
    own = {"moe_args": {}, "nope_layer_interval": 4, "attention_chunk_size": 8192, "n_layers": 48}
    settings = models.read_config(LLAMA_3_1 | own)
    assert (settings.scale, settings.options["high_freq_factor"]) == (16, 1)
    assert (settings.n_layers, settings.n_turning) == (48, 36)
    assert models.read_config(LLAMA_3_1 | own | {"n_layers": 47}).n_turning == 36


@pytest.mark.parametrize("vocab_size, base", [(-1, 10000.0), (32000, 10000.0), (128256, 500000.0)])
def test_metas_bases_stand_in_its_code(vocab_size, base):
    settings = models.read_config(LLAMA_2 | {"vocab_size": vocab_size}, train_length=4096)
    assert (settings.base, settings.train_length) == (base, 4096)
    assert warned(settings, "rope_theta is not in the file")


def test_mistrals_yarn():
    block = YARN | {"apply_scale": False}
    settings = models.read_config(MISTRAL | {"yarn": block, "max_position_embeddings": 131072})
    assert (settings.kind, settings.scale, settings.scaling_length) == ("yarn", 16, 8192)
    assert settings.pairing == "interleaved"
    assert settings.attention_factor == 1
    assert models.read_config(MISTRAL | {"yarn": YARN}).attention_factor == pytest.approx(
        0.1 * np.log(16) + 1
    )
    assert settings.configured_length == 131072


@pytest.mark.parametrize(
    "window, kinds",
    [
        (None, []),
        (4096, []),
        ([None, None, 4096], ["full_attention", "sliding_attention"]),
    ],
)
def test_mistrals_windows(window, kinds):
    settings = models.read_config(MISTRAL | {"sliding_window": window}, train_length=32768)
    assert list(settings.layers) == kinds
    assert (settings.layers.get("sliding_attention") or settings).window == (window and 4096)


def test_mistrals_own_bases():
    bare = {name: value for name, value in MISTRAL.items() if name != "rope_theta"}
    assert models.read_config(bare, train_length=8).base == 1000000
    assert models.read_config(bare | {"sliding_window": 4096}, train_length=8).base == 10000


def test_what_a_params_json_says_beyond_is_named():
    settings = models.read_config(MISTRAL | {"rope_twist": 2, "vision_encoder": {}, "spin": 1})
    assert settings.unread == ("rope_twist = 2",)
    assert warned(settings, "vision_encoder is a part of its own")
    assert warned(settings, "spin = 1 is not read")
    assert "NOT READ     rope_twist = 2" in models.report(settings)


def test_a_folder_may_hold_a_params_json_alone(tmp_path, capsys):
    (tmp_path / "Llama 3.1").mkdir()
    path = tmp_path / "Llama 3.1" / "params.json"
    path.write_text(json.dumps(LLAMA_3_1), encoding="utf-8")
    assert cli.main(["config", str(path.parent)]) == 0
    assert capsys.readouterr().out.startswith("Llama 3.1\n")
    path.with_name("config.json").write_text('{"model_type": "gptj"}', encoding="utf-8")
    assert models.read_config(path.parent).rotary_dim == 64, "config.json goes first"


# GGUF, as a dump of its keys


@pytest.mark.parametrize(
    "dump",
    [
        LLAMA_KEYS,
        {"metadata": LLAMA_KEYS, "tensors": {}},
        {"metadata": {k: {"type": "x", "value": v} for k, v in LLAMA_KEYS.items()}},
        {"model_info": LLAMA_KEYS, "license": "…"},
    ],
    ids=["bare", "as the package gives them", "gguf-dump", "Ollama"],
)
def test_the_keys_in_any_dump(dump):
    settings = models.read_config(dump)
    assert (settings.name, settings.pairing, settings.kind) == ("Llama 2", "interleaved", "default")
    assert (settings.head_dim, settings.base, settings.configured_length) == (128, 10000.0, 4096)
    assert settings.unread == ()


def test_yarn_in_the_keys():
    settings = models.read_config(qwen2(type="yarn", factor=4.0, original_context_length=32768))
    config = {
        "model_type": "qwen2",
        **{"hidden_size": 3584, "num_attention_heads": 28, "rope_theta": 1e6},
        **{"max_position_embeddings": 131072},
        "rope_scaling": {
            **{"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}
        },
    }
    expected = models.read_config(config)
    np.testing.assert_array_equal(settings.inv_freq, expected.inv_freq)
    assert settings.attention_factor == expected.attention_factor
    assert (settings.pairing, settings.train_length) == ("half_split", 32768)


def test_the_factor_of_attention_goes_on_top_of_yarns():
    """src/llama-context.cpp: yarn_attn_factor *= rope_attn_factor."""
    plain = qwen2(type="yarn", factor=4.0, original_context_length=32768)
    more = models.read_config(plain | {"qwen2.rope.scaling.attn_factor": 1.5})
    assert more.attention_factor == pytest.approx(1.5 * (0.1 * np.log(4) + 1))


def test_deepseeks_multiplier_is_a_tenth_of_mscale_all_dim():
    own = {
        **{"context_length": 163840, "embedding_length": 7168, "attention.head_count": 128},
        **{"attention.key_length": 576, "attention.key_length_mla": 192},
        **{"rope.dimension_count": 64, "rope.freq_base": 10000.0},
        **{"rope.scaling.type": "yarn", "rope.scaling.factor": 40.0},
        "rope.scaling.original_context_length": 4096,
        "rope.scaling.yarn_log_multiplier": 0.1,
    }
    settings = models.read_config(
        {"general.architecture": "deepseek2"} | {f"deepseek2.{k}": v for k, v in own.items()}
    )
    expected = models.get("DeepSeek-V3")
    np.testing.assert_array_equal(settings.inv_freq, expected.inv_freq)
    assert settings.attention_factor == expected.attention_factor == 1
    assert settings.options["mscale_all_dim"] == pytest.approx(expected.options["mscale_all_dim"])
    assert (settings.head_dim, settings.rotary_dim) == (192, 64)


@pytest.mark.parametrize(
    "scaling_keys, kind",
    [
        ({}, "default"),
        ({"type": "none", "factor": 4.0}, "default"),
        ({"factor": 1.0}, "default"),
        ({"factor": 4.0}, "linear"),
        ({"type": "linear", "factor": 4.0}, "linear"),
    ],
)
def test_a_factor_without_a_type_is_linear(scaling_keys, kind):
    assert models.read_config(qwen2(**scaling_keys), train_length=32768).kind == kind


def test_a_base_that_is_not_there():
    bare = {k: v for k, v in LLAMA_KEYS.items() if "freq_base" not in k}
    settings = models.read_config(bare)
    assert settings.base == 10000
    assert warned(settings, "llama.rope.freq_base is not in the file; llama.cpp takes 10,000")


def test_windows_of_gemma_3():
    own = {
        **{"context_length": 32768, "embedding_length": 1152, "attention.head_count": 4},
        **{"attention.key_length": 256, "attention.sliding_window": 512, "rope.freq_base": 1e6},
    }
    keys = {"general.architecture": "gemma3"} | {f"gemma3.{k}": v for k, v in own.items()}
    settings = models.read_config(keys)
    assert {kind: part.base for kind, part in settings.layers.items()} == {
        **{"full_attention": 1e6, "sliding_attention": 1e4}
    }
    assert settings.layers["sliding_attention"].window == 512
    shallow = models.read_config(keys | {"gemma3.block_count": 5})
    assert (shallow.layers, shallow.window) == ({}, 512), "the sixth would see everything"


def test_layers_without_attention_have_no_heads():
    settings = models.read_config(LLAMA_KEYS | {"llama.attention.head_count": [0, 32, 0, 32]})
    assert settings.n_heads == 32
    assert warned(settings, "2 of its 4 layers have no attention")
    assert not warned(settings, "heads")


def test_sections_of_several_axes():
    sections = {"qwen2vl.rope.dimension_sections": [16, 24, 24, 0]}
    keys_of = {k.replace("qwen2.", "qwen2vl."): v for k, v in qwen2().items()}
    settings = models.read_config(keys_of | sections | {"general.architecture": "qwen2vl"})
    assert [len(axis.entries) for axis in settings.axes] == [16, 24, 24]


@pytest.mark.parametrize(
    "architecture, encoding",
    [("bloom", "alibi"), ("gpt2", "learned"), ("mamba", "none"), ("t5", "t5"), ("bert", "learned")],
)
def test_architectures_that_do_not_turn(architecture, encoding):
    own = {"context_length": 1024, "embedding_length": 64, "attention.head_count": 4}
    keys_of = {f"{architecture}.{k}": v for k, v in own.items()}
    settings = models.read_config(keys_of | {"general.architecture": architecture})
    assert settings.encoding == encoding


def test_granites_switch():
    granite = {k.replace("llama.", "granite."): v for k, v in LLAMA_KEYS.items()}
    granite["general.architecture"] = "granite"
    off = granite | {"granite.rope.scaling.finetuned": False}
    assert models.read_config(granite).encoding == "rope"
    assert models.read_config(off).encoding == "none"


def test_no_architecture_is_both():
    both, half = keys.INTERLEAVED.split(), keys.HALF_SPLIT.split()
    assert not set(both) & set(half)
    assert not set(keys.NOT_ROPE) & {*both, *half}
    assert len(both) == len(set(both)) and len(half) == len(set(half))


def test_an_architecture_that_is_not_known_has_no_known_pairing():
    keys_of = {k.replace("llama.", "new."): v for k, v in LLAMA_KEYS.items()}
    settings = models.read_config(keys_of | {"general.architecture": "new"})
    assert settings.pairing is None
    assert warned(settings, "'new' is not known here")


def test_a_dump_without_the_tensor_of_llama_3_1_gives_no_verdict():
    longer = LLAMA_KEYS | {"llama.rope.freq_base": 500000.0, "llama.context_length": 131072}
    settings = models.read_config(longer)
    assert "rope_freqs.weight" in settings.unread[0]
    assert "at 262,144" not in models.report(settings)
    assert models.read_config(longer | {"llama.context_length": 8192}).unread == ()


@pytest.mark.parametrize("factor", [8.0, 32.0])
def test_llama_3s_tensor_is_recognised(factor):
    plain = scaling.frequencies("default", 128, 500000.0).inv_freq
    tensor = (plain / llama3_speeds(factor)).astype(np.float32).tolist()
    longer = LLAMA_KEYS | {"llama.rope.freq_base": 500000.0, "llama.context_length": 131072}
    settings = models.read_config({"metadata": longer, "tensors": {"rope_freqs.weight": tensor}})
    assert (settings.kind, settings.scale, settings.train_length) == ("llama3", factor, 8192)
    np.testing.assert_allclose(settings.inv_freq, llama3_speeds(factor), rtol=1e-6)


def test_any_other_tensor_divides_pair_by_pair():
    tensor = np.linspace(1, 3, 64).tolist()
    settings = models.read_config(
        {"metadata": LLAMA_KEYS, "tensors": {"rope_freqs.weight": tensor}}
    )
    plain = scaling.frequencies("default", 128, 10000.0).inv_freq
    np.testing.assert_allclose(settings.inv_freq, plain / tensor)
    assert settings.attention_factor == 1


def test_longrope_has_its_factors_in_tensors():
    own = {
        **{"context_length": 131072, "embedding_length": 3072, "attention.head_count": 32},
        **{"rope.dimension_count": 96, "rope.scaling.attn_factor": 1.19},
        "rope.scaling.original_context_length": 4096,
    }
    phi3 = {"general.architecture": "phi3"} | {f"phi3.{k}": v for k, v in own.items()}
    tensors = {
        "rope_factors_long.weight": np.linspace(1, 60, 48).tolist(),
        "rope_factors_short.weight": np.linspace(1, 3, 48).tolist(),
    }
    settings = models.read_config({"metadata": phi3, "tensors": tensors})
    assert settings.kind == "longrope"
    assert settings.attention_factor == 1.19
    assert settings.frequencies(4096).inv_freq[-1] == pytest.approx(1e4 ** (-47 / 48) / 3)
    with pytest.raises(ValueError, match=r"rope_factors_long.weight.*give the .gguf file itself"):
        models.read_config(phi3 | {"phi3.rope.scaling.type": "longrope"})


@pytest.mark.parametrize(
    "dump, says",
    [
        (LLAMA_KEYS | {"llama.rope.freq_base": 0.5}, "^llama.rope.freq_base must be above 1"),
        (LLAMA_KEYS | {"llama.rope.dimension_count": 256}, "^llama.rope.dimension_count lets 256"),
        (LLAMA_KEYS | {"llama.attention.head_count": -1}, "^llama.attention.head_count must be"),
        ({"general.architecture": 3}, "general.architecture must be text"),
        (qwen2(type="spiral", factor=2.0), "rope_type = 'spiral' is not known"),
        (qwen2(type="linear", factor=0.5), "^qwen2.rope.scaling.factor must be at least 1"),
        (
            {"metadata": LLAMA_KEYS, "tensors": {"rope_freqs.weight": {"shape": [64]}}},
            "a dump of the keys does not hold them",
        ),
        (LLAMA_3_1 | {"use_scaled_rope": "yes"}, "use_scaled_rope must be true or false"),
        (LLAMA_3_1 | {"dim": "4096"}, "^dim must be a whole number"),
        (LLAMA_2 | {"vocab_size": 7}, "rope_theta is missing"),
        (MISTRAL | {"yarn": 4}, "yarn must be a block"),
        (MISTRAL | {"yarn": YARN | {"factor": -2}}, "^yarn.factor must be at least 1"),
        (MISTRAL | {"sliding_window": [1, 2]}, "sliding_window must name one size"),
    ],
)
def test_what_is_wrong_is_said_in_the_files_own_words(dump, says):
    with pytest.raises((TypeError, ValueError), match=says):
        models.read_config(dump)


PHI_3 = {"rope_factors_long.weight": [1.0, 2.0], "rope_factors_short.weight": [1.0, 1.5]}
DINO = {"model_type": "dinov3_vit", "hidden_size": 64, "num_attention_heads": 4, "image_size": 32}
WHOLE = [
    *(LLAMA_3_1, LLAMA_2, MISTRAL | {"yarn": YARN, "sliding_window": [None, 4096]}),
    *(LLAMA_KEYS, qwen2(type="yarn", factor=4.0, attn_factor=1.2, yarn_log_multiplier=0.1)),
    {"metadata": LLAMA_KEYS, "tensors": {"rope_freqs.weight": [1.0] * 60 + [8.0] * 4}},
    {
        "metadata": {"general.architecture": "phi3", "phi3.rope.dimension_count": 4},
        "tensors": PHI_3,
    },
    *(DINO, {"axes_dims_rope": [16, 56, 56], "theta": 1e4}),
    {
        **{"model_type": "qwen2_vl", "head_dim": 8, "rope_theta": 1e6},
        "rope_scaling": {"type": "mrope", "mrope_section": [1, 1, 2]},
        "vision_config": {"embed_dim": 64, "num_heads": 4, "patch_size": 14},
    },
]


@given(wounded([json.dumps(config).encode() for config in WHOLE]))
@settings(max_examples=8 * EXAMPLES)
def test_damaged_settings_are_read_or_refused(tmp_path, content):
    path = tmp_path / "config.json"
    path.write_bytes(content)
    found = call(models.read_config, {"source": path}, {"TypeError", "ValueError"}, infinite=True)
    if not isinstance(found, Exception):
        call(models.report, {"settings": found}, set())


# GGUF, the file


def write(path, keys_of, tensors=()):
    """A GGUF file of version 3 by hand: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""

    def text(value):
        return struct.pack("<Q", len(value.encode())) + value.encode()

    kinds = {str: (8, text), int: (4, lambda v: struct.pack("<I", v))}
    kinds[float] = (6, lambda v: struct.pack("<f", v))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys_of))
    for name, value in keys_of.items():
        number, packed = kinds[type(value)]
        head += text(name) + struct.pack("<I", number) + packed(value)
    for name, values in dict(tensors).items():
        head += text(name) + struct.pack("<IQIQ", 1, len(values), 0, 0)
    data = b"".join(np.array(values, "<f4").tobytes() for values in dict(tensors).values())
    path.write_bytes(head.ljust(-(-len(head) // 32) * 32, b"\0") + data)
    return path


def test_a_gguf_file_is_read(tmp_path):
    pytest.importorskip("gguf", reason="an optional package: pip install gguf")
    plain = scaling.frequencies("default", 128, 500000.0).inv_freq
    longer = LLAMA_KEYS | {"llama.rope.freq_base": 500000.0, "llama.context_length": 131072}
    tensor = {"rope_freqs.weight": plain / llama3_speeds(8.0)}
    settings = models.read_config(write(tmp_path / "llama.gguf", longer, tensor))
    assert (settings.name, settings.kind, settings.scale) == ("llama", "llama3", 8.0)
    assert models.read_config(tmp_path).base == 500000, "the only one of its folder"


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\3\0\0\0" + b"\xff" * 40, b"no such file"])
def test_a_damaged_gguf_file_is_told(tmp_path, content):
    pytest.importorskip("gguf", reason="an optional package: pip install gguf")
    (tmp_path / "x.gguf").write_bytes(content)
    with pytest.raises(ValueError, match="is no GGUF file that can be read"):
        models.read_config(tmp_path / "x.gguf")


def test_without_the_package_it_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gguf", None)
    path = write(tmp_path / "llama.gguf", LLAMA_KEYS)
    assert cli.main(["config", str(path)]) == 1
    said = capsys.readouterr().err
    assert "pip install gguf" in said and "gguf-dump --json" in said
    with pytest.raises(ValueError, match="cannot be read"):
        models.read_config(tmp_path / "nowhere.gguf")
