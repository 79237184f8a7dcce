"""How is a list of verdicts shown?

As a table, as CSV by answer or by learner, as JUnit XML, as a page for each learner. Each names the
seed, but for the file that Canvas reads: there every column is an assignment.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from rope_lessons.classroom.grade import Row

COLUMNS = (
    "learner",
    "file",
    "lesson",
    "exercise",
    "part",
    "verdict",
    "line",
    "detail",
    "notes",
    "seed",
)
MARKS = {"passed": "✓", "open": "○", "failed": "✗", "problem": "!"}


def table(rows: list[Row], seed: int) -> str:
    """One line an answer, notes beneath; at the end the counts. Details where it is one learner."""
    learners = len({row.learner for row in rows})
    learner = max(len(row.learner) for row in rows)
    exercise = max(len(_task(row)) for row in rows)
    lines = []
    for row in rows:
        lines.append(
            f"{row.learner:{learner}}  {_task(row):{exercise}}  "
            f"{MARKS[row.status]} {row.status:7}  {row.line}"
        )
        below = [f"note: {note}" for note in row.notes]
        if learners == 1:
            below += row.detail.splitlines()
        lines += [f"{'':{learner + exercise + 15}}{line}" for line in below]
    counts = Counter(row.status for row in rows)
    told = ", ".join(f"{counts[status]} {status}" for status in MARKS if counts[status])
    lines += [
        "",
        f"{learners} learner{'s' * (learners != 1)}, {len(rows)} answers: {told}.",
        f"Asked with seed {seed}; --seed {seed} asks the same again.",
    ]
    return "\n".join(lines)


def csv_text(rows: list[Row], seed: int) -> str:
    """A header and one row an answer."""
    lines: list = [COLUMNS]
    for row in rows:
        part = "core" if row.core else "stretch"
        notes = " ".join(row.notes)
        verdict = row.status, row.line, row.detail, notes, seed
        lines.append([row.learner, row.file, row.lesson, row.exercise, part, *verdict])
    return _csv(lines)


def learners_text(rows: list[Row], seed: int) -> str:
    """A header and one row a learner. On import Moodle asks which column is what."""
    lines: list = [("learner", "core passed", "core", "feedback", "notes", "seed")]
    for learner, theirs in _by_learner(rows):
        passed, core = _points(theirs)
        feedback = " ".join(f"{_task(row)}: {row.line}" for row in theirs if row.red)
        notes = " ".join(note for row in theirs for note in row.notes)
        lines.append((learner, passed, core, feedback, notes, seed))
    return _csv(lines)


def canvas_text(rows: list[Row], seed: int) -> str:
    """One row a learner, as Canvas's gradebook imports it: every column after Section is graded.

    Who it is, Canvas finds by login, else by full name.
    """
    points = [(learner, _points(theirs)) for learner, theirs in _by_learner(rows)]
    lines = [("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "RoPE exercises")]
    lines.append(("Points Possible", "", "", "", "", max(core for _, (_, core) in points)))
    lines += [(learner, "", "", learner, "", passed) for learner, (passed, _) in points]
    return _csv(lines)


def pages(rows: list[Row], seed: int) -> dict[str, str]:
    """A page in HTML for each learner, by file name: what passed, what each other answer heard."""
    return {f"{learner}.html": _page(theirs, seed) for learner, theirs in _by_learner(rows)}


def _page(rows, seed):
    passed, core = _points(rows)
    told = f"{rows[0].learner}: {passed} of {core} core exercises passed"
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">',
        f"<title>{escape(told)}</title>\n<h1>{escape(told)}</h1>",
    ]
    for row in rows:
        stretch = "" if row.core else " (stretch)"
        parts.append(f"<h2>{MARKS[row.status]} {escape(_task(row))}{stretch}: {row.status}</h2>")
        parts.append(f"<p>{escape(row.line)}</p>")
        parts += [f"<p>Note: {escape(note)}</p>" for note in row.notes]
        if row.detail:
            parts.append(f"<pre>{escape(row.detail)}</pre>")
    return "\n".join([*parts, f"<p>Asked with seed {seed}.</p>\n</html>\n"])


def junit_text(rows: list[Row], seed: int) -> str:
    """A suite a learner, a case an answer; red exactly where the exit status is.

    Core answers that did not pass are failures, or errors if they could not be called; stretch
    answers that did not pass are skipped.
    """
    suites = ElementTree.Element("testsuites", name="rope-lessons grade")
    for learner, theirs in _by_learner(rows):
        kinds = [_kind(row) for row in theirs]
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=learner,
            tests=str(len(theirs)),
            failures=str(kinds.count("failure")),
            errors=str(kinds.count("error")),
            skipped=str(kinds.count("skipped")),
        )
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", name="seed", value=str(seed))
        for row, kind in zip(theirs, kinds, strict=True):
            place = f"{learner}.{row.lesson or row.file}"
            case = ElementTree.SubElement(
                suite, "testcase", classname=place, name=row.exercise or row.file
            )
            if kind:
                told = ElementTree.SubElement(case, kind, message=f"{row.status}: {row.line}")
                if kind != "skipped":
                    told.set("type", row.status)
                told.text = row.detail
            if row.notes:
                ElementTree.SubElement(case, "system-out").text = "\n".join(row.notes)
    ElementTree.indent(suites)
    body = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _csv(lines):
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(lines)
    return file.getvalue()


def _by_learner(rows):
    for learner in dict.fromkeys(row.learner for row in rows):
        yield learner, [row for row in rows if row.learner == learner]


def _points(rows):
    """How many core exercises passed, of how many."""
    core = [row.status for row in rows if row.core and row.exercise]
    return core.count("passed"), len(core)


def _task(row):
    return f"{row.lesson[:2]} {row.exercise}" if row.lesson else row.file


def _kind(row):
    if row.status == "passed":
        return None
    if not row.core:
        return "skipped"
    return "error" if row.status == "problem" else "failure"
