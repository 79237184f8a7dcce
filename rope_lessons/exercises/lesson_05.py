"""Lesson 05: turn pairs, and read off how far they were turned."""

import numpy as np

from rope_lessons import rotary
from rope_lessons.exercises import Exercise, Mistake


def rotate_pair(pair, angle):
    return rotary.rotate_pair(pair, angle)


def angle_turned(before, after):
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    cross = before[..., 0] * after[..., 1] - before[..., 1] * after[..., 0]
    return np.arctan2(cross, np.sum(before * after, axis=-1))


def _written(first, second):
    """A turn whose two new numbers are these functions of x, y, cosine and sine."""

    def turn(pair, angle):
        x, y = np.moveaxis(np.asarray(pair, dtype=float), -1, 0)
        cos, sin = np.cos(angle), np.sin(angle)
        return np.stack([first(x, y, cos, sin), second(x, y, cos, sin)], axis=-1)

    return turn


def _overwritten(pair, angle):
    x, y = np.moveaxis(np.asarray(pair, dtype=float), -1, 0)
    x = x * np.cos(angle) - y * np.sin(angle)
    y = x * np.sin(angle) + y * np.cos(angle)
    return np.stack([x, y], axis=-1)


def _of_the_first_angle(pair, angle):
    return rotate_pair(pair, np.ravel(angle)[0])


def _unwrapped(before, after):
    before, after = np.asarray(before), np.asarray(after)
    return np.arctan2(after[..., 1], after[..., 0]) - np.arctan2(before[..., 1], before[..., 0])


def _unsigned(before, after):
    return np.abs(angle_turned(before, after))


def _half_the_circle(before, after):
    return np.arctan(np.tan(angle_turned(before, after)))


def _pairs_and_angles(rng):
    return [
        (np.array([1.0, 0.0]), np.pi / 4),
        (rng.normal(size=2), 2.0),
        (rng.normal(size=2), -0.7 * 250),
        (rng.normal(size=(3, 2)), np.array([0.3, 17.0, -2.1])),
        (rng.normal(size=(2, 4, 2)), 3001 * rng.uniform(0.1, 1.0, size=4)),
        (rng.normal(size=(2, 3, 2)), rng.uniform(-3, 3, size=(2, 1))),
    ]


def _arrows_before_and_after(rng):
    def pair_of(angle, turn):
        before = rng.uniform(0.5, 2) * np.array([np.cos(angle), np.sin(angle)])
        return before, rotary.rotate_pair(before, turn)

    ahead = np.array([1.0, 0.0])
    several = rng.normal(size=(4, 2))
    turns = np.array([0.0, 0.4, -2.0, 2.0 + 4 * np.pi])
    return [
        (ahead, np.array([0.0, 1.0])),
        (ahead, np.array([-1.0, 0.0])),
        pair_of(0.5, -rng.uniform(0.2, 1.2)),
        pair_of(rng.uniform(2.9, 3.1), rng.uniform(0.4, 1.2)),
        pair_of(rng.uniform(-3.1, -2.9), -rng.uniform(0.4, 1.2)),
        pair_of(0.3, rng.uniform(1.8, 2.8) - 6 * np.pi),
        (several, rotary.rotate_pair(several, turns)),
    ]


