"""How do a query and a key turn, and what becomes of their score?"""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib
import numpy as np
from matplotlib.patches import Circle, Wedge

from rope_lessons import rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    FAINT,
    INK,
    KEY,
    QUERY,
    QUIET,
    STYLE,
    Drawing,
    blank,
    freeze,
)


def two_arrows(
    q: ArrayLike, k: ArrayLike, theta: float, *, gaps: Iterable[int] = range(-6, 7)
) -> Drawing:
    """A query and a key on one dial, turned to their positions, and their score over the distance.

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
            xlabel="distance m − n (positions, query minus key)",
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
        places = f"m = {n + gap:,}, n = {n:,}, distance {gap}"
        title.set_text(f"{places}: score {show.number(turned[0] @ turned[1])}")

    def summary():
        query, key = np.stack([arrows.U, arrows.V], axis=-1)
        _, (score,) = here.get_data()
        places, _, _ = title.get_text().partition(":")
        return (
            f"{places}: q points to {show.numbers(query, 2)}, k to {show.numbers(key, 2)}, "
            f"score {show.number(score)}"
        )

    update(n=0, gap=0)
    freeze(figure)
    return Drawing(figure, update, summary)
