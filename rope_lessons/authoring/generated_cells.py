"""What stands in the cells that every notebook has: links, the map, cards and glossary?

They are written anew from :mod:`rope_lessons.course`; a link appears once its target exists.
"""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from rope_lessons import course
from rope_lessons.study import flashcards, glossary_entries

if TYPE_CHECKING:
    from nbformat import NotebookNode


def relink(notebook: NotebookNode, folder: str, stem: str, root: Path) -> None:
    """Write the generated cells of a notebook anew, in place.

    They have the ids header, footer and map, and in the flashcards and the glossary those that
    :func:`rope_lessons.study.flashcards.pages` and
    :func:`rope_lessons.study.glossary_entries.pages` name.
    """
    lesson = next((entry for entry in course.LESSONS if entry.stem == stem), None)
    companion = next((entry for entry in course.COMPANIONS if entry.stem == stem), None)
    if lesson:
        texts = _links(lesson, folder, root)
    elif companion:
        texts = _companion(companion)
    else:
        first = course.LESSONS[0]
        texts = {"map": _map(root), "footer": _next(first.label, first.stem)}
    for cell in notebook.cells:
        if cell.id in texts:
            cell.source = texts[cell.id]


def _links(entry, folder, root):
    """The header and footer of one lesson, exercise or solution."""

    def link(text, to_folder, stem):
        if not _made_from(root, to_folder, stem).is_file():
            return None
        return f"[{text}]({posixpath.relpath(course.path(to_folder, stem), folder)})"

    before, after = (
        next((near for near in course.LESSONS if near.number == entry.number + step), None)
        for step in (-1, 1)
    )
    lesson = link("the lesson", "notebooks", entry.stem)
    exercise = link("the exercise", "exercises", entry.stem)
    solution = link("the solution", "solutions", entry.stem)
    previous = link(f"← {before.label}", "notebooks", before.stem) if before else ""
    following = link(f"{after.label} →", "notebooks", after.stem) if after else ""
    cards = course.COMPANIONS[0]
    onward = following or link(f"{cards.label} →", "notebooks", cards.stem)
    start = link("start page", "notebooks", course.START)
    where = f"Phase {entry.phase}, {course.PHASES[entry.phase]}"

    if folder == "notebooks":
        title = entry.label
        facts = [where, f"{entry.minutes:g} minutes", previous, following, exercise, start]
        opening = f"After it you can say: **{entry.promise}**."
        onward = link(f"Exercise {entry.label} →", "exercises", entry.stem) or onward
        closing = [following]
        ending = f"The exercise takes about {entry.exercise_minutes} minutes more."
    elif folder == "exercises":
        title = f"Exercise {entry.label}"
        facts = [where, f"about {entry.exercise_minutes} minutes", lesson, start]
        opening = (
            "Replace each `...` with your own code and run the cell, then the check under it. "
            "Nothing breaks if you get it wrong, and hints are there when you want them."
        )
        closing = [solution, lesson]
        ending = "Compare with the solution once both checks pass; yours may read better."
    else:
        title = f"Solution {entry.label}"
        facts = [where, exercise, lesson, start]
        opening = "One way to write it. Read it after you have tried."
        closing = [exercise, lesson]
        ending = ""
    row = " · ".join(text for text in facts if text)
    aside = " · ".join(text for text in [*closing, start] if text)
    footer = [onward and f"### Next: {onward}", ending, aside]
    return {
        "header": f"# {title}\n\n{row}\n\n{opening}",
        "footer": "\n\n".join(text for text in footer if text),
    }


def _next(said, stem):
    return f"### Next: [{said} →]({stem}.ipynb)"


def _companion(entry):
    """The generated cells of a notebook beside the lessons."""
    written = {"flashcards": flashcards.pages, "glossary": glossary_entries.pages}
    pages = written[entry.name]() if entry.name in written else {}
    others = [f"[{near.label}]({near.stem}.ipynb)" for near in course.COMPANIONS if near != entry]
    row = " · ".join([f"[start page]({course.START}.ipynb)", *others])
    later = [near for near in course.COMPANIONS if near.number > entry.number]
    footer = _next(later[0].label, later[0].stem) if later else _next("start page", course.START)
    header = f"# {entry.label}\n\n{row}\n\nFor {entry.promise}."
    return {"header": header, "footer": footer, **pages}


def _map(root):
    """The start page's table of lessons."""
    lines = ["| lesson | minutes | after it you can say |", "|---|---|---|"]
    for phase, name in course.PHASES.items():
        lines.append(f"| **Phase {phase}: {name}** | | |")
        for entry in course.LESSONS:
            if entry.phase == phase:
                there = _made_from(root, "notebooks", entry.stem).is_file()
                title = f"[{entry.label}]({entry.stem}.ipynb)" if there else entry.label
                lines.append(f"| {title} | {entry.minutes:g} | {entry.promise} |")
    lines.append("| **At any time** | | for |")
    for entry in course.COMPANIONS:
        lines.append(f"| [{entry.label}]({entry.stem}.ipynb) | | {entry.promise} |")
    return "\n".join(lines)


def _made_from(root, folder, stem):
    """The file whose existence means that this notebook exists: exercises come from solutions."""
    return root / course.path("solutions" if folder == "exercises" else folder, stem)
