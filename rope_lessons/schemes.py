"""Where does position enter, and what does it do to a score?

A transformer without positions sees a bag of tokens, but for its causal mask. A scheme can put
position into the input embeddings, turn queries and keys, or add a bias to their scores. Each class
here is one scheme behind one interface::

    x = scheme.embed(x, positions)                              # before the first layer
    logits = scheme.logits(q, k, q_positions, k_positions)      # in every layer, before the mask

==============  ==========================  =======================================
NoPosition      nowhere                     Haviv et al. 2022 (2203.16634)
Sinusoidal      added to the input          Vaswani et al. 2017 (1706.03762)
Learned         added to the input          BERT, Devlin et al. 2018 (1810.04805)
T5Bias          added to the score          Raffel et al. 2019 (1910.10683)
ALiBi           added to the score          Press et al. 2021 (2108.12409)
Rope            turns queries and keys      Su et al. 2021 (2104.09864)
==============  ==========================  =======================================

Conventions. Positions count from 0, distance is query minus key, a score is q·k / √head_dim. No
scheme masks: at keys ahead of the query the logits are finite and meant to be masked. Angles and
tables are computed in float64, and results keep the floating type of the input; integers become
float64. No method changes its input. Positions reach to ±2⁵³.

Raises, of all alike, a scheme when it is made and again when it is used. TypeError: an argument is
of the wrong kind. ValueError: it is not finite, not of the shape or among the choices told, or too
large or too small; or arguments do not fit each other or the scheme; or they are so large that a
result would not fit its floating type.
"""

from __future__ import annotations

import math

import numpy as np

from rope_lessons import _validate, rotary
from rope_lessons._types import ArrayLike

SINUSOID_LAYOUTS = ("interleaved", "concatenated")
PAST_END = ("error", "zeros")


@_validate.arguments(n_heads=_validate.size)
def alibi_slopes(n_heads: int) -> np.ndarray:
    """How strongly each head of ALiBi prefers what is near.

    For a power of two 2^(−8h / n_heads), h = 1 … n_heads. Otherwise the slopes of the next lower
    power of two, then every second slope of twice that power, as in the authors' code.

    Parameters
    ----------
    n_heads : int

    Returns
    -------
    (n_heads,) array
        Logits per position, all above 0.

    >>> alibi_slopes(3)
    array([0.0625    , 0.00390625, 0.25      ])
    """
    power = 2 ** (n_heads.bit_length() - 1)
    return np.concatenate([_slopes(power), _slopes(2 * power)[::2]])[:n_heads]


@_validate.arguments(
    distance=_validate.numbers, n_buckets=_validate.size, max_distance=_validate.count
)
def t5_bucket(distance: ArrayLike, n_buckets: int = 32, max_distance: int = 128) -> np.ndarray:
    """Which of T5's buckets a distance falls into, in its unidirectional (decoder) form.

    The first half of the buckets holds one distance each, the second half ranges that grow
    logarithmically up to ``max_distance``; everything beyond shares the last.

    Parameters
    ----------
    distance : array of any shape
        Query position minus key position; keys ahead of the query share bucket 0. Fractions are
        rounded down.
    n_buckets : int
        At least 2.
    max_distance : int
        Greater than n_buckets // 2.

    Returns
    -------
    array of int, of the shape of ``distance``

    >>> t5_bucket([-3, 0, 15, 16, 64, 127, 5000])
    array([ 0,  0, 15, 16, 26, 31, 31])
    """
    exact = n_buckets // 2
    if exact < 1:
        raise ValueError(f"n_buckets must be at least 2, got {n_buckets}")
    if max_distance <= exact:
        raise ValueError(
            f"max_distance must be greater than {exact}, half of the {n_buckets} buckets, got "
            f"{max_distance}"
        )
    growing = np.arange(n_buckets - exact) / (n_buckets - exact)
    starts = np.concatenate([np.arange(exact), exact * (max_distance / exact) ** growing])
    # A hair lower: rounding may put the start of a bucket just above the whole number it is.
    return np.searchsorted(starts * (1 - 1e-12), np.floor(np.maximum(distance, 0)), "right") - 1


