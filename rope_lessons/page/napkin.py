"""What has the learner's napkin on it after this lesson?

The course ends with an explanation on a napkin. It is drawn from lesson 04 on, one stroke at a
time, so that at the end nothing on it is new. The numbers on ours are those of Llama-2 (heads of
128, base 10,000, trained on 4,096 positions; its twofold length for the last stroke).
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

from rope_lessons import _validate, arcs, rotary
from rope_lessons._types import ArrayLike
from rope_lessons.page import explore, figures

TRAIN_LENGTH = 4096
FAST_PAIR = 0
SLOW_PAIR = 52  # a third of a turn in training, a third more at twice the length

# After which lesson: what to copy by hand.
STROKES = {
    4: "Copy the dial into one corner of your own paper, with a fast arrow and a slow one; the "
    "other three corners wait for lessons 07, 09 and 12.",
    7: "Add a second dial with two arrows, write the angle between them, (m − n)·θ + φ (φ is what "
    "it was before any turning), and under it what happens to it when both tokens move.",
    9: "Add the curve freehand: from its peak at distance 0 down through zero and back, with a "
    "band of ripples around it.",
    12: "Add the last dial with one slow arrow, and shade two arcs: the one that training showed "
    "and the one that a longer text adds.",
}


class Napkin(explore.Explore):
    """The napkin as it is after one lesson: a picture without sliders that can be saved."""

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file.

        Parameters
        ----------
        path : str or path
            Its ending, .png or .svg, decides the format.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ValueError
            Another ending.
        OSError
            The file cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() not in (".png", ".svg"):
            raise ValueError(f"a napkin is saved as .png or .svg, got {path.name!r}")
        with matplotlib.rc_context({"svg.hashsalt": "napkin"}):  # the same file every time
            dated = {"Date": None} if path.suffix.lower() == ".svg" else {}
            self.drawing.figure.savefig(path, metadata=dated)
        return path


def after(lesson: int) -> Napkin:
    """The napkin as it has grown by the end of a lesson, its newest stroke the strongest.

    Parameters
    ----------
    lesson : int
        4, 7, 9 or 12.

    Returns
    -------
    Napkin
        Shown by being the last value of a cell; ``save`` writes it to a file.

    Raises
    ------
    ValueError
        The napkin does not grow after that lesson.

    >>> after(4).opening
    'a dial at position 100, arrows 0, 32 and 63 at 330°, 57° and 1°'
    """
    lessons = list(STROKES)
    if not _validate.is_one_of(lesson, lessons):
        raise ValueError(
            f"the napkin grows after lessons {', '.join(map(str, lessons[:-1]))} and "
            f"{lessons[-1]}, got {_validate.short(lesson)}; try napkin.after({lessons[0]})"
        )
    drawing = figures.folded_napkin(
        lessons.index(lesson) + 1,
        inv_freq=rotary.inv_freq(128, base=10_000.0),
        train_length=TRAIN_LENGTH,
        length=2 * TRAIN_LENGTH,
        slow=SLOW_PAIR,
    )
    return Napkin(
        drawing,
        alt=f"A napkin folded in four, drawn by hand, as it is after lesson {lesson:02}.",
        caption=STROKES[lesson],
    )


def rescued(
    angles: ArrayLike | None = None,
    *,
    slow: int = SLOW_PAIR,
    fast: int = FAST_PAIR,
    train_length: int | None = None,
    target_length: int | None = None,
) -> Napkin:
    """The last napkin: why a slow pair fails, why interpolation rescues it, and what that costs.

    Parameters
    ----------
    angles : (2, 3) array, optional
        As :func:`rope_lessons.arcs.end_angles` gives them; by default those of Llama-2 at twice
        its length.
    slow, fast : int
        The pairs that the angles belong to.
    train_length, target_length : int, optional
        Positions in training, and in the longer text; by default Llama-2's, and twice it.

    Returns
    -------
    Napkin
        Shown by being the last value of a cell; ``save`` writes it to a file.

    Raises
    ------
    TypeError, ValueError
        As for :func:`figures.rescued_napkin`.

    >>> rescued().opening[:47]
    'pair 52 to 132° in 4096 positions, to 264° in 8'
    """
    slow, fast = _validate.index("slow", slow), _validate.index("fast", fast)
    train_length = TRAIN_LENGTH if train_length is None else train_length
    train_length = _validate.count("train_length", train_length)
    target_length = 2 * train_length if target_length is None else target_length
    target_length = _validate.count("target_length", target_length)
    if angles is None:
        angles = arcs.end_angles(rotary.inv_freq(128), slow, fast, train_length, target_length)
    drawing = figures.rescued_napkin(
        angles, slow=slow, fast=fast, train_length=train_length, target_length=target_length
    )
    return Napkin(
        drawing,
        alt="A napkin with six dials, drawn by hand: a slow pair above, a fast one below.",
        caption="Above: why it breaks, and why dividing positions helps. Below: what that costs.",
    )
