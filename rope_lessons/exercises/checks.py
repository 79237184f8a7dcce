"""Is the learner's function right, and if not, what happened?

``check(f)`` finds the exercise by the function's name, calls the function on probes and answers
with a :class:`Result`: passed, open (not filled in yet) or failed, and in the last case with the
belief behind the answer where it is a known one. ``hint(f)`` unfolds three hints. The exercises
stand in :mod:`rope_lessons.exercises`, the comparison in :mod:`rope_lessons.exercises.answers`.

What a check cannot stand: code that swallows every interruption in an endless loop, and code that
uses up the memory. The kernel must be restarted then; grading, which runs in processes of its own
(:mod:`rope_lessons.classroom.grade`), ends them.
"""

import ast
import builtins
import cmath
import contextlib
import copy
import inspect
import io
import itertools
import linecache
import math
import operator
import os
import re
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from html import escape

import numpy as np

from rope_lessons import arcs, exercises, rotary, scaling, schemes
from rope_lessons.exercises import answers, cases, changed_answers, changed_arguments, relations
from rope_lessons.specimens import black_boxes
from rope_lessons.trained import score_terms

TIME_LIMIT = 5.0  # seconds a check, all probes together

WIDTH = 100  # letters a line of a hint

NOTHING_BACK = "it gives nothing back. End it with return and the value."

UNSTEADY = (
    "called again with the same arguments, it gives another answer. It keeps something between "
    "calls (a global, a default argument, a cache) or draws at random. Compute anew each time."
)
CONSTANT = "the same answer comes back at every call. It depends on the arguments."


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

    def __init__(self, exercise: exercises.Exercise) -> None:
        self.exercise = exercise

    def _repr_mimebundle_(self, include=None, exclude=None):
        hints = list(zip(self.TITLES, self.exercise.hints, strict=True))
        return {
            "text/plain": f"{len(hints)} hints for {self.exercise.name}: open one at a time.",
            "text/html": "".join(
                f"<details><summary>{title}</summary><pre>{escape(_close(text))}</pre></details>"
                for title, text in hints
            ),
        }


def _close(text):
    """The text in lines that fit: JupyterLab breaks longer ones anywhere, inside words too."""
    return "\n".join(textwrap.fill(line, WIDTH) for line in text.splitlines())


def check(function: Callable) -> Result:
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
    failed = _failed_run(exercise.name, function)
    result = verdict(exercise, function) if failed is None else failed
    graded = _graded()
    if graded and not result:
        raise NotPassed(str(result))
    if result and not graded and getattr(function, "__module__", "") == "__main__":  # a notebook's
        from rope_lessons.exercises import kept_answers  # which imports this module

        kept_answers.keep(exercise.name, function)
    return result


def hint(function: Callable) -> Hints:
    """Three folded hints for the exercise of that function: a nudge, the idea, nearly the code.

    Raises ``TypeError`` or ``ValueError`` as :func:`check` does.
    """
    return Hints(_exercise_of(function))


@dataclass(frozen=True)
class Run:
    """What became of calling a function on probes: plain answers up to the first problem.

    ``changed`` names, for the probe of the same place, an argument that the call changed, or is
    empty. ``problem`` is a sentence, empty when there was none.
    """

    answers: list
    changed: list
    problem: str = ""


def run(function: Callable, probes: list[tuple], parameters: list[str]) -> Run:
    """Call a function on every probe, within limits of time and without its prints.

    Parameters
    ----------
    function : function
        Anything may happen inside it.
    probes : list of argument tuples
        The function is given copies.
    parameters : list of str
        Their names.

    Returns
    -------
    Run
    """
    given, changed = [], []
    problem = ""
    try:
        with _limits():
            for probe in probes:
                arguments = copy.deepcopy(probe)
                try:
                    came = function(*arguments)
                except (Exception, SystemExit, KeyboardInterrupt) as error:
                    problem = f"it stopped with {words(error)}{_place(function, error)}"
                    break
                with as_imported():
                    if came is None or came is ...:
                        problem = NOTHING_BACK
                        break
                    given.append(answers.plain(came))
                    changed.append(_first_changed(parameters, probe, arguments))
    except _Overtime:
        problem = f"no answer within {TIME_LIMIT:g} seconds. Is there a loop without an end?"
    return Run(given[: len(changed)], changed, problem)


