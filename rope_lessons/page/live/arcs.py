"""Which arcs does a longer text open, pair by pair?"""

from __future__ import annotations

import numpy as np
import traitlets

from rope_lessons import arcs as arc_lengths
from rope_lessons import rotary, show
from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import Drawing
from rope_lessons.page.live.base import Live

LONGEST = 512


class Arcs(Live):
    """The arc of each pair that training showed, and what a longer text adds.

    Attributes
    ----------
    length : float
        Tokens of the text.
    """

    figure, state = "arcs", ("length",)
    alt = "A circle for each pair: the arc met in training, and the one that a longer text adds."
    caption = (
        "Blue: met in training. Orange: new. Pink pairs finish a turn in training, green ones do "
        "not. Take the end of the text and drag it."
    )
    to_do = "Find the shortest text in which three slow pairs have come all the way round."

    length = traitlets.Float(64.0).tag(sync=True)

    def numbers(self) -> dict:
        speeds = rotary.inv_freq(self.fixed["head_dim"], self.fixed["base"])
        trained, length = self.fixed["train_length"], round(self.length)
        met = np.degrees(arc_lengths.unseen_arc(speeds, 1, trained))
        unseen = np.degrees(arc_lengths.unseen_arc(speeds, trained, length))
        return {
            "met": met,
            "unseen": unseen,
            "opened": int(np.sum(unseen > 0)),
            "worst": int(unseen.argmax()),
            "most": unseen.max(),
        }

    def sentence(self) -> str:
        found = self.numbers()
        said = (
            f"{found['opened']} of {found['unseen'].size} pairs meet new angles between "
            f"{self.fixed['train_length']} and {show.number(self.length, 0)} tokens"
        )
        if not found["opened"]:
            return said
        return f"{said}; most of all pair {found['worst']}, {show.number(found['most'], 0)} degrees"

    def drawing(self) -> Drawing:
        speeds = rotary.inv_freq(self.fixed["head_dim"], self.fixed["base"])
        return figures.trained_arcs(speeds, self.fixed["train_length"], round(self.length))


def arcs(*, base: float = 500, train_length: int = 64, length: int = 64) -> Arcs:
    """Lesson 12: a text that is drawn out past its training, and the arcs that it opens.

    Parameters
    ----------
    base : float
        Of a head of 32 numbers, 16 pairs.
    train_length, length : int
        Tokens in training, and at first.

    Returns
    -------
    Arcs
        Shown by being the last value of a cell; its traits follow the hand.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.arcs.unseen_arc` refuses, or a length that is not from
        ``train_length`` to 512.

    >>> arcs(length=241).opening
    '10 of 16 pairs meet new angles between 64 and 241 tokens; most of all pair 9, 251 degrees'
    """
    arc_lengths.unseen_arc(rotary.inv_freq(32, base), train_length, length)
    if not train_length <= length <= LONGEST or train_length == LONGEST:
        raise ValueError(
            f"length must be from train_length to {LONGEST}, got {length} and {train_length}"
        )
    fixed = {
        "head_dim": 32,
        "base": float(base),
        "train_length": int(train_length),
        "longest": LONGEST,
    }
    return Arcs(fixed, length=float(length))
