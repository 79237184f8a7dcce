"""What is a turn, once it has to be computed?"""

from __future__ import annotations

import numpy as np
import traitlets

from rope_lessons import rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import Drawing
from rope_lessons.page.live.base import Live


class OneTurn(Live):
    """A turn as its cosine and its sine, and an arrow that is turned by it.

    Attributes
    ----------
    degrees : float
        The turn, whole turns counted.
    """

    figure, state = "one_turn", ("degrees",)
    alt = "A circle with the cosine and the sine of a turn; an arrow before and after it."
    caption = (
        "Lying bar: the cosine, how far right the point is. Standing bar: the sine, how far up. "
        "Blue: the arrow after the turn; grey: before it. Drag the point or the blue tip."
    )
    to_do = (
        "Make your bet. Then turn the blue arrow until its first number is zero: what are cosine "
        "and sine there?"
    )

    degrees = traitlets.Float(90.0).tag(sync=True)

    def numbers(self) -> dict:
        angle = np.radians(self.degrees)
        cosine, sine = rotary.rotate_pair([1.0, 0.0], angle)
        turned = rotary.rotate_pair(self.fixed["arrow"], angle)
        return {
            "cosine": cosine,
            "sine": sine,
            "turned": turned,
            "length": np.hypot(*turned),
            "radians": angle,
        }

    def sentence(self) -> str:
        found = self.numbers()
        return (
            f"the turn: {show.number(self.degrees, 0)}° = {show.number(found['radians'], 2)} rad; "
            f"cosine {show.number(found['cosine'])}, sine {show.number(found['sine'])}; "
            f"{show.numbers(self.fixed['arrow'], 2)} turns to {show.numbers(found['turned'], 2)}, "
            f"length {show.number(found['length'], 2)}"
        )

    def drawing(self) -> Drawing:
        drawing = figures.one_turn(self.fixed["arrow"])
        drawing.update(degrees=round(self.degrees))
        return drawing


def one_turn(arrow: ArrayLike = (4.0, 3.0), *, degrees: float = 90) -> OneTurn:
    """Lesson 05: a turn by hand, its two numbers, and what it does to an arrow.

    Parameters
    ----------
    arrow : (2,) array
        Before turning; not of length 0.
    degrees : float
        The turn at first.

    Returns
    -------
    OneTurn
        Shown by being the last value of a cell; its traits follow the hand.

    Raises
    ------
    TypeError, ValueError
        As for :func:`rope_lessons.page.figures.one_turn`.

    >>> one_turn().opening[:51]
    'the turn: 90° = 1.57 rad; cosine 0.000, sine 1.000;'
    """
    return OneTurn({"arrow": rotary.rotate_pair(arrow, 0.0).tolist()}, degrees=float(degrees))
