"""Are the committed notebooks what their sources say? ``python -m rope_lessons.authoring.build``

For authors, who write notebooks/NN and solutions/NN. From there this module makes everything else:
the links at top and bottom (from :mod:`rope_lessons.course`; they appear once their target exists),
the exercise (the solution with its ``### BEGIN SOLUTION … ### END SOLUTION`` regions replaced by
``...``), and the stored results of all three, in a normal form that does not depend on the machine.
``--check`` changes nothing and says what differs. Needs the ``dev`` group (nbclient, nbformat).
"""

import argparse
import base64
import copy
import io
import os
import re
import sys
import tempfile

import nbformat
from nbclient import NotebookClient
from PIL import Image

from rope_lessons import course, exercises, learner_files
from rope_lessons.study import flashcards, glossary_entries

FOLDERS = ("notebooks", "exercises", "solutions")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION[ \t]*$", re.M | re.S)
FOLDED = "jp-MarkdownHeadingCollapsed"  # JupyterLab folds such a heading with what follows it
HIDDEN = "source_hidden"  # under "jupyter": JupyterLab shows a cell's results alone
KEPT_CELL_METADATA = ("tags", "nbgrader", "rope_lessons", "editable", "deletable", FOLDED)


def notebooks(root):
    """Every notebook of the three folders, as paths, in the course's order."""
    return [path for folder in FOLDERS for path in sorted((root / folder).glob("*.ipynb"))]


def read(path):
    """A notebook of format 4.5 or newer."""
    return nbformat.read(path, as_version=4)


def normalise(notebook):
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


def blank(solution):
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


def answered(exercise):
    """Names of the answer cells that a learner has changed."""
    return [
        cell.metadata.nbgrader.grade_id
        for cell in exercise.cells
        if _is_answer(cell)
        and cell.metadata.get("rope_lessons", {}).get("stub") != exercises.digest(cell.source)
    ]


def touched(root):
    """Notebooks that a learner has worked in, as paths: answers filled in, or saved by Jupyter."""
    found = []
    for path in notebooks(root):
        notebook = read(path)
        ours = path.parent.name != "exercises" or not answered(notebook)
        if not ours or notebook != normalise(notebook):
            found.append(path)
    return found


def relink(notebook, folder, stem, root):
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
        texts = {"map": _map(root)}
    for cell in notebook.cells:
        if cell.id in texts:
            cell.source = texts[cell.id]


def execute(notebook, folder):
    """Run a notebook in its folder, as a learner with no history would, and keep the results."""
    with tempfile.TemporaryDirectory() as nobody:
        before = os.environ.get("ROPE_LESSONS_HOME")
        os.environ["ROPE_LESSONS_HOME"] = nobody
        try:
            NotebookClient(
                notebook,
                timeout=60,
                kernel_name="python3",
                coalesce_streams=True,  # else a slow print comes in two pieces, or one, by chance
                extra_arguments=["--IPKernelApp.log_level=ERROR"],  # it warns of local traffic
                resources={"metadata": {"path": str(folder)}},
                store_widget_state=False,
            ).execute()
            _shrink_pictures(notebook)
        finally:
            if before is None:
                del os.environ["ROPE_LESSONS_HOME"]
            else:
                os.environ["ROPE_LESSONS_HOME"] = before


def sources(root):
    """What every notebook should hold before it is run: {path: notebook}."""
    made = {}
    for folder in ("notebooks", "solutions"):
        for path in sorted((root / folder).glob("*.ipynb")):
            made[path] = read(path)
    for path in [path for path in made if path.parent.name == "solutions"]:
        made[root / "exercises" / path.name] = blank(made[path])
    for path, notebook in made.items():
        relink(notebook, path.parent.name, path.stem, root)
    return made


def differences(root):
    """What the committed notebooks have that their sources do not say: a list of lines."""
    expected = sources(root)
    lines = []
    for path in sorted({*expected, *notebooks(root)}):
        name = path.relative_to(root).as_posix()
        if path not in expected:
            lines.append(f"{name}: has no source in solutions/")
        elif not path.exists():
            lines.append(f"{name}: not made yet")
        else:
            found = read(path)
            if [_essence(cell) for cell in found.cells] != [
                _essence(cell) for cell in normalise(expected[path]).cells
            ]:
                lines.append(f"{name}: its cells are not those that its source gives")
            if found != normalise(found):
                lines.append(f"{name}: not in normal form")
    return lines


