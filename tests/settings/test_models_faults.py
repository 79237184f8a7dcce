"""What a file leaves out, carries on from elsewhere or switches off is read for what it is.

Sources: Transformers' configuration and modelling code of each type, 5.23 (kimi_linear,
bailing_hybrid and kolibri1: 5.24); for MiniMax-01 its report, arXiv 2501.08313.
"""

import numpy as np
import pytest
from config_styles import LLAMA

from rope_lessons import rotary
from rope_lessons.settings import models

MLA = {"qk_rope_head_dim": 64, "qk_nope_head_dim": 128}


def read(model_type=None, **fields):
    return models.read_config({"model_type": model_type, **fields})


def said(settings):
    return "\n".join(settings.warnings)


# Left over


@pytest.mark.parametrize("left_over", ["absolute", "relative_key", 3])
@pytest.mark.parametrize("model_type", ["llama", "modernbert", "nomic_bert"])
def test_the_type_outranks_a_left_over_encoding(model_type, left_over):
    settings = read(model_type, position_embedding_type=left_over)
    assert settings.encoding == "rope"
    assert "is left over" in said(settings)


def test_settings_laid_flat_beside_those_of_images_are_filled_in_as_the_texts():
    older = read("gemma3", head_dim=256)
    bases = {kind: part.base for kind, part in older.layers.items()}
    assert bases == {"full_attention": 1e6, "sliding_attention": 1e4}


def test_other_words_for_rope_are_no_contradiction():
    settings = read("cohere2", position_embedding_type="rope_gptj")
    assert (settings.encoding, settings.pairing) == ("rope", "interleaved")
    assert "left over" not in said(settings)


def test_a_size_beside_a_decoupled_key_is_that_of_other_layers():
    """Transformers 5.24 builds DeepSeek-V3's table of 128 entries by it, and fails at 64."""
    settings = read("deepseek_v3", head_dim=128, **MLA)
    assert (settings.head_dim, settings.rotary_dim) == (192, 64)
    assert "64 of 192 entries; head_dim = 128 belongs to its linear-attention layers" in said(
        settings
    )
    for same in (64, 192):  # as Transformers 4 and 5 write it
        assert "belongs" not in said(read("deepseek_v3", head_dim=same, **MLA))


BAILING = {
    **{"hidden_size": 4096, "num_attention_heads": 32, "head_dim": 128, "v_head_dim": 128, **MLA},
    **{"kv_lora_rank": 512, "partial_rotary_factor": 0.5, "rope_theta": 6000000},
    **{"max_position_embeddings": 131072, "layer_group_size": 8},
}


def test_two_sorts_of_layer_share_one_file():
    settings = read("bailing_hybrid", num_hidden_layers=35, **BAILING)
    assert (settings.head_dim, settings.rotary_dim) == (192, 64)
    np.testing.assert_array_equal(settings.inv_freq, rotary.inv_freq(64, 6e6))
    assert "head_dim = 128 and partial_rotary_factor = 0.5 belongs to its linear" in said(settings)
    # Every eighth layer attends, and the three that do not fill a group.
    assert (settings.n_layers, settings.n_attending, settings.n_turning) == (35, 7, 7)
    assert settings.pairing == "interleaved"
    open_number = read("bailing_hybrid", **BAILING)
    assert "Only some of its layers attend in full" in said(open_number)


def test_without_mla_the_whole_head_turns_by_halves():
    sizes = {"hidden_size": 1280, "num_attention_heads": 10}
    settings = read("deepseek_v2", use_mla=False, qk_rope_head_dim=0, qk_nope_head_dim=0, **sizes)
    assert (settings.head_dim, settings.rotary_dim, settings.pairing) == (128, 128, "half_split")
    assert read("deepseek_v2", **sizes).pairing == "interleaved"


# Switched off

