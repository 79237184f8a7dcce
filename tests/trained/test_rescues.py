"""One definition of failing, and what every rescue is by it."""

import numpy as np
import pytest

from rope_lessons import arcs, rotary
from rope_lessons.page.questions import QUESTIONS
from rope_lessons.trained import ishmael, rescues, tiny

TURNING = ishmael.load("turning")
UNTOUCHED = rescues.Reading("as he is", 50.0, near=1.0, far=0.25, inside=1.8, past=2.4)


@pytest.fixture(scope="module")
def plain():
    return rescues.read(TURNING)


@pytest.fixture(scope="module")
def divided():
    return rescues.read(TURNING, "linear", scale=4)


@pytest.mark.parametrize(
    ("changed", "fails"),
    [
        ({"past": 1.8}, "far answers"),
        ({"far": 0.5, "past": 2.04}, ""),
        ({"far": 0.5, "past": 2.06}, "loss past"),
        ({"near": 0.4, "far": 0.5, "inside": 2.1, "past": 0.0}, "near answers, loss inside"),
    ],
)
def test_where_a_reading_fails(changed, fails):
    assert UNTOUCHED._replace(**changed).fails(UNTOUCHED) == fails


def test_interpolation_brings_every_arc_back_and_fails_all_the_same(plain, divided):
    assert plain.fails(plain) == "far answers, loss past"
    assert plain.strange > 50
    assert divided.strange < 1
    assert divided.far > 0.9
    assert 0.5 < divided.near < 0.8
    assert divided.fails(plain) == "loss inside, loss past"
    assert QUESTIONS[14].right == "far facts come back, and all text is read worse"


def test_eight_is_the_scale_that_passes_with_the_least_loss():
    """And four, the ratio of the lengths, overshoots: seed 0."""
    past = {s: rescues.losses(TURNING, "ntk", s) for s in (4, 7, 8, 10)}
    assert min(past, key=lambda s: past[s][1]) == 8
    assert list(past) == sorted(past, key=lambda s: past[s][0]), "blur: it rises inside"
    inside, _ = rescues.losses(TURNING)
    assert past[4][1] > inside + rescues.TOO_MUCH > past[8][1]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_inside_training_fails_by_the_draw_of_texts(seed):
    """A threshold that the trained part itself would cross says nothing."""
    draws = [
        tiny.loss_by_position(TURNING, 64, samples=rescues.TEXTS, seed=s) for s in (seed, seed + 4)
    ]
    inside = draws[0][32:].mean()
    for loss in draws:
        parts = [loss[start : start + 8].mean() for start in range(32, 64, 8)]
        assert max(parts) < inside + rescues.TOO_MUCH


def test_a_table_says_where_each_fails():
    other = UNTOUCHED._replace(name="tuned", strange=None, far=0.75, past=1.8)
    table = repr(rescues.compare(UNTOUCHED, other)).splitlines()
    assert table[1].split() == [
        *("as", "he", "is", "50°", "1.00", "0.25", "1.80", "2.40"),
        *("far", "answers,", "loss", "past"),
    ]
    assert table[2].split() == ["tuned", "–", "1.00", "0.75", "1.80", "1.80", "nowhere"]


def test_strangeness_of_a_rescue_is_measured_against_the_arcs_of_training():
    """One pair at a time, by hand: its new angle against all that it turned by in training."""
    met = rotary.inv_freq(32, 500.0)
    now = TURNING.rescaled("ntk", scale=4).inv_freq
    gaps = []
    for old, new in zip(met, now, strict=True):
        if old * 64 < 2 * np.pi:
            apart = (251 * new - np.arange(64) * old) % (2 * np.pi)
            gaps.append(np.degrees(np.minimum(apart, 2 * np.pi - apart).min()))
    assert arcs.strangeness(met, 64, 251, now) == pytest.approx(np.mean(gaps))
    assert 20 < np.mean(gaps) < 23 < arcs.strangeness(now, 64, 251)
    with pytest.raises(ValueError, match="one speed for each of the 16 pairs, got 3"):
        arcs.strangeness(met, 64, 251, now[:3])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: rescues.losses(TURNING, "yarn"), "kind must be"),
        (lambda: rescues.read(TURNING, "linear", 0.5), "scale must be at least 1"),
        (lambda: rescues.read(ishmael.load("sines"), "ntk", 2), "has no frequencies"),
        (lambda: rescues.read(ishmael.load("sines")), "has no frequencies"),
        (lambda: rescues.tuned(20), "steps must be"),
    ],
)
def test_what_cannot_be_tried_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
