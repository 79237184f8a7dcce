"""At which distance does far retrieval of one model fall below one half? Needles, by distance.

Asked first at L, 1.19 L, 1.41 L … until it is lost for good or ``FARTHEST`` times L is reached,
then more closely around where one half was passed. Nothing here needs PyTorch.
"""

import numpy as np
from rules import FARTHEST

from rope_lessons.trained import tiny

PER_DOUBLING, SAMPLES = 4, 128
LOST = 0.25  # two neighbours below this, and nothing farther away is asked
FINE, FINE_SAMPLES, AROUND = 8, 512, 1.25
DRAWS = 1000  # of binomial errors, for the interval


def find(model):
    """What one model finds: inside training, at every distance asked for, and its half-point.

    The interval around the half-point, 95 %, is that of questions drawn anew; it holds nothing of
    other seeds. Where half is never lost the half-point is None.
    """
    length = model.train_length
    inside = [tiny.retrieval(model, d, samples=SAMPLES) for d in (length // 2, length - 4)]
    asked = {}
    for step in range(PER_DOUBLING * int(np.log2(FARTHEST)) + 1):
        distance = round(length * 2 ** (step / PER_DOUBLING))
        asked[distance] = (tiny.retrieval(model, distance, samples=SAMPLES), SAMPLES)
        if all(share < LOST for share, _ in list(asked.values())[-2:]) and step:
            break
    first = {distance: round(share, 4) for distance, (share, _) in asked.items()}
    half = _half(asked)
    if half is not None:
        for distance in np.geomspace(max(half / AROUND, length), half * AROUND, FINE).round():
            share = tiny.retrieval(model, int(distance), samples=FINE_SAMPLES)
            asked[int(distance)] = (share, FINE_SAMPLES)
    fine = {d: round(share, 4) for d, (share, n) in sorted(asked.items()) if n == FINE_SAMPLES}
    return {
        "inside": round(float(np.mean(inside)), 4),
        "at first": first,
        "around one half": fine,
        **with_interval(first, fine),
    }


def with_interval(first, fine):
    """The half-point of all answers, and where it would lie with other questions of as many."""
    shares = {int(d): (share, SAMPLES) for d, share in first.items()}
    shares |= {int(d): (share, FINE_SAMPLES) for d, share in fine.items()}
    half = _half(shares)
    if half is None:
        return {"half": None, "interval": None}
    rng = np.random.default_rng(0)
    drawn = [
        _half({d: (rng.binomial(n, share) / n, n) for d, (share, n) in shares.items()})
        for _ in range(DRAWS)
    ]
    drawn = [max(shares) if one is None else one for one in drawn]
    low, high = np.percentile(drawn, (2.5, 97.5), method="nearest")
    return {"half": round(half, 1), "interval": [round(float(low), 1), round(float(high), 1)]}


def _half(shares):
    at = sorted(shares)
    return half_point(at, [shares[d][0] for d in at], [shares[d][1] for d in at])


def half_point(at, right, samples):
    """Where a curve that only falls, laid through the shares, passes one half.

    The curve is the least-squares one, up to the distance with the lowest share: farther away
    retrieval may come back. Between two distances it is straight over log distance. None where it
    stays above one half.
    """
    at, right, samples = (np.asarray(x, dtype=float) for x in (at, right, samples))
    last = right.argmin() + 1
    curve = falling(right[:last], samples[:last])
    if curve[-1] >= 0.5:
        return None
    below = int((curve < 0.5).argmax())
    if below == 0:
        return float(at[0])
    two = slice(below - 1, below + 1)
    return float(np.exp(np.interp(-0.5, -curve[two], np.log(at[two]))))


def falling(values, weights):
    """The nearest sequence that never rises: neighbours that do are pooled."""
    pools = []
    for value, weight in zip(values, weights, strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] <= pools[-1][0]:
            (left, heavy, many), (right, light, few) = pools[-2:]
            mean = (left * heavy + right * light) / (heavy + light)
            pools[-2:] = [[mean, heavy + light, many + few]]
    return np.repeat([mean for mean, _, _ in pools], [count for *_, count in pools])
