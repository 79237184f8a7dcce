"""What does one turn cost, and what comes out of several ways to write it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rope_lessons import _validate, show
from rope_lessons._types import ArrayLike


class Operations(NamedTuple):
    """How often two numbers were multiplied; how often added, or taken from each other."""

    multiplications: int
    additions: int


class _Noted:
    """A number that keeps no value, but notes what is done with it."""

    def __init__(self, done):
        self._done = done

    def __mul__(self, other):
        self._done.append("×")
        return self

    def __add__(self, other):
        self._done.append("+")
        return self

    __rmul__, __radd__, __sub__, __rsub__ = __mul__, __add__, __add__, __add__

    def __neg__(self):  # a sign is no operation: it can be kept in the number
        return self


def operations(turn: Callable) -> Operations:
    """Count what a function does with the numbers that it is given.

    Parameters
    ----------
    turn : callable
        Takes x, y, the cosine and the sine, and returns the turned arrow; as it would be written
        for numbers.

    Returns
    -------
    Operations

    Raises
    ------
    TypeError
        It needs more than products, sums and differences.

    >>> operations(lambda x, y, cos, sin: (x * cos - y * sin, x * sin + y * cos))
    Operations(multiplications=4, additions=2)
    """
    done = []
    turn(*(_Noted(done) for _ in range(4)))
    return Operations(done.count("×"), done.count("+"))


def compare(**arrows: ArrayLike) -> None:
    """Show arrows under their names, and how long each is.

    Parameters
    ----------
    **arrows : (2,) arrays or complex numbers

    Raises
    ------
    TypeError, ValueError
        Something that is no arrow.

    >>> compare(before=(4, 3), after=4j - 3)
    arrow   two numbers      length
    before  (4.000, 3.000)    5.000
    after   (-3.000, 4.000)   5.000
    """
    rows = []
    for name, arrow in arrows.items():
        arrow = (arrow.real, arrow.imag) if np.iscomplexobj(arrow) else arrow
        pair = _validate.pair(name, arrow)
        if pair.ndim > 1:
            raise ValueError(f"{name} must be one arrow, got shape {pair.shape}")
        rows.append((name, show.numbers(pair), float(np.hypot(*pair))))
    show.table(("arrow", "two numbers", "length"), rows)
