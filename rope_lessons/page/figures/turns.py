"""Which angles did each pair meet in training, and which are new past it?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import matplotlib
import numpy as np

from rope_lessons import arcs, show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    FAINT,
    FAST,
    INK,
    QUIET,
    SLOW,
    STYLE,
    TRAINED,
    UNSEEN,
    Drawing,
    blank,
    freeze,
)


def trained_arcs(inv_freq: ArrayLike, train_length: int, length: int) -> Drawing:
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
        said = (
            f"{int(np.sum(new > 0))} of {new.size} pairs meet new angles between {train_length} "
            f"and {length} tokens"
        )
        if not new.any():
            return said
        return f"{said}; most of all pair {worst}, {show.number(new[worst], 0)} degrees"

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def held_arcs(
    inv_freq: ArrayLike,
    train_length: int,
    distance: int,
    groups: dict[str, ArrayLike],
    measure: Callable,
    *,
    chance: float = 1 / 16,
) -> Drawing:
    """The new angles that are left when some pairs are held, and the answers that come back.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position.
    train_length, distance : int
        L, and how far back the model has to look; in positions.
    groups : dict of str to (n_pairs,) array of bool
        The pairs that each button holds at a distance within training.
    measure : callable
        From one of those arrays to the share of right answers; called once for each button.
    chance : float
        The share that guessing gives, drawn as a dotted line.

    Returns
    -------
    Drawing
        Buttons: ``held``, one of the names in ``groups``.
    """
    inv_freq = np.asarray(inv_freq)
    pairs, slow = np.arange(inv_freq.size), arcs.unfinished(inv_freq, train_length)
    seen = np.degrees(np.minimum((train_length - 1) * inv_freq, 2 * np.pi))
    new = np.degrees(arcs.unseen_arc(inv_freq, train_length, distance + 1))
    answers = cache(lambda held: measure(groups[held]))

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.3)
        left, right = figure.subplots(1, 2, width_ratios=(3.6, 1))
        left.bar(pairs, seen, color=TRAINED, width=0.8)
        bars = left.bar(pairs, new, bottom=seen, color=UNSEEN, width=0.8)
        left.axhline(360, color=FAINT, lw=1)
        left.set(
            xlabel="pair, fastest first",
            ylabel="arc of the circle (degrees)",
            xlim=(-0.6, inv_freq.size - 0.4),
            ylim=(0, 450),
            xticks=pairs,
            yticks=range(0, 361, 90),
        )
        for tick, unfinished in zip(left.get_xticklabels(), slow, strict=True):
            tick.set_color(SLOW if unfinished else FAST)
        for group, said, colour in ((~slow, "fast pairs", FAST), (slow, "slow pairs", SLOW)):
            where = pairs[group]
            if where.size:
                left.plot(where[[0, -1]] + [-0.4, 0.4], [378, 378], color=colour, lw=3)
                left.text(where.mean(), 432, said, color=colour, weight="bold", ha="center")
        marks = [left.text(x, 386, "held", size=8, ha="center", color=INK) for x in pairs]
        for y, said, colour in (
            (330, f"met within {train_length} tokens", TRAINED),
            (298, f"new up to distance {distance}", UNSEEN),
        ):
            left.text(pairs[-1] + 0.3, y, said, color=colour, weight="bold", ha="right")

        (bar,) = right.bar([0], [0], color=INK, width=0.5)
        right.axhline(chance, color=QUIET, lw=1, ls=":")
        right.text(1.08, chance + 0.02, "guessing", color=QUIET, size=9, ha="right")
        right.set(ylabel="right answers", ylim=(0, 1.12), xlim=(-0.4, 1.1), xticks=[])
        right.set_yticks([0, 0.5, 1])
        number = right.text(0, 0, "", ha="center", weight="bold", size=13)
        title = right.set_xlabel("")

    def update(held):
        share = answers(held)
        for patch, mark, height, is_held in zip(bars, marks, new, groups[held], strict=True):
            patch.set_height(0 if is_held else height)
            mark.set_visible(bool(is_held))
        bar.set_height(share)
        number.set(text=show.number(share, 2), position=(0, share + 0.03))
        title.set_text(f"held: {held}")

    def summary():
        left_over = sum(patch.get_height() > 0 for patch in bars)
        return (
            f"{title.get_text()}; {left_over} of {inv_freq.size} pairs on new arcs; "
            f"{number.get_text()} of the answers right"
        )

    update(next(iter(groups)))
    freeze(figure)
    return Drawing(figure, update, summary)
