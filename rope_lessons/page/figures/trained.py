"""What did a trained model do: loss by position, retrieval by distance, grids?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from rope_lessons import show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    FAST,
    KEY,
    NOTHING,
    QUERY,
    QUIET,
    SLOW,
    STRONGER,
    STYLE,
    TRAINED,
    UNSEEN,
    Drawing,
    blank,
    freeze,
    worth_telling,
)

if TYPE_CHECKING:
    from rope_lessons.trained import tiny

SCHEME_COLOURS = {
    "rope": QUERY,
    "learned": KEY,
    "sinusoidal": FAST,
    "alibi": SLOW,
    "t5": UNSEEN,
    "none": QUIET,
}
RESCUE_COLOURS = {
    "as it is": QUERY,
    "as he is": QUERY,
    "pi": KEY,
    "ntk": FAST,
    "dynamic": SLOW,
    "yarn": UNSEEN,
}


def loss_by_position(
    losses: dict[str, ArrayLike], train_length: int, *, window: int = 8
) -> Drawing:
    """Loss over position, a line a model, with the trained part shaded.

    Parameters
    ----------
    losses : dict of str to (length,) array
        Label, to nats per symbol; see :func:`rope_lessons.trained.tiny.loss_by_position`.
    train_length : int
        Tokens.
    window : int
        Positions to smooth over, backwards only and on each side of the training length by itself,
        so that nothing leaks across it.

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
        ends = {}
        for label, loss in losses.items():
            line = _smoothed(loss, window, train_length)
            axes.plot(line, color=_colour(label), lw=1.6)
            ends[label] = line[-1]
        _label_ends(axes, ends)

    def summary():
        parts = [
            f"{label} {show.number(np.mean(loss[train_length // 2 : train_length]), 2)} inside, "
            f"{show.number(np.mean(loss[train_length:]), 2)} past {train_length}"
            for label, loss in losses.items()
        ]
        return "loss in nats: " + "; ".join(parts)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def reading_on(
    losses: dict[str, ArrayLike],
    train_length: int,
    *,
    padded: Iterable[str] = (),
    guess: float | None = None,
    window: int = 8,
) -> Drawing:
    """Loss over position while a text grows, a line a model, as far as a slider lets them read.

    Attention is causal: the loss at a position does not depend on what comes later, so one long
    reading holds all shorter ones, and moving the slider computes nothing.

    Parameters
    ----------
    losses : dict of str to (length,) array
        Label, to nats per character; see :func:`rope_lessons.trained.tiny.loss_by_position`. All of
        one length.
    train_length : int
        Tokens. The first position never trained is ``train_length`` itself.
    padded : iterable of str
        Labels of models that could not go on without padding: crossed where they stop by
        themselves, dashed from there.
    guess : float, optional
        The loss of guessing evenly, drawn as a dotted line.
    window : int
        Positions that a line is smoothed over, backwards only and on each side of the training
        length by itself: a jump there is drawn as one. The dots are not smoothed.

    Returns
    -------
    Drawing
        Slider: ``tokens``, how many are read. The summary gives the mean loss over the last
        ``window`` of them, or over those past the training length where they are fewer.
    """
    positions = np.arange(len(next(iter(losses.values()))))
    highest = max(loss.max() for loss in losses.values())
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.7)
        axes = figure.subplots()
        axes.set(
            xlabel="position, counted from 0",
            ylabel="loss (nats per character)",
            ylim=(1, 1.05 * max(highest, guess or 0)),
        )
        first_new = train_length - 0.5  # a position's own strip is one wide, around its number
        axes.axvspan(-0.5, first_new, color=TRAINED, alpha=0.15, lw=0)
        axes.axvspan(first_new, len(positions), color=UNSEEN, alpha=0.15, lw=0)
        trained, never = (_above(axes, said) for said in ("trained", "never trained"))
        if guess is not None:
            axes.axhline(guess, color=QUIET, lw=1, ls=":")
            axes.text(
                *(0.01, guess - 0.04, "guessing evenly"),
                color=QUIET,
                size=9,
                va="top",
                transform=axes.get_yaxis_transform(),
            )
        dots, lines, beyond, names, stops = {}, {}, {}, {}, []
        for label in losses:
            colour = _colour(label)
            style = (0, (3, 2)) if label in padded else "-"
            (dots[label],) = axes.plot([], [], ".", color=colour, alpha=0.35, ms=4)
            (lines[label],) = axes.plot([], [], color=colour, lw=1.8)
            (beyond[label],) = axes.plot([], [], color=colour, lw=1.8, ls=style)
            names[label] = _name_at_end(axes, label)
            if label in padded:
                (cross,) = axes.plot([], [], "x", color=colour, ms=9, mew=2.5, zorder=4)
                note = f"stops: no row {train_length}"
                note = axes.text(train_length - 1, 1.1, note, color=colour, size=9, ha="center")
                stops.append((label, cross, note))

    smooth = {label: _smoothed(loss, window, train_length) for label, loss in losses.items()}

    def update(tokens):
        inside, past = positions[: min(tokens, train_length)], positions[train_length - 1 : tokens]
        axes.set_xlim(-0.5, tokens - 0.5)
        trained.set_x(min(tokens, train_length) / 2 - 0.5)
        never.set_x((train_length + tokens) / 2 - 0.5)
        never.set_visible(tokens > 1.25 * train_length)  # else it would not fit above its part
        for label, loss in losses.items():
            dots[label].set_data(positions[:tokens], loss[:tokens])
            lines[label].set_data(inside, smooth[label][inside])
            beyond[label].set_data(past, smooth[label][past])
        for label, cross, note in stops:
            last = train_length - 1
            note.set_visible(tokens > train_length)
            cross.set_data(*([last], [smooth[label][last]]) if tokens > train_length else ([], []))
        ends = {label: line[tokens - 1] for label, line in smooth.items()}
        for label, height in _apart(ends, axes.get_ylim()).items():
            names[label].set_y(height)

    def summary():
        read = len(next(iter(dots.values())).get_xdata())
        new = max(0, read - train_length)
        last = min(window, new or read)
        ends = ", ".join(
            f"{label} {show.number(np.mean(dots[label].get_ydata()[-last:]), 2)}"
            for label in losses
        )
        met = f"{new} of them never trained" if new else "all of them trained"
        return (
            f"{read} tokens read, positions 0 to {read - 1}, {met}; loss over the last "
            f"{last}: {ends}"
        )

    update(len(positions))
    freeze(figure)
    return Drawing(figure, update, summary)


