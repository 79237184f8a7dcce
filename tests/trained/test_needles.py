"""The questions that the tiny models are asked are well formed."""

import numpy as np
import pytest

from rope_lessons.trained import needles

HAY = needles.encode("the whale and the sea " * 60)


def test_text_goes_there_and_back():
    text = "Call me Ishmael.\n[Ⓐ⑯Ⓐ]"
    assert needles.decode(needles.encode(text)) == text
    assert len(needles.ALPHABET) == 112


@pytest.mark.parametrize(
    ("text", "error", "part"),
    [
        ("", ValueError, "empty"),
        ("café", ValueError, "'é'"),
        (b"bytes", TypeError, "bytes"),
        (None, TypeError, "NoneType"),
    ],
)
def test_text_that_cannot_be_read(text, error, part):
    with pytest.raises(error, match=part):
        needles.encode(text)


@pytest.mark.parametrize(
    ("tokens", "error"),
    [([], TypeError), ([1.5], TypeError), ([112], ValueError), ([-1], ValueError)],
)
def test_tokens_that_are_none(tokens, error):
    with pytest.raises(error):
        needles.decode(tokens)


def test_a_question_has_its_needle_where_asked_and_one_answer():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        length = int(rng.integers(8, 200))
        at = int(rng.integers(0, length - needles.NEEDLE))
        tokens, answer = needles.question(HAY, length, at, rng)
        key = tokens[-1]
        assert tokens.shape == (length,)
        assert needles.FIRST_KEY <= key < needles.FIRST_VALUE
        assert list(tokens[at : at + 3]) == [key, answer, key]
        assert (tokens[:-1] == key).sum() == 2, "asked for once"
        kept = [t for t in tokens[:-1] if needles.FIRST_KEY <= t < needles.FIRST_VALUE]
        assert len(kept) == 2 * len(set(kept)), "whole needles of different keys"
        if length >= 64:
            assert len(set(kept)) == needles.NEEDLES


def test_questions_are_drawn_from_the_seed_alone():
    first, again = (
        needles.question(HAY, 100, 5, np.random.default_rng([0, 99, 5])) for _ in range(2)
    )
    np.testing.assert_array_equal(first[0], again[0])
    assert first[1] == again[1]


@pytest.mark.parametrize("at", [-1, 97, 200])
def test_a_needle_that_does_not_fit(at):
    with pytest.raises(ValueError, match=r"does not fit|at must be at least 0"):
        needles.question(HAY, 100, at, np.random.default_rng(0))


def test_an_excerpt_longer_than_its_source():
    with pytest.raises(ValueError, match="at most"):
        needles.excerpt(HAY, len(HAY) + 1, np.random.default_rng(0))