@_validate.arguments(n_positions=_validate.size)
def sinusoidal_table(
    n_positions: int, width: int, base: float = 10000.0, layout: str = "interleaved"
) -> np.ndarray:
    """Sine and cosine of every position times every speed.

    Parameters
    ----------
    n_positions : int
        Rows, for the positions 0 … n_positions − 1.
    width : int
        Size of an embedding, even. Speeds are base^(−2i / width), i = 0 … width/2 − 1.
    base : float
    layout : {"interleaved", "concatenated"}
        (sin, cos, sin, cos, …) as in the paper, or all sines before all cosines as in Marian.

    Returns
    -------
    (n_positions, width) array

    >>> sinusoidal_table(2, 4, base=100.0).round(3)
    array([[0.   , 1.   , 0.   , 1.   ],
           [0.841, 0.54 , 0.1  , 0.995]])
    """
    return Sinusoidal(width, base, layout).rows(np.arange(n_positions))


class _Scheme:
    """The interface. A scheme overrides ``embed``, ``_turn`` or ``_add_bias``, and nothing else."""

    divide = True

    def embed(self, x, positions):
        """The input embeddings with whatever this scheme adds to them.

        Parameters
        ----------
        x : (…, seq, width) array
        positions : (seq,) array or a single number

        Returns
        -------
        array like ``x``
            ``x`` itself where the scheme adds nothing.
        """
        return _inputs(x, positions)[0]

    @_validate.finite
    def logits(self, q, k, q_positions, k_positions):
        """What enters the softmax, but for the mask: q·k / √head_dim and the scheme's part.

        Parameters
        ----------
        q : (…, n_heads, n_queries, head_dim) array
        k : (…, n_heads, n_keys, head_dim) array
        q_positions, k_positions : (n_queries,) and (n_keys,) arrays, or single numbers

        Returns
        -------
        (…, n_heads, n_queries, n_keys) array
            In the floating type of q and k.
        """
        q, k = _heads("q", q), _heads("k", k)
        if q.shape[-1] != k.shape[-1] or q.shape[:-2] != k.shape[:-2]:
            raise ValueError(
                f"q {q.shape} and k {k.shape} must have the same leading axes and head_dim"
            )
        q_positions = _places("q_positions", q_positions, q.shape[-2])
        k_positions = _places("k_positions", k_positions, k.shape[-2])
        q, k = self._turn(q, k, q_positions, k_positions)
        if self.divide:
            q = q / math.sqrt(q.shape[-1])  # a Python float: NumPy's own would widen float32
        logits = q @ np.swapaxes(k, -1, -2)
        self._add_bias(logits, q_positions, k_positions)
        return logits

    def _turn(self, q, k, q_positions, k_positions):
        return q, k

    def _add_bias(self, logits, q_positions, k_positions):
        pass


class NoPosition(_Scheme):
    """No position anywhere (NoPE). What is known of order comes from the causal mask alone.

    >>> q = np.ones((1, 2, 4))  # one head, two queries
    >>> NoPosition().logits(q, q, [0, 1], [0, 1])
    array([[[2., 2.],
            [2., 2.]]])
    """


