"""What is a drawing, and what do all drawings share: palette, resolution, layout?

A drawing is a matplotlib figure with a way to move its artists and a sentence for what they show.
pyplot is not used, so no figure appears or lingers by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

# Okabe and Ito's palette, readable without colour vision: one meaning, one colour, in all lessons.
QUERY = "#0072B2"
KEY = "#D55E00"
FAST = "#CC79A7"
SLOW = "#009E73"
TRAINED = "#56B4E9"
UNSEEN = "#E69F00"
INK = "#222222"
QUIET = "#666666"
FAINT = "#BBBBBB"
NOTHING = "#E0E0E0"  # of a map: not measured
STRONGER = "Blues"  # of a map: from the page's own colour to a strong one

DOTS_PER_INCH = 150  # drawn half as fine again as shown, for sharp edges on a laptop screen
STYLE: dict = {
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


def blank(width: float, height: float) -> Figure:
    """An empty figure of that many inches with the course's resolution, unknown to pyplot."""
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def contrast(colour: str, ground: str = "white") -> float:
    """How well text of that colour is told from its ground: 1 to 21, for reading at least 4.5.

    Source: WCAG 2.1, relative luminance and contrast ratio.

    >>> round(contrast("black"))
    21
    """
    values = np.array([to_rgb(colour), to_rgb(ground)])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    dark, light = sorted(linear @ (0.2126, 0.7152, 0.0722))
    return float((light + 0.05) / (dark + 0.05))


def legible(colour: str) -> str:
    """The colour for text: darker where it could not be read, on white or on a tint of ours.

    >>> legible("#E69F00")
    '#8b6000'
    """
    shade = np.array(to_rgb(colour))
    while contrast(shade) < 5.5:
        shade = 0.98 * shade
    return to_hex(shade)


def worth_telling(shares: Sequence[float]) -> list[int]:
    """Which points of a curve its sentence lists: all of nine, of more the ends and the half.

    That is, beside the ends, the two points between which a share of one half is lost or comes
    back.

    >>> worth_telling([1.0] * 6 + [0.2] * 6)
    [0, 5, 6, 11]
    """
    if len(shares) <= 9:
        return list(range(len(shares)))
    half = [share < 0.5 for share in shares]
    passed = [i for i in range(1, len(shares)) if half[i] != half[i - 1]]
    return sorted({0, len(shares) - 1, *passed, *(i - 1 for i in passed)})


def freeze(figure: Figure) -> None:
    """Make its text legible, lay it out once, then keep every axis where it is."""
    for text in figure.findobj(Text):
        if text.get_bbox_patch() is None:  # those have a ground of their own
            text.set_color(legible(text.get_color()))
    figure.canvas.draw()
    figure.set_layout_engine("none")
