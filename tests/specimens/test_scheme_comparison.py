"""Schemes measured side by side behave as their formulae say, and the maps move as they should."""

import numpy as np
import pytest

from rope_lessons import rotary, schemes
from rope_lessons.page import figures
from rope_lessons.specimens import scheme_comparison

RNG = np.random.default_rng(10)
TOKENS, OTHERS = RNG.normal(size=(2, 500, 16))
W_Q, W_K = RNG.normal(size=(2, 16, 16)) / 4


def measured(scheme, tokens=TOKENS, others=OTHERS):
    return scheme_comparison.behaviour(scheme, tokens, others, W_Q, W_K)


def test_no_position_changes_nothing():
    assert measured(schemes.NoPosition()) == (0, 0, 0)


@pytest.mark.parametrize(("near", "far", "lower"), [(0.0, 1.0, 0.0), (1.0, 0.0, 1.0)])
def test_a_bias_treats_all_keys_alike(near, far, lower):
    """Two buckets, the second from distance 16 on: 10 lies in one, 60 in the other."""
    found = measured(schemes.T5Bias([[near]] * 16 + [[far]] * 16, max_distance=17))
    assert found == (0, 0, lower)


def test_rope_keeps_lengths_and_scores_and_favours_no_distance():
    found = measured(schemes.Rope(rotary.inv_freq(16)))
    assert found.length_change < 1e-12
    assert found.score_change < 1e-12
    assert found.lower_far == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(500))


def test_aligned_with_rope_far_is_lower():
    """One pair, 1 degree a position: cos 60° is below cos 10°."""
    one = np.eye(2)
    found = scheme_comparison.behaviour(schemes.Rope([np.pi / 180]), one, one, one, one)
    assert found.lower_far == 1


def test_a_table_changes_lengths_and_scores_by_what_its_rows_say():
    """One number a token. Rows: 3 at 100, 1 at 60 and 50, 2 at 160 and 150, 0 elsewhere."""
    table = np.zeros((161, 1))
    table[100], table[[50, 60]], table[[150, 160]] = 3, 1, 2
    one = np.ones((1, 1))
    found = scheme_comparison.behaviour(schemes.Learned(table), one, one, one, one)
    assert found == (3, 3 * 3 - 2 * 2, 1)  # far: (1 + 1) · (1 + 0) = 2, near: 4


def test_maps_show_who_notices_a_shift_and_who_a_gap():
    x = RNG.normal(size=(6, 16))
    drawing = figures.attention_maps(
        {
            "none": schemes.NoPosition(),
            "sinusoidal": schemes.Sinusoidal(16),
            "RoPE": schemes.Rope(rotary.inv_freq(16)),
            "ALiBi": schemes.ALiBi(1, slope_scale=64),
        },
        *(x, W_Q, W_K),
    )

    def changed(**sliders):
        drawing.update(**sliders)
        parts = drawing.summary().split(": ")[1].split(", ")
        return {name: float(value) for name, value in map(str.split, parts)}

    def maps():
        return [axes.images[0].get_array().filled(0) for axes in drawing.figure.axes[:4]]

    assert set(changed(shift=0, gap=0).values()) == {0}
    before = maps()
    moved = changed(shift=300, gap=0)
    assert moved.pop("sinusoidal") > 0
    assert set(moved.values()) == {0}
    torn = changed(shift=0, gap=100)
    apart = [np.abs(now - then).max() for now, then in zip(maps(), before, strict=True)]
    assert list(torn.values()) == pytest.approx(apart, abs=0.0051)
    assert torn["none"] == 0
    assert min(torn["RoPE"], torn["ALiBi"]) > 0
    corner = drawing.figure.axes[3].images[0].get_array()[3:, :3]
    assert corner.max() < 1e-6  # a penalty of a quarter for each of 100 positions
    assert "torn apart by 100" in drawing.summary()


def test_maps_hide_what_lies_ahead_and_share_out_one():
    drawing = figures.attention_maps(
        {"none": schemes.NoPosition(), "RoPE": schemes.Rope(rotary.inv_freq(16))},
        *(RNG.normal(size=(6, 16)), W_Q, W_K),
    )
    for axes in drawing.figure.axes[:2]:
        weights = axes.images[0].get_array()
        assert weights.mask.sum() == 15  # above the diagonal of 6 × 6
        np.testing.assert_allclose(weights.sum(axis=-1), 1)
