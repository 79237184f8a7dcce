"""What is new past training, beside what a trained model did there?"""

from __future__ import annotations

import matplotlib
import numpy as np

from rope_lessons import arcs, show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    FAST,
    INK,
    QUERY,
    QUIET,
    STYLE,
    TRAINED,
    UNSEEN,
    Drawing,
    blank,
    freeze,
    worth_telling,
)


def loss_beside_unseen(
    rope: ArrayLike, sinusoidal: ArrayLike, train_length: int, *, window: int = 8
) -> Drawing:
    """Loss over position of two models, above the share of keys at distances never trained.

    Reading at index p ≥ L, (p − L + 1) of the p + 1 keys are so far back.

    Parameters
    ----------
    rope, sinusoidal : (length,) arrays
        Nats per symbol.
    train_length : int
        L, in tokens.
    window : int
        Positions to smooth over, backwards only and never across the end of training.

    Returns
    -------
    Drawing
        Without sliders. The summary gives means over the last quarter of the trained part, over
        the quarter after it and over the end.
    """
    length = len(rope)
    share = np.maximum(np.arange(length) - train_length + 1, 0) / np.arange(1, length + 1)
    quarter = train_length // 4
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.6)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1))
        for axes in (above, below):
            axes.axvspan(0, train_length, color=TRAINED, alpha=0.15, lw=0)
        for loss, name, colour in ((rope, "RoPE", QUERY), (sinusoidal, "sinusoidal", FAST)):
            for start, end in ((0, train_length), (train_length, length)):
                means = [loss[max(start, i + 1 - window) : i + 1].mean() for i in range(start, end)]
                above.plot(np.arange(start, end), means, color=colour, lw=1.7)
            above.text(
                *(1.01, means[-1], name),
                color=colour,
                weight="bold",
                va="center",
                transform=above.get_yaxis_transform(),
            )
        above.set(ylabel="loss (nats)", xlim=(0, length))
        above.text(
            train_length / 2,
            1.02,
            "trained",
            color=QUIET,
            size=9,
            ha="center",
            transform=above.get_xaxis_transform(),
        )
        below.fill_between(np.arange(length), share, color=UNSEEN, alpha=0.5, lw=0)
        below.set(xlabel="position, counted from 0", ylabel="unseen keys", ylim=(0, 1))
        below.set_yticks([0, 0.5, 1], ["0", "½", "1"])
        half = 2 * train_length - 1
        below.plot([half], [share[half]], "o", color=INK, ms=5)
        below.text(half + 6, share[half] - 0.22, f"a half at {half}")

    def summary():
        parts = []
        for name, loss in (("RoPE", rope), ("sinusoidal", sinusoidal)):
            ends = (
                loss[train_length - quarter : train_length],
                loss[train_length : train_length + quarter],
                loss[-quarter:],
            )
            means = ", ".join(show.number(np.mean(part), 2) for part in ends)
            parts.append(f"{name} {means}")
        return (
            f"loss over the last {quarter} trained positions, the {quarter} after and the last "
            f"{quarter}: {'; '.join(parts)}; unseen keys {show.number(share[train_length], 3)} at "
            f"{train_length}, {show.number(share[half], 1)} at {half}"
        )

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def strangeness_beside_retrieval(
    inv_freq: ArrayLike,
    train_length: int,
    measured: dict[int, float],
    *,
    chance: float = 1 / 16,
    slowed: ArrayLike | None = None,
) -> Drawing:
    """Strangeness over distance, above the answers that a model got right there.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position.
    train_length : int
    measured : dict of int to float
        Distance, to the share of right answers.
    chance : float
        The share that guessing gives, drawn as a dotted line.
    slowed : (n_pairs,) array, optional
        The speeds of reading, where a scaling is in force.

    Returns
    -------
    Drawing
        Without sliders. The summary lists the points; of more than nine the ends, and those between
        which half is lost or comes back.
    """
    reach = max(measured) + 16
    distances = np.arange(reach)
    now = inv_freq if slowed is None else slowed
    strange = arcs.strangeness(inv_freq, train_length, distances, now)
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.6)
        above, below = figure.subplots(2, 1, sharex=True)
        for axes in (above, below):
            axes.axvspan(0, train_length, color=TRAINED, alpha=0.15, lw=0)
        above.fill_between(distances, strange, color=UNSEEN, alpha=0.5, lw=0)
        (dots,) = above.plot(list(measured), strange[list(measured)], "o", color=INK, ms=4)
        above.set(ylabel="D (degrees)", xlim=(0, reach), ylim=(0, None))
        (answers,) = below.plot(measured.keys(), measured.values(), "o-", color=QUERY, lw=1.5, ms=5)
        below.axhline(chance, color=QUIET, lw=1, ls=":")
        below.text(4, chance + 0.03, "guessing", color=QUIET, size=9)
        below.set(xlabel="distance (positions)", ylabel="right answers", ylim=(0, 1.08))
        below.set_yticks([0, 0.5, 1])

    def summary():
        points = list(zip(*dots.get_data(), answers.get_ydata(), strict=True))
        told = worth_telling([right for _, _, right in points])
        return "D and right answers: " + "; ".join(
            f"{show.number(d, 0)}° and {show.number(right, 2)} at {at}"
            for at, d, right in (points[i] for i in told)
        )

    freeze(figure)
    return Drawing(figure, lambda: None, summary)
