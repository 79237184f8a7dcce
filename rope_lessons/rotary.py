"""Rotary position embedding (RoPE): the mathematics, and nothing else.

A head is ``head_dim`` numbers read as ``head_dim / 2`` pairs. A pair is an arrow in a plane, which
is one complex number. RoPE turns pair ``j`` of the query or key at position ``p`` counter-clockwise
by the angle ``p · θ_j``::

    pair  →  pair · e^(i · p · θ_j)            θ_j = base^(-2j / head_dim)   radians per position

The score of a query at ``m`` and a key at ``n`` multiplies one turned arrow by the conjugate of the
other, so what survives of the two angles is their difference, ``(m − n) · θ_j``. That is all of it.

Conventions. Positions count from 0, angles are radians, distance is query minus key, scores are
neither masked nor divided by √head_dim. The base, a scaling of the frequencies and partial rotation
all travel in one array, ``inv_freq`` (θ, fastest pair first). Angles are computed in float64, and
``x`` is turned in its own floating type; integers become float64. No function changes its input.

Raises, of all functions alike. TypeError: an argument is of the wrong kind. ValueError: it is not
finite, not of the shape asked for, or an unknown layout; or arguments do not fit each other; or
they are so large that a result would not fit its floating type.

Source: Su et al. 2021, RoFormer (arXiv 2104.09864), sections 3.2 to 3.4.
"""

from __future__ import annotations

import numpy as np

from rope_lessons import _blocks, _shapes, _validate
from rope_lessons._types import ArrayLike

LAYOUTS = ("interleaved", "half_split")

# An argument of one name is the same thing in every function.
_checked = _validate.arguments(
    head_dim=_validate.even,
    base=_validate.positive,
    inv_freq=_validate.frequencies,
    layout=_validate.choice(*LAYOUTS),
    pair=_validate.pair,
    pairs=_validate.pairs,
    position=_validate.number,
    n_heads=_validate.count,
    **dict.fromkeys(("x", "q", "k", "weight"), _validate.vectors),
    **dict.fromkeys(("angle", "positions", "distances"), _validate.doubles),
)


@_checked
@_validate.finite
def inv_freq(head_dim: int, base: float = 10000.0) -> np.ndarray:
    """The speed θ_j of every pair: (head_dim / 2,) radians per position, fastest first.

    ``head_dim`` is an even int, the size of a head or of the part of it that turns. ``base`` is
    greater than 0 (above 1 for the fastest to be first); model settings call it ``rope_theta``.

    >>> inv_freq(4, base=100.0)
    array([1. , 0.1])
    """
    return base ** (-np.arange(0, head_dim, 2) / head_dim)


@_checked
def to_pairs(x: ArrayLike, layout: str = "interleaved") -> np.ndarray:
    """Read vectors (…, d), d even, as arrows in planes (…, d/2, 2); they may share memory.

    ``"interleaved"`` pairs neighbours, (x[2j], x[2j+1]): the paper, Meta's Llama, GPT-J.
    ``"half_split"`` pairs across the middle, (x[j], x[j + d/2]): GPT-NeoX, Transformers' Llama.

    >>> to_pairs([1, 2, 3, 4], layout="half_split")
    array([[1., 3.],
           [2., 4.]])
    """
    half = _validate.even("the last axis of x", x.shape[-1]) // 2
    if layout == "interleaved":
        return x.reshape(*x.shape[:-1], half, 2)
    return np.stack([x[..., :half], x[..., half:]], axis=-1)


@_checked
def from_pairs(pairs: ArrayLike, layout: str = "interleaved") -> np.ndarray:
    """Write arrows (…, d/2, 2) back as vectors (…, d): the inverse of :func:`to_pairs`.

    >>> from_pairs([[1, 3], [2, 4]], layout="half_split")
    array([1., 2., 3., 4.])
    """
    if layout == "interleaved":
        return pairs.reshape(*pairs.shape[:-2], -1)
    return np.concatenate([pairs[..., 0], pairs[..., 1]], axis=-1)


