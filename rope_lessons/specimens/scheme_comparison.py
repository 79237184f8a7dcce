"""What does a position scheme do to one head: to its queries, to its scores, to far keys?

The same three questions put to any scheme of :mod:`rope_lessons.schemes`, on the same tokens and
weights, so that the answers can stand side by side.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rope_lessons import _validate, rotary, schemes
from rope_lessons._types import ArrayLike

NEAR, FAR, MOVE = 10, 60, 100  # positions


class Behaviour(NamedTuple):
    """What was measured; see :func:`behaviour`."""

    length_change: float
    score_change: float
    lower_far: float


@_validate.finite
def behaviour(
    scheme: Any, tokens: ArrayLike, others: ArrayLike, w_q: ArrayLike, w_k: ArrayLike
) -> Behaviour:
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
        Input that is not numeric and finite or does not fit, a query without length, or what the
        scheme refuses.

    >>> one = np.eye(2)
    >>> behaviour(schemes.ALiBi(1), one, one, one, one)
    Behaviour(length_change=0.0, score_change=0.0, lower_far=1.0)
    """
    tokens, others, w_q, w_k = _fitting(tokens, others, w_q, w_k)

    def score(m, n):
        q = scheme.embed(tokens, m) @ w_q.T
        k = scheme.embed(others, n) @ w_k.T
        return scheme.logits(q[:, None], k[:, None], m, n).ravel()

    def length(m):
        q = scheme.embed(tokens, m) @ w_q.T
        if isinstance(scheme, schemes.Rope):
            q = rotary.apply_rope(q, m, scheme.inv_freq, layout=scheme.layout)
        return np.linalg.norm(q, axis=-1)

    if not length(0).all():
        raise ValueError("a row of tokens gives a query of length 0, of which no part can be told")
    here, moved = score(FAR, FAR - NEAR), score(FAR + MOVE, FAR + MOVE - NEAR)
    return Behaviour(
        float(np.abs(length(MOVE) / length(0) - 1).max()),
        float(np.abs(moved - here).max()),
        float(np.mean(score(FAR, 0) < here)),
    )


def _fitting(tokens, others, w_q, w_k):
    """The arrays, converted, once they fit each other; tokens as texts of one token each."""
    tokens, others, w_q, w_k = (
        _validate.numbers(name, value)
        for name, value in (("tokens", tokens), ("others", others), ("w_q", w_q), ("w_k", w_k))
    )
    if tokens.ndim != 2 or tokens.shape != others.shape:
        raise ValueError(
            "tokens and others must have the same shape, (n, width), got "
            f"{tokens.shape} and {others.shape}"
        )
    width = tokens.shape[1]
    if w_q.ndim != 2 or w_q.shape[1] != width or w_q.shape != w_k.shape:
        raise ValueError(
            f"w_q and w_k must have the same shape, (head_dim, {width}), got {w_q.shape} and "
            f"{w_k.shape}"
        )
    return tokens[:, None], others[:, None], w_q, w_k
