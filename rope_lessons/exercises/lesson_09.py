"""Lesson 09: the score as a function of distance, and a key that peaks where one wants it."""

import numpy as np

from rope_lessons import rotary
from rope_lessons.exercises import Exercise, Mistake
from rope_lessons.specimens import impostors


def distance_curve(q, k, distances, base=10000.0):
    return rotary.distance_curve(q, k, distances, rotary.inv_freq(np.size(q), base))


def key_peaking_at(q, distance, base=10000.0):
    return rotary.apply_rope(q, distance, rotary.inv_freq(np.size(q), base))


def _curve_at_speeds(change, layout="interleaved"):
    """The curve, once the right speeds (fastest first) have been changed."""
    return lambda q, k, distances, base=10000.0: rotary.distance_curve(
        q, k, distances, change(rotary.inv_freq(q.size, base)), layout=layout
    )


def _curve_at_distances(change):
    """The curve, once the distances have been changed."""
    return lambda q, k, distances, base=10000.0: distance_curve(q, k, change(distances), base)


def _aligned(q, k, distances, base=10000.0):
    products = np.prod([np.hypot(*rotary.to_pairs(x).T) for x in (q, k)], axis=0)
    return np.cos(np.multiply.outer(distances, rotary.inv_freq(q.size, base))) @ products


def _cosine_similarity(q, k, distances, base=10000.0):
    return distance_curve(q, k, distances, base) / np.linalg.norm(q) / np.linalg.norm(k)


def _as_positions(impostor):
    """A key from an impostor of lesson 08."""
    return lambda q, distance, base=10000.0: impostor(q[None], [distance], base)[0]


def _first_pair_only(q, distance, base=10000.0):
    return rotary.apply_rope(q, distance, rotary.inv_freq(q.size, base)[:1])


