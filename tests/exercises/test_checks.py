"""The checker is checked: right answers pass in any style, wrong ones hear what went wrong.

Every registered exercise gets these tests; a new one needs no new test code.
"""

import builtins
import contextlib
import json
import linecache
import math
import re
import sys
import types
from fractions import Fraction
from html import unescape

import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import v4

from rope_lessons import check, exercises, hint, rotary
from rope_lessons.exercises import answers, checks
from rope_lessons.exercises.lesson_07 import score_at as reference

EVERY = exercises.every().values()
BY_NAME = {exercise.name: exercise for exercise in EVERY}
SEEDS = range(20)

every_exercise = pytest.mark.parametrize("name", BY_NAME)


def named(name, function):
    """The same behaviour under the name that an exercise asks for."""

    def learner(*arguments):
        return function(*arguments)

    learner.__name__ = name
    return learner


def changed(value, change):
    """A value with ``change`` applied to every array or number in it."""
    if isinstance(value, dict):
        return {key: changed(part, change) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(changed(part, change) for part in value)
    if isinstance(value, (bool, str)) or value is None or callable(value):
        return value
    return change(np.asarray(value))


def as_list(array):
    return array.tolist()


def as_float32(array):
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def as_minus_1e9(array):
    return np.where(np.isneginf(array), -1e9, array) if array.dtype.kind == "f" else array


STYLES = {
    "as it is": lambda right, *a: right(*a),
    "lists in": lambda right, *a: right(*changed(a, as_list)),
    "lists out": lambda right, *a: changed(right(*a), as_list),
    "arrays out": lambda right, *a: changed(right(*a), np.asarray),
    "float32 out": lambda right, *a: changed(right(*a), as_float32),
    "a large number for infinity": lambda right, *a: changed(right(*a), as_minus_1e9),
    "called twice": lambda right, *a: (right(*a), right(*a))[1],
}


@every_exercise
@pytest.mark.parametrize("style", STYLES)
def test_the_reference_passes_in_any_style(name, style):
    right = BY_NAME[name].reference
    result = check(named(name, lambda *a: STYLES[style](right, *a)))
    assert result, str(result)
    assert result.status == "passed"


@every_exercise
def test_every_known_mistake_hears_its_own_sentence(name):
    exercise = BY_NAME[name]
    assert len(exercise.mistakes) >= 2
    for mistake in exercise.mistakes:
        result = check(named(name, mistake.wrong))
        assert result.status == "failed"
        assert result.line == mistake.says
        assert "expected" in result.detail
        assert "got" in result.detail


@every_exercise
def test_no_draw_of_probes_lets_a_mistake_through_or_refuses_the_reference(name):
    """Grading asks with other seeds than the notebook."""
    exercise = BY_NAME[name]
    for seed in SEEDS:
        probes = exercise.probes(seed)

        def judged(function, probes=probes):
            outcome = checks.run(function, probes, exercise.parameters)
            return checks.judge(exercise, probes, outcome)

        assert judged(exercise.reference)
        for mistake in exercise.mistakes:
            assert judged(mistake.wrong).line == mistake.says, (seed, mistake)


def test_a_value_that_is_not_returned_is_an_answer_all_the_same():
    def score_at(q, k, m, n, theta):
        q @ k

    result = check(score_at)
    assert (result.status, result.line) == ("failed", checks.NOTHING_BACK)


def test_complex_answers_travel_too():
    sent = json.loads(json.dumps(answers.to_json(np.array([1 + 2j, 3j]))))
    np.testing.assert_array_equal(answers.from_json(sent), [1 + 2j, 3j])


def test_whole_numbers_are_compared_exactly():
    expected, near = answers.plain(np.array([3, 1000])), answers.plain([3.0, 1000.0001])
    assert answers.difference(expected, near, 1e-6).off == "0.0001"
    assert answers.difference(expected * 1.0, near, 1e-6) is None


@every_exercise
def test_probes_travel_to_another_process_and_back(name):
    for probe in BY_NAME[name].probes(1):
        sent = json.loads(json.dumps(answers.to_json(probe)))
        back = answers.from_json(sent)
        given, came = answers.plain(probe), answers.plain(back)
        assert type(back) is tuple
        assert repr(given) == repr(came)


@every_exercise
def test_messages_are_sentences_that_one_can_act_on(name):
    for mistake in BY_NAME[name].mistakes:
        assert 20 <= len(mistake.says) <= 240, mistake.says
        assert mistake.says.rstrip("`\n")[-1] in ".?", mistake.says
        for word in ("simply", "just ", "obvious", "wrong answer"):
            assert word not in mistake.says.lower()


@pytest.mark.parametrize("name", BY_NAME)
def test_three_hints_fold(name):
    exercise = BY_NAME[name]
    assert len(exercise.hints) == 3
    bundle = hint(named(name, exercise.reference))._repr_mimebundle_()
    assert bundle["text/html"].count("<details>") == 3
    lines = re.sub("<[^>]*>", "\n", unescape(bundle["text/html"])).splitlines()
    assert max(map(len, lines)) <= checks.WIDTH
    assert " ".join(exercise.hints[0].split()) in " ".join(lines)
    assert exercise.hints[2] not in bundle["text/plain"]


class Odd:
    """Equal to everything, true of nothing, and angry when printed."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __bool__(self):
        raise RuntimeError("no truth here")

    def __repr__(self):
        raise RuntimeError("no words either")


class Liar:
    def __array__(self, dtype=None, copy=None):
        raise KeyError("no numbers")

    def __len__(self):
        return -1


class Silent(Exception):
    def __str__(self):
        raise RuntimeError("not even this")


def raising(error):
    def function(*arguments):
        raise error

    return function


def endless(*arguments):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass


def talking(*arguments):
    while True:
        print("still here", file=sys.stderr)
        print("still here")


UPSETTING = {
    "nothing": lambda *a: None,
    "an object equal to everything": lambda *a: Odd(),
    "an object that gives no numbers": lambda *a: Liar(),
    "a list of odd objects": lambda *a: [Odd(), Odd()],
    "a dictionary of odd objects": lambda *a: {"a": Odd()},
    "a list that holds itself": lambda *a: (x := [], x.append(x))[0],
    "a class": lambda *a: Odd,
    "a function": lambda *a: print,
    "text": lambda *a: "seven",
    "bytes": lambda *a: b"7",
    "a fraction": lambda *a: Fraction(1, 3),
    "nan": lambda *a: np.full(3, np.nan),
    "inf": lambda *a: np.inf,
    "a wrong shape": lambda *a: np.ones((3, 1, 4, 1)),
    "an empty list": lambda *a: [],
    "complex": lambda *a: 1 + 2j,
    "ragged": lambda *a: [[1, 2], [3]],
    "a generator": lambda *a: (x for x in a),
    "too few arguments": lambda: 0.0,
    "an exception": raising(ZeroDivisionError("by zero")),
    "an exception without words": raising(Silent()),
    "leaving": raising(SystemExit()),
    "an interruption": raising(KeyboardInterrupt()),
    "the end of an iteration": raising(StopIteration()),
    "endless recursion": lambda *a: (f := lambda: f())(),
    "an endless loop": endless,
    "endless printing": talking,
}


@every_exercise
@pytest.mark.parametrize("case", UPSETTING)
def test_nothing_a_function_does_upsets_a_check(name, case, monkeypatch, capsys):
    if case.startswith("endless") or case == "an endless loop":
        if not hasattr(checks.signal, "setitimer"):
            pytest.skip("no interval timer here")
        monkeypatch.setattr(checks, "TIME_LIMIT", 0.1)
    result = check(named(name, UPSETTING[case]))
    assert result.status == "failed"
    assert len(result.line) < 300
    json.dumps(result._repr_mimebundle_())
    assert capsys.readouterr().out == ""


def first_array(arguments):
    for value in arguments:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return value


@every_exercise
def test_a_changed_input_is_noticed(name):
    def greedy(*arguments):
        value = BY_NAME[name].reference(*arguments)
        first_array(arguments)[...] = 0.123
        return value

    if any(first_array(probe) is None for probe in BY_NAME[name].probes()):
        assert not check(named(name, greedy))
    else:
        assert "changes its input" in check(named(name, greedy)).line


@every_exercise
def test_a_function_that_remembers_earns_nothing(name):
    """Answers kept from the first calls are stale for others; a kept buffer is copied in time."""
    exercise = BY_NAME[name]
    if exercise.parameters:
        kept = []

        def lazy(*arguments):
            kept.append(exercise.reference(*arguments))
            return kept[0]

        assert not check(named(name, lazy))

    table = iter([exercise.reference(*probe) for probe in exercise.probes(0)] * 2)
    by_heart = named(name, lambda *a: next(table))
    assert check(by_heart)
    drawn_anew = exercise.probes(12345)
    outcome = checks.run(by_heart, drawn_anew, exercise.parameters)
    fixed = repr(answers.plain(drawn_anew)) == repr(answers.plain(exercise.probes(0)))
    assert fixed or not checks.judge(exercise, drawn_anew, outcome)


PATCHES = {
    "a cosine": (np, "cos", lambda x: 1.0),
    "an exponential": (np, "exp", lambda x: np.ones_like(x)),
    "absolute values": (np, "abs", lambda x: np.zeros(1)),
    "arrays": (np, "asarray", lambda *a, **k: np.zeros(())),
    "the turning itself": (rotary, "rotate_pair", lambda pair, angle: pair),
    "the comparison": (answers, "difference", lambda *a: None),
    "truth": (builtins, "any", lambda *a: False),
    "mathematics": (math, "cos", lambda x: 1.0),
}


@pytest.mark.parametrize("case", PATCHES)
def test_a_patched_library_changes_no_verdict(case):
    module, name, replacement = PATCHES[case]
    original = getattr(module, name)
    right = checks.check(named("score_at", reference))
    setattr(module, name, replacement)
    try:
        wrong = check(named("score_at", lambda q, k, m, n, theta: 1.0 + 0 * theta))
        still = getattr(module, name) is replacement
    finally:
        setattr(module, name, original)
    assert right
    assert wrong.status == "failed"
    assert still, "the learner's own replacement is theirs"


def test_a_check_of_the_learners_own_does_not_reach_ours():
    namespace = {"np": np}
    exec("def check(f):\n    return True\n\ndef score_at(*a):\n    return 0.0", namespace)
    exec("from rope_lessons import check\n\nresult = check(score_at)", namespace)
    assert namespace["result"].status == "failed"


def test_a_function_goes_by_the_name_it_is_bound_to():
    namespace = {"reference": reference, "check": check, "np": np}
    for text in (
        "score_at = lambda q, k, m, n, theta: reference(q, k, m, n, theta)",
        "import functools\nscore_at = functools.partial(reference)",
    ):
        exec(text + "\nresult = check(score_at)", namespace)
        assert namespace["result"], text


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
    assert result.line == "every number is 0.2500 too large."
    assert "score_at(q=(1.0000, 0.0000), k=(1.0000, 0.0000), m=1, n=2, theta=0.7854)" in str(result)
    assert "expected 0.7071" in result.detail
    assert "off by   0.2500" in result.detail


HOSTILE = {
    "nothing": (lambda *a: None, "gives nothing back"),
    "text": (lambda *a: "0.7", "gives back text"),
    "letters": (lambda *a: "seven", "gives back text"),
    "a wrong shape": (lambda *a: np.ones(3), "shape (3,)"),
    "complex": (lambda *a: 1 + 2j, "complex numbers"),
    "nan": (lambda *a: np.nan, "the same answer comes back"),
    "inf": (lambda *a: np.inf, "the same answer comes back"),
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


STUB = "def score_at(q, k, m, n, theta):\n    ..."
WRONG = "def score_at(q, k, m, n, theta):\n    return 3"
UNINDENTED = "def score_at(q, k, m, n, theta):\nreturn 3"


@pytest.fixture
def notebook(monkeypatch):
    """Check score_at after cells that IPython kept, those that failed to run too."""
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)

    def checked(*cells):
        main.In = [""]
        for cell in cells:
            main.In.append(cell)
            name = f"<cell {hash(cell)}>"
            linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
            with contextlib.suppress(SyntaxError, ImportError):
                exec(compile(cell, name, "exec"), vars(main))
        main.In.append("check(score_at)")
        return str(check(main.score_at))

    return checked


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([STUB, UNINDENTED], "IndentationError: expected an indented block"),
        ([STUB, WRONG, f"{WRONG} +"], "SyntaxError: invalid syntax, in line 2 of it"),
        ([STUB, f"import numpyy\n{WRONG}"], ""),
    ],
)
def test_that_the_last_run_failed_is_told(notebook, cells, why):
    said = notebook(*cells)
    assert said.startswith("✗ score_at: your last run failed")
    assert why in said


@pytest.mark.parametrize(
    "cells",
    [
        [STUB],
        [STUB, "score_at(1,"],
        [STUB, UNINDENTED, STUB],
        [STUB, UNINDENTED, WRONG],
        [STUB, f"before = score_at\n{WRONG}", f"import numpyy\n{STUB}"],
        [STUB, UNINDENTED, "exec('def score_at(q, k, m, n, theta): return 3')"],
    ],
)
def test_where_no_last_run_failed_or_nobody_can_tell_the_function_is_judged(notebook, cells):
    assert "last run" not in notebook(*cells)


def test_a_function_that_there_is_not_is_no_traceback():
    """In a kernel of its own: Python fails before it comes to the check."""
    asked = "from rope_lessons import check\n\ncheck(score_at)"
    cells = [
        asked,
        UNINDENTED,
        asked,
        "from rope_lessons import hint\n\nhint(score_at)",
        "score_at",
    ]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3", timeout=60, allow_errors=True).execute()
    outputs = [cell.outputs[0] for cell in notebook.cells]
    never_run, unindented, failed, hints, elsewhere = outputs
    assert unindented.ename == "IndentationError"
    assert never_run.data["text/plain"].startswith("○ score_at: not there yet.")
    said = failed.data["text/plain"]
    assert said.startswith("✗ score_at: your last run failed, so there is no function yet.")
    assert "IndentationError: expected an indented block" in said
    assert hints.data["text/plain"].startswith("3 hints for score_at")
    assert elsewhere.ename == "NameError"
