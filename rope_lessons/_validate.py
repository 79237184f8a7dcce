"""Is this argument usable? If not, say what was wrong, what was expected and what to try.

Every function returns the value it was given, converted, or raises ``TypeError`` (the wrong kind of
thing) or ``ValueError`` (the right kind, an impossible value). ``name`` is how the caller's
signature calls the argument; it opens the message.
"""

from numbers import Integral, Real

import numpy as np


def numbers(name, value):
    """Real, finite numbers as a floating-point array; integers become float64."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array, got rows of unequal length; "
            "check the inner lists with len()"
        ) from None
    if array.dtype.kind == "c":
        raise TypeError(
            f"{name} must hold real numbers, got complex ones; pass the real and imaginary parts "
            "side by side as a pair"
        )
    if array.dtype.kind not in "iuf":
        raise TypeError(
            f"{name} must hold real numbers, got {_kind(value, array)}; try a NumPy array or a "
            "list of floats"
        )
    if array.size == 0:
        raise ValueError(f"{name} is empty (shape {array.shape}); it needs at least one number")
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    # One sum is cheaper than a mask: a NaN or an infinity anywhere leaves it non-finite.
    with np.errstate(over="ignore", invalid="ignore"):
        suspicious = not np.isfinite(array.sum())
    if suspicious and not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        place = f" at index {where}" if where else ""
        raise ValueError(f"{name} must be finite, got {array[where]}{place}")
    return array


def number(name, value):
    """One real, finite number as a float."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {type(value).__name__} {value!r}")
    try:
        value = float(value)
    except OverflowError:
        raise ValueError(
            f"{name} must be finite, got a whole number too long for a float"
        ) from None
    if not np.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    return value


def positive(name, value):
    """One real, finite number above zero, as a float."""
    value = number(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be greater than 0, got {value:g}")
    return value


def count(name, value):
    """A whole number of at least 1, as an int."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__} {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value}")
    return int(value)


def index(name, value):
    """A whole number of at least 0, as an int: a position, say."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__} {value!r}")
    if value < 0:
        raise ValueError(f"{name} must be at least 0, got {value}; positions count from 0")
    return int(value)


def even(name, value):
    """A whole, even number of at least 2, as an int: the size of something made of pairs."""
    value = count(name, value)
    if value % 2:
        raise ValueError(
            f"{name} must be even to form pairs, got {value}; try {value - 1 or 2} or {value + 1}"
        )
    return value


def one_of(name, value, choices):
    """One of a few names."""
    if value not in choices:
        listed = " or ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be {listed}, got {value!r}")
    return value


def _kind(value, array):
    if array.dtype.kind == "b":
        return "booleans"
    if array.dtype.kind in "US":
        return "text"
    return type(value).__name__ if array.ndim == 0 else f"an array of {array.dtype}"
