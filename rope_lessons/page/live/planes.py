"""Which numbers change when an arrow turns, and which lengths?"""

from __future__ import annotations

import numpy as np
import traitlets

from rope_lessons import rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import Drawing
from rope_lessons.page.live.base import Live, Numbers

SPEEDS = (40.0, 20.0, 10.0, 5.0)


class Planes(Live):
    """Eight numbers in a row, and the four arrows that they are.

    Attributes
    ----------
    turns : list of four numbers
        Degrees by which each arrow has been turned by hand.
    steps : float
        How often all have turned together.
    """

    figure, state = "planes", ("turns", "steps")
    alt = "A row of 8 numbers. Under each two of them their arrow in a plane, and where it began."
    caption = (
        "Take an arrow by its tip: it turns and keeps its length. Blue boxes: numbers that "
        "changed. Grey arrows: where each began."
    )
    to_do = "Turn arrow 1, and no other, until its two numbers are (3, 0). Which others changed?"

    turns = Numbers(4).tag(sync=True)
    steps = traitlets.Float(0.0).tag(sync=True)

    def numbers(self) -> dict:
        by = np.add(self.turns, np.multiply(self.steps, self.fixed["degrees_per_step"]))
        turned = rotary.rotate_pair(self.fixed["pairs"], np.radians(by))
        return {
            "numbers": rotary.from_pairs(turned),
            "lengths": np.linalg.norm(turned, axis=-1),
            "length": np.linalg.norm(turned),
        }

    def sentence(self) -> str:
        found = self.numbers()
        return (
            f"numbers {show.numbers(found['numbers'], 2)}; arrow lengths "
            f"{show.numbers(found['lengths'], 2)}; length of all {show.number(found['length'])}"
        )

    def drawing(self) -> Drawing:
        x = rotary.from_pairs(self.fixed["pairs"])
        drawing = figures.arrows_in_planes(x, self.fixed["degrees_per_step"])
        drawing.update(turns=np.array(self.turns), steps=self.steps)
        return drawing


def planes(
    x: ArrayLike = (3.0, 4.0, 0.0, 3.0, -4.0, 2.0, 2.0, -3.0),
    *,
    turns: ArrayLike = (0.0, 0.0, 0.0, 0.0),
) -> Planes:
    """Lesson 02: the numbers of a vector as arrows, each to be turned by its tip.

    Parameters
    ----------
    x : (8,) array
    turns : (4,) array
        Degrees by which each arrow is turned at first.

    Returns
    -------
    Planes
        Shown by being the last value of a cell; its traits follow the hand.

    Raises
    ------
    TypeError, ValueError
        ``x`` are not eight finite numbers, or ``turns`` not four.

    >>> planes(turns=(0, 60, 0, 0)).opening[:40]
    'numbers (3.00, 4.00, -2.60, 1.50, -4.00,'
    """
    pairs = rotary.to_pairs(np.asarray(x, dtype=float))
    if pairs.shape != (4, 2):
        raise ValueError(f"x must be eight numbers, four arrows, got shape {np.shape(x)}")
    rotary.rotate_pair(pairs, turns)
    return Planes({"pairs": pairs.tolist(), "degrees_per_step": SPEEDS}, turns=turns)
