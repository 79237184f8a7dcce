"""How does a learner move a drawing?

Sliders above one picture, redrawn in place, with a line underneath that says what it shows. The
same output carries a still picture, so a page opened without a kernel is not empty.
"""

from __future__ import annotations

import base64
import inspect
import struct
import threading
import zlib
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets
import numpy as np
import traitlets

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from rope_lessons.page.figures.drawing import Drawing

SHOWN_PER_INCH = 100  # a page's pixels; figures are drawn finer
# On a dark page a picture is shown in reverse, its hues kept; maps have colours that go from the
# page's own to a strong one. Before anything runs, page/jupyter/custom/custom.css does the same.
DARK = (
    "<style>[data-jp-theme-light='false'] .rope-picture "
    "{filter: invert(0.93) hue-rotate(180deg) brightness(1.2)}</style>"
)
LINES = "line-height: 1.5"  # ipywidgets gives text the height of a button, line by line

# JupyterLab sends a slider's first moves to the kernel's main thread and later ones to a subshell,
# so two may come at once; on one canvas that gives a picture torn out of both.
_ONE_AT_A_TIME = threading.RLock()


def slider(
    label: str, low: float, high: float, start: float, step: float = 1
) -> widgets.IntSlider | widgets.FloatSlider:
    """A slider; whole numbers give a whole-number slider.

    Parameters
    ----------
    label : str
        What it moves, with its unit.
    low, high, start, step : int or float

    Raises
    ------
    ValueError
        ``start`` lies outside low … high.
    """
    if not low <= start <= high:
        raise ValueError(f"start must lie between {low} and {high}, got {start}")
    whole = all(isinstance(value, int) for value in (low, high, start, step))
    return (widgets.IntSlider if whole else widgets.FloatSlider)(
        value=start,
        min=low,
        max=high,
        step=step,
        description=label,
        style={"description_width": "16em"},
        layout={"width": "min(44em, 100%)"},
    )


def buttons(label: str, names: Iterable[str]) -> widgets.ToggleButtons:
    """Buttons of which one is pressed, at first the first; they take the place of a slider.

    Parameters
    ----------
    label : str
        What they choose.
    names : iterable of str
        What stands on them, and what the drawing gets.
    """
    return widgets.ToggleButtons(
        options=list(names),
        description=label,
        style={"button_width": "auto", "description_width": "16em"},
    )


class Explore:
    """A drawing with sliders.

    Parameters
    ----------
    drawing : rope_lessons.page.figures.Drawing
    alt : str
        What the picture is, for those who do not see it; what it shows at the moment is added.
    caption : str
        One or two sentences under the picture.
    **sliders : ipywidgets sliders, or buttons
        One for each keyword of ``drawing.update``.

    Raises
    ------
    ValueError
        The sliders are not those that ``drawing.update`` takes.
    """

    def __init__(
        self, drawing: Drawing, *, alt: str, caption: str, **sliders: widgets.Widget
    ) -> None:
        understood = list(inspect.signature(drawing.update).parameters)
        if sorted(sliders) != sorted(understood):
            raise ValueError(
                f"this drawing is moved by {', '.join(understood)}; got sliders for "
                f"{', '.join(sliders) or 'nothing'}"
            )
        self.drawing, self.sliders = drawing, sliders
        self.alt = alt
        across, down = drawing.figure.get_size_inches()
        self.width = round(across * SHOWN_PER_INCH)
        # As wide as the column, as far as its pixels go, with room for the sliders in one window.
        room = f"max({self.width}px, 50vh * {across / down:.2f})"
        fits = f"min(100%, {1.5 * self.width:.0f}px, {room})"
        self.image = Picture(format="png", layout={"width": fits})
        self.reading = widgets.HTML()
        self._show()
        self.still = base64.b64encode(self.image.value).decode("ascii")
        self.opening = drawing.summary()
        for control in sliders.values():
            control.observe(self._show, "value")
        style = f"max-width: 50em; margin: 0; {LINES}"
        under = widgets.HTML(f"{DARK}<p style='{style}'>{escape(caption)}</p>")
        self.box = widgets.VBox([*sliders.values(), self.image, self.reading, under])

    def _show(self, change=None):
        with _ONE_AT_A_TIME:
            self.drawing.update(**{name: control.value for name, control in self.sliders.items()})
            summary = self.drawing.summary()
            self.image.value = png(self.drawing.figure)
            self.image.tooltip = f"{self.alt} Now: {summary}."
            self.reading.value = (
                f"<p role='status' style='margin: 0; {LINES}'><b>{escape(summary)}</b></p>"
            )

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {**self.box._repr_mimebundle_(), "image/png": self.still}
        bundle["text/plain"] = self.opening
        still = {"width": self.width, "alt": f"{self.alt} Here: {self.opening}."}
        return bundle, {"image/png": still}


def png(figure: Figure) -> bytes:
    """The figure as it is now, as the bytes of a PNG file (W3C 2003, PNG specification).

    It is made at every move of a slider, so each row is stored as its difference from the row
    above, compressed little. Pillow would try five such filters on every row, which takes longer
    than drawing some of our figures.
    """
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())
    height, width, channels = pixels.shape
    pixels = pixels.reshape(height, width * channels)
    rows = np.empty((height, 1 + width * channels), np.uint8)
    rows[0, 0], rows[1:, 0] = 0, 2  # the filters "none" and "up"
    rows[0, 1:] = pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)  # eight bits, with opacity
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


class Picture(widgets.Image):
    """An image whose ``tooltip`` reaches the page, as its accessible name.

    The front end looks for a ``description`` before it shows a tooltip, and stops where, as in
    ipywidgets 8.1, an image has none.
    """

    description = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.add_class("rope-picture")
