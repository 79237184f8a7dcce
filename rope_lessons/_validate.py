"""Is this argument usable? If not, say what was wrong, what was expected and what to try.

A kind is a function of a name and a value. It returns the value, converted, or raises ``TypeError``
(the wrong kind of thing) or ``ValueError`` (the right kind, an impossible value). ``name`` is how
the caller's signature calls the argument; it opens the message. A module that gives the same name
to the same thing everywhere declares its kinds once, with :func:`arguments`.
"""

import functools
import inspect
from collections.abc import Callable
from contextlib import contextmanager
from numbers import Integral, Real
from typing import ParamSpec, Protocol, TypeVar

import numpy as np

LARGEST = 2**53  # of any whole number: beyond, neighbours are the same as floats
LARGEST_SIZE = 2**20  # of what is held in memory, an axis at a time; no model comes near

P = ParamSpec("P")
R = TypeVar("R")


class Checked(Protocol[P, R]):
    """What :func:`arguments` makes of a function."""

    unchecked: Callable[P, R]

    def __call__(self, *given: P.args, **options: P.kwargs) -> R: ...


def arguments(**kinds: Callable) -> Callable[[Callable[P, R]], Checked[P, R]]:
    """A decorator: every argument whose name is declared here is first taken by its kind.

    What a function takes stands in its signature as ever, and defaults are not looked at, passed or
    left out. The function without its checks remains as ``.unchecked``, for arguments that passed
    them before.

    >>> checked = arguments(n_heads=count)
    >>> @checked
    ... def all_heads(n_heads, first=0):
    ...     return list(range(first, n_heads))
    >>> all_heads(0)
    Traceback (most recent call last):
    ValueError: n_heads must be at least 1, got 0
    """

    def declare(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*given, **options):
            try:
                bound = signature.bind(*given, **options)
            except TypeError:
                bound = None
            if bound is None:  # one is missing or too many: Python's own words name the function
                return function(*given, **options)
            for name, value in bound.arguments.items():
                if name in kinds and value is not signature.parameters[name].default:
                    bound.arguments[name] = kinds[name](name, value)
            return function(*bound.args, **bound.kwargs)

        checked.unchecked = function  # ty: ignore[missing-attribute]
        return checked

    return declare


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
    if array.dtype.kind == "O" and array.size and all(map(_is_whole, array.flat)):
        try:
            array = array.astype(np.float64)  # whole numbers too long for NumPy's own
        except OverflowError:
            raise ValueError(f"{name} must be finite, got {_TOO_LONG}") from None
    if array.dtype.kind not in "iuf":
        raise TypeError(
            f"{name} must hold real numbers, got {_kind(value, array)}; try a NumPy array or a "
            "list of floats"
        )
    if array.size == 0:
        raise ValueError(f"{name} is empty (shape {array.shape}); it needs at least one number")
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    if not _is_finite(array):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        place = f" at index {where}" if where else ""
        raise ValueError(f"{name} must be finite, got {array[where]}{place}")
    return array


def doubles(name, value):
    """As :func:`numbers`, in float64: what angles are computed from."""
    return numbers(name, value).astype(np.float64)


def vectors(name, value):
    """As :func:`numbers`, with at least one axis."""
    array = numbers(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name} must be a vector or an array of vectors, got one number")
    return array


def pair(name, value):
    """As :func:`numbers`, with a last axis of two: one arrow, or an array of arrows."""
    array = numbers(name, value)
    if array.ndim < 1 or array.shape[-1] != 2:
        raise ValueError(f"{name} must have the shape (…, 2), got {array.shape}")
    return array


def pairs(name, value):
    """As :func:`pair`, for all the pairs of a vector: with an axis before the last."""
    array = numbers(name, value)
    if array.ndim < 2 or array.shape[-1] != 2:
        raise ValueError(f"{name} must have the shape (…, n_pairs, 2), got {array.shape}")
    return array


def frequencies(name, value):
    """One speed for each pair, in float64."""
    array = doubles(name, value)
    if array.ndim != 1:
        raise ValueError(
            f"{name} must be one-dimensional, one speed for each pair, got shape {array.shape}"
        )
    return array


