"""Each rule of a wrong answer does what its words say, worked out by hand."""

import numpy as np
import pytest

from rope_lessons.exercises import changed_answers, changed_arguments

NUMBERS = {  # of 4, a speed, a position or a base
    "{} + 1": 5,
    "{} − 1": 3,
    "2 · {}": 8,
    "{} / 2": 2,
    "−{}": -4,
    "{} taken for degrees": 4 * np.pi / 180,
    "{} turned into degrees": 720 / np.pi,
    "2π · {}": 8 * np.pi,
    "{} / 2π": 2 / np.pi,
    "1 / {}": 0.25,
    "|{}|": 4,
    "{}²": 16,
    "√{}": 2,
    "1 / {}²": 0.0625,
    "1 / √{}": 0.5,
}
ROWS = {  # of [[3, 1, 2], [6, 4, 5]]
    "−{}": [[-3, -1, -2], [-6, -4, -5]],
    "{} in reversed order": [[2, 1, 3], [5, 4, 6]],
    "{} with its rows reversed": [[6, 4, 5], [3, 1, 2]],
    "{} transposed": [[3, 6], [1, 4], [2, 5]],
    "the identity in place of {}": [[1, 0, 0], [0, 1, 0]],
    "{} sorted": [[1, 2, 3], [4, 5, 6]],
    "the first of {} in place of each": [[3, 3, 3], [6, 6, 6]],
    "the last of {} in place of each": [[2, 2, 2], [5, 5, 5]],
}
PLACES = {  # of [2049.5, 300.5]
    "{} rounded down": [2049, 300],
    "{} in float16": [2050, 300.5],
    "{} in bfloat16": [2048, 300],
    "0, 1, 2, … in place of {}": [0, 1],
}
SIZES = (  # of [-2.5, 400], in the order of the table
    [-0.4, 0.0025],
    [6.25, 160_000],
    [np.nan, 20],
    [np.nan, np.log(400)],
    [np.exp(-2.5), np.exp(400)],
    [2.5, 400],
    [0, 400],
    [-3, 400],
    [-2, 400],
    [2 * np.pi - 2.5, 400 - 126 * np.pi],
    [357.5, 40],
    [0.5, 0],
    [3.5, -399],
    [-1.5, 401],
    [-3.5, 399],
)
A, B = [1, 2, 3, 4], [5, 6, 7, 8]
SHAPES = (  # of [A, B], in the order of the table
    [A[::-1], B[::-1]],
    [B, A],
    [[1, 5], [2, 6], [3, 7], [4, 8]],
    [[1, 5], [2, 6], [3, 7], [4, 8]],
    [[4, 1, 2, 3], [8, 5, 6, 7]],
    [[2, 3, 4, 1], [6, 7, 8, 5]],
    [B, A],
    [B, A],
    [[1, 1, 2, 2, 3, 3, 4, 4], [5, 5, 6, 6, 7, 7, 8, 8]],
    [A + A, B + B],
    [[1, 3], [5, 7]],
    [[2, 4], [6, 8]],
    [[1, 2], [5, 6]],
    [[1, 3, 2, 4], [5, 7, 6, 8]],
    [[1, 3, 2, 4], [5, 7, 6, 8]],
    [[3, 4, 1, 2], [7, 8, 5, 6]],
    [[2, 1, 4, 3], [6, 5, 8, 7]],
    [[1, -2, 3, -4], [5, -6, 7, -8]],
    [A, B],
    A + B,
    [[A, B]],
    [A, B],
    [A[::-1], B[::-1]],
    [A],
    [B],
    36,
    4.5,
    8,
    A,
    B,
    [[1, 3, 6, 10], [5, 11, 18, 26]],
)


def holds(changes, value, expected):
    assert list(changes) == list(expected)
    for says, change in changes.items():
        with np.errstate(invalid="ignore"):
            np.testing.assert_allclose(change(value), expected[says], rtol=1e-12, err_msg=says)


def test_arguments_change_as_the_words_say():
    assert {*changed_arguments.TURNED, *changed_arguments.REAL} == set(NUMBERS)
    for table in (changed_arguments.TURNED, changed_arguments.REAL):
        holds(table, np.array(4.0), {says: NUMBERS[says] for says in table})
    holds(changed_arguments.ARRAYS, np.array([[3.0, 1, 2], [6, 4, 5]]), ROWS)
    holds(changed_arguments.FAR, np.array([2049.5, 300.5]), PLACES)


@pytest.mark.parametrize(
    ("changes", "value", "expected"),
    [
        (changed_answers.SIZES, np.array([-2.5, 400.0]), SIZES),
        (changed_answers.SHAPES, np.array([A, B], float), SHAPES),
    ],
    ids=["sizes", "shapes"],
)
def test_answers_change_as_the_words_say(changes, value, expected):
    holds(changes, value, dict(zip(changes, expected, strict=True)))


def test_factors_are_those_of_the_words():
    found = {says: factor for factor, says in changed_answers.FACTORS.items()}
    for words, factor in {
        "minus the right one": -1,
        "twice": 2,
        "half": 0.5,
        "2π times": 2 * np.pi,
        "divided by 2π": 1 / (2 * np.pi),
        "180/π times": 180 / np.pi,
        "π/180 times": np.pi / 180,
    }.items():
        (said,) = (factor for says, factor in found.items() if words in says)
        assert said == pytest.approx(factor)