OFF = {
    "zamba2": {"rope_theta": 10000, "use_mem_rope": False, "attention_head_dim": 160},
    "zamba2 ": {"rope_theta": 10000},  # off by default
    "kimi_linear": {**MLA, "mla_use_nope": True, "rope_theta": 10000.0, "head_dim": 72},
    "kimi_linear ": {"qk_nope_head_dim": 128, "qk_rope_head_dim": 0, "rope_theta": 10000.0},
    "glm": {"qk_rope_head_dim": 0, "qk_nope_head_dim": 256},
    "granitemoehybrid": {"position_embedding_type": "nope", "rope_theta": 10000},
    "granitemoehybrid ": {"rope_theta": 10000},  # off by default
    "jamba": {"rope_theta": 10000},
    "nemotron_h": {"rope_theta": 10000},
    "llama": {"use_rope": False, "rope_theta": 10000},
    "deepseek_v3": {**MLA, "mla_use_nope": True},
    "granitemoehybrid  ": {"position_embedding_type": "rotary"},  # rope alone turns it on
    "gptj": {"rotary": False},
}


@pytest.mark.parametrize("case", OFF)
def test_rope_is_switched_off_by_a_flag_or_by_the_models_own_code(case):
    settings = read(case.strip(), **OFF[case])
    assert settings.encoding == "none"
    assert "No layer turns: " in said(settings)
    assert "position enters nowhere" in models.report(settings)


def test_a_size_of_nought_needs_no_base():
    sizes = {"hidden_size": 4096, "num_attention_heads": 64}
    settings = models.read_config({**sizes, "qk_nope_head_dim": 256, "qk_rope_head_dim": 0})
    assert settings.encoding == "none"


@pytest.mark.parametrize(
    "model_type, fields",
    [
        ("zamba2", {"use_mem_rope": True, "rope_theta": 10000, "attention_head_dim": 160}),
        ("deepseek_v3", {**MLA, "mla_use_nope": False, "rope_theta": 10000.0}),
        ("granitemoehybrid", {"position_embedding_type": "rope"}),
        ("gptj", {"rotary": True}),
    ],
)
def test_and_switched_on(model_type, fields):
    assert read(model_type, **fields).encoding == "rope"


# Scaling