def forward_frequencies(name, value):
    """As :func:`frequencies`, none negative."""
    array = frequencies(name, value)
    if (array < 0).any():
        raise ValueError(f"{name} must not be negative here, got {array.min():g}")
    return array


def number(name, value):
    """One real, finite number as a float."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {type(value).__name__} {short(value)}")
    try:
        value = float(value)
    except OverflowError:
        raise ValueError(f"{name} must be finite, got {_TOO_LONG}") from None
    if not np.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    return value


def positive(name, value):
    """One real, finite number above zero, as a float."""
    value = number(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be greater than 0, got {value:g}")
    return value


def count(name, value, at_most=LARGEST):
    """A whole number of at least 1, as an int."""
    return _whole(name, value, 1, at_most)


def size(name, value):
    """As :func:`count`, for something that will be held in memory: heads, rows, samples."""
    return count(name, value, LARGEST_SIZE)


def index(name, value, at_most=LARGEST):
    """A whole number of at least 0, as an int: a position, a pair, a seed."""
    return _whole(name, value, 0, at_most)


def even(name, value):
    """A whole, even number of at least 2, as an int: the size of something made of pairs."""
    value = size(name, value)
    if value % 2:
        raise ValueError(
            f"{name} must be even to form pairs, got {value}; try {value - 1 or 2} or {value + 1}"
        )
    return value


def one_of(name, value, choices):
    """One of a few names."""
    if not is_one_of(value, choices):
        listed = " or ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be {listed}, got {short(value)}")
    return value


def choice(*choices):
    """The kind that is :func:`one_of` these names."""
    return functools.partial(one_of, choices=choices)


def is_one_of(value, choices):
    """Whether it is one of them; anything may be asked, an array or a list too."""
    try:
        hash(value)
        return value in choices
    except (TypeError, ValueError):
        return False


def finite(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function of finite numbers: it refuses those so large that its result overflows.

    NumPy would warn, or not even that, and give back infinities and NaN. Its warnings are silenced
    and the result itself is looked at, because a product of matrices raises no flag for what
    happened in its other threads, and on some systems raises flags for nothing.
    """

    @functools.wraps(function)
    def refusing(*arguments, **options):
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                result = function(*arguments, **options)
        except OverflowError:  # of Python's own floats
            raise ValueError(_TOO_LARGE) from None
        for part in result if isinstance(result, tuple) else (result,):
            fits(part)
        return result

    return refusing


def fits(result):
    """A number or an array as it is, once nothing in it has overflowed."""
    if not _is_finite(result):
        raise ValueError(_TOO_LARGE)
    return result


@contextmanager
def no_overflow():
    """For one product of arrays: NumPy's own flags are right there, and cost nothing."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            yield
    except FloatingPointError:
        raise ValueError(_TOO_LARGE) from None


_TOO_LARGE = (
    "the numbers given are too large: what comes of them does not fit their floating type; try "
    "smaller ones, or float64"
)


def short(value):
    """A value in a message, cut to a readable length."""
    try:
        text = repr(value)
    except ValueError:  # Python prints no whole number of more than 4,300 digits
        text = _TOO_LONG
    except RecursionError:
        text = f"a {type(value).__name__} nested too deep"
    return text if len(text) <= 60 else text[:57] + "…"


_TOO_LONG = "a whole number too long for a float"


def _whole(name, value, least, most):
    if not _is_whole(value):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__} {short(value)}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {short(value)}")
    if value > most:
        raise ValueError(f"{name} must be at most {most:,}, got {short(value)}")
    return int(value)


def _is_whole(value):
    # NumPy counts a span of time among its whole numbers.
    return isinstance(value, Integral) and not isinstance(value, (bool, np.bool_, np.timedelta64))


def _is_finite(array):
    # One sum of squares is cheaper than a mask: a NaN or an infinity leaves it non-finite.
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def _kind(value, array):
    if array.dtype.kind == "b":
        return "booleans"
    if array.dtype.kind in "US":
        return "text"
    return type(value).__name__ if array.ndim == 0 else f"an array of {array.dtype}"
