"""The drawings of scores over distance show the published numbers, and the peak asked for."""

import numpy as np
import pytest

from rope_lessons import rotary
from rope_lessons.page import figures


@pytest.fixture(scope="module")
def curve():
    return figures.score_over_distance()


def lines(drawing):
    """Zero, the score and its trend."""
    return drawing.figure.axes[0].lines[:3]


@pytest.mark.parametrize(
    ("head_dim", "base", "says"),
    [
        (128, 10_000, "score 64.0 at distance 0, first below zero at 1707, rising at 1991 of 4095"),
        (64, 10_000, "score 32.0 at distance 0, first below zero at 725,"),
        (128, 500_000, "score 64.0 at distance 0, nowhere below zero,"),
    ],
)
def test_aligned_as_published(curve, head_dim, base, says):
    curve.update(base=base, head_dim=head_dim, alignment=1.0)
    assert says in curve.summary()


def test_the_trend_loses_as_much_with_every_doubling_and_the_score_follows(curve):
    curve.update(base=10_000, head_dim=128, alignment=1.0)
    _, score, trend = (line.get_ydata() for line in lines(curve))
    lost = trend[np.array([15, 63, 255])] - trend[np.array([31, 127, 511])]
    np.testing.assert_allclose(lost, 4.82, atol=5e-3)
    for start in (64, 256, 1024, 2048):
        part = slice(start, 2 * start)
        assert score[part].mean() == pytest.approx(trend[start - 1 : 2 * start - 1].mean(), abs=1)


@pytest.mark.parametrize("alignment", [0.0, 0.5])
def test_alignment_is_the_cosine_similarity(curve, alignment):
    curve.update(base=10_000, head_dim=128, alignment=alignment)
    _, score, trend = (line.get_ydata() for line in lines(curve))
    assert score[0] == pytest.approx(64 * alignment)
    assert trend[99] == pytest.approx(alignment * 32 * (1 - 0.57722 / np.log(100)), abs=0.01)


def test_a_key_between_is_as_long_as_the_query(curve):
    scores = {}
    for alignment in (0.0, 0.6, 1.0):
        curve.update(base=10_000, head_dim=128, alignment=alignment)
        scores[alignment] = np.array(lines(curve)[1].get_ydata())
    np.testing.assert_allclose(scores[0.6], 0.6 * scores[1.0] + 0.8 * scores[0.0], atol=1e-9)


def test_a_key_at_a_right_angle_does_not_begin_below_zero(curve):
    curve.update(base=10_000, head_dim=16, alignment=0.0)
    assert "score 0.0 at distance 0" in curve.summary()
    assert "first below zero at 0," not in curve.summary()


@pytest.mark.parametrize("peak", [0, 300, 1900])
def test_the_peak_lies_where_it_was_put(peak):
    q = np.random.default_rng(1).normal(size=128)
    drawing = figures.built_peak(q, rotary.inv_freq(128))
    drawing.update(peak=peak)
    where = f"highest at distance {peak}, score {q @ q:.2f}"
    assert drawing.summary().startswith(f"key built for distance {peak}: {where};")


def test_what_the_causal_mask_hides_is_not_the_peak():
    drawing = figures.built_peak([1.0, 0.0], [0.01], reach=(-100, 400))
    drawing.update(peak=-50)
    assert drawing.summary() == (
        "key built for distance -50: highest at distance 0, score 0.88; at distance 0 0.88"
    )


@pytest.mark.parametrize("peak", [-500, -200, 1300, 1900])
def test_the_label_of_the_peak_is_whole_and_covers_no_other(peak):
    drawing = figures.built_peak(np.random.default_rng(9).normal(size=128), rotary.inv_freq(128))
    drawing.update(peak=peak)
    (axes,) = drawing.figure.axes
    masked, label = (text.get_window_extent() for text in axes.texts)
    assert axes.bbox.x0 < label.x0 < label.x1 < axes.bbox.x1
    assert not label.overlaps(masked)


def test_a_bound_names_where_it_lies():
    distances = np.arange(1, 9)
    drawing = figures.bound_over_trivial(distances, {"one": 4.0 / distances, "two": 1 / distances})
    assert drawing.summary() == (
        "bound over trivial bound: one between 0.50 and 4.00; two between 0.12 and 1.00"
    )
    shown = [line.get_ydata() for line in drawing.figure.axes[0].lines]
    np.testing.assert_array_equal(shown[0], 4.0 / distances)
    np.testing.assert_array_equal(shown[2], [1, 1])