@_checked
def rotate_pair(pair: ArrayLike, angle: ArrayLike) -> np.ndarray:
    """Turn arrows counter-clockwise: (x, y) → (x cos a − y sin a, x sin a + y cos a).

    ``pair`` is (…, 2), ``angle`` radians that broadcast against ``…``. The result is (…, 2), in the
    floating type of ``pair``.

    >>> rotate_pair([1.0, 0.0], np.pi / 4).round(3)
    array([0.707, 0.707])
    """
    _shapes.angles_fit(angle, pair)
    return _multiply(pair, _turns(angle, pair.dtype))


def _multiply(pairs, turns):
    with _validate.no_overflow():
        turned = _as_complex(pairs) * turns
        return turned[..., None].view(turns.real.dtype).astype(pairs.dtype, copy=False)


def _turns(angle, dtype):
    """e^(i · angle), for pairs of that type. Its parts take half the time of one exponential."""
    turns = np.empty(angle.shape, np.result_type(dtype, np.complex64))
    np.cos(angle, out=turns.real, casting="same_kind")
    np.sin(angle, out=turns.imag, casting="same_kind")
    return turns


def _as_complex(pairs):
    real = np.result_type(pairs.dtype, np.float32)  # NumPy has no complex type for float16
    pairs = np.ascontiguousarray(pairs, dtype=real)
    return pairs.view(np.result_type(real, np.complex64))[..., 0]


@_checked
def apply_rope(
    x: ArrayLike, positions: ArrayLike, inv_freq: ArrayLike, *, layout: str = "interleaved"
) -> np.ndarray:
    """Turn every pair of every vector by its position times the pair's speed.

    ``x`` is (…, seq, head_dim), queries or keys, or one vector (head_dim,). ``positions`` is
    (…, seq) in any order, or a single number; fractions are allowed, leading axes broadcast.
    ``inv_freq`` is (n_pairs,) radians per position: fewer than head_dim / 2 pairs turn the first
    2 · n_pairs entries and leave the rest (partial rotary). The result has x's shape and type.

    >>> q = np.array([[1.0, 0.0], [1.0, 0.0]])
    >>> apply_rope(q, [1, 2], [np.pi / 4]).round(3)
    array([[0.707, 0.707],
           [0.   , 1.   ]])
    """
    _shapes.positions_fit(positions, x)
    _shapes.frequencies_fit(inv_freq, x)
    turn = _turn if x.nbytes <= _blocks.BLOCK else _blocks.turn
    return turn(x, _blocks.turns(_turns_at, positions, inv_freq, x.dtype), layout)


def _turns_at(positions, inv_freq, dtype):
    """What the turns are; ``_blocks.turns`` finds them faster where many positions lie together."""
    with _validate.no_overflow():
        angles = np.multiply.outer(positions, inv_freq)
    return _turns(angles, dtype)


def _turn(x, turns, layout):
    """What the turn is; ``_blocks.turn`` does the same to the last bit, faster for large arrays."""
    rotary_dim = 2 * turns.shape[-1]
    pairs = to_pairs.unchecked(x[..., :rotary_dim], layout)
    turned = from_pairs.unchecked(_multiply(pairs, turns), layout)
    return np.concatenate([turned, x[..., rotary_dim:]], axis=-1)


@_checked
@_validate.finite
def scores(
    q: ArrayLike,
    k: ArrayLike,
    q_positions: ArrayLike,
    k_positions: ArrayLike,
    inv_freq: ArrayLike,
    *,
    layout: str = "interleaved",
) -> np.ndarray:
    """Dot products of every turned query with every turned key: no 1/√d, no mask, no softmax.

    ``q`` is (…, n_queries, head_dim) and ``k`` (…, n_keys, head_dim), their positions and the rest
    as for :func:`apply_rope`. The result is (…, n_queries, n_keys).

    >>> q = k = [[1.0, 0.0]]
    >>> scores(q, k, [1], [2], [np.pi / 4]).round(3)
    array([[0.707]])
    """
    _shapes.queries_fit_keys(q, k)
    turned_q = apply_rope(q, q_positions, inv_freq, layout=layout)
    turned_k = apply_rope(k, k_positions, inv_freq, layout=layout)
    return turned_q @ np.swapaxes(turned_k, -1, -2)


