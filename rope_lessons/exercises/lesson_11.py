"""Lesson 11: a ranking for every metric, and what the one that was tracked gives away."""

import numpy as np

from rope_lessons.exercises import Exercise, Mistake

LOSSES = ("loss", "loss at 512", "loss past 64")
SHARES = ("far needle", "near needle", "summary")
SCHEMES = ("ALiBi", "RoPE", "T5 bias", "learned table", "none", "sinusoidal")


def scoreboard(records):
    return {metric: _ranked(metric, _means(records, metric)) for metric in _metrics(records)}


def regret(records, tracked, untracked):
    winner = scoreboard(records)[tracked][0]
    means = _means(records, untracked)
    return float(abs(means[winner] - means[scoreboard(records)[untracked][0]]))


def _metrics(records):
    return list(dict.fromkeys(record["metric"] for record in records))


def _values(records, metric):
    found = {}
    for record in records:
        if record["metric"] == metric:
            found.setdefault(record["scheme"], []).append(record["value"])
    return found


def _means(records, metric):
    return {scheme: np.mean(values) for scheme, values in _values(records, metric).items()}


def _is_loss(metric):
    return metric.startswith("loss")


def _ranked(metric, worth, lower=_is_loss):
    sign = 1 if lower(metric) else -1
    return sorted(worth, key=lambda scheme: (sign * worth[scheme], scheme))


def _rank_by(pick, lower=_is_loss):
    """A scoreboard that makes one number of a scheme's values in another way than their mean."""

    def wrong(records):
        board = {}
        for metric in _metrics(records):
            worth = {s: pick(metric, values) for s, values in _values(records, metric).items()}
            board[metric] = _ranked(metric, worth, lower)
        return board

    return wrong


def _best_seed(metric, values):
    return min(values) if _is_loss(metric) else max(values)


def _mean(metric, values):
    return np.mean(values)


def _as_they_come(records):
    """Ties stay in the order of the records."""
    board = {}
    for metric in _metrics(records):
        means = _means(records, metric)
        board[metric] = sorted(means, key=means.get, reverse=not _is_loss(metric))
    return board


def _one_order_for_all(records):
    """Every metric turned so that higher is better, and all of them in one mean."""
    turned = {}
    for record in records:
        sign = -1 if _is_loss(record["metric"]) else 1
        turned.setdefault(record["scheme"], []).append(sign * record["value"])
    order = _ranked("", {scheme: np.mean(values) for scheme, values in turned.items()})
    return dict.fromkeys(_metrics(records), order)


def _against(records, tracked, untracked, rival):
    """Regret with another rival than the best: ``rival(ranking, winner)`` names it."""
    winner = scoreboard(records)[tracked][0]
    means = _means(records, untracked)
    return float(abs(means[winner] - means[rival(scoreboard(records)[untracked], winner)]))


def _best_minus_winner(records, tracked, untracked):
    means = _means(records, untracked)
    winner, best = (scoreboard(records)[metric][0] for metric in (tracked, untracked))
    return float(means[best] - means[winner])


def _in_shares(records, tracked, untracked):
    best = scoreboard(records)[untracked][0]
    return regret(records, tracked, untracked) / float(_means(records, untracked)[best])


def _best_seeds_only(records, tracked, untracked):
    """One value a scheme and metric, its best, then everything as it should be."""
    kept = [
        {"scheme": scheme, "metric": metric, "value": _best_seed(metric, values), "seed": 0}
        for metric in _metrics(records)
        for scheme, values in _values(records, metric).items()
    ]
    return regret(kept, tracked, untracked)


def _tracked_turned_round(records, tracked, untracked):
    """The worst of the tracked metric counts as its winner."""
    means = _means(records, untracked)
    worst = scoreboard(records)[tracked][-1]
    return float(abs(means[worst] - means[scoreboard(records)[untracked][0]]))


def _by_hand():
    """Two schemes, one metric: the better mean does not have the better seed."""
    values = {"RoPE": (2.0, 2.25), "ALiBi": (1.5, 3.0)}
    return [
        {"scheme": scheme, "metric": "loss", "value": value, "seed": seed}
        for scheme, pair in values.items()
        for seed, value in enumerate(pair)
    ]


def _tie(metric, schemes, value):
    """Equal means from unequal seeds, the last name of the alphabet first."""
    return [
        {"scheme": scheme, "metric": metric, "value": value + part, "seed": seed}
        for i, scheme in enumerate(sorted(schemes, reverse=True))
        for seed, part in enumerate((0.0,) if i % 2 else (-0.125, 0.125))
    ]


def _board(rng, loss, shares):
    """What four schemes might show in three metrics, with one to three seeds each, shuffled.

    Values are whole 64ths, so that every way to take a mean finds the same ties.
    """
    schemes = rng.permutation(SCHEMES)[:4].tolist()
    seeds = dict(zip(schemes, rng.permutation([1, 2, 3, 3]).tolist(), strict=True))
    # Schemes are worlds apart, seeds a little: neither alone decides the order.
    records = []
    for metric in (loss, *shares):
        low, high = (96, 192) if _is_loss(metric) else (8, 56)
        for scheme, middle in zip(schemes, rng.integers(low, high, size=4), strict=True):
            for seed in range(seeds[scheme]):
                value = float(middle + rng.integers(-24, 25)) / 64
                value = abs(value) if _is_loss(metric) else min(1.0, max(0.0, value))
                records.append({"scheme": scheme, "metric": metric, "value": value, "seed": seed})
    return [records[i] for i in rng.permutation(len(records))]


def _boards(rng):
    boards = [_by_hand(), _tie("near needle", SCHEMES[:3], 0.5)]
    for i in range(6):
        boards.append(_board(rng, LOSSES[i % 3], rng.permutation(SHARES)[:2].tolist()))
    return [(board,) for board in boards]


