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
Numbers so large that a result would not fit its floating type are refused with a ``ValueError``.

Source: Su et al. 2021, RoFormer (arXiv 2104.09864), sections 3.2 to 3.4.
"""

import numpy as np

from rope_lessons import _validate

LAYOUTS = ("interleaved", "half_split")


@_validate.finite
def inv_freq(head_dim, base=10000.0):
    """The speed θ_j of every pair.

    Parameters
    ----------
    head_dim : int
        Size of one head, or of the part of it that turns; even.
    base : float
        Known as ``rope_theta`` in model settings; greater than 0.

    Returns
    -------
    (head_dim / 2,) array
        Radians per position, fastest first (for a base above 1).

    Raises
    ------
    TypeError, ValueError
        ``head_dim`` is no even whole number of at least 2, or ``base`` no number above 0.

    >>> inv_freq(4, base=100.0)
    array([1. , 0.1])
    """
    head_dim = _validate.even("head_dim", head_dim)
    base = _validate.positive("base", base)
    return base ** (-np.arange(0, head_dim, 2) / head_dim)


def wavelengths(inv_freq):
    """Positions that each pair needs for one full turn, 2π / θ_j.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position, none negative. A pair that stands still (θ = 0) has an infinite
        wavelength; so has one too slow for a float to hold it.

    Returns
    -------
    (n_pairs,) array
        Positions.

    Raises
    ------
    TypeError, ValueError
        ``inv_freq`` is not a one-dimensional array of finite numbers ≥ 0.

    >>> wavelengths([np.pi / 4, np.pi / 100])
    array([  8., 200.])
    """
    inv_freq = _frequencies(inv_freq)
    if (inv_freq < 0).any():
        raise ValueError(f"inv_freq must not be negative here, got {inv_freq.min():g}")
    with np.errstate(divide="ignore", over="ignore"):
        return 2 * np.pi / inv_freq


def to_pairs(x, layout="interleaved"):
    """Read a vector as arrows in planes.

    ``"interleaved"`` pairs neighbours, (x[2j], x[2j+1]): the paper, Meta's Llama, GPT-J.
    ``"half_split"`` pairs across the middle, (x[j], x[j + d/2]): GPT-NeoX, Transformers' Llama.

    Parameters
    ----------
    x : (…, d) array, d even

    Returns
    -------
    (…, d/2, 2) array
        May share memory with ``x``, as ``reshape`` does.

    Raises
    ------
    TypeError, ValueError
        ``x`` is not numeric, finite and of even last axis, or the layout is unknown.

    >>> to_pairs([1, 2, 3, 4])
    array([[1., 2.],
           [3., 4.]])
    >>> to_pairs([1, 2, 3, 4], layout="half_split")
    array([[1., 3.],
           [2., 4.]])
    """
    x = _vectors("x", x)
    _validate.even("the last axis of x", x.shape[-1])
    return _pair_up(x, layout)


def from_pairs(pairs, layout="interleaved"):
    """Write arrows back as a vector: the inverse of :func:`to_pairs`.

    Parameters
    ----------
    pairs : (…, d/2, 2) array

    Returns
    -------
    (…, d) array
        May share memory with ``pairs``.

    Raises
    ------
    TypeError, ValueError
        ``pairs`` is not numeric and finite, does not end in an axis of two, or the layout is
        unknown.

    >>> from_pairs([[1, 3], [2, 4]], layout="half_split")
    array([1., 2., 3., 4.])
    """
    pairs = _validate.numbers("pairs", pairs)
    if pairs.ndim < 2 or pairs.shape[-1] != 2:
        raise ValueError(f"pairs must have the shape (…, n_pairs, 2), got {pairs.shape}")
    return _unpair(pairs, layout)


def rotate_pair(pair, angle):
    """Turn arrows counter-clockwise: (x, y) → (x cos a − y sin a, x sin a + y cos a).

    Parameters
    ----------
    pair : (…, 2) array
    angle : array
        Radians; broadcasts against the leading axes ``…``.

    Returns
    -------
    (…, 2) array
        In the floating type of ``pair``.

    Raises
    ------
    TypeError, ValueError
        Not numeric, not finite, no last axis of two, or shapes that do not broadcast.

    >>> rotate_pair([1.0, 0.0], np.pi / 4).round(3)
    array([0.707, 0.707])
    """
    pair = _validate.numbers("pair", pair)
    angle = _validate.numbers("angle", angle)
    if pair.ndim < 1 or pair.shape[-1] != 2:
        raise ValueError(f"pair must have the shape (…, 2), got {pair.shape}")
    try:
        np.broadcast_shapes(pair.shape[:-1], angle.shape)
    except ValueError:
        raise ValueError(
            f"angle of shape {angle.shape} does not fit pairs of shape {pair.shape}; give one "
            "angle, or one for each pair"
        ) from None
    return _turn(pair, angle)


@_validate.finite
def rotation_matrix(position, inv_freq):
    """RoPE at one position written as a matrix: a 2 × 2 rotation for each pair on the diagonal.

    Interleaved layout. :func:`apply_rope` does the same with d/2 times fewer multiplications.

    Parameters
    ----------
    position : float
    inv_freq : (d/2,) array
        Radians per position.

    Returns
    -------
    (d, d) array

    Raises
    ------
    TypeError, ValueError
        ``position`` is not one finite number or ``inv_freq`` not a one-dimensional array of them.

    >>> rotation_matrix(2, [np.pi / 4]).round(3) + 0.0
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    angles = _validate.number("position", position) * _frequencies(inv_freq)
    matrix = np.zeros((2 * angles.size, 2 * angles.size))
    for j, angle in enumerate(angles):
        cos, sin = np.cos(angle), np.sin(angle)
        matrix[2 * j : 2 * j + 2, 2 * j : 2 * j + 2] = [[cos, -sin], [sin, cos]]
    return matrix


