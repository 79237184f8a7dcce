"""Lesson 14: foretell a failure, and rescue: positions divided, a larger base, and the napkin."""

import numpy as np

from rope_lessons import arcs, rotary
from rope_lessons.exercises import Exercise, Mistake


def interpolate(positions, train_length, target_length):
    positions = np.asarray(positions, dtype=float)
    return positions * min(1.0, train_length / target_length)


def ntk_base(base, scale, head_dim):
    return float(base * scale ** (head_dim / (head_dim - 2)))


def predict_failure(settings, length):
    nothing = {"axis": "none", "first_unseen": None, "worst_pair": None, "strangeness": 0.0}
    trained = settings["train_length"]
    if length <= trained or settings["encoding"] in ("t5", "none"):
        return nothing
    if settings["encoding"] != "rope":
        axis = "distance" if settings["encoding"] == "alibi" else "position"
        return {**nothing, "axis": axis, "first_unseen": trained}
    theta = rotary.inv_freq(settings["rotary_dim"], settings["base"])
    if not arcs.unfinished(theta, trained).any():
        return nothing
    return {
        "axis": "distance",
        "first_unseen": trained,
        "worst_pair": int(arcs.unseen_arc(theta, trained, length).argmax()),
        "strangeness": float(arcs.strangeness(theta, trained, length - 1)),
    }


def napkin(inv_freq, slow, fast, train_length, target_length):
    return arcs.end_angles(inv_freq, slow, fast, train_length, target_length)


def _scaled(factor):
    """interpolate with a factor of the mistake's own, from L and T."""
    return lambda positions, n, t: np.asarray(positions, dtype=float) * factor(n, t)


def _but(**change):
    """predict_failure with parts changed where a RoPE model meets something new.

    Each change is a function of the speeds, L and the length.
    """

    def wrong(settings, length):
        right = predict_failure(settings, length)
        if right["worst_pair"] is None:
            return right
        theta = rotary.inv_freq(settings["rotary_dim"], settings["base"])
        new = {key: rule(theta, settings["train_length"], length) for key, rule in change.items()}
        return {**right, **new}

    return wrong


def _whole_head(settings, length):
    """As if every entry of a head turned."""
    if settings["encoding"] != "rope":
        return predict_failure(settings, length)
    return predict_failure({**settings, "rotary_dim": settings["head_dim"]}, length)


def _exponent_over_the_head(settings, length):
    """The right number of pairs, each at base^(−2j / head_dim)."""
    if settings["encoding"] != "rope":
        return predict_failure(settings, length)
    base = settings["base"] ** (settings["rotary_dim"] / settings["head_dim"])
    return predict_failure({**settings, "base": base}, length)


def _always_breaks(settings, length):
    """Whatever the length."""
    if settings["encoding"] == "rope" and length <= settings["train_length"]:
        return predict_failure(settings, settings["train_length"] + 1)
    return predict_failure(settings, length)


def _rope_by_position(settings, length):
    return _but(axis=lambda theta, n, length: "position")(settings, length)


def _alibi_never_breaks(settings, length):
    if settings["encoding"] != "alibi":
        return predict_failure(settings, length)
    return predict_failure({**settings, "encoding": "t5"}, length)


def _next(settings, length):
    right = predict_failure(settings, length)
    first = right["first_unseen"]
    return {**right, "first_unseen": None if first is None else first + 1}


def _ends(rule):
    """napkin with a rule of the mistake's own, from θ of both pairs, L and T."""

    def wrong(inv_freq, slow, fast, train_length, target_length):
        theta = np.asarray(inv_freq, dtype=float)[[slow, fast]]
        return rule(theta, train_length, target_length)

    return wrong


def _outer(theta, *distances):
    return np.multiply.outer(theta, distances)


