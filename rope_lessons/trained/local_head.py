"""Can a fitted pattern fail past its reach without growing scores and without crowding?

One head that knows nothing but distance: its score at distance Δ is a sum of one wave a pair, which
is all that RoPE can make of one query and one key. It is fitted by least squares to look at its
nearest keys, within a training length, and then read further. Nothing else of a model is in it.
"""

from __future__ import annotations

import numpy as np

from rope_lessons import _validate
from rope_lessons._types import ArrayLike

HIGH = 4.0  # the score that near keys are to get; the others, its negative
RIDGE = 1.0  # on the squares of the weights; without it the fit has no stable answer


@_validate.finite
def fit(inv_freq: ArrayLike, train_length: int, near: int) -> np.ndarray:
    """Weights that give distances below ``near`` a score of +4 and the others −4.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position.
    train_length : int
        Distances 0 … train_length − 1 are fitted.
    near : int
        In positions; less than ``train_length``.

    Returns
    -------
    (2 · n_pairs,) array
        One weight for the cosine and one for the sine of each pair, cosines first.

    Raises
    ------
    TypeError, ValueError
        Arguments that are not of this form.

    >>> weights = fit([1.0, 0.1], train_length=64, near=8)
    >>> scores(weights, [0, 40], [1.0, 0.1]).round(1)
    array([ 1.8, -1.6])
    """
    distances = np.arange(_validate.size("train_length", train_length))
    if _validate.count("near", near) >= distances.size:
        raise ValueError(f"near must be less than train_length, {train_length}, got {near}")
    waves = _waves(distances, inv_freq)
    wanted = np.where(distances < near, HIGH, -HIGH)
    return np.linalg.solve(waves.T @ waves + RIDGE * np.eye(waves.shape[1]), waves.T @ wanted)


@_validate.finite
def scores(weights: ArrayLike, distances: ArrayLike, inv_freq: ArrayLike) -> np.ndarray:
    """The head's scores.

    Parameters
    ----------
    weights : (2 · n_pairs,) array
        From :func:`fit`.
    distances : (n,) or (n, n_pairs) array
        One distance for all pairs, or one for each: so that some can be held.
    inv_freq : (n_pairs,) array
        Radians per position; others than those of the fit read it rescaled.

    Returns
    -------
    (n,) array

    Raises
    ------
    TypeError, ValueError
        Arguments that are not numeric and finite, or do not fit each other.
    """
    waves, weights = _waves(distances, inv_freq), _validate.numbers("weights", weights)
    if weights.shape != waves.shape[1:]:
        raise ValueError(
            f"weights must be {waves.shape[1]}, two for each pair, got shape {weights.shape}"
        )
    return waves @ weights


@_validate.finite
def mass_near(weights: ArrayLike, distances: ArrayLike, inv_freq: ArrayLike, near: int) -> float:
    """The share of its attention that the head gives to its ``near`` nearest keys.

    Parameters
    ----------
    weights, distances, inv_freq
        As for :func:`scores`; one distance for each key there is, nearest first.
    near : int

    Returns
    -------
    float
        From 0 to 1, after a softmax over all keys.

    Raises
    ------
    TypeError, ValueError
        As for :func:`scores`, or ``near`` is no whole number of at least 1.

    >>> mass_near([0.0, 0.0], [0, 1, 2, 3], [0.1], near=1)
    0.25
    """
    at = scores(weights, distances, inv_freq)
    attention = np.exp(at - at.max())
    return float(attention[: _validate.count("near", near)].sum() / attention.sum())


def _waves(distances, inv_freq):
    inv_freq = _validate.numbers("inv_freq", inv_freq).astype(np.float64)
    distances = _validate.numbers("distances", distances).astype(np.float64)
    if inv_freq.ndim != 1 or distances.ndim not in (1, 2):
        raise ValueError(
            "inv_freq must be (n_pairs,) and distances (n,) or (n, n_pairs), got shapes "
            f"{inv_freq.shape} and {distances.shape}"
        )
    if distances.ndim == 1:
        distances = distances[:, None]
    elif distances.shape[1] != inv_freq.size:
        raise ValueError(
            f"distances must have one column for each of the {inv_freq.size} pairs, got shape "
            f"{distances.shape}"
        )
    angles = distances * inv_freq
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