def judge(exercise: exercises.Exercise, probes: list[tuple], outcome: Run) -> Result:
    """The verdict on what a function gave for these probes.

    Parameters
    ----------
    exercise : rope_lessons.exercises.Exercise
    probes : list of argument tuples
    outcome : Run

    Returns
    -------
    Result
        Passed or failed. What came back is judged first, though the function stopped later. The
        line names the belief behind the answers where they are, on all probes, those of a known
        mistake, of a memory or of a simple relation to the right ones; its detail tells of the
        smallest probe that fails.
    """

    def failed(line, detail):
        return Result(exercise.name, "failed", line, detail)

    came = outcome.answers
    called = probes[: len(came)]
    for probe, name in zip(called, outcome.changed, strict=True):
        if name:
            line = f"it changes its input {name}. Work on a copy."
            return failed(line, f"called as {_call(exercise, probe)}")
    again = _changed_its_mind(called, came)
    if again:
        return failed(UNSTEADY, f"called as {_call(exercise, again)}")

    def answer_of(function, probe):
        return answers.plain(function(*copy.deepcopy(probe)))

    expected = [answer_of(exercise.reference, probe) for probe in called]
    found = list(map(exercise.difference, expected, came))
    off = len(found) - found.count(None)
    if not outcome.problem and not off:
        return Result(exercise.name, "passed", f"right on all {len(found)} probes.")
    stopped = _stop(exercise, probes, outcome)
    if not off:
        if not found:
            return failed(_halves(outcome.problem) + outcome.problem, stopped)
        many = "probe" if len(found) == 1 else f"{len(found)} probes"
        return failed(f"right on the first {many}. Then {outcome.problem}", stopped)

    first = next(i for i, gap in enumerate(found) if gap)
    gap = found[first]
    shown = {"at": gap.where, "expected": gap.expected, "got": gap.got, "off by": gap.off}
    detail = "\n".join(
        [_call(exercise, called[first])]
        + [f"  {name:8} {value}" for name, value in shown.items() if value]
        + ([f"Then {outcome.problem}", stopped] if outcome.problem else [])
    )
    if relations.is_constant(expected, came):
        return failed(gap.complaint or CONSTANT, detail)
    others = [first, *range(first), *range(first + 1, len(called))]  # most fail at the first
    beliefs = (
        mistake.says
        for mistake in exercise.mistakes
        if not any(
            exercise.difference(answer_of(mistake.wrong, called[i]), came[i]) for i in others
        )
    )
    # After few probes several beliefs may fit: then none is named.
    named = set(beliefs) if outcome.problem else set(itertools.islice(beliefs, 1))
    if len(named) == 1:
        return failed(named.pop(), detail)
    once = _once(called)
    each_once = ([part[i] for i in once] for part in (called, expected, came))
    reason = relations.kept(exercise, called, expected, came) or relations.explain(
        exercise, *each_once
    )
    if reason:
        return failed(reason, detail)
    line = gap.complaint or f"not yet: {off} of {len(found)} probes come out differently."
    return failed(f"{line} Then {outcome.problem}" if outcome.problem else line, detail)


def _changed_its_mind(probes, came):
    """A probe that was called more than once and got unlike answers, or None."""
    for i in set(range(len(probes))) - set(_once(probes)):
        earlier = next(j for j in range(i) if probes[j] is probes[i])
        if answers.difference(came[earlier], came[i], 1e-9):
            return probes[i]
    return None


def _once(probes):
    """The places of the probes, without those that were called before."""
    return list({id(probe): i for i, probe in reversed(list(enumerate(probes)))}.values())[::-1]


