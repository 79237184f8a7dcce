"""Settings files of every style are read as Transformers reads them, or refused with a reason.

``tests/reference/make_configs.py`` wrote what Transformers makes of the same files.
"""

import copy
import json
import random
import re
import traceback
from pathlib import Path

import numpy as np
import pytest
from config_styles import LLAMA, STYLES
from test_models_data import ACCOUNTED

from rope_lessons import arcs, rotary, scaling
from rope_lessons.settings import models
from rope_lessons.settings.fields import model_types

HERE = Path(__file__).parents[1]
REFERENCE = np.load(HERE / "reference" / "configs.npz", allow_pickle=False)
CONFIGS = HERE.parent / "rope_lessons" / "settings" / "data" / "configs"
FILES = {path.stem: path for path in sorted(CONFIGS.glob("*.json"))}
NOT_READ = {
    "chatglm2-6b": "nothing here says how position is encoded",
    "gpt-j-6b-as-gpt-neo": "rotary_dim says rope, model_type 'gpt_neo' says learned",
    "phi-2-mixformer": "rope_theta is not in the file, and model_type = 'mixformer-sequential'",
}
NOT_ROPE = {
    "bert-base-uncased": ("learned", 512),
    "bloom-3b": ("alibi", None),
    "gpt-2": ("learned", 1024),
    "t5-small": ("t5", None),
}
COMPARED = sorted(key.partition("/")[2] for key in REFERENCE if key.startswith("inv_freq/"))


def stored(name):
    return json.loads(FILES[name].read_text(encoding="utf-8"))


def settings_of(name):
    return models.read_config(STYLES[name] if name in STYLES else FILES[name])


# What Transformers makes of them


def test_every_file_and_style_is_compared_but_for_those_that_do_not_turn():
    compared = {re.fullmatch(r"(.*)/(\w*)/(\d*)", key)[1] for key in COMPARED}
    unknown_to_transformers = {"qwen-7b"}
    assert compared == set(FILES) - set(NOT_READ) - set(NOT_ROPE) - unknown_to_transformers | set(
        STYLES
    )
    assert len(FILES) >= 10
    assert {line.split()[0] for line in REFERENCE["versions"]} == {"transformers", "torch", "numpy"}


@pytest.mark.parametrize("key", COMPARED)
def test_frequencies_and_factor_are_those_of_transformers(key):
    name, kind, length = re.fullmatch(r"(.*)/(\w*)/(\d*)", key).groups()
    settings = settings_of(name)
    parts = [settings.layers[kind]] if kind else [settings, *settings.layers.values()]
    for part in parts:
        # Once made and not yet used, dynamic and longrope stand at the length they start from.
        found = part.frequencies(int(length) if length else part.scaling_length)
        np.testing.assert_allclose(found.inv_freq, REFERENCE[f"inv_freq/{key}"], rtol=1e-6)
        factor = float(REFERENCE[f"attention_factor/{key}"])
        assert found.attention_factor == pytest.approx(factor)


def test_the_sources_name_every_file():
    table = (CONFIGS / "SOURCES.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([\w.-]+) \| [\w.-]+/[\w.-]+, \S+(?: \(`\w+`\))? \| [0-9a-f]{7} \|", table, re.M
    )
    assert sorted(rows) == sorted(FILES)


@pytest.mark.parametrize(
    "pairing, names",
    [
        ("interleaved", "gptj codegen roformer cohere glm glm4 ernie4_5 llama4_text deepseek_v3"),
        ("half_split", "gpt_neox llama mistral qwen2 qwen3 gemma gemma3_text phi phi3 falcon"),
        ("half_split", "gpt_oss olmo2 stablelm starcoder2 modernbert"),
    ],
)
def test_pairings_are_those_the_models_are_known_for(pairing, names):
    for name in names.split():
        assert model_types()[name]["pairing"] == pairing, name


def test_interleaving_may_be_said_in_the_file():
    fields = stored("deepseek-v3")
    assert models.read_config(fields).pairing == "interleaved"
    assert models.read_config(fields | {"rope_interleave": False}).pairing == "half_split"
    unknown = {"head_dim": 64, "rope_theta": 1000.0, "rotary_emb_interleaved": True}
    assert models.read_config(unknown).pairing == "interleaved"
    assert models.read_config(unknown | {"rotary_emb_interleaved": None}).pairing is None


# What is in the files, by hand

