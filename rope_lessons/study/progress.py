"""What is done, open and next?

That is read from the learner's own saved notebooks; there is no second record to lose. A check
leaves its verdict in its cell's output, and JupyterLab saves it. An exercise is done when its last
verdict says passed and came after the answer was run, started when the answer is no longer the
stub, and open otherwise. An answer edited after it had passed, and saved without being run, still
counts as done: nothing in the file tells.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rope_lessons import course, exercises

if TYPE_CHECKING:
    import argparse

VERDICT = "application/vnd.rope-lessons+json"  # as rope_lessons.exercises.checks.Result stores it


@dataclass(frozen=True)
class Work:
    """One exercise: ``status`` is done, started or open."""

    name: str
    stretch: bool
    status: str


@dataclass(frozen=True)
class Standing:
    """How far one lesson's exercises are.

    ``saved`` is when the notebook was last saved, in seconds of the system's clock. ``problem`` is
    missing or damaged where it could not be read, else empty.
    """

    lesson: course.Lesson
    works: tuple = ()
    saved: float = 0.0
    problem: str = ""

    @property
    def status(self) -> str:
        """Done once the core exercises are; else started, open, or its problem."""
        if self.problem:
            return self.problem
        if all(work.status == "done" for work in self.works if not work.stretch):
            return "done"
        return "open" if all(work.status == "open" for work in self.works) else "started"

    @property
    def place(self) -> str:
        """Where to go on in it: the exercise once started, the lesson before and after."""
        folder = "exercises" if self.status == "started" else "notebooks"
        return course.path(folder, self.lesson.stem)


def read(root: Path | None = None) -> list[Standing]:
    """How far every lesson is, in the course's order.

    Parameters
    ----------
    root : path, optional
        The course's folder; by default the one that :func:`rope_lessons.course.root` finds.

    Returns
    -------
    list of Standing
        Whatever has become of a notebook, reading it raises nothing.
    """
    root = root or course.root()
    return [_standing(lesson, root) for lesson in course.LESSONS]


def following(standings: list[Standing]) -> Standing | None:
    """Where to go on: the lesson begun and saved last, else the first open one.

    Returns
    -------
    Standing or None
        None where nothing is started or open.
    """
    begun = [standing for standing in standings if standing.status == "started"]
    if begun:
        return max(begun, key=lambda standing: standing.saved)
    return next((standing for standing in standings if standing.status == "open"), None)


def reached(standings: list[Standing] | None = None) -> int:
    """The number of the furthest lesson whose exercise is started or done, at least 1.

    Parameters
    ----------
    standings : list of Standing, optional
        By default those of now; see :func:`read`.

    Returns
    -------
    int
    """
    standings = read() if standings is None else standings
    begun = [at.lesson.number for at in standings if at.status in ("started", "done")]
    return max(begun, default=1)


def text(standings: list[Standing]) -> str:
    """The standing of every lesson, by phase, and where to go on: for the command line."""
    width = max(len(standing.lesson.label) for standing in standings)
    lines = []
    for phase, lessons in _phases(standings):
        lines.append(f"Phase {phase} · {course.PHASES[phase]}")
        for at in lessons:
            works = ", ".join(
                f"{work.name}{' (stretch)' if work.stretch else ''} {work.status}"
                for work in at.works
                if at.status != "open"
            )
            lines.append(f"  {at.status:8} {at.lesson.label:{width}}  {works}".rstrip())
    here = following(standings)
    onward = f"Next: {here.place}" if here else _end(standings)
    return "\n".join([*lines, "", *_mends(standings), _done(standings), onward])


def show() -> Map:
    """The start page's map: what is done, open and next, with links.

    Returns
    -------
    Map
        Shown by being the last value of a cell.
    """
    return Map(lambda: _html(read()))


def main(options: argparse.Namespace) -> int:
    """``rope-lessons progress``; gives the exit status."""
    print(text(read()))
    return 0


class Map:
    """The learner's standing, kept up to date; what its cell stores is the same for everybody."""

    STILL = "Run this cell: it shows what is done, open and next, read from your saved exercises."

    def __init__(self, make: Callable[[], str]) -> None:
        import ipywidgets as widgets  # which the command line does without

        from rope_lessons.page.fresh import Fresh

        self.fresh = Fresh(make)
        self.box = widgets.VBox([self.fresh])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<p>{self.STILL}</p>",
            "text/plain": self.STILL,
        }


