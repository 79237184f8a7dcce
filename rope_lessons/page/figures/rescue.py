"""What does a rescue gain, and what does it cost?"""

from __future__ import annotations

import matplotlib
import numpy as np

from rope_lessons import show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    FAST,
    INK,
    QUERY,
    QUIET,
    SLOW,
    STYLE,
    TRAINED,
    Drawing,
    blank,
    freeze,
)


def gain_and_price(
    measured: dict[str, tuple[dict[int, float], ArrayLike]],
    train_length: int,
    *,
    untouched: str,
    too_much: float = 0.1,
    window: int = 16,
) -> Drawing:
    """Right answers by distance and loss by position, of a rescued model beside the untouched one.

    Parameters
    ----------
    measured : dict of str to (dict of int to float, (length,) array)
        Rescue, to the share of right answers by distance, and nats per symbol by position.
    train_length : int
        Tokens.
    untouched : str
        The one of ``measured`` that the others are held against.
    too_much : float
        Nats above the untouched model's loss inside training at which it counts as failing.
    window : int
        Positions to smooth the loss over, backwards only.

    Returns
    -------
    Drawing
        Moved by ``rescue``, one of the names. The summary gives every right answer, and the mean
        loss over the second half of the trained part and the second half of the text.
    """
    distances = list(measured[untouched][0])
    places = np.arange(len(distances))
    length = measured[untouched][1].size
    inside = slice(train_length // 2, train_length)
    bearable = measured[untouched][1][inside].mean() + too_much
    highest = max(_smoothed(loss, window).max() for _, loss in measured.values())

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.5)
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
        left.set(
            xlabel="needle so far back (positions)",
            ylabel="right answers",
            ylim=(-0.03, 1.12),
            xlim=(-0.4, len(distances) - 0.6),
        )
        left.set_xticks(places, distances)
        left.set_yticks([0, 0.5, 1])
        left.axhline(0.5, color=QUIET, lw=1, ls=":")
        met = np.sum(np.array(distances) < train_length) - 0.5
        left.axvspan(-0.4, met, color=TRAINED, alpha=0.15, lw=0)
        right.axvspan(window - 1, train_length, color=TRAINED, alpha=0.15, lw=0)
        right.axhline(bearable, color=QUIET, lw=1, ls=":")
        right.text(
            *(length, bearable + 0.03, "fails above"),
            color=QUIET,
            size=9,
            ha="right",
            zorder=1,  # never over the line that it judges
        )
        right.set(
            xlabel="position (tokens)",
            ylabel="loss (nats per character)",
            xlim=(window - 1, length),
            ylim=(1.5, 1.05 * highest),
        )
        answers, loss = measured[untouched]
        left.plot(places, answers.values(), "o--", color=QUIET, lw=1.2, ms=5)
        right.plot(*_line(loss, window), "--", color=QUIET, lw=1.2)
        (found,) = left.plot(places, answers.values(), "o-", color=QUERY, lw=2, ms=7)
        (cost,) = right.plot(*_line(loss, window), color=QUERY, lw=2)
        changes = left.vlines(places, 0, 0, lw=5, alpha=0.45)
        left.text(0, 1.06, "dashed: untouched", color=QUIET, size=9, transform=left.transAxes)
        title = right.text(1, 1.06, "", color=QUERY, weight="bold", ha="right")
        title.set_transform(right.transAxes)
    shown = {}

    def update(rescue):
        shown["rescue"] = rescue
        before = np.array(list(measured[untouched][0].values()))
        after = np.array(list(measured[rescue][0].values()))
        found.set_ydata(after)
        cost.set_data(*_line(measured[rescue][1], window))
        ends = zip(places, before, after, strict=True)
        changes.set_segments([[(x, low), (x, high)] for x, low, high in ends])
        changes.set_color([SLOW if up else FAST for up in after >= before])
        title.set_text(rescue)

    def summary():
        heights = zip(distances, found.get_ydata(), strict=True)
        right_ones = ", ".join(f"{show.number(y, 2)} at {at}" for at, y in heights)
        loss = measured[shown["rescue"]][1]
        means = [show.number(part.mean(), 2) for part in (loss[inside], loss[length // 2 :])]
        return (
            f"{title.get_text()}: right answers {right_ones}; loss {means[0]} inside, {means[1]} "
            f"from {length // 2} on"
        )

    update(untouched)
    freeze(figure)
    return Drawing(figure, update, summary)


def ramps(
    kept: dict[str, dict[int, ArrayLike]], measured: dict[str, dict[int, float]], turns: ArrayLike
) -> Drawing:
    """How much of its speed each pair keeps under two ramps, and the loss that comes with it.

    Parameters
    ----------
    kept : dict of str to dict of int to (n_pairs,) array
        Ramp, to β_fast, to the share of its speed that each pair keeps.
    measured : dict of str to dict of int to float
        Ramp, to β_fast, to nats.
    turns : (n_pairs,) array
        Turns that each pair makes in training.

    Returns
    -------
    Drawing
        Slider: ``exponent``, β_fast as a power of two.
    """
    colours = dict(zip(kept, (QUERY, FAST), strict=True))
    pairs = np.arange(turns.size)
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.1)
        left, right = figure.subplots(1, 2)
        left.set(xlabel="pair, fastest first", ylabel="speed kept", ylim=(0, 1.15))
        left.set_xticks(pairs[::3])
        right.set(xlabel="β_fast (turns)", ylabel="loss inside training (nats)", xscale="log")
        fastest = left.text(0.02, 1.04, "", color=INK, size=9, transform=left.transAxes)
        lines, dots = {}, {}
        for name, colour in colours.items():
            betas = list(measured[name])
            (lines[name],) = left.plot(pairs, pairs * 0.0, "o-", color=colour, ms=4, lw=1.5)
            right.plot(betas, measured[name].values(), "-", color=colour, lw=1.5)
            (dots[name],) = right.plot([], [], "o", color=colour, ms=9)
            last = measured[name][betas[-1]]
            right.text(betas[-1] * 1.1, last, name, color=colour, weight="bold", va="center")
        right.set_xlim(betas[0] * 0.85, betas[-1] * 2.4)
        right.set_xticks(betas, betas)
        right.minorticks_off()

    def update(exponent):
        for name in kept:
            beta = 2**exponent
            lines[name].set_ydata(kept[name][beta])
            dots[name].set_data([beta], [measured[name][beta]])
        fastest.set_text(f"pair 0 makes {show.number(turns[0], 1)} turns in training")

    def summary():
        (beta,) = next(iter(dots.values())).get_xdata()
        parts = [
            f"{name}: fastest pair keeps {show.number(lines[name].get_ydata()[0], 2)}, loss "
            f"{show.number(dots[name].get_ydata()[0], 2)}"
            for name in kept
        ]
        return f"β_fast {beta}; " + "; ".join(parts)

    update(2)
    freeze(figure)
    return Drawing(figure, update, summary)


def _line(loss, window):
    return np.arange(window - 1, loss.size), _smoothed(loss, window)


def _smoothed(loss, window):
    return np.convolve(loss, np.ones(window) / window, mode="valid")
