"""What did a trained model do: loss by position, retrieval by distance, grids?"""

import matplotlib
import numpy as np

from rope_lessons import show
from rope_lessons.figures.drawing import (
    FAST,
    KEY,
    QUERY,
    QUIET,
    SLOW,
    STYLE,
    TRAINED,
    UNSEEN,
    Drawing,
    blank,
    freeze,
)

SCHEME_COLOURS = {
    "rope": QUERY,
    "learned": KEY,
    "sinusoidal": FAST,
    "alibi": SLOW,
    "t5": UNSEEN,
    "none": QUIET,
}


def loss_by_position(losses, train_length, *, window=8):
    """Loss over position, a line a model, with the trained part shaded.

    Parameters
    ----------
    losses : dict of str to (length,) array
        Label, to nats per symbol; see :func:`rope_lessons.tiny.loss_by_position`.
    train_length : int
        Tokens.
    window : int
        Positions to smooth over, backwards only, so that nothing from past the end of training
        leaks into the part before it.

    Returns
    -------
    Drawing
        Without sliders. The summary gives means over the second half of the trained part and over
        all positions past it.
    """
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.4)
        axes = figure.subplots()
        reach = max(len(loss) for loss in losses.values())
        axes.set(xlabel="position (tokens read)", ylabel="loss (nats per symbol)", xlim=(0, reach))
        _shade_trained(axes, train_length)
        for label, loss in losses.items():
            axes.plot(_smoothed(loss, window), color=_colour(label), lw=1.6)
        _label_ends(axes, {label: _smoothed(loss, window)[-1] for label, loss in losses.items()})

    def summary():
        parts = [
            f"{label} {show.number(np.mean(loss[train_length // 2 : train_length]), 2)} inside, "
            f"{show.number(np.mean(loss[train_length:]), 2)} past {train_length}"
            for label, loss in losses.items()
        ]
        return "loss in nats: " + "; ".join(parts)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def retrieval_by_distance(measured, train_length, *, chance=1 / 16):
    """Retrieval over distance, a line a model, with the trained part shaded.

    Parameters
    ----------
    measured : dict of str to dict of int to float
        Label, to the share of right answers by distance.
    train_length : int
    chance : float
        The share that guessing gives, drawn as a dotted line.

    Returns
    -------
    Drawing
        Without sliders.
    """
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.4)
        axes = figure.subplots()
        reach = max(max(points) for points in measured.values())
        axes.set(
            xlabel="distance from needle to question (positions)",
            ylabel="right answers",
            xlim=(0, reach * 1.02),
            ylim=(0, 1.05),
        )
        _shade_trained(axes, train_length)
        axes.axhline(chance, color=QUIET, lw=1, ls=":")
        axes.text(0.01 * reach, chance + 0.01, "guessing", color=QUIET, size=9)
        for label, points in measured.items():
            axes.plot(points.keys(), points.values(), "o-", color=_colour(label), lw=1.6, ms=4)
        _label_ends(axes, {label: list(points.values())[-1] for label, points in measured.items()})

    def summary():
        lines = [
            f"{label} " + ", ".join(f"{show.number(v, 2)} at {d}" for d, v in points.items())
            for label, points in measured.items()
        ]
        return "right answers: " + "; ".join(lines)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def grids(stored, train_length, *, height=3.3):
    """Retrieval for every needle and question position, a panel a model.

    Parameters
    ----------
    stored : dict of str to rope_lessons.tiny.Grid
    train_length : int
        Marked on both axes.
    height : float
        Inches.

    Returns
    -------
    Drawing
        Without sliders. The summary gives three means a panel: both positions trained, only the
        question past the end, and needle and question past it.
    """
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, height)
        panels = np.atleast_1d(figure.subplots(1, len(stored), sharey=True))
        for axes, (label, grid) in zip(panels, stored.items(), strict=True):
            image = axes.imshow(grid.accuracy, origin="lower", aspect="auto", vmin=0, vmax=1)
            axes.set_title(label)
            axes.set_xticks(range(len(grid.question_at)), grid.question_at + 1, rotation=90, size=8)
            axes.set_yticks(range(len(grid.needle_at)), grid.needle_at, size=8)
            axes.axvline(np.sum(grid.question_at < train_length) - 0.5, color=UNSEEN, lw=1.5)
            axes.axhline(np.sum(grid.needle_at < train_length) - 0.5, color=UNSEEN, lw=1.5)
        panels[0].set_ylabel("needle at position")
        figure.supxlabel("tokens read; the question is the last one", size=10)
        bar = figure.colorbar(image, ax=panels, fraction=0.04)
        bar.set_label("right answers")

    def summary():
        parts = []
        for label, grid in stored.items():
            late_needle = grid.needle_at[:, None] >= train_length
            late_question = grid.question_at >= train_length
            regions = (
                ~late_needle & ~late_question,
                ~late_needle & late_question,
                late_needle & late_question,
            )
            means = [show.number(np.nanmean(grid.accuracy[region]), 2) for region in regions]
            parts.append(f"{label} {' / '.join(means)}")
        return "right answers, trained / question past / both past: " + "; ".join(parts)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def _colour(label):
    """A scheme's colour, from a label that begins with its name."""
    known = (name for name in SCHEME_COLOURS if label.lower().startswith(name))
    return SCHEME_COLOURS[next(known, "none")]


def _shade_trained(axes, train_length):
    axes.axvspan(0, train_length, color=TRAINED, alpha=0.15, lw=0)
    axes.text(
        train_length / 2,
        1.01,
        "trained",
        color=QUIET,
        size=9,
        ha="center",
        transform=axes.get_xaxis_transform(),
    )


def _smoothed(values, window):
    """Mean over the last ``window`` values up to each, fewer at the start."""
    sums = np.cumsum(np.insert(np.asarray(values, dtype=float), 0, 0.0))
    ends = np.arange(1, len(sums))
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def _label_ends(axes, heights):
    """Names at the right end of their lines, pushed apart where they would overlap."""
    low, high = axes.get_ylim()
    gap, floor = 0.075 * (high - low), -np.inf
    for label, height in sorted(heights.items(), key=lambda item: item[1]):
        floor = max(height, floor + gap)
        axes.annotate(
            label,
            (1.01, floor),
            xycoords=axes.get_yaxis_transform(),
            color=_colour(label),
            weight="bold",
            size=9,
            va="center",
            annotation_clip=False,
        )
