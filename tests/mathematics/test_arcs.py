"""Unfinished pairs, unseen arcs, and how strange an angle is."""

import numpy as np
import pytest

from rope_lessons import arcs, rotary


@pytest.mark.parametrize(
    "head_dim, base, train_length, count",
    [
        # Models whose settings stand here alone: models.json holds no complete entry of them.
        pytest.param(128, 1e6, 32768, 24, id="Qwen2.5"),
        pytest.param(128, 250e3, 16384, 23, id="phi-4"),
    ],
)
def test_unfinished_pairs(head_dim, base, train_length, count):
    assert arcs.unfinished(rotary.inv_freq(head_dim, base), train_length).sum() == count


def test_a_wavelength_of_exactly_the_length_is_finished():
    assert not arcs.unfinished([np.pi / 4], 8)[0]
    assert arcs.unfinished([np.pi / 4], 7)[0]
    assert arcs.unfinished([0.0], 10**9)[0]


def test_arcs_up_to_a_full_turn():
    inv_freq = np.pi / np.array([4, 30, 40, 400])
    found = arcs.unseen_arc(inv_freq, 41, 81)
    np.testing.assert_allclose(found, [0, 2 * np.pi / 3, np.pi, np.pi / 10])
    np.testing.assert_array_equal(arcs.unseen_arc(inv_freq, 41, 41), 0)
    np.testing.assert_array_equal(arcs.unseen_arc(inv_freq, 41, 5), 0)


def brute_strangeness(inv_freq, train_length, distance):
    """The definition, one pair and one trained angle at a time."""
    gaps = []
    for theta in inv_freq[arcs.unfinished(inv_freq, train_length)]:
        apart = (distance * theta - np.arange(train_length) * theta) % (2 * np.pi)
        gaps.append(np.degrees(np.minimum(apart, 2 * np.pi - apart).min()))
    return np.mean(gaps) if gaps else 0.0


@pytest.mark.parametrize("base, train_length", [(50.0, 64), (100.0, 48), (1e4, 64), (1.5, 64)])
def test_strangeness_is_its_definition(base, train_length):
    inv_freq = rotary.inv_freq(32, base)
    distances = [*range(0, 600, 7), 10_000.5, -3]
    found = arcs.strangeness(inv_freq, train_length, distances)
    expected = [brute_strangeness(inv_freq, train_length, distance) for distance in distances]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_nothing_is_strange_within_training():
    inv_freq = rotary.inv_freq(32, 500.0)
    assert arcs.strangeness(inv_freq, 64, np.arange(64)).max() < 1e-9
    assert arcs.strangeness(inv_freq, 64, 64) > 0


@pytest.mark.parametrize(
    "base, distance, degrees", [(50, 96, 43.4), (50, 496, 15.8), (100, 240, 56.4), (100, 496, 31.6)]
)
def test_strangeness_comes_and_goes(base, distance, degrees):
    found = arcs.strangeness(rotary.inv_freq(32, base), 64, distance)
    assert found == pytest.approx(degrees, abs=0.05)


def test_any_shape_and_pairs_that_stand_still():
    inv_freq = rotary.inv_freq(32, 500.0)
    assert arcs.strangeness(inv_freq, 64, [[1, 100], [200, 300]]).shape == (2, 2)
    assert np.shape(arcs.strangeness(inv_freq, 64, 100)) == ()
    assert arcs.strangeness(inv_freq, 64, 100, slowed=None) == arcs.strangeness(inv_freq, 64, 100)
    np.testing.assert_array_equal(arcs.strangeness([1.0], 64, [[7, 900]]), [[0, 0]])
    alone = arcs.strangeness([0.05], 64, 100)
    assert arcs.strangeness([0.05, 0.0], 64, 100) == pytest.approx(alone / 2)


def test_no_input_is_changed():
    inv_freq, distance = rotary.inv_freq(8, 500.0), np.arange(200.0)
    kept = inv_freq.copy(), distance.copy()
    arcs.unfinished(inv_freq, 64)[...] = False
    arcs.unseen_arc(inv_freq, 64, 128)[...] = 9
    arcs.strangeness(inv_freq, 64, distance)[...] = 9
    np.testing.assert_array_equal(inv_freq, kept[0])
    np.testing.assert_array_equal(distance, kept[1])


BAD = {
    "negative": (lambda: arcs.unfinished([-1.0], 64), ValueError, "negative"),
    "2-D": (lambda: arcs.unseen_arc([[1.0]], 64, 128), ValueError, "one-dimensional"),
    "train_length": (lambda: arcs.unfinished([1.0], 64.0), TypeError, "train_length must be a"),
    "train_length 0": (lambda: arcs.unseen_arc([1.0], 0, 8), ValueError, "train_length must be at"),
    "length": (lambda: arcs.unseen_arc([1.0], 64, None), TypeError, "length must be a whole"),
    "distance": (lambda: arcs.strangeness([0.01], 64, np.nan), ValueError, "distance must be fin"),
    "distance text": (lambda: arcs.strangeness([0.01], 64, "far"), TypeError, "text"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_what_is_wrong(case):
    call, error, part = BAD[case]
    with pytest.raises(error) as caught:
        call()
    assert part in str(caught.value)


def test_six_end_angles_by_hand():
    """Speeds 1 and 0.1; at most 10 apart in training, 20 later, 20 · 11/21 interpolated."""
    ends = arcs.end_angles([1.0, 0.1], 1, 0, 11, 21)
    np.testing.assert_allclose(ends, [[1.0, 2.0, 22 / 21], [10.0, 20.0, 220 / 21]])
