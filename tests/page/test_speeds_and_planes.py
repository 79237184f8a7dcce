"""The dial of all arrows and the arrows in planes show what is known from elsewhere."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from rope_lessons.page import figures
from rope_lessons.page.figures.drawing import SLOW


def test_the_dial_says_where_arrows_point_and_how_long_the_slowest_needs():
    dial = figures.all_arrows(train_length=4096)
    dial.update(base=10_000, head_dim=128, position=44)
    # 44 radians are 7 turns and 1.01°; 54,410 positions: Llama-2
    assert dial.summary() == (
        "64 arrows at position 44: fastest at 1.0°, slowest at 0.3°; base 10,000: longest "
        "wavelength 54,410 positions"
    )
    dial.update(base=500_000, head_dim=128, position=710)
    assert "fastest at 0.0°" in dial.summary()


@pytest.mark.parametrize(
    ("train_length", "base", "head_dim", "unfinished"),
    [
        (4096, 10_000, 128, 18),  # Llama-2
        (4096, 500_000, 128, 32),  # OLMo-2
        (2048, 10_000, 128, 23),
        (2048, 10_000, 64, 11),
        (8192, 10_000, 256, 28),
    ],
)
def test_as_many_are_green_as_in_published_models(train_length, base, head_dim, unfinished):
    dial = figures.all_arrows(train_length)
    dial.update(base=base, head_dim=head_dim, position=0)
    for axes in dial.figure.axes:
        colours = axes.collections[-1].get_facecolors()
        assert sum(to_hex(colour).upper() == SLOW for colour in colours) == unfinished


def test_every_arrow_is_drawn_and_turns_counter_clockwise():
    dial = figures.all_arrows(train_length=4096)
    dial.update(base=10_000, head_dim=64, position=1)
    arrows, tips = dial.figure.axes[0].collections
    ends = np.asarray(tips.get_offsets())
    assert ends.shape == (32, 2)
    assert len(arrows.get_segments()) == 32
    np.testing.assert_allclose(np.arctan2(*ends[0][::-1]), 1.0)
    np.testing.assert_allclose(np.arctan2(*ends[8][::-1]), 0.1)  # base^(-16/64)
    lengths = np.hypot(*ends.T)
    assert (np.diff(lengths) > 0).all(), "the slower, the further out"


def test_the_dial_wants_a_training_length():
    with pytest.raises(ValueError, match="train_length"):
        figures.all_arrows(0).update(base=10_000, head_dim=64, position=0)


def test_arrows_turn_by_hand():
    arrows = figures.arrows_in_planes([3, 4, 0, 2], (90, 45))
    assert arrows.summary() == (
        "numbers (3.00, 4.00, 0.00, 2.00); arrow lengths (5.00, 2.00); length of all 5.385"
    )
    arrows.update(turns=[0, 90], steps=2)
    assert arrows.summary() == (
        "numbers (-3.00, -4.00, 0.00, -2.00); arrow lengths (5.00, 2.00); length of all 5.385"
    )


def test_boxes_mark_the_numbers_that_changed():
    arrows = figures.arrows_in_planes([3, 4, 0, 2, 1, 1], (90, 45, 10))
    arrows.update(turns=[0, 0, 30], steps=0)
    strip = arrows.figure.axes[0]
    assert [box.get_facecolor()[3] > 0 for box in strip.patches] == [False] * 4 + [True] * 2
    # arrow 0 has come round; of (0, 2), turned by half, the 0 is still 0
    arrows.update(turns=[0, 0, 0], steps=4)
    assert [box.get_facecolor()[3] > 0 for box in strip.patches] == [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1, 2, 3], (1,)), "even"),
        (([[1, 2], [3, 4]], (1,)), "one vector"),
        (([1, 2, 3, 4], (1,)), "one speed for each of the 2 arrows"),
    ],
)
def test_arrows_tell_what_is_wrong(arguments, says):
    with pytest.raises(ValueError, match=says):
        figures.arrows_in_planes(*arguments)
