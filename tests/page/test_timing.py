"""A ratio is measured, and what is stored of it is the same on every machine."""

import pytest

from rope_lessons.page import timing


def slow():
    """Takes 20 seconds by the test's clock."""


def quick():
    """Takes 2."""


@pytest.fixture
def clock(monkeypatch):
    """A clock of the test's own; the first round of the slow one takes ten times as long."""
    seen = []

    def timeit(action, number):
        seen.append(action)
        late = action is slow and seen.count(slow) % 5 == 1  # of five rounds
        return number * {slow: 20, quick: 2}[action] * (10 if late else 1)

    monkeypatch.setattr(timing.timeit, "timeit", timeit)


def test_the_quickest_rounds_are_divided(clock):
    one = timing.Ratio("{} times as long", slow, quick)
    other = timing.Ratio("{} times as long", quick, slow)
    assert (one.value, other.value) == (10, 0.1)
    assert "10 times as long" in one.line.value
    assert repr(one) == repr(other) == "… times as long (measured while this page runs)"
    assert one._repr_mimebundle_()["text/plain"] == repr(one)


def test_a_sentence_without_a_place_is_refused():
    with pytest.raises(ValueError, match="where the ratio goes"):
        timing.Ratio("fast", int, int)