def _stop(exercise, probes, outcome):
    """Where the calls came to an end, and what is new about the arguments there."""
    if not outcome.problem:
        return ""
    called, before = probes[len(outcome.answers)], probes[: len(outcome.answers)]
    lines = [f"called as {_call(exercise, called)}"]
    for place, name in enumerate(exercise.parameters):
        axes = {np.ndim(probe[place]) for probe in before}
        now = called[place]
        if axes and _is_array(now) and np.ndim(now) not in axes:
            seen = " or ".join(map(str, sorted(axes)))
            lines.append(
                f"{name} has {np.ndim(now)} axes here, of shape {np.shape(now)}, where it had "
                f"{seen} before. Count axes from the end, as in {name}[..., 0], and let NumPy "
                "broadcast over those in front."
            )
    return "\n".join(lines)


def _halves(problem):
    """What two shapes that do not fit say, where one is half as wide as the other."""
    shapes = re.findall(r"\((?:\d+,)*(\d+),?\)", problem) if "broadcast" in problem else []
    widths = {int(width) for width in shapes}
    if len(widths) == 2 and 2 * min(widths) == max(widths):
        return (
            "one side is half as wide as the other, d/2 against d. cos and sin of all angles "
            "fit the pairs' first or second numbers; for all of x lay them out over both: "
        )
    return ""


def _is_array(value):
    return isinstance(value, (np.ndarray, list)) and bool(np.ndim(value))


def verdict(exercise: exercises.Exercise, function: Callable) -> Result:
    """Judge a function as an answer to an exercise: open, or as :func:`judge` says; a Result."""
    if is_stub(function):
        line = "not filled in yet. Replace the ... and run this cell again."
        return Result(exercise.name, "open", line)
    with as_imported():
        probes = exercise.probes()
    outcome = run(function, probes, exercise.parameters)
    with as_imported():
        return judge(exercise, probes, outcome)


def _failed_run(name, function):
    """A Result where the learner's last run of the answer's cell failed, else None.

    The notebook's inputs tell: the last that defines the function is not the one it came from.
    """
    try:
        inputs = [text.strip() for text in sys.modules["__main__"].In[1:]]
        here = inputs.index("".join(linecache.getlines(function.__code__.co_filename)).strip())
    except (AttributeError, TypeError, ValueError):  # no notebook, or not from a cell of its own
        return None
    later = _last_definition(name, inputs[here + 1 :])
    if not later or later == inputs[here]:
        return None
    detail = _unreadable(later)
    # What reads well may have run, and an older version may have been fetched back since.
    if not (detail or is_stub(function)):
        return None
    line = "your last run failed, so this is still the function from before. Mend that cell first."
    return Result(name, "failed", line, detail)


def _last_definition(name, inputs):
    """The last of a notebook's inputs that defines that function, or None."""
    found = [text for text in inputs if re.search(rf"^def {name}\b", text, re.M)]
    return found[-1] if found else None


def _unreadable(source):
    """Why Python cannot read it, or an empty text."""
    try:
        ast.parse(source)
    except SyntaxError as error:
        return f"{type(error).__name__}: {error.msg}, in line {error.lineno} of it"
    except (ValueError, RecursionError, MemoryError):
        pass
    return ""


def _graded():
    return os.environ.get("ROPE_LESSONS_STRICT") or "NBGRADER_EXECUTION" in os.environ


def _instead_of_a_traceback(shell, kind, error, trace, tb_offset=None):
    """Where ``check(f)`` or ``hint(f)`` finds no f, because its cell failed or was never run."""
    *before, here = shell.user_ns["In"]
    exercise = exercises.every().get(error.name)
    asked = re.search(rf"\b(check|hint)\({error.name}\)", here)
    if exercise is None or asked is None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    elif asked[1] == "hint":
        shell.display_pub.publish(Hints(exercise)._repr_mimebundle_())
    else:
        shell.display_pub.publish(_undefined(error.name, before)._repr_mimebundle_())


def _undefined(name, inputs):
    failed = _last_definition(name, inputs)
    if failed is None:
        return Result(name, "open", "not there yet. Run the cell above that defines it, then this.")
    line = "your last run failed, so there is no function yet. Mend that cell first."
    return Result(name, "failed", line, _unreadable(failed))


