"""Lesson 08: RoPE on whole heads at any positions, in either layout."""

import numpy as np

from rope_lessons import rotary
from rope_lessons.exercises import Exercise, Mistake
from rope_lessons.specimens import impostors


def apply_rope(x, positions, base=10000.0):
    return rotary.apply_rope(x, positions, _speeds(x, base))


def apply_rope_half(x, positions, base=10000.0):
    return impostors.other_layout(x, positions, base)  # an impostor there, the right one here


def _speeds(x, base):
    return rotary.inv_freq(np.shape(x)[-1], base)


def _at_speeds(change, layout):
    """RoPE, once the right speeds (fastest first) have been changed."""
    return lambda x, positions, base=10000.0: rotary.apply_rope(
        x, positions, change(_speeds(x, base)), layout=layout
    )


def _at_positions(change, layout):
    """RoPE, once the positions have been changed."""
    return lambda x, positions, base=10000.0: rotary.apply_rope(
        x, change(positions), _speeds(x, base), layout=layout
    )


def _in_tables(crossed, laid_out, *, swapped=False):
    """x ⊙ cos + crossed(x) ⊙ sin, with cos and sin laid out over the entries of x."""

    def turn(x, positions, base=10000.0):
        angles = np.multiply.outer(positions, _speeds(x, base))
        cos, sin = laid_out(np.cos(angles)), laid_out(np.sin(angles))
        return x * sin + crossed(x) * cos if swapped else x * cos + crossed(x) * sin

    return turn


def _neighbours(x):
    return np.stack([-x[..., 1::2], x[..., 0::2]], axis=-1).reshape(x.shape)


def _halves(x):
    middle = x.shape[-1] // 2
    return np.concatenate([-x[..., middle:], x[..., :middle]], axis=-1)


def _odd_before_even(x):
    return np.concatenate([-x[..., 1::2], x[..., 0::2]], axis=-1)


def _exchanged(layout):
    """The two entries of each pair change places, and no sign changes."""
    return lambda x: rotary.from_pairs(rotary.to_pairs(x, layout)[..., ::-1], layout)


def _repeated(table):
    return np.repeat(table, 2, axis=-1)


def _tiled(table):
    return np.concatenate([table, table], axis=-1)


def _heads_as_sequence(layout):
    """Positions along the axis before the sequence, where there is one."""

    def turn(x, positions, base=10000.0):
        if x.ndim < 3:
            return rotary.apply_rope(x, positions, _speeds(x, base), layout=layout)
        heads_last = np.swapaxes(x, -3, -2)
        turned = rotary.apply_rope(heads_last, positions, _speeds(x, base), layout=layout)
        return np.swapaxes(turned, -3, -2)

    return turn


