"""What passes for RoPE, and is not?

Five functions with one bug each. All of them leave position 0 alone, keep every vector's length and
give scores that stand still when both tokens move; only a comparison with right numbers tells them
from RoPE, and not on every probe.

Each takes ``x`` (…, seq, head_dim), ``positions`` (…, seq) and ``base`` as
:func:`rope_lessons.rotary.apply_rope` takes its own, gives back an array like ``x``, and raises the
same ``TypeError`` and ``ValueError``. The pairs are meant to be interleaved.
"""

from __future__ import annotations

import numpy as np

from rope_lessons import rotary, show
from rope_lessons._types import ArrayLike


def clockwise(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> np.ndarray:
    """Turns the other way: the sign of the sine is flipped.

    >>> clockwise([[1.0, 0.0]], [np.pi / 2]).round(3) + 0.0
    array([[ 0., -1.]])
    """
    return rotary.apply_rope(x, positions, -_speeds(x, base))


def degrees(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> np.ndarray:
    """Takes the angles for degrees.

    >>> degrees([[1.0, 0.0]], [90]).round(3)
    array([[0., 1.]])
    """
    return rotary.apply_rope(x, positions, np.radians(_speeds(x, base)))


def half_exponent(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> np.ndarray:
    """Computes the speeds with j / head_dim in place of 2j / head_dim.

    >>> half_exponent([[1.0, 0.0, 1.0, 0.0]], [np.pi], base=16).round(3)
    array([[-1.,  0.,  0.,  1.]])
    """
    return rotary.apply_rope(x, positions, np.sqrt(_speeds(x, base)))


def one_speed(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> np.ndarray:
    """Turns every pair at the speed of the first; the base does nothing.

    >>> one_speed([[1.0, 0.0, 1.0, 0.0]], [np.pi]).round(3)
    array([[-1.,  0., -1.,  0.]])
    """
    return rotary.apply_rope(x, positions, np.ones_like(_speeds(x, base)))


def other_layout(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> np.ndarray:
    """Pairs x[j] with x[j + d/2], right elsewhere, where x[2j] and x[2j + 1] belong together.

    >>> other_layout([[1.0, 0.0, 3.0, 4.0]], [np.pi], base=4).round(3)
    array([[-1., -4., -3.,  0.]])
    """
    return rotary.apply_rope(x, positions, _speeds(x, base), layout="half_split")


BUGS = {
    one_speed: "one speed for all pairs",
    clockwise: "turns clockwise",
    other_layout: "pairs j with j + d/2",
    half_exponent: "exponent j/d, not 2j/d",
    degrees: "takes angles for degrees",
}

# As the gallery of lesson 08 hangs them: without their names.
GALLERY = dict(zip("ABCDE", BUGS, strict=True))

CAUGHT = 1e-9  # a test that is off by more notices


def examine(suspects: dict) -> show.Table:
    """Put functions through the three tests of RoPE that come to mind first.

    Identity: at position 0 nothing changes. Norm: every length stays. Shift: all scores among four
    vectors stay when the four move by 1,000 positions.

    Parameters
    ----------
    suspects : dict of str to function
        Each of ``x`` (4, 64) and ``positions`` (4,).

    Returns
    -------
    show.Table
        For each suspect and test “passed”, or “CAUGHT” where it is off by more than 1e-9.

    >>> examine({"B": clockwise, "adds p": lambda x, positions: x + positions[:, None]})
            identity  norm    shift
    B       passed    passed  passed
    adds p  passed    CAUGHT  CAUGHT
    """
    x, positions = np.random.default_rng(8).normal(size=(4, 64)), np.array([0, 3, 17, 250])
    rows = []
    for label, rope in suspects.items():
        turned, moved = rope(x, positions), rope(x, positions + 1_000)
        off = (
            turned[0] - x[0],
            np.linalg.norm(turned, axis=-1) - np.linalg.norm(x, axis=-1),
            turned @ turned.T - moved @ moved.T,
        )
        rows.append((label, *("CAUGHT" if np.abs(o).max() > CAUGHT else "passed" for o in off)))
    return show.Table(("", "identity", "norm", "shift"), rows)


def _speeds(x, base):
    return rotary.inv_freq(2 * rotary.to_pairs(x).shape[-2], base)
