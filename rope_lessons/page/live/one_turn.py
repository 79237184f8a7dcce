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
        "Lying: the cosine. Standing: the sine. Blue: the arrow after the turn. Take the point on "
        "the circle, the arrow, or the token on the text, where each position turns by 45°."
    )
    to_do = "Turn the arrow until its first number is zero. What do the cosine and sine say there?"

    degrees = traitlets.Float(45.0).tag(sync=True)

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
        drawing.update(position=1, degrees=round(self.degrees))
        return drawing


def one_turn(arrow: ArrayLike = (4.0, 3.0), *, degrees: float = 45) -> OneTurn:
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

    >>> one_turn().opening[:45]
    'the turn: 45° = 0.79 rad; cosine 0.707, sine '
    """
    fixed = {"arrow": rotary.rotate_pair(arrow, 0.0).tolist(), "per_position": 45}
    return OneTurn(fixed, degrees=float(degrees))
