"""What becomes of each part of an additive score when both tokens move?"""

from __future__ import annotations

import matplotlib
import numpy as np

from rope_lessons import show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import STYLE, Drawing, blank, freeze
from rope_lessons.trained.score_terms import NAMES, four_terms

COLOURS = "PuOr_r"  # orange above zero, purple below, white at zero


def score_terms(x: ArrayLike, table: ArrayLike, a: ArrayLike) -> Drawing:
    """The four terms of every query with every key, and their sum, as heat maps.

    Each map has a colour scale of its own, from minus to plus the largest value that it takes at
    any shift, with ``a`` or with the identity in its place.

    Parameters
    ----------
    x : (seq, width) array
        Content of the tokens of one text.
    table : (n_positions, width) array
        What is added at each position; at least a row for each token.
    a : (width, width) array
        W_qᵀ W_k of a head.

    Returns
    -------
    Drawing
        Sliders: ``shift``, how many positions the whole text is moved to the right, 0 to
        n_positions − seq, and ``trained``, 0 to 100: how much of ``a`` there is in the matrix, per
        cent; the rest is the identity.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.trained.score_terms.four_terms` refuses.
    """
    seq, plain = len(x), np.eye(len(a))

    def maps(shift, matrix):
        rows = table[shift : shift + seq]
        parts = four_terms(x, x, rows, rows, matrix)
        return np.stack([*parts, parts.sum(axis=0)])

    reached = [maps(s, matrix) for s in range(len(table) - seq + 1) for matrix in (plain, a)]
    limits = np.abs(reached).max(axis=(0, 2, 3))
    names, signs = (*NAMES, "their sum"), (None, "+", "+", "+", "=")

    with matplotlib.rc_context({**STYLE, "axes.spines.top": True, "axes.spines.right": True}):
        figure = blank(7.8, 2.3)
        panels = figure.subplots(1, 5)
        images = [
            axes.imshow(np.zeros((seq, seq)), cmap=COLOURS, vmin=-limit, vmax=limit)
            for axes, limit in zip(panels, limits, strict=True)
        ]
        ends, notes = (0, seq - 1), []
        for axes, name, sign in zip(panels, names, signs, strict=True):
            axes.set_title(name.replace("–", "–\n").replace(" ", "\n"), size=10)
            axes.set(xticks=ends, yticks=ends if sign is None else [])
            axes.set_xlabel("key at", size=9, labelpad=-8)
            axes.tick_params(length=2, labelsize=9)
            axes.text(-0.17, 0.5, sign, transform=axes.transAxes, size=14, ha="center", va="center")
            notes.append(axes.text(0.5, -0.38, "", transform=axes.transAxes, ha="center"))
        panels[0].set_ylabel("query at", size=9, labelpad=-8)
    now = {}

    def update(shift, trained):
        matrix = plain + trained / 100 * (a - plain)
        drawn = maps(shift, matrix)
        changes = np.abs(drawn - maps(0, matrix)).max(axis=(1, 2))
        for image, part, note, change in zip(images, drawn, notes, changes, strict=True):
            image.set_data(part)
            note.set_text(f"changed {show.number(change, 1)}")
        for axes in panels:
            axes.set_xticklabels([shift, shift + seq - 1])
        panels[0].set_yticklabels([shift, shift + seq - 1])
        now.update(shift=shift, trained=trained)

    def summary():
        changed = (note.get_text().removeprefix("changed ") for note in notes)
        parts = ", ".join(f"{name} {value}" for name, value in zip(names, changed, strict=True))
        return f"both moved by {now['shift']}, A {now['trained']} % trained; changed: {parts}"

    update(shift=0, trained=0)
    freeze(figure)
    return Drawing(figure, update, summary)
