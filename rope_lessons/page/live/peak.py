"""What bends the score over distance?"""

from __future__ import annotations

import numpy as np
import traitlets

from rope_lessons import rotary, show
from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import Drawing
from rope_lessons.page.live.base import Live, Numbers

DISTANCES = np.arange(-100, 401)
PAIRS = 8


class Peak(Live):
    """The score of a query with a key that is built for a distance, pair by pair.

    Attributes
    ----------
    peak : float
        The distance that the key is built for.
    strengths : list of eight numbers
        |q| · |k| of each pair, fastest first.
    """

    figure, state = "peak", ("peak", "strengths")
    alt = "The score of a query with a key over their distance; below, the strength of each pair."
    caption = (
        "Orange: the distance that the key is built for; ring: the highest score that the causal "
        "mask allows. Each bar is a wave of its own length. Take the dot, or a bar by its end."
    )
    to_do = (
        "Build the key for distance 100. Then let its score at 101 be at least 99 % of the score "
        "at 100: which pairs have to go?"
    )

    peak = traitlets.Float(40.0).tag(sync=True)
    strengths = Numbers(PAIRS).tag(sync=True)

    def numbers(self) -> dict:
        speeds = rotary.inv_freq(self.fixed["head_dim"], self.fixed["base"])
        query = np.tile([1.0, 0.0], PAIRS)
        key = rotary.apply_rope(query * np.repeat(self.strengths, 2), self.peak, speeds)
        curve = rotary.distance_curve(query, key, DISTANCES, speeds)
        allowed = curve[DISTANCES >= 0]
        where = int(allowed.argmax())
        return {"curve": curve, "where": where, "height": allowed[where], "zero": allowed[0]}

    def sentence(self) -> str:
        found = self.numbers()
        return (
            f"key built for distance {show.number(self.peak, 0)}: highest at distance "
            f"{found['where']}, score {show.number(found['height'], 2)}; at distance 0 "
            f"{show.number(found['zero'], 2)}"
        )

    def drawing(self) -> Drawing:
        speeds = rotary.inv_freq(self.fixed["head_dim"], self.fixed["base"])
        query = np.tile([1.0, 0.0], PAIRS)
        drawing = figures.built_peak(query, speeds, reach=(DISTANCES[0], DISTANCES[-1]))
        drawing.update(peak=round(self.peak))
        return drawing


def peak(*, at: float = 40, base: float = 10000) -> Peak:
    """Lesson 09: the curve of a score, bent by where its key peaks and by each pair's strength.

    Parameters
    ----------
    at : int
        The distance that the key is built for at first.
    base : float

    Returns
    -------
    Peak
        Shown by being the last value of a cell; its traits follow the hand.

    Raises
    ------
    TypeError, ValueError
        A base that :func:`rope_lessons.rotary.inv_freq` refuses.

    >>> peak().opening
    'key built for distance 40: highest at distance 40, score 8.00; at distance 0 3.89'
    """
    rotary.inv_freq(2 * PAIRS, base)
    fixed = {"head_dim": 2 * PAIRS, "base": float(base)}
    return Peak(fixed, peak=float(at), strengths=[1.0] * PAIRS)
