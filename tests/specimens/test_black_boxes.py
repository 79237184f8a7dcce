"""The six boxes hold what they say they hold, and give nothing away."""

import doctest

import numpy as np
import pytest

from rope_lessons import schemes
from rope_lessons.exercises import answers
from rope_lessons.specimens import black_boxes

PAIRS = [(5, 2), (2, 5), (17, 17), (250, 17), (900, 899)]
RELATIVE, ABSOLUTE = "ACEF", "BD"


def change(box, shift):
    return max(abs(box(m + shift, n + shift) - box(m, n)) for m, n in PAIRS)


@pytest.mark.parametrize("letter", RELATIVE)
def test_four_boxes_see_the_distance_alone(letter):
    assert max(change(black_boxes.BOXES[letter], shift) for shift in (1, 44, 100)) < 1e-9


@pytest.mark.parametrize("letter", ABSOLUTE)
def test_two_boxes_do_not_stand_a_shift(letter):
    assert min(change(black_boxes.BOXES[letter], shift) for shift in (1, 44, 100)) > 0.5


@pytest.mark.parametrize("letter", black_boxes.BOXES)
def test_every_box_sees_the_order(letter):
    box = black_boxes.BOXES[letter]
    assert abs(box(40, 10) - box(40, 20)) > 0.01


def scores_behind(letter, *distances):
    return np.array([black_boxes.BOXES[letter](700, 700 - distance) for distance in distances])


def test_t5_has_steps_and_shares_its_last():
    assert np.unique(scores_behind("A", *range(16))).size == 16
    np.testing.assert_array_equal(scores_behind("A", 17, 600), scores_behind("A", 18, 300))


def test_alibi_falls_by_an_eighth_a_position():
    np.testing.assert_allclose(np.diff(scores_behind("C", 0, 1, 2, 102)), [-1 / 8, -1 / 8, -12.5])


def test_bare_sinusoids_are_the_sum_of_cosines():
    speeds = 10_000.0 ** (-np.arange(32) / 32)
    expected = [np.cos(distance * speeds).sum() / 8 for distance in (0, 3, 200)]
    np.testing.assert_allclose(scores_behind("E", 0, 3, 200), expected)


def test_rope_and_alibi_agree_where_neither_does_anything():
    """At distance 0 no turn and no penalty is left, and the tokens and weights are the same."""
    assert black_boxes.f(9, 9) == pytest.approx(black_boxes.c(9, 9))


def test_rope_turns_the_same_vectors_by_the_distance():
    w_q, w_k = black_boxes._WEIGHTS
    query, key = black_boxes._TOKENS
    q, k = ((w @ x).reshape(-1, 2) @ [1, 1j] for w, x in ((w_q, query), (w_k, key)))
    speeds = 10_000.0 ** (-np.arange(32) / 32)
    for distance in (-7, 3, 2_998):
        expected = (q * np.conj(k) * np.exp(1j * distance * speeds)).real.sum() / 8
        assert black_boxes.f(distance + 10, 10) == pytest.approx(expected)


@pytest.mark.parametrize("letter, rows", [("B", schemes.sinusoidal_table(60, 64)), ("D", None)])
def test_the_absolute_boxes_add_a_row_before_the_weights(letter, rows):
    rows = black_boxes._ROWS if rows is None else rows
    (query, key), (w_q, w_k) = black_boxes._TOKENS, black_boxes._WEIGHTS
    expected = (w_q @ (query + rows[50])) @ (w_k @ (key + rows[40])) / 8
    assert black_boxes.BOXES[letter](50, 40) == pytest.approx(expected)


def test_unmask_names_the_scheme():
    said = [black_boxes.unmask(letter) for letter in "ABCDEF"]
    for line, word in zip(
        said, ("T5", "sinusoids added", "ALiBi", "table", "alone", "RoPE"), strict=True
    ):
        assert word in line
    with pytest.raises(ValueError, match="letter must be 'A' or"):
        black_boxes.unmask("G")


@pytest.mark.parametrize("letter", black_boxes.BOXES)
def test_a_box_gives_nothing_away_and_can_be_sent(letter):
    box = black_boxes.BOXES[letter]
    assert box is getattr(black_boxes, letter.lower())
    for word in ("rope", "alibi", "t5", "sinus", "learned", "table", "bias", "rotat", "turn"):
        assert word not in box.__doc__.lower().replace("returns", "")
    assert answers.from_json(answers.to_json(box)) is box
    finder = doctest.DocTestFinder(recurse=False)
    (example,) = finder.find(box, globs=vars(black_boxes).copy())
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize(
    "m, n, error, part",
    [
        (-1, 0, ValueError, "m must be a whole number from 0, got -1"),
        (0, 1.5, ValueError, "n must be a whole number from 0, got 1.5"),
        ("5", 2, TypeError, "m must be a number"),
        (5, np.nan, ValueError, "n must be finite"),
        (5, 1024, ValueError, "no answer for position 1024; it knows the positions 0 to 1023"),
    ],
)
def test_bad_positions_are_told_what_is_wrong(m, n, error, part):
    with pytest.raises(error) as caught:
        black_boxes.d(m, n)
    assert part in str(caught.value)


def test_only_the_table_ends():
    for letter in set(black_boxes.BOXES) - {"D"}:
        assert np.isfinite(black_boxes.BOXES[letter](100_003, 100_000))
