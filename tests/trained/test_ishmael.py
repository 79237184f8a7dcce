"""Ishmael is shown as he was asked, and answers as the model behind him does."""

import itertools

import numpy as np
import pytest

from rope_lessons import rotary
from rope_lessons.trained import ishmael, tiny

TURNING = ishmael.load("turning")


def test_a_scene_shows_the_text_the_question_and_the_answer():
    scene = ishmael.ask(ishmael.load("sines"), first=64, seed=2)
    text, said = repr(scene).splitlines()
    assert text.startswith("  64  ")
    assert text.count("=?]") == 1
    key = text[-4]
    assert f"[{key}=14]" in text
    assert said == f"✗ Asked for {key}, Ishmael answers 11; it is 14."
    page = scene._repr_html_()
    assert page.count("<mark>") == 2, "the fact that is asked for, and the question"


def test_what_is_no_value_is_quoted():
    scene = ishmael.ask(TURNING)
    scene.given, scene.right = 1, False
    assert "answers “ ”" in repr(scene)


def test_the_answer_is_the_models_own():
    for seed in range(4):
        scene = ishmael.ask(TURNING, length=240, first=3, seed=seed)
        logits = TURNING.logits(scene.tokens, first=3)[-1]
        assert scene.given == logits.argmax()
        assert scene.right == (scene.given == scene.answer)


def test_long_texts_are_numbered_line_by_line_and_break_no_fact():
    lines = repr(ishmael.ask(TURNING, length=256, first=10)).splitlines()
    starts = [int(line[:4]) for line in lines[:-1]]
    assert starts[0] == 10
    assert all(64 <= b - a <= 66 for a, b in itertools.pairwise(starts))
    assert all(line.count("[") == line.count("]") for line in lines)


def test_a_rotation_of_ones_own_is_the_one_that_turns():
    def ours(x, positions, base):
        return rotary.apply_rope(x, positions, rotary.inv_freq(x.shape[-1], base))

    tokens = tiny.held_out()[:50]
    np.testing.assert_array_equal(TURNING.logits(tokens, rotation=ours), TURNING.logits(tokens))
    still = TURNING.logits(tokens, rotation=lambda x, positions, base: x)
    assert np.abs(still - TURNING.logits(tokens)).max() > 1
    with pytest.raises(ValueError, match="array of shape"):
        TURNING.logits(tokens, rotation=lambda x, positions, base: x[..., :2])
    with pytest.raises(ValueError, match="not both"):
        TURNING.logits(tokens, rotation=ours, clamp=([1], 3))
    with pytest.raises(ValueError, match="turns nothing"):
        ishmael.load("sines").logits(tokens, rotation=ours)


def test_renumbering_is_what_rows_do_not_survive():
    """What lesson 01 opens with: no text is longer than in training."""
    right = {way: ishmael.share_right(ishmael.load(way), first=64) for way in ishmael.TOLD_BY}
    assert right["sines"] < 0.2 < right["table"] < 0.6
    assert right["turning"] == 1
