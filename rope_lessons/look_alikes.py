"""Which position do arrows mistake for position 0?

Arrows that all start at 0° are read at two positions; what tells the two apart is the arrow that
differs most. Readings differ by the distance alone, so what holds between a position and 0 holds
between any two that lie as far apart. Positions count from 0, and ``inv_freq`` is (n_pairs,)
radians per position, none negative.

Raises, of all functions alike. TypeError: an argument is of the wrong kind. ValueError: it is not
of the form just told, not finite, or too large for a float.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rope_lessons import _validate, show
from rope_lessons._types import ArrayLike

_checked = _validate.arguments(
    inv_freq=_validate.forward_frequencies,
    first=_validate.count,
    last=_validate.size,
    length=_validate.size,
    far=_validate.count,
)


@_checked
@_validate.finite
def nearest(inv_freq: ArrayLike, first: int, last: int) -> tuple[int, float]:
    """The position from ``first`` to ``last`` that looks most like 0, and by how much it differs.

    An int, and the largest angle that any of the arrows is off by there, whole turns taken off: a
    float in degrees, at most 180.

    >>> position, off = nearest([1.0], 1, 1000)
    >>> position, round(off, 3)
    (710, 0.003)
    """
    if first > last:
        raise ValueError(f"first must not be above last, got {first} and {last}")
    positions = np.arange(first, last + 1)
    apart = np.zeros(positions.size)
    for speed in inv_freq:
        turned = positions * speed % (2 * np.pi)
        apart = np.maximum(apart, np.minimum(turned, 2 * np.pi - turned))
    return int(positions[apart.argmin()]), float(np.degrees(apart.min()))


@_checked
def compare(
    inv_freq: ArrayLike, groups: Sequence[tuple[int, int]], length: int, far: int = 1000
) -> None:
    """Show :func:`nearest` for groups of arrows, once within ``length``, once from ``far`` on.

    Each of ``groups`` is (first arrow, last arrow), counted from 0.

    >>> compare([1.0, 0.1, 0.0005], [(0, 0), (0, 1), (2, 2)], length=4096)
    arrows  most like 0  off by (degrees)  from 1,000 on  off by (degrees)
    0               710             0.003           1420             0.007
    0 to 1          377             0.509           1131             1.527
    2                 1             0.029           1000            28.648
    """
    try:
        groups = [(low, high) for low, high in groups]
    except (TypeError, ValueError):
        said = f"groups must be a list of (first, last), got {_validate.short(groups)}"
        raise TypeError(said) from None
    rows = []
    for low, high in groups:
        high = _validate.index("last arrow", high, inv_freq.size - 1)
        low = _validate.index("first arrow", low, high)
        name = str(low) if low == high else f"{low} to {high}"
        speeds = inv_freq[low : high + 1]
        rows.append((name, *nearest(speeds, 1, length - 1), *nearest(speeds, far, length - 1)))
    off = "off by (degrees)"
    show.table(("arrows", "most like 0", off, f"from {far:,} on", off), rows)
