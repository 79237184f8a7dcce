"""The fitted head fails where ground truth says it does, and interpolation brings it back."""

import numpy as np
import pytest

from rope_lessons import rotary, scaling
from rope_lessons.trained import local_head

FITTED, NEAR = 512, 32
INV_FREQ = rotary.inv_freq(64, 10_000.0)
HEAD = local_head.fit(INV_FREQ, FITTED, NEAR)


def mass(keys, inv_freq=INV_FREQ, near=NEAR):
    return local_head.mass_near(HEAD, np.arange(keys), inv_freq, near)


def test_read_on_as_it_is():
    measured = [mass(keys) for keys in (512, 1024, 2048, 4096)]
    assert measured == pytest.approx([0.992, 0.828, 0.186, 0.028], abs=5e-4)


def test_interpolated_within_the_stretched_and_the_old_neighbourhood():
    stretched = [mass(512 * s, INV_FREQ / s, NEAR * s) for s in (1, 2, 4, 8)]
    assert stretched == pytest.approx([0.992] * 4, abs=1e-3)
    old = [mass(512 * s, INV_FREQ / s) for s in (1, 2, 4, 8)]
    assert old == pytest.approx([0.992, 0.879, 0.637, 0.388], abs=5e-4)


def test_with_a_larger_base():
    ntk = [
        mass(512 * s, scaling.frequencies("ntk", 64, 10_000.0, scale=float(s)).inv_freq)
        for s in (2, 4, 8)
    ]
    assert ntk == pytest.approx([0.952, 0.821, 0.633], abs=5e-4)


def test_the_mass_is_a_softmax():
    """One pair that makes a quarter turn: scores 1, 0, −1, 0."""
    e = np.e
    share = local_head.mass_near([1.0, 0.0], np.arange(4), [np.pi / 2], near=2)
    assert share == pytest.approx((e + 1) / (e + 2 + 1 / e), rel=1e-12)


def test_holding_fast_pairs_helps_as_much_as_holding_slow_ones():
    distances, slow = np.arange(1024)[:, None], 2 * np.pi / INV_FREQ > FITTED
    shares = [
        local_head.mass_near(
            HEAD, np.where(held, np.minimum(distances, 511), distances), INV_FREQ, NEAR
        )
        for held in (slow, ~slow)
    ]
    assert 0.9 < shares[0] <= shares[1]


def test_one_distance_a_pair_is_the_same_where_they_are_equal():
    distances = np.arange(600)
    columns = np.repeat(distances[:, None], INV_FREQ.size, axis=1)
    one, many = (local_head.scores(HEAD, d, INV_FREQ) for d in (distances, columns))
    np.testing.assert_allclose(one, many, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: local_head.fit(INV_FREQ, 32, 32), "near must be less"),
        (lambda: local_head.scores(HEAD[1:], [0], INV_FREQ), "weights must be 64"),
        (lambda: local_head.scores(HEAD, [[0, 1]], INV_FREQ), "one column for each of the 32"),
        (lambda: local_head.scores(HEAD, [[[0]]], INV_FREQ), "got shapes"),
    ],
)
def test_what_does_not_fit_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