def apply_rope(x, positions, inv_freq, *, layout="interleaved"):
    """Turn every pair of every vector by its position times the pair's speed.

    Parameters
    ----------
    x : (…, seq, head_dim) array
        Queries or keys; or one vector (head_dim,) with a single position.
    positions : (…, seq) array or a single number
        From 0, in any order, fractions allowed. Leading axes broadcast against those of ``x``.
    inv_freq : (n_pairs,) array
        Radians per position. With fewer than head_dim / 2 pairs, the first 2 · n_pairs entries
        turn and the rest passes through (partial rotary).
    layout : {"interleaved", "half_split"}
        Which entries form a pair; see :func:`to_pairs`.

    Returns
    -------
    array like ``x``
        Same shape, same floating type.

    Raises
    ------
    TypeError, ValueError
        Input that is not numeric and finite, more pairs than fit, positions that do not match
        ``x``, an unknown layout.

    >>> q = np.array([[1.0, 0.0], [1.0, 0.0]])
    >>> apply_rope(q, [1, 2], [np.pi / 4]).round(3)
    array([[0.707, 0.707],
           [0.   , 1.   ]])
    """
    x = _vectors("x", x)
    inv_freq = _frequencies(inv_freq)
    with np.errstate(over="ignore"):
        angles = _validate.fits(_positions("positions", positions, x)[..., None] * inv_freq)
    rotary_dim = _rotary_dim(inv_freq, x)
    pairs = _pair_up(x[..., :rotary_dim], layout)
    if layout == "interleaved":  # pairing across the middle has made a copy already
        pairs = pairs.copy()
    turned = _unpair(_turn(pairs, angles, in_place=True), layout)
    if rotary_dim == x.shape[-1]:
        return turned
    return np.concatenate([turned, x[..., rotary_dim:]], axis=-1)


