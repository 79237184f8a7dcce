"""Surgery holds the pairs that it names, and its tables say what the models did."""

import numpy as np
import pytest

from rope_lessons.trained import surgery, tiny

MODEL = tiny.load("rope-100")


def test_fast_and_slow_pairs_share_all_of_them():
    held = surgery.groups(MODEL)
    slow = 2 * np.pi / MODEL.frequencies.inv_freq > 64
    assert (held["slow"] == slow).all()
    assert (held["fast"] == ~slow).all()
    assert held["all"].all()
    assert not held["none"].any()


def test_a_table_has_a_row_for_each_seed_and_a_column_for_each_group():
    table = surgery.answers("rope-500", "rope-100", samples=4)
    assert [row[:2] for row in table.rows] == [
        ["500", "0"],
        ["500", "1"],
        ["500", "2"],
        ["100", "0"],
    ]
    shares = [
        f"{tiny.retrieval(MODEL, 240, samples=4, clamp=(held, surgery.HELD)):.2f}"
        for held in surgery.groups(MODEL).values()
    ]
    assert table.rows[-1][2:] == shares


def test_losses_are_those_of_the_last_half():
    row = surgery.losses("rope-100", samples=1).rows[0]
    assert row[2] == f"{tiny.loss_by_position(MODEL, 256, samples=1)[128:].mean():.2f}"


@pytest.mark.parametrize("name", ["rope-50000", ["rope-500"], 500])
def test_a_model_that_is_not_there_is_told(name):
    with pytest.raises(ValueError, match="name must be"):
        surgery.answers(name)


def test_a_model_without_rope_is_told():
    with pytest.raises(TypeError, match="with RoPE"):
        surgery.answers("t5")
