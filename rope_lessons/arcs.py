"""Which angles did training never show?

In L positions pair j meets the angles 0, θ_j, 2θ_j, … (L − 1)·θ_j. A pair whose wavelength is
longer than L does not come round: past L it turns onto an arc that no training example had. The
three functions ask which pairs those are, how long the new arc is, and how far the angle at one
distance lies from the nearest one met.

Positions and distances count from 0, so the first unseen one is L. ``inv_freq`` is as in
:mod:`rope_lessons.rotary`. :func:`strangeness` is a hypothesis about where retrieval fails, found
after the fact on tiny models. It is not a law. Numbers too large for a float are refused.
"""

import numpy as np

from rope_lessons import _validate, rotary


def unfinished(inv_freq, train_length):
    """Whether each pair fails to finish a full turn within the training length.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position, none negative.
    train_length : int
        L, in positions.

    Returns
    -------
    (n_pairs,) array of bool
        Wavelength > L.

    Raises
    ------
    TypeError, ValueError
        ``inv_freq`` is not a one-dimensional array of finite numbers ≥ 0, or ``train_length`` no
        whole number of at least 1.

    >>> unfinished([np.pi / 4, np.pi / 100], train_length=64)
    array([False,  True])
    """
    return rotary.wavelengths(inv_freq) > _validate.count("train_length", train_length)


@_validate.finite
def unseen_arc(inv_freq, train_length, length):
    """How long an arc each pair turns onto that training never showed.

    The largest angle needed less the largest one met, both at most a full turn.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position, none negative.
    train_length, length : int
        Positions in training, and now.

    Returns
    -------
    (n_pairs,) array
        Radians; 0 where ``length`` ≤ ``train_length``.

    Raises
    ------
    TypeError, ValueError
        As for :func:`unfinished`; also when ``length`` is no whole number of at least 1.

    >>> unseen_arc([np.pi / 4, np.pi / 100], train_length=51, length=101) / np.pi
    array([0. , 0.5])
    """
    inv_freq = _speeds(inv_freq)
    needed, met = (
        np.minimum((_validate.count(name, positions) - 1) * inv_freq, 2 * np.pi)
        for name, positions in (("length", length), ("train_length", train_length))
    )
    return np.maximum(needed - met, 0)


@_validate.finite
def strangeness(inv_freq, train_length, distance):
    """How far the unfinished pairs lie, at one distance, from the nearest angle they ever met.

    Full turns are taken off, so an angle that comes round to a known arc is known again. A pair
    that stands still is unfinished too, and is never strange.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position, none negative.
    train_length : int
        L, in positions.
    distance : array of any shape
        Query position minus key position.

    Returns
    -------
    array of the shape of ``distance``
        Degrees, the mean over the unfinished pairs; 0 when there are none.

    Raises
    ------
    TypeError, ValueError
        As for :func:`unfinished`; also when ``distance`` is not numeric and finite.

    >>> strangeness([np.pi / 100], train_length=51, distance=[50, 75, 150, 199]).round(1)
    array([ 0. , 45. , 90. ,  1.8])
    """
    train_length = _validate.count("train_length", train_length)
    slow = _speeds(inv_freq)[unfinished(inv_freq, train_length)]
    distance = _validate.numbers("distance", distance).astype(np.float64)
    if slow.size == 0:
        return np.zeros(distance.shape)
    angle = np.multiply.outer(distance, slow) % (2 * np.pi)
    # An unfinished pair met whole steps of θ up to one end: round to the step, stop at the end.
    steps = np.divide(angle, slow, out=np.zeros_like(angle), where=slow > 0).round()
    nearest = np.minimum(steps, train_length - 1) * slow
    gap = np.minimum(np.abs(angle - nearest), 2 * np.pi - angle)  # or on round the circle, to 0
    return np.degrees(gap).mean(axis=-1)


def _speeds(inv_freq):
    rotary.wavelengths(inv_freq)  # refuses what is no array of speeds
    return np.asarray(inv_freq, dtype=np.float64)
