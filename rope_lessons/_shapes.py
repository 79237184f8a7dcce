"""Do these arrays fit each other? Each is usable by itself already; see :mod:`._validate`."""

import numpy as np


def angles_fit(angle, pair):
    """One angle, or one for each pair, by broadcasting."""
    try:
        np.broadcast_shapes(pair.shape[:-1], angle.shape)
    except ValueError:
        raise ValueError(
            f"angle of shape {angle.shape} does not fit pairs of shape {pair.shape}; give one "
            "angle, or one for each pair"
        ) from None


def frequencies_fit(inv_freq, x):
    """No more pairs than the vectors have room for."""
    rotary_dim, head_dim = 2 * inv_freq.size, x.shape[-1]
    if rotary_dim > head_dim:
        raise ValueError(
            f"{inv_freq.size} pairs need {rotary_dim} entries, but the vectors have {head_dim}; "
            f"try inv_freq(head_dim={head_dim - head_dim % 2 or 2})"
        )


def positions_fit(positions, x):
    """One position for each vector of (…, seq, head_dim), or a single number for all."""
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
            f"positions of shape {positions.shape} do not fit x of shape {x.shape}: expected "
            f"{expected}, or a single number for all"
        )


def queries_fit_keys(q, k):
    """Rows of vectors of one size, under leading axes that broadcast."""
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


def query_fits_key(q, k):
    """One vector each, of one size."""
    if q.ndim != 1 or k.ndim != 1:
        raise ValueError(f"q and k must each be one vector, got shapes {q.shape} and {k.shape}")
    _same_head_dim(q, k)


def _same_head_dim(q, k):
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(
            f"q and k must have the same head_dim, got {q.shape[-1]} and {k.shape[-1]}"
        )