def _positions(rng):
    trained = rng.integers(100, 5000, size=3)
    factors = rng.uniform(1.5, 9.0, size=3)
    return [
        (np.arange(4), 2, 4),
        (np.array([0, 3, 17, 250, 3001]), 1024, 4096),
        (np.array([0, 5, 700]), 2048, 1024),
        *(
            (rng.integers(0, int(n * f), size=5), int(n), int(n * f))
            for n, f in zip(trained, factors, strict=True)
        ),
    ]


def _bases(rng):
    drawn = zip(
        10 ** rng.uniform(2, 6, size=4),
        rng.uniform(1.5, 16, size=4),
        2 * rng.integers(4, 65, size=4),
        strict=True,
    )
    return [
        (10_000.0, 4.0, 128),
        (500.0, 8.0, 32),
        (500_000.0, 1.0, 128),
        *((float(b), float(s), int(d)) for b, s, d in drawn),
    ]


def _models(rng):
    base = 10 ** rng.uniform(3.3, 5.7, size=3)
    trained = rng.integers(500, 9000, size=3)
    factors = rng.uniform(1.5, 6.0, size=3)
    probes = [
        ({"encoding": "learned", "train_length": 1024}, 2000),
        ({"encoding": "alibi", "train_length": 2048}, 8192),
        ({"encoding": "sinusoidal", "train_length": 512}, 512),
        (_rope(96, 24, 10_000.0, 2048), 2048),
        (_rope(96, 24, 10_000.0, 2048), 4096),
        (_rope(128, 128, 250_000.0, 16_384), 65_536),
        (_rope(64, 64, 100.0, 4096), 9000),
    ]
    for b, n, f in zip(base, trained, factors, strict=True):
        head_dim = int(rng.choice([64, 128, 256]))
        probes.append((_rope(head_dim, head_dim // 2, float(b), int(n)), int(n * f)))
    return probes


def _rope(head_dim, rotary_dim, base, train_length):
    return {
        "encoding": "rope",
        "head_dim": head_dim,
        "rotary_dim": rotary_dim,
        "base": base,
        "train_length": train_length,
    }


def _pairs(rng):
    drawn = []
    for _ in range(3):
        head_dim = int(2 * rng.integers(8, 65))
        theta = rotary.inv_freq(head_dim, 10 ** rng.uniform(3, 6))
        trained = int(rng.integers(100, 5000))
        target = int(trained * rng.uniform(1.5, 9.0))
        slow = int(rng.integers(head_dim // 4 + 1, head_dim // 2))
        drawn.append((theta, slow, int(rng.integers(0, head_dim // 4)), trained, target))
    return [
        (np.array([1.0, 0.1]), 1, 0, 11, 21),
        (rotary.inv_freq(128), 52, 0, 4096, 8192),
        *drawn,
    ]


_OFF_BY_ONE = "the first new one is L itself: training had 0 … L − 1."

EXERCISES = (
    Exercise(
        lesson=14,
        reference=interpolate,
        draw_probes=_positions,
        tolerance=1e-5,
        least=1e-3,  # near positions count as much as far ones
        mistakes=(
            Mistake(
                _scaled(lambda n, t: max(1.0, t / n)),
                "the positions grew. A text that is s times too long has to be squeezed: "
                "times L / T, which is divided by s.",
            ),
            Mistake(
                _scaled(lambda n, t: t / n),
                "the factor is upside down: T / L makes long texts longer. Times L / T, and only "
                "where T exceeds L.",
            ),
            Mistake(
                _scaled(lambda n, t: n / t),
                "a text shorter than in training was stretched. It needs no rescue: "
                "where T ≤ L, positions stay.",
            ),
            Mistake(
                _scaled(lambda n, t: min(1.0, (n - 1) / (t - 1))),
                "this maps T − 1 to L − 1 exactly. The paper's rule is position · L / T, and the "
                "last position lands a part of a step past L − 1.",
            ),
            Mistake(
                lambda positions, n, t: np.floor(interpolate(positions, n, t)),
                "these are whole numbers, so neighbours share a position. Keep the fractions: "
                "a rotation takes them.",
            ),
            Mistake(
                lambda positions, n, t: np.minimum(np.asarray(positions, dtype=float), n - 1),
                "this cuts off at L − 1: all later tokens stand at one place. Squeeze all instead.",
            ),
            Mistake(
                lambda positions, n, t: np.asarray(positions, dtype=float) % n,
                "this starts again at 0 after L tokens, so two tokens share a position. "
                "Squeeze instead.",
            ),
        ),
        hints=(
            "Positions run to T − 1 and should run to about L − 1. By which factor?",
            "Times L / T. And when the text is no longer than training, nothing has to be done.",
            "if target_length <= train_length:\n    return ...\nreturn np.asarray(positions) * ...",
        ),
    ),
    Exercise(
        lesson=14,
        reference=ntk_base,
        draw_probes=_bases,
        tolerance=1e-5,
        mistakes=(
            Mistake(
                lambda base, scale, head_dim: float(base * scale),
                "base · s does not quite slow the slowest pair s times: its exponent is "
                "(d − 2)/d, not 1. Which power of s makes up for it?",
            ),
            Mistake(
                lambda base, scale, head_dim: float(base * scale ** ((head_dim - 2) / head_dim)),
                "the exponent is upside down: d/(d − 2), a little more than 1.",
            ),
            Mistake(
                lambda base, scale, head_dim: float(base * scale ** (head_dim / 2)),
                "far too much. The slowest pair is base^(−(d − 2)/d); it should come out divided "
                "by s.",
            ),
            Mistake(
                lambda base, scale, head_dim: ntk_base(base, scale**2 - scale + 1, head_dim),
                "s² − (s − 1) stands where s should. That is dynamic NTK's factor for a text s "
                "times too long, with the factor s once more. Here the scale is s itself.",
            ),
            Mistake(
                lambda base, scale, head_dim: float(base / scale ** (head_dim / (head_dim - 2))),
                "a smaller base makes pairs faster. They should get slower: multiply.",
            ),
            Mistake(
                lambda base, scale, head_dim: float(base ** (scale ** (head_dim / (head_dim - 2)))),
                "the factor multiplies the base, it is not a power of it.",
            ),
        ),
        hints=(
            "The fastest pair has exponent 0, so no base changes it. What does the slowest one "
            "have?",
            "The slowest is base^(−(d − 2)/d). With base · k it is divided by k^((d − 2)/d), and "
            "that is to be s.",
            "return base * scale ** (...)  # k = s to the power that undoes (d − 2)/d",
        ),
    ),
    Exercise(
        lesson=14,
        reference=predict_failure,
        draw_probes=_models,
        tolerance=1e-4,  # relative to tens of degrees
        mistakes=(
            Mistake(_next, _OFF_BY_ONE),
            Mistake(
                _but(worst_pair=lambda theta, n, length: theta.size - 1),
                "the slowest pair hardly moves on. The longest new arc lies further up: "
                "take the largest of min(…, 2π) − min(…, 2π).",
            ),
            Mistake(
                _but(worst_pair=lambda theta, n, length: 0),
                "the fastest pair went round in training and meets no new arc. Cap angles at 2π.",
            ),
            Mistake(
                _but(worst_pair=lambda theta, n, length: int(arcs.unfinished(theta, n).argmax())),
                "this is the first pair that did not finish. Another one has the longest new arc.",
            ),
            Mistake(
                _whole_head,
                "only rotary_dim entries of a head turn, and the exponent is over rotary_dim.",
            ),
            Mistake(
                _exponent_over_the_head,
                "the exponent is over head_dim, so the pairs that turn are too fast. It is over "
                "rotary_dim: −2j / rotary_dim.",
            ),
            Mistake(
                _rope_by_position,
                "RoPE fails by distance: moving both tokens past L changes nothing.",
            ),
            Mistake(
                _always_breaks,
                "a text no longer than training meets nothing new: axis “none”.",
            ),
            Mistake(
                _alibi_never_breaks,
                "ALiBi's bias is defined at any distance, but from L on its penalties are larger "
                "than any in training: axis “distance”.",
            ),
            Mistake(
                _but(
                    strangeness=lambda theta, n, length: float(arcs.strangeness(theta, n, length))
                ),
                "the farthest distance in the text is length − 1.",
            ),
            Mistake(
                _but(
                    strangeness=lambda theta, n, length: float(
                        np.radians(arcs.strangeness(theta, n, length - 1))
                    )
                ),
                "strangeness is in radians here. Asked for are degrees.",
            ),
            Mistake(
                _but(
                    strangeness=lambda theta, n, length: float(
                        np.degrees(arcs.unseen_arc(theta, n, length).max())
                    )
                ),
                "this is the longest unseen arc. Strangeness is the mean, over the unfinished "
                "pairs, of how far the angle at one distance lies from the nearest one met.",
            ),
        ),
        hints=(
            "Sort by encoding first. Which ones put position into the input? Which one turns? "
            "Which ones have nothing that ends?",
            "Inside the training length: none. A table or a sinusoid: position, from L. ALiBi: "
            "distance, from L. RoPE: the same if any pair is unfinished; then arcs.unseen_arc and "
            "arcs.strangeness from lesson 12.",
            "theta = rotary.inv_freq(settings['rotary_dim'], settings['base'])\n"
            "arc = arcs.unseen_arc(theta, settings['train_length'], length)\n"
            "worst_pair = int(arc.argmax())\n"
            "strangeness = float(arcs.strangeness(theta, settings['train_length'], ...))",
        ),
    ),
    Exercise(
        lesson=14,
        reference=napkin,
        draw_probes=_pairs,
        stretch=True,
        tolerance=1e-5,
        least=0.0,  # the slow pair's angles count as much as the fast one's
        mistakes=(
            Mistake(
                _ends(lambda theta, n, t: _outer(theta, n, t, n)),
                "these are the angles at L and T. The farthest distances are L − 1 and T − 1.",
            ),
            Mistake(
                _ends(lambda theta, n, t: _outer(theta, n - 1, t - 1, n - 1)),
                "the interpolated end is not quite the trained one: (T − 1)·L / T is a part of a "
                "step more than L − 1.",
            ),
            Mistake(
                _ends(lambda theta, n, t: _outer(theta, n - 1, t - 1, (t - 1) * t / n)),
                "interpolating multiplied the distance by s. It divides.",
            ),
            Mistake(
                _ends(
                    lambda theta, n, t: _outer(theta, n - 1, t - 1, (t - 1) * n / t) % (2 * np.pi)
                ),
                "whole turns were taken off. Keep them: whether a pair went round is the point.",
            ),
            Mistake(
                _ends(lambda theta, n, t: _outer(theta[::-1], n - 1, t - 1, (t - 1) * n / t)),
                "the rows are the other way round: the slow pair comes first.",
            ),
            Mistake(
                _ends(lambda theta, n, t: _outer(theta, n - 1, t - 1, (t - 1) * n / t).T),
                "this is its transpose. Rows are the pairs, columns trained, read on, "
                "interpolated.",
            ),
            Mistake(
                _ends(lambda theta, n, t: np.degrees(_outer(theta, n - 1, t - 1, (t - 1) * n / t))),
                "these are degrees. Asked for are radians.",
            ),
        ),
        hints=(
            "Three farthest distances: in training, in the longer text, and there with positions "
            "interpolated. Two speeds.",
            "L − 1, T − 1, and (T − 1)·L / T. Every angle is a speed times a distance.",
            "theta = np.asarray(inv_freq)[[slow, fast]]\n"
            "reach = [train_length - 1, target_length - 1, ...]\n"
            "return np.outer(theta, reach)",
        ),
    ),
)
