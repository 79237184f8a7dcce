"""What does a position scheme do to one head: to its queries, to its scores, to far keys?

The same three questions put to any scheme of :mod:`rope_lessons.schemes`, on the same tokens and
weights, so that the answers can stand side by side.
"""

from typing import NamedTuple

import numpy as np

from rope_lessons import _validate, rotary, schemes

NEAR, FAR, MOVE = 10, 60, 100  # positions


class Behaviour(NamedTuple):
    """What was measured; see :func:`behaviour`."""

    length_change: float
    score_change: float
    lower_far: float


def behaviour(scheme, tokens, others, w_q, w_k):
    """Three measurements of one head with one scheme.

    Each row of ``tokens`` is a query and meets the same row of ``others`` as its key.

    Parameters
    ----------
    scheme
        With the interface of :mod:`rope_lessons.schemes`, for one head and positions up to 160.
    tokens, others : (n, width) arrays
        Without positions.
    w_q, w_k : (head_dim, width) arrays

    Returns
    -------
    Behaviour
        ``length_change``: by which part of itself a query's length changes, at most, from position
        0 to 100. ``score_change``: by how much a score changes, at most, when query and key both
        move by 100, from positions 60 and 50. ``lower_far``: the share of scores that are lower 60
        positions apart than 10 apart, the query standing at 60.

    Raises
    ------
    TypeError, ValueError
        Input that is not numeric and finite or does not fit, or that the scheme refuses.

    >>> one = np.eye(2)
    >>> behaviour(schemes.ALiBi(1), one, one, one, one)
    Behaviour(length_change=0.0, score_change=0.0, lower_far=1.0)
    """
    tokens, others = (
        _validate.numbers(name, x)[:, None] for name, x in (("tokens", tokens), ("others", others))
    )

    def score(m, n):
        q = scheme.embed(tokens, m) @ np.transpose(w_q)
        k = scheme.embed(others, n) @ np.transpose(w_k)
        return scheme.logits(q[:, None], k[:, None], m, n).ravel()

    def length(m):
        q = scheme.embed(tokens, m) @ np.transpose(w_q)
        if isinstance(scheme, schemes.Rope):
            q = rotary.apply_rope(q, m, scheme.inv_freq, layout=scheme.layout)
        return np.linalg.norm(q, axis=-1)

    here, moved = score(FAR, FAR - NEAR), score(FAR + MOVE, FAR + MOVE - NEAR)
    return Behaviour(
        float(np.abs(length(MOVE) / length(0) - 1).max()),
        float(np.abs(moved - here).max()),
        float(np.mean(score(FAR, 0) < here)),
    )