def _from_the_axis(q, distance, base=10000.0):
    ahead = np.stack([np.hypot(*rotary.to_pairs(q).T), np.zeros(q.size // 2)], axis=-1)
    return key_peaking_at(rotary.from_pairs(ahead), distance, base)


def _curves(rng):
    q, k, q_16, k_16 = (rng.normal(size=size) for size in (8, 8, 16, 16))
    far = rng.integers(300, 4000, size=(2, 3))
    return [
        (
            np.array([1.0, 0.0, 1.0, 0.0]),
            np.array([1.0, 0.0, 0.0, 1.0]),
            np.array([0, 2, -2]),
            16.0,
        ),
        (q, k, np.array([0, 1, 2, 3, 17, 250, 3001]), 10000.0),
        (q, k, np.array([-1, 5, -40, 2.5]), 500.0),
        (q_16, k_16, far * np.array([[1], [-1]]), float(rng.uniform(2e4, 5e5))),
    ]


def _peaks(rng):
    q, q_16 = rng.normal(size=8), rng.normal(size=16)
    return [
        (np.array([1.0, 0.0, 3.0, 4.0]), 3, 16.0),
        (q, 0, 10000.0),
        (q, 17, 10000.0),
        (q, 250, 500.0),
        (q_16, int(rng.integers(300, 4000)), float(rng.uniform(2e4, 5e5))),
    ]


DEGREES = "the angles were taken for degrees. Distance times θ is in radians already."
EXPONENT = (
    "the exponent is j / d where it should be 2j / d: count the entries 0, 2, 4, …, not the pairs."
)
ONE_SPEED = "every pair turns at the speed of the first. Pair j has its own, base^(−2j/d)."
BASE = "the base is always 10,000. Use the argument."
HALVES = "the pairs are those of the half-split layout. Here neighbours belong together."


EXERCISES = (
    Exercise(
        lesson=9,
        reference=distance_curve,
        draw_probes=_curves,
        mistakes=(
            Mistake(
                lambda *probe: np.maximum(distance_curve(*probe), 0),
                "cut off at zero. Scores may be negative: arrows that point apart say so.",
            ),
            Mistake(
                lambda *probe: np.abs(distance_curve(*probe)),
                "the absolute value of the score. A key below zero gets less weight than one at "
                "zero, not more.",
            ),
            Mistake(
                _aligned,
                "lengths times cos(Δ · θ), as if q and k began in the same direction. That curve "
                "falls for every q and k; keep the angle that each pair begins with.",
            ),
            Mistake(
                _curve_at_distances(np.negative),
                "the distance has the wrong sign. It is m − n: turn q by +distance · θ, or k by "
                "−distance · θ.",
            ),
            Mistake(
                _curve_at_distances(np.abs),
                "the distance lost its sign. A key ahead of the query and a key behind it differ.",
            ),
            Mistake(
                lambda q, *rest: distance_curve(q, *rest) / np.sqrt(q.size),
                "divided by √d. The course's scores leave that to the attention layer.",
            ),
            Mistake(
                _cosine_similarity,
                "divided by the lengths of q and k. A score is the plain dot product.",
            ),
            Mistake(
                lambda q, *rest: 2 * distance_curve(q, *rest) / q.size,
                "the mean over the pairs. A dot product is their sum.",
            ),
            Mistake(
                lambda q, k, distances, base=10000.0: np.full(np.shape(distances), q @ k),
                "nothing is turned yet: this is q · k at every distance.",
            ),
            Mistake(_curve_at_speeds(np.radians), DEGREES),
            Mistake(_curve_at_speeds(np.sqrt), EXPONENT),
            Mistake(_curve_at_speeds(np.ones_like), ONE_SPEED),
            Mistake(_curve_at_speeds(np.array, "half_split"), HALVES),
            Mistake(lambda q, k, distances, base=10000.0: distance_curve(q, k, distances), BASE),
        ),
        hints=(
            "Lesson 07's score_from_distance, for every pair and every distance at once.",
            "Only the distance counts, so put the key at position 0, where nothing turns, and\n"
            "the query at each distance in turn. Each score is one dot product.",
            "theta = base ** (-np.arange(0, d, 2) / d)\n"
            "angles = np.multiply.outer(distances, theta)\n"
            "x, y = q[0::2], q[1::2]\n"
            "turned_x = x * np.cos(angles) - ...\n"
            "turned_y = ...\n"
            "return turned_x @ k[0::2] + ...",
        ),
    ),
    Exercise(
        lesson=9,
        reference=key_peaking_at,
        draw_probes=_peaks,
        stretch=True,
        mistakes=(
            Mistake(
                _as_positions(impostors.clockwise),
                "this key peaks at −distance, in the masked future. Turn the query's arrows the "
                "other way.",
            ),
            Mistake(
                lambda q, distance, base=10000.0: 1.0 * q,
                "this is the query itself. It peaks at distance 0.",
            ),
            Mistake(
                _first_pair_only,
                "only the first pair was turned. Every pair has to arrive at the same distance.",
            ),
            Mistake(
                _from_the_axis,
                "each pair begins at angle 0. It should begin where the query's own arrow points.",
            ),
            Mistake(
                lambda q, *rest: key_peaking_at(q, *rest) / np.linalg.norm(q),
                "the direction is right, the length is not: ‖k‖ should be ‖q‖. Turning alone "
                "keeps it.",
            ),
            Mistake(
                lambda q, distance, base=10000.0: key_peaking_at(q, distance + 1, base),
                "the peak is one position too far. Distance 0 turns nothing.",
            ),
            Mistake(_as_positions(impostors.degrees), DEGREES),
            Mistake(_as_positions(impostors.half_exponent), EXPONENT),
            Mistake(_as_positions(impostors.one_speed), ONE_SPEED),
            Mistake(_as_positions(impostors.other_layout), HALVES),
            Mistake(lambda q, distance, base=10000.0: key_peaking_at(q, distance), BASE),
        ),
        hints=(
            "A score is as large as ‖q‖‖k‖ allows when all arrows of both meet.",
            "At that distance RoPE has turned the query's pair j by distance · θ_j further than\n"
            "the key's. Give the key that turn beforehand.",
            "theta = base ** (-np.arange(0, d, 2) / d)\n"
            "angles = distance * theta\n"
            "k = np.empty(d)\n"
            "k[0::2] = ...  # the query's pairs, turned counter-clockwise by angles\n"
            "k[1::2] = ...",
        ),
    ),
)
