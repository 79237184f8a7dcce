"""Answers from people who wrote them elsewhere: each is wrong, and nearly all hear why."""

import re
from functools import cache
from types import FunctionType

import pytest
from retold_answers import RETOLD

from rope_lessons import check, exercises


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
    return not re.match(r"not yet|it stopped with|it gives back|no answer", line)


@pytest.mark.parametrize("answer", RETOLD, ids=lambda answer: answer.wrong.__name__)
def test_each_is_wrong_for_its_exercise(answer):
    assert hears(answer)


def test_nine_in_ten_hear_a_reason():
    lines = {answer.wrong.__name__: hears(answer) for answer in RETOLD}
    assert len(lines) == len(RETOLD)
    unnamed = {name: line for name, line in lines.items() if not is_a_reason(line)}
    share = 1 - len(unnamed) / len(lines)
    print(f"{len(lines) - len(unnamed)} of {len(lines)} ({share:.0%}) hear a reason; not:", unnamed)
    assert share >= 0.9, unnamed


def test_each_comes_from_a_thread_that_can_be_read():
    for answer in RETOLD:
        assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+", answer.thread)
        assert answer.exercise in exercises.every()
        assert answer.so.endswith(".")
