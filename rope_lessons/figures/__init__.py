"""What does it look like? Numbers in, a drawing out.

One module a subject; their functions are gathered here. :mod:`rope_lessons.explore` puts sliders on
a drawing; nothing in here knows about widgets.
"""

from rope_lessons.figures.dials import two_arrows
from rope_lessons.figures.drawing import INK, STYLE, Drawing, blank, freeze
from rope_lessons.figures.trained import grids, loss_by_position, retrieval_by_distance
from rope_lessons.figures.turns import trained_arcs

__all__ = [
    "INK",
    "STYLE",
    "Drawing",
    "blank",
    "freeze",
    "grids",
    "loss_by_position",
    "retrieval_by_distance",
    "trained_arcs",
    "two_arrows",
]
