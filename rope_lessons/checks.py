"""Is the learner's function right, and if not, what happened?

``check(f)`` finds the exercise by the function's name, calls the function on probes and answers
with a :class:`Result`: passed, open (not filled in yet) or failed, and in the last case with the
belief behind the answer where it is a known one. ``hint(f)`` unfolds three hints. What an exercise
is made of stands in :class:`Exercise`; the exercises themselves in ``rope_lessons/exercises/``.
"""

import ast
import contextlib
import copy
import inspect
import io
import linecache
import os
import signal
import textwrap
import threading
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from rope_lessons import exercises, show

TIME_LIMIT = 5.0  # seconds a check, all probes together


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give: as code, and as the sentence that helps whoever gave it."""

    wrong: Callable
    says: str


@dataclass(frozen=True)
class Exercise:
    """One function to write.

    Attributes
    ----------
    lesson : int
    reference : function
        A right answer; its name and parameters are the learner's contract.
    probes : tuple of argument tuples
        Smallest first. No wrong answer of the catalogue may agree with the reference on all.
    mistakes : tuple of Mistake
    hints : tuple of three str
        A nudge, the idea, nearly the code.
    tolerance : float
        Largest accepted difference, relative to the larger of 1 and the expected size. The default
        accepts float32 at position 3,000.
    """

    lesson: int
    reference: Callable
    probes: tuple
    mistakes: tuple
    hints: tuple
    tolerance: float = 2e-3

    @property
    def name(self):
        return self.reference.__name__

    def agree(self, got, expected):
        """Whether two arrays of one shape are the same up to the tolerance; nan never is."""
        size = max(1.0, np.abs(expected).max())
        return bool(np.abs(got - expected).max() <= self.tolerance * size)


class NotPassed(AssertionError):
    """Raised instead of a calm answer where a run is graded."""


@dataclass(frozen=True)
class Result:
    """What a check found. True when passed; reads as text, as HTML and by a screen reader."""

    exercise: str
    status: str  # passed, open or failed
    line: str
    detail: str = ""

    def __bool__(self):
        return self.status == "passed"

    def __str__(self):
        mark = {"passed": "✓", "open": "○", "failed": "✗"}[self.status]
        lines = [f"{mark} {self.exercise}: {self.line}"]
        return "\n".join(lines + [f"  {line}" for line in self.detail.splitlines()])

    def _repr_mimebundle_(self, include=None, exclude=None):
        first, *rest = str(self).splitlines()
        detail = f"<pre>{escape(textwrap.dedent(chr(10).join(rest)))}</pre>" if rest else ""
        return {
            "text/plain": str(self),
            "text/html": f'<div role="status"><b>{escape(first)}</b>{detail}</div>',
            "application/vnd.rope-lessons+json": {
                "exercise": self.exercise,
                "status": self.status,
            },
        }


class Hints:
    """Three hints, folded one under the other."""

    TITLES = ("A nudge", "The idea", "Nearly the code")

    def __init__(self, exercise):
        self.exercise = exercise

    def _repr_mimebundle_(self, include=None, exclude=None):
        hints = list(zip(self.TITLES, self.exercise.hints, strict=True))
        return {
            "text/plain": f"{len(hints)} hints for {self.exercise.name}: open one at a time.",
            "text/html": "".join(
                f"<details><summary>{title}</summary><pre>{escape(text)}</pre></details>"
                for title, text in hints
            ),
        }


def check(function):
    """Judge the learner's function.

    Parameters
    ----------
    function : function
        Called as the exercise is called; itself, not its result.

    Returns
    -------
    Result
        True when passed.

    Raises
    ------
    TypeError, ValueError
        ``function`` is no function, or no exercise has its name.
    NotPassed
        Anything but a pass, where ``ROPE_LESSONS_STRICT`` or ``NBGRADER_EXECUTION`` is set.
    """
    exercise = _exercise_of(function)
    result = _judge(exercise, function)
    if not result and (os.environ.get("ROPE_LESSONS_STRICT") or "NBGRADER_EXECUTION" in os.environ):
        raise NotPassed(str(result))
    return result


def hint(function):
    """Three folded hints for the exercise of that function: a nudge, the idea, nearly the code.

    Raises ``TypeError`` or ``ValueError`` as :func:`check` does.
    """
    return Hints(_exercise_of(function))


def _exercise_of(function):
    if not inspect.isfunction(function):
        raise TypeError(
            f"give check and hint the function itself, as in check(score_at), "
            f"not {type(function).__name__} {function!r:.60}"
        )
    return exercises.find(function.__name__)


def _judge(exercise, function):
    def result(status, line, detail=""):
        return Result(exercise.name, status, line, detail)

    if _is_stub(function):
        return result("open", "not filled in yet. Replace the ... and run this cell again.")

    probes = [copy.deepcopy(probe) for probe in exercise.probes]
    answers, problem = _answers(function, probes)
    if problem:
        called = exercise.probes[len(answers)]
        return result("failed", problem, f"called as {_call(exercise, called)}")
    for probe, original in zip(probes, exercise.probes, strict=True):
        for name, now, before in zip(_parameters(exercise), probe, original, strict=True):
            if not np.array_equal(now, before):
                line = f"it changes its input {name}. Work on a copy."
                return result("failed", line, f"called as {_call(exercise, original)}")

    expected = [np.asarray(exercise.reference(*probe), dtype=float) for probe in exercise.probes]
    arrays = []
    for probe, answer, right in zip(exercise.probes, answers, expected, strict=True):
        array, complaint = _comparable(answer, right)
        if complaint:
            detail = (
                f"{_call(exercise, probe)}\n  expected {_value(right)}\n  got      {answer!r:.200}"
            )
            return result("failed", complaint, detail)
        arrays.append(array)

    def agrees_with(values):
        return [exercise.agree(*pair) for pair in zip(arrays, values, strict=True)]

    passed = agrees_with(expected)
    if all(passed):
        return result("passed", f"right on all {len(passed)} probes.")

    first = passed.index(False)
    detail = (
        f"{_call(exercise, exercise.probes[first])}\n"
        f"  expected {_value(expected[first])}\n"
        f"  got      {_value(arrays[first])}\n"
        f"  off by   {show.number(np.abs(arrays[first] - expected[first]).max(), 4)}"
    )
    for mistake in exercise.mistakes:
        if all(agrees_with([np.asarray(mistake.wrong(*probe)) for probe in exercise.probes])):
            return result("failed", mistake.says, detail)
    off = passed.count(False)
    return result("failed", f"not yet: {off} of {len(passed)} probes come out differently.", detail)


def _answers(function, probes):
    """The values up to the first problem, and that problem in words (None when there is none)."""
    answers = []
    try:
        with _limits():
            for probe in probes:
                answers.append(function(*probe))
                if answers[-1] is None or answers[-1] is ...:
                    answers.pop()
                    return answers, "it gives nothing back. End it with return and the value."
    except _Overtime:
        return answers, f"no answer within {TIME_LIMIT:g} seconds. Is there a loop without an end?"
    except (Exception, SystemExit) as error:
        return answers, f"it stopped with {type(error).__name__}: {error}{_place(function, error)}"
    return answers, None


class _Overtime(BaseException):
    """The learner's code ran out of time; no except Exception of theirs catches it."""