class Sinusoidal(_Scheme):
    """Fixed sines and cosines, added to the input. Defined at any position.

    Parameters
    ----------
    width, base, layout
        As for :func:`sinusoidal_table`.

    >>> Sinusoidal(2).embed(np.zeros((2, 2)), [0, 1]).round(3)
    array([[0.   , 1.   ],
           [0.841, 0.54 ]])
    """

    def __init__(self, width: int, base: float = 10000.0, layout: str = "interleaved") -> None:
        self.inv_freq = rotary.inv_freq(_validate.even("width", width), base)
        self.layout = _validate.one_of("layout", layout, SINUSOID_LAYOUTS)

    @_validate.finite
    def rows(self, positions: ArrayLike) -> np.ndarray:
        """What is added at those positions: (n, width), in float64, from an (n,) array."""
        angles = np.multiply.outer(_validate.doubles("positions", positions), self.inv_freq)
        waves = np.sin(angles), np.cos(angles)
        if self.layout == "concatenated":
            return np.concatenate(waves, axis=-1)
        return np.stack(waves, axis=-1).reshape(*angles.shape[:-1], -1)

    @_validate.finite
    def embed(self, x: ArrayLike, positions: ArrayLike) -> np.ndarray:
        x, positions = _inputs(x, positions, 2 * self.inv_freq.size)
        return x + self.rows(positions).astype(x.dtype)


class Learned(_Scheme):
    """A trained row for each position, added to the input.

    Parameters
    ----------
    table : (n_positions, width) array
    past_end : {"error", "zeros"}
        There is no row past the end. A model stops there; "zeros" adds nothing and goes on.

    >>> Learned([[1, 2], [3, 4]]).embed(np.zeros((1, 2)), [1])
    array([[3., 4.]])
    """

    def __init__(self, table: ArrayLike, past_end: str = "error") -> None:
        self.table = _table("table", table, "(n_positions, width)")
        self.past_end = _validate.one_of("past_end", past_end, PAST_END)

    @_validate.finite
    def embed(self, x: ArrayLike, positions: ArrayLike) -> np.ndarray:
        n_rows, width = self.table.shape
        x, positions = _inputs(x, positions, width)
        between = (positions < 0) | (positions % 1 != 0)
        if between.any():
            raise ValueError(
                f"position {positions[between][0]:g} has no row: rows are numbered 0 to "
                f"{n_rows - 1}, in whole numbers"
            )
        past = positions >= n_rows
        if past.any() and self.past_end == "error":
            raise ValueError(
                f"position {positions[past][0]:g} has no row: the table ends at {n_rows - 1}; "
                "shorten the input, or try past_end='zeros'"
            )
        rows = self.table[np.where(past, 0, positions).astype(int)]
        rows[past] = 0
        return x + rows.astype(x.dtype)


class T5Bias(_Scheme):
    """A trained number for each bucket of distance and each head, added to the score.

    T5 itself does not divide q·k by √head_dim. Here all schemes do, so that they can be compared;
    ``divide=False`` gives T5's own form. Unidirectional: keys ahead of the query get bucket 0.

    Parameters
    ----------
    table : (n_buckets, n_heads) array
    max_distance : int
        As for :func:`t5_bucket`.
    divide : bool
        Whether q·k is divided by √head_dim.

    >>> q = np.zeros((1, 1, 4))
    >>> T5Bias([[0.5], [-1.0]], max_distance=2).logits(q, q, [7], [7])
    array([[[0.5]]])
    """

    def __init__(self, table: ArrayLike, max_distance: int = 128, *, divide: bool = True) -> None:
        table = _table("table", table, "(n_buckets, n_heads)")
        # Every distance from max_distance on shares a bucket, so one row each up to it is all.
        distances = np.arange(_validate.size("max_distance", max_distance) + 1)
        buckets = t5_bucket(distances, len(table), max_distance)
        self.by_distance = np.ascontiguousarray(table[buckets].T)
        self.divide = _validate.one_of("divide", divide, (True, False))

    def _add_bias(self, logits, q_positions, k_positions):
        _same_heads(logits, len(self.by_distance))
        distance = (q_positions[:, None] - k_positions).astype(np.intp)
        # Clipping is the rule itself: ahead of the query is bucket 0, far away the last one.
        logits += np.take(self.by_distance.astype(logits.dtype), distance, axis=1, mode="clip")


