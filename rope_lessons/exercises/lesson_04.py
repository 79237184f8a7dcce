"""Lesson 04: the speed of every pair, and how many of them never finish a turn in training."""

import numpy as np

from rope_lessons import arcs, rotary
from rope_lessons.exercises import Exercise, Mistake


def inv_freq(head_dim, base=10000.0):
    return rotary.inv_freq(head_dim, base)


def unfinished_pairs(rotary_dim, base, train_length):
    return int(arcs.unfinished(rotary.inv_freq(rotary_dim, base), train_length).sum())


def _longer_than(threshold):
    """unfinished_pairs with a threshold of the mistake's own, from speeds and length."""

    def wrong(rotary_dim, base, train_length):
        return int(threshold(rotary.inv_freq(rotary_dim, base), train_length).sum())

    return wrong


def _half_the_exponent(head_dim, base=10000.0):
    return base ** (-np.arange(head_dim // 2) / head_dim)


def _heads(rng):
    bases = 10 ** rng.uniform(2.0, 6.5, size=3)
    return [
        (4, 100.0),
        (int(2 * rng.integers(4, 12)), float(bases[0])),
        (64, float(bases[1])),
        (128, 500_000.0),
        (256, float(bases[2])),
    ]


def _models(rng):
    dims = 8 * rng.integers(4, 24, size=3)
    bases = 10 ** rng.uniform((5.0, 4.0, 4.0), 6.0)  # one of them far from 10,000
    lengths = rng.integers(1000, 9000, size=3)
    drawn = zip(dims, bases, lengths, strict=True)
    return [
        (8, 10_000.0, 512),
        (128, 10_000.0, 2048),
        (128, 500_000.0, 512),
        *((int(dim), float(base), int(length)) for dim, base, length in drawn),
        *_near_the_edge(rng),
    ]


def _near_the_edge(rng):
    """Lengths a part of a position below and above one pair's wavelength: π decides, not 3.14."""
    while True:
        dim, base = int(8 * rng.integers(8, 24)), float(10 ** rng.uniform(5, 6))
        slow = rotary.inv_freq(dim, base)
        wavelength = 2 * np.pi / rng.choice(slow[(slow > 1 / 5000) & (slow < 1 / 1000)])
        if 0.3 < wavelength % 1 < 0.7:
            return [(dim, base, int(wavelength)), (dim, base, int(wavelength) + 1)]


EXERCISES = (
    Exercise(
        lesson=4,
        reference=inv_freq,
        draw_probes=_heads,
        tolerance=1e-5,
        least=0.0,  # each speed for itself: the slowest are a millionth of the fastest
        mistakes=(
            Mistake(
                _half_the_exponent,
                "the exponent is −j/d, so the arrows slow down half as fast as they should. "
                "It is −2j/d.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: inv_freq(head_dim, base)[::-1],
                "slowest first. Pair 0 is the fastest, one radian per position.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: 1 / inv_freq(head_dim, base),
                "these grow: the minus sign of the exponent is missing.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: 2 * np.pi / inv_freq(head_dim, base),
                "these are wavelengths, 2π/θ, in positions. Asked for are the speeds θ.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: inv_freq(head_dim, base) / (2 * np.pi),
                "these are turns per position. Asked for are radians per position.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: np.repeat(inv_freq(head_dim, base), 2),
                "every speed stands there twice, once for each entry. One a pair is asked for, "
                "head_dim / 2 in all.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: inv_freq(2 * head_dim, base),
                "these are head_dim speeds, one for each number. A pair has one speed for its two "
                "numbers: head_dim / 2 in all.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: (
                    base ** (-np.arange(head_dim // 2) / (head_dim // 2 - 1))
                ),
                "the slowest speed is 1/base, as in sinusoidal tables that divide by d/2 − 1. "
                "Here the exponent of the last pair is −(d − 2)/d, which stops short of −1.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: base ** (-np.arange(2, head_dim + 2, 2) / head_dim),
                "j starts at 1 here. It starts at 0, so the fastest speed is 1.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: base ** (-np.arange(1, head_dim, 2) / head_dim),
                "the exponents are −1/d, −3/d, −5/d, …, the odd ones. They are even, 0, −2/d, "
                "−4/d, …, so the fastest speed is 1.",
            ),
            Mistake(
                lambda head_dim, base=10000.0: inv_freq(head_dim),
                "base is ignored, and 10,000 used for every model. Use the argument.",
            ),
        ),
        hints=(
            "One number a pair. The first is 1, whatever the base; each next one is smaller by the "
            "same factor.",
            "θ_j = base^(−2j/d) with j = 0, 1, …, d/2 − 1. np.arange(0, head_dim, 2) is 2j.",
            "two_j = np.arange(0, head_dim, 2)\nreturn base ** (...)",
        ),
    ),
    Exercise(
        lesson=4,
        reference=unfinished_pairs,
        draw_probes=_models,
        stretch=True,
        mistakes=(
            Mistake(
                _longer_than(lambda theta, length: 1 / theta > length),
                "1/θ is the time for one radian. A full turn takes 2π of them: 2π/θ.",
            ),
            Mistake(
                _longer_than(lambda theta, length: 360 / theta > length),
                "a full turn is 360 in degrees, and θ is in radians: 2π/θ.",
            ),
            Mistake(
                _longer_than(lambda theta, length: np.pi / theta > length),
                "π/θ is the time for half a turn. A full one takes 2π/θ.",
            ),
            Mistake(
                _longer_than(lambda theta, length: 2 * np.pi / theta <= length),
                "these are the pairs that do finish a turn. The others are asked for.",
            ),
            Mistake(
                lambda rotary_dim, base, train_length: int(
                    np.sum(2 * np.pi / _half_the_exponent(rotary_dim, base) > train_length)
                ),
                "the exponent of the speeds is −j/d. It is −2j/d.",
            ),
            Mistake(
                lambda rotary_dim, base, train_length: unfinished_pairs(
                    rotary_dim, 10_000.0, train_length
                ),
                "base got lost on the way, so 10,000 counts for every model. Hand it on: "
                "inv_freq(rotary_dim, base).",
            ),
            Mistake(
                lambda rotary_dim, base, train_length: (
                    2 * unfinished_pairs(rotary_dim, base, train_length)
                ),
                "numbers are counted, two for each pair. Count the pairs.",
            ),
            Mistake(
                lambda rotary_dim, base, train_length: (
                    unfinished_pairs(rotary_dim, base, train_length) / (rotary_dim // 2)
                ),
                "this is their share. The count is asked for, a whole number.",
            ),
            Mistake(
                lambda rotary_dim, base, train_length: arcs.unfinished(
                    rotary.inv_freq(rotary_dim, base), train_length
                ),
                "this says for each pair whether it is unfinished. Count them: sum the booleans.",
            ),
        ),
        hints=(
            "How many positions does pair j need for one turn? Compare that with the training "
            "length.",
            "The wavelength is 2π/θ_j. A pair is unfinished when its wavelength exceeds "
            "train_length.",
            "theta = inv_freq(rotary_dim, base)\nreturn int(np.sum(2 * np.pi / theta > ...))",
        ),
    ),
)