@_checked
@_validate.finite
def distance_curve(
    q: ArrayLike,
    k: ArrayLike,
    distances: ArrayLike,
    inv_freq: ArrayLike,
    *,
    layout: str = "interleaved",
) -> np.ndarray:
    """The score of one query with one key, (head_dim,) each, as a function of their distance alone.

    f(Δ) = Σ_j |q_j| |k_j| cos(Δ θ_j + φ_j), φ_j the angle from pair j of k to pair j of q; entries
    that do not turn add their plain dot product. ``distances``, query minus key in positions, is of
    any shape, and so is the result; negative and fractional ones are allowed. Memory beyond the
    result stays bounded, however many distances there are.

    >>> distance_curve([1.0, 0.0], [1.0, 0.0], [0, -1, 4], [np.pi / 4]).round(3)
    array([ 1.   ,  0.707, -1.   ])
    """
    _shapes.query_fits_key(q, k)
    _shapes.frequencies_fit(inv_freq, q)
    rotary_dim, dtype = 2 * inv_freq.size, np.result_type(q, k)
    q, k = q.astype(np.float64), k.astype(np.float64)
    pairs_q, pairs_k = (to_pairs.unchecked(x[:rotary_dim], layout) for x in (q, k))
    at_zero = _as_complex(pairs_q) * np.conj(_as_complex(pairs_k))
    unturned = q[rotary_dim:] @ k[rotary_dim:]

    def score(distances):
        turns = _blocks.turns(_turns_at, distances, inv_freq, np.float64)
        return (turns @ at_zero).real + unturned

    return _blocks.curve(score, distances, dtype)


# What else follows from it: the length of a turn, the turn as a matrix, the way to another layout.


@_validate.arguments(inv_freq=_validate.forward_frequencies)
def wavelengths(inv_freq: ArrayLike) -> np.ndarray:
    """Positions that each pair needs for one full turn, 2π / θ_j: (n_pairs,), like ``inv_freq``.

    No speed may be negative. A pair that stands still (θ = 0), or too slow for a float, has inf.

    >>> wavelengths([np.pi / 4, np.pi / 100])
    array([  8., 200.])
    """
    with np.errstate(divide="ignore", over="ignore"):
        return 2 * np.pi / inv_freq


@_checked
@_validate.finite
def rotation_matrix(position: float, inv_freq: ArrayLike) -> np.ndarray:
    """RoPE at one position as a (d, d) matrix: a 2 × 2 rotation for each pair on the diagonal.

    ``inv_freq`` is (d/2,) radians per position, the layout interleaved. :func:`apply_rope` does the
    same with d/2 times fewer multiplications.

    >>> rotation_matrix(2, [np.pi / 4]).round(3) + 0.0
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    angles = position * inv_freq
    matrix = np.zeros((2 * angles.size, 2 * angles.size))
    for j, angle in enumerate(angles):
        cos, sin = np.cos(angle), np.sin(angle)
        matrix[2 * j : 2 * j + 2, 2 * j : 2 * j + 2] = [[cos, -sin], [sin, cos]]
    return matrix


@_checked
def to_half_split(weight: ArrayLike, n_heads: int, rotary_dim: int | None = None) -> np.ndarray:
    """Reorder the rows of W_q or W_k so that an interleaved model runs in a half-split runtime.

    Per head, the rows that turn go from 0, 1, 2, 3, … to 0, 2, 4, …, 1, 3, 5, …. Queries and keys
    need it, their biases and norms too; values do not. ``weight`` is (n_heads · head_dim, …), a
    projection (rows, inputs) or its bias (rows,). ``n_heads`` counts the heads in these rows; for
    W_k of a grouped-query model, its key-value heads. ``rotary_dim`` rows of each head turn, all by
    default.

    >>> to_half_split([0, 1, 2, 3], n_heads=1)
    array([0., 2., 1., 3.])
    """
    rows = weight.shape[0]
    if rows % n_heads:
        raise ValueError(f"{rows} rows do not divide into {n_heads} heads of equal size")
    head_dim = rows // n_heads
    rotary_dim = _validate.even("rotary_dim", head_dim if rotary_dim is None else rotary_dim)
    if rotary_dim > head_dim:
        raise ValueError(f"rotary_dim must be at most head_dim = {head_dim}, got {rotary_dim}")
    order = np.concatenate(
        [np.arange(0, rotary_dim, 2), np.arange(1, rotary_dim, 2), np.arange(rotary_dim, head_dim)]
    )
    heads = weight.reshape(n_heads, head_dim, *weight.shape[1:])
    return heads[:, order].reshape(weight.shape)
