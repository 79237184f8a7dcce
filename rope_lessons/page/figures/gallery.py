"""Which of these functions turns a pair as RoPE does?"""

from __future__ import annotations

from collections.abc import Callable

import matplotlib
import numpy as np
from matplotlib.patches import Circle

from rope_lessons import rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    FAINT,
    INK,
    QUERY,
    QUIET,
    STYLE,
    Drawing,
    blank,
    freeze,
)

UNMASKED = 0.01  # a tip this far off can be told from rounding, and from RoPE


def line_up(suspects: dict[str, Callable], x: ArrayLike, *, base: float = 10000.0) -> Drawing:
    """One pair of a vector as RoPE turns it and as each suspect does, a dial a suspect.

    Parameters
    ----------
    suspects : dict of str to function
        Label, to a function of ``x`` (seq, head_dim), positions (seq,) and a base.
    x : (head_dim,) array
        The vector before turning, in interleaved pairs.
    base : float

    Returns
    -------
    Drawing
        Sliders: ``position``, and ``pair``, the one that is looked at. A suspect is unmasked where
        the tip of its arrow is off by more than 0.01.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.rotary.apply_rope` refuses.
    """
    x = np.asarray(x, dtype=float)
    inv_freq = rotary.inv_freq(x.size, base)
    lengths = np.hypot(*rotary.to_pairs(x).T)
    reach = 1.3 * lengths.max()
    centres = np.stack([2 * reach * np.arange(len(suspects)), np.zeros(len(suspects))], axis=-1)

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 2.4)
        axes = figure.subplots()
        axes.axis("off")
        axes.set(
            xlim=(-reach, centres[-1, 0] + reach), ylim=(-1.6 * reach, 1.25 * reach), aspect="equal"
        )
        circles = [axes.add_patch(Circle(at, fill=False, color=FAINT)) for at in centres]
        right, suspected = (
            axes.quiver(
                *centres.T,
                np.ones(len(suspects)),
                np.zeros(len(suspects)),
                color=colour,
                angles="xy",
                scale_units="xy",
                scale=1,
                units="inches",
                width=width,
                headwidth=head,
                headlength=1.4 * head,
                headaxislength=1.3 * head,
            )
            for colour, width, head in ((QUERY, 0.07, 2.4), (INK, 0.02, 5))
        )
        for label, (across, _) in zip(suspects, centres, strict=True):
            axes.text(across, 0.95 * reach, label, ha="center", weight="bold", size=12)
        verdicts = [
            axes.text(across, -0.92 * reach, "", ha="center", va="top", linespacing=1.4)
            for across, _ in centres
        ]
    shown = {}

    def update(position, pair):
        rope = _pair_at(rotary.apply_rope(x[None], [position], inv_freq), pair)
        tips = np.array(
            [_pair_at(turn(x[None], [position], base), pair) for turn in suspects.values()]
        )
        off = np.hypot(*(tips - rope).T)
        for circle in circles:
            circle.set_radius(lengths[pair])
        right.set_UVC(*np.broadcast_to(rope, tips.shape).T)
        suspected.set_UVC(*tips.T)
        for verdict, gap in zip(verdicts, off, strict=True):
            caught = gap > UNMASKED
            verdict.set_text(f"{'unmasked' if caught else 'hidden'}\noff by {show.number(gap)}")
            verdict.set(color=INK if caught else QUIET, weight="bold" if caught else "normal")
        shown.update(position=position, pair=pair)

    def summary():
        texts = zip(suspects, (verdict.get_text() for verdict in verdicts), strict=True)
        caught = [label for label, text in texts if text.startswith("unmasked")]
        return (
            f"position {shown['position']}, pair {shown['pair']}, where RoPE points to "
            f"{show.numbers((right.U[0], right.V[0]), 2)}: {len(caught)} of {len(suspects)} "
            f"unmasked ({', '.join(caught) or 'nobody'})"
        )

    update(position=0, pair=0)
    freeze(figure)
    return Drawing(figure, update, summary)


def _pair_at(x, pair):
    return rotary.to_pairs(x[0])[pair]
