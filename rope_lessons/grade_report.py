"""How is a list of verdicts shown? As a table, as CSV, as JUnit XML; each names the seed."""

import csv
import io
from collections import Counter
from xml.etree import ElementTree

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


def table(rows, seed):
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


def csv_text(rows, seed):
    """A header and one row an answer."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        part = "core" if row.core else "stretch"
        notes = " ".join(row.notes)
        verdict = row.status, row.line, row.detail, notes, seed
        writer.writerow([row.learner, row.file, row.lesson, row.exercise, part, *verdict])
    return file.getvalue()


def junit_text(rows, seed):
    """A suite a learner, a case an answer; red exactly where the exit status is.

    Core answers that did not pass are failures, or errors if they could not be called; stretch
    answers that did not pass are skipped.
    """
    suites = ElementTree.Element("testsuites", name="rope-lessons grade")
    for learner in dict.fromkeys(row.learner for row in rows):
        theirs = [row for row in rows if row.learner == learner]
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


def _task(row):
    return f"{row.lesson[:2]} {row.exercise}" if row.lesson else row.file


def _kind(row):
    if row.status == "passed":
        return None
    if not row.core:
        return "skipped"
    return "error" if row.status == "problem" else "failure"
