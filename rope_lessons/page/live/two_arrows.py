"""What becomes of a score when both tokens move?"""

from __future__ import annotations

import numpy as np
import traitlets

from rope_lessons import rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import Drawing
from rope_lessons.page.live.base import Live, Numbers

GAPS = np.arange(-6, 7)


class TwoArrows(Live):
    """A query and a key of one pair on a dial, their places in the text, and their score.

    Attributes
    ----------
    q, k : list of two numbers
        Before turning.
    n, gap : float
        The key's position, and how far behind the query it lies.
    """

    figure, state = "two_arrows", ("q", "k", "n", "gap")
    alt = "A dial with the arrows of a query and a key; beside it their score over the distance."
    caption = (
        "Blue: query at m. Orange: key at n. Take an arrow by its tip, or a token on the text; "
        "grey moves both. Dots: the score at other distances."
    )
    to_do = "Turn k until the score is zero. Then bet, and let both tokens move by 1,000."

    q, k = Numbers(2).tag(sync=True), Numbers(2).tag(sync=True)
    n = traitlets.Float(6.0).tag(sync=True)
    gap = traitlets.Float(3.0).tag(sync=True)

    def numbers(self) -> dict:
        speed = [self.fixed["theta"]]
        query = rotary.apply_rope(self.q, self.n + self.gap, speed)
        key = rotary.apply_rope(self.k, self.n, speed)
        ahead = np.angle(complex(*query) * complex(*key).conjugate(), deg=True)
        at_gaps = rotary.scores([self.q] * GAPS.size, [self.k], self.n + GAPS, [self.n], speed)
        return {
            "query": query,
            "key": key,
            "score": query @ key,
            "between": ahead,
            "scores": at_gaps[:, 0],
        }

    def sentence(self) -> str:
        found = self.numbers()
        return (
            f"m = {self.n + self.gap:,.0f}, n = {self.n:,.0f}, "
            f"distance {show.number(self.gap, 0)}: q points to {show.numbers(found['query'], 2)}, "
            f"k to {show.numbers(found['key'], 2)}, score {show.number(found['score'])}"
        )

    def drawing(self) -> Drawing:
        drawing = figures.two_arrows(self.q, self.k, self.fixed["theta"])
        drawing.update(n=round(self.n), gap=round(self.gap))
        return drawing


def two_arrows(
    q: ArrayLike = (0.8, 0.6),
    k: ArrayLike = (0.75, 0.0),
    theta: float = 0.5,
    *,
    n: float = 6,
    gap: float = 3,
) -> TwoArrows:
    """Lesson 07: a query and a key under the hand, and the score that they make.

    Parameters
    ----------
    q, k : (2,) arrays
        One pair of each, before turning.
    theta : float
        Radians per position.
    n, gap : int
        The key's position, and the query's less the key's.

    Returns
    -------
    TwoArrows
        Shown by being the last value of a cell; its traits follow the hand.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.rotary.scores` refuses, or that are not two numbers.

    >>> two_arrows().opening
    'm = 9, n = 6, distance 3: q points to (0.42, -0.91), k to (-0.74, 0.11), score -0.406'
    """
    rotary.scores([q], [k], [n + gap], [n], [theta])
    q, k = (np.asarray(x, dtype=float).tolist() for x in (q, k))
    return TwoArrows({"theta": float(theta)}, q=q, k=k, n=float(n), gap=float(gap))
