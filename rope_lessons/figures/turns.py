"""Which angles did each pair meet in training, and which are new past it?"""

import matplotlib
import numpy as np

from rope_lessons import arcs, show
from rope_lessons.figures.drawing import FAINT, STYLE, TRAINED, UNSEEN, Drawing, blank, freeze


def trained_arcs(inv_freq, train_length, length):
    """The angles that each pair met in training, and those that a longer text adds.

    Parameters
    ----------
    inv_freq : (n_pairs,) array
        Radians per position.
    train_length, length : int
        Tokens.

    Returns
    -------
    Drawing
        Without sliders.
    """
    seen = np.degrees(np.minimum((train_length - 1) * np.asarray(inv_freq), 2 * np.pi))
    new = np.degrees(arcs.unseen_arc(inv_freq, train_length, length))
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.4)
        axes = figure.subplots()
        pairs = np.arange(seen.size)
        axes.bar(pairs, seen, color=TRAINED, width=0.8)
        axes.bar(pairs, new, bottom=seen, color=UNSEEN, width=0.8)
        axes.set(
            xlabel="pair, fastest first",
            ylabel="arc of the circle (degrees)",
            ylim=(0, 400),
            xlim=(-0.6, seen.size - 0.4),
        )
        axes.axhline(360, color=FAINT, lw=1)
        axes.set_yticks(range(0, 361, 90))
        axes.text(0, 370, f"met within {train_length} tokens", color=TRAINED, weight="bold")
        note = f"met for the first time within {length}"
        axes.text(seen.size - 1, 370, note, color=UNSEEN, weight="bold", ha="right")

    def summary():
        worst = int(np.argmax(new))
        return (
            f"{int(np.sum(new > 0))} of {new.size} pairs meet new angles between {train_length} "
            f"and {length} tokens; most of all pair {worst}, {show.number(new[worst], 0)} degrees"
        )

    freeze(figure)
    return Drawing(figure, lambda: None, summary)
