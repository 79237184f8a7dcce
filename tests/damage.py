"""Ways to damage an argument, and what has to hold of a call whatever it was given.

A call may end in two ways: with a result, finite unless the contract says otherwise, or with a
``TypeError``, ``ValueError`` or other error that the docstring names and that a ``raise`` of the
package itself raised. Either way its arguments are as they were, and nothing warned.

Hypothesis draws the same in every run; where ``HYPOTHESIS_PROFILE`` is deep, it draws more, and
others each time.
"""

import contextlib
import copy
import dataclasses
import io
import os
import re
import traceback
import warnings
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import rope_lessons

settings.register_profile(
    "quick",
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "deep", settings.get_profile("quick"), max_examples=500, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
EXAMPLES = settings().max_examples

PACKAGE = str(Path(rope_lessons.__file__).parent)

# What takes the place of an argument: things that nobody can change, and things made anew.
FIXED = [
    *(None, True, False, ..., "", "ⓧ", "rope", "4", b"0", len, int),
    *(0, 1, -1, 2, 3, 2**31, 2**53, 2**63, -(2**63), 10**30, 10**400, -(10**400)),
    *(0.0, -0.0, 0.5, -2.5, 4.0, 1e-9, 1e9, 1e300, -1e308, 5e-324, np.nan, np.inf, -np.inf),
    *(1 + 2j, Fraction(1, 3), Decimal("0.5"), date(2026, 3, 1), range(3), (1, 2), slice(2)),
    *(np.int8(3), np.uint64(2**64 - 1), np.bool_(True), np.str_("x"), np.float16(0.5)),
    *(np.float32(3e38), np.datetime64("2026-03-01")),
]
ANEW = [
    *(list, dict, set, object, lambda: iter([1.0]), lambda: {"a": 1}, lambda: [[[]]]),
    *(lambda: [None], lambda: ["a"], lambda: [1, "a"], lambda: [0.5], lambda: [True, False]),
    *(lambda: [np.nan, 1.0], lambda: [1, 2, 3], lambda: [[1.0], [1.0, 2.0]]),
    *(lambda: [10**400], lambda: [2**70], lambda: np.full(3, 10**400, dtype=object)),
    *(lambda: np.array(np.nan), lambda: np.array(2.0), lambda: np.array("x"), lambda: np.array([])),
    *(lambda: np.zeros((2, 0)), lambda: np.zeros((1, 1, 1, 1)), lambda: np.array([None, 1.0])),
    *(lambda: np.zeros(2, dtype="f8, i4"), lambda: np.array([1, 2], dtype="m8[s]")),
    *(lambda: np.ones(3, dtype=np.uint8), lambda: np.timedelta64(1), lambda: np.array([True])),
]


def _put(value):
    """The same numbers with one of them replaced, in a floating type."""

    def put(x):
        x = np.array(x, dtype=_floating(x))
        x.flat[x.size // 2] = value
        return x

    return put


def _all(size):
    """Every number as large, or as small, as its type allows."""

    def fill(x):
        dtype = _floating(x)
        return np.full_like(x, getattr(np.finfo(dtype), size), dtype=dtype)

    return fill


def _floating(x):
    return x.dtype if x.dtype.kind == "f" else np.dtype(float)


def _read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


# What may befall an array of at least one number.
WOUNDS = {
    "a nan": _put(np.nan),
    "an infinity": _put(np.inf),
    "minus infinity": _put(-np.inf),
    "one of 1e4": _put(1e4),
    "all largest": _all("max"),
    "all most negative": _all("min"),
    "all smallest": _all("smallest_subnormal"),
    "all zero": np.zeros_like,
    "all alike": np.ones_like,
    "all negative": lambda x: -np.abs(x) if x.dtype.kind == "f" else -np.abs(x.astype(float)),
    "one cut off": lambda x: x[..., :-1] if x.ndim else x,
    "one row cut off": lambda x: x[:-1] if x.ndim else x,
    "one too many": lambda x: np.concatenate([x, x[..., -1:]], axis=-1) if x.ndim else x,
    "an axis more": lambda x: x[None],
    "an axis less": lambda x: x[0] if x.ndim else x,
    "flat": lambda x: x.ravel(),
    "across": lambda x: x.T,
    "first alone": lambda x: x.flat[0],
    "empty": lambda x: x[..., :0] if x.ndim else np.array([]),
    "complex": lambda x: x.astype(complex),
    "objects": lambda x: x.astype(object),
    "text": lambda x: x.astype(str),
    "truth values": lambda x: x > 0,
    "bytes": lambda x: (x.astype(float) % 100).astype(np.int8),
    "single precision": lambda x: (x.astype(float) % 100).astype(np.float32),
    "half precision": lambda x: (x.astype(float) % 100).astype(np.float16),
    "long floats": lambda x: x.astype(np.longdouble),
    "the other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "a list": lambda x: x.tolist(),
    "a list of unequal rows": lambda x: [x.tolist(), x.tolist(), [0.0] * 97],
    "read only": _read_only,
    "every second": lambda x: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
    "by columns": np.asfortranarray,
    "back to front": lambda x: x[..., ::-1].copy()[..., ::-1] if x.ndim else x,
    "masked": lambda x: np.ma.masked_array(x, mask=np.zeros(x.shape, bool)),
}


@st.composite
def damaged(draw, value):
    """That value damaged, or something else in its place."""
    if isinstance(value, np.ndarray) and value.size and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(WOUNDS)))
        return WOUNDS[name](value)
    return draw(st.sampled_from(FIXED) | st.sampled_from(ANEW).map(lambda make: make()))


