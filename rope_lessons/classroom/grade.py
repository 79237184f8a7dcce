"""Are the learners' answers right, whatever their notebooks say? ``rope-lessons grade PATH…``

All submissions are read before the first one runs, and at the end all that the verdicts rest on
must be as it was. Each submission's answers go into the exercise as it was handed out and run in a
process of their own (:mod:`rope_lessons.classroom.grade_process`), which sends back what the
functions give for probes drawn at grading time. The verdict is found here, where none of the
learner's code has run.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rope_lessons import course, exercises, learner_files
from rope_lessons.classroom import (
    grade_cells,
    grade_isolate,
    grade_process,
    grade_report,
    grade_seal,
    grade_watch,
)
from rope_lessons.exercises import answers, checks

if TYPE_CHECKING:
    import argparse

    from rope_lessons.classroom.grade_cells import Blank

LARGEST = 16 * 2**20  # bytes of a submission


@dataclass(frozen=True)
class Submission:
    """A notebook, and whose it is; ``path`` is None where a learner's folder holds none.

    ``content`` is what :func:`read` found in it, ``problem`` why it did not read it. ``others``
    says what else the learner handed in for the same exercise.
    """

    learner: str
    path: Path | None
    content: bytes = b""
    modified: float = 0.0
    problem: str = ""
    others: tuple = ()


@dataclass(frozen=True)
class Row:
    """The verdict on one answer; ``problem`` says that it could not be called, ``line`` why."""

    learner: str
    file: str
    lesson: str  # both empty where the file is no exercise of the course
    exercise: str
    core: bool
    status: str  # passed, failed, open or problem
    line: str
    detail: str = ""
    notes: tuple = ()
    void: str = ""  # why this answer leaves no verdict of the run to be trusted

    @property
    def red(self) -> bool:
        """Whether it keeps the run from passing."""
        return self.core and self.status != "passed"


def find(paths: Iterable[str | Path]) -> list[Submission]:
    """The submissions under those paths.

    A notebook belongs to the learner whom its folder is named after. A folder that holds notebooks,
    itself or in exercises/, is one learner's. In any other folder, each folder is one learner's.

    Raises
    ------
    ValueError
        A path does not exist; a folder holds no notebooks, or notebooks beside learners' folders.

    Example: ``find(["class"])`` of class/ada/07_rotate_and_dot.ipynb gives one submission of ada.
    """
    named = map(Path, paths)
    return [
        submission
        for path in named
        # A link to a folder is the instructor's own, a link to a notebook may be the learner's.
        for submission in _find(
            path.parent.resolve() / path.name if path.is_file() else path.resolve()
        )
    ]


def _find(path):
    if path.is_file():
        folder = path.parent
        return [Submission((folder.parent if folder.name == "exercises" else folder).name, path)]
    if not path.is_dir():
        raise ValueError(f"{path} does not exist. Name a notebook, or a folder of them.")
    learners = [folder for folder in _visible(path) if folder.is_dir()]
    if (path / "exercises").is_dir() or not any(_notebooks(folder) for folder in learners):
        learners = []
    here = _notebooks(path)
    if here and learners:
        raise ValueError(
            f"{path} holds notebooks and folders of notebooks. Give each learner a folder of their "
            "own, or name the notebooks one by one."
        )
    if not here and not learners:
        raise ValueError(f"there are no notebooks in {path}.")
    if here:
        return [Submission(path.name, file) for file in here]
    return [
        Submission(folder.name, file)
        for folder in learners
        for file in _notebooks(folder) or [None]
    ]


def _notebooks(folder):
    inside = folder / "exercises"
    return [
        file
        for file in _visible(inside if inside.is_dir() else folder)
        if file.suffix == ".ipynb" and (file.is_file() or file.is_symlink())
    ]


def _visible(folder):
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def read(submission: Submission) -> Submission:
    """The submission with what is in its file; links, and files with other names, are not read."""
    path = submission.path
    if not path:
        return submission
    try:
        if Path(os.path.realpath(path)) != path:
            raise ValueError("it is a link, or lies behind one. Hand in the file itself.")
        found = path.stat()
        if found.st_nlink > 1:
            raise ValueError("the file has another name elsewhere (a hard link). Hand in a copy.")
        if found.st_size > LARGEST:
            raise ValueError(f"the file is larger than {LARGEST >> 20} MiB. Clear its outputs.")
        return replace(submission, content=path.read_bytes(), modified=found.st_mtime)
    except (OSError, ValueError) as error:
        return replace(submission, problem=str(error))


def choose(submissions: Iterable[Submission], blanks: list[Blank]) -> list[Submission]:
    """Of several notebooks of one learner for one exercise the one that counts.

    An answered one comes before one that is not, then the newer one. The others are named with it,
    and not judged.
    """
    rivals = {}
    for entry in submissions:
        blank, answered = _held(entry, blanks)
        key = entry.learner, blank.stem if blank else entry.path
        rivals.setdefault(key, []).append((answered, entry.modified, str(entry.path), entry))
    chosen = []
    for several in rivals.values():
        *others, best = sorted(several, key=lambda rival: rival[:3])
        told = tuple(
            f"{other[-1].path.name} is of the same exercise, {_worse(other, best)}; "
            f"{best[-1].path.name} counts."
            for other in others
        )
        chosen.append(replace(best[-1], others=told))
    return chosen


def _worse(other, best):
    if other[0] < best[0]:
        return "not answered"
    return "older" if other[1] < best[1] else "as old"


def _held(submission, blanks):
    """Which exercise it is, or None; and whether anything is filled in."""
    if not submission.path:
        return None, False
    try:
        submitted = grade_cells.cells(grade_cells.parse(submission.content))
    except Exception:  # whatever it is, it is told where the verdict is
        submitted = []
    named, held = grade_cells.identify(submission.path.stem, submitted, blanks)
    blank = named or held
    return blank, blank is not None and grade_cells.answered(blank, submitted)


def grade(
    submission: Submission,
    *,
    blanks: list[Blank],
    seed: int,
    seconds: float,
    memory: int,
    package: str | Path | None = None,
    isolate: bool = False,
) -> list[Row]:
    """The verdicts on one submission, as rows.

    Parameters
    ----------
    submission : Submission
        As :func:`read` gives it.
    blanks : list of rope_lessons.classroom.grade_cells.Blank
        The exercises as handed out.
    seed : int
        Of the probes; the same seed asks the same.
    seconds : float
        Time for the whole notebook.
    memory : int
        Bytes of address space.
    package : path or None
        The folder of the package's copy that answers see.
    isolate : bool
        Whether they run walled in.

    Returns
    -------
    list of Row
        One for each exercise function of the notebook, or a single one where it is not clear which
        exercise it is.
    """
    submitted, problem = [], submission.problem
    if not problem:
        try:
            notebook = grade_cells.parse(submission.content)
            submitted = grade_cells.cells(notebook)
        except ValueError as error:
            problem = str(error)
    named, held = grade_cells.identify(submission.path.stem, submitted, blanks)
    blank = named or held
    if named and held and named is not held:
        problem = f"this file holds the answers of {held.stem}. Hand in {named.stem}."
    elif not blank:
        problem = problem or "this is no exercise notebook of the course."
    if problem or blank is None:
        names = blank.names if blank else [""]
        rows = [_row(submission, name, "problem", problem) for name in names]
        return [replace(rows[0], notes=submission.others), *rows[1:]]

    collected, notes, own = grade_cells.collect(blank, submitted)
    kernel = grade_cells.kernel(notebook)
    if kernel not in ("", "python3"):
        notes.append(f"the notebook asks for the kernel {kernel}; that is ignored.")
    notes += submission.others
    steps = _steps(blank, collected, seed)
    heard = grade_process.run(steps, seconds, memory, package, isolate)
    notes += [f"the code reaches for {name}; that is refused." for name in list(heard.reached)[:9]]
    rows = [
        _verdict(submission, id, name, collected[id], heard, seed, own)
        for id, names in blank.asks.items()
        for name in names
    ]
    void = ""
    if heard.loose:
        void = f"{submission.learner}'s code ended the process that watches it, and may go on."
    return [replace(rows[0], notes=(*notes, *rows[0].notes), void=void), *rows[1:]]


def _steps(blank, collected, seed):
    """What the process is to do: run the code cells, and after each answer call its functions."""
    for cell in blank.cells:
        asked = collected.get(cell.id)
        if cell.kind != "code" or (asked and asked.problem):
            continue
        asking = map(exercises.find, blank.asks.get(cell.id, ()))
        calls = {entry.name: (entry.parameters, entry.probes(seed)) for entry in asking}
        yield {
            "cell": cell.id,
            "source": asked.source if asked else cell.source,
            "calls": answers.to_json(calls),
        }


def _verdict(submission, id, name, answer, heard, seed, own):
    """The row of one exercise."""

    def row(status, line, detail="", notes=()):
        return _row(
            submission, name, status, line, detail, (*answer.notes, *notes, *_hint(line, own))
        )

    if answer.problem:
        return row("problem", answer.problem)
    reply, stopped = heard.calls.get(name), heard.stopped.get(id)
    if reply is None:
        return row("problem", heard.ending)
    if "open" in reply:
        return row("open", "not filled in yet.")
    if "absent" in reply:
        if stopped:
            return row("problem", f"its cell stopped with {stopped}.")
        if reply["absent"]:
            return row("problem", f"{name} is no function, but of type {reply['absent']}.")
        given = ", ".join(answer.defined) or "nothing"
        return row("problem", f"it defines {given}, not {name}. Keep the stub's name.")
    exercise = exercises.find(name)
    try:
        given = checks.Run(
            [answers.plain(answers.from_json(value)) for value in reply["answers"]],
            [str(argument) for argument in reply["changed"]],
            str(reply["problem"]),
        )
        result = checks.judge(exercise, exercise.probes(seed), given)
    except Exception:  # the learner's code may have sent anything
        return row("problem", "what its process sent cannot be read.")
    notes = (f"below the function, its cell stopped with {stopped}.",) if stopped else ()
    return row(result.status, result.line, result.detail, notes)


def _hint(line, own):
    """Where the line misses a name that a cell of the learner's own gives: a note that says so."""
    name = re.search(r"NameError: .*?'(\w+)'", line)
    if name and any(re.search(rf"\b{name[1]}\b", source) for source in own):
        return (f"{name[1]} stands in a cell that is no answer cell. Only answers are graded.",)
    return ()


