"""Where does a head look, one map a position scheme, when the same text is moved or torn apart?"""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np

from rope_lessons import show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    QUIET,
    STRONGER,
    STYLE,
    UNSEEN,
    Drawing,
    blank,
    freeze,
)

MOST = 0.7  # of a weight; a first token's 1 on itself would leave all others pale


def attention_maps(
    by_name: dict[str, Any], x: ArrayLike, w_q: ArrayLike, w_k: ArrayLike
) -> Drawing:
    """Causal attention weights of one head on one text, a map a scheme.

    Tokens and weights are the same in all maps, so whatever differs is the work of the scheme.

    Parameters
    ----------
    by_name : dict of str to scheme
        Label, to an object with the interface of :mod:`rope_lessons.schemes`, for one head.
    x : (seq, width) array
        Tokens without positions; seq even.
    w_q, w_k : (head_dim, width) arrays

    Returns
    -------
    Drawing
        Sliders: ``shift``, positions by which the whole text moves to the right, and ``gap``,
        positions put between its two halves. The summary gives, for each scheme, the largest
        change of a weight since shift 0 and gap 0.

    Raises
    ------
    TypeError, ValueError
        What the schemes refuse, such as a position past the end of a learned table.
    """
    seq = len(x)
    half = seq // 2
    ahead = np.triu(np.ones((seq, seq), dtype=bool), k=1)

    def weights(scheme, shift, gap):
        positions = shift + np.arange(seq) + gap * (np.arange(seq) >= half)
        tokens = scheme.embed(x, positions)
        q, k = (tokens @ w.T for w in (w_q, w_k))
        scores = scheme.logits(q[None], k[None], positions, positions)[0]
        scores[ahead] = -np.inf
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return scores / scores.sum(axis=-1, keepdims=True)

    opening = {name: weights(scheme, 0, 0) for name, scheme in by_name.items()}

    with matplotlib.rc_context({**STYLE, "axes.spines.top": True, "axes.spines.right": True}):
        figure = blank(7.8, 2.0)
        panels = figure.subplots(1, len(by_name))
        images, notes = {}, {}
        for axes, name in zip(panels, by_name, strict=True):
            images[name] = axes.imshow(
                np.where(ahead, np.nan, 0.0), cmap=STRONGER, vmin=0, vmax=MOST
            )
            axes.set_title(name, size=10)
            axes.set(xticks=[], yticks=[])
            axes.set_xlabel("key", size=9, labelpad=2)
            for line in (axes.axvline, axes.axhline):
                line(half - 0.5, color=UNSEEN, lw=1)
            notes[name] = axes.text(
                *(0.97, 0.97, ""), transform=axes.transAxes, size=9, ha="right", va="top"
            )
        panels[0].set_yticks([0, half - 1, half + 1, seq - 1], [""] * 4)
        panels[0].set_ylabel("query at", size=9, labelpad=2)
        panels[0].tick_params(length=0, labelsize=8, labelcolor=QUIET)
        bar = figure.colorbar(images[name], ax=panels, fraction=0.02, shrink=0.75, extend="max")
        bar.set_label("weight", size=9)
        bar.ax.tick_params(labelsize=8)
        panels[0].set_yticklabels([8888] * 4)  # the room that the widest labels will take
    now = {}

    def update(shift, gap):
        for name, scheme in by_name.items():
            drawn = weights(scheme, shift, gap)
            images[name].set_data(np.where(ahead, np.nan, drawn))
            change = np.abs(drawn - opening[name]).max()
            notes[name].set_text(f"± {show.number(change, 2)}")
        ends = np.array([0, half - 1, half + gap, seq - 1 + gap]) + shift
        panels[0].set_yticklabels(ends)
        now.update(shift=shift, gap=gap)

    def summary():
        changes = ", ".join(
            f"{n} {note.get_text().removeprefix('± ')}" for n, note in notes.items()
        )
        return (
            f"moved by {now['shift']}, torn apart by {now['gap']}; largest change of a weight: "
            f"{changes}"
        )

    freeze(figure)
    update(0, 0)
    return Drawing(figure, update, summary)
