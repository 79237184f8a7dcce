"""Which code in this file is the learner's answer?

A submission is read as plain JSON, by hand, because anything may have happened to it. Its cells
are matched with those of the exercise as it was handed out: by cell id, else by nbgrader's grade
id, else by the name of the function that they define. Only answers are taken out of it.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rope_lessons import course, exercises

FUNCTION = re.compile(r"^(?:async +)?def +(\w+)|^(\w+) *= *\(?lambda\b", re.M)


@dataclass(frozen=True)
class Cell:
    """What matters of a notebook's cell; ``answer`` and ``locked`` as nbgrader's metadata say."""

    id: str
    grade_id: str
    kind: str
    source: str
    answer: bool
    locked: bool

    @property
    def defined(self) -> list[str]:
        """The names of the functions that it defines, in order."""
        return _defined(self.source)


@dataclass(frozen=True)
class Blank:
    """An exercise notebook as handed out; ``asks`` maps an answer cell's id to its exercises."""

    stem: str
    cells: tuple
    asks: dict

    @property
    def names(self) -> list[str]:
        """The names of its exercises, in order."""
        return [name for names in self.asks.values() for name in names]


@dataclass(frozen=True)
class Answer:
    """The source of an answer cell, or why there is none; and what to tell about it."""

    source: str = ""
    problem: str = ""
    notes: tuple = ()

    @property
    def defined(self) -> list[str]:
        """The names of the functions that it defines, in order."""
        return _defined(self.source)


def blanks(root: Path) -> list[Blank]:
    """The exercises of the course in that folder, made anew from their solutions.

    So it does not matter what became of the copies in exercises/.
    """
    from rope_lessons.authoring import (
        notebook_files,  # needs what JupyterLab brings, as nothing else here does
    )

    made = [
        _blank(course.stem_of(path), cells(notebook_files.blank(notebook_files.read(path))))
        for path in sorted((root / "solutions").glob("*.ipynb"))
    ]
    return [blank for blank in made if blank.names]


def parse(content: bytes) -> dict:
    """A submitted notebook, given as bytes, as a dictionary that has a list of cells.

    Raises ``ValueError`` that says what it is instead.
    """
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ValueError(
            "the file cannot be read: it is not JSON. Save the notebook and hand it in again."
        ) from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError(
            "the file is no notebook of format 4. Open it in JupyterLab, save it and hand it in "
            "again."
        )
    return notebook


def cells(notebook: dict) -> list[Cell]:
    """The cells of a notebook read as JSON; what is no cell is left out."""
    return [_cell(entry) for entry in notebook["cells"] if isinstance(entry, dict)]


def kernel(notebook: dict) -> str:
    """The name of the kernel that the notebook asks for, or an empty text."""
    return str(_inside(notebook, "metadata", "kernelspec").get("name", ""))


def identify(
    name: str, submitted: list[Cell], handed_out: list[Blank]
) -> tuple[Blank | None, Blank | None]:
    """Which exercise a submission answers.

    Parameters
    ----------
    name : str
        The file's name without its ending.
    submitted : list of Cell
    handed_out : list of Blank

    Returns
    -------
    tuple of Blank or None, Blank or None
        The one that the file is named after, and the one whose answer cells it holds. Where all
        marks of these are lost, a file without a name is told by the functions in it.
    """
    named = next((blank for blank in handed_out if blank.stem in name), None)
    grade_ids, ids = ({getattr(cell, mark) for cell in submitted} for mark in ("grade_id", "id"))
    functions = {name for cell in submitted for name in cell.defined}

    def marked(blank):
        asking = [cell for cell in blank.cells if cell.id in blank.asks]
        by_grade_id = sum(cell.grade_id in grade_ids for cell in asking)
        by_id = sum(cell.id in ids for cell in asking)
        # One alone can be chance: other notebooks call a cell of theirs "napkin", too.
        return by_grade_id or (by_id if 2 * by_id >= len(asking) else 0)

    def answered(blank):
        return len(functions.intersection(blank.names))

    held = max(handed_out, key=lambda blank: (marked(blank), blank is named))
    if marked(held):
        return named, held
    held = max(handed_out, key=answered)
    return named, held if answered(held) and not named else None


