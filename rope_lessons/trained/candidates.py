"""Three models, alike but for where position enters: which facts does each find, at which loss?

A far fact stands 4 tokens after the start of the text, a near one 16 before its end, where the
question is. There are 16 answers, so guessing is right once in 16. Loss is the mean over the second
half of plain texts, which ask for no such fact.
"""

from collections.abc import Callable

import numpy as np

from rope_lessons import _validate, show
from rope_lessons.trained import tiny

SCHEMES = {"T5 bias": "t5", "ALiBi × 16": "alibi-x16", "RoPE": "rope-500"}
METRICS = {"loss": "nats per character", "far facts": "share found", "near facts": "share found"}
LENGTHS = 64, 128, 256, 512
FAR_AT, NEAR_BACK = 4, 16
SAMPLES = 48  # texts behind a share; its standard error is at most 0.07
SHOWN = 0.005  # two numbers nearer than this may print the same two decimals
PLACES = 4, 48, 72, 200, 500  # of a fact in a text of 512


def measure(progress: Callable | None = None, *, samples: int = SAMPLES) -> list[dict]:
    """Every metric of every model, in texts of every length.

    Parameters
    ----------
    progress : callable, optional
        Wraps the loop over models: ``progress(models, what is done)`` gives them one by one.
    samples : int
        Texts behind each share of facts found; a third of them are read for the loss.

    Returns
    -------
    list of dict
        Each with "scheme", "metric", "value", "seed" and "tokens", the length of the text.

    Raises
    ------
    TypeError, ValueError
        ``samples`` is no whole number of at least 1.
    """
    samples = _validate.size("samples", samples)
    models = [
        (s, tiny.load(name, seed)) for s, name in SCHEMES.items() for seed in tiny.names()[name]
    ]
    records = []
    for scheme, model in progress(models, "asking seven models") if progress else models:
        loss = tiny.loss_by_position(model, LENGTHS[-1], samples=-(-samples // 3))
        for tokens in LENGTHS:
            values = {
                "loss": loss[tokens // 2 : tokens].mean(),
                "far facts": tiny.measure_cell(model, FAR_AT, tokens - 1, samples=samples),
                "near facts": tiny.retrieval(model, NEAR_BACK, length=tokens, samples=samples),
            }
            records += [
                {
                    "scheme": scheme,
                    "metric": metric,
                    "value": float(value),
                    "seed": model.seed,
                    "tokens": tokens,
                }
                for metric, value in values.items()
            ]
    return records


def over_seeds(records: list[dict], *metrics: str) -> show.Table:
    """Means over seeds with the lowest and the highest, at 64 tokens and at 512, and who wins.

    Parameters
    ----------
    records : list of dict
        From :func:`measure`.
    *metrics : str
        The columns: some of ``METRICS``.

    Returns
    -------
    show.Table
        Below the schemes, for each length, the clear winner: the one whose worst seed does better
        than every other scheme's best. Where it has one seed only, that is said.

    Raises
    ------
    ValueError
        A metric that was not measured.
    """
    for metric in metrics:
        _validate.one_of("metric", metric, tuple(METRICS))
    rows = []
    for tokens in (LENGTHS[0], LENGTHS[-1]):
        found = {(s, m): _seeds(records, s, m, tokens) for s in SCHEMES for m in metrics}
        rows += [(tokens, s, *(_range(found[s, m]) for m in metrics)) for s in SCHEMES]
        winners = [_winner({s: found[s, m] for s in SCHEMES}, lower=m == "loss") for m in metrics]
        rows.append((tokens, "clear winner", *winners))
    return show.Table(("read", "scheme", *metrics), rows)


def clear_winner(found: dict[str, list[float]], *, lower: bool) -> str | None:
    """The scheme whose worst seed does better than every other scheme's best, if there is one.

    Parameters
    ----------
    found : dict of str to list of float
        Scheme, to a value for each seed; at least two schemes.
    lower : bool
        Whether lower is better.

    Returns
    -------
    str or None
        None, too, where the gap is so small that two decimals would not show it.

    >>> clear_winner({"T5 bias": [2.02], "RoPE": [1.88, 1.91], "ALiBi": [1.90, 1.92]}, lower=True)
    >>> clear_winner({"T5 bias": [1.0], "RoPE": [0.06, 0.08]}, lower=False)
    'T5 bias'
    """
    sign = -1 if lower else 1
    for scheme, values in found.items():
        others = [sign * v for other in found if other != scheme for v in found[other]]
        if min(sign * v for v in values) >= max(others) + SHOWN:
            return scheme
    return None


def by_place() -> show.Table:
    """Facts found in texts of 512, by where they stand: means of stored grids over three seeds.

    Returns
    -------
    show.Table
        With the learned table, its rows past the end zeros.
    """
    names = {"learned, zeros": "learned", **SCHEMES}
    grids = {label: [tiny.grid(name, seed) for seed in range(3)] for label, name in names.items()}
    found = {
        label: np.mean([g.accuracy[:, -1] for g in seeds], axis=0) for label, seeds in grids.items()
    }
    stored = grids["RoPE"][0]
    asked_at = stored.question_at[-1]
    rows = [
        (at, asked_at - at, *(show.number(shares[i], 2) for shares in found.values()))
        for i, at in enumerate(stored.needle_at)
        if at in PLACES
    ]
    return show.Table(("fact at", "distance", *names), rows)


def other_settings() -> show.Table:
    """The same metrics for ALiBi with its usual slopes and RoPE with base 10,000.

    Returns
    -------
    show.Table
        Loss of seed 0, facts as means of stored grids over three seeds.
    """
    rows = []
    for label, name in (("ALiBi, usual slopes", "alibi"), ("RoPE, base 10,000", "rope-10000")):
        loss = tiny.loss_by_position(tiny.load(name), 512, samples=16)
        ends = [tiny.grid(name, seed).accuracy[[0, -1], -1] for seed in range(3)]
        means = loss[32:64].mean(), loss[256:].mean(), *np.mean(ends, axis=0)
        rows.append((label, *(show.number(mean, 2) for mean in means)))
    return show.Table(("", "loss at 64", "loss at 512", "fact at place 4", "at 500 of 512"), rows)


def _winner(found, *, lower):
    scheme = clear_winner(found, lower=lower)
    return f"{scheme} (one seed)" if scheme and len(found[scheme]) == 1 else scheme or "none"


def _seeds(records, scheme, metric, tokens):
    wanted = {"scheme": scheme, "metric": metric, "tokens": tokens}
    return [record["value"] for record in records if wanted.items() <= record.items()]


def _range(values):
    low, mean, high = (
        show.number(value, 2) for value in (min(values), np.mean(values), max(values))
    )
    return f"{mean} ({low}–{high})" if len(values) > 1 else mean
