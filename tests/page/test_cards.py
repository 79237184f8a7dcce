"""The cards of lesson 13 say what the settings files say, and no more than is known of them."""

import json

import numpy as np
import pytest

from rope_lessons import course
from rope_lessons.exercises.lesson_13 import effective_train_length
from rope_lessons.page import explore, figures
from rope_lessons.settings import models

PUBLISHED = course.root() / "rope_lessons" / "settings" / "data" / "configs"
# Files that keep the fields under the names that the exercise speaks of.
SAME_NAMES = ("llama-2-7b-chat", "llama-3.1-8b-instruct", "deepseek-v3", "devstral-small-2-24b")


@pytest.fixture(scope="module")
def cards():
    names = ("gpt-j-6b", "llama-3.1-8b-instruct", "deepseek-v3")
    settings = {name: models.read_config(PUBLISHED / f"{name}.json") for name in names}
    return figures.model_cards(settings)


@pytest.mark.parametrize("name", SAME_NAMES)
def test_the_exercise_and_the_reader_agree_on_published_files(name):
    settings = models.read_config(PUBLISHED / f"{name}.json")
    file = json.loads((PUBLISHED / f"{name}.json").read_text(encoding="utf-8"))
    assert effective_train_length(file) == settings.train_length


@pytest.mark.parametrize(
    ("card", "length", "says"),
    [
        (1, 2_048, "32 of 32 pairs keep their speed, 0 are slowed by the whole factor, 0 by a"),
        (1, 2_048, "no new angle"),
        # 11 of GPT-J's 32 pairs and 29 of Llama-3's 64 make no full turn in training
        (1, 4_096, "new angles from 2,048 on, in 11 pairs"),
        (2, 65_536, "65,536 positions: no new angle"),  # 8 times 8,192
        (2, 131_072, "new angles from 65,536 on, in 29 pairs"),
        # turns = 8192 / (2π · 500,000^(j/64)): 4.19 for pair 28, 3.41 for 29; 1.22 for 34
        (2, 8_192, "29 of 64 pairs keep their speed, 29 are slowed by the whole factor, 6 by a"),
        # the released ramp runs from index ⌊10.47⌋ to ⌈22.51⌉
        (3, 131_072, "11 of 32 pairs keep their speed, 9 are slowed by the whole factor, 12 by"),
        (3, 131_072, "no new angle"),
    ],
)
def test_a_card_says_what_its_settings_do(cards, card, length, says):
    cards.update(card=card, length=length)
    assert says in cards.summary()


def test_a_part_of_a_step_is_no_new_angle_in_any_pair(cards):
    cards.update(card=2, length=65_536)
    assert cards.summary().endswith("65,536 positions: no new angle")


def test_dots_stand_at_the_share_of_speed_that_is_left(cards):
    cards.update(card=2, length=8_192)
    dots = np.asarray(cards.figure.axes[1].collections[0].get_offsets())
    # by hand for pair 32: λ = 2π√500,000 = 4443, 1.844 turns, w = 0.719
    assert dots[32, 1] == pytest.approx(0.371, abs=5e-4)
    assert dots[63, 1] == pytest.approx(1 / 8)


def test_a_card_is_not_blank_and_moves(cards):
    cards.update(card=1, length=2_048)
    before = explore.png(cards.figure)
    cards.update(card=3, length=2_048)
    assert explore.png(cards.figure) != before


def test_a_card_needs_a_training_length():
    open_length = models.read_config(
        {
            "head_dim": 64,
            "rope_theta": 10_000.0,
            "max_position_embeddings": 16_384,
            "rope_scaling": {"type": "linear", "factor": 4.0},
        }
    )
    with pytest.raises(ValueError, match="training length"):
        figures.model_cards({"?": open_length})
