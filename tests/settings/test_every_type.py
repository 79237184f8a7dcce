"""Every model type of Transformers is read as its own rotary module computes it, or refused.

``tests/reference/make_every_type.py`` wrote what the modules compute and the config.json of each.
"""

import copy
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from rope_lessons.settings import models
from rope_lessons.settings.fields import model_types

HERE = Path(__file__).parents[1] / "reference"
ARRAYS = np.load(HERE / "every_type.npz", allow_pickle=False)
EVERY = json.loads((HERE / "every_type.json").read_text(encoding="utf-8"))
TYPES, NOT_COMPARABLE = EVERY["types"], EVERY["not_comparable"]
ALONE = [name for name in TYPES if model_types().get(name, {}).get("encoding") in ("rope", "axial")]

REFUSED = {  # reason: the types for which it is the right answer
    "turns by two axes of an image, and how it shares its pairs out": """
        cohere_compass_vision dots3_note_vision_encoder edgetam_video efficientloftr eomt_dinov3
        glm5_next_vision inkling2_vision lfm3_vl_vision mlcd mlcd_vision_model muse_glimmer_vision
        muse_spark_vision qwen4_exp_vision sam2_video sam3_tracker_video sam3_vit_model
    """,
    r"hidden_size = \d+ does not divide into \d+ heads": """
        glm4_moe glm4v_moe glm4v_moe_text qwen3_omni_moe qwen3_omni_moe_text qwen3_omni_moe_thinker
    """,
    "nothing here says how position is encoded": """
        seamless_m4t wav2vec2-bert wav2vec2-conformer
    """,
    # Its outer block is for the time of a sound, and no part of the name says so.
    "rope_parameters = .* and text_config.rope_parameters = .* contradict": "musicflamingo",
}
# Their class says rotary_dim = 64, which Transformers' code for MiniMax-M2 reads and that for M3
# does not: it turns the whole head unless partial_rotary_factor stands there, too.
KNOWN_TO_DIFFER = {"minimax_m3_vl", "minimax_m3_vl_text"}


def outcome(fields, entry, key="rotary"):
    """What became of a file: "equal", or what was refused or differs, and why."""
    try:
        settings = models.read_config(copy.deepcopy(fields))
    except ValueError as error:
        return f"refused: {error}"
    wanted = {kind: (ARRAYS[name], factor) for kind, (name, factor) in entry[key].items()}
    if not wanted:
        return "differs: it turns" if settings.encoding == "rope" else "equal"
    if settings.pairing != entry["pairing"]:
        return f"differs: {settings.pairing} for {entry['pairing']}"
    if settings.encoding == "axial":
        return by_axis(settings, *wanted[""])
    if "" not in wanted and settings.layers and settings.layers.keys() != wanted.keys():
        return f"differs: layers {list(settings.layers)} for {list(wanted)}"
    for kind, (inv_freq, factor) in wanted.items():
        part = settings.layers.get(kind, settings)
        # Once made and not yet used, longrope and dynamic stand at the length they start from.
        found = part.frequencies(part.scaling_length)
        if not close(found.inv_freq, inv_freq):
            return f"differs: {found.inv_freq} for {inv_freq}"
        if found.attention_factor != pytest.approx(factor):
            return f"differs: {found.attention_factor} for {factor}"
    return "equal"


def by_axis(settings, inv_freq, factor):
    """Which pair turns by which axis is held in test_axes.py; here, at which speeds."""
    unit = 2 * np.pi if any(axis.normalised for axis in settings.axes) else 1.0
    found = np.unique(np.concatenate([axis.inv_freq for axis in settings.axes]) / unit)
    equal = factor == 1 and close(found, np.unique(inv_freq))
    return "equal" if equal else f"differs: {found} for {inv_freq}"


def close(found, wanted):
    return found.shape == wanted.shape and np.allclose(found, wanted, rtol=2e-6, atol=0)


def with_yarn(fields):
    fields = copy.deepcopy(fields)
    blocks = fields["rope_parameters"]
    nested = [block for block in blocks.values() if isinstance(block, dict)]
    for block in nested or [blocks]:
        block.update(EVERY["yarn"])
    return fields


OUTCOMES = {name: outcome(entry["file"], entry) for name, entry in TYPES.items()}


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_read_as_it_computes_or_refused_for_a_known_reason(name):
    found = OUTCOMES[name]
    reasons = [reason for reason, names in REFUSED.items() if name in names.split()]
    if reasons:
        assert re.match(f"refused: .*{reasons[0]}", found)
    elif name in KNOWN_TO_DIFFER:
        assert found.startswith("differs")
    else:
        assert found == "equal"


def test_the_counts_of_types():
    compared = [name for name in TYPES if not name.endswith(", switched on")]
    counts = Counter(OUTCOMES[name].partition(":")[0] for name in compared)
    assert counts == {"equal": 324, "refused": 26, "differs": 2}
    assert sum(bool(TYPES[name]["rotary"]) for name in compared) == 344
    reasons = Counter()
    for reason, names in NOT_COMPARABLE.items():
        reasons[re.split("[:,]", reason)[0]] += len(names)
    assert reasons == {
        "its model makes no rotary module": 393,
        "no model of its own": 25,
        "RoPE only in its parts": 22,  # each a type of its own, and compared if it has a name
        "no model from the defaults": 19,
        "no code of its own": 4,
        "it turns by code of its own": 3,
        "a composition of several text models": 2,
        "its rotary module keeps no inv_freq": 1,
        "no config without settings": 1,
    }
    assert len(compared) + reasons.total() == 822


