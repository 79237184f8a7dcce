"""Which angles did training never show?

In L positions pair j meets the angles 0, θ_j, 2θ_j, … (L − 1)·θ_j. A pair whose wavelength is
longer than L does not come round: past L it turns onto an arc that no training example had. The
three functions ask which pairs those are, how long the new arc is, and how far the angle at one
distance lies from the nearest one met.

Positions and distances count from 0, so the first unseen one is L. In all three ``inv_freq`` is
(n_pairs,) radians per position, none negative, and ``train_length`` is L in positions, a whole
number of at least 1; so is ``length``. :func:`strangeness` is a hypothesis about where retrieval
fails, found after the fact on tiny models. It is not a law.

Raises, of all functions alike. TypeError: an argument is of the wrong kind. ValueError: it is not
of the form just told, not finite, or too large for a float.
"""

from __future__ import annotations

import numpy as np

from rope_lessons import _validate, rotary
from rope_lessons._types import ArrayLike

_checked = _validate.arguments(
    inv_freq=_validate.forward_frequencies,
    train_length=_validate.count,
    length=_validate.count,
    distance=_validate.doubles,
    slowed=_validate.forward_frequencies,
)


@_checked
def unfinished(inv_freq: ArrayLike, train_length: int) -> np.ndarray:
    """Whether each pair fails to finish a full turn in training: (n_pairs,) bool, wavelength > L.

    >>> unfinished([np.pi / 4, np.pi / 100], train_length=64)
    array([False,  True])
    """
    return rotary.wavelengths(inv_freq) > train_length


@_checked
@_validate.finite
def unseen_arc(inv_freq: ArrayLike, train_length: int, length: int) -> np.ndarray:
    """How long an arc each pair turns onto that training never showed: (n_pairs,) radians.

    The largest angle needed less the largest one met, both at most a full turn; 0 where ``length``
    ≤ ``train_length``.

    >>> unseen_arc([np.pi / 4, np.pi / 100], train_length=51, length=101) / np.pi
    array([0. , 0.5])
    """
    met, needed = (
        np.minimum((positions - 1) * inv_freq, 2 * np.pi) for positions in (train_length, length)
    )
    return np.maximum(needed - met, 0)


@_checked
@_validate.finite
def strangeness(
    inv_freq: ArrayLike,
    train_length: int,
    distance: ArrayLike,
    slowed: ArrayLike | None = None,
) -> np.ndarray:
    """How far the unfinished pairs lie, at one distance, from the nearest angle they ever met.

    ``distance``, query minus key in positions, is an array of any shape; so is the result, in
    degrees: the mean over the unfinished pairs, 0 when there are none. Full turns are taken off, so
    an angle that comes round to a known arc is known again. A pair that stands still is unfinished
    too, and is never strange.

    ``inv_freq`` are the speeds of training: its arcs are what was met. A rescue turns at other
    speeds, ``slowed``, (n_pairs,), and is asked about with both. With the new ones in place of the
    old the question is another: how strange it would be to a model trained at those.

    >>> strangeness([np.pi / 100], train_length=51, distance=[50, 75, 150, 199]).round(1)
    array([ 0. , 45. , 90. ,  1.8])
    >>> strangeness([np.pi / 100], 51, distance=[74, 150], slowed=[np.pi / 200]).round(1)
    array([ 0., 45.])
    """
    if slowed is not None and slowed.shape != inv_freq.shape:
        raise ValueError(
            f"slowed must hold one speed for each of the {inv_freq.size} pairs, got {slowed.size}"
        )
    chosen = unfinished(inv_freq, train_length)
    slow = inv_freq[chosen]
    if slow.size == 0:
        return np.zeros(distance.shape)
    turning = slow if slowed is None else slowed[chosen]
    angle = np.multiply.outer(distance, turning) % (2 * np.pi)
    # An unfinished pair met whole steps of θ up to one end: round to the step, stop at the end.
    steps = np.divide(angle, slow, out=np.zeros_like(angle), where=slow > 0).round()
    nearest = np.minimum(steps, train_length - 1) * slow
    gap = np.minimum(np.abs(angle - nearest), 2 * np.pi - angle)  # or on round the circle, to 0
    return np.degrees(gap).mean(axis=-1)


@_validate.finite
def end_angles(
    inv_freq: ArrayLike, slow: int, fast: int, train_length: int, target_length: int
) -> np.ndarray:
    """How far two pairs turn at the farthest distance: trained, read on, and interpolated.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position.
    slow, fast : int
        Two pairs.
    train_length, target_length : int
        Positions in training, and in the longer text.

    Returns
    -------
    (2, 3) array
        Radians, whole turns counted. Rows: slow, fast. Columns: distance L − 1 in training; T − 1
        in the longer text; T − 1 there with every position times L / T. The last is a part of one
        step more than the first: T − 1 times L / T is L − L / T.

    Raises
    ------
    TypeError, ValueError
        Speeds, pairs or lengths that are none, or ``target_length`` below ``train_length``.

    >>> end_angles([1.0, 0.01], slow=1, fast=0, train_length=101, target_length=401)[0].round(3)
    array([1.   , 4.   , 1.007])
    """
    inv_freq = _validate.numbers("inv_freq", inv_freq)
    if inv_freq.ndim != 1:
        raise ValueError(f"inv_freq must be one-dimensional, got shape {inv_freq.shape}")
    last = inv_freq.size - 1
    pairs = [_validate.index("slow", slow, last), _validate.index("fast", fast, last)]
    chosen = inv_freq[pairs].astype(float)
    train_length = _validate.count("train_length", train_length)
    target_length = _validate.count("target_length", target_length)
    if target_length < train_length:
        raise ValueError(
            f"target_length must be at least train_length, got {target_length} and {train_length}"
        )
    squeezed = (target_length - 1) * train_length / target_length
    return np.multiply.outer(chosen, [train_length - 1, target_length - 1, squeezed])