@contextlib.contextmanager
def _limits():
    """Bound the time of what runs inside, and keep what it prints off the page."""
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def stop(*_):
        raise _Overtime

    previous = signal.signal(signal.SIGALRM, stop) if timed else None
    try:
        if timed:  # again and again: code that swallows the first is stopped by the next
            signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT, 0.1)
        with contextlib.redirect_stdout(_Discard()), contextlib.redirect_stderr(_Discard()):
            yield
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)


class _Discard(io.TextIOBase):
    def write(self, text):
        return len(text)


def _is_stub(function):
    """Whether nothing but a docstring, ``...``, ``pass`` or NotImplementedError is in it."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
        body = tree.body
    except (OSError, TypeError, SyntaxError, ValueError, AttributeError):
        return False
    return all(
        isinstance(step, ast.Pass)
        or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        or (isinstance(step, ast.Raise) and "NotImplementedError" in ast.dump(step))
        or (isinstance(step, ast.Return) and ast.dump(step.value or step).endswith("(Ellipsis)"))
        for step in body
    )


def _comparable(answer, expected):
    """The answer as an array like the expected one, or why it cannot be one: (array, complaint)."""
    wanted = "one number" if expected.ndim == 0 else f"an array of shape {expected.shape}"
    try:
        array = np.asarray(answer)
    except Exception:  # whatever a learner's object does when asked for its numbers
        return None, f"it gives back {type(answer).__name__}, not {wanted}."
    if array.dtype.kind == "c":
        return None, f"it gives complex numbers back, not {wanted}. The real part is .real."
    if array.dtype.kind not in "iuf":
        return None, f"it gives back {type(answer).__name__}, not {wanted}."
    if array.shape != expected.shape:
        came = "one number" if array.ndim == 0 else f"an array of shape {array.shape}"
        return None, f"it gives {came} back, not {wanted}."
    return array.astype(float), None


def _parameters(exercise):
    return list(inspect.signature(exercise.reference).parameters)


def _call(exercise, probe):
    named = zip(_parameters(exercise), probe, strict=True)
    return f"{exercise.name}({', '.join(f'{name}={_value(value)}' for name, value in named)})"


def _value(value):
    array = np.asarray(value)
    if array.ndim == 0:
        return str(array) if array.dtype.kind in "iu" else show.number(array, 4)
    if array.ndim == 1 and array.size <= 8:
        return show.numbers(array, 4)
    return f"array of shape {array.shape}"


def _place(function, error):
    """The learner's own line in which the error arose."""
    line, trace = None, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == function.__code__.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    source = linecache.getline(function.__code__.co_filename, line).strip() if line else ""
    return f", in the line  {source}" if source else ""