# What has to hold


def call(function, arguments, documented, *, infinite=False):
    """Call it and hold it to what is said at the top of this module.

    Parameters
    ----------
    function : callable
    arguments : dict
        By name.
    documented : set of str
        Names of the errors that it may raise.
    infinite : bool
        Whether the result may hold infinities and NaN.

    Returns
    -------
    its result, or the error
    """
    before = {name: _frozen(value) for name, value in arguments.items()}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("error")
        try:
            result = function(**arguments)
        except Exception as error:
            _hold_error(error, documented)
            result = error
    for name, value in arguments.items():
        assert _frozen(value) == before[name], f"it changed {name}"
    if not isinstance(result, Exception) and not infinite:
        assert finite(result), f"not finite: {result!r}"
    return result


def _hold_error(error, documented):
    kind = type(error).__name__
    assert kind in documented, f"{kind} is not among those documented: {error}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    ours = last.filename.startswith(PACKAGE) and last.line.startswith("raise ")
    assert ours, f"no message of ours, but from {last.filename}, {last.line}: {error}"
    assert len(str(error)) > 10, "what was wrong, what was expected, what to try"
    assert len(str(error)) < 1500, "nobody reads that"


def named_errors(*documents):
    """The names of the errors in these docstrings."""
    return set(re.findall(r"\b\w+Error\b", "\n".join(filter(None, documents))))


def finite(value):
    """Whether no infinity and no NaN is anywhere in a result."""
    if isinstance(value, (float, np.floating, np.ndarray)):
        numbers = np.asarray(value)
        return numbers.dtype.kind not in "fc" or bool(np.isfinite(numbers).all())
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(finite, value))
    if dataclasses.is_dataclass(value):
        return all(map(finite, vars(value).values()))
    return True


def _frozen(value):
    """Something that is equal as long as the value has not changed."""
    if isinstance(value, np.ndarray):
        content = value.tolist() if value.dtype.hasobject else value.tobytes()
        return value.dtype.str, value.shape, content
    if isinstance(value, dict):
        return {key: _frozen(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [_frozen(part) for part in value]
    if isinstance(value, (int, float, complex, str, bytes, np.generic)):
        return repr(value) if not isinstance(value, int) else hash(value)
    if isinstance(value, set):
        return copy.copy(value)
    return id(value)
