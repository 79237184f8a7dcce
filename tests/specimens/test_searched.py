"""Who passes the shift test is told from who does not, and the figure shows the same scores."""

import numpy as np
import pytest

from rope_lessons import rotary
from rope_lessons.page import figures
from rope_lessons.specimens import searched

CANDIDATES = {
    "add": lambda x, p: x + 0.05 * p,
    "stretch": lambda x, p: x * 1.02**p,
    "turn": lambda x, p: rotary.rotate_pair(x, np.radians(20) * p),
    "leave": lambda x, p: x,
}


def test_only_what_sees_the_distance_and_nothing_else_passes():
    table = searched.shift_test(CANDIDATES)
    assert {row[0]: row[-1] for row in table.rows} == {
        "add": "notices the shift",
        "stretch": "notices the shift",
        "turn": "passes",
        "leave": "sees no distance",
    }


def test_a_score_by_hand():
    assert searched.score(CANDIDATES["add"], 20, 40) == pytest.approx(3 * 3 + 2 * 4)
    assert searched.score(CANDIDATES["stretch"], 3, 2) == pytest.approx(4 * 1.02**5)


def test_a_candidate_that_writes_into_its_argument_does_no_harm():
    def spoil(x, p):
        x *= 0
        return x

    assert searched.score(spoil, 1, 2) == 0
    assert searched.score(CANDIDATES["leave"], 1, 2) == 4


@pytest.mark.parametrize(
    ("f", "error", "says"),
    [
        (3, TypeError, "f must be a function of x and position, got 3"),
        (lambda x, p: 1.0, ValueError, "an arrow of two finite numbers, got 1.0"),
        (lambda x, p: x / 0 * np.inf, ValueError, "an arrow of two finite numbers"),
        (lambda x, p: ["a", "b"], ValueError, "an arrow of two finite numbers"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_is_no_candidate_is_refused(f, error, says):
    with pytest.raises(error, match=says):
        searched.score(f, 1, 2)


def test_positions_and_candidates_that_are_none():
    with pytest.raises(ValueError, match="n must be"):
        searched.score(CANDIDATES["add"], 1, -2)
    with pytest.raises(TypeError, match="a dictionary of names to functions"):
        searched.shift_test([CANDIDATES["add"]])


def test_the_figure_shows_the_scores():
    drawing = figures.shifted_score(CANDIDATES, searched.QUERY, searched.KEY)
    drawing.update("turn", 20, 3)
    assert drawing.summary() == (
        "turn: query at 23, key at 20, distance 3; score 4.60, at the beginning 4.60"
    )
    drawing.update("add", 20, 3)
    assert drawing.summary().endswith("score 12.75, at the beginning 4.45")
    graph = drawing.figure.axes[1]
    assert graph.lines[1].get_ydata()[20] == pytest.approx(12.75)
