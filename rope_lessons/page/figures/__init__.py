"""What does it look like? Numbers in, a drawing out.

One module a subject; their functions are gathered here. :mod:`rope_lessons.page.explore` puts
sliders on a drawing; nothing in here knows about widgets.
"""

from rope_lessons.page.figures.beside import loss_beside_unseen, strangeness_beside_retrieval
from rope_lessons.page.figures.cards import model_cards
from rope_lessons.page.figures.curves import bound_over_trivial, built_peak, score_over_distance
from rope_lessons.page.figures.dashboard import dashboard
from rope_lessons.page.figures.dials import two_arrows
from rope_lessons.page.figures.drawing import INK, STYLE, Drawing, blank, freeze
from rope_lessons.page.figures.gallery import line_up
from rope_lessons.page.figures.maps import attention_maps
from rope_lessons.page.figures.napkin import folded_napkin, rescued_napkin
from rope_lessons.page.figures.planes import arrows_in_planes
from rope_lessons.page.figures.rescue import overshoot_and_blur, ramps
from rope_lessons.page.figures.shifted import shifted_score
from rope_lessons.page.figures.speeds import all_arrows
from rope_lessons.page.figures.terms import score_terms
from rope_lessons.page.figures.trained import (
    grids,
    loss_by_position,
    reading_on,
    retrieval_by_distance,
    two_jobs,
)
from rope_lessons.page.figures.turns import held_arcs, trained_arcs
from rope_lessons.page.figures.vectors import one_token, one_turn

__all__ = [
    "INK",
    "STYLE",
    "Drawing",
    "all_arrows",
    "arrows_in_planes",
    "attention_maps",
    "blank",
    "bound_over_trivial",
    "built_peak",
    "dashboard",
    "folded_napkin",
    "freeze",
    "grids",
    "held_arcs",
    "line_up",
    "loss_beside_unseen",
    "loss_by_position",
    "model_cards",
    "one_token",
    "one_turn",
    "overshoot_and_blur",
    "ramps",
    "reading_on",
    "rescued_napkin",
    "retrieval_by_distance",
    "score_over_distance",
    "score_terms",
    "shifted_score",
    "strangeness_beside_retrieval",
    "trained_arcs",
    "two_arrows",
    "two_jobs",
]