def retrieval_by_distance(
    measured: dict[str, dict[int, float]], train_length: int, *, chance: float = 1 / 16
) -> Drawing:
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
        lines = []
        for label, points in measured.items():
            found = list(points.items())
            told = (found[i] for i in worth_telling(list(points.values())))
            lines.append(f"{label} " + ", ".join(f"{show.number(v, 2)} at {d}" for d, v in told))
        return "right answers: " + "; ".join(lines)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def two_jobs(
    attention: dict[str, tuple[dict[int, float], float]],
    train_length: int,
    *,
    room: Iterable[str] = (),
) -> Drawing:
    """What a fact far back gets of a trained head's attention, and what the character before gets.

    Parameters
    ----------
    attention : dict of str to (dict of int to float, float)
        See :func:`rope_lessons.trained.attention_weights.two_jobs`.
    train_length : int
        Shaded.
    room : iterable of str
        Names of bars that are left empty, so that two pictures can be compared.

    Returns
    -------
    Drawing
        Without sliders. The summary gives, for each reading, the weight on the fact at the last
        distance of training and at the farthest, and the weight on the character before.
    """
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.2)
        left, right = figure.subplots(1, 2, width_ratios=(3, 1), sharey=True)
        reach = max(max(weights) for weights, _ in attention.values())
        left.set(
            xlabel="distance from question to fact (characters)",
            ylabel="share of attention",
            xlim=(0, reach * 1.02),
            ylim=(0, 1.08),
        )
        left.set_title("one head, on the fact", pad=16)
        right.set_title("another, on the\ncharacter before", pad=6)
        _shade_trained(left, train_length)
        names = list(dict.fromkeys((*attention, *room)))
        for label, (weights, before) in attention.items():
            colour = _colour(label)
            left.plot(weights.keys(), weights.values(), "o-", color=colour, lw=1.8, ms=4)
            right.bar(names.index(label), before, color=colour, width=0.7)
            right.text(
                *(names.index(label), before + 0.02, show.number(before, 2)), size=9, ha="center"
            )
        right.set_xlim(-0.6, len(names) - 0.4)
        right.set_xticks(range(len(names)), [name.replace(" ", "\n", 1) for name in names], size=8)

    def summary():
        lines = []
        for label, (weights, before) in attention.items():
            met = max(distance for distance in weights if distance < train_length)
            told = (f"{show.number(weights[d], 2)} at {d}" for d in (met, max(weights)))
            lines.append(f"{label} {', '.join(told)}, character before {show.number(before, 2)}")
        return "attention on the fact: " + "; ".join(lines)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def grids(stored: dict[str, tiny.Grid], train_length: int, *, height: float = 3.3) -> Drawing:
    """Retrieval for every needle and question position, a panel a model.

    Parameters
    ----------
    stored : dict of str to rope_lessons.trained.tiny.Grid
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
            image = axes.imshow(
                grid.accuracy, origin="lower", aspect="auto", cmap=STRONGER, vmin=0, vmax=1
            )
            axes.set_facecolor(NOTHING)  # where no question was asked
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
            means = [_mean(grid.accuracy[region]) for region in regions]
            parts.append(f"{label} {' / '.join(means)}")
        return "right answers, trained / question past / both past: " + "; ".join(parts)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def _mean(values):
    """In words; nothing is known where no cell was measured."""
    known = values[~np.isnan(values)]
    return show.number(known.mean(), 2) if known.size else "–"


def _colour(label):
    """The colour of a scheme or a rescue, from a label that begins with its name."""
    colours = SCHEME_COLOURS | RESCUE_COLOURS
    known = (name for name in colours if label.lower().startswith(name))
    return colours[next(known, "none")]


def _shade_trained(axes, train_length):
    axes.axvspan(0, train_length, color=TRAINED, alpha=0.15, lw=0)
    _above(axes, "trained").set_x(train_length / 2)


def _above(axes, said):
    """A word above the frame, centred on the x it is set to."""
    return axes.text(
        *(0, 1.01, said),
        color=QUIET,
        size=9,
        ha="center",
        transform=axes.get_xaxis_transform(),
    )


def _smoothed(values, window, border):
    """Mean over the last ``window`` values up to each, none of them across the border."""
    sums = np.cumsum(np.insert(np.asarray(values, dtype=float), 0, 0.0))
    ends = np.arange(1, len(sums))
    starts = np.maximum(ends - window, np.where(ends > border, border, 0))
    return (sums[ends] - sums[starts]) / (ends - starts)


def _label_ends(axes, heights):
    """Names at the right end of their lines, pushed apart where they would overlap."""
    for label, height in _apart(heights, axes.get_ylim()).items():
        _name_at_end(axes, label).set_y(height)


def _name_at_end(axes, label):
    return axes.text(
        *(1.01, 0, label),
        color=_colour(label),
        weight="bold",
        size=9,
        va="center",
        transform=axes.get_yaxis_transform(),
    )


def _apart(heights, limits):
    """The same heights, from the lowest up, raised where a name would overlap the one below."""
    gap, floor = 0.075 * (limits[1] - limits[0]), -np.inf
    raised = {}
    for label, height in sorted(heights.items(), key=lambda item: item[1]):
        raised[label] = floor = max(height, floor + gap)
    return raised
