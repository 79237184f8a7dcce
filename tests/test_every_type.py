"""Every model type of Transformers is read as its own rotary module computes it, or refused.

``tests/reference/make_every_type.py`` wrote what the modules compute and the config.json of each.
"""

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

REFUSED = {  # the reason, and for which types it is the right answer
}


def outcome(fields, entry):
    """ "equal", or what was refused or differs."""
    try:
        settings = models.read_config(fields)
    except ValueError as error:
        return f"refused: {error}"
    if not entry["rotary"] or settings.encoding != "rope":
        return "equal" if bool(entry["rotary"]) == (settings.encoding == "rope") else "differs"
    kinds = set(settings.layers or [""])
    if "" not in entry["rotary"] and settings.layers and kinds != set(entry["rotary"]):
        return f"differs: {kinds} for {set(entry['rotary'])}"
    if settings.pairing != entry["pairing"]:
        return f"differs: {settings.pairing} for {entry['pairing']}"
    for kind, (name, factor) in entry["rotary"].items():
        part = settings.layers.get(kind, settings)
        # Once made and not yet used, longrope and dynamic stand at the length they start from.
        found, wanted = part.frequencies(part.scaling_length), ARRAYS[name]
        same = found.inv_freq.shape == wanted.shape
        if not same or not np.allclose(found.inv_freq, wanted, rtol=1e-6, atol=0):
            return f"differs: {found.inv_freq} for {wanted}"
        if found.attention_factor != pytest.approx(factor):
            return f"differs: {found.attention_factor} for {factor}"
    return "equal"