def _row(submission, name, status, line, detail="", notes=()):
    known = exercises.every().get(name)
    return Row(
        learner=submission.learner,
        file=submission.path.name if submission.path else "",
        lesson=course.lesson(known.lesson).stem if known else "",
        exercise=name,
        core=not (known and known.stretch),
        status=status,
        line=line,
        detail=detail,
        notes=notes,
    )


def main(options: argparse.Namespace) -> int:
    """Grade as the command line says.

    Gives the exit status: 0 if every core answer passed, 1 if not, 2 if it could not start, 3 if
    the run is void.
    """
    grade_watch.unreadable()
    seed = secrets.randbits(32) if options.seed is None else options.seed
    ours = Path(__file__).resolve().parent.parent
    with contextlib.ExitStack() as stack:
        try:
            files = _files(options)
            blanks = grade_cells.blanks(course.root())
            submissions = choose(map(read, find(options.paths)), blanks)
            refused = grade_isolate.refusal() if options.isolate else ""
            if refused:
                raise ValueError(refused)
            one = functools.partial(
                grade,
                blanks=blanks,
                seed=seed,
                seconds=options.seconds,
                memory=int(options.memory * 2**30),
                isolate=options.isolate,
            )
            watched: list[str | Path] = [ours, course.root() / "solutions"]
            watched += [entry.path for entry in submissions if entry.path]
            if options.dask:  # each worker makes a copy of its own
                executor = stack.enter_context(_on_dask(options.dask))
            else:
                package = stack.enter_context(grade_process.stripped())
                watched.append(package)
                one = functools.partial(one, package=package)
                executor = stack.enter_context(ThreadPoolExecutor(options.jobs))
            sealed = grade_seal.take(watched)
        except (ValueError, ImportError, OSError) as error:
            print(f"rope-lessons grade: {error}", file=sys.stderr)
            return 2
        rows = every(submissions, one, executor)
        changed = grade_seal.changed(sealed, watched)
    broken = [row.void for row in rows if row.void]
    for path in changed:
        if path.suffix == ".pyc" and path.is_relative_to(ours):
            path.unlink(missing_ok=True)  # Python's own cache, or what somebody made look like it
        else:
            broken.append(f"{path} was changed.")
    written = [(path, text(rows, seed)) for path, text in files]
    if options.pages:
        pages = grade_report.pages(rows, seed)
        written += [(Path(options.pages, name), page) for name, page in pages.items()]
    return _report(rows, seed, written, broken)