@_validate.finite
def scores(q, k, q_positions, k_positions, inv_freq, *, layout="interleaved"):
    """Dot products of every turned query with every turned key: no 1/√d, no mask, no softmax.

    Parameters
    ----------
    q : (…, n_queries, head_dim) array
    k : (…, n_keys, head_dim) array
    q_positions, k_positions : (…, n_queries) and (…, n_keys) arrays, or single numbers
    inv_freq, layout
        As for :func:`apply_rope`.

    Returns
    -------
    (…, n_queries, n_keys) array

    Raises
    ------
    TypeError, ValueError
        As for :func:`apply_rope`; also when q and k do not fit each other.

    >>> q = k = [[1.0, 0.0]]
    >>> scores(q, k, [1], [2], [np.pi / 4]).round(3)
    array([[0.707]])
    """
    q, k = _vectors("q", q), _vectors("k", k)
    for name, x in (("q", q), ("k", k)):
        if x.ndim < 2:
            raise ValueError(
                f"{name} must have the shape (…, n, head_dim), got {x.shape}; put one vector in a "
                f"list of its own, [{name}]"
            )
    _same_head_dim(q, k)
    try:
        np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    except ValueError:
        raise ValueError(
            f"the leading axes of q {q.shape} and k {k.shape} do not fit; give both the same "
            "batch and head axes"
        ) from None
    turned_q = apply_rope(q, q_positions, inv_freq, layout=layout)
    turned_k = apply_rope(k, k_positions, inv_freq, layout=layout)
    return turned_q @ np.swapaxes(turned_k, -1, -2)


@_validate.finite
def distance_curve(q, k, distances, inv_freq, *, layout="interleaved"):
    """The score of one query with one key as a function of their distance alone.

    f(Δ) = Σ_j |q_j| |k_j| cos(Δ θ_j + φ_j), φ_j the angle from pair j of k to pair j of q;
    entries that do not turn add their plain dot product.

    Parameters
    ----------
    q, k : (head_dim,) arrays
    distances : array of any shape
        Query position minus key position; negative and fractional values allowed.
    inv_freq, layout
        As for :func:`apply_rope`.

    Returns
    -------
    array of the shape of ``distances``
        Memory beyond the result stays bounded, however many distances there are.

    Raises
    ------
    TypeError, ValueError
        Input that is not numeric and finite, q and k that are no vectors of one size, more pairs
        than fit, an unknown layout.

    >>> distance_curve([1.0, 0.0], [1.0, 0.0], [0, -1, 4], [np.pi / 4]).round(3)
    array([ 1.   ,  0.707, -1.   ])
    """
    q, k = _vectors("q", q), _vectors("k", k)
    distances = _validate.numbers("distances", distances)
    inv_freq = _frequencies(inv_freq)
    if q.ndim != 1 or k.ndim != 1:
        raise ValueError(f"q and k must each be one vector, got shapes {q.shape} and {k.shape}")
    _same_head_dim(q, k)
    rotary_dim = _rotary_dim(inv_freq, q)
    at_zero = _complex(_pair_up(q[:rotary_dim].astype(np.float64), layout)) * np.conj(
        _complex(_pair_up(k[:rotary_dim].astype(np.float64), layout))
    )
    unturned = q[rotary_dim:].astype(np.float64) @ k[rotary_dim:].astype(np.float64)

    flat = distances.ravel().astype(np.float64)
    curve = np.empty(flat.size, dtype=np.result_type(q, k))
    chunk = 4096
    for start in range(0, flat.size, chunk):
        turns = _turns(np.multiply.outer(flat[start : start + chunk], inv_freq), np.complex128)
        curve[start : start + chunk] = (turns @ at_zero).real + unturned
    return curve.reshape(distances.shape)


