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
    return not re.match(r"not yet|it stopped with|right on the first|it gives back|no answer", line)


@pytest.mark.parametrize("answer", RETOLD, ids=lambda answer: answer.wrong.__name__)
def test_each_is_wrong_for_its_exercise(answer):
    assert hears(answer)


def share_that_hears_a_reason(answers):
    lines = {answer.wrong.__name__: hears(answer) for answer in answers}
    unnamed = {name: line for name, line in lines.items() if not is_a_reason(line)}
    named = len(lines) - len(unnamed)
    print(f"{named} of {len(lines)} hear a reason ({named / len(lines):.0%}); not:", unnamed)
    return named / len(lines)


def test_nine_in_ten_hear_a_reason():
    assert share_that_hears_a_reason(RETOLD) >= 0.9


def test_most_of_those_hear_one_that_no_sentence_was_written_for():
    assert share_that_hears_a_reason([answer for answer in RETOLD if answer.fresh]) >= 0.75


def test_each_comes_from_a_thread_that_can_be_read():
    assert len({answer.wrong.__name__ for answer in RETOLD}) == len(RETOLD)
    for answer in RETOLD:
        assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+", answer.thread)
        assert answer.exercise in exercises.every()
        assert answer.so.endswith(".")