def test_kimis_yarn_is_a_step_and_said_to_be_one():
    scaling = {"type": "yarn", "factor": 32.0, "beta_fast": 1.0, "beta_slow": 1.0}
    scaling |= {"mscale": 1.0, "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096}
    settings = read(
        "kimi_k2", rope_theta=50000.0, max_position_embeddings=131072, rope_scaling=scaling, **MLA
    )
    np.testing.assert_allclose(settings.inv_freq / settings.unscaled, [1] * 20 + [1 / 32] * 12)
    assert "beta_slow = beta_fast = 1: the ramp is a step" in said(settings)
    assert settings.pairing == "interleaved"  # it runs DeepSeek-V3's code


def test_llama_4s_later_block_is_a_step_too():
    scaling = {"rope_type": "llama3", "factor": 16.0, "original_max_position_embeddings": 8192}
    scaling |= {"low_freq_factor": 1.0, "high_freq_factor": 1.0}
    settings = read("llama4_text", rope_theta=500000.0, rope_scaling=scaling)
    np.testing.assert_allclose(settings.inv_freq / settings.unscaled, [1] * 35 + [1 / 16] * 29)
    assert "low_freq_factor = high_freq_factor = 1: the ramp is a step" in said(settings)


@pytest.mark.parametrize(
    "block, part",
    [
        (
            {"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 8192},
            "rope_scaling.low_freq_factor and high_freq_factor are missing",
        ),
        (
            {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0},
            "rope_scaling.high_freq_factor is missing",
        ),
        ({"factor": 4.0}, "rope_scaling has factor and no type"),
        ({"beta_fast": 32, "beta_slow": 1}, "rope_scaling has beta_fast, beta_slow and no type"),
    ],
)
def test_gaps_that_nobody_fills_are_named(block, part):
    with pytest.raises(ValueError, match=part):
        models.read_config({**LLAMA, "max_position_embeddings": 131072, "rope_scaling": block})


def test_a_factor_beside_the_default_type_is_said_to_do_nothing():
    block = {"rope_type": "default", "factor": 4.0}
    settings = models.read_config({**LLAMA, "rope_scaling": block})
    assert settings.kind == "default"
    assert "rope_scaling: factor = 4.0 is nothing that the type 'default' reads" in said(settings)


def test_dynamic_starts_from_what_the_file_allows_and_says_so():
    """As Transformers' _compute_dynamic_ntk_parameters, whatever the original length."""
    block = {"type": "dynamic", "factor": 2.0, "original_max_position_embeddings": 4096}
    settings = read("llama", max_position_embeddings=8192, rope_scaling=block)
    assert settings.scaling_length == 8192
    assert "not from the original length of 4096" in said(settings)


def test_options_of_another_type_do_nothing_and_are_named():
    """Hunyuan's files: Transformers reads alpha alone."""
    block = {"type": "dynamic", "factor": 1.0, "alpha": 1000.0, "beta_fast": 32, "mscale": 1.0}
    settings = read("hunyuan_v1_dense", head_dim=128, rope_scaling=block)
    assert (settings.kind, settings.unread) == ("ntk", ())
    assert "beta_fast = 32, mscale = 1.0 is nothing that the type 'ntk' reads" in said(settings)


# Fields that nobody reads

LONGROPE = {"type": "longrope", "short_factor": [1.0] * 64, "long_factor": [2.0] * 64}
LONGROPE |= {"original_max_position_embeddings": 4096, "factor": 32.0}


@pytest.mark.parametrize(
    "fields, named",
    [
        ({"use_scaled_rope": True}, "use_scaled_rope = true"),
        ({"scaling_factor": 4.0}, "scaling_factor = 4.0"),
        ({"use_dynamic_ntk": True}, "use_dynamic_ntk = true"),
        ({"use_long_context": True}, "use_long_context = true"),
        ({"position_embedding_xdrope": True}, "position_embedding_xdrope = true"),
        ({"rope_new_switch": False}, "rope_new_switch = false"),
        (
            {"rope_scaling": {**LONGROPE, "attention_factor": 1.2, "long_mscale": 1.24}},
            "rope_scaling.long_mscale = 1.24",
        ),
        (
            {"rope_scaling": {"type": "linear", "factor": 2.0, "twist": 3}},
            "rope_scaling.twist = 3",
        ),
        (
            {"rope_parameters": {"full_attention": {"rope_theta": 1e4, "twist": False}}},
            "rope_parameters.full_attention.twist = false",
        ),
    ],
)
def test_an_unread_field_that_may_change_the_speeds_forbids_the_verdict(fields, named):
    settings = models.read_config({**LLAMA, "max_position_embeddings": 8192, **fields})
    assert settings.unread == (named,)
    assert settings.warnings[0] == f"{named} is not read here and may change the speeds."
    with pytest.raises(ValueError, match="so nothing is foretold"):
        models.foretell(settings, 16384)
    report = models.report(settings).splitlines()
    assert report[1] == f"NOT READ     {named}: it may change the speeds"
    assert not any(line.startswith(("unfinished", "at ")) for line in report)


def test_what_stands_among_the_attention_settings_is_looked_at_too():
    attention = {"alibi": True, "alibi_bias_max": 8, "attn_impl": "torch", "clip_qkv": None}
    mpt = {"model_type": "mpt", "d_model": 4096, "n_heads": 32, "max_seq_len": 2048}
    assert said(models.read_config({**mpt, "attn_config": attention})) == ""
    steeper = models.read_config({**mpt, "attn_config": {**attention, "alibi_bias_max": 16}})
    assert "alibi_bias_max = 16" in said(steeper)


@pytest.mark.parametrize(
    "fields",
    [
        {"use_scaled_rope": False},
        {"use_dynamic_ntk": False},
        {"scaling_factor": 1.0},
        {"rope_twist": None},
        {"rope_scaling": {"type": "linear", "factor": 2.0, "attn_factor": 1.0}},
    ],
)
def test_values_that_change_nothing_do_not(fields):
    settings = models.read_config({**LLAMA, **fields})
    assert settings.unread == ()
    assert "not read" not in said(settings)


def test_a_word_inside_a_word_does_not_speak_of_rotation():
    settings = read(**LLAMA, rope_theta=1e4, isotrope=1)
    assert settings.unread == ()
    assert "nor known to say nothing here: isotrope = 1" in said(settings)


def test_what_is_not_known_to_be_harmless_is_named():
    harmless = {"hidden_act": "silu", "rms_norm_eps": 1e-6, "vocab_size": 32000}
    harmless |= {"attention_bias": False, "num_key_value_heads": 8, "torch_dtype": "bfloat16"}
    assert "nor known" not in said(models.read_config(LLAMA | harmless))
    settings = models.read_config(LLAMA | harmless | {"attention_kind": "new", "spin": False})
    assert "nor known to say nothing here: attention_kind = 'new', spin = false." in said(settings)


@pytest.mark.parametrize(
    "fields, named",
    [
        ({"llama.rope.freq_base": 10000.0}, "llama.rope.freq_base = 10000.0"),
        ({"rope_theta": 1.0, "head_dim": 8, "rope_ratio": 50}, "rope_ratio = 50"),
        ({"rope_theta": 1e4, "rotary_kind": False}, "rotary_kind = false"),
    ],
)
def test_refusals_name_what_does_stand_there(fields, named):
    with pytest.raises(ValueError) as caught:
        models.read_config(fields)
    assert str(caught.value).endswith(f"; not read: {named}")


# Which layers attend, and which of those turn

COUNTED = {  # layers, attending, turning
    "every fourth": (
        {"model_type": "qwen3_next", "full_attention_interval": 4, "num_hidden_layers": 48},
        (48, 12, 12),
    ),
    "by name": (
        {
            "model_type": "qwen3_next",
            "layer_types": (["linear_attention"] * 3 + ["full_attention"]) * 10,
        },
        (40, 10, 10),
    ),
    "by number": (
        {"model_type": "minimax", "attn_type_list": ([0] * 7 + [1]) * 10},
        (80, 10, 10),
    ),
    "a pattern": (
        {
            "model_type": "recurrent_gemma",
            "block_types": ["recurrent", "recurrent", "attention"],
            "num_hidden_layers": 26,
        },
        (26, 8, 8),
    ),
    "a period": (
        {
            **LLAMA,
            "attn_layer_period": 8,
            "attn_layer_offset": 4,
            "num_hidden_layers": 32,
        },
        (32, 4, 4),
    ),
    "a last period cut short": (
        {
            **LLAMA,
            "attn_layer_period": 8,
            "attn_layer_offset": 4,
            "num_hidden_layers": 36,  # 4, 12, 20 and 28
        },
        (36, 4, 4),
    ),
    "no position at all": (
        {
            "model_type": "jamba",
            "attn_layer_period": 8,
            "attn_layer_offset": 4,
            "num_hidden_layers": 32,
        },
        (32, 4, 0),
    ),
    "letters": (
        {"model_type": "nemotron_h", "hybrid_override_pattern": "M-M*-ME*"},
        (8, 2, 0),
    ),
    "blocks left out": (
        {
            **LLAMA,
            "block_configs": [
                {"attention": {"no_op": False, "replace_with_linear": False}},
                {"attention": {"no_op": True, "replace_with_linear": False}},
                {"attention": {"no_op": False, "replace_with_linear": True}},
                {"ffn": {"no_op": True}},
            ],
        },
        (4, 2, 2),
    ),
    "Kimi counts from 1": (
        {
            "model_type": "kimi_linear",
            **MLA,
            "mla_use_nope": True,
            "num_hidden_layers": 8,
            "linear_attn_config": {"full_attn_layers": [4, 8], "kda_layers": [1, 2, 3, 5, 6, 7]},
        },
        (8, 2, 0),
    ),
    "indices": (
        {"model_type": "bamba", "attn_layer_indices": [9, 18, 27], "num_hidden_layers": 32},
        (32, 3, 3),
    ),
    "every fourth stands still": (
        {"model_type": "smollm3", "num_hidden_layers": 36},
        (36, 36, 27),
    ),
    "every fourth of a number that four does not divide": (
        {"model_type": "smollm3", "num_hidden_layers": 35},
        (35, 35, 27),
    ),
    "no layer stands still": (
        {"model_type": "smollm3", "no_rope_layers": [1] * 36, "num_hidden_layers": 36},
        (36, 36, 36),
    ),
    "layers without a block stand still": (
        {
            "model_type": "gemma3_text",
            "layer_types": ["sliding_attention"] * 3 + ["full_attention"],
            "rope_parameters": {"sliding_attention": {"rope_theta": 1e4}, "full_attention": None},
        },
        (4, 4, 3),
    ),
    "those that see everything stand still": (
        {
            "model_type": "exaone4",
            "sliding_window": 4096,
            "sliding_window_pattern": "LLLG",
            "num_hidden_layers": 64,
        },
        (64, 64, 48),
    ),
}


@pytest.mark.parametrize("case", COUNTED)
def test_layers_that_attend_and_turn_are_counted(case):
    fields, counted = COUNTED[case]
    settings = models.read_config(fields)
    assert (settings.n_layers, settings.n_attending, settings.n_turning) == counted
    layers, attending, turning = counted
    line = f"layers       {layers}, {attending} of them attend, {turning} of those turn"
    assert (line in models.report(settings)) == (turning != layers)


def test_what_a_hybrid_does_not_say_is_said():
    assert "do not attend, and the file does not say which" in said(read("qwen3_next"))
    unknown = read("llama", layer_types=["full_attention", "gravity"])
    assert "Layers of the kind gravity are not known here" in said(unknown)
    assert "2; how many attend is not known" in models.report(unknown)
    with pytest.raises(ValueError, match="contradicts itself on which layers attend"):
        read("minimax", attn_type_list=[0, 1], layer_types=["full_attention", "linear_attention"])


def test_a_block_for_layers_that_do_not_exist_is_left_aside():
    blocks = {
        "sliding_attention": {"rope_theta": 1e4},
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
    }
    settings = read("gemma3_text", layer_types=["sliding_attention"], rope_parameters=blocks)
    assert (settings.base, settings.kind, settings.layers) == (1e4, "default", {})
    assert "a block for full_attention layers, and no such layer" in said(settings)
    shallow = read(
        "gemma3_text", sliding_window_pattern=6, num_hidden_layers=5, rope_parameters=blocks
    )
    assert (shallow.base, shallow.layers) == (1e4, {})


@pytest.mark.parametrize(
    "fields, kinds",
    [
        ({"use_sliding_window": True, "max_window_layers": 20}, ["full", "sliding"]),
        (
            {"use_sliding_window": True, "max_window_layers": 28, "num_hidden_layers": 28},
            ["full"],
        ),
        ({"use_sliding_window": True, "max_window_layers": 0}, ["sliding"]),
        ({"use_sliding_window": True, "max_window_layers": 1}, ["full", "sliding"]),
        ({"use_sliding_window": False, "max_window_layers": 20}, ["full"]),
        ({"max_window_layers": 20}, ["full"]),  # the class has the window off
        ({"use_sliding_window": True}, ["full", "sliding"]),  # from layer 28, by default
        ({"use_sliding_window": True, "num_hidden_layers": 28}, ["full"]),
    ],
)
def test_the_layers_with_a_window_may_begin_at_a_number(fields, kinds):
    settings = read("qwen2", sliding_window=4096, **fields)
    found = {"full_attention": None, "sliding_attention": 4096}
    windows = {kind: part.window for kind, part in settings.layers.items()} or settings.window
    expected = {f"{kind}_attention": found[f"{kind}_attention"] for kind in kinds}
    assert windows == (expected if len(kinds) > 1 else next(iter(expected.values())))
    assert "nothing says which layers" not in said(settings)
