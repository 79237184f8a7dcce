"""The checker is checked: right answers pass in any style, wrong ones hear what went wrong.

Every registered exercise gets these tests; a new one needs no new test code.
"""

import json
import sys
import time

import numpy as np
import pytest

from rope_lessons import check, checks, exercises, hint
from rope_lessons.exercises.lesson_07 import score_at as reference

EVERY = exercises.every().values()
BY_NAME = {exercise.name: exercise for exercise in EVERY}


def named(name, function):
    """The same behaviour under the name that an exercise asks for."""

    def learner(*arguments):
        return function(*arguments)

    learner.__name__ = name
    return learner


@pytest.mark.parametrize("name", BY_NAME)
def test_the_reference_passes_in_several_styles(name):
    right = BY_NAME[name].reference
    styles = {
        "as it is": right,
        "lists in": lambda *a: right(*(x.tolist() if isinstance(x, np.ndarray) else x for x in a)),
        "lists out": lambda *a: np.asarray(right(*a)).tolist(),
        "array of no dimension out": lambda *a: np.asarray(right(*a)),
        "float32 out": lambda *a: np.asarray(right(*a)).astype(np.float32),
    }
    for style, function in styles.items():
        result = check(named(name, function))
        assert result, f"{style}: {result}"
        assert result.status == "passed"


@pytest.mark.parametrize("name", BY_NAME)
def test_every_known_mistake_hears_its_own_sentence(name):
    mistakes = BY_NAME[name].mistakes
    assert len(mistakes) >= 2
    for mistake in mistakes:
        result = check(named(name, mistake.wrong))
        assert result.status == "failed"
        assert result.line == mistake.says
        assert "expected" in result.detail
        assert "got" in result.detail


@pytest.mark.parametrize("name", BY_NAME)
def test_three_hints_fold(name):
    exercise = BY_NAME[name]
    assert len(exercise.hints) == 3
    bundle = hint(named(name, exercise.reference))._repr_mimebundle_()
    assert bundle["text/html"].count("<details>") == 3
    assert exercise.hints[2] not in bundle["text/plain"]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_changed_input_is_noticed(name):
    def greedy(*arguments):
        value = BY_NAME[name].reference(*arguments)
        arguments[0][...] = 0
        return value

    assert "changes its input" in check(named(name, greedy)).line


def test_other_ways_to_write_score_at():
    def score_at(q, k, m, n, theta):  # complex numbers
        q, k = complex(*q) * np.exp(1j * m * theta), complex(*k) * np.exp(1j * n * theta)
        return (q * k.conjugate()).real

    assert check(score_at)

    def score_at(q, k, m, n, theta):  # one matrix, one turn
        c, s = np.cos((n - m) * theta), np.sin((n - m) * theta)
        return q @ np.array([[c, -s], [s, c]]) @ k

    assert check(score_at)

    def score_at(q, k, m, n, theta):  # lengths and angles
        between = np.arctan2(q[1], q[0]) - np.arctan2(k[1], k[0])
        return np.hypot(*q) * np.hypot(*k) * np.cos((m - n) * theta + between)

    assert check(score_at)

    def score_at(q, k, m, n, theta):  # loops, and float32
        total = np.float32(0)
        for i in range(2):
            turned = []
            for (x, y), angle in ((q, m * theta), (k, n * theta)):
                c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
                turned.append([x * c - y * s, x * s + y * c][i])
            total += np.float32(turned[0] * turned[1])
        return total

    assert check(score_at)


def test_the_stub_is_calm():
    def score_at(q, k, m, n, theta):
        """What it should do."""
        ...

    result = check(score_at)
    assert result.status == "open"
    assert "not filled in yet" in str(result)

    def score_at(q, k, m, n, theta):
        raise NotImplementedError

    assert check(score_at).status == "open"


def test_the_probe_the_two_values_and_the_gap_are_told():
    result = check(named("score_at", lambda *a: reference(*a) + 0.25))
    assert result.line == "not yet: 5 of 5 probes come out differently."
    assert "score_at(q=(1.0000, 0.0000), k=(1.0000, 0.0000), m=1, n=2, theta=0.7854)" in str(result)
    assert "expected 0.7071" in result.detail
    assert "off by   0.2500" in result.detail


HOSTILE = {
    "nothing": (lambda *a: None, "gives nothing back"),
    "text": (lambda *a: "0.7", "gives back text"),
    "letters": (lambda *a: "seven", "gives back text"),
    "a wrong shape": (lambda *a: np.ones(3), "shape (3,)"),
    "complex": (lambda *a: 1 + 2j, "complex numbers"),
    "nan": (lambda *a: np.nan, "probes come out differently"),
    "inf": (lambda *a: np.inf, "probes come out differently"),
    "too few arguments": (lambda q, k: 0.0, "TypeError"),
    "a dictionary": (lambda *a: {}, "a dictionary"),
    "ragged": (lambda *a: [[1, 2], [3]], "a list of 2"),
    "leaving": (lambda *a: sys.exit(), "SystemExit"),
    "a generator": (lambda *a: (x for x in a), "of type generator"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_nothing_that_comes_back_upsets_the_check(case):
    function, says = HOSTILE[case]
    result = check(named("score_at", function))
    assert result.status == "failed"
    assert says in result.line


def test_an_exception_shows_the_learners_own_line():
    def score_at(q, k, m, n, theta):
        turned = q * theta
        return turned @ missing  # noqa: F821

    line = check(score_at).line
    assert "NameError" in line
    assert "return turned @ missing" in line


@pytest.mark.skipif(not checks.signal.__dict__.get("setitimer"), reason="no interval timer here")
def test_an_endless_loop_is_stopped(monkeypatch):
    monkeypatch.setattr(checks, "TIME_LIMIT", 0.2)

    def score_at(q, k, m, n, theta):
        while True:
            try:
                while True:
                    pass
            except Exception:
                pass

    started = time.monotonic()
    assert "no answer within" in check(score_at).line
    assert time.monotonic() - started < 5


def test_a_flood_of_print_stays_off_the_page(capsys):
    def score_at(q, k, m, n, theta):
        for _ in range(10_000):
            print("still here")
        return reference(q, k, m, n, theta)

    assert check(score_at)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("wrong", [0.7, "score_at", None, np.array([1.0])])
def test_check_wants_the_function_itself(wrong):
    with pytest.raises(TypeError, match="the function itself"):
        check(wrong)


def test_an_unknown_name_suggests_a_near_one():
    def scores_at(q):
        return 0

    with pytest.raises(ValueError, match="did you mean score_at"):
        check(scores_at)


@pytest.mark.parametrize("variable", ["ROPE_LESSONS_STRICT", "NBGRADER_EXECUTION"])
def test_graded_runs_raise_on_anything_but_a_pass(monkeypatch, variable):
    monkeypatch.setenv(variable, "1")
    assert check(named("score_at", reference))
    with pytest.raises(checks.NotPassed, match="score_at"):
        check(named("score_at", lambda *a: 0.0))


def test_the_bundle_says_the_same_in_every_form():
    result = check(named("score_at", lambda *a: reference(*a) + 1))
    bundle = result._repr_mimebundle_()
    assert bundle["application/vnd.rope-lessons+json"] == {
        "exercise": "score_at",
        "status": "failed",
    }
    json.dumps(bundle)
    assert 'role="status"' in bundle["text/html"]
    for line in bundle["text/plain"].splitlines():
        assert line.strip().split(":")[0] in bundle["text/html"]
