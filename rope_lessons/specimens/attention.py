"""How does one attention layer with RoPE go from its input to its output?

Written to be read: lesson 06 goes through :func:`layer` block by block, and a test holds the lesson
to these lines. It is causal attention with one key head for each query head, and nothing around it:
no norm, no bias, no cache. On the way the shapes are::

    x            (…, seq, width)             one row for each token
    q, k, v      (…, n_heads, seq, head_dim)
    scores       (…, n_heads, seq, seq)      [query, key]
    the result   (…, seq, width)

Conventions as in :mod:`rope_lessons.rotary`, with two exceptions that make it a layer: scores are
divided by √head_dim, and keys ahead of the query are masked.

Sources: Vaswani et al. 2017 (arXiv 1706.03762) for attention; Su et al. 2021 (arXiv 2104.09864) for
turning its queries and keys.
"""

from __future__ import annotations

import numpy as np

from rope_lessons import _validate, rotary
from rope_lessons._types import ArrayLike


@_validate.finite
def layer(
    x: ArrayLike,
    positions: ArrayLike,
    w_q: ArrayLike,
    w_k: ArrayLike,
    w_v: ArrayLike,
    w_o: ArrayLike,
    *,
    n_heads: int,
    inv_freq: ArrayLike,
) -> np.ndarray:
    """One layer of causal attention whose queries and keys are turned by their positions.

    Parameters
    ----------
    x : (…, seq, width) array
        What comes in, one row for each token. It need not know where a token stands.
    positions : (seq,) array
        From 0, fractions allowed. A query sees the keys whose position is not above its own.
    w_q, w_k : (n_heads · head_dim, width) arrays
        Rows, inputs: as PyTorch stores a projection.
    w_v : (n_heads · value_dim, width) array
    w_o : (outputs, n_heads · value_dim) array
    n_heads : int
    inv_freq : (n_pairs,) array
        Radians per position, the same for every head; see :func:`rope_lessons.rotary.inv_freq`.

    Returns
    -------
    (…, seq, outputs) array
        In the floating type of ``x`` and the weights.

    Raises
    ------
    TypeError, ValueError
        Input that is not numeric and finite, weights that do not fit ``x`` or each other, rows that
        do not divide into heads, positions that are not one for each token, more pairs than fit,
        numbers so large that a result would not fit its floating type.

    A token that sees only itself hands on its value, wherever it stands:

    >>> one = [[1.0]]
    >>> turn = [[1.0], [0.0]]
    >>> layer(one, [500], turn, turn, one, one, n_heads=1, inv_freq=[0.5])
    array([[1.]])
    """
    x, positions, w_q, w_k, w_v, w_o = _fitting(x, positions, w_q, w_k, w_v, w_o, n_heads)

    # The contract: vectors in, vectors out. A row of x says what a token is, not where it stands.
    heads = (*x.shape[:-1], n_heads, -1)
    q, k, v = ((x @ w.T).reshape(heads).swapaxes(-3, -2) for w in (w_q, w_k, w_v))

    # The transition: the angles positions · inv_freq enter, and nothing learned comes with them.
    q = rotary.apply_rope(q, positions, inv_freq)
    k = rotary.apply_rope(k, positions, inv_freq)

    # The hook: q meets k in a product, where two turns can cancel. v meets only weights.
    scores = q @ k.swapaxes(-2, -1) / q.shape[-1] ** 0.5
    scores = np.where(positions > positions[:, None], -np.inf, scores)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    mixed = (weights @ v).swapaxes(-3, -2)
    return mixed.reshape(*x.shape[:-1], -1) @ w_o.T


def _fitting(x, positions, w_q, w_k, w_v, w_o, n_heads):
    """The arrays, converted, once they are known to fit each other."""
    x = _validate.numbers("x", x)
    if x.ndim < 2:
        raise ValueError(f"x must have the shape (…, seq, width), got {x.shape}")
    *_, seq, width = x.shape
    positions = _validate.numbers("positions", positions)
    if positions.shape != (seq,):
        raise ValueError(
            f"positions must be one for each of the {seq} tokens of x, got shape {positions.shape}"
        )
    n_heads = _validate.count("n_heads", n_heads)
    weights = [
        _validate.numbers(name, weight)
        for name, weight in (("w_q", w_q), ("w_k", w_k), ("w_v", w_v), ("w_o", w_o))
    ]
    q, k, v, o = (weight.shape for weight in weights)
    for name, shape in (("w_q", q), ("w_k", k), ("w_v", v)):
        if len(shape) != 2 or shape[1] != width or shape[0] % n_heads:
            raise ValueError(
                f"{name} must have the shape (n_heads · head_dim, {width}) with {n_heads} heads, "
                f"got {shape}; a weight stored as (inputs, outputs) needs .T"
            )
    if q != k:
        raise ValueError(f"w_q and w_k must have the same shape, got {q} and {k}")
    if len(o) != 2 or o[1] != v[0]:
        raise ValueError(f"w_o must have the shape (outputs, {v[0]}), as many as w_v, got {o}")
    return x, positions, *weights
