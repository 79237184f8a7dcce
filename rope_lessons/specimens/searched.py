"""Which way of changing a vector with its position lets a score see the distance alone?

Lesson 03 searches for an f such that f(q, m) · f(k, n) depends on m − n and on nothing else. A
candidate is a function of an arrow, a (2,) array, and a position; it gives an arrow back. It is
tried on one query and one key: both tokens move together, then one of them alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rope_lessons import _validate, show

QUERY, KEY = np.array([2.0, 1.0]), np.array([1.0, 2.0])
TOGETHER = (5, 2), (25, 22), (52, 49)  # the same distance, after a shift by 20 and by 47
APART = 5, 0
SAME = 1e-9  # a difference below is rounding


def score(f: Callable, m: float, n: float) -> float:
    """The score of the query at one position with the key at another, both changed by ``f``.

    Parameters
    ----------
    f : callable
        ``f(x, position)`` takes a (2,) array and gives one.
    m, n : int
        Positions of the query and of the key, from 0.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        An ``f`` that cannot be called or gives no finite (2,) array; positions that are none.

    >>> score(lambda x, position: x + position, 1, 0)
    7.0
    """
    if not callable(f):
        raise TypeError(f"f must be a function of x and position, got {_validate.short(f)}")
    query, key = (
        _arrow(f(x.copy(), _validate.index(name, position)))
        for x, name, position in ((QUERY, "m", m), (KEY, "n", n))
    )
    return float(query @ key)


def shift_test(candidates: dict) -> show.Table:
    """Try each candidate: a score must stay when both tokens move, and change when one does.

    Parameters
    ----------
    candidates : dict of str to callable
        Name, to an ``f`` as for :func:`score`.

    Returns
    -------
    rope_lessons.show.Table
        A row for each: its scores, and whether it passes.

    Raises
    ------
    TypeError, ValueError
        As :func:`score` does; or candidates that are no dictionary.

    >>> shift_test({"leave": lambda x, position: x})
    f      (5, 2)  (25, 22)  (52, 49)  (5, 0)
    leave   4.000     4.000     4.000   4.000  sees no distance
    """
    if not isinstance(candidates, dict):
        said = "candidates must be a dictionary of names to functions, got "
        raise TypeError(said + _validate.short(candidates))
    rows = []
    for name, f in candidates.items():
        scores = [score(f, m, n) for m, n in (*TOGETHER, APART)]
        rows.append((name, *scores, _verdict(scores)))
    return show.Table(("f", *map(str, (*TOGETHER, APART)), ""), rows)


def _verdict(scores):
    *together, apart = scores
    if max(together) - min(together) > SAME:
        return "notices the shift"
    return "passes" if abs(apart - together[0]) > SAME else "sees no distance"


def _arrow(given):
    arrow = np.asarray(given)
    if arrow.shape != (2,) or arrow.dtype.kind not in "iuf" or not np.isfinite(arrow).all():
        raise ValueError(
            f"f must give an arrow of two finite numbers, got {_validate.short(given)}"
        )
    return arrow.astype(float)
