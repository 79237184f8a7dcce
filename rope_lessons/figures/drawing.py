"""What is a drawing, and what do all drawings share: palette, resolution, layout?

A drawing is a matplotlib figure with a way to move its artists and a sentence for what they show.
pyplot is not used, so no figure appears or lingers by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's palette, readable without colour vision: one meaning, one colour, in all lessons.
QUERY = "#0072B2"
KEY = "#D55E00"
FAST = "#CC79A7"
SLOW = "#009E73"
TRAINED = "#56B4E9"
UNSEEN = "#E69F00"
INK = "#222222"
QUIET = "#888888"
FAINT = "#BBBBBB"

DOTS_PER_INCH = 150  # drawn half as fine again as shown, for sharp edges on a laptop screen
STYLE = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "text.color": INK,
}


@dataclass(frozen=True)
class Drawing:
    """A picture that can be moved.

    ``update(**values)`` moves the artists in place; its keywords are the sliders the picture
    understands. ``summary()`` reads the artists and says what they show, as one line of text.
    """

    figure: Figure
    update: Callable[..., None]
    summary: Callable[[], str]


def blank(width, height):
    """An empty figure of that many inches with the course's resolution, unknown to pyplot."""
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def freeze(figure):
    """Lay the figure out once, then keep every axis where it is while artists move."""
    figure.canvas.draw()
    figure.set_layout_engine("none")
