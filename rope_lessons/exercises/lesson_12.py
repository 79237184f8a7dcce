"""Lesson 12: how long an arc is new to each pair, and how strange one distance is."""

import numpy as np

from rope_lessons import arcs, rotary
from rope_lessons.exercises import Exercise, Mistake

TURN = 2 * np.pi


def unseen_arc(rotary_dim, base, train_length, length):
    return arcs.unseen_arc(rotary.inv_freq(rotary_dim, base), train_length, length)


def strangeness(rotary_dim, base, train_length, distance):
    return float(arcs.strangeness(rotary.inv_freq(rotary_dim, base), train_length, distance))


def _from_speeds(arc):
    """unseen_arc with a rule of the mistake's own, from speeds, L and S."""

    def wrong(rotary_dim, base, train_length, length):
        return arc(rotary.inv_freq(rotary_dim, base), train_length, length)

    return wrong


def _arc(needed, met):
    return np.maximum(np.minimum(needed, TURN) - np.minimum(met, TURN), 0)


def _gaps(theta, train_length, distance):
    """The angle of each pair to the nearest one met, in degrees."""
    return np.array([float(arcs.strangeness([t], train_length, distance)) for t in theta])


def _from_gaps(rule):
    """strangeness with a rule of the mistake's own, from speeds, the unfinished, L and distance."""

    def wrong(rotary_dim, base, train_length, distance):
        theta = rotary.inv_freq(rotary_dim, base)
        slow = theta[arcs.unfinished(theta, train_length)]
        return float(rule(theta, slow, train_length, distance)) if slow.size else 0.0

    return wrong


def _all_pairs(theta, slow, train_length, distance):
    """Finished pairs too, each to the nearest of the angles that it met."""
    gaps = [*_gaps(slow, train_length, distance)]
    for fast in theta[: theta.size - slow.size]:
        around = np.angle(np.exp(1j * fast * (distance - np.arange(train_length))))
        gaps.append(np.degrees(np.abs(around).min()))
    return np.mean(gaps)


def _to_the_end(theta, slow, train_length, distance):
    """To the last trained angle alone, and straight: round the circle it may be nearer."""
    return np.degrees(np.maximum(distance * slow - (train_length - 1) * slow, 0)).mean()


def _one_way(theta, slow, train_length, distance):
    """Full turns taken off, but never on round the circle, to 0."""
    angle = distance * slow % TURN
    steps = np.minimum((angle / slow).round(), train_length - 1)
    return np.degrees(np.abs(angle - steps * slow)).mean()


def _nan_when_none(rotary_dim, base, train_length, distance):
    theta = rotary.inv_freq(rotary_dim, base)
    if not arcs.unfinished(theta, train_length).any():
        return float("nan")
    return strangeness(rotary_dim, base, train_length, distance)


def _lengths(rng):
    bases = 10 ** rng.uniform(2.0, 6.0, size=3)
    dims = 8 * rng.integers(2, 17, size=3)
    trained = rng.integers(100, 5000, size=3)
    factors = rng.uniform(1.5, 8.0, size=3)
    drawn = zip(dims, bases, trained, factors, strict=True)
    return [
        (4, 100.0, 16, 40),
        (8, 100.0, 24, 64),
        (32, 500.0, 64, 64),
        (64, 10_000.0, 512, 100),
        *((int(d), float(b), int(n), int(n * f)) for d, b, n, f in drawn),
    ]


def _distances(rng):
    bases = 10 ** rng.uniform(2.0, 4.0, size=3)
    dims = 8 * rng.integers(2, 9, size=3)
    trained = rng.integers(30, 200, size=3)
    factors = rng.uniform(1.2, 9.0, size=3)
    drawn = zip(dims, bases, trained, factors, strict=True)
    return [
        (4, 400.0, 16, 40),
        (8, 100.0, 16, 70),
        (32, 100.0, 64, 432),
        (64, 10_000.0, 512, 300),
        (8, 10.0, 500, 900),
        *((int(d), float(b), int(n), int(n * f)) for d, b, n, f in drawn),
    ]


