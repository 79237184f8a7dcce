"""Where do the arrows of a query point at one position, and which never finish a turn?"""

import matplotlib
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle

from rope_lessons import arcs, rotary, show
from rope_lessons.page.figures.drawing import (
    FAINT,
    FAST,
    INK,
    QUIET,
    SLOW,
    STYLE,
    Drawing,
    blank,
    freeze,
)

CENTRE = 0.25  # where the fastest arrow ends, as a share of the slowest one's length


def all_arrows(train_length: int, *, most_pairs: int = 128, longest: float = 1e7) -> Drawing:
    """All arrows of one query or key at one position, and the wavelength of each.

    Parameters
    ----------
    train_length : int
        L, in positions. Arrows that finish a turn within it are coloured as fast, others as slow.
    most_pairs : int
        Room on the axis: half of the largest ``head_dim`` to be shown.
    longest : float
        Room on the axis: the longest wavelength to be shown, in positions.

    Returns
    -------
    Drawing
        Sliders: ``base``, ``head_dim``, ``position``.

    Raises
    ------
    TypeError, ValueError
        ``train_length`` is no whole number of at least 1; on moving, what
        :func:`rope_lessons.rotary.inv_freq` refuses.
    """
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.8)
        dial, graph = figure.subplots(1, 2, width_ratios=(1, 1.15))

        dial.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
        dial.axis("off")
        dial.add_patch(Circle((0, 0), 1.06, fill=False, color=FAINT, lw=0.8))
        for tick in np.radians(range(0, 360, 30)):
            dial.plot(*np.outer((np.cos(tick), np.sin(tick)), (1.03, 1.06)), color=FAINT, lw=0.8)
        dial.text(1.1, 0, "0°", color=QUIET, size=9, va="center")
        arrows = dial.add_collection(LineCollection([], lw=0.9, alpha=0.55))
        tips = dial.scatter([], [], s=14, zorder=3)
        (first,) = dial.plot([], [], "o-", color=INK, lw=2, ms=5, zorder=4)
        reading = dial.set_title("", weight="bold")

        graph.set(
            xlabel="pair j, fastest first",
            ylabel="wavelength (positions for one turn)",
            yscale="log",
            xlim=(-2, most_pairs),
            ylim=(3, longest),
        )
        graph.minorticks_off()  # they cost a third of each redraw
        graph.axhline(train_length, color=INK, lw=1, ls="--")
        graph.text(
            most_pairs,
            train_length * 0.85,
            f"trained on {train_length:,}",  # short, and below: no dots come there
            size=9,
            ha="right",
            va="top",
        )
        waves = graph.scatter([], [], s=14)
        based = graph.set_title("", loc="left", weight="bold")
        for x, y, text, colour in (
            (0.97, 0.05, "finish a turn", FAST),
            (0.25, 0.93, "unfinished", SLOW),
        ):
            graph.text(
                x, y, text, color=colour, weight="bold", ha="right", transform=graph.transAxes
            )

    def update(base, head_dim, position):
        inv_freq = rotary.inv_freq(head_dim, base)
        slow = arcs.unfinished(inv_freq, train_length)
        colours = np.where(slow, SLOW, FAST)
        lengths = np.linspace(CENTRE, 1, inv_freq.size)
        ends = lengths[:, None] * rotary.rotate_pair(
            np.tile([1.0, 0.0], (inv_freq.size, 1)), position * inv_freq
        )
        arrows.set_segments(np.stack([np.zeros_like(ends), ends], axis=1))
        arrows.set_color(colours)
        first.set_data(*np.stack([np.zeros(2), ends[0]]).T)
        tips.set_offsets(ends)
        tips.set_color(colours)
        waves.set_offsets(np.column_stack([np.arange(inv_freq.size), rotary.wavelengths(inv_freq)]))
        waves.set_color(colours)
        reading.set_text(f"{inv_freq.size} arrows at position {position:,}")
        based.set_text(f"base {base:,}")

    def summary():
        x, y = np.asarray(tips.get_offsets())[[0, -1]].T
        fastest, slowest = np.degrees(np.arctan2(y, x))
        waves_shown = np.asarray(waves.get_offsets())[:, 1]
        return (
            f"{reading.get_text()}: fastest at {show.number(fastest, 1)}°, slowest at "
            f"{show.number(slowest, 1)}°; {based.get_text()}: longest wavelength "
            f"{waves_shown.max():,.0f} positions"
        )

    update(base=10_000, head_dim=2 * most_pairs, position=0)
    freeze(figure)
    return Drawing(figure, update, summary)