def _report(rows, seed, written, broken):
    """Show the verdicts and write them, unless the run is void. Gives the exit status."""
    if broken:
        print("VOID: no verdict of this run counts, and nothing is written.")
        print(*(f"  While answers ran, {_printable(reason)}" for reason in broken), sep="\n")
        print("Put it right, and grade again, with --isolate where you can.\n")
    print(grade_report.table(rows, seed))
    if broken:
        return 3
    try:
        for path, text in written:
            path.parent.mkdir(exist_ok=True)
            learner_files.write_whole(path, text)
        lost = [path for path, text in written if path.read_text(encoding="utf-8") != text]
    except OSError as error:
        lost = [error]
    if lost:
        print(f"VOID: not as it was written: {', '.join(map(str, lost))}", file=sys.stderr)
        return 3
    return int(any(row.red for row in rows))


def _files(options):
    """What to write besides the table: (path, function from rows and seed to text)."""
    kinds = {
        options.csv: grade_report.csv_text,
        options.learners: grade_report.learners_text,
        options.canvas: grade_report.canvas_text,
        options.junit: grade_report.junit_text,
    }
    files = [(Path(file), text) for file, text in kinds.items() if file]
    for file in [*(file for file, _ in files), *(Path(options.pages or "."),)]:
        if not file.resolve().parent.is_dir():
            raise ValueError(f"there is no folder to write {file} into.")
    return files


