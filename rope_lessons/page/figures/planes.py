"""What do the numbers of a vector look like, read as arrows in planes?"""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.patches import Circle, Rectangle

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

TOUCHED = "#DCEAF4"  # behind a number that differs from where it began: QUERY, thinned


def arrows_in_planes(x: ArrayLike, degrees_per_step: ArrayLike) -> Drawing:
    """A vector as a row of numbers and, under it, as arrows that can be turned.

    Parameters
    ----------
    x : (d,) array, d even
        Pair j is (x[2j], x[2j+1]).
    degrees_per_step : (d/2,) array
        How far each arrow turns while all turn together.

    Returns
    -------
    Drawing
        Moved by ``turns``, degrees for each arrow, and ``steps``, how often all turn.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.rotary.to_pairs` refuses, or not one speed for each arrow.
    """
    pairs = rotary.to_pairs(np.asarray(x, dtype=float))
    if pairs.ndim != 2:
        raise ValueError(f"x must be one vector, got an array of shape {np.shape(x)}")
    speeds = np.asarray(degrees_per_step, dtype=float)
    if speeds.shape != pairs.shape[:1]:
        raise ValueError(
            f"degrees_per_step must hold one speed for each of the {len(pairs)} arrows, got shape "
            f"{speeds.shape}"
        )
    beginning = rotary.from_pairs(pairs)
    reach = 1.12 * np.hypot(*pairs.T).max()

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.5)
        rows = figure.add_gridspec(2, len(pairs), height_ratios=(1, 3.2))
        strip = figure.add_subplot(rows[0, :])
        strip.set(xlim=(0, len(pairs)), ylim=(-0.55, 1.05))
        strip.axis("off")
        boxes, numbers, arrows, notes = [], [], [], []
        for j, start in enumerate(pairs):
            for i in (0, 1):
                left = j + 0.14 + 0.36 * i
                box = Rectangle((left, 0), 0.36, 0.8, facecolor="none", edgecolor=INK, lw=0.8)
                boxes.append(strip.add_patch(box))
                numbers.append(strip.text(left + 0.18, 0.4, "", ha="center", va="center"))
                name = f"x{2 * j + i}"
                strip.text(left + 0.18, -0.35, name, ha="center", color=QUIET, size=8.5)
            dial = figure.add_subplot(rows[1, j])
            dial.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
            dial.axis("off")
            dial.add_patch(Circle((0, 0), np.hypot(*start), fill=False, color=FAINT, lw=0.8))
            for line in (dial.axhline, dial.axvline):
                line(0, color=FAINT, lw=0.5, zorder=0)
            straight = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.028}
            dial.quiver(0, 0, *start, color=FAINT, **straight)
            arrows.append(dial.quiver(0, 0, *start, color=QUERY, zorder=3, **straight))
            notes.append(dial.set_title("", size=9.5, y=-0.16))
        title = strip.set_title("", loc="left", weight="bold")

    def update(turns, steps):
        turned = rotary.rotate_pair(pairs, np.radians(turns + steps * speeds))
        for entry, start, box, number in zip(
            rotary.from_pairs(turned), beginning, boxes, numbers, strict=True
        ):
            number.set_text(show.number(entry, 2))
            box.set_facecolor(TOUCHED if abs(entry - start) > 1e-9 else "none")
        for j, (pair, arrow, note) in enumerate(zip(turned, arrows, notes, strict=True)):
            arrow.set_UVC(*pair)
            note.set_text(f"arrow {j}, length {show.number(np.hypot(*pair), 2)}")
        length = show.number(np.linalg.norm(turned))
        title.set_text(f"{turned.size} numbers, {len(turned)} arrows, length of all: {length}")

    def summary():
        tips = np.array([[arrow.U[0], arrow.V[0]] for arrow in arrows])
        return (
            f"numbers {show.numbers(tips, 2)}; arrow lengths {show.numbers(np.hypot(*tips.T), 2)}; "
            f"length of all {show.number(np.linalg.norm(tips))}"
        )

    update(turns=np.zeros(len(pairs)), steps=0)
    freeze(figure)
    return Drawing(figure, update, summary)
