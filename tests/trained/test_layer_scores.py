"""Scores are those that the model attends with; a new numbering leaves them, a text in front does
not, and a model reordered for half-split code is the same model."""

import numpy as np
import pytest

from rope_lessons import rotary
from rope_lessons.specimens import impostors
from rope_lessons.trained import layer_scores, layouts, tiny

MODEL = tiny.load("rope-500")
TEXT = tiny.held_out()[100:140]


def first_layer(model, tokens, first):
    """By the definition, with one loop a head and nothing shared with the module."""
    x = model.weights["embedding.weight"][tokens].astype(float)
    x = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-5)
    x = x * model.weights["blocks.0.norm1.weight"]
    positions = first + np.arange(len(tokens))
    for head in range(2):
        rows = slice(32 * head, 32 * head + 32)
        q, k = (x @ model.weights[f"blocks.0.{name}.weight"][rows].T for name in "qk")
        yield rotary.scores(q, k, positions, positions, rotary.inv_freq(32, 500.0)) / np.sqrt(32)


def test_the_scores_of_the_first_layer_are_those_of_the_definition():
    found = layer_scores.scores(MODEL, TEXT, first=7)
    np.testing.assert_allclose(found[0], list(first_layer(MODEL, TEXT, 7)), atol=1e-4)


def test_what_follows_changes_no_score_of_what_came_before():
    found = layer_scores.scores(MODEL, TEXT)
    again = layer_scores.scores(MODEL, TEXT[:30])
    np.testing.assert_allclose(found[..., :30, :30], again, atol=1e-4)


def test_numbering_moves_no_score_and_reading_does_from_the_second_layer_on():
    for seed in (0, 1, 2):
        first, second = layer_scores.moved(tiny.load("rope-500", seed)).rows
        assert first[0::2] + first[3:] == ["1", "0.0", "0.0"]
        assert second[0::2] == ["2", "0.0"]
        assert 1 < float(second[3]) < float(second[1])


def test_the_largest_score_is_the_largest_that_the_mask_leaves():
    text = tiny.held_out()[20:64]
    largest = np.abs(np.tril(layer_scores.scores(MODEL, text))).max(axis=(1, 2, 3))
    told = [float(row[1]) for row in layer_scores.moved(MODEL).rows]
    np.testing.assert_allclose(told, largest, atol=0.05)


def test_the_mean_over_distance_is_taken_along_the_diagonals():
    table = layer_scores.by_distance(MODEL, samples=1)
    text = layer_scores.needles.excerpt(tiny.held_out(), 64, np.random.default_rng(0))
    found = layer_scores.scores(MODEL, text)[1, 0]
    by_hand = np.mean([found[m, m - 4] for m in range(4, 64)])
    assert table.rows[2][:2] == ["2", "1"]
    assert float(table.rows[2][5]) == pytest.approx(by_hand, abs=0.06)


def test_one_text_of_at_most_256_tokens_is_asked_for():
    with pytest.raises(ValueError, match="one text of at most 256"):
        layer_scores.scores(MODEL, [[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="one text of at most 256"):
        layer_scores.scores(MODEL, np.ones(257, int))
    with pytest.raises(ValueError, match="turns nothing"):
        layer_scores.scores(tiny.load("learned"), TEXT)


def test_a_model_reordered_for_half_split_code_is_the_same_model():
    split = layouts.to_half_split(MODEL)
    as_before = MODEL.logits(TEXT)
    np.testing.assert_allclose(
        split.logits(TEXT, rotation=impostors.other_layout), as_before, atol=1e-3
    )
    assert np.abs(MODEL.logits(TEXT, rotation=impostors.other_layout) - as_before).max() > 1
    np.testing.assert_array_equal(MODEL.logits(TEXT), as_before)
    with pytest.raises(TypeError, match=r"must come from tiny\.load"):
        layouts.to_half_split(MODEL.weights)
    with pytest.raises(ValueError, match="turns nothing"):
        layouts.to_half_split(tiny.load("learned"))


def test_a_text_that_is_read_in_blocks_has_the_scores_of_its_beginning():
    text = tiny.held_out()[:150]
    found = layer_scores.scores(MODEL, text)
    assert found.shape == (2, 2, 150, 150)
    np.testing.assert_allclose(
        found[..., :60, :60], layer_scores.scores(MODEL, text[:60]), atol=1e-4
    )
    first, last = layer_scores.scores(MODEL, text[60:], first=60)[0, 0, [0, -1]]
    np.testing.assert_allclose(found[0, 0, [60, -1], 60:], [first, last], atol=1e-4)