def build(root, stems=()):
    """Make and run the notebooks of those stems (all by default); list what changed.

    Raises
    ------
    ValueError
        An exercise carries a learner's answers; nothing has been written then.
    """
    made = {path: nb for path, nb in sources(root).items() if not stems or path.stem in stems}
    for path in made:
        if path.parent.name == "exercises" and path.exists() and answered(read(path)):
            raise ValueError(
                f"{path.relative_to(root)} carries answers ({', '.join(answered(read(path)))}). "
                "Building would overwrite them: move that file elsewhere first."
            )
    changed = []
    for path, notebook in made.items():
        execute(notebook, path.parent)
        text = nbformat.writes(normalise(notebook)) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            learner_files.write_whole(path, text)
            changed.append(path)
    return changed


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m rope_lessons.authoring.build", description=__doc__
    )
    parser.add_argument("stems", nargs="*", help="such as 07_rotate_and_dot; all by default")
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    options = parser.parse_args(arguments)
    root = course.root()
    if options.check:
        lines = differences(root)
        print("\n".join(lines) or "every notebook is what its source says")
        return 1 if lines else 0
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for the kernels, as rope-lessons lab does
    try:
        changed = build(root, options.stems)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        print(f"wrote {path.relative_to(root)}")
    print(f"{len(changed)} notebooks changed")
    return 0


def _is_answer(cell):
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution", False)


def _essence(cell):
    return cell.id, cell.cell_type, cell.source, cell.metadata


def _shrink_pictures(notebook):
    """Compress every stored picture well, once: live pictures are made in haste."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
                file = io.BytesIO()
                picture.save(file, "png", optimize=True)
                output.data["image/png"] = base64.b64encode(file.getvalue()).decode("ascii")


def _links(entry, folder, root):
    """The header and footer of one lesson, exercise or solution."""

    def link(text, to_folder, stem):
        if not (_made_from(root, to_folder, stem)).is_file():
            return None
        return f"[{text}]({'' if to_folder == folder else f'../{to_folder}/'}{stem}.ipynb)"

    before, after = (
        next((near for near in course.LESSONS if near.number == entry.number + step), None)
        for step in (-1, 1)
    )
    lesson = link("the lesson", "notebooks", entry.stem)
    exercise = link("the exercise", "exercises", entry.stem)
    solution = link("the solution", "solutions", entry.stem)
    previous = before and link(f"← {before.label}", "notebooks", before.stem)
    following = after and link(f"{after.label} →", "notebooks", after.stem)
    start = link("start page", "notebooks", course.START)
    where = f"Phase {entry.phase}, {course.PHASES[entry.phase]}"

    if folder == "notebooks":
        title = entry.label
        facts = [where, f"{entry.minutes:g} minutes", previous, following, exercise, start]
        opening = f"After it you can say: **{entry.promise}**."
        closing = [exercise, following]
        ending = f"The exercise takes about {entry.exercise_minutes} minutes more."
    elif folder == "exercises":
        title = f"Exercise {entry.label}"
        facts = [where, f"about {entry.exercise_minutes} minutes", lesson, start]
        opening = (
            "Replace each `...` with your own code and run the cell, then the check under it. "
            "Nothing breaks if you get it wrong, and hints are there when you want them."
        )
        closing = [solution, lesson, following]
        ending = "Compare with the solution once both checks pass; yours may read better."
    else:
        title = f"Solution {entry.label}"
        facts = [where, exercise, lesson, start]
        opening = "One way to write it. Read it after you have tried."
        closing = [exercise, following]
        ending = ""
    row = " · ".join(text for text in facts if text)
    onward = " · ".join(text for text in closing if text)
    return {
        "header": f"# {title}\n\n{row}\n\n{opening}",
        "footer": f"{onward}\n\n{ending}".strip(),
    }


def _companion(entry):
    """The generated cells of the flashcards or the glossary."""
    pages = {"flashcards": flashcards.pages, "glossary": glossary_entries.pages}[entry.name]
    others = [f"[{near.label}]({near.stem}.ipynb)" for near in course.COMPANIONS if near != entry]
    row = " · ".join([f"[start page]({course.START}.ipynb)", *others])
    return {"header": f"# {entry.label}\n\n{row}\n\nFor {entry.promise}.", **pages()}


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
    return root / ("solutions" if folder == "exercises" else folder) / f"{stem}.ipynb"


if __name__ == "__main__":
    sys.exit(main())
