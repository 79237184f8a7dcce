"""Positions that arrows mistake for 0, held against what is known of π."""

import numpy as np
import pytest

from rope_lessons import look_alikes, rotary

THETA = rotary.inv_freq(128, base=10_000)


def by_hand(speeds, first, last):
    positions = np.arange(first, last + 1)
    off = np.abs(np.angle(np.exp(1j * np.outer(positions, speeds)))).max(axis=1)
    return positions[off.argmin()], np.degrees(off.min())


@pytest.mark.parametrize(("last", "most_like_0"), [(50, 44), (700, 333), (800, 710)])
def test_one_radian_comes_near_where_fractions_of_pi_do(last, most_like_0):
    """π is nearly 22/7, 333/106 and 355/113: 44, 333 and 710 radians are nearly whole turns."""
    position, off = look_alikes.nearest([1.0], 1, last)
    assert position == most_like_0
    assert off == pytest.approx(by_hand([1.0], 1, last)[1])


@pytest.mark.parametrize(("low", "high"), [(0, 0), (52, 52), (0, 17), (27, 44), (46, 63)])
def test_groups_of_a_real_query(low, high):
    for first in (1, 1000):
        found = look_alikes.nearest(THETA[low : high + 1], first, 4095)
        assert found == pytest.approx(by_hand(THETA[low : high + 1], first, 4095))


def test_no_arrow_tells_nothing_apart():
    assert look_alikes.nearest([0.0], 3, 9) == (3, 0.0)


@pytest.mark.parametrize(
    ("groups", "says"),
    [([3], "a list of"), ([(0, 1, 2)], "a list of"), ([(1, 0)], "first"), ([(0, 64)], "last")],
)
def test_a_group_that_is_none(groups, says):
    with pytest.raises((TypeError, ValueError), match=says):
        look_alikes.compare(THETA, groups, length=100, far=10)


def test_a_stretch_that_is_none():
    with pytest.raises(ValueError, match="above last"):
        look_alikes.nearest(THETA, 9, 8)
