"""How is a large array computed without waiting for memory, or using much of it?

What is computed for each row by itself may be computed a few rows at a time: what comes between
then stays in the processor's cache.
"""

import numpy as np

BLOCK = 2**20  # bytes: one head of 2,048 positions, and about what a core's own cache holds
DISTANCES = 4096  # at a time: their turns take 4 MiB for 64 pairs


def in_blocks(turn, x, turns):
    """``turn(x, turns)``, both taken apart along their leading axes, which broadcast."""
    if x.nbytes <= BLOCK:
        return turn(x, turns)
    out = np.empty(x.shape, x.dtype)
    _fill(out, turn, x, np.broadcast_to(turns, (*x.shape[:-1], turns.shape[-1])))
    return out


def _fill(out, turn, x, turns):
    if x.nbytes <= BLOCK or x.ndim == 1:
        out[...] = turn(x, turns)
    elif len(x) == 1:
        _fill(out[0], turn, x[0], turns[0])
    else:
        for half in (slice(None, len(x) // 2), slice(len(x) // 2, None)):
            _fill(out[half], turn, x[half], turns[half])


def in_chunks(curve, distances, dtype):
    """``curve(distances)`` for an array of any shape, as an array of that shape and type."""
    flat = distances.ravel()
    out = np.empty(flat.size, dtype)
    for start in range(0, flat.size, DISTANCES):
        chunk = slice(start, start + DISTANCES)
        out[chunk] = curve(flat[chunk])
    return out.reshape(distances.shape)