EXERCISES = (
    Exercise(
        lesson=12,
        reference=unseen_arc,
        draw_probes=_lengths,
        tolerance=1e-4,
        least=5e-3,  # arcs of slow pairs are small; still room for float32
        mistakes=(
            Mistake(
                _from_speeds(lambda theta, n, length: _arc(length * theta, n * theta)),
                "distances end one before the length: L tokens are at most L − 1 apart. A pair "
                "that closes its turn in the longer text shows it.",
            ),
            Mistake(
                _from_speeds(lambda theta, n, length: _arc((length - 1) * theta, n * theta)),
                "training ended one earlier: L tokens are at most L − 1 apart, so the largest "
                "angle met is (L − 1)·θ.",
            ),
            Mistake(
                _from_speeds(lambda theta, n, length: _arc(length * theta, (n - 1) * theta)),
                "the longer text ends one earlier: its tokens are at most length − 1 apart.",
            ),
            Mistake(
                _from_speeds(lambda theta, n, length: np.maximum(length - n, 0) * theta),
                "there is no limit at a full turn. A pair that has gone round meets no new angle: "
                "cap both angles at 2π.",
            ),
            Mistake(
                _from_speeds(
                    lambda theta, n, length: (
                        np.minimum((length - 1) * theta, TURN) - (n - 1) * theta
                    )
                ),
                "the angle met in training may be more than a turn as well. Cap both at 2π.",
            ),
            Mistake(
                _from_speeds(
                    lambda theta, n, length: (
                        np.minimum((length - 1) * theta, TURN) - np.minimum((n - 1) * theta, TURN)
                    )
                ),
                "a text shorter than in training gives negative arcs. Nothing is unseen there: 0.",
            ),
            Mistake(
                _from_speeds(
                    lambda theta, n, length: _arc(
                        (length - 1) * theta % TURN, (n - 1) * theta % TURN
                    )
                ),
                "a whole turn taken off forgets that the pair went through all of it. "
                "Cap at 2π instead.",
            ),
            Mistake(
                lambda *probe: np.degrees(unseen_arc(*probe)),
                "these are degrees. Asked for are radians.",
            ),
            Mistake(
                lambda rotary_dim, base, train_length, length: unseen_arc(
                    2 * rotary_dim, base, train_length, length
                )[: rotary_dim // 2],
                "the exponent of the speeds is −j/d. It is −2j/d.",
            ),
            Mistake(
                lambda *probe: unseen_arc(*probe).sum(),
                "this is the sum over the pairs. Asked for is one arc for each pair.",
            ),
        ),
        hints=(
            "Two angles a pair: the largest it met in training, and the largest it needs now. "
            "What is the largest distance in a text of L tokens?",
            "The largest angle is (L − 1)·θ, but no more than 2π: after a turn it has met "
            "everything. Unseen is what the second adds to the first, never less than 0.",
            "theta = base ** (-np.arange(0, rotary_dim, 2) / rotary_dim)\n"
            "met = np.minimum((train_length - 1) * theta, 2 * np.pi)\n"
            "needed = ...\n"
            "return np.maximum(needed - met, 0)",
        ),
    ),
    Exercise(
        lesson=12,
        reference=strangeness,
        draw_probes=_distances,
        stretch=True,
        tolerance=1e-4,  # relative to tens of degrees
        mistakes=(
            Mistake(
                _from_gaps(_all_pairs),
                "the mean is over all pairs. Finished ones have met nearly everything and water "
                "it down: take the unfinished alone.",
            ),
            Mistake(
                _from_gaps(lambda theta, slow, n, at: _gaps(slow, n, at).sum()),
                "this is the sum over the unfinished pairs. Asked for is their mean.",
            ),
            Mistake(
                _from_gaps(lambda theta, slow, n, at: _gaps(slow, n, at).max()),
                "this is the strangest pair. Asked for is the mean of the unfinished.",
            ),
            Mistake(
                lambda *probe: np.radians(strangeness(*probe)),
                "these are radians. Asked for are degrees.",
            ),
            Mistake(
                _from_gaps(_to_the_end),
                "the angle is measured on from the last trained one, without end. A pair that "
                "comes round is near known angles again: take full turns off.",
            ),
            Mistake(
                _from_gaps(_one_way),
                "350° is 10° from 0, and 0 was met. Go round the circle too: "
                "the smaller of gap and 2π − gap.",
            ),
            Mistake(
                _from_gaps(lambda theta, slow, n, at: _gaps(slow, n + 1, at).mean()),
                "training ended one earlier: the largest angle met is (L − 1)·θ.",
            ),
            Mistake(
                lambda rotary_dim, base, train_length, distance: float(
                    np.degrees(unseen_arc(rotary_dim, base, train_length, distance + 1)).mean()
                ),
                "this is the mean unseen arc: everything new on the way there. "
                "Asked for is how far this one angle lies from the nearest one met.",
            ),
            Mistake(
                _nan_when_none,
                "where no pair is unfinished there is no mean to take. The answer is 0.",
            ),
        ),
        hints=(
            "For each unfinished pair: which of the angles that it met, 0, θ, 2θ, … (L − 1)·θ, is "
            "nearest to distance·θ on the circle?",
            "Compare with every angle met: the difference, full turns taken off, or what is left "
            "of the turn, whichever is smaller. Then the smallest of these, then the mean.",
            "slow = theta[2 * np.pi / theta > train_length]\n"
            "steps = distance - np.arange(train_length)\n"
            "gaps = np.multiply.outer(slow, steps) % (2 * np.pi)\n"
            "gaps = np.minimum(gaps, ...)\n"
            "return ...  # smallest of each pair, mean, degrees; 0.0 when slow is empty",
        ),
    ),
)
