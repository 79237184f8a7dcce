"""How far has each arrow of a query turned, and how long does it need for a whole turn?"""

from __future__ import annotations

import numpy as np
import traitlets

from rope_lessons import arcs, rotary, show
from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import Drawing
from rope_lessons.page.live.base import Live


class Dials(Live):
    """All arrows of a query at one position, and their wavelengths.

    Attributes
    ----------
    position, base : float
    """

    figure, state = "dials", ("position", "base")
    alt = "A dial with every arrow of a query; beside it the wavelength of each on a log axis."
    caption = (
        "The shortest is the fastest. Pink arrows finish a turn in training, green ones do not. "
        "Drag the token on the text, the fastest arrow, or the large dot, which changes the base."
    )
    to_do = "Bring the fastest arrow back to 0°, to within 2°, at a whole position above 0."

    position = traitlets.Float(0.0).tag(sync=True)
    base = traitlets.Float(1e4).tag(sync=True)

    def numbers(self) -> dict:
        speeds = rotary.inv_freq(self.fixed["head_dim"], self.base)
        tips = rotary.rotate_pair(np.tile([1.0, 0.0], (speeds.size, 1)), self.position * speeds)
        return {
            "angles": np.degrees(np.arctan2(tips[:, 1], tips[:, 0])),
            "wavelengths": rotary.wavelengths(speeds),
            "tips": tips,
            "unfinished": arcs.unfinished(speeds, self.fixed["train_length"]),
        }

    def sentence(self) -> str:
        found = self.numbers()
        angles = found["angles"]
        return (
            f"{angles.size} arrows at position {self.position:,.0f}: fastest at "
            f"{show.number(angles[0], 1)}°, slowest at {show.number(angles[-1], 1)}°; base "
            f"{self.base:,.0f}: longest wavelength {found['wavelengths'][-1]:,.0f} positions"
        )

    def drawing(self) -> Drawing:
        drawing = figures.all_arrows(self.fixed["train_length"])
        head_dim = self.fixed["head_dim"]
        drawing.update(base=round(self.base), head_dim=head_dim, position=round(self.position))
        return drawing


def dials(
    *, position: float = 0, base: float = 10000, head_dim: int = 128, train_length: int = 4096
) -> Dials:
    """Lesson 04: all arrows of a query, to be played, scrubbed and slowed.

    Parameters
    ----------
    position : int
    base : float
    head_dim, train_length : int

    Returns
    -------
    Dials
        Shown by being the last value of a cell; its traits follow the hand.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.arcs.unfinished` or :func:`rope_lessons.rotary.inv_freq`
        refuses.

    >>> dials(position=3).opening[:55]
    '64 arrows at position 3: fastest at 171.9°, slowest at '
    """
    arcs.unfinished(rotary.inv_freq(head_dim, base), train_length)
    fixed = {"head_dim": int(head_dim), "train_length": int(train_length)}
    return Dials(fixed, position=float(position), base=float(base))
