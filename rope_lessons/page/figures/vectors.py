"""What does a turn do to one arrow, and RoPE to the vectors of one token?"""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.collections import EllipseCollection
from matplotlib.patches import Arc, Circle

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

# The two numbers of a turn look the same wherever they stand: (box, digits).
COSINE = ("#DDDDDD", INK)
SINE = (INK, "white")


def one_turn(arrow: ArrayLike) -> Drawing:
    """A turn as two numbers, the arrow that it turns, and three ways to write it down.

    Parameters
    ----------
    arrow : (2,) array
        Before turning.

    Returns
    -------
    Drawing
        Moved by ``degrees``, the turn.

    Raises
    ------
    TypeError, ValueError
        ``arrow`` is refused by :func:`rope_lessons.rotary.rotate_pair`, or has no length.
    """
    before = rotary.rotate_pair(arrow, 0.0)
    reach = np.hypot(*before)
    if reach == 0:
        raise ValueError("an arrow of length 0 has no direction to turn; try (1, 0)")
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 4.1)
        top, written = figure.subfigures(2, 1, height_ratios=(1, 0.4))
        circle, dial = top.subplots(1, 2)

        _round(circle, 1)
        (across,) = circle.plot([], [], color="#BBBBBB", lw=5, solid_capstyle="butt")
        (up,) = circle.plot([], [], color=INK, lw=5, solid_capstyle="butt")
        (point,) = circle.plot([], [], "o", color=INK, ms=8)
        sweep = circle.add_patch(Arc((0, 0), 0.5, 0.5, color=QUIET, lw=1.5))
        title = circle.set_title("", weight="bold", pad=14)
        beside = [_number(circle, 0, 0, colours) for colours in (COSINE, SINE)]

        _round(dial, reach)
        dial.set_title("the arrow", weight="bold", pad=14)
        arrows = _arrows(dial, [0, 0], [0, 0], [FAINT, QUERY], width=0.02)
        tips = [dial.text(0, 0, "", color=colour) for colour in (QUIET, QUERY)]
        tips[1].set_weight("bold")

        cosines, sines = _three_writings(written.subplots())
        cosines.append(beside[0])
        sines.append(beside[1])

    def update(degrees):
        angle = np.radians(degrees)
        cos, sin = np.cos(angle), np.sin(angle)
        across.set_data([0, cos], [0, 0])
        up.set_data([cos, cos], [0, sin])
        point.set_data([cos], [sin])
        beside[0].set_position((cos / 2, -0.17 if sin > -0.01 else 0.17))
        beside[1].set_position((cos + (0.3 if cos > -0.01 else -0.3), sin / 2))
        sweep.theta2 = min(degrees, 360)
        title.set_text(f"the turn: {degrees}° = {show.number(angle, 2)} rad")
        turned = rotary.rotate_pair(before, angle)
        arrows.set_UVC(*np.stack([before, turned], axis=-1))
        for text, tip in zip(tips, (before, turned), strict=True):
            text.set_text(show.numbers(tip, 2))
            text.set_position(1.05 * tip)
            text.set_horizontalalignment("left" if tip[0] > 0 else "right")
            text.set_verticalalignment("bottom" if tip[1] > 0 else "top")
        tips[0].set_visible(bool(np.hypot(*(turned - before)) > 0.5 * reach))
        for texts, number in ((cosines, cos), (sines, sin)):
            for text in texts:
                text.set_text(show.number(number, 2))

    def summary():
        first, turned = np.stack([arrows.U, arrows.V], axis=-1)
        (cos,), (sin,) = point.get_data()
        return (
            f"{title.get_text()}; cosine {show.number(cos)}, sine {show.number(sin)}; "
            f"{show.numbers(first, 2)} turns to {show.numbers(turned, 2)}, "
            f"length {show.number(np.hypot(*turned), 2)}"
        )

    update(degrees=0)
    freeze(figure)
    return Drawing(figure, update, summary)