def _exercise_of(function):
    """The exercise by the function's name or, for a lambda and the like, by the name it goes by."""
    name = function.__name__ if inspect.isfunction(function) else None
    if callable(function) and name not in exercises.every():
        caller = sys._getframe(2).f_globals
        names = [known for known in exercises.every() if caller.get(known) is function]
        name = names[0] if names else name
    if name is None:
        raise TypeError(
            f"give check and hint the function itself, as in check(score_at), "
            f"not {type(function).__name__}"
        )
    return exercises.find(name)


_MODULES = (
    *(np, np.linalg, math, cmath, builtins),
    *(answers, cases, changed_answers, changed_arguments, relations),
    *(arcs, black_boxes, rotary, scaling, schemes, score_terms),
)
_PUBLIC = [
    (vars(module), {name: value for name, value in vars(module).items() if name[0] != "_"})
    for module in _MODULES
]
_is, _all, _map = operator.is_, all, map  # asked at every probe


@contextlib.contextmanager
def as_imported() -> Generator[None]:
    """Undo, for a while, what the learner's code has replaced in the modules that judge it."""
    replaced = [
        (now, {name: now.get(name) for name in before if now.get(name) is not before[name]}, before)
        for now, before in _PUBLIC
        if not _all(_map(_is, _map(now.get, before), before.values()))
    ]
    for now, names, before in replaced:
        now.update({name: before[name] for name in names})
    try:
        yield
    finally:
        for now, names, _ in replaced:
            now.update(names)


class _Overtime(BaseException):
    """The learner's code ran out of time; no except Exception of theirs catches it."""


@contextlib.contextmanager
def _limits():
    """Bound the time of what runs inside, and keep what it prints off the page."""
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    running = True

    def stop(*_):
        if running:
            raise _Overtime

    previous = signal.signal(signal.SIGALRM, stop) if timed else None
    try:
        if timed:  # again and again: code that swallows the first is stopped by the next
            signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT, 0.1)
        with contextlib.redirect_stdout(_Discard()), contextlib.redirect_stderr(_Discard()):
            yield
    finally:
        running = False
        if timed:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)


class _Discard(io.TextIOBase):
    def write(self, text):
        return len(text)


def is_stub(function: Callable) -> bool:
    """Whether nothing but a docstring, ``...``, ``pass`` or NotImplementedError is in it."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
        body = tree.body  # ty: ignore[missing-attribute]
    except (OSError, TypeError, SyntaxError, ValueError, AttributeError):
        return False
    return all(
        isinstance(step, ast.Pass)
        or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        or (isinstance(step, ast.Raise) and "NotImplementedError" in ast.dump(step))
        or (isinstance(step, ast.Return) and ast.dump(step.value or step).endswith("(Ellipsis)"))
        for step in body
    )


def _first_changed(parameters, before, after):
    for name, one, other in zip(parameters, before, after, strict=True):
        if not callable(one) and answers.difference(answers.plain(one), answers.plain(other), 0):
            return name
    return ""


def _call(exercise, probe):
    named = zip(exercise.parameters, probe, strict=True)
    return f"{exercise.name}({', '.join(f'{name}={_shown(value)}' for name, value in named)})"


def _shown(value):
    return value.__name__ if callable(value) else answers.text(answers.plain(value))


def words(error: BaseException) -> str:
    """An error's type and message; the learner's own class may fail at telling it."""
    try:
        said = str(error)
    except Exception:
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _place(function, error):
    """The learner's own line in which the error arose."""
    code = getattr(function, "__code__", None)
    line, trace = None, error.__traceback__
    while code and trace:
        if trace.tb_frame.f_code.co_filename == code.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    source = linecache.getline(code.co_filename, line).strip() if line else ""
    return f", in the line  {source}" if source else ""


_SHELL = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
if _SHELL and not _graded():
    _SHELL.set_custom_exc((NameError,), _instead_of_a_traceback)