def _tracked_and_not(rng):
    tied = _tie("far needle", SCHEMES[:2], 0.75) + [
        {"scheme": scheme, "metric": "loss", "value": value, "seed": 0}
        for scheme, value in zip(SCHEMES[:2], (1.75, 2.5), strict=True)
    ]
    probes = [(tied, "far needle", "loss")]
    for i in range(6):
        shares = rng.permutation(SHARES)[:2].tolist()
        board = _board(rng, LOSSES[i % 3], shares)
        probes += [
            (board, LOSSES[i % 3], shares[0]),
            (board, shares[0], LOSSES[i % 3]),
            (board, shares[0], shares[1]),
        ]
    return probes


EXERCISES = (
    Exercise(
        lesson=11,
        reference=scoreboard,
        draw_probes=_boards,
        mistakes=(
            Mistake(
                _rank_by(_best_seed),
                "each scheme is ranked by its best seed. Whoever trains again does not get to "
                "choose: take the mean over seeds.",
            ),
            Mistake(
                _rank_by(lambda metric, values: max(values)),
                "each scheme is ranked by its largest value, which for a loss is its worst seed. "
                "Take the mean over seeds.",
            ),
            Mistake(
                _rank_by(lambda metric, values: values[-1]),
                "only one value a scheme is left, the last one read: in a dictionary a later seed "
                "overwrites an earlier one. Keep them all and take the mean.",
            ),
            Mistake(
                _rank_by(lambda metric, values: sum(values)),
                "the values of the seeds were summed. Schemes do not all have the same number of "
                "seeds: take the mean.",
            ),
            Mistake(
                _rank_by(lambda metric, values: np.median(values)),
                "the median over seeds was taken. Asked for is the mean.",
            ),
            Mistake(
                _rank_by(_mean, lower=lambda metric: False),
                "the losses are the wrong way round: the highest loss stands first. A metric whose "
                "name begins with “loss” is better when lower.",
            ),
            Mistake(
                _rank_by(_mean, lower=lambda metric: metric == "loss"),
                "only a metric called exactly “loss” is ranked as a loss. “loss past 64” begins "
                'with the word too: metric.startswith("loss").',
            ),
            Mistake(
                _rank_by(_mean, lower=lambda metric: True),
                "lower counts as better everywhere. That is so for losses; of right answers, more "
                "is better.",
            ),
            Mistake(
                lambda records: {
                    metric: ranking[::-1] for metric, ranking in scoreboard(records).items()
                },
                "every ranking is upside down: the worst scheme stands first. Best first.",
            ),
            Mistake(
                _as_they_come,
                "schemes with equal means stand in the order in which the records came. Ties go by "
                "name, so that the same measurements always print the same board.",
            ),
            Mistake(
                _one_order_for_all,
                "all metrics share one order, from a mean over metrics. Nats and shares of right "
                "answers cannot be averaged: rank within each metric.",
            ),
            Mistake(
                lambda records: {
                    metric: ranking[0] for metric, ranking in scoreboard(records).items()
                },
                "only the winners are there. Give back all schemes of each metric, best first.",
            ),
        ),
        hints=(
            "First collect, then rank. Which values belong to one metric and one scheme?",
            "Collect the values in lists by (metric, scheme), and take their means. Then sort the\n"
            "schemes of each metric by (mean, name), the sign turned where higher is better.",
            'sign = 1 if metric.startswith("loss") else -1\n'
            "board[metric] = sorted(means, key=lambda scheme: (sign * means[scheme], ...))",
        ),
    ),
    Exercise(
        lesson=11,
        reference=regret,
        draw_probes=_tracked_and_not,
        tolerance=1e-5,
        stretch=True,
        mistakes=(
            Mistake(
                _best_minus_winner,
                "a sign slips in: best minus winner is below 0 when the untracked metric is a "
                "loss. What is given away is never negative.",
            ),
            Mistake(
                lambda records, tracked, untracked: (
                    -_best_minus_winner(records, tracked, untracked)
                ),
                "a sign slips in: winner minus best is below 0 unless the untracked metric is a "
                "loss. What is given away is never negative.",
            ),
            Mistake(
                lambda records, tracked, untracked: regret(records, untracked, tracked),
                "the two metrics have changed places. The winner comes from the tracked one, what "
                "it costs is read from the untracked one.",
            ),
            Mistake(
                lambda records, tracked, untracked: _against(
                    records, tracked, untracked, lambda ranking, winner: ranking[-1]
                ),
                "the winner is compared with the worst of the untracked metric. That says what was "
                "gained. Compare with the best.",
            ),
            Mistake(
                lambda records, tracked, untracked: _against(
                    records, tracked, untracked, lambda ranking, winner: ranking[1]
                ),
                "the rival is the second of the untracked ranking, not its first.",
            ),
            Mistake(
                _in_shares,
                "this is a fraction of the best value. Give the difference itself, in the "
                "untracked metric's own unit.",
            ),
            Mistake(
                _best_seeds_only,
                "schemes are judged by their best seeds. Take means over seeds, in both metrics.",
            ),
            Mistake(
                _tracked_turned_round,
                "the tracked metric's last was taken for its winner. Is a loss better when lower, "
                "and the best at index 0?",
            ),
        ),
        hints=(
            "Two schemes are compared, in one metric. Which two, and in which?",
            "The winner of the tracked metric and the best of the untracked one; both are read in\n"
            "the untracked metric. Your scoreboard knows both names.",
            "board = scoreboard(records)\n"
            "picked, best = board[tracked][0], board[untracked][0]\n"
            "return abs(mean(picked, ...) - mean(best, ...))",
        ),
    ),
)
