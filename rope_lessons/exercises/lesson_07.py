"""Lesson 07: the score of one turned pair, from two positions and from their distance alone."""

import numpy as np

from rope_lessons import rotary
from rope_lessons.exercises import Exercise, Mistake


def score_at(q, k, m, n, theta):
    return rotary.rotate_pair(q, m * theta) @ rotary.rotate_pair(k, n * theta)


def score_from_distance(q, k, distance, theta):
    return rotary.rotate_pair(q, distance * theta) @ np.asarray(k)


def _cos_only(q, k, distance, theta):
    return np.hypot(*q) * np.hypot(*k) * np.cos(distance * theta)


_AHEAD = np.array([1.0, 0.0])


def _arrows(rng):
    """A query and a key pair of lengths between 1 and 2, in any direction."""
    angles, lengths = rng.uniform(-np.pi, np.pi, size=2), rng.uniform(1, 2, size=2)
    return np.stack([lengths * np.cos(angles), lengths * np.sin(angles)], axis=-1)


def _two_positions(rng):
    q, k = _arrows(rng)
    return [
        (_AHEAD, _AHEAD, 1, 2, np.pi / 4),
        (q, k, 0, 0, 0.3),
        (q, k, 3, 17, 0.3),
        (q, k, 250, 17, 0.05),
        (q, k, 3001, 2998, 0.7),
    ]


def _one_distance(rng):
    q, k = _arrows(rng)
    return [
        (_AHEAD, _AHEAD, 4, np.pi / 4),
        (q, k, 0, 0.3),
        (q, k, 14, 0.3),
        (q, k, -14, 0.3),
        (q, k, -233, 0.05),
        (q, k, 3001, 0.7),
    ]


EXERCISES = (
    Exercise(
        lesson=7,
        reference=score_at,
        draw_probes=_two_positions,
        mistakes=(
            Mistake(
                lambda q, k, m, n, theta: score_at(q, k, n, m, theta),
                "turned clockwise, or m and n have changed places: both give this. "
                "Counter-clockwise has its minus sign in the first row: x·cos − y·sin.",
            ),
            Mistake(
                lambda q, k, m, n, theta: score_at(q, k, m, -n, theta),
                "q and k turn in opposite directions, so their angles add up to m + n. "
                "Turn both the same way.",
            ),
            Mistake(
                lambda q, k, m, n, theta: score_at(q, k, abs(m - n), 0, theta),
                "the distance lost its sign. A key ahead of the query and a key behind it differ.",
            ),
            Mistake(
                lambda q, k, m, n, theta: _cos_only(q, k, m - n, theta),
                "lengths times cos((m − n) · theta) is right only when q and k start in the same "
                "direction. Keep the angle that they start with.",
            ),
            Mistake(
                lambda q, k, m, n, theta: score_at(q, k, m, 0, theta),
                "only the query is turned. The key turns too, by its own position n.",
            ),
            Mistake(
                lambda q, k, m, n, theta: score_at(q, k, 0, 0, theta),
                "nothing is turned yet: this is q · k without positions.",
            ),
            Mistake(
                lambda q, k, m, n, theta: score_at(q, k, m, n, np.radians(theta)),
                "the angles were taken for degrees. theta is in radians per position already.",
            ),
            Mistake(
                lambda q, k, m, n, theta: score_at(q, k, m, n, theta) / np.sqrt(2),
                "divided by √d. The course's scores leave that to the attention layer.",
            ),
        ),
        hints=(
            "Two arrows, each turned by its own angle, then one dot product.",
            "The query turns by m · theta, the key by n · theta, both counter-clockwise:\n"
            "(x, y) becomes (x cos a − y sin a, x sin a + y cos a).",
            "a, b = m * theta, n * theta\n"
            "turned_q = np.array([q[0] * np.cos(a) - q[1] * np.sin(a), ...])\n"
            "turned_k = ...\n"
            "return turned_q @ turned_k",
        ),
    ),
    Exercise(
        lesson=7,
        reference=score_from_distance,
        draw_probes=_one_distance,
        stretch=True,
        mistakes=(
            Mistake(
                lambda q, k, distance, theta: score_from_distance(q, k, -distance, theta),
                "turned the wrong way round. Turn q by +distance · theta, "
                "or k by −distance · theta.",
            ),
            Mistake(
                lambda q, k, distance, theta: score_from_distance(q, k, abs(distance), theta),
                "the distance lost its sign. A key ahead of the query and a key behind it differ.",
            ),
            Mistake(
                _cos_only,
                "lengths times cos(distance · theta) is right only when q and k start in the same "
                "direction. Keep the angle that they start with.",
            ),
            Mistake(
                lambda q, k, distance, theta: np.dot(q, k),
                "this is q · k at every distance. Turning both by the same angle changes nothing: "
                "turn one of them.",
            ),
            Mistake(
                lambda q, k, distance, theta: (
                    score_from_distance(q, k, distance, theta) / np.hypot(*q) / np.hypot(*k)
                ),
                "divided by the lengths. A score is the plain dot product, no cosine similarity.",
            ),
            Mistake(
                lambda q, k, distance, theta: score_from_distance(
                    q, k, distance, np.radians(theta)
                ),
                "the angles were taken for degrees. theta is in radians per position already.",
            ),
        ),
        hints=(
            "Only the difference of the two angles matters. So leave one arrow where it is.",
            "R(nθ)ᵀR(mθ) = R((m − n)θ): turn q by the distance alone and leave k unturned.",
            "a = distance * theta\n"
            "turned_q = ...  # q turned by a, as in score_at\n"
            "return turned_q @ k",
        ),
    ),
)
