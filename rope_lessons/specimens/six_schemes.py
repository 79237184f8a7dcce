"""What do six ways to say position do to one head, whatever its weights?

Tokens, W_q, W_k, the learned table and T5's numbers are drawn at random: nothing here is trained.
So whatever all draws show is the work of the scheme, and whatever differs from draw to draw is
chance.
"""

from typing import NamedTuple

import numpy as np

from rope_lessons import _validate, rotary, schemes, show
from rope_lessons.specimens import scheme_comparison

WIDTH = 64  # of the tokens and of the only head
TOKENS = 12
ROWS = 1024  # of the learned table


class Draw(NamedTuple):
    """One text and one head; ``schemes`` leads from a label to what tells it positions."""

    schemes: dict
    x: np.ndarray
    w_q: np.ndarray
    w_k: np.ndarray


def draw(seed: int = 10, *, tokens: int = TOKENS) -> Draw:
    """One text of so many tokens, one head, and six schemes.

    Parameters
    ----------
    seed : int
    tokens : int

    Returns
    -------
    Draw
        ``x`` (tokens, 64) without positions, ``w_q`` and ``w_k`` (64, 64).

    Raises
    ------
    TypeError, ValueError
        ``seed`` is no whole number of at least 0, or ``tokens`` none of at least 1.

    >>> list(draw().schemes)
    ['none', 'sinusoidal', 'learned', 'T5 bias', 'ALiBi', 'RoPE']
    """
    rng = np.random.default_rng(_validate.index("seed", seed))
    x = rng.normal(size=(_validate.size("tokens", tokens), WIDTH))
    w_q, w_k = rng.normal(size=(2, WIDTH, WIDTH)) / 6
    six = {
        "none": schemes.NoPosition(),
        "sinusoidal": schemes.Sinusoidal(WIDTH),
        "learned": schemes.Learned(rng.normal(size=(ROWS, WIDTH)) / 2),
        "T5 bias": schemes.T5Bias(2 * rng.normal(size=(32, 1)), max_distance=64),
        "ALiBi": schemes.ALiBi(1, slope_scale=32),  # 1/8 a position
        "RoPE": schemes.Rope(rotary.inv_freq(WIDTH)),
    }
    return Draw(six, x, w_q, w_k)


def compare(draws: int = 8, *, tokens: int = 1000) -> show.Table:
    """What each scheme does to queries, scores and far keys, from the least to the most of draws.

    Parameters
    ----------
    draws : int
    tokens : int
        Queries in each draw; each meets one key.

    Returns
    -------
    show.Table
        See :class:`rope_lessons.specimens.scheme_comparison.Behaviour` for the three columns.

    Raises
    ------
    TypeError, ValueError
        ``draws`` or ``tokens`` is no whole number of at least 1.

    >>> compare(2, tokens=50).rows[-2]
    ['ALiBi', 'below 1e-9', 'below 1e-9', '100 %']
    """
    found = {}
    tokens = _validate.size("tokens", tokens)
    for seed in range(_validate.size("draws", draws)):
        six, x, w_q, w_k = draw(seed, tokens=2 * tokens)
        for label, scheme in six.items():
            behaved = scheme_comparison.behaviour(scheme, x[:tokens], x[tokens:], w_q, w_k)
            found.setdefault(label, []).append(behaved)
    rows = []
    for label, behaved in found.items():
        length, score, lower = zip(*behaved, strict=True)
        cells = _range(length, 100, "%"), _range(score, 1, ""), _range(lower, 100, "%", exact=True)
        rows.append((label, *cells))
    return show.Table(("", "q's length", "score, both moved", "lower at 60 than at 10"), rows)


def _range(values, factor, unit, exact=False):
    if max(values) < 1e-9 and not exact:
        return show.below(max(values), 1e-9)
    decimals = 0 if unit else 1
    ends = (show.number(factor * end, decimals) for end in (min(values), max(values)))
    return " ".join(filter(None, ["–".join(dict.fromkeys(ends)), unit]))
