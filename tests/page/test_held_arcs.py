"""Lesson 12's figures show the arcs, shares and numbers that can be worked out without them."""

import io

import numpy as np
import pytest
from PIL import Image

from rope_lessons import rotary
from rope_lessons.page import explore, figures

INV_FREQ = rotary.inv_freq(32, 500.0)
SLOW = 2 * np.pi / INV_FREQ > 64
GROUPS = {"none": SLOW & False, "fast": ~SLOW, "slow": SLOW}


def held():
    asked = []

    def measure(pairs):
        asked.append(pairs.sum())
        return pairs.sum() / 16

    return figures.held_arcs(INV_FREQ, 64, 240, GROUPS, measure), asked


def test_holding_takes_the_new_arcs_away_and_asks_once_a_button():
    drawing, asked = held()
    assert drawing.summary() == "held: none; 10 of 16 pairs on new arcs; 0.00 of the answers right"
    drawing.update("slow")
    assert drawing.summary() == "held: slow; 0 of 16 pairs on new arcs; 0.62 of the answers right"
    drawing.update("fast")
    assert drawing.summary() == "held: fast; 10 of 16 pairs on new arcs; 0.38 of the answers right"
    drawing.update("slow")
    assert asked == [0, 10, 6]


def test_new_arcs_reach_as_far_as_the_distance_does():
    bars = held()[0].figure.axes[0].patches
    met, new = (bars[i].get_height() for i in (15, 31))
    slowest = np.degrees(INV_FREQ[-1])
    assert (met, new) == pytest.approx((63 * slowest, (240 - 63) * slowest))


def test_buttons_take_the_place_of_a_slider():
    drawing, _ = held()
    buttons = explore.buttons("held", GROUPS)
    shown = explore.Explore(drawing, alt="Arcs.", caption="Arcs.", held=buttons)
    before = shown.image.value
    buttons.value = "slow"
    assert "held: slow" in shown.reading.value
    assert shown.image.value != before


def test_unseen_keys_are_one_in_l_plus_one_at_first_and_a_half_at_two_l_less_one():
    flat, step = np.full(128, 1.5), np.r_[np.full(48, 2.0), np.ones(16), np.full(64, 3.0)]
    assert figures.loss_beside_unseen(flat, step, 64).summary() == (
        "loss over the last 16 trained positions, the 16 after and the last 16: RoPE 1.50, 1.50, "
        "1.50; sinusoidal 1.00, 3.00, 3.00; unseen keys 0.015 at 64, 0.5 at 127"
    )


def test_strangeness_stands_over_the_answers():
    drawing = figures.strangeness_beside_retrieval([np.pi / 100], 51, {50: 1.0, 75: 0.5, 199: 0.9})
    assert drawing.summary() == (
        "D and right answers: 0° and 1.00 at 50; 45° and 0.50 at 75; 2° and 0.90 at 199"
    )


def test_of_many_points_the_ends_are_told_and_where_half_is_lost_or_comes_back():
    measured = {at: float(at < 60 or at > 90) for at in range(50, 100, 4)}
    told = figures.strangeness_beside_retrieval(INV_FREQ, 64, measured).summary()
    assert [part.split()[-1] for part in told.split("; ")] == ["50", "58", "62", "90", "94", "98"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: held()[0],
        lambda: figures.loss_beside_unseen(np.ones(160), np.ones(160), 64),
        lambda: figures.strangeness_beside_retrieval(INV_FREQ, 64, {60: 1.0, 96: 0.2}),
    ],
)
def test_no_drawing_is_blank(draw):
    picture = np.asarray(Image.open(io.BytesIO(explore.png(draw().figure))))
    assert (picture != 255).any(axis=-1).mean() > 0.02