class ALiBi(_Scheme):
    """A penalty that grows with distance, −slope · (m − n), added to the score.

    For keys ahead of the query the distance is taken as 0: no bias, and masked anyway.

    Parameters
    ----------
    n_heads : int
        See :func:`alibi_slopes`.
    slope_scale : float
        Multiplies every slope, greater than 0. The paper's slopes are 1; a model trained on short
        texts needs steeper ones.

    >>> q = np.zeros((1, 1, 4))
    >>> ALiBi(1, slope_scale=256).logits(q, np.zeros((1, 3, 4)), [2], [0, 1, 2])
    array([[[-2., -1.,  0.]]])
    """

    def __init__(self, n_heads: int, slope_scale: float = 1.0) -> None:
        self.slopes = alibi_slopes(n_heads) * _validate.positive("slope_scale", slope_scale)

    def _add_bias(self, logits, q_positions, k_positions):
        _same_heads(logits, len(self.slopes))
        distance = q_positions[:, None] - k_positions
        np.maximum(distance, 0, out=distance)
        slopes = self.slopes.astype(logits.dtype)
        logits -= slopes[:, None, None] * distance.astype(logits.dtype)


class Rope(_Scheme):
    """Queries and keys turned by their positions; see :mod:`rope_lessons.rotary`.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position, from :func:`rope_lessons.rotary.inv_freq` or
        :func:`rope_lessons.scaling.frequencies`.
    attention_factor : float
        Multiplies what has turned, in queries and keys alike: its part of a score gets the square.
        Entries that do not turn are left as they are, as in Transformers.
    layout : {"interleaved", "half_split"}
        Which entries form a pair.

    >>> q = np.array([[[1.0, 0.0]]])
    >>> Rope([np.pi / 4]).logits(q, q, [5], [1]).round(3)
    array([[[-0.707]]])
    """

    def __init__(
        self, inv_freq: ArrayLike, attention_factor: float = 1.0, layout: str = "interleaved"
    ) -> None:
        self.inv_freq = _validate.frequencies("inv_freq", inv_freq)
        self.attention_factor = _validate.positive("attention_factor", attention_factor)
        self.layout = _validate.one_of("layout", layout, rotary.LAYOUTS)

    def _turn(self, q, k, q_positions, k_positions):
        q = rotary.apply_rope(q, q_positions, self.inv_freq, layout=self.layout)
        k = rotary.apply_rope(k, k_positions, self.inv_freq, layout=self.layout)
        if self.attention_factor != 1:
            q[..., : 2 * self.inv_freq.size] *= self.attention_factor**2
        return q, k


def _slopes(power_of_two):
    return 2.0 ** (-8 * np.arange(1, power_of_two + 1) / power_of_two)


def _table(name, value, shape):
    table = _validate.numbers(name, value)
    if table.ndim != 2:
        raise ValueError(f"{name} must have the shape {shape}, got {table.shape}")
    return table


def _inputs(x, positions, width=None):
    x = _validate.numbers("x", x)
    if x.ndim < 2 or width not in (None, x.shape[-1]):
        raise ValueError(f"x must have the shape (…, seq, {width or 'width'}), got {x.shape}")
    return x, _places("positions", positions, x.shape[-2])


def _heads(name, x):
    x = _validate.numbers(name, x)
    if x.ndim < 3:
        raise ValueError(
            f"{name} must have the shape (…, n_heads, n, head_dim), got {x.shape}; for one head "
            f"try {name}[None]"
        )
    return x


def _same_heads(logits, n_heads):
    if logits.shape[-3] != n_heads:
        raise ValueError(f"q and k have {logits.shape[-3]} heads, but the scheme has {n_heads}")


def _places(name, positions, n):
    positions = _validate.doubles(name, positions)
    if positions.shape not in ((), (n,)):
        raise ValueError(
            f"{name} must be {n} positions, or a single number for all, got shape {positions.shape}"
        )
    farthest = np.abs(positions).max()
    if farthest > _validate.LARGEST:
        raise ValueError(f"{name} must be at most 2**53 from 0, got {farthest:g}")
    return np.broadcast_to(positions, (n,))
