"""What does dividing every position do to a slow pair, and to a fast one?"""

from __future__ import annotations

import matplotlib
import numpy as np
import traitlets
from matplotlib.patches import Circle, Wedge

from rope_lessons import _validate, rotary, scaling, show
from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import Drawing
from rope_lessons.page.live.base import Live

palette = figures.drawing
TRAIN_LENGTH, LENGTH, SLOW, FAST = 4096, 8192, 52, 0  # Llama-2's, as on the napkin


class Rescue(Live):
    """A slow pair whose arc folds back, and a fast one whose neighbours close up.

    Attributes
    ----------
    scale : float
        s, what positions are divided by.
    """

    figure, state = "rescue", ("scale",)
    alt = "Left, the arc that a slow pair turns by. Right, two neighbours as a fast pair has them."
    caption = (
        "Blue: the arc met in training. Orange: never met. Green: the farthest distance of the "
        "longer text. Pink: one position on, by the fastest pair. Take s and drag it."
    )
    to_do = "Find the smallest s that brings the slow pair back. What has become of neighbours?"

    scale = traitlets.Float(1.0).tag(sync=True)

    def numbers(self) -> dict:
        f = self.fixed
        speeds = scaling.frequencies("linear", f["head_dim"], f["base"], scale=self.scale).inv_freq
        plain = rotary.inv_freq(f["head_dim"], f["base"])
        trained = np.degrees((f["train_length"] - 1) * plain[f["slow"]])
        reached = np.degrees((f["length"] - 1) * speeds[f["slow"]])
        here, next_one = rotary.rotate_pair([[1.0, 0.0]] * 2, [0.0, speeds[f["fast"]]])
        return {
            "trained": trained,
            "reached": reached,
            "unseen": max(reached - trained, 0.0),
            "step": np.degrees(speeds[f["fast"]]),
            "drop": here @ here - here @ next_one,
        }

    def sentence(self) -> str:
        found = {name: show.number(x, 0) for name, x in self.numbers().items()}
        exact = self.numbers()
        return (
            f"positions divided by {show.number(self.scale, 2)}: pair {self.fixed['slow']} turns "
            f"to {found['reached']}°, trained to {found['trained']}° ({found['unseen']}° never "
            f"met); pair {self.fixed['fast']}: neighbours {show.number(exact['step'], 1)}° apart, "
            f"the score drops by {show.number(exact['drop'], 2)}"
        )

    def drawing(self) -> Drawing:
        found = self.numbers()
        with matplotlib.rc_context(figures.STYLE):
            figure = figures.blank(7.8, 3.5)
            left, right = figure.subplots(1, 2)
            for axes in (left, right):
                axes.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), aspect="equal")
                axes.axis("off")
                axes.add_patch(Circle((0, 0), 1, fill=False, color=palette.FAINT, lw=1))
            for start, end, colour in (
                (0, found["trained"], palette.TRAINED),
                (found["trained"], max(found["reached"], found["trained"]), palette.UNSEEN),
            ):
                left.add_patch(Wedge((0, 0), 0.9, start, end, width=0.2, color=colour, lw=0))
            step = Wedge((0, 0), 0.45, 0, found["step"], width=0.08, color=palette.FAINT, lw=0)
            right.add_patch(step)
            for axes, degrees, colour in (
                (left, found["reached"], palette.SLOW),
                (right, 0, palette.INK),
                (right, found["step"], palette.FAST),
            ):
                tip = rotary.rotate_pair([1.0, 0.0], np.radians(degrees))
                axes.annotate("", tip, (0, 0), arrowprops={"color": colour, "width": 2})
            left.set_title(f"pair {self.fixed['slow']}, slow: blue met, orange new")
            right.set_title(f"pair {self.fixed['fast']}, fast: one position on")
        figures.freeze(figure)
        return figures.Drawing(figure, lambda: None, self.sentence)


def rescue(*, scale: float = 1.0) -> Rescue:
    """Lesson 14: every position divided by s, on Llama-2's head read to twice its length.

    Parameters
    ----------
    scale : float
        s at first, 1 to 8.

    Returns
    -------
    Rescue
        Shown by being the last value of a cell; its traits follow the hand.

    Raises
    ------
    TypeError, ValueError
        ``scale`` is no number from 1 to 8.

    >>> rescue(scale=2).opening[:62]
    'positions divided by 2.00: pair 52 turns to 132°, trained to 1'
    """
    scale = _validate.number("scale", scale)
    if not 1 <= scale <= 8:
        raise ValueError(f"scale must be from 1 to 8, got {scale:g}")
    fixed = {"head_dim": 128, "base": 10_000.0, "slow": SLOW, "fast": FAST}
    lengths = {"train_length": TRAIN_LENGTH, "length": LENGTH}
    return Rescue(fixed | lengths, scale=float(scale))
