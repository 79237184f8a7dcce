"""How far does a model's scaling slow each pair down, and which pairs meet new angles?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from rope_lessons import arcs
from rope_lessons.page.figures.drawing import (
    FAINT,
    FAST,
    INK,
    QUIET,
    SLOW,
    STYLE,
    UNSEEN,
    Drawing,
    blank,
    freeze,
)
from rope_lessons.settings import models

if TYPE_CHECKING:
    from rope_lessons.settings.model_settings import Settings

ROUNDING = 1e-6  # relative; a ratio this near to a mark stands on it


def model_cards(cards: dict[str, Settings]) -> Drawing:
    """One model's settings as a card, beside θ′_j / θ_j, what its scaling does to each pair.

    Parameters
    ----------
    cards : dict of str to rope_lessons.settings.model_settings.Settings
        Models with RoPE and a known training length, by the name to be shown.

    Returns
    -------
    Drawing
        Sliders: ``card``, counted from 1; ``length``, the positions of a text. Pairs that this text
        turns a whole training step or more beyond their trained arc are marked as unseen; that
        counts as in :func:`rope_lessons.settings.foretell.foretell`.

    Raises
    ------
    TypeError, ValueError
        No settings, settings without RoPE, or without a training length.
    """
    listed = list(cards.items())
    for _, settings in listed:
        models.foretell(settings, 1)  # says what is missing
    widest = max(settings.unscaled.size for _, settings in listed)
    most = max(settings.scale for _, settings in listed)

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.6)
        card_side, graph = figure.subplots(1, 2, width_ratios=(1, 1.5))
        card_side.axis("off")
        card_side.set(xlim=(0, 1), ylim=(0, 1))
        title = card_side.text(0, 0.97, "", weight="bold", size=12, va="top")
        names = ("pairing", "turns", "base", "scaling", "trained on", "with scaling", "allows")
        places = 0.8 - 0.115 * np.arange(len(names))
        for name, place in zip(names, places, strict=True):
            card_side.text(0, place, name, color=QUIET, va="top")
        values = [card_side.text(0.37, place, "", va="top") for place in places]

        graph.set(
            xlabel="pair j, fastest first",
            ylabel="θ′ / θ, speed kept",
            yscale="log",
            xlim=(-1.5, widest + 0.5),
            ylim=(0.6 / most, 2.2),
        )
        graph.minorticks_off()
        marks = [2.0**-i for i in range(int(np.log2(most)) + 1)]
        graph.set_yticks(marks, ["1"] + [f"1/{round(1 / mark)}" for mark in marks[1:]])
        graph.axhline(1, color=FAINT, lw=1, zorder=0)
        floor = graph.axhline(1, color=INK, lw=1, ls="--", zorder=0)
        floor_says = graph.text(0, 1, "", size=9, va="top")
        dots = graph.scatter([], [], s=22, zorder=3)
        verdict = graph.set_title("", loc="left", weight="bold")
        for place, text, colour in (
            (0.01, "● finish a turn", FAST),
            (0.33, "● unfinished", SLOW),
            (0.61, "● on new angles", UNSEEN),
        ):
            graph.text(
                *(place, 0.94, text),
                color=colour,
                weight="bold",
                size=9,
                transform=graph.transAxes,
            )
    shown = {}

    def update(card, length):
        name, settings = listed[card - 1]
        foretold = models.foretell(settings, length)
        unscaled = settings.unscaled
        ratio = settings.frequencies(length).inv_freq / unscaled
        slow = arcs.unfinished(unscaled, settings.train_length)
        new = slow & (foretold.unseen_arc >= unscaled * (1 - ROUNDING))
        dots.set_offsets(np.column_stack([np.arange(ratio.size), ratio]))
        dots.set_color(np.where(new, UNSEEN, np.where(slow, SLOW, FAST)))
        title.set_text(name)
        block, later = settings.kind != "default", settings.scaled_train_length
        trained = f"{settings.train_length:,}" + (" before scaling" if block else "")
        further = f"{later:,}" if later else "not in the file"
        says = (
            settings.pairing,
            f"{settings.rotary_dim} of {settings.head_dim} entries",
            f"{settings.base:,.0f}",
            f"{settings.kind}, factor {settings.scale:g}" if block else "none",
            trained if settings.train_length_is_told else "not in the file",
            further if block else "none",
            f"{settings.configured_length:,}",
        )
        for artist, text in zip(values, says, strict=True):
            artist.set_text(text)
        floor.set_ydata([1 / settings.scale] * 2)
        floor.set_visible(block)
        floor_says.set_y(0.93 / settings.scale)
        floor_says.set_text(f"slowed by the whole factor, {settings.scale:g}" if block else "")
        first = foretold.first_unseen
        verdict.set_text(
            f"{length:,} positions: "
            + (f"new angles from {first:,} on" if first else "no new angle")
        )
        shown["card"] = (name, settings)

    def summary():
        name, settings = shown["card"]
        ratio = np.asarray(dots.get_offsets())[:, 1]
        kept = int((ratio > 1 - ROUNDING).sum())
        most_slowed = settings.scale > 1
        slowed = int((ratio < (1 + ROUNDING) / settings.scale).sum()) if most_slowed else 0
        colours = matplotlib.colors.to_rgba(UNSEEN)
        new = int((np.asarray(dots.get_facecolor()) == colours).all(axis=-1).sum())
        return (
            f"{name}: {kept} of {ratio.size} pairs keep their speed, {slowed} are slowed by the "
            f"whole factor, {ratio.size - kept - slowed} by a part of it; {verdict.get_text()}"
            + (f", in {new} pairs" if new else "")
        )

    update(card=1, length=1)
    freeze(figure)
    return Drawing(figure, update, summary)