def to_half_split(weight, n_heads, rotary_dim=None):
    """Reorder the rows of W_q or W_k so that an interleaved model runs in a half-split runtime.

    Per head, the rows that turn go from 0, 1, 2, 3, … to 0, 2, 4, …, 1, 3, 5, …. Queries and keys
    need it, their biases and norms too; values do not.

    Parameters
    ----------
    weight : (n_heads · head_dim, …) array
        A projection (rows, inputs) or its bias (rows,).
    n_heads : int
        Heads in these rows; for W_k of a grouped-query model, its key-value heads.
    rotary_dim : int, optional
        How many rows of each head turn; all by default.

    Returns
    -------
    array like ``weight``

    Raises
    ------
    TypeError, ValueError
        Rows that do not divide into heads, an odd or too large ``rotary_dim``.

    >>> to_half_split([0, 1, 2, 3], n_heads=1)
    array([0., 2., 1., 3.])
    """
    weight = _vectors("weight", weight)
    n_heads = _validate.count("n_heads", n_heads)
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


# What the public functions share: x as validated arrays, without a second validation.


def _pair_up(x, layout):
    half = x.shape[-1] // 2
    if _validate.one_of("layout", layout, LAYOUTS) == "interleaved":
        return x.reshape(*x.shape[:-1], half, 2)
    return np.stack([x[..., :half], x[..., half:]], axis=-1)


def _unpair(pairs, layout):
    if _validate.one_of("layout", layout, LAYOUTS) == "interleaved":
        return pairs.reshape(*pairs.shape[:-2], -1)
    return np.concatenate([pairs[..., 0], pairs[..., 1]], axis=-1)


def _turn(pair, angle, *, in_place=False):
    arrows = _complex(pair)
    turns = _turns(angle.astype(np.float64), arrows.dtype)
    try:  # one product at a time: NumPy's own flags are right here, and cost nothing
        with np.errstate(over="raise", invalid="raise"):
            turned = np.multiply(arrows, turns, out=arrows if in_place else None)
            return turned[..., None].view(arrows.real.dtype).astype(pair.dtype, copy=False)
    except FloatingPointError:
        raise ValueError(_validate.TOO_LARGE) from None


def _turns(angle, dtype):
    """e^(i · angle). Its two parts take half the time of one complex exponential."""
    turns = np.empty(angle.shape, dtype)
    turns.real, turns.imag = np.cos(angle), np.sin(angle)
    return turns


def _complex(pairs):
    real = np.result_type(pairs.dtype, np.float32)  # NumPy has no complex type for float16
    pairs = np.ascontiguousarray(pairs, dtype=real)
    return pairs.view(np.result_type(real, np.complex64))[..., 0]


def _vectors(name, x):
    x = _validate.numbers(name, x)
    if x.ndim == 0:
        raise ValueError(f"{name} must be a vector or an array of vectors, got one number")
    return x


def _frequencies(inv_freq):
    inv_freq = _validate.numbers("inv_freq", inv_freq)
    if inv_freq.ndim != 1:
        raise ValueError(
            f"inv_freq must be one-dimensional, one speed for each pair, got shape {inv_freq.shape}"
        )
    return inv_freq.astype(np.float64)


def _rotary_dim(inv_freq, x):
    rotary_dim, head_dim = 2 * inv_freq.size, x.shape[-1]
    if rotary_dim > head_dim:
        raise ValueError(
            f"{inv_freq.size} pairs need {rotary_dim} entries, but the vectors have {head_dim}; "
            f"try inv_freq(head_dim={head_dim - head_dim % 2 or 2})"
        )
    return rotary_dim


def _same_head_dim(q, k):
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(
            f"q and k must have the same head_dim, got {q.shape[-1]} and {k.shape[-1]}"
        )


def _positions(name, positions, x):
    positions = _validate.numbers(name, positions).astype(np.float64)
    leading = x.shape[:-1]
    fits = positions.ndim == 0
    if not fits and leading and positions.shape[-1] == leading[-1]:
        try:
            fits = np.broadcast_shapes(positions.shape, leading) == leading
        except ValueError:
            fits = False
    if not fits:
        expected = f"{leading[-1]} positions, one for each vector" if leading else "one position"
        raise ValueError(
            f"{name} of shape {positions.shape} do not fit x of shape {x.shape}: expected "
            f"{expected}, or a single number for all"
        )
    return positions
