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

from rope_lessons import models
from rope_lessons.configs.fields import model_types

HERE = Path(__file__).parent / "reference"
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
