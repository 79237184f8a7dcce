"""Which cells of a notebook are the learner's, and what would the notebook be without them?

An exercise is its solution with the regions between ``### BEGIN SOLUTION`` and ``### END SOLUTION``
replaced by ``...``. Each answer cell remembers a digest of its stub, so that a learner's work can
be told from it without git and without the solution.
"""

import copy
import re
from pathlib import Path

import nbformat

from rope_lessons import exercises

FOLDERS = ("notebooks", "exercises", "solutions")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION[ \t]*$", re.M | re.S)
FOLDED = "jp-MarkdownHeadingCollapsed"  # JupyterLab folds such a heading with what follows it
HIDDEN = "source_hidden"  # under "jupyter": JupyterLab shows a cell's results alone
KEPT_CELL_METADATA = ("tags", "nbgrader", "rope_lessons", "editable", "deletable", FOLDED)


def notebooks(root: Path) -> list[Path]:
    """Every notebook of the three folders, as paths, in the course's order."""
    return [path for folder in FOLDERS for path in sorted((root / folder).glob("*.ipynb"))]


def read(path: Path) -> nbformat.NotebookNode:
    """A notebook of format 4.5 or newer."""
    return nbformat.read(path, as_version=4)


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The same notebook without what differs from machine to machine or run to run.

    Kept: sources, cell ids, outputs, tags, folds and grading metadata. Gone: widget views and
    their state (a page without a kernel then shows the still picture), timings, version numbers.
    """
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in KEPT_CELL_METADATA if name in cell.metadata}
        if cell.metadata.get("jupyter", {}).get(HIDDEN):
            kept["jupyter"] = {HIDDEN: True}
        cell.metadata = nbformat.from_dict(kept)
        cell.pop("attachments", None)
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data.pop(WIDGET_VIEW, None)
    return notebook


def blank(solution: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The exercise notebook that a solution notebook stands for, unsolved and not yet run.

    Each answer cell remembers a digest of its stub, so that a learner's work can be told from it.
    """
    exercise = copy.deepcopy(solution)
    for cell in exercise.cells:
        if cell.cell_type != "code":
            continue
        cell.source = REGION.sub(r"\1...", cell.source)
        cell.outputs, cell.execution_count = [], None
        if _is_answer(cell):
            cell.metadata["rope_lessons"] = {"stub": exercises.digest(cell.source)}
    return exercise


def answered(exercise: nbformat.NotebookNode) -> list[str]:
    """Names of the answer cells that a learner has changed."""
    return [
        cell.metadata.nbgrader.grade_id
        for cell in exercise.cells
        if _is_answer(cell)
        and cell.metadata.get("rope_lessons", {}).get("stub") != exercises.digest(cell.source)
    ]


def touched(root: Path) -> list[Path]:
    """Notebooks that a learner has worked in, as paths: answers filled in, or saved by Jupyter."""
    found = []
    for path in notebooks(root):
        notebook = read(path)
        ours = path.parent.name != "exercises" or not answered(notebook)
        if not ours or notebook != normalise(notebook):
            found.append(path)
    return found


def _is_answer(cell):
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution", False)
