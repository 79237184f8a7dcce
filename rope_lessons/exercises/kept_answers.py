"""Which function does a later lesson use: the learner's, or the course's?

When a check passes in a notebook, the source of the function that passed is kept in answers.json of
the learner's own folder (:mod:`rope_lessons.learner_files`). ``yours`` gives the function back:
made anew from that source, with NumPy and ``math`` and nothing else around it, and checked again,
for a file can change. Where that fails the course's reference stands in, and a note says so; what
the note stores in a notebook is the same for everybody.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import math
import textwrap
from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np

from rope_lessons import course, exercises, learner_files
from rope_lessons.exercises import checks

_KEPT = "answers"
_SOLUTION = "### BEGIN SOLUTION"  # what the course wrote is nobody's answer


def keep(name: str, function: Callable) -> None:
    """Keep the source of a function that passed the check of the exercise ``name``.

    Nothing is kept of the course's own solution, nor where there is no source, or no place to
    write: the learner's notebook has it still.
    """
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return
    if _SOLUTION in source:
        return
    with contextlib.suppress(OSError):
        kept = learner_files.read(_KEPT)
        if kept.get(name) != source:
            learner_files.write(_KEPT, kept | {name: source})


def yours(name: str) -> Answer:
    """The learner's function for an exercise, or the course's where there is none that is right.

    Shows which of the two it is.

    Parameters
    ----------
    name : str
        Of the exercise, such as ``"apply_rope"``.

    Returns
    -------
    Answer
        Called as the exercise is called.

    Raises
    ------
    TypeError, ValueError
        No exercise has that name.

    >>> turn = yours("apply_rope")
    apply_rope: yours once it has passed its check, the course's until then.
    >>> turn(np.array([[1.0, 0.0]]), positions=[0]).tolist()
    [[1.0, 0.0]]
    """
    from IPython.display import display  # prints where there is no notebook

    exercise = exercises.find(name)
    answer = _made(exercise)
    display(Note(exercise, answer))
    return answer


class Answer:
    """An exercise's function. ``instead`` is empty for the learner's own, else why it is not."""

    def __init__(self, name: str, function: Callable, instead: str = "") -> None:
        self.__name__, self.function, self.instead = name, function, instead

    def __call__(self, *arguments, **named):
        return self.function(*arguments, **named)

    def __repr__(self):
        return f"<{self.__name__}>"


class Note:
    """Says whose function it is; what its cell stores is the same for everybody."""

    def __init__(self, exercise: exercises.Exercise, answer: Answer) -> None:
        import ipywidgets as widgets  # which grading does without

        entry = course.lesson(exercise.lesson)
        path = course.path("exercises", entry.stem)
        there = course.link_in_widget(path, f"exercise {entry.label}", path)
        name = escape(exercise.name)
        self.said = f"✓ <code>{name}</code> is yours, from {there}."
        if answer.instead:
            self.said = (
                f"○ <code>{name}</code> is the course's: {escape(answer.instead)} "
                f"Once yours passes its check in {there}, run this cell again."
            )
        self.box = widgets.HTML(f"<p role='status'>{self.said}</p>")
        self.still = f"{name}: yours once it has passed its check, the course's until then."

    def __repr__(self):
        return self.still

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<p>{self.still}</p>",
            "text/plain": self.still,
        }


def _made(exercise):
    def ours(because):
        return Answer(exercise.name, exercise.reference, because)

    try:
        source = learner_files.read(_KEPT).get(exercise.name)
    except OSError as error:
        return ours(f"your answers could not be read ({checks.words(error)}).")
    if source is None:
        return ours("no answer of yours is kept yet.")
    namespace: dict[str, Any] = {"np": np, "math": math}
    try:
        (step,) = ast.parse(source).body
        if not (isinstance(step, ast.FunctionDef) and step.name == exercise.name):
            raise ValueError("another function")
        code = compile(source, f"<your {exercise.name}>", "exec")
    except (SyntaxError, TypeError, ValueError, RecursionError, MemoryError):
        return ours("what is kept of yours is not that function.")
    # Defaults and decorators run here: within the check's limits, as the function itself does.
    making = checks.run(lambda: exec(code, namespace) or True, [()], [])
    if making.problem:
        return ours(_because(making.problem))
    function = namespace[exercise.name]
    result = checks.verdict(exercise, function)
    return Answer(exercise.name, function) if result else ours(_because(str(result)))


def _because(said):
    if "NameError" in said:
        return "yours needs something from another cell, and is kept alone, with np and math."
    return "what is kept of yours does not pass its check."
