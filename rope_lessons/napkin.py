"""What has the learner's napkin on it after this lesson?

The course ends with an explanation on a napkin. It is drawn from lesson 04 on, one stroke at a
time, so that at the end nothing on it is new. The numbers on ours are those of Llama-2 (heads of
128, base 10,000, trained on 4,096 positions; its twofold length for the last stroke).
"""

from pathlib import Path

import matplotlib

from rope_lessons import explore, figures, rotary

TRAIN_LENGTH = 4096
SLOW_PAIR = 52  # a third of a turn in training, a third more at twice the length

# After which lesson: what to copy by hand.
STROKES = {
    4: "Copy the dial into one corner of your own paper, with a fast hand and a slow one; the "
    "other three corners wait for lessons 07, 09 and 12.",
    7: "Add a second dial with two hands, write the gap (m − n)·θ between them, and under it what "
    "happens to the gap when both tokens move.",
    9: "Add the curve freehand: from its peak at distance 0 down through zero and back, with a "
    "band of ripples around it.",
    12: "Add the last dial with one slow hand, and shade two arcs: the one that training showed "
    "and the one that a longer text adds.",
}


class Napkin(explore.Explore):
    """The napkin as it is after one lesson: a picture without sliders that can be saved."""

    def save(self, path):
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


def after(lesson):
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
    'a dial at position 100, hands 0, 32 and 63 at 330°, 57° and 1°'
    """
    lessons = list(STROKES)
    if lesson not in lessons:
        raise ValueError(
            f"the napkin grows after lessons {', '.join(map(str, lessons[:-1]))} and "
            f"{lessons[-1]}, got {lesson!r}; try napkin.after({lessons[0]})"
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