SAID = {  # head_dim, rotary_dim, base, kind, scale, trained, configured, pairs that do not finish
    "deepseek-v3": (192, 64, 1e4, "yarn", 40, 4096, 163840, 9),
    "devstral-small-2-24b": (128, 128, 1e8, "yarn", 48, 8192, 393216, 39),
    "gemma-4-31b": (512, 512, 1e6, "proportional", 1, 262144, 262144, 192),
    "gpt-j-6b": (256, 64, 1e4, "default", 1, 2048, 2048, 11),
    "gpt-oss-20b": (64, 64, 150e3, "yarn", 32, 4096, 131072, 14),
    "laguna-xs.2": (128, 64, 5e5, "yarn", 64, 4096, 262144, 16),
    "lfm2.5-vl-1.6b": (64, 64, 1e6, "default", 1, 128000, 128000, 9),
    "llama-2-7b-chat": (128, 128, 1e4, "default", 1, 4096, 4096, 18),
    "llama-3.1-8b-instruct": (128, 128, 5e5, "llama3", 8, 8192, 131072, 29),
    "llama-4-scout": (128, 128, 5e5, "llama3", 8, 8192, 10485760, 29),
    "minicpm3-4b": (96, 32, 1e4, "longrope", 1, 32768, 32768, 1),
    "olmo-3.1-32b-instruct": (128, 128, 5e5, "yarn", 8, 8192, 65536, 29),
    "phi-1": (64, 32, 1e4, "default", 1, 2048, 2048, 5),
    "phi-2": (80, 32, 1e4, "default", 1, 2048, 2048, 5),
    "phi-3-mini-128k-instruct": (96, 96, 1e4, "longrope", 32, 4096, 131072, 14),
    "qwen-7b": (128, 128, 1e4, "default", 1, 32768, 32768, 4),
    "qwen2.5-vl-7b-instruct": (128, 128, 1e6, "default", 1, 128000, 128000, 18),
    "qwen3.5-27b": (256, 64, 1e7, "default", 1, 262144, 262144, 10),
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_file_says(name):
    head_dim, rotary_dim, base, kind, scale, trained, configured, slow = SAID[name]
    settings = settings_of(name)
    assert settings.name == name
    assert (settings.encoding, settings.kind, settings.scale) == ("rope", kind, scale)
    assert (settings.head_dim, settings.rotary_dim, settings.base) == (head_dim, rotary_dim, base)
    assert (settings.train_length, settings.configured_length) == (trained, configured)
    # By hand: wavelength 2π · base^(2j/d) > L, for j = 0 … d/2 − 1.
    wavelengths = 2 * np.pi * base ** (2 * np.arange(rotary_dim // 2) / rotary_dim)
    wavelengths[64:] = np.inf if kind == "proportional" else wavelengths[64:]
    assert (wavelengths > trained).sum() == slow
    if not settings.unread:
        assert models.foretell(settings, trained).unfinished.sum() == slow


@pytest.mark.parametrize("name", NOT_ROPE)
def test_models_that_do_not_turn_are_recognised(name):
    settings = settings_of(name)
    assert (settings.encoding, settings.train_length) == NOT_ROPE[name]
    with pytest.raises(ValueError, match=f"{name} does not turn queries and keys"):
        _ = settings.inv_freq


@pytest.mark.parametrize(
    "fields, encoding",
    [
        ({"model_type": "falcon", "alibi": True, "rope_theta": 10000.0}, "alibi"),
        ({"model_type": "mpt", "attn_config": {"alibi": True}, "max_seq_len": 2048}, "alibi"),
        ({"model_type": "marian"}, "sinusoidal"),
        ({"model_type": "mamba"}, "none"),
        ({"model_type": "granitemoehybrid", "position_embedding_type": "nope"}, "none"),
        ({"position_embedding_type": "alibi"}, "alibi"),
        ({"relative_attention_num_buckets": 32}, "t5"),
    ],
)
def test_other_encodings_by_flag_or_type(fields, encoding):
    assert models.read_config(fields).encoding == encoding


@pytest.mark.parametrize("name", NOT_READ)
def test_files_that_do_not_say_enough_are_refused_with_the_reason(name):
    with pytest.raises(ValueError, match=re.escape(NOT_READ[name])):
        settings_of(name)


def test_layers_of_two_kinds_are_told_apart():
    full, sliding = settings_of("laguna-xs.2").layers.values()
    assert (full.kind, full.rotary_dim, full.base, full.window) == ("yarn", 64, 5e5, None)
    assert (sliding.kind, sliding.rotary_dim, sliding.base) == ("default", 128, 1e4)
    assert sliding.window == 512
    gemma = settings_of("gemma-3-27b")
    assert list(gemma.layers) == ["full_attention", "sliding_attention"]
    assert (gemma.base, gemma.kind, gemma.scale) == (1e6, "linear", 8)  # those that see everything
    assert (gemma.layers["sliding_attention"].base, gemma.layers["sliding_attention"].kind) == (
        1e4,
        "default",
    )
    reordered = dict(reversed(STYLES["Gemma 3, v5"]["rope_parameters"].items()))
    fields = STYLES["Gemma 3, v5"] | {"rope_parameters": reordered}
    assert models.read_config(fields).base == 1e6  # of the layers that see everything
    assert settings_of("llama-2-7b-chat").layers == {}
    assert settings_of("exaone-4.0-32b").window == 4096
    assert settings_of("llama-4-scout").window == 8192
    assert settings_of("ModernBERT, v4").layers["sliding_attention"].window == 65  # 64 to each side


def test_windows_hold_where_the_class_has_them_in_every_layer():
    fields = {**LLAMA, "max_position_embeddings": 32768, "sliding_window": 4096}
    assert models.read_config(fields | {"model_type": "mistral"}).window == 4096
    qwen = models.read_config(fields | {"model_type": "qwen2", "use_sliding_window": False})
    assert (qwen.window, qwen.rotary_dim) == (None, 128)
    assert not any("window" in warning for warning in qwen.warnings)
    unknown = models.read_config(fields | {"model_type": "new", "rope_theta": 1e4})
    assert unknown.window is None
    assert any("nothing says which layers" in warning for warning in unknown.warnings)


def test_a_rotary_size_in_the_file_goes_before_the_fraction_of_the_class():
    fields = {"model_type": "phi", "hidden_size": 2560, "num_attention_heads": 32}
    assert models.read_config(fields).rotary_dim == 40  # half, the class's default
    assert models.read_config(fields | {"rotary_dim": 32}).rotary_dim == 32


def test_a_base_among_the_attention_settings_is_read():
    """Transformers 5.23 passes over it and turns DBRX by its class's 10,000."""
    attention = {"kv_n_heads": 8, "rope_theta": 500000}
    fields = {"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "attn_config": attention}
    settings = models.read_config(fields | {"max_seq_len": 32768})
    assert (settings.head_dim, settings.base, settings.train_length) == (128, 5e5, 32768)


def test_without_a_length_the_speeds_are_those_at_the_full_one():
    settings = settings_of("phi-3-mini-128k-instruct")
    np.testing.assert_array_equal(settings.inv_freq, settings.frequencies(131072).inv_freq)
    assert not np.array_equal(settings.inv_freq, settings.frequencies(4096).inv_freq)


def test_the_older_name_of_longrope_means_the_same():
    fields = copy.deepcopy(STYLES["longrope with an attention factor"])
    new = models.read_config(fields)
    for name in ("su", "yarn"):
        fields["rope_scaling"]["type"] = name
        assert models.read_config(fields) == new


def test_fields_are_not_changed():
    for name in ("laguna-xs.2", "gemma-3-27b", "devstral-small-2-24b"):
        fields = stored(name)
        models.read_config(fields)
        assert fields == stored(name)


# The models that come with the course


def test_all_models_of_the_course_are_read():
    assert len(models.known()) == 28
    for name in models.known():
        settings = models.get(name)
        assert settings.name == name
        assert models.report(settings).startswith(name)


# Those that were looked at and left out of models.json for a gap in what is confirmed: as far as
# their settings are known they are read, and what is missing is None or said. Head, rotary size,
# base, kind, factor, pairing, trained and configured length.
LLAMA_32 = {
    **{"model_type": "llama", "rope_theta": 500000, "max_position_embeddings": 131072},
    "rope_scaling": {
        **{"rope_type": "llama3", "factor": 32.0, "original_max_position_embeddings": 8192},
        **{"low_freq_factor": 1.0, "high_freq_factor": 4.0},
    },
}
LONGROPE = {  # whose 48 factors are not stated
    **{"rope_theta": 10000, "max_position_embeddings": 131072},
    "original_max_position_embeddings": 4096,
    "rope_scaling": {"type": "su", "short_factor": [1.0] * 48, "long_factor": [8.0] * 48},
}
LONG = {"max_position_embeddings": 32768, "head_dim": 128}
GEMMA_3 = {"model_type": "gemma3_text", "head_dim": 256}
LEFT_OUT = {
    "CodeLlama 70B Instruct": (
        {"model_type": "llama", "rope_theta": 10000, "max_position_embeddings": 4096},
        (128, 128, 1e4, "default", 1, "half_split", 4096, 4096),
    ),
    "Llama-3.2 1B": (
        LLAMA_32 | {"head_dim": 64},
        (64, 64, 5e5, "llama3", 32, "half_split", 8192, 131072),
    ),
    "Llama-3.2 3B": (
        LLAMA_32 | {"head_dim": 128},
        (128, 128, 5e5, "llama3", 32, "half_split", 8192, 131072),
    ),
    "Llama-4 (text)": (
        {"model_type": "llama4_text"},
        (128, 128, 5e5, "default", 1, "interleaved", 131072, 131072),
    ),
    "Mistral-7B v0.2": (
        LONG | {"model_type": "mistral", "rope_theta": 1000000.0, "sliding_window": None},
        (128, 128, 1e6, "default", 1, "half_split", 32768, 32768),
    ),
    "Mixtral 8x7B": (
        LONG | {"model_type": "mixtral"},
        (128, 128, 1e6, "default", 1, "half_split", 32768, 32768),
    ),
    "Phi-2": (
        {"model_type": "phi", "head_dim": 80, "partial_rotary_factor": 0.4},
        (80, 32, 1e4, "default", 1, "half_split", 2048, 2048),
    ),
    "Phi-3-vision-128k": (
        LONGROPE | {"model_type": "phi3_v", "head_dim": 96},
        (96, 96, 1e4, "longrope", 32, None, 4096, 131072),
    ),
    "Phi-4-mini": (
        LONGROPE | {"model_type": "phi3", "head_dim": 128, "partial_rotary_factor": 0.75},
        (128, 96, 1e4, "longrope", 32, "half_split", 4096, 131072),
    ),
    "Gemma 3 4B": (
        GEMMA_3 | {"rope_scaling": {"rope_type": "linear", "factor": 8.0}},
        (256, 256, 1e6, "linear", 8, "half_split", None, 131072),
    ),
    "Gemma 3 1B": (
        GEMMA_3 | {"sliding_window": 512, "max_position_embeddings": 32768},
        (256, 256, 1e6, "default", 1, "half_split", 32768, 32768),
    ),
    "ChatGLM2-6B": (
        {"kv_channels": 128, "partial_rotary_factor": 0.5, "rope_theta": 10000},
        (128, 64, 1e4, "default", 1, None, None, None),
    ),
    "GLM-4-9B": (
        {"model_type": "glm"},
        (128, 64, 1e4, "default", 1, "interleaved", 131072, 131072),
    ),
    "Cohere Command-R": (
        {"model_type": "cohere"},
        (128, 128, 5e5, "default", 1, "interleaved", 8192, 8192),
    ),
    "RoFormer (HF)": (
        {"model_type": "roformer"},
        (64, 64, 1e4, "default", 1, "interleaved", 1536, 1536),
    ),
}


def test_every_model_looked_at_is_read():
    assert set(LEFT_OUT) == {name for name, missing in ACCOUNTED.items() if missing}
    assert set(LEFT_OUT) | set(models.known()) == set(ACCOUNTED)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_models_left_out_for_a_gap_are_read_as_far_as_they_are_known(name):
    fields, said = LEFT_OUT[name]
    settings = models.read_config(fields)
    assert (
        *(settings.head_dim, settings.rotary_dim, settings.base, settings.kind, settings.scale),
        *(settings.pairing, settings.train_length, settings.configured_length),
    ) == said
    assert models.report(settings)


@pytest.mark.parametrize(
    "name, count, of",
    [
        ("LLaMA-1 7B", 23, 64),
        ("Llama-2 7B", 18, 64),
        ("Llama-3 8B", 29, 64),
        ("CodeLlama 7B", 27, 64),
        ("OLMo-2-7B", 32, 64),
        ("Mistral-7B v0.1", 14, 64),
        ("Qwen2.5-7B", 24, 64),
        ("phi-4", 23, 64),
        ("Gemma 7B", 28, 128),
        ("GPT-J-6B", 11, 32),
        ("Pythia-6.9B", 5, 16),
        ("GPT-NeoX-20B", 4, 12),
        ("gpt-oss-20b/120b", 14, 32),
        ("DeepSeek-V2", 9, 32),
        ("DeepSeek-V3", 9, 32),
    ],
)
def test_pairs_that_do_not_finish_a_turn_in_training(name, count, of):
    unfinished = models.foretell(models.get(name), 1).unfinished
    assert (unfinished.sum(), unfinished.size) == (count, of)


def test_an_unknown_model_is_refused_with_what_may_be_meant():
    with pytest.raises(ValueError, match="'Llama-2 7B'"):
        models.get("Llama-2-7B")
    with pytest.raises(TypeError, match=r"models\.known"):
        models.get(["LLaMA-1 7B"])


# What it foretells


def test_without_scaling_the_first_unseen_distance_is_the_training_length():
    settings = models.get("LLaMA-1 7B")
    assert models.foretell(settings, 2048).axis == "none"
    foretold = models.foretell(settings, 2049)
    assert (foretold.axis, foretold.first_unseen) == ("distance", 2048)
    assert foretold.longest_wavelength == pytest.approx(54410, abs=0.5)
    far = models.foretell(settings, 8192)
    inv_freq = rotary.inv_freq(128)
    np.testing.assert_array_equal(far.unseen_arc, arcs.unseen_arc(inv_freq, 2048, 8192))
    np.testing.assert_array_equal(far.unseen_arc, far.unseen_arc_unscaled)
    assert far.strangeness == far.strangeness_unscaled
    assert far.strangeness == pytest.approx(arcs.strangeness(inv_freq, 2048, 8191), rel=1e-12)
    assert far.worst_pair == arcs.unseen_arc(inv_freq, 2048, 8192).argmax()


def test_one_pair_by_hand():
    # A hundredth of half a turn a position; L = 51 met 0 … 90°.
    base = (100 / np.pi) ** 2
    settings = models.Settings(
        "?", "rope", rotary_dim=4, base=base, train_length=51, kind="linear", scale=2.0
    )
    inv_freq = settings.unscaled
    assert inv_freq[1] == pytest.approx(np.pi / 100)
    foretold = models.foretell(settings, 151)
    assert foretold.unfinished.tolist() == [False, True]
    assert np.degrees(foretold.unseen_arc) == pytest.approx([0, 45])  # 75 steps instead of 50
    assert np.degrees(foretold.unseen_arc_unscaled) == pytest.approx([0, 180])
    assert foretold.strangeness == pytest.approx(45)
    assert foretold.strangeness_unscaled == pytest.approx(90)  # 270°, a quarter short of 0
    assert (foretold.first_unseen, foretold.worst_pair) == (102, 1)


@pytest.mark.parametrize("scale", [2, 4, 7.3])
def test_interpolation_makes_room_for_its_scale(scale):
    fields = {**LLAMA, "max_position_embeddings": 2048}
    fields |= {"rope_scaling": {"type": "linear", "factor": scale}}
    settings = models.read_config(fields, train_length=2048)
    room = int(2048 * scale)
    assert models.foretell(settings, room).axis == "none"
    foretold = models.foretell(settings, 20 * 2048)
    assert foretold.first_unseen == int(np.ceil(2048 * scale))
    assert foretold.strangeness == pytest.approx(
        arcs.strangeness(rotary.inv_freq(128), 2048, (20 * 2048 - 1) / scale)
    )


@pytest.mark.parametrize("scale", [3, 5, 6, 10, 12, 13])
def test_rounding_makes_no_room_for_a_step_more(scale):
    """θ / (θ / s) is a little above s here."""
    options = {"rotary_dim": 4, "base": 1000.0, "train_length": 51, "kind": "linear"}
    settings = models.Settings("?", "rope", scale=float(scale), **options)
    assert models.foretell(settings, 51 * scale + 1).first_unseen == 51 * scale


def test_llama_3_1_is_configured_for_more_than_its_scaling_makes_room_for():
    settings = settings_of("llama-3.1-8b-instruct")
    assert models.foretell(settings, 65536).axis == "none"
    assert models.foretell(settings, 131072).first_unseen == 65536
    assert any("65,536 positions; it is configured for 131,072" in w for w in settings.warnings)


def test_ntk_aware_stretch_keeps_only_the_slowest_pair_in_its_arc():
    settings = models.Settings(
        "?",
        "rope",
        rotary_dim=128,
        base=1e4,
        train_length=4096,
        kind="ntk",
        scale=4.0,
        configured_length=16384,
    )
    foretold = models.foretell(settings, 4 * 4096)
    steps = np.where(foretold.unfinished, foretold.unseen_arc / settings.unscaled, 0)
    assert (steps > 1).sum() == 17  # of 18, as ground truth has it
    assert np.degrees(foretold.unseen_arc).max() == pytest.approx(92, abs=0.5)


def test_inside_a_window_no_distance_is_new():
    fields = {**LLAMA, "model_type": "mistral", "max_position_embeddings": 32768}
    windowed = models.read_config(fields | {"sliding_window": 4096}, train_length=8192)
    foretold = models.foretell(windowed, 32768)
    assert (foretold.axis, foretold.unseen_arc.max(), foretold.strangeness) == ("none", 0, 0)
    assert foretold.unfinished.sum() == 18  # as for a training length of 4096
    open_wide = models.read_config(fields | {"sliding_window": None}, train_length=8192)
    assert models.foretell(open_wide, 32768).first_unseen == 8192
    longer = models.read_config(fields | {"sliding_window": 16384}, train_length=8192)
    assert models.foretell(longer, 32768).first_unseen == 8192
    for window, finishes in ((6, False), (7, True)):  # the fastest pair takes 2π steps
        narrow = models.read_config(fields | {"sliding_window": window}, train_length=8192)
        assert models.foretell(narrow, 32768).unfinished[0] == (not finishes)


def test_other_encodings_break_by_position_by_distance_or_not_at_all():
    foretold = models.foretell(models.get("GPT-2"), 1025)
    assert (foretold.axis, foretold.first_unseen, foretold.worst_pair) == ("position", 1024, None)
    assert models.foretell(models.get("GPT-2"), 1024).axis == "none"
    # ALiBi's penalty at distance 2,048 is larger than any of those at 0 … 2,047.
    foretold = models.foretell(models.get("MPT-7B"), 2049)
    assert (foretold.axis, foretold.first_unseen, foretold.worst_pair) == ("distance", 2048, None)
    assert models.foretell(models.get("MPT-7B"), 2048).axis == "none"
    assert "penalties larger than any in training" in models.report(models.get("MPT-7B"), 4096)
    assert models.foretell(models.get("T5"), 10**6).axis == "none"  # one bucket for all that is far


def test_strangeness_is_told_where_it_is_worst():
    """At the farthest distance both slow pairs have come round, and in between they have not."""
    fields = {"head_dim": 128, "partial_rotary_factor": 0.5, "rope_theta": 1e4}
    settings = models.read_config(fields, train_length=32768)
    foretold = models.foretell(settings, 65536)
    assert np.degrees(foretold.unseen_arc.max()) == pytest.approx(109.6, abs=0.05)
    assert foretold.strangeness == pytest.approx(0, abs=0.05)
    everywhere = arcs.strangeness(rotary.inv_freq(64), 32768, np.arange(65536))
    assert foretold.worst == foretold.worst_unscaled
    assert foretold.worst == (everywhere.argmax(), pytest.approx(everywhere.max()))
    assert everywhere.max() > 25
    where = f"{everywhere.max():.1f}° (distance {everywhere.argmax():,})"
    assert f"strangeness at the end 0.0°, at worst {where}" in models.report(settings, 65536)
    assert models.foretell(settings, 32768).worst is None


@pytest.mark.parametrize("length", [8200, 20_000, 131_072])
@pytest.mark.parametrize("name", ["llama-3.1-8b-instruct", "gpt-j-6b", "phi-3-mini-128k-instruct"])
def test_the_worst_distance_is_the_worst_of_all(name, length):
    settings = settings_of(name)
    met, now = settings.unscaled, settings.frequencies(length).inv_freq
    slow = arcs.unfinished(met, settings.train_length)
    each = [
        arcs.strangeness([theta], settings.train_length, np.arange(length) * (speed / theta))
        for theta, speed in zip(met[slow], now[slow], strict=True)
    ]
    foretold = models.foretell(settings, length)
    if foretold.worst is None:
        assert np.mean(each, axis=0).max() < 0.1  # within a step of a slow pair
    else:
        assert foretold.worst[1] == pytest.approx(np.mean(each, axis=0).max(), abs=0.3)


# Trained before and after the scaling


@pytest.mark.parametrize(
    "name, before, after, source",
    [
        ("llama-3.1-8b-instruct", 8192, 131072, "arXiv 2407.21783"),
        ("deepseek-v3", 4096, 131072, "arXiv 2412.19437"),
        ("gpt-oss-20b", 4096, None, ""),
        ("llama-2-7b-chat", 4096, None, ""),
    ],
)
def test_training_with_the_scaling_is_told_where_a_paper_says_so(name, before, after, source):
    settings = settings_of(name)
    assert (settings.train_length, settings.scaled_train_length) == (before, after)
    assert source in settings.scaled_train_length_from
    if after is None:
        with pytest.raises(ValueError, match="is not known; leave further out"):
            models.foretell(settings, before, further=True)


def test_a_model_trained_on_with_its_scaling_is_foretold_for_both():
    settings = settings_of("llama-3.1-8b-instruct")
    report = models.report(settings)
    for line in (
        "allows       131,072 positions",
        "trained on   8,192 positions before the scaling (original_max_position_embeddings)",
        "131,072 positions with the scaling (Llama team 2024, arXiv 2407.21783, section 3.4.2",
        "angles never met in training before the scaling from distance 65,536 on",
        "with the scaling: no angle beyond its 131,072 positions",
    ):
        assert line in report
    foretold = models.foretell(settings, 131072)
    for label, arc in (
        ("scaled", foretold.unseen_arc),
        ("unscaled", foretold.unseen_arc_unscaled),
    ):
        longest = f"{np.degrees(arc.max()):.1f}° (pair {arc.argmax()})"
        assert f"  {label:11}longest unseen arc {longest}, " in report
    assert models.foretell(settings, 131072, further=True).axis == "none"
    beyond = models.foretell(settings, 200_000, further=True)
    assert beyond.first_unseen == 131072
    # The slowed pairs: θ / 8, so those whose wavelength is above 131,072 / 8.
    waves = rotary.wavelengths(settings.inv_freq)
    np.testing.assert_array_equal(beyond.unfinished, waves > 131072)
    changed = json.loads(json.dumps(stored("llama-3.1-8b-instruct")))
    assert models.read_config(changed).scaled_train_length == 131072
    assert models.read_config(changed | {"rope_theta": 5e6}).scaled_train_length is None
    changed["rope_scaling"]["factor"] = 4.0  # another model: nothing is known of it
    assert models.read_config(changed).scaled_train_length is None
    assert "further, and how far, is not in the file" in models.report(models.read_config(changed))


def test_what_a_file_allows_is_not_called_trained():
    """Qwen3-8B allows 40,960 and was trained on 32,768 (arXiv 2505.09388, section 3.2)."""
    fields = {"model_type": "qwen3", "head_dim": 128, "max_position_embeddings": 40960}
    report = models.report(models.read_config(fields | {"rope_theta": 1000000}), 50000)
    assert "allows       40,960 positions" in report
    assert "trained on   not in the file" in report
    assert "angles beyond those of 40,960 positions from distance 40,960 on" in report
    assert "never met" not in report
    told = models.report(models.get("Qwen3-8B"))
    assert "trained on   32,768 positions (its source)" in told
    assert "angles never met in training from distance 32,768 on" in told


def test_pairs_that_stand_still_are_never_new():
    foretold = models.foretell(settings_of("gemma-4-31b"), 10**6)
    assert not foretold.unseen_arc[64:].any()
    assert foretold.strangeness == 0
    assert foretold.longest_wavelength == pytest.approx(2 * np.pi * 1e6 ** (126 / 512))


def test_a_prediction_needs_settings_a_length_and_a_training_length():
    with pytest.raises(ValueError, match="give read_config a train_length"):
        models.foretell(settings_of("gemma-3-27b"), 65536)
    for length, error in ((0, ValueError), (4096.0, TypeError), (None, TypeError)):
        with pytest.raises(error, match="length must be"):
            models.foretell(models.get("LLaMA-1 7B"), length)
    with pytest.raises(TypeError, match=r"models\.get or models\.read_config"):
        models.foretell({"rope_theta": 1e4}, 4096)


# Warnings

WARNED = {
    "llama-2-7b-chat": ["defaults for 'llama': rope_theta = 10000.0."],
    "gpt-j-6b": ["Its pairs are interleaved. A half-split runtime", "rope_theta = 10000.0"],
    "deepseek-v3": ["softmax scale by 1.874", "by up to 4.28 times", "are interleaved"],
    "devstral-small-2-24b": ["llama_4_scaling_beta = 0.1 makes queries longer", "as printed"],
    "exaone-4.0-32b": ["full_attention layers do not turn at all"],
    "gemma-3-27b": ["Give train_length", "sliding_attention layers = 10000.0"],
    "laguna-xs.2": ["rope_parameters.original_max_position_embeddings = 4096 is", "as printed"],
    "phi-3-mini-128k-instruct": ["two sets of speeds and changes from one to the other at 4,096"],
    "qwen-7b": [
        *(
            "seq_length = 8192 is not read",
            "use_dynamic_ntk = true is not read here and may change",
        ),
        *("model_type = 'qwen'", "nor known to say nothing here: use_logn_attn = true"),
    ],
    "qwen2.5-vl-7b-instruct": ["three axes of position"],
    "dynamic, v4": ["at twice 2,048 positions it acts as 3"],
    "Hunyuan's alpha": ["alpha = 1000: the base is stretched once", "Give train_length"],
    "yarn without an original length": ["4096 positions are taken for it", "as printed"],
    "phi-1": [],
    "phi-2": [],
    "lfm2.5-vl-1.6b": [],
    "minicpm3-4b": ["rope_theta = 10000.0"],
}


@pytest.mark.parametrize("name", WARNED)
def test_what_one_should_mind_is_said_and_no_more(name):
    warnings = settings_of(name).warnings
    for part in WARNED[name]:
        assert any(part in warning for warning in warnings), part
    assert len(warnings) == len(WARNED[name]), warnings


def test_deepseeks_factor_on_the_softmax_scale():
    """V2: (0.0707 ln 40 + 1)², as its paper has it."""
    fields = stored("deepseek-v3")
    fields["rope_scaling"] |= {"mscale": 0.707, "mscale_all_dim": 0.707}
    settings = models.read_config(fields)
    assert settings.attention_factor == 1
    assert any(f"by {(0.0707 * np.log(40) + 1) ** 2:.3f}" in w for w in settings.warnings)


def test_a_configured_length_beyond_training_is_said():
    unscaled = "configured for 131,072 positions and was trained on 32,768, with no scaling"
    assert any(unscaled in warning for warning in models.get("Qwen2.5-7B").warnings)
    shorter = models.read_config(FILES["phi-2"], train_length=4096)
    assert any("configured for only 2,048" in warning for warning in shorter.warnings)
    assert models.get("LLaMA-1 7B").warnings == (
        "This checkpoint is half_split; the authors' own is interleaved, with the rows of W_q and "
        "W_k in another order.",
    )


# Bad files


def llama(**changes):
    fields = {**LLAMA, "max_position_embeddings": 4096, "rope_theta": 10000.0} | changes
    return {name: value for name, value in fields.items() if value is not ...}


def scaled(**block):
    return llama(rope_scaling=block)


YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096}
BAD = {
    "no dict": ([], TypeError, "a path or a dict"),
    "nothing": ({}, ValueError, "if the model uses RoPE, add rope_theta"),
    "a slip in the type": ({"model_type": "lama"}, ValueError, "is 'llama' meant?"),
    "model_type": ({"model_type": 3}, TypeError, "model_type must be text"),
    "base as text": (llama(rope_theta="10000"), TypeError, "rope_theta must be a number, got str"),
    "base true": (llama(rope_theta=True), TypeError, "rope_theta must be a number"),
    "base nan": (llama(rope_theta=float("nan")), ValueError, "rope_theta must be finite"),
    "base too long": (llama(rope_theta=10**400), ValueError, "rope_theta must be finite"),
    "base 1": (
        llama(rope_theta=1),
        ValueError,
        "rope_theta must be above 1 and at most 1e+15, got 1",
    ),
    "no base": (llama(rope_theta=..., model_type="new", rotary_pct=1.0), ValueError, "the base is"),
    "no head": ({"rope_theta": 1e4}, ValueError, "add head_dim"),
    "heads that do not divide": (llama(num_attention_heads=33), ValueError, "add head_dim"),
    "odd head": (llama(head_dim=127), ValueError, "must be even to form pairs, got 127"),
    "a huge head": (llama(head_dim=10**9), ValueError, "is no head"),
    "half a position": (llama(max_position_embeddings=4096.5), TypeError, "whole number"),
    "no positions": (llama(max_position_embeddings=0), ValueError, "at least 1"),
    "too many positions": (llama(max_position_embeddings=10**30), ValueError, "at most"),
    "fraction": (llama(partial_rotary_factor=1.5), ValueError, "at most 1, got 1.5"),
    "fraction 0": (llama(rotary_pct=0.0), ValueError, "rotary_pct must be above 0"),
    "odd rotary size": (llama(partial_rotary_factor=0.2), ValueError, "must be even"),
    "rotary_dim odd": (llama(rotary_dim=33), ValueError, "must be even"),
    "rotary_dim too large": (llama(rotary_dim=256), ValueError, "a head has 128"),
    "two sizes": (llama(rotary_dim=32, rotary_pct=0.5), ValueError, "contradict each other"),
    "two fractions": (
        llama(rotary_pct=0.5, rope_parameters={"partial_rotary_factor": 0.25}),
        ValueError,
        "rotary_pct = 0.5 and rope_parameters.partial_rotary_factor = 0.25 contradict",
    ),
    "two bases": (
        llama(rope_parameters={"rope_theta": 500000.0}),
        ValueError,
        "rope_theta = 10000.0 and rope_parameters.rope_theta = 500000.0 contradict",
    ),
    "two generations": (
        llama(rope_parameters={**YARN, "factor": 8.0}, rope_scaling=YARN),
        ValueError,
        "rope_parameters.factor = 8.0 and rope_scaling.factor = 4.0 contradict",
    ),
    "two types in two generations": (
        llama(rope_parameters={"rope_type": "default"}, rope_scaling=YARN),
        ValueError,
        "rope_parameters.rope_type = 'default' and rope_scaling.rope_type = 'yarn' contradict",
    ),
    "two types in one block": (scaled(rope_type="yarn", type="linear"), ValueError, "contradict"),
    "unknown type": (scaled(rope_type="yam", factor=2.0), ValueError, "known are default, linear"),
    "type as a number": (scaled(type=4), ValueError, "is not known here"),
    "block as text": (llama(rope_scaling="yarn"), TypeError, "must be a block of settings"),
    "no factor": (scaled(type="linear"), ValueError, "rope_scaling.factor is missing"),
    "factor below 1": (scaled(type="linear", factor=0.5), ValueError, "at most 1e+09, got 0.5"),
    "factor as text": (
        scaled(type="dynamic", factor="2"),
        TypeError,
        "rope_scaling.factor must be",
    ),
    "two original lengths": (
        llama(rope_scaling=YARN, original_max_position_embeddings=8192),
        ValueError,
        "rope_scaling.original_max_position_embeddings = 4096 and original_max_position",
    ),
    "no length": (
        llama(max_position_embeddings=None, rope_scaling={"type": "yarn", "factor": 4.0}),
        ValueError,
        "add original_max_position_embeddings",
    ),
    "betas": (scaled(**YARN, beta_fast=0.5), ValueError, "rope_scaling: beta_slow must not be"),
    "beta as text": (scaled(**YARN, beta_fast="32"), TypeError, "beta_fast must be a number"),
    "truncate": (scaled(**YARN, truncate="no"), ValueError, "truncate must be True or False"),
    "factors of another head": (
        scaled(type="longrope", factor=4.0, short_factor=[1.0], long_factor=[1.0]),
        ValueError,
        "each of the 64 pairs",
    ),
    "one list of factors": (
        scaled(type="longrope", factor=4.0, short_factor=[1.0] * 64),
        ValueError,
        "rope_scaling.long_factor is missing",
    ),
    "both texts": (
        {"text_config": llama(), "llm_config": llama()},
        ValueError,
        "text_config and llm_config both hold settings",
    ),
    "flat and nested": (
        llama(text_config=llama(rope_theta=500000.0)),
        ValueError,
        "rope_theta = 10000.0 and text_config.rope_theta = 500000.0 contradict",
    ),
    "alibi and rotary": (
        llama(alibi=True, position_embedding_type="rotary"),
        ValueError,
        "contradicts itself on how position enters",
    ),
    "alibi off, nothing on": ({"model_type": "mpt", "alibi": False}, ValueError, "contradicts"),
    "alibi as text": (llama(alibi="yes"), TypeError, "alibi must be true or false"),
    "other biases": (
        {"model_type": "bert", "position_embedding_type": "relative_key"},
        ValueError,
        "is not known here",
    ),
    "layer types": (llama(layer_types="full"), TypeError, "layer_types must be a list"),
    "window": (llama(sliding_window=-1), ValueError, "sliding_window must be at least 1"),
    "nothing turns": (
        llama(rope_parameters={"rope_type": "proportional", "partial_rotary_factor": 0.01}),
        ValueError,
        "leaves no pair that turns",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_settings_are_told_what_is_wrong(case):
    fields, error, part = BAD[case]
    with pytest.raises(error) as caught:
        models.read_config(fields)
    assert part in str(caught.value)


def test_a_training_length_must_be_one():
    for length, error in ((0, ValueError), (2048.0, TypeError), ("2048", TypeError)):
        with pytest.raises(error, match="train_length must be"):
            models.read_config(FILES["phi-2"], train_length=length)


def test_files_and_folders(tmp_path):
    text = FILES["phi-2"].read_text(encoding="utf-8")
    (tmp_path / "phi").mkdir()
    (tmp_path / "phi" / "config.json").write_text("\ufeff" + text, encoding="utf-8")
    settings = models.read_config(tmp_path / "phi")
    assert settings.name == "phi"
    assert models.read_config(str(tmp_path / "phi" / "config.json")) == settings

    bad = tmp_path / "config.json"
    for content, part in (
        (b"{", "is no JSON"),
        (b"\xff\xfe\x00", "is no text"),
        (b"[1, 2]", "must be a dict"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"model_type": "llama", "rope_theta": NaN}', "must be finite"),
    ):
        bad.write_bytes(content)
        with pytest.raises((TypeError, ValueError), match=part):
            models.read_config(bad)
    with pytest.raises(ValueError, match="cannot be read"):
        models.read_config(tmp_path / "nowhere.json")


# Damage

STRANGE = [None, True, False, 0, -1, 1, 2, 3.5, 1e308, 1e-308, -0.0, float("nan"), float("inf")]
STRANGE += [10**13, 10**400, "", "4096", "yarn", "default", [], {}, [1.0], {"factor": 2.0}]
STRANGE += [{"full_attention": {"rope_theta": 2.0}}, ["sliding_attention"], 128, 4096, 0.25]


def damaged(fields, chance):
    """One to three changes somewhere in the fields: gone, strange, or another file's."""
    fields = copy.deepcopy(fields)
    everywhere = [(fields, key) for key in fields]
    everywhere += [
        (inner, key)
        for block in list(fields.values())
        if isinstance(block, dict)
        for inner in (block, *(b for b in block.values() if isinstance(b, dict)))
        for key in inner
    ]
    names = sorted({key for block in POOL for key in block})
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(everywhere)
        action = chance.randrange(4)
        if action == 0:
            holder.pop(key, None)
        elif action == 1:
            holder[key] = chance.choice(STRANGE)
        elif action == 2:
            holder[chance.choice(names)] = chance.choice(STRANGE)
        else:
            other = chance.choice(POOL)
            key = chance.choice(sorted(other))
            holder[key] = copy.deepcopy(other[key])
    return fields


POOL = [stored(name) for name in FILES] + [copy.deepcopy(fields) for fields in STYLES.values()]
POOL += [b for fields in list(POOL) for b in fields.values() if isinstance(b, dict) and b]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.filterwarnings("error")
def test_damaged_settings_are_read_or_refused(seed):
    chance = random.Random(seed)
    read = refused = 0
    for _ in range(25):
        fields = damaged(chance.choice(POOL), chance)
        try:
            settings = models.read_config(fields)
        except (TypeError, ValueError) as error:
            raised = traceback.extract_tb(error.__traceback__)[-1].line
            assert raised.startswith("raise "), f"not a message of ours: {error}"
            refused += 1
            continue
        read += 1
        assert models.report(settings), fields
        for part in (settings, *settings.layers.values()):
            if part.encoding == "rope":
                assert part.inv_freq.shape == (part.rotary_dim // 2,)
                assert np.isfinite(part.inv_freq).all()
            if part.train_length and not part.unread:
                models.foretell(part, 3 * part.train_length)
    assert read
    assert refused


def test_reading_scaling_and_printed_yarn_stay_apart():
    """The reader asks for YaRN as released, whatever the paper prints."""
    settings = settings_of("gpt-oss-20b")
    given = {"train_length": 4096, "scale": 32, "truncate": False}
    released = scaling.frequencies("yarn", 64, 150e3, **given)
    np.testing.assert_array_equal(settings.inv_freq, released.inv_freq)
    assert settings.attention_factor == released.attention_factor


def test_the_report_of_one_file():
    assert models.report(settings_of("gpt-j-6b"), 8192) == "\n".join(
        [
            "gpt-j-6b",
            "position     RoPE: queries and keys are turned",
            "pairing      interleaved",
            "allows       2,048 positions",
            "trained on   not in the file; what follows takes all that it allows for trained",
            "head         256 entries, 64 of them turn",
            "base         10,000, longest wavelength 47,117 positions",
            "scaling      none",
            "unfinished   11 of 32 pairs make no full turn in 2,048 positions",
            "at 8,192     angles beyond those of 2,048 positions from distance 2,048 on",
            "             longest unseen arc 264.0° (pair 25), "
            "strangeness at the end 59.2°, at worst 60.6° (distance 7,648)",
            "",
            "Mind",
            "- Not in the file, so taken from Transformers' defaults for 'gptj': rope_theta = "
            "10000.0.",
            "- Its pairs are interleaved. A half-split runtime needs the rows of W_q and W_k "
            "reordered (rotary.to_half_split), or the scores are those of another model.",
        ]
    )


def test_a_report_is_for_twice_the_training_length_where_the_file_allows_no_more():
    assert "\nat 4,096     angles beyond" in models.report(settings_of("gpt-j-6b"))


def test_pairs_that_stand_still_are_not_called_unfinished():
    report = models.report(settings_of("gemma-4-31b"))
    assert "unfinished   0 of 64 pairs make no full turn in 262,144 positions" in report
