"""Lesson 02: a vector as arrows in planes, and each arrow as a length and an angle."""

import numpy as np

from rope_lessons import rotary
from rope_lessons.exercises import Exercise, Mistake


def to_pairs(x):
    return rotary.to_pairs(x)


def pair_polar(x):
    return _polar(rotary.to_pairs(x))


def _polar(pairs):
    first, second = pairs[..., 0], pairs[..., 1]
    # + 0.0 makes a negative zero positive: arctan2(-0.0, -1) is −π, and the half turn is +π here.
    return np.hypot(first, second), np.arctan2(second + 0.0, first)


def _with_angles(change):
    """pair_polar with its angles changed."""

    def wrong(x):
        lengths, angles = pair_polar(x)
        return lengths, change(angles)

    return wrong


def _slope_only(x):
    pairs = rotary.to_pairs(x)
    with np.errstate(divide="ignore"):
        return np.hypot(pairs[..., 0], pairs[..., 1]), np.arctan(pairs[..., 1] / pairs[..., 0])


def _overlapping(x):
    x = np.asarray(x)
    return np.stack([x[..., :-1], x[..., 1:]], axis=-1)


def _two_rows(x):
    x = np.asarray(x)
    return x.reshape(*x.shape[:-1], 2, -1)


def _vectors(rng):
    return [
        (np.array([3.0, 4.0, 0.0, 2.0, -1.0, 0.0]),),
        (rng.normal(size=8),),
        (rng.normal(size=(2, 3, 10)),),
        (rng.normal(size=(5, 128)),),
    ]


_PAIRED_ELSEWHERE = (
    "paired across the middle, (x[j], x[j + d/2]). That is a layout too, and other models use it; "
    "asked for here are neighbours, (x[2j], x[2j + 1])."
)

EXERCISES = (
    Exercise(
        lesson=2,
        reference=to_pairs,
        draw_probes=_vectors,
        tolerance=1e-6,
        mistakes=(
            Mistake(
                _two_rows,
                "these are 2 rows of d/2 numbers. An arrow has 2 numbers, so the axis of two comes "
                "last: d/2 rows of 2.",
            ),
            Mistake(
                lambda x: np.reshape(x, (2, -1)),
                "everything was cut into 2 long rows. An arrow has 2 numbers, so the axis of two "
                "comes last, after x.shape[:-1] and d/2.",
            ),
            Mistake(lambda x: rotary.to_pairs(x, layout="half_split"), _PAIRED_ELSEWHERE),
            Mistake(
                _overlapping,
                "neighbours share a number here, and there are d − 1 pairs. Pairs never overlap: "
                "each number belongs to one arrow, d/2 arrows in all.",
            ),
            Mistake(
                lambda x: np.reshape(x, (-1, 2)),
                "the leading axes are gone: all vectors landed in one long list of pairs. Keep "
                "x.shape[:-1] in front.",
            ),
            Mistake(
                lambda x: rotary.to_pairs(x)[..., ::-1],
                "each arrow has its two numbers swapped. The even entry comes first.",
            ),
        ),
        hints=(
            "The last axis of d numbers becomes two axes. What are their sizes, and which comes "
            "first?",
            "Neighbours lie next to each other in memory, so one reshape is enough: the leading\n"
            "axes as they are, then d/2 arrows, then 2 numbers.",
            "x = np.asarray(x)\nreturn x.reshape(*x.shape[:-1], ..., 2)",
        ),
    ),
    Exercise(
        lesson=2,
        reference=pair_polar,
        draw_probes=_vectors,
        tolerance=1e-5,
        stretch=True,
        mistakes=(
            Mistake(
                _slope_only,
                "arctan(y / x) cannot tell an arrow from its opposite. np.arctan2(y, x) sees both "
                "signs.",
            ),
            Mistake(
                _with_angles(np.abs),
                "the angles have lost their sign. arccos(x / length) cannot tell up from down; "
                "np.arctan2(y, x) sees both signs.",
            ),
            Mistake(
                _with_angles(np.degrees),
                "the angles are in degrees. The course counts in radians.",
            ),
            Mistake(
                _with_angles(lambda angles: angles % (2 * np.pi)),
                "the angles run from 0 to 2π. Asked for is (−π, π], where clockwise is negative.",
            ),
            Mistake(
                _with_angles(lambda angles: -angles),
                "the angles have the wrong sign. Counter-clockwise is positive.",
            ),
            Mistake(
                lambda x: _polar(rotary.to_pairs(x)[..., ::-1]),
                "the two numbers are swapped, so angles count from the vertical. np.arctan2 takes "
                "y first, then x; as a complex number the even entry is the real part.",
            ),
            Mistake(
                lambda x: (pair_polar(x)[0] ** 2, pair_polar(x)[1]),
                "the lengths are still squared. Take the root.",
            ),
            Mistake(lambda x: _polar(rotary.to_pairs(x, layout="half_split")), _PAIRED_ELSEWHERE),
            Mistake(
                lambda x: pair_polar(x)[::-1],
                "angles first, lengths second. Give back the lengths first.",
            ),
        ),
        hints=(
            "Each arrow is one complex number, and NumPy knows the length and the angle of those.",
            "x[..., 0::2] holds the real parts, x[..., 1::2] the imaginary ones. np.abs gives\n"
            "lengths, np.angle gives angles in radians.",
            "z = x[..., 0::2] + 1j * x[..., 1::2]\nreturn np.abs(z), ...",
        ),
    ),
)