def every(
    submissions: list[Submission], one: Callable[[Submission], list[Row]], executor: Executor
) -> list[Row]:
    """The rows of all submissions, sorted by learner and lesson.

    A lesson that one learner handed in is expected of all.

    Parameters
    ----------
    submissions : list of Submission
    one : function
        From a submission to its rows.
    executor : concurrent.futures.Executor or the like
    """
    futures = {entry: executor.submit(one, entry) for entry in submissions if entry.path}
    rows = []
    try:
        for done, (entry, future) in enumerate(futures.items(), 1):
            try:
                rows += future.result()
            except Exception as error:  # whatever it is, the others are graded
                rows.append(
                    _row(entry, "", "problem", f"could not be graded: {checks.words(error)}")
                )
            if sys.stderr.isatty():
                print(f"{done} of {len(futures)} notebooks", end="\r", file=sys.stderr)
    finally:
        for future in futures.values():
            future.cancel()
    learners = {entry.learner: Submission(entry.learner, None) for entry in submissions}
    asked = [name for name in exercises.every() if any(row.exercise == name for row in rows)]
    there = {(row.learner, row.exercise) for row in rows}
    rows += [
        _row(nothing, name, "open", "not handed in.")
        for learner, nothing in learners.items()
        for name in asked
        if (learner, name) not in there
    ]
    return [_clean(row) for row in sorted(rows, key=lambda row: (row.learner, row.lesson))]


@contextlib.contextmanager
def _on_dask(address):
    """An executor whose work is done by the cluster at that address."""
    try:
        from distributed import Client
    except ImportError:
        raise ImportError(
            "--dask needs Dask. Install it with 'pip install distributed', here and on the workers."
        ) from None
    # Not pure: the same file may have changed since it was graded last.
    with Client(address) as client, client.get_executor(pure=False) as executor:
        yield executor


def _clean(row):
    """The row with nothing in it that harms a terminal or a file: parts may be the learner's."""
    return replace(
        row,
        learner=_printable(row.learner),
        file=_printable(row.file),
        line=_printable(row.line),
        detail="\n".join(map(_printable, row.detail.splitlines()[:20])),
        notes=tuple(map(_printable, row.notes)),
        void=_printable(row.void),
    )


def _printable(text, longest=300):
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"
