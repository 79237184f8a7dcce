"""The drawings of lessons 05 to 07 say what a hand computes, and bear pairs of no length."""

import numpy as np
import pytest

from rope_lessons.page import explore, figures


def test_turns_by_eighths():
    drawing = figures.one_turn((4, 3))
    for degrees, says in {
        0: "0° = 0.00 rad; cosine 1.000, sine 0.000; (4.00, 3.00) turns to (4.00, 3.00), ",
        45: "45° = 0.79 rad; cosine 0.707, sine 0.707; (4.00, 3.00) turns to (0.71, 4.95), ",
        90: "90° = 1.57 rad; cosine 0.000, sine 1.000; (4.00, 3.00) turns to (-3.00, 4.00), ",
        360: "360° = 6.28 rad; cosine 1.000, sine 0.000; (4.00, 3.00) turns to (4.00, 3.00), ",
    }.items():
        drawing.update(degrees=degrees)
        assert drawing.summary() == f"the turn: {says}length 5.00"


def test_the_two_numbers_stand_in_all_three_writings():
    drawing = figures.one_turn((1, 0))
    drawing.update(degrees=30)
    written = [text.get_text() for text in drawing.figure.findobj(lambda artist: _has_text(artist))]
    assert written.count("0.87") == written.count("0.50") == 6  # on the dial, 2 + 2 + 1 in writing


def test_the_arrows_numbers_leave_its_title_alone():
    drawing = figures.one_turn((4, 3))
    drawing.update(degrees=50)  # where they stand highest
    drawing.figure.canvas.draw()
    dial = drawing.figure.subfigs[0].axes[1]
    title = dial.title.get_window_extent()
    assert not any(text.get_window_extent().overlaps(title) for text in dial.texts)


def _has_text(artist):
    return hasattr(artist, "get_text") and artist.get_visible()


@pytest.mark.parametrize("arrow", [(0, 0), (1, 2, 3), (np.nan, 1)])
def test_an_arrow_that_cannot_be_drawn(arrow):
    with pytest.raises(ValueError, match=r"length 0|shape|finite"):
        figures.one_turn(arrow)


@pytest.mark.filterwarnings("error")
def test_one_token_by_hand():
    """Two pairs at 45° and 22.5° a position; the value's second pair has no length."""
    x, v = np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0])
    drawing = figures.one_token(x, x, v, [np.pi / 4, np.pi / 8], n_shown=2)
    drawing.update(m=2, n=0)
    assert drawing.summary() == (
        "m = 2, n = 0: query 69° away, length 1.41 → 1.41; key 0° away, length 1.41 → 1.41; "
        "value 0° away, length 1.00 → 1.00"
    )
    explore.png(drawing.figure)
    drawing.update(m=2, n=2)
    assert "value 0° away" in drawing.summary(), "a value stays, wherever its key stands"


def test_two_arrows_by_hand():
    """At 45° a position: q at 2 points up, k began a quarter ahead and is at 135° by 1."""
    drawing = figures.two_arrows((1, 0), (0, 1), np.pi / 4)
    drawing.update(n=1, gap=1)
    assert drawing.summary() == (
        "m = 2, n = 1, distance 1: q points to (0.00, 1.00), k to (-0.71, 0.71), score 0.707"
    )
    dots = drawing.figure.axes[1].lines[1]
    np.testing.assert_allclose(dots.get_ydata(), np.sin(dots.get_xdata() * np.pi / 4), atol=1e-12)