def _over_width(layout):
    """The exponent over all heads together, where there is an axis of heads."""

    def turn(x, positions, base=10000.0):
        width = x.shape[-1] * (x.shape[-3] if x.ndim > 2 else 1)
        speeds = rotary.inv_freq(width, base)[: x.shape[-1] // 2]
        return rotary.apply_rope(x, positions, speeds, layout=layout)

    return turn


def _inner(layout):
    """The heads of one token laid end to end and turned as one vector, where there are heads."""

    def turn(x, positions, base=10000.0):
        if x.ndim < 3:
            return rotary.apply_rope(x, positions, _speeds(x, base), layout=layout)
        tokens = np.moveaxis(x, -3, -2)
        inner = tokens.reshape(*tokens.shape[:-2], -1)
        turned = rotary.apply_rope(inner, positions, _speeds(inner, base), layout=layout)
        return np.moveaxis(turned.reshape(tokens.shape), -2, -3)

    return turn


def _half_the_pairs(x, positions, base=10000.0):
    return rotary.apply_rope(x, positions, _speeds(x, base)[: x.shape[-1] // 4])


def _too_early(x, positions, base=10000.0):
    angles = np.multiply.outer(positions, _speeds(x, base))
    turned = np.array(x, dtype=float)
    turned[..., 0::2] = turned[..., 0::2] * np.cos(angles) - turned[..., 1::2] * np.sin(angles)
    turned[..., 1::2] = turned[..., 0::2] * np.sin(angles) + turned[..., 1::2] * np.cos(angles)
    return turned


def _rewritten(read, write):
    """Pairs read in one layout, turned, and written back in another."""

    def turn(x, positions, base=10000.0):
        angles = np.multiply.outer(positions, _speeds(x, base))
        pairs = rotary.to_pairs(x, layout=read)
        turned = rotary.rotate_pair(pairs, np.broadcast_to(angles, pairs.shape[:-1]))
        return rotary.from_pairs(turned, layout=write)

    return turn


CLOCKWISE = (
    "turned clockwise. Counter-clockwise has its minus sign in the first row: x·cos − y·sin."
)
DEGREES = "the angles were taken for degrees. position · θ is in radians already."
EXPONENT = (
    "the exponent is j / d where it should be 2j / d: count the entries 0, 2, 4, …, not the pairs."
)
ONE_SPEED = "every pair turns at the speed of the first. Pair j has its own, base^(−2j/d)."
REVERSED = "the speeds run the wrong way round. Pair 0 is the fastest, 1 radian per position."
GROWING = (
    "the exponent has lost its minus sign, so the speeds grow from pair to pair. It is −2j / d: "
    "pair 0 is the fastest."
)
NO_SIGN = "there is no minus sign. A quarter turn takes the pair (a, b) to (−b, a)."
BASE = "the base is always 10,000. Use the argument."
OFF_BY_ONE = "every position is one too large. Positions count from 0, and 0 turns nothing."
SWAPPED = (
    "sine and cosine changed places. At position 0 the cosine is 1, and x comes out as it went in."
)
ROWS = (
    "row 0 was turned by 0, row 1 by 1, and so on. Use the positions you are given: they come in "
    "any order, and a cached key keeps its own."
)
WHOLE = "fractions of positions got lost. 2.5 is a position too; interpolation will need it."
AXIS = (
    "the positions ran along the wrong axis. They belong to the last axis but one, the sequence; "
    "heads and batches share them."
)
INNER = (
    "all heads were turned as one long vector, so each has other speeds. Turn every head by "
    "itself: d is x.shape[-1], and all heads use the same angles."
)
WIDTH = (
    "the exponent runs over all heads together, the model's width. It belongs to one head: d is "
    "x.shape[-1], and every head uses the same speeds."
)


def _some_heads(rng):
    positions = 3 + rng.permutation(4000)[:4] + rng.uniform(0.2, 0.8, size=4)
    slow = np.zeros((2, 64))  # only the slowest pairs hold anything, and turn far
    slow[:, [30, 31, 62, 63]] = rng.uniform(1, 2, size=(2, 4))
    far = rng.integers(20_000, 60_000, size=2)
    return [
        (np.array([[1.0, 0.0, 3.0, 4.0]]), np.array([np.pi]), 4.0),
        (rng.normal(size=(5, 8)), np.array([0, 3, 17, 250, 3001]), 10000.0),
        (rng.normal(size=(2, 3, 3, 8)), np.array([17, 0, 250]), 500.0),
        (rng.normal(size=(4, 4, 16)), positions, float(rng.uniform(2e4, 5e5))),
        (slow, far, 500_000.0),
    ]


EXERCISES = (
    Exercise(
        lesson=8,
        reference=apply_rope,
        draw_probes=_some_heads,
        mistakes=(
            Mistake(impostors.clockwise, CLOCKWISE),
            Mistake(impostors.degrees, DEGREES),
            Mistake(impostors.half_exponent, EXPONENT),
            Mistake(impostors.one_speed, ONE_SPEED),
            Mistake(
                impostors.other_layout,
                "this is the half-split layout, right for apply_rope_half. Here neighbours belong "
                "together: x[2j] with x[2j + 1].",
            ),
            Mistake(_at_speeds(np.flip, "interleaved"), REVERSED),
            Mistake(_at_speeds(np.reciprocal, "interleaved"), GROWING),
            Mistake(lambda x, positions, base=10000.0: apply_rope(x, positions), BASE),
            Mistake(
                _half_the_pairs,
                "only the first half of the pairs turns. There are d/2 pairs, and all of them do.",
            ),
            Mistake(_at_positions(lambda p: np.asarray(p) + 1, "interleaved"), OFF_BY_ONE),
            Mistake(_at_positions(lambda p: np.arange(len(p)), "interleaved"), ROWS),
            Mistake(_at_positions(np.floor, "interleaved"), WHOLE),
            Mistake(_heads_as_sequence("interleaved"), AXIS),
            Mistake(_over_width("interleaved"), WIDTH),
            Mistake(_inner("interleaved"), INNER),
            Mistake(_in_tables(_neighbours, _repeated, swapped=True), SWAPPED),
            Mistake(_in_tables(_exchanged("interleaved"), _repeated), NO_SIGN),
            Mistake(
                _rewritten("interleaved", "half_split"),
                "the pairs are turned rightly, then written back as all first entries before all "
                "second ones. Put each where it came from: x[..., 0::2] and x[..., 1::2].",
            ),
            Mistake(
                _in_tables(_neighbours, _tiled),
                "the pairs are neighbours, but cos and sin are laid out for halves: "
                "(c0, c1, …, c0, c1, …). Neighbours share one: (c0, c0, c1, c1, …), np.repeat.",
            ),
            Mistake(
                _in_tables(_odd_before_even, _tiled),
                "the crossed x holds all odd entries before all even ones. Neighbours stay side by "
                "side when they change places, (−x1, x0, −x3, x2, …), with (c0, c0, c1, c1, …).",
            ),
            Mistake(
                _in_tables(_halves, _repeated),
                "cos and sin are laid out for neighbours, but x is crossed over by halves "
                "(rotate_half). For neighbours the crossed x is (−x1, x0, −x3, x2, …).",
            ),
            Mistake(
                _too_early,
                "the first number of a pair was overwritten before the second was computed. "
                "Compute both from the old ones.",
            ),
        ),
        hints=(
            "One angle for each position and each pair: a table of shape (seq, d/2).\n"
            "Everything else is lesson 05, done to all pairs at once.",
            "angles = positions[:, None] * θ. The first entries of the pairs are x[..., 0::2],\n"
            "the second ones x[..., 1::2], each of shape (…, seq, d/2). Leading axes broadcast.",
            "theta = base ** (-np.arange(0, d, 2) / d)\n"
            "angles = np.asarray(positions)[:, None] * theta\n"
            "first, second = x[..., 0::2], x[..., 1::2]\n"
            "turned = np.empty(x.shape)\n"
            "turned[..., 0::2] = first * np.cos(angles) - ...\n"
            "turned[..., 1::2] = ...",
        ),
    ),
    Exercise(
        lesson=8,
        reference=apply_rope_half,
        draw_probes=_some_heads,
        stretch=True,
        mistakes=(
            Mistake(
                apply_rope,
                "this is the interleaved layout of apply_rope. Here x[j] turns with x[j + d/2].",
            ),
            Mistake(
                _rewritten("half_split", "interleaved"),
                "turned the right pairs, then wrote them back as neighbours. All first entries "
                "come first, all second ones after them.",
            ),
            Mistake(
                _rewritten("interleaved", "half_split"),
                "read the pairs as neighbours and wrote them back as halves. This is apply_rope "
                "with its answer permuted; x[j] should have turned with x[j + d/2].",
            ),
            Mistake(
                _in_tables(_halves, _repeated),
                "the pairs are halves, but cos and sin are laid out for neighbours: "
                "(c0, c0, c1, c1, …). Here they repeat as a block: (c0, c1, …, c0, c1, …).",
            ),
            Mistake(
                _in_tables(_neighbours, _tiled),
                "cos and sin are laid out for halves, but x is crossed over by neighbours. For "
                "halves the crossed x is (−second half, first half).",
            ),
            Mistake(_at_speeds(np.negative, "half_split"), CLOCKWISE),
            Mistake(_at_speeds(np.radians, "half_split"), DEGREES),
            Mistake(_at_speeds(np.sqrt, "half_split"), EXPONENT),
            Mistake(_at_speeds(np.ones_like, "half_split"), ONE_SPEED),
            Mistake(_at_speeds(np.flip, "half_split"), REVERSED),
            Mistake(_at_speeds(np.reciprocal, "half_split"), GROWING),
            Mistake(lambda x, positions, base=10000.0: apply_rope_half(x, positions), BASE),
            Mistake(_at_positions(lambda p: np.asarray(p) + 1, "half_split"), OFF_BY_ONE),
            Mistake(_at_positions(lambda p: np.arange(len(p)), "half_split"), ROWS),
            Mistake(_at_positions(np.floor, "half_split"), WHOLE),
            Mistake(_heads_as_sequence("half_split"), AXIS),
            Mistake(_over_width("half_split"), WIDTH),
            Mistake(_inner("half_split"), INNER),
            Mistake(_in_tables(_halves, _tiled, swapped=True), SWAPPED),
            Mistake(_in_tables(_exchanged("half_split"), _tiled), NO_SIGN),
        ),
        hints=(
            "The same angles and the same turn. Only where the two entries of a pair stand is new.",
            "The first entries of all pairs are x[..., : d // 2], the second x[..., d // 2 :].\n"
            "Turn them, and put them back where they came from.",
            "first, second = x[..., : d // 2], x[..., d // 2 :]\n"
            "return np.concatenate(\n"
            "    [first * np.cos(angles) - ..., first * np.sin(angles) + ...], axis=-1\n"
            ")",
        ),
    ),
)
