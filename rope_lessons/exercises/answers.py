"""Is this answer the one that was expected, and if not, where and by how much?

:func:`plain` copies whatever a learner's function gives back into plain things: arrays, text, truth
values, None, lists and dictionaries of these. Nothing of the learner's own classes is left in them,
so that comparing, printing and sending them runs none of the learner's code.
:func:`difference` compares two of them.
"""

import importlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rope_lessons import show

MINUS_INFINITY = -1e9  # what masks often hold in its place


@dataclass(frozen=True)
class Unusable:
    """Stands for an answer that cannot be compared with anything; ``kind`` names its type."""

    kind: str


@dataclass(frozen=True)
class Difference:
    """Where an answer first differs.

    ``where`` leads into a dictionary or list, and is empty for the answer as a whole. ``complaint``
    is a sentence when the form is wrong, and empty when only the values differ.
    """

    expected: str
    got: str
    where: str = ""
    complaint: str = ""
    off: str = ""


def plain(value: Any) -> Any:
    """A copy of an answer, made of plain things only; :class:`Unusable` where that cannot be.

    Rectangular numbers become one array. Keys of dictionaries become text.
    """
    try:
        return _plain(value)
    except Exception:  # whatever an object does when asked for its content
        return Unusable(type(value).__name__)


def _plain(value):
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    if isinstance(value, Unusable):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in dict.items(value)}
    if isinstance(value, (list, tuple)) and not _is_numeric(value):
        return [_plain(part) for part in value]
    array = np.array(value)
    if array.dtype.kind in "US":
        return array.astype(str).tolist()
    if array.dtype.kind not in "biufc":
        return Unusable(type(value).__name__)
    return array


def difference(
    expected: Any, got: Any, tolerance: float, least: float | None = None
) -> Difference | None:
    """The first place in which two plain answers differ, or None.

    Parameters
    ----------
    expected, got : results of :func:`plain`
        A whole number or truth value asks for exactly that value; it may come as any type.
    tolerance : float
        Largest accepted difference of other numbers, relative to their expected size. Nothing below
        -1e9 is told from minus infinity.
    least : float, optional
        Without it, an array has one size, the larger of 1 and its largest finite entry. With it,
        each entry has its own, and none counts as smaller than this.
    """
    if isinstance(expected, dict):
        return _in_dictionary(expected, got, tolerance, least)
    if isinstance(expected, list):
        return _in_list(expected, got, tolerance, least)
    if isinstance(expected, np.ndarray):
        return _in_numbers(expected, got, tolerance, least)
    if isinstance(expected, bool) and isinstance(got, np.ndarray) and got.ndim == 0:
        got = bool(got) if got in (0, 1) else got
    if type(got) is not type(expected):
        return _wrong_form(expected, got)
    return None if got == expected else Difference(text(expected), text(got))


def text(value: Any) -> str:
    """A plain thing as one writes it on paper; large arrays by their shape."""
    if isinstance(value, Unusable):
        return value.kind
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text(part) for part in value) + "]"
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.dtype.kind == "c":
        return text(_parts(value)) + " as real and imaginary part"
    if value.ndim == 0:
        return str(value) if value.dtype.kind in "biu" else show.number(value, 4)
    if value.size <= 8:
        return "(" + ", ".join(text(entry) for entry in map(np.asarray, value)) + ")"
    return f"array of shape {value.shape}"