def _standing(lesson, root):
    path = root / course.path("exercises", lesson.stem)
    asked = [each for each in exercises.every().values() if each.lesson == lesson.number]
    if not (asked and path.exists()):
        return Standing(lesson, problem="missing")
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        works = tuple(_work(exercise, code) for exercise in asked)
        return Standing(lesson, works, path.stat().st_mtime)
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return Standing(lesson, problem="damaged")  # anything may stand in the file


def _work(exercise, cells):
    verdicts, changed, ran = [(-1, "open")], False, 0
    for cell in cells:
        count = cell["execution_count"] or 0
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == exercise.name:
            stub = cell["metadata"].get("rope_lessons", {}).get("stub")
            changed, ran = stub != exercises.digest("".join(cell["source"])), count
        for output in cell["outputs"]:
            verdict = output.get("data", {}).get(VERDICT, {})
            if verdict.get("exercise") == exercise.name:
                verdicts.append((count, verdict["status"]))
    count, status = max(verdicts, key=lambda verdict: verdict[0])
    done = status == "passed" and count >= ran
    return Work(
        exercise.name, exercise.stretch, "done" if done else "started" if changed else "open"
    )


def _phases(standings):
    return groupby(standings, key=lambda standing: standing.lesson.phase)


def _done(standings):
    done = [standing.status for standing in standings].count("done")
    return f"{done} of {len(standings)} lessons done."


def _end(standings):
    """What is said where no core exercise is left."""
    if any(at.status != "done" for at in standings):
        return "No core exercise is open."
    left = [at.lesson for at in standings if any(work.status != "done" for work in at.works)]
    stretch = ", ".join(f"{lesson.number:02}" for lesson in left)
    return (
        "Every lesson is done."
        + (f" A stretch exercise is left in {stretch}." if left else "")
        + " To keep it: three cards a day, and the napkin from memory now and then."
    )


def _mends(standings):
    return [
        f"{course.path('exercises', at.lesson.stem)} is {at.problem}: 'rope-lessons reset "
        f"{at.lesson.number:02}' puts a new one there, and keeps what it replaces."
        for at in standings
        if at.problem
    ]


_STYLE = """<style>
.rope-progress a { color: inherit; text-decoration: none; }
.rope-progress .onward a { display: inline-block; padding: 0.5em 1.2em; border-radius: 6px;
  background: #005a94; color: #fff; font-size: 1.2em; font-weight: bold; }
.rope-progress .phase { display: flex; align-items: center; gap: 1em; margin: 0.5em 0; }
.rope-progress .phase p { width: 20em; margin: 0; }
.rope-progress ol { display: flex; list-style: none; margin: 0; padding: 0; }
.rope-progress li { margin: 0 0.8em 0 0; position: relative; }
.rope-progress li + li::before { content: ""; position: absolute; right: 100%; top: 50%;
  width: 0.8em; border-top: 2px solid #808080; }
.rope-progress li > * { display: block; padding: 0.3em 0.7em; border: 2px solid #808080;
  border-radius: 1em; }
.rope-progress .started > * { border-color: #e69f00; }
.rope-progress .done > * { background: #00684c; border-color: #00684c; color: #fff; }
.rope-progress .here > * { outline: 3px solid #56b4e9; outline-offset: 2px; }
.rope-progress a:hover { text-decoration: underline; }
</style>"""


def _html(standings):
    here = following(standings)
    onward = f"<p>{_end(standings)}</p>"
    if here:
        kind = "exercise" if here.status == "started" else "lesson"
        said = f"Continue: {kind} {here.lesson.label}"
        onward = f"<p class='onward'>{course.link_in_widget(here.place, said, here.place)}</p>"
    phases = []
    for phase, lessons in _phases(standings):
        lessons = list(lessons)
        steps = "".join(
            f"<li class='{at.status}{' here' if at == here else ''}'>{_marked(at)}</li>"
            for at in lessons
        )
        minutes = sum(at.lesson.minutes + at.lesson.exercise_minutes for at in lessons)
        phases.append(
            f"<div class='phase'><p><b>{phase} · {escape(course.PHASES[phase])}</b><br>"
            f"{minutes:g} minutes with exercises</p><ol>{steps}</ol></div>"
        )
    mends = "".join(f"<p>{escape(line)}</p>" for line in _mends(standings))
    return (
        f"<div class='rope-progress'>{_STYLE}{onward}{''.join(phases)}"
        f"<p role='status'>{_done(standings)}</p>{mends}</div>"
    )


def _marked(at):
    said = f"{at.lesson.number:02}" + ("" if at.status == "open" else f" {at.status}")
    if at.problem:
        return f"<span>{said}</span>"
    return course.link_in_widget(at.place, said, at.lesson.title)
