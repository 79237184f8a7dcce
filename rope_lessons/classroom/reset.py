"""How does an exercise become new again, with nothing lost?

From its solution, as :mod:`rope_lessons.authoring.notebook_files` blanks it. Before a notebook
changes, a dated copy of it goes to ``kept/`` in the learner's own folder
(:mod:`rope_lessons.learner_files`); so ``rope-lessons reset`` asks nothing first.
"""

from __future__ import annotations

import copy
import difflib
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from rope_lessons import course, exercises, learner_files
from rope_lessons.authoring import generated_cells, notebook_files

if TYPE_CHECKING:
    import argparse


@dataclass(frozen=True)
class Reset:
    """What became of one exercise or notebook; ``kept`` is the path of the copy, if one was due."""

    what: str
    changed: bool
    kept: Path | None = None

    def __str__(self):
        if not self.changed:
            return f"{self.what}: nothing to do, it is as new."
        kept = f" What it was is kept in {self.kept}" if self.kept else ""
        return f"{self.what}: as new.{kept}"


def find(what: str) -> exercises.Exercise | course.Lesson:
    """What a learner's word stands for.

    Parameters
    ----------
    what : str
        An exercise's function, a lesson's number, or a notebook's name or path.

    Returns
    -------
    exercises.Exercise or course.Lesson

    Raises ``TypeError`` when it is no text, ``ValueError`` when it is none of them.

    >>> find("7") is find("exercises/exercise_07_rotate_and_dot.ipynb"), find("score_at").lesson
    (True, 7)
    """
    if not isinstance(what, str):
        raise TypeError(f"say it as text, such as 'score_at' or '7', got {type(what).__name__}")
    name = course.stem_of(what)
    if name.isdecimal():
        return course.lesson(int(name))
    named = exercises.every() | {lesson.stem: lesson for lesson in course.LESSONS}
    if name in named:
        return named[name]
    near = difflib.get_close_matches(name, named, n=1)
    raise ValueError(
        f"no exercise and no notebook is called {what!r}. "
        + (f"Did you mean {near[0]}? " if near else "")
        + "Give a function's name (score_at), a lesson's number (7) or --all."
    )


def exercise(asked: exercises.Exercise, root: Path | None = None) -> Reset:
    """Empty one exercise: its answer is the stub again, and what its checks said is gone.

    Parameters
    ----------
    asked : exercises.Exercise
    root : path, optional
        The course's folder; by default the one that :func:`rope_lessons.course.root` finds.

    Returns
    -------
    Reset

    Raises
    ------
    ValueError
        The notebook cannot be read, or the answer's cell is gone from it.
    OSError
        A file cannot be written; the notebook is then as it was.
    """
    lesson = course.lesson(asked.lesson)
    path, pristine = _pristine(lesson, root)
    what = f"{asked.name} in exercises/{path.name}"
    found = _read(path)
    if _as_new(found, pristine):
        return Reset(what, changed=False)
    (stub,) = (
        cell
        for cell in pristine.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == asked.name
    )
    answer = next((cell for cell in found.cells if cell.id == stub.id), None) if found else None
    if answer is None:
        raise ValueError(
            f"the cell of {asked.name} is not to be found in exercises/{path.name}. "
            f"'rope-lessons reset {lesson.number:02}' puts a new notebook there, and keeps yours."
        )
    before = copy.deepcopy(found)
    answer.source = stub.source
    answer.metadata["rope_lessons"] = stub.metadata["rope_lessons"]
    for cell in found.cells:
        if cell is answer or (cell.cell_type == "code" and f"check({asked.name})" in cell.source):
            cell.outputs, cell.execution_count = [], None
    if found == before:
        return Reset(what, changed=False)
    kept = _keep(path)
    learner_files.write_whole(path, nbformat.writes(found) + "\n")
    return Reset(what, changed=True, kept=kept)


def notebook(lesson: course.Lesson, root: Path | None = None) -> Reset:
    """Put a lesson's exercise notebook back to what the course was delivered with.

    Parameters
    ----------
    lesson : course.Lesson
    root : path, optional
        As for :func:`exercise`.

    Returns
    -------
    Reset

    Raises
    ------
    ValueError
        The course has no such exercise.
    OSError
        A file cannot be written; the notebook is then as it was.
    """
    path, pristine = _pristine(lesson, root)
    what = f"exercises/{path.name}"
    if _as_new(_read(path), pristine):
        return Reset(what, changed=False)
    _run(pristine, path.parent)
    kept = _keep(path) if path.exists() else None
    learner_files.write_whole(path, nbformat.writes(notebook_files.normalise(pristine)) + "\n")
    return Reset(what, changed=True, kept=kept)


def _run(notebook, folder):
    """Run it where that can be done; else it is as new, and not yet run."""
    try:
        from rope_lessons.authoring import build
    except ImportError:  # nbclient comes with JupyterLab, but need not be in every kernel
        return
    build.execute(notebook, folder)


def main(options: argparse.Namespace) -> int:
    """``rope-lessons reset``; gives the exit status."""
    try:
        wanted = _lessons() if options.all else [find(what) for what in options.what]
        changed = False
        for each in wanted:
            became = notebook(each) if isinstance(each, course.Lesson) else exercise(each)
            print(became, flush=True)
            changed |= became.changed
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if changed:
        print("Where one of them is open in JupyterLab: File, Reload Notebook from Disk.")
    return 0


def _lessons():
    """The lessons whose exercise can be made."""
    root = course.root()
    return [
        entry for entry in course.LESSONS if (root / course.path("solutions", entry.stem)).exists()
    ]


def _pristine(lesson, root):
    """Where the exercise lies, and what it is made of."""
    root = root or course.root()
    solution = root / course.path("solutions", lesson.stem)
    if not solution.exists():
        raise ValueError(
            f"solutions/{solution.name} is missing, and the exercise is made from it. "
            "Get that file from the course again."
        )
    made = notebook_files.blank(notebook_files.read(solution))
    generated_cells.relink(made, "exercises", lesson.stem, root)
    return root / course.path("exercises", lesson.stem), made


def _read(path):
    """The notebook at that path; None where there is none or it cannot be read."""
    try:
        return notebook_files.read(path)
    except Exception:  # anything may stand in the file, and nbformat stumbles over it anywhere
        return None


def _as_new(found, pristine):
    """Whether a notebook was never worked in: as made, and not saved by Jupyter since."""
    return (
        found is not None
        and found == notebook_files.normalise(found)
        and _without_results(found) == _without_results(notebook_files.normalise(pristine))
    )


def _without_results(found):
    found = copy.deepcopy(found)
    for cell in found.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return found


def _keep(path):
    """Copy a file to the learner's own folder, under a dated name that no other copy has."""
    folder = learner_files.folder() / "kept"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{path.stem}-{datetime.now():%Y%m%d-%H%M%S-%f}{path.suffix}"
    with kept.open("xb") as file:
        file.write(path.read_bytes())
    return kept
