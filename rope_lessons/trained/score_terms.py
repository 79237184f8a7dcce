"""Which parts of a score see the positions, when positions are added to the input?

A token at position m enters attention as content plus position, x_m + p_m. Its score with a token
at n is (x_m + p_m)ᵀ A (x_n + p_n) with A = W_qᵀ W_k, a sum of four terms::

    x_mᵀ A x_n  +  x_mᵀ A p_n  +  p_mᵀ A x_n  +  p_mᵀ A p_n

Source: Su et al. 2021, RoFormer (arXiv 2104.09864), section 2.3, after Dai et al. 2019
(arXiv 1901.02860).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rope_lessons import _validate, schemes
from rope_lessons._types import ArrayLike
from rope_lessons.trained import needles, tiny

if TYPE_CHECKING:
    from rope_lessons.trained.tiny import Model

NAMES = ("content–content", "content–position", "position–content", "position–position")


@_validate.finite
def four_terms(
    x_m: ArrayLike, x_n: ArrayLike, p_m: ArrayLike, p_n: ArrayLike, a: ArrayLike
) -> np.ndarray:
    """The four parts of a score, the query's part named first.

    Parameters
    ----------
    x_m, p_m : (width,) or (n_queries, width) arrays
        Content and position of the query's token.
    x_n, p_n : (width,) or (n_keys, width) arrays
        Content and position of the key's token.
    a : (width, width) array
        W_qᵀ W_k: a score is x_mᵀ a x_n.

    Returns
    -------
    (4,) or (4, n_queries, n_keys) array
        In the order of ``NAMES``; not divided by √d.

    Raises
    ------
    TypeError, ValueError
        Input that is not numeric and finite, widths that do not fit, or numbers too large.

    >>> four_terms([1, 0], [0, 1], [2, 0], [0, 3], [[1, 10], [100, 1000]])
    array([10., 30., 20., 60.])
    """
    x_m, x_n, p_m, p_n, a = (
        _validate.numbers(name, value)
        for name, value in (("x_m", x_m), ("x_n", x_n), ("p_m", p_m), ("p_n", p_n), ("a", a))
    )
    width = a.shape[-1] if a.ndim else 0
    if a.shape != (width, width):
        raise ValueError(f"a must be square, (width, width), got {a.shape}")
    for names, x, p in (("x_m and p_m", x_m, p_m), ("x_n and p_n", x_n, p_n)):
        if x.shape != p.shape or x.shape[-1:] != (width,) or x.ndim > 2:
            raise ValueError(
                f"{names} must have the same shape, ({width},) or (n, {width}) to fit a, "
                f"got {x.shape} and {p.shape}"
            )
    return np.stack([query @ a @ key.T for query in (x_m, p_m) for key in (x_n, p_n)])


def first_layer(model: Model, tokens: ArrayLike, head: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """What the first layer of a trained model multiplies: the tokens' content, and its A.

    The model divides each token's x + p by its size (RMSNorm) before W_q and W_k. That is left to
    :func:`terms_at`; the norm's gain, one factor for each entry, is part of ``a``.

    Parameters
    ----------
    model : rope_lessons.trained.tiny.Model
    tokens : (seq,) array of int
        See :func:`rope_lessons.trained.needles.encode`.
    head : int
        From 0.

    Returns
    -------
    x, a : (seq, width) and (width, width) arrays
        In float64.

    Raises
    ------
    TypeError, ValueError
        A model that adds no positions, tokens that are none, a head that there is not.

    >>> x, a = first_layer(tiny.load("sinusoidal"), [0, 1, 2])
    >>> x.shape, a.shape
    ((3, 64), (64, 64))
    """
    if model.settings["scheme"] not in ("sinusoidal", "learned"):
        raise ValueError(
            f"{model.name} adds no positions to its input, so its scores have no four terms; try "
            "sinusoidal or learned"
        )
    tokens = needles.as_tokens(tokens)
    if tokens.ndim != 1:
        raise ValueError(f"tokens must be one text, (seq,), got shape {tokens.shape}")
    head = _validate.index("head", head, tiny.N_HEADS - 1)
    weights = {name: weight.astype(np.float64) for name, weight in model.weights.items()}
    rows = slice(head * tiny.HEAD_DIM, (head + 1) * tiny.HEAD_DIM)
    gain = weights["blocks.0.norm1.weight"]
    w_q, w_k = (gain * weights[f"blocks.0.{name}.weight"][rows] for name in "qk")
    return weights["embedding.weight"][tokens], w_q.T @ w_k


@_validate.finite
def distance_share(scores: ArrayLike) -> float:
    """How much of a matrix of scores can be foretold from the distance alone.

    Compares every score with the mean of all scores at its distance. Only keys that are not ahead
    of their query count, as under a causal mask.

    Parameters
    ----------
    scores : (seq, seq) array
        Queries and keys at positions 0 … seq − 1; not all the same.

    Returns
    -------
    float
        Share of the variance: 1 where distance is all there is. A little above 0 even without any
        order, since a long distance occurs only a few times.

    Raises
    ------
    TypeError, ValueError
        Input that is not numeric, finite and square, too large, or all the same.

    >>> distance_share([[0, 9, 9], [1, 0, 9], [4, 1, 0]])
    1.0
    """
    scores = _validate.numbers("scores", scores).astype(np.float64)
    if scores.ndim != 2 or scores.shape[0] != scores.shape[1]:
        raise ValueError(f"scores must be square, (seq, seq), got {scores.shape}")
    m, n = np.tril_indices(len(scores))
    seen = scores[m, n]
    foretold = np.bincount(m - n, seen) / np.bincount(m - n)
    spread = seen.var()
    if spread == 0:
        raise ValueError("scores are all the same, so there is nothing to foretell")
    return float(1 - np.mean((seen - foretold[m - n]) ** 2) / spread)


@_validate.finite
def terms_at(
    model: Model,
    tokens: ArrayLike,
    first: int = 0,
    head: int = 0,
    *,
    divided: bool = True,
) -> np.ndarray:
    """The four terms in the first layer of a trained model, wherever the text stands.

    Parameters
    ----------
    model : rope_lessons.trained.tiny.Model
        One that adds sines and cosines.
    tokens : (seq,) array of int
        See :func:`rope_lessons.trained.needles.encode`.
    first : int
        Position of the first token.
    head : int
        From 0.
    divided : bool
        Whether each x + p is divided by its size first, as the model does (RMSNorm). The size moves
        with the position, so no term is then free of it.

    Returns
    -------
    (4, seq, seq) array
        In the order of ``NAMES``; their sum is what the model hands to the softmax, but for √d.

    Raises
    ------
    TypeError, ValueError
        As :func:`first_layer` does; a model that adds no sines, a negative position.

    >>> terms_at(tiny.load("sinusoidal"), [0, 1, 2]).shape
    (4, 3, 3)
    """
    x, a = first_layer(model, tokens, head)
    if model.settings["scheme"] != "sinusoidal":
        raise ValueError(f"{model.name} looks its rows up in a table; try sinusoidal")
    positions = _validate.index("first", first) + np.arange(len(x))
    p = schemes.Sinusoidal(tiny.WIDTH).rows(positions)
    if divided:
        size = np.sqrt(np.mean((x + p) ** 2, axis=-1, keepdims=True))
        x, p = x / size, p / size
    return four_terms(x, x, p, p, a)