def test_no_type_of_text_leaves_a_field_unread_that_may_change_its_speeds():
    unread = {
        n: models.read_config(TYPES[n]["file"]).unread for n in TYPES if OUTCOMES[n] == "equal"
    }
    assert {name: fields for name, fields in unread.items() if fields} == {}


@pytest.mark.parametrize("name", ALONE)
def test_a_type_alone_stands_for_its_defaults(name):
    found = outcome({"model_type": name}, TYPES[name])
    assert found.partition(":")[0] == OUTCOMES[name].partition(":")[0]


@pytest.mark.parametrize("name", [n for n, entry in TYPES.items() if "yarn" in entry])
def test_a_type_takes_yarn_as_its_own_module_does(name):
    found = outcome(with_yarn(TYPES[name]["file"]), TYPES[name], "yarn")
    assert found.partition(":")[0] == OUTCOMES[name].partition(":")[0]


def test_the_file_names_the_versions_that_made_it():
    assert {line.split()[0] for line in ARRAYS["versions"]} == {"transformers", "torch", "numpy"}


# What no default shows. Sources: the configuration and modelling code of each type.


def test_a_second_base_beside_a_block_is_for_its_layers_and_the_scaling_for_the_others():
    note = {"model_type": "dots3_note_text", "rope_theta": 5000000, "swa_rope_theta": 20000}
    layers = models.read_config(note).layers
    assert (layers["indexed_attention"].base, layers["sliding_attention"].base) == (5e6, 2e4)
    yarn = {"type": "yarn", "factor": 16, "original_max_position_embeddings": 65536}
    compressed = {
        "model_type": "deepseek_v4",
        "rope_theta": 20000,
        "compress_rope_theta": 170000,
        "rope_scaling": yarn,
    }
    layers = models.read_config(compressed).layers
    assert (layers["main"].base, layers["main"].kind) == (2e4, "default")
    assert (layers["compress"].base, layers["compress"].kind) == (1.7e5, "yarn")
    assert layers["compress"].attention_factor == 1  # its class's default beside such a block


def test_the_size_of_a_head_may_differ_by_layer():
    block = {"rope_type": "default", "rope_theta": 10000.0}
    fields = {
        "model_type": "gemma4_text",
        "head_dim": 64,
        "layer_types": ["sliding_attention", "full_attention"],
        "per_layer_config": {"01": {"head_dim": 96}},
        "rope_parameters": {"full_attention": block, "sliding_attention": block},
    }
    layers = models.read_config(fields).layers
    assert (layers["full_attention"].head_dim, layers["sliding_attention"].head_dim) == (96, 64)


@pytest.mark.parametrize(
    "bases, turning, unread",
    [([1e4, 1e4], 2, False), ([1e4, 0], 1, False), ([1e4, 1e6], 2, True)],
)
def test_a_base_for_each_layer_is_nought_where_it_does_not_turn(bases, turning, unread):
    fields = {"model_type": "granite_swa", "rope_theta": 1e4, "layer_rope_theta": bases}
    settings = models.read_config(fields | {"num_hidden_layers": 2})
    assert settings.n_turning == turning
    assert any("layer_rope_theta" in said for said in settings.unread) == unread


def test_a_scaling_for_some_layers_only_is_said():
    fields = {
        "model_type": "molmo2_text",
        "num_hidden_layers": 3,
        "rope_scaling_layers": [0, 2],
        "rope_scaling": {"rope_type": "linear", "factor": 2.0},
        "rope_theta": 10000.0,
    }
    assert "only 2 of 3 layers are scaled" in " ".join(models.read_config(fields).warnings)
    plain = fields | {"rope_scaling": None}
    assert "are scaled" not in " ".join(models.read_config(plain).warnings)


@pytest.mark.parametrize("block", [None, {"rope_type": "default", "rope_theta": None}])
def test_a_base_of_null_turns_nothing_where_the_code_asks_for_one(block):
    fields = {"model_type": "olmo_hybrid", "rope_parameters": block}
    assert models.read_config(fields).encoding == "none"
    assert models.read_config(fields | {"model_type": "llama"}).encoding == "rope"


def test_of_an_encoder_and_a_decoder_the_decoder_is_read():
    one, other = ({"model_type": "gemma2", "rope_theta": base} for base in (1e4, 2e4))
    settings = models.read_config({"model_type": "t5gemma", "encoder": one, "decoder": other})
    assert settings.base == 2e4
    assert "What follows is for the decoder" in " ".join(settings.warnings)
    # Where the file itself says how it turns, a decoder is something else.
    whole = {"model_type": "llama", "rope_theta": 3e4, "encoder": one, "decoder": other}
    assert models.read_config(whole).base == 3e4