EXERCISES = (
    Exercise(
        lesson=5,
        reference=rotate_pair,
        draw_probes=_pairs_and_angles,
        mistakes=(
            Mistake(
                lambda pair, angle: rotate_pair(pair, -np.asarray(angle)),
                "turned clockwise. Counter-clockwise has its minus sign in the first row: "
                "x·cos − y·sin. Behind the pair, as in pair @ R, the matrix turns it back; "
                "use R.T there.",
            ),
            Mistake(
                lambda pair, angle: rotate_pair(pair, np.radians(angle)),
                "the angle was taken for degrees. It is in radians, as np.cos expects it.",
            ),
            Mistake(
                _overwritten,
                "x was overwritten before y was computed from it. Compute both from the old x "
                "and y, then put them together.",
            ),
            Mistake(
                _written(
                    lambda x, y, cos, sin: x * sin - y * cos,
                    lambda x, y, cos, sin: x * cos + y * sin,
                ),
                "cosine and sine are swapped. At angle 0 nothing should move: there the cosine "
                "is 1.",
            ),
            Mistake(
                _written(
                    lambda x, y, cos, sin: x * cos + y * sin,
                    lambda x, y, cos, sin: x * sin + y * cos,
                ),
                "there is no minus sign. Where does (0, 1) go on a quarter turn? To (−1, 0).",
            ),
            Mistake(
                _written(lambda x, y, cos, sin: x * cos, lambda x, y, cos, sin: y * sin),
                "x got only the cosine and y only the sine. Each new number takes from both old "
                "ones.",
            ),
            Mistake(
                _of_the_first_angle,
                "every pair was turned by the first angle. Each has its own: keep cosine and sine "
                "as arrays, and let NumPy pair them with x = pair[..., 0] and y = pair[..., 1].",
            ),
        ),
        hints=(
            "Two numbers describe the turn, two describe the arrow, and the result is two numbers "
            "again.",
            "(x, y) becomes (x cos a − y sin a, x sin a + y cos a). Take x and y from the last "
            "axis\nwith pair[..., 0] and pair[..., 1]; cosine and sine then fit them, for one "
            "angle or many.",
            "pair = np.asarray(pair)\n"
            "x, y = pair[..., 0], pair[..., 1]\n"
            "cos, sin = np.cos(angle), np.sin(angle)\n"
            "return np.stack([x * cos - ..., ...], axis=-1)",
        ),
    ),
    Exercise(
        lesson=5,
        reference=angle_turned,
        draw_probes=_arrows_before_and_after,
        tolerance=1e-5,
        stretch=True,
        mistakes=(
            Mistake(
                lambda before, after: angle_turned(after, before),
                "the sign is turned round: this is the angle from after to before. "
                "Counter-clockwise is positive.",
            ),
            Mistake(
                _unsigned,
                "the sign is lost, as the arccosine of a dot product loses it. The sine knows it: "
                "use x₁·y₂ − y₁·x₂ as well.",
            ),
            Mistake(
                _unwrapped,
                "this is the difference of two directions, which can leave (−π, π]. Bring it back "
                "by whole turns.",
            ),
            Mistake(
                lambda before, after: angle_turned(before, after) % (2 * np.pi),
                "the range is 0 to 2π. Wanted is −π to π: three quarters forward is one quarter "
                "back.",
            ),
            Mistake(
                lambda before, after: (angle_turned(before, after) + np.pi) % (2 * np.pi) - np.pi,
                "only a half turn is wrong: it came out as −π, and the range (−π, π] has π in it "
                "and −π not.",
            ),
            Mistake(
                _half_the_circle,
                "np.arctan knows half of the circle: it cannot tell an arrow from its opposite. "
                "np.arctan2 takes sine and cosine apart.",
            ),
            Mistake(
                lambda before, after: np.degrees(angle_turned(before, after)),
                "given in degrees. Angles are radians here.",
            ),
            Mistake(
                lambda before, after: angle_turned([1.0, 0.0], after),
                "this is where after points. How far is that from where before pointed?",
            ),
        ),
        hints=(
            "You know the cosine of the turn if you know the dot product, and the sine from the "
            "other product of two arrows. Which function takes both?",
            "For arrows (x₁, y₁) and (x₂, y₂): x₁·x₂ + y₁·y₂ is length² times the cosine,\n"
            "x₁·y₂ − y₁·x₂ is length² times the sine. np.arctan2(sine, cosine) needs no more:\n"
            "a common factor does not change it.",
            "before, after = np.asarray(before), np.asarray(after)\n"
            "x1, y1 = before[..., 0], before[..., 1]\n"
            "x2, y2 = ...\n"
            "return np.arctan2(x1 * y2 - ..., ...)",
        ),
    ),
)
