"""What becomes of a score when both tokens move, and what when one does?"""

from __future__ import annotations

import matplotlib
import numpy as np

from rope_lessons import show
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


def shifted_score(candidates: dict, q: ArrayLike, k: ArrayLike, *, furthest: int = 48) -> Drawing:
    """A query and a key, changed for their positions, and their score over the shift.

    Parameters
    ----------
    candidates : dict of str to callable
        Name, to ``f(x, position)``, which gives a (2,) array for one.
    q, k : (2,) arrays
        The query and the key, before they are changed.
    furthest : int
        The largest shift.

    Returns
    -------
    Drawing
        Sliders: ``f``, the name of a candidate; ``shift``, by which both tokens are moved, 0 to
        ``furthest``; ``distance``, how far behind the query the key lies.
    """
    shifts = np.arange(furthest + 1)
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.5)
        plane, graph = figure.subplots(1, 2, width_ratios=(1, 1.3))
        plane.axis("off")
        plane.set_aspect("equal")
        straight = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.016}
        for before in (q, k):
            plane.quiver(0, 0, *before, color=FAINT, **straight)
        arrows = plane.quiver(
            *([0, 0], [0, 0], [1, 1], [1, 1]), color=[QUERY, KEY], zorder=3, **straight
        )
        notes = [
            plane.text(0, y, "", color=colour, transform=plane.transAxes, size=9.5)
            for y, colour in ((1.05, QUERY), (0.98, KEY))
        ]
        graph.set(
            xlabel="both tokens moved by (positions)", ylabel="score", xlim=(-1, furthest + 1)
        )
        graph.axhline(0, color=FAINT, lw=0.8, zorder=0)
        (line,) = graph.plot(shifts, 0 * shifts, color=QUIET, lw=1.6)
        (here,) = graph.plot([0], [0], "o", color=INK, ms=8)
        title = graph.set_title("", loc="left", weight="bold")
    now = {}

    def update(f, shift, distance):
        tips = np.array(
            [
                [candidates[f](np.array(q), s + distance), candidates[f](np.array(k), s)]
                for s in shifts
            ]
        )
        scores = np.sum(tips[:, 0] * tips[:, 1], axis=-1)
        places, tips = (shift + distance, shift), tips[shift]
        now.update(f=f, places=places, score=scores[shift], first=scores[0])
        arrows.set_UVC(*tips.T)
        reach = max(2.6, 1.15 * np.abs(tips).max())
        plane.set(xlim=(-reach, reach), ylim=(-reach, reach))
        for note, name, p in zip(notes, ("query", "key"), places, strict=True):
            note.set_text(f"{name} at {p}")
        line.set_ydata(scores)
        here.set_data([shift], [scores[shift]])
        limit = 1.15 * max(5, *np.abs(scores))
        graph.set_ylim(-limit, limit)
        title.set_text(f"{f}, distance {distance}: score {show.number(scores[shift], 2)}")

    def summary():
        m, n = now["places"]
        return (
            f"{now['f']}: query at {m}, key at {n}, distance {m - n}; score "
            f"{show.number(now['score'], 2)}, at the beginning {show.number(now['first'], 2)}"
        )

    update(next(iter(candidates)), 0, 3)
    freeze(figure)
    return Drawing(figure, update, summary)
