"""What does a rescue gain, and what does it cost?"""

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
)


def overshoot_and_blur(
    losses: dict,
    slowed: dict,
    *,
    inv_freq: ArrayLike,
    train_length: int,
    distance: int,
    too_much: float,
) -> Drawing:
    """What the scale of a rescue does to the pairs, and to the loss of the model that they turn in.

    Parameters
    ----------
    losses : dict of int to (float, float)
        Scale s from 1, to nats per character inside training and past it.
    slowed : dict of int to (n_pairs,) array
        Scale, to the speed of every pair in radians per position.
    inv_freq : (n_pairs,) array
        The speeds of training.
    train_length, distance : int
        Tokens in training; the distance at which the pairs are looked at.
    too_much : float
        Nats above the first loss inside training at which it counts as failing.

    Returns
    -------
    Drawing
        Slider: ``scale``, one of ``losses``.
    """
    slow = np.flatnonzero(arcs.unfinished(inv_freq, train_length))
    scales = list(losses)
    inside, past = np.array(list(losses.values())).T
    bearable = inside[0] + too_much
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.3)
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
        left.set(
            xlabel="unfinished pair, fastest first",
            ylabel="off the trained arc (degrees)",
            ylim=(0, 185),
        )
        left.set_xticks(slow)
        left.set_yticks([0, 90, 180])
        bars = left.bar(slow, 0 * slow, color=UNSEEN, alpha=0.8)
        right.set(xlabel="s", ylabel="loss (nats per character)", xlim=(0.5, scales[-1] + 0.5))
        right.set_xticks(scales)
        right.axhline(bearable, color=QUIET, lw=1, ls=":")
        right.text(
            scales[-1] + 0.4, bearable + 0.01, "fails above", color=QUIET, size=9, ha="right"
        )
        right.plot(scales, past, color=UNSEEN, lw=2)
        right.plot(scales, inside, color=TRAINED, lw=2)
        right.text(scales[0] + 0.6, past[0], "past training", color=UNSEEN, weight="bold")
        right.text(scales[0], inside[0] - 0.04, "inside", color=TRAINED, weight="bold", va="top")
        right.set_ylim(inside.min() - 0.12, past.max() + 0.05)
        (dots,) = right.plot([], [], "o", color=INK, ms=8)

    def update(scale):
        for bar, pair in zip(bars, slow, strict=True):
            bar.set_height(
                arcs.strangeness(inv_freq[[pair]], train_length, distance, slowed[scale][[pair]])
            )
        dots.set_data([scale, scale], losses[scale])

    def summary():
        mean = np.mean([bar.get_height() for bar in bars])
        (scale, _), (near, far) = dots.get_data()
        failed = [name for name, loss in (("inside", near), ("past", far)) if loss > bearable]
        return (
            f"s = {scale}: at distance {distance} pairs stand {show.number(mean, 0)}° off their "
            f"arcs on average; loss {show.number(near, 2)} inside, {show.number(far, 2)} past "
            f"training; the loss fails {' and '.join(failed) or 'nowhere'}"
        )

    update(scales[0])
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
