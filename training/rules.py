"""At which distance does a rope model lose half of its far retrieval? Rules that foretell it.

A rule sees base and training length, never a trained model. Each has one parameter, but for the
last, which has two; :func:`fit` takes them from half-points that were measured before. Most are a
quantity that grows past the training length L: half is lost where it first reaches the parameter.

Nothing here needs PyTorch.
"""

from functools import cache

import numpy as np

from rope_lessons import arcs, scaling
from rope_lessons.trained import tiny

FARTHEST = 16  # times L: as far as anything is measured or foretold
TOLD = 42.5  # degrees: the middle of the 40 to 45 that the lessons tell
QUARTER = 4  # of the 16 pairs of a head


@cache
def inv_freq(base):
    return scaling.frequencies("default", tiny.HEAD_DIM, base).inv_freq


def distances(length):
    return np.arange(length, FARTHEST * length + 1)


def strangeness(base, length, at):
    return arcs.strangeness(inv_freq(base), length, at)


def times_length(base, length, at):
    return np.asarray(at) / length


def longest_arc(base, length, at):
    return np.degrees([arcs.unseen_arc(inv_freq(base), length, int(d) + 1).max() for d in at])


def total_arc(base, length, at):
    return np.degrees([arcs.unseen_arc(inv_freq(base), length, int(d) + 1).sum() for d in at])


def quarter_off(base, length, at):
    """Degrees by which at least a quarter of all pairs stand off the angles that they met."""
    return np.sort(_gaps(inv_freq(base), length, at), axis=0)[-QUARTER]


def lost_score(base, length, at):
    """What turning back to the nearest known angle would change of a score: 1 − cos, the mean."""
    speeds = inv_freq(base)
    gaps = _gaps(speeds[arcs.unfinished(speeds, length)], length, at)
    return (1 - np.cos(np.radians(gaps))).mean(axis=0)


def share(base, length):
    """Of all pairs, those that turn onto a new arc right after L."""
    return arcs.unfinished(inv_freq(base), length).mean()


def _gaps(speeds, length, at):
    """Strangeness pair by pair, degrees: (n_pairs, n_distances)."""
    return np.array([arcs.strangeness([speed], length, at) for speed in speeds])


# The quantity of each rule, and the parameters to try when it is fitted.
QUANTITIES = {
    "strangeness": (strangeness, np.arange(1, 90, 0.5)),
    "S/L": (times_length, np.geomspace(1, FARTHEST, 200)),
    "longest unseen arc": (longest_arc, np.arange(2, 360, 2.0)),
    "total unseen arc": (total_arc, np.geomspace(10, 2500, 200)),
    "a quarter of all pairs off": (quarter_off, np.arange(1, 180, 1.0)),
    "lost score": (lost_score, np.arange(0.01, 1.5, 0.01)),
}
BLEND, PLAIN = "strangeness and share, blended", "base and length alone"
AS_TOLD = "strangeness, 42.5° as told"
RULES = (AS_TOLD, *QUANTITIES, BLEND, PLAIN)
POWERS = np.arange(-1, 3.01, 0.05)  # of the blend


def foretell(rule, parameter, base, length):
    """The distance where half is lost, in positions; at most ``FARTHEST`` times the length.

    The blend's parameter is a power: it moves the 42.5° as far as the share of pairs on new arcs
    lies off one half, so that 0 is strangeness as told.
    """
    farthest = FARTHEST * length
    if rule == AS_TOLD:
        return foretell("strangeness", TOLD, base, length)
    if rule == BLEND:
        return foretell("strangeness", TOLD * (2 * share(base, length)) ** parameter, base, length)
    if rule == PLAIN:
        slope, start = parameter
        return float(min(farthest, length * np.exp(start + slope * np.log(base))))
    if rule == "S/L":
        return float(parameter * length)
    reached = _grown(rule, base, length) >= parameter
    return float(distances(length)[reached.argmax()] if reached.any() else farthest)


@cache
def _grown(rule, base, length):
    return QUANTITIES[rule][0](base, length, distances(length))


def off(foretold, measured, farthest):
    """Log-ratio of two distances; what lies past the farthest that was measured counts as there."""
    return np.log(np.minimum(foretold, farthest) / np.minimum(measured, farthest))


def fit(known):
    """The parameters of every rule.

    ``known`` are (base, length, half-point, farthest distance measured). Least mean |log-ratio|;
    where several parameters do equally well, the middle one. The last rule is a line of log(S/L)
    over log(base), by least squares.
    """

    def best(rule, candidates):
        errors = [
            np.mean([abs(off(foretell(rule, c, b, n), half, end)) for b, n, half, end in known])
            for c in candidates
        ]
        least = np.flatnonzero(np.isclose(errors, min(errors), atol=1e-9))
        return candidates[least[len(least) // 2]]

    parameters = {AS_TOLD: TOLD}
    for rule, (_, candidates) in QUANTITIES.items():
        parameters[rule] = float(best(rule, candidates))
    parameters[BLEND] = float(best(BLEND, POWERS))
    bases, lengths, halves, _ = np.array(known).T
    parameters[PLAIN] = np.polyfit(np.log(bases), np.log(halves / lengths), 1).tolist()
    return parameters