def collect(blank: Blank, submitted: list[Cell]) -> tuple[dict[str, Answer], list[str], list[str]]:
    """The learner's answers, and what else is in the notebook.

    Returns
    -------
    tuple of dict, list of str, list of str
        {cell id: Answer}, notes about the notebook as a whole, and the sources of the cells that
        are the learner's own and not taken.
    """
    owned, own = _sort(blank, submitted)
    answers = {id: _answer(blank, id, owned[id], own) for id in blank.asks}
    notes = []
    for cell in blank.cells:
        changed = [mine for mine in owned[cell.id] if mine.source.strip() != cell.source.strip()]
        if cell.id in blank.asks or cell.kind != "code":
            continue
        own += changed
        if changed and cell.locked:
            notes.append(f"the locked cell {cell.id} was changed; that is ignored.")
    return answers, notes, [cell.source for cell in own if cell.kind == "code"]


def answered(blank: Blank, submitted: list[Cell]) -> bool:
    """Whether any answer differs from the stub."""
    stubs = {cell.id: cell.source.strip() for cell in blank.cells}
    filled, _, _ = collect(blank, submitted)
    return any(found.source.strip() not in ("", stubs[id]) for id, found in filled.items())


def _blank(stem, handed_out):
    lesson = int(stem[:2])
    names = [name for name, entry in exercises.every().items() if entry.lesson == lesson]
    asks = {
        cell.id: tuple(name for name in cell.defined if name in names)
        for cell in handed_out
        if cell.answer
    }
    return Blank(stem, tuple(handed_out), asks)


def _cell(entry):
    source = entry.get("source", "")
    nbgrader = _inside(entry, "metadata", "nbgrader")
    return Cell(
        id=str(entry.get("id", "")),
        grade_id=str(nbgrader.get("grade_id", "")),
        kind=str(entry.get("cell_type", "")),
        source="".join(map(str, source)) if isinstance(source, list) else str(source),
        answer=entry.get("cell_type") == "code" and nbgrader.get("solution") is True,
        locked=nbgrader.get("locked") is True,
    )


def _defined(source):
    """Read line by line: learners' code may hold magics, or not parse at all."""
    found = FUNCTION.findall(source)
    return list(dict.fromkeys(function or name for function, name in found))


def _inside(entry, *keys):
    """The dictionary under those keys, or an empty one."""
    for key in keys:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry if isinstance(entry, dict) else {}


def _sort(blank, submitted):
    """The submitted cells by the id of the handed-out cell that each stands for, and the rest."""
    ids = {cell.id for cell in blank.cells}
    by_grade_id = {cell.grade_id: cell.id for cell in blank.cells if cell.grade_id}
    owned, rest = defaultdict(list), []
    for cell in submitted:
        id = cell.id if cell.id in ids else by_grade_id.get(cell.grade_id)
        (owned[id] if id else rest).append(cell)
    return owned, rest


def _answer(blank, id, mine, own):
    stub = next(cell for cell in blank.cells if cell.id == id)
    code = [cell for cell in mine if cell.kind == "code"]
    filled = [cell for cell in code if cell.source.strip() != stub.source.strip()]
    notes = []
    if not filled:
        filled = [
            cell for cell in own if cell.kind == "code" and set(cell.defined) & set(blank.asks[id])
        ]
        if filled:
            notes.append("the answer stood in another cell; found by the function's name.")
    elif id not in [cell.id for cell in filled]:
        notes.append("the answer cell has lost its id; found by its nbgrader id.")
    if not filled and not code:
        if mine:
            what = f"the answer cell {id} is a {mine[0].kind} cell. Make it a code cell again."
        else:
            what = f"the answer cell {id} is missing. Paste the answer into a fresh exercise."
        return Answer(problem=what)
    if len(filled) > 1:
        whole = [cell for cell in filled if set(cell.defined) & set(blank.asks[id])]
        notes.append(
            f"the answer was split into {len(filled)} cells; they were joined."
            if len(whole) < 2
            else f"{len(whole)} cells hold an answer; the last one counts."
        )
    return Answer("\n".join(cell.source for cell in filled or code[-1:]), notes=tuple(notes))