def one_token(
    q: ArrayLike, k: ArrayLike, v: ArrayLike, inv_freq: ArrayLike, *, n_shown: int = 8
) -> Drawing:
    """A query, a key and a value, pair by pair, before RoPE and after, with what stays of them.

    Each arrow fills its dial, so that short pairs can be read too; lengths stand at the right.

    Parameters
    ----------
    q, k, v : (head_dim,) arrays
        Before turning.
    inv_freq : (head_dim / 2,) array
        Radians per position.
    n_shown : int
        So many pairs are drawn, from the fastest to the slowest.

    Returns
    -------
    Drawing
        Sliders: ``m``, the query's position, and ``n``, that of the key and its value.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.rotary.apply_rope` refuses.
    """
    before = np.stack([rotary.apply_rope(x, 0, inv_freq) for x in (q, k, v)])
    shown = np.linspace(0, len(inv_freq) - 1, n_shown).round().astype(int)
    colours = (QUERY, KEY, INK)
    columns, rows = (where.ravel() for where in np.meshgrid(np.arange(n_shown), [2, 1, 0]))

    def filling(vectors):
        pairs = rotary.to_pairs(vectors)[:, shown].reshape(-1, 2)
        lengths = np.linalg.norm(pairs, axis=-1, keepdims=True)
        return (0.4 * pairs / np.where(lengths > 0, lengths, 1)).T

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.0)
        axes = figure.subplots()
        axes.set(xlim=(-0.85, n_shown + 2.3), ylim=(-1.15, 2.85), aspect="equal")
        axes.axis("off")
        axes.add_collection(
            EllipseCollection(
                *(0.84, 0.84, 0),
                units="xy",
                offsets=np.stack([columns, rows], axis=-1),
                offset_transform=axes.transData,
                facecolors="none",
                edgecolors=FAINT,
                linewidths=0.8,
            )
        )
        _arrows(axes, columns, rows, FAINT, width=0.004).set_UVC(*filling(before))
        arrows = _arrows(axes, columns, rows, np.repeat(colours, n_shown), width=0.005)
        for row, (name, colour) in enumerate(zip("qkv", colours, strict=True)):
            axes.text(-0.75, 2 - row, name, color=colour, weight="bold", size=13, va="center")
        for column, pair in enumerate(shown):
            axes.text(column, 2.55, f"pair {pair}", ha="center", size=8, color=QUIET)
        axes.text(-0.4, -0.7, "fastest", size=9, color=QUIET, va="center")
        axes.text(n_shown - 0.6, -0.7, "slowest", size=9, color=QUIET, ha="right", va="center")
        style = {"va": "center", "size": 9.5, "linespacing": 1.4}
        right = n_shown - 0.35
        notes = [
            axes.text(right, 2 - row, "", color=colour, **style)
            for row, colour in enumerate(colours)
        ]
    state = {}

    def update(m, n):
        after = np.stack(
            [rotary.apply_rope(q, m, inv_freq), rotary.apply_rope(k, n, inv_freq), before[2]]
        )
        arrows.set_UVC(*filling(after))
        lengths = np.linalg.norm([before, after], axis=-1)
        cosines = np.sum(before * after, axis=-1) / np.prod(lengths, axis=0)
        away = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
        for note, (old, new), degrees in zip(notes, lengths.T, away, strict=True):
            note.set_text(
                f"length {show.number(old, 2)} → {show.number(new, 2)}\n"
                f"points {show.number(degrees, 0)}° away"
            )
        state.update(m=m, n=n, lengths=lengths, away=away)

    def summary():
        parts = [
            f"{name} {show.number(degrees, 0)}° away, length "
            f"{show.number(old, 2)} → {show.number(new, 2)}"
            for name, degrees, (old, new) in zip(
                ("query", "key", "value"), state["away"], state["lengths"].T, strict=True
            )
        ]
        return f"m = {state['m']}, n = {state['n']}: {'; '.join(parts)}"

    update(m=0, n=0)
    freeze(figure)
    return Drawing(figure, update, summary)


def _round(axes, radius):
    """A bare dial of that radius with a faint cross, and room for labels at its sides."""
    axes.set(xlim=(-2.2 * radius, 2.2 * radius), ylim=(-1.2 * radius, 1.2 * radius), aspect="equal")
    axes.axis("off")
    axes.add_patch(Circle((0, 0), radius, fill=False, color=FAINT, lw=1))
    axes.axhline(0, color=FAINT, lw=0.6, zorder=0)
    axes.axvline(0, color=FAINT, lw=0.6, zorder=0)


def _arrows(axes, x, y, colours, *, width):
    """Arrows of unit scale that start at (x, y) and have no length yet."""
    nothing = np.zeros(len(x))
    return axes.quiver(
        *(x, y, nothing, nothing),
        color=colours,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=width,
        zorder=3,
    )


def _number(axes, x, y, colours):
    """A box for one of the two numbers."""
    box, digits = colours
    style = {"bbox": {"boxstyle": "square,pad=0.25", "facecolor": box, "lw": 0}, "zorder": 4}
    return axes.text(x, y, "-0.00", color=digits, ha="center", va="center", size=10, **style)


def _three_writings(axes):
    """The turn as a matrix, as two sums and as a complex product.

    Returns the boxes that are to hold the cosine, and those that are to hold the sine.
    """
    axes.axis("off")
    axes.set(xlim=(0, 100), ylim=(0, 1))
    high, low = 0.56, 0.12
    middle = (high + low) / 2
    boxes = {"c": [], "s": []}

    def line(y, *parts):
        """Words at their places; "c" and "s" become boxes."""
        for x, part in parts:
            if part in boxes:
                boxes[part].append(_number(axes, x, y, COSINE if part == "c" else SINE))
            else:
                axes.text(x, y, part, ha="center", va="center", size=11)

    def bracket(x, inwards):
        axes.plot(
            [x + inwards, x, x, x + inwards],
            [high + 0.2, high + 0.2, low - 0.2, low - 0.2],
            color=INK,
            lw=1.2,
            clip_on=False,
        )

    for x, name in ((15, "matrix"), (49, "cosine and sine"), (83, "complex number")):
        axes.text(x, 0.98, name, ha="center", va="center", color=QUIET, size=9.5)
    line(high, (5.5, "c"), (11, "−"), (16, "s"), (25.5, "x"))
    line(low, (5.5, "s"), (16, "c"), (25.5, "y"))
    for x, inwards in ((1, 1), (20.5, -1), (23, 1), (28, -1)):
        bracket(x, inwards)
    line(high, (38, "x ·"), (43.5, "c"), (50, "−  y ·"), (57.5, "s"))
    line(low, (38, "x ·"), (43.5, "s"), (50, "+  y ·"), (57.5, "c"))
    line(middle, (73, "(x + i y) · ("), (82.5, "c"), (89, "+  i ·"), (95, "s"), (98.7, ")"))
    return boxes["c"], boxes["s"]
