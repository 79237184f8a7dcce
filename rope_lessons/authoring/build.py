"""Are the committed notebooks what their sources say? ``python -m rope_lessons.authoring.build``

For authors, who write notebooks/NN and solutions/solution_NN. From there this module makes
everything else: the links at top and bottom (from :mod:`rope_lessons.course`; they appear once
their target exists), the exercise (the solution with its ``### BEGIN SOLUTION … ### END
SOLUTION`` regions replaced by ``...``), and the stored results of all three, in a normal form
that does not depend on the machine. ``--check`` changes nothing and says what differs.
Needs the ``dev`` group (nbclient, nbformat).
"""

import argparse
import base64
import io
import os
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

from rope_lessons import course, learner_files
from rope_lessons.authoring.generated_cells import relink
from rope_lessons.authoring.notebook_files import (  # noqa: F401
    FOLDED,
    FOLDERS,
    HIDDEN,
    WIDGET_VIEW,
    answered,
    blank,
    normalise,
    notebooks,
    read,
    touched,
)


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
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


def sources(root: Path) -> dict[Path, nbformat.NotebookNode]:
    """What every notebook should hold before it is run: {path: notebook}."""
    made = {}
    for folder in ("notebooks", "solutions"):
        for path in sorted((root / folder).glob("*.ipynb")):
            made[path] = read(path)
    for path in [path for path in made if path.parent.name == "solutions"]:
        made[root / course.path("exercises", course.stem_of(path))] = blank(made[path])
    for path, notebook in made.items():
        relink(notebook, path.parent.name, course.stem_of(path), root)
    return made


def differences(root: Path) -> list[str]:
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


def build(root: Path, stems: Collection[str] = ()) -> list[Path]:
    """Make and run the notebooks of those stems (all by default); list what changed.

    Raises
    ------
    ValueError
        An exercise carries a learner's answers; nothing has been written then.
    """
    made = {
        path: nb for path, nb in sources(root).items() if not stems or course.stem_of(path) in stems
    }
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


def main(arguments: Sequence[str] | None = None) -> int:
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


if __name__ == "__main__":
    sys.exit(main())
