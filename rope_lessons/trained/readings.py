"""What was measured before, where measuring takes long?

The kernel that runs in a browser reads texts ten times slower than a machine does. There, what the
lessons measure is looked up first, in ``data/readings.npz``; whatever else is asked for is
measured, and everything is once :func:`measure_live` is called. On a machine nothing is looked up.

A reading is found by the model's weights and by every argument, so that a changed model or another
question is never answered from the store. ``python training/readings.py`` writes it.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parents[1] / "data" / "readings.npz"
_now: dict[str, Any] = {"live": sys.platform != "emscripten", "found": 0, "record": None}


def measure_live(live: bool = True) -> None:
    """From now on, measure also what was stored; or, with False, look it up again."""
    _now["live"] = bool(live)


def found() -> int:
    """How many readings were looked up until now."""
    return _now["found"]


def recorded() -> dict[str, np.ndarray]:
    """Every reading that is measured from now on, as it comes."""
    _now["record"] = {}
    return _now["record"]


def kept(measure: Callable) -> Callable:
    """Decorate what measures a model, its first argument, and gives numbers."""

    @wraps(measure)
    def reading(model, *given, **options):
        record = _now["record"]
        key = None if _now["live"] and record is None else _key(measure, model, given, options)
        if key in _stored() and not _now["live"]:
            _now["found"] += 1
            value = _stored()[key].astype(float)
            return value if value.ndim else float(value)
        value = measure(model, *given, **options)
        if record is not None and key:
            record[key] = np.float32(value)
        return value

    return reading


def _key(measure, model, given, options):
    try:
        bound = inspect.signature(measure).bind(model, *given, **options).arguments
        asked = {name: _plain(value) for name, value in list(bound.items())[1:]}
        asked.pop("progress", None)
        weights = hashlib.sha256()
        for name in sorted(model.weights):
            weights.update(name.encode() + model.weights[name].tobytes())
        told = [measure.__name__, weights.hexdigest(), model.settings, model.past_end, asked]
        told[2] = _plain(told[2] | {"frequencies": model.frequencies})
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    except (AttributeError, TypeError):  # what cannot be told apart is measured
        return None


def _plain(value):
    """The same on every machine: the last digits of a power are not."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(inner) for inner in value]
    return value


@cache
def _stored():
    if not FILE.is_file():
        return {}
    with np.load(FILE, allow_pickle=False) as stored:
        return dict(stored)
