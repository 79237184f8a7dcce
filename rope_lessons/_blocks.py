"""How is a large array computed without waiting for memory, or using much of it?

A block at a time: what lies between the first step and the last stays in the processor's cache.
What is computed is defined in :mod:`rope_lessons.rotary`.
"""

import numpy as np

from rope_lessons import _validate

BLOCK = 2**20  # bytes: 2,048 positions of one head in float32
DISTANCES = 4096  # whose turns take 4 MiB for 64 pairs
STRIDE = 64  # positions; a turn is one of a table of 64, after one by a multiple of 64


def turns(direct, positions, inv_freq, dtype):
    """As ``direct(positions, inv_freq, dtype)``, from two short tables where they would do.

    A turn by 1,000 positions is one by 15 · 64 and one by 40. Sine and cosine are most of the cost,
    and 2,048 neighbouring positions need them for 96 positions alone. The parts differ from the
    definition's by what rounding leaves of an angle: 1.2e-16 of its largest one, a few times.

    >>> by_table = turns(lambda p, theta, _: np.exp(1j * np.outer(p, theta)), np.arange(256.0),
    ...                  np.array([1.0]), np.float64)
    >>> bool(abs(by_table[200, 0] - np.exp(200j)) < 1e-13)
    True
    """
    strides, steps = np.divmod(positions, STRIDE)
    first, last = strides.min(initial=np.inf), strides.max(initial=-np.inf)
    if not 0 < 4 * (last - first + STRIDE) <= positions.size or (steps % 1).any():
        return direct(positions, inv_freq, dtype)
    far = direct(STRIDE * np.arange(first, last + 1), inv_freq, np.float64)
    near = direct(np.arange(float(STRIDE)), inv_freq, np.float64)
    out = np.empty((*positions.shape, inv_freq.size), np.result_type(dtype, np.complex64))
    flat = out.reshape(-1, inv_freq.size)
    strides, steps = ((strides - first).astype(int).ravel(), steps.astype(int).ravel())
    for start in range(0, len(flat), 16 * STRIDE):
        some = slice(start, start + 16 * STRIDE)
        np.multiply(far[strides[some]], near[steps[some]], out=flat[some], casting="same_kind")
    return out


def turn(x, turns, layout):
    """As the definition, ``rotary._turn``, to the last bit; for arrays larger than a block.

    >>> turn(np.array([[1.0, 0.0, 7.0]]), np.array([[1j]]), "half_split")
    array([[0., 1., 7.]])
    """
    out = np.empty(x.shape, x.dtype)
    turns = np.broadcast_to(turns, (*x.shape[:-1], turns.shape[-1]))
    room = np.empty(max(BLOCK // x.itemsize, x.shape[-1]) // 2, turns.dtype)
    with _validate.no_overflow():
        for block in _blocks(x, turns, out):
            _turn_block(*block, layout, room)
    return out


def _turn_block(x, turns, out, layout, room):
    half, rotary_dim = turns.shape[-1], 2 * turns.shape[-1]
    out[..., rotary_dim:] = x[..., rotary_dim:]
    if layout == "half_split":
        real, imag = slice(half), slice(half, rotary_dim)
    elif x.dtype == turns.real.dtype and x.strides[-1] == x.itemsize:  # complex as they lie
        pairs, turned = (array[..., :rotary_dim].view(turns.dtype) for array in (x, out))
        np.multiply(pairs, turns, out=turned)
        return
    else:
        real, imag = slice(0, rotary_dim, 2), slice(1, rotary_dim, 2)
    pairs = room[: turns.size].reshape(turns.shape)
    pairs.real, pairs.imag = x[..., real], x[..., imag]
    pairs *= turns
    out[..., real], out[..., imag] = pairs.real, pairs.imag


def _blocks(x, *more):
    """The same parts of all these arrays, along their leading axes: a block of x at most each."""
    if x.nbytes <= BLOCK or x.ndim == 1:
        yield x, *more
    elif len(x) == 1:
        yield from _blocks(x[0], *(array[0] for array in more))
    else:
        for half in (slice(len(x) // 2), slice(len(x) // 2, None)):
            yield from _blocks(x[half], *(array[half] for array in more))


def curve(score, distances, dtype):
    """``score(distances)`` for an array of any shape, as an array of that shape and that type.

    >>> curve(np.cos, np.array([[0.0]]), np.float32)
    array([[1.]], dtype=float32)
    """
    flat = distances.ravel()
    out = np.empty(flat.size, dtype)
    for start in range(0, flat.size, DISTANCES):
        some = slice(start, start + DISTANCES)
        out[some] = score(flat[some])
    return out.reshape(distances.shape)
