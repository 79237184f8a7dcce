"""What does it look like? Numbers in, a drawing out.

A drawing is a matplotlib figure with a way to move its artists and a sentence for what they show.
:mod:`rope_lessons.explore` puts sliders on it; nothing here knows about widgets, and pyplot is not
used, so no figure appears or lingers by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Wedge

from rope_lessons import arcs, rotary, show

# Okabe and Ito's palette, readable without colour vision: one meaning, one colour, in all lessons.
QUERY = "#0072B2"
KEY = "#D55E00"
FAST = "#CC79A7"
SLOW = "#009E73"
TRAINED = "#56B4E9"
UNSEEN = "#E69F00"
INK = "#222222"
QUIET = "#888888"
FAINT = "#BBBBBB"

DOTS_PER_INCH = 150  # drawn half as fine again as shown, for sharp edges on a laptop screen
STYLE = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "text.color": INK,
}


@dataclass(frozen=True)
class Drawing:
    """A picture that can be moved.

    ``update(**values)`` moves the artists in place; its keywords are the sliders the picture
    understands. ``summary()`` reads the artists and says what they show, as one line of text.
    """

    figure: Figure
    update: Callable[..., None]
    summary: Callable[[], str]


def blank(width, height):
    """An empty figure of that many inches with the course's resolution, unknown to pyplot."""
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def freeze(figure):
    """Lay the figure out once, then keep every axis where it is while artists move."""
    figure.canvas.draw()
    figure.set_layout_engine("none")


def two_arrows(q, k, theta, *, gaps=range(-6, 7)):
    """A query and a key on one dial, turned to their positions, and their score over the gap.

    Parameters
    ----------
    q, k : (2,) arrays
        One pair of a query and of a key, before turning.
    theta : float
        Radians per position.
    gaps : iterable of int
        The gaps whose scores are drawn on the right. Each is computed afresh for the positions
        shown, by turning both arrows: the dots do not presume what the lesson claims.

    Returns
    -------
    Drawing
        Sliders: ``n``, the key's position, and ``gap``, how far behind the query it lies.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.rotary.scores` refuses.
    """
    q, k = np.asarray(q, dtype=float), np.asarray(k, dtype=float)
    gaps = np.array(list(gaps))
    reach = max(np.hypot(*q), np.hypot(*k))

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.7)
        dial, graph = figure.subplots(1, 2, width_ratios=(1, 1.15))

        dial.set(xlim=(-1.3 * reach, 1.3 * reach), ylim=(-1.3 * reach, 1.3 * reach), aspect="equal")
        dial.axis("off")
        for length in (np.hypot(*q), np.hypot(*k)):
            dial.add_patch(Circle((0, 0), length, fill=False, color=FAINT, lw=0.8))
        wedge = dial.add_patch(Wedge((0, 0), 0.35 * reach, 0, 0, color=FAINT, alpha=0.6, lw=0))
        arrows = dial.quiver(
            [0, 0],
            [0, 0],
            [q[0], k[0]],
            [q[1], k[1]],
            color=[QUERY, KEY],
            angles="xy",
            scale_units="xy",
            scale=1,
            width=0.016,
            zorder=3,
        )
        letters = [
            dial.text(0, 0, name, color=colour, weight="bold", size=12, ha="center", va="center")
            for name, colour in (("q", QUERY), ("k", KEY))
        ]
        notes = [
            dial.text(0.0, y, "", color=colour, transform=dial.transAxes, size=9.5)
            for y, colour in ((1.05, QUERY), (0.98, KEY))
        ]

        limit = 1.2 * np.hypot(*q) * np.hypot(*k)
        graph.set(
            xlabel="gap m − n (positions, query minus key)",
            ylabel="score  q · k after turning",
            xlim=(gaps.min() - 0.7, gaps.max() + 0.7),
            ylim=(-limit, limit),
        )
        graph.axhline(0, color=FAINT, lw=0.8, zorder=0)
        (dots,) = graph.plot(gaps, np.zeros(gaps.size), "o", color=QUIET, ms=5)
        (here,) = graph.plot([0], [0], "o", color=INK, ms=9)
        title = graph.set_title("", loc="left", weight="bold")

    def update(n, gap):
        positions = np.array([n + gap, n])
        turned = np.array(
            [rotary.rotate_pair(pair, p * theta) for pair, p in zip((q, k), positions, strict=True)]
        )
        arrows.set_UVC(*turned.T)
        for letter, tip in zip(letters, turned, strict=True):
            letter.set_position(tip * (1 + 0.13 * reach / np.hypot(*tip)))
        between = np.degrees(np.arctan2(turned[:, 1], turned[:, 0]))
        wedge.set_theta1(between[1])
        wedge.set_theta2(between[0] + 360 * (between[0] < between[1]))
        for note, name, p in zip(notes, ("query at m", "key at n"), positions, strict=True):
            note.set_text(f"{name} = {p}: turned by {show.number(p * theta, 2)} rad")
        dots.set_ydata(
            rotary.scores([q] * gaps.size, [k], n + gaps, [n], [theta])[:, 0],
        )
        here.set_data([gap], [turned[0] @ turned[1]])
        title.set_text(f"gap {gap}: score {show.number(turned[0] @ turned[1])}")

    def summary():
        query, key = np.stack([arrows.U, arrows.V], axis=-1)
        (gap,), (score,) = here.get_data()
        return (
            f"gap {gap}: q points to {show.numbers(query, 2)}, k to {show.numbers(key, 2)}, "
            f"score {show.number(score)}"
        )

    update(n=0, gap=0)
    freeze(figure)
    return Drawing(figure, update, summary)


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


def trained_arcs(inv_freq, train_length, length):
    """The angles that each pair met in training, and those that a longer text adds.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position.
    train_length, length : int
        Tokens.

    Returns
    -------
    Drawing
        Without sliders.
    """
    seen = np.degrees(np.minimum((train_length - 1) * np.asarray(inv_freq), 2 * np.pi))
    new = np.degrees(arcs.unseen_arc(inv_freq, train_length, length))
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.4)
        axes = figure.subplots()
        pairs = np.arange(seen.size)
        axes.bar(pairs, seen, color=TRAINED, width=0.8)
        axes.bar(pairs, new, bottom=seen, color=UNSEEN, width=0.8)
        axes.set(
            xlabel="pair, fastest first",
            ylabel="arc of the circle (degrees)",
            ylim=(0, 400),
            xlim=(-0.6, seen.size - 0.4),
        )
        axes.axhline(360, color=FAINT, lw=1)
        axes.set_yticks(range(0, 361, 90))
        axes.text(0, 370, f"met within {train_length} tokens", color=TRAINED, weight="bold")
        note = f"met for the first time within {length}"
        axes.text(seen.size - 1, 370, note, color=UNSEEN, weight="bold", ha="right")

    def summary():
        worst = int(np.argmax(new))
        return (
            f"{int(np.sum(new > 0))} of {new.size} pairs meet new angles between {train_length} "
            f"and {length} tokens; most of all pair {worst}, {show.number(new[worst], 0)} degrees"
        )

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
