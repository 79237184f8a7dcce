"""Answers from people who wrote them elsewhere: each is wrong, and nearly all hear why."""

import re
from functools import cache
from types import FunctionType

import pytest
from retold_answers import RETOLD

from rope_lessons import check, exercises

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # float16 overflows in one


@cache
def hears(answer):
    """The line that whoever writes this answer reads."""
    wrong = answer.wrong
    learner = FunctionType(
        wrong.__code__, wrong.__globals__, answer.exercise, wrong.__defaults__, wrong.__closure__
    )
    result = check(learner)
    assert result.status == "failed", f"{wrong.__name__}: {result}"
    return result.line


def is_a_reason(line):
    """Whether a line says what was believed, and not merely that or how it went wrong."""
    return not re.match(r"not yet|right on the first|it stopped with|it gives back|no answer", line)


@pytest.mark.parametrize("answer", RETOLD, ids=lambda answer: answer.wrong.__name__)
def test_each_is_wrong_for_its_exercise(answer):
    assert hears(answer)


def test_nine_in_ten_hear_a_reason():
    lines = {answer.wrong.__name__: hears(answer) for answer in RETOLD}
    unnamed = {name: line for name, line in lines.items() if not is_a_reason(line)}
    named = len(lines) - len(unnamed)
    print(f"{named} of {len(lines)} hear a reason ({named / len(lines):.0%}); not:", unnamed)
    assert named >= 0.9 * len(lines)


def test_only_what_remembers_is_told_that_it_does():
    told = [answer.wrong.__name__ for answer in RETOLD if "remembers" in hears(answer)]
    assert told == ["angles_cached_by_length"]


def test_each_comes_from_a_thread_that_can_be_read():
    assert len({answer.wrong.__name__ for answer in RETOLD}) == len(RETOLD)
    for answer in RETOLD:
        assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+", answer.thread)
        assert answer.exercise in exercises.every()
        assert answer.so.endswith(".")