def to_json(value: Any) -> Any:
    """An argument or a plain answer in JSON's own terms; arrays keep their type and every digit.

    Raises ``TypeError`` for a function that is no attribute of a module of this package.
    """
    if isinstance(value, Unusable):
        return {"unusable": value.kind}
    if callable(value):
        module, name = value.__module__, value.__qualname__
        if not module.startswith("rope_lessons.") or not name.isidentifier():
            raise TypeError(f"a probe's function must be one of this package, got {module}.{name}")
        return {"function": [module, name]}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind == "c":
            return {"complex": to_json(_parts(array))}
        if array.dtype.char == "g":  # longer than any number of JSON's
            array = array.astype(float)
        return {"array": array.tolist(), "dtype": array.dtype.str, "shape": array.shape}
    if isinstance(value, dict):
        return {"dictionary": [[key, to_json(part)] for key, part in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"tuple" if isinstance(value, tuple) else "list": [to_json(part) for part in value]}
    return value


def from_json(value: Any) -> Any:
    """What :func:`to_json` was given. Raises ``ValueError`` for anything that it never writes."""
    if not isinstance(value, dict):
        return value
    try:
        kind, content = next(iter(value.items()))
        if kind == "unusable":
            return Unusable(str(content))
        if kind == "function":
            module, name = content
            if not module.startswith("rope_lessons."):
                raise ValueError(f"no function of this package: {module}.{name}")
            return getattr(importlib.import_module(module), name)
        if kind == "array":
            dtype = np.dtype(value["dtype"])
            if dtype.kind not in "biuf":
                raise ValueError(f"no array of numbers: {dtype}")
            return np.array(content, dtype=dtype).reshape(value["shape"])[()]  # a scalar stays one
        if kind == "complex":
            parts = np.array(from_json(content))
            return parts.view(np.result_type(parts, np.complex64))[..., 0][()]
        if kind == "dictionary":
            return {str(key): from_json(part) for key, part in content}
        return {"list": list, "tuple": tuple}[kind](from_json(part) for part in content)
    except (LookupError, TypeError, ArithmeticError, StopIteration) as error:
        raise ValueError(f"not an answer as it was sent: {error!r}") from None
    except (AttributeError, ImportError) as error:
        raise ValueError(f"no function of this package: {error}") from None


def _is_numeric(value):
    """Whether a list holds numbers alone, in rows of equal length."""
    try:
        return np.array(value).dtype.kind in "iufc"
    except Exception:
        return False


def _in_dictionary(expected, got, tolerance, least):
    keys = "the keys " + ", ".join(map(repr, expected))
    if not isinstance(got, dict):
        return replace(_wrong_form(expected, got), expected=keys)
    for key in (*expected, *got):
        if key not in got:
            return Difference(keys, text(got), complaint=f"the key {key!r} is missing.")
        if key not in expected:
            return Difference(keys, text(got), complaint=f"the key {key!r} is one too many.")
    pairs = ((f"[{key!r}]", expected[key], got[key]) for key in expected)
    return _first_inside(pairs, tolerance, least)


def _in_list(expected, got, tolerance, least):
    if isinstance(got, np.ndarray) and got.ndim:
        got = list(got)
    if not isinstance(got, list) or len(got) != len(expected):
        return _wrong_form(expected, got)
    pairs = ((f"[{i}]", *both) for i, both in enumerate(zip(expected, got, strict=True)))
    return _first_inside(pairs, tolerance, least)


def _first_inside(pairs, tolerance, least):
    for step, expected, got in pairs:
        found = difference(expected, got, tolerance, least)
        if found:
            return replace(found, where=step + found.where)
    return None


def _in_numbers(expected, got, tolerance, least):
    if isinstance(got, bool):
        got = np.asarray(got)
    if _alike(expected, got):  # most are; what follows takes twenty times as long
        return None
    if _is_complex(expected):
        expected = _parts(expected)
    if _is_complex(got) and expected.shape == (*got.shape, 2):
        got = _parts(got)
    if _is_complex(got):
        complaint = f"it gives back complex numbers, not {_form(expected)}. Real parts are .real."
        return replace(_wrong_form(expected, got), complaint=complaint)
    if not isinstance(got, np.ndarray) or got.shape != expected.shape:
        return _wrong_form(expected, got)
    exact = expected.dtype.kind in "biu"
    wanted, came = expected.astype(float), got.astype(float)
    came = np.where(came <= MINUS_INFINITY, -np.inf, came)
    wanted = np.where(wanted <= MINUS_INFINITY, -np.inf, wanted)
    finite = np.isfinite(wanted)
    if least is None:
        size = np.abs(wanted[finite]).max(initial=1.0)
    else:
        size = np.maximum(np.abs(wanted), least)
    with np.errstate(invalid="ignore"):
        gap = np.where(finite, np.abs(came - wanted), 0.0)
        same = (came == wanted) | (np.isnan(came) & np.isnan(wanted))
        off = np.where(finite, ~(gap <= (0 if exact else tolerance * size)), ~same)
    if not off.any():
        return None
    if off.ndim == 0 or (off.ndim == 1 and off.size <= 8):
        where, largest = "", gap.max()
    else:  # too many to print: the first that is off
        index = tuple(int(i) for i in np.argwhere(off)[0])
        where, largest = str(list(index)), gap[index]
        expected, got = np.asarray(expected[index]), np.asarray(got[index])
    shown = show.number(largest, 4) if np.isfinite(largest) and largest else ""
    return Difference(text(expected), text(got), where, off=shown)


def _alike(expected, got):
    """The same to the last bit, and of one type."""
    same_kind = isinstance(got, np.ndarray) and got.dtype == expected.dtype
    return same_kind and got.shape == expected.shape and got.tobytes() == expected.tobytes()


def _is_complex(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "c"


def _parts(value):
    """Complex numbers as pairs of real ones, in a new last axis."""
    return np.stack([value.real, value.imag], axis=-1)


def _wrong_form(expected, got):
    return Difference(
        text(expected), text(got), complaint=f"it gives back {_form(got)}, not {_form(expected)}."
    )


def _form(value):
    if value is None:
        return "nothing"
    if isinstance(value, Unusable):
        return f"an object of type {value.kind}"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "a dictionary"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "one number" if value.ndim == 0 else f"an array of shape {value.shape}"
