"""How does the course become new, with every answer kept?

``rope-lessons update`` has git fetch the new version; ``rope-lessons update PATH`` reads it from a
folder or a zip. A cell that was answered stays as it is, with its results; so do cells that the
learner added, and files that the new version left alone. All else becomes new, once a copy of
whatever that replaces of the learner's lies in ``kept/`` of their own folder
(:mod:`rope_lessons.learner_files`). An update broken off half-way is finished by the next one: git
is told last, and what is new already is left alone.
"""

from __future__ import annotations

import copy
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from rope_lessons import course, learner_files
from rope_lessons.authoring import notebook_files

if TYPE_CHECKING:
    import argparse

START = f"notebooks/{course.START}.ipynb"
# Written last: without git, it is the old solutions that tell a learner's cells from ours.
LAST = "solutions/"
# In a folder: not of the course, or a learner's own.
PASSED_OVER = re.compile(
    r"(^|/)(\.git|\.venv[^/]*|\.rope-lessons|__pycache__|\.ipynb_checkpoints)/"
)
OURS_ALONE = ("rope_lessons", "tests")
DRAWN = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?")  # ids that editors give


@dataclass
class Change:
    """A file that becomes ``content`` (None: goes away); ``mine`` is what has to be kept first."""

    name: str
    content: bytes | None
    mine: bytes | None = None
    said: list = field(default_factory=list)


def files(path: Path) -> dict[str, bytes]:
    """The course's files in a folder or a zip.

    Parameters
    ----------
    path : path

    Returns
    -------
    dict
        From names such as ``notebooks/00_start_here.ipynb`` to their bytes.

    Raises
    ------
    ValueError
        There is no course in it, or it cannot be read as one.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        found = {
            file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()
        }
        return {name: file.read_bytes() for name, file in _course(found, path).items()}
    try:
        return _unzipped(path)
    except (zipfile.BadZipFile, EOFError) as error:
        raise ValueError(
            f"{path} is no folder and no whole zip ({error}); download it again"
        ) from None


def plan(root: Path, new: dict[str, bytes], base: dict[str, bytes]) -> list[Change]:
    """What an update would do.

    Parameters
    ----------
    root : path
        The learner's course.
    new, base : dict
        Files of the new version, and of the one that the learner began with; the latter is empty
        where nobody knows it. See :func:`files`.

    Returns
    -------
    list of Change
        In the order in which they are to be made.
    """
    mine = {name: _content(root / name) for name in {*new, *base, *_delivered(root, new, base)}}
    mine = {name: content for name, content in mine.items() if content is not None}
    exercises = _Exercises(mine, new, base)
    changes = [exercises.change(name) for name in sorted(new)]
    changes += [exercises.farewell(name) for name in sorted({*mine} - {*new})]
    return sorted(filter(None, changes), key=lambda change: change.name.startswith(LAST))


def main(options: argparse.Namespace) -> int:
    """``rope-lessons update``; gives the exit status."""
    try:
        root = course.root()
        with learner_files.locked():
            changed = _from_path(root, options.path) if options.path else _from_git(root)
    except (ValueError, OSError) as error:
        print(f"rope-lessons update: {error}", file=sys.stderr)
        return 1
    if not changed:
        print("Nothing to do: the course is as new as that.")
        return 0
    print("Where a notebook is open in JupyterLab: File, Reload Notebook from Disk.")
    if Path(course.__file__).resolve().parent != root / "rope_lessons":
        print(f"The package is installed apart from the course: 'pip install --no-deps {root}'.")
    elif {"requirements.txt", "pyproject.toml"} & {change.name for change in changed}:
        print("Other packages are needed now: run 'make lab', or install as you did before.")
    return 0


def _from_path(root, path):
    return _make(root, files(path), {})


def _from_git(root):
    if not (root / ".git").exists():
        raise ValueError(
            f"{root} is no git checkout. Download the course's new version, and run 'rope-lessons "
            "update PATH' with the folder or the zip."
        )
    unfinished = [
        name
        for name in ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD")
        if (root / _git(root, "rev-parse", "--git-path", name)).exists()
    ]
    if unfinished:
        raise ValueError(
            "git is in the middle of a merge or rebase here. End it first: 'git merge --abort' or "
            "'git rebase --abort' goes back to before it."
        )
    try:
        upstream = _git(root, "rev-parse", "--symbolic-full-name", "@{upstream}")
    except ValueError:
        raise ValueError(
            "this branch follows no other, so git knows no new version. Run 'git branch "
            "--set-upstream-to=origin/main', or 'rope-lessons update PATH' with a download."
        ) from None
    _git(root, "fetch", "--quiet")
    head, new = _git(root, "rev-parse", "HEAD"), _git(root, "rev-parse", upstream)
    try:
        base = _git(root, "merge-base", head, new)
    except ValueError:  # no common history
        base = None
    if base == new:
        return []
    changed = _make(root, _archive(root, new), _archive(root, base) if base else {})
    _git(
        root, "reset", "--quiet", "--mixed", new if head == base else _joined(root, head, new, base)
    )
    return changed or [Change("", None)]


def _make(root, new, base):
    """Keep what is the learner's, then make the changes and say what became of each."""
    for name in new:
        learner_files.sweep((root / name).parent, Path(name).name, older=0)
    changes = plan(root, new, base)
    kept = learner_files.folder() / "kept" / f"update-{datetime.now():%Y%m%d-%H%M%S-%f}"
    for change in changes:
        if change.mine is not None:
            (kept / change.name).parent.mkdir(parents=True, exist_ok=True)
            (kept / change.name).write_bytes(change.mine)
    for change in changes:
        path = root / change.name
        if change.content is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            learner_files.write_whole(path, change.content)
        for line in change.said:
            print(f"{change.name}: {line}", flush=True)
    if changes:
        gone = sum(change.content is None for change in changes)
        print(f"{len(changes) - gone} files are new{f', {gone} are gone' if gone else ''}.")
    if kept.exists():
        print(f"What they replaced is kept in {kept}")
    return changes


class _Exercises:
    """What to do about each file, given all the learner's answers."""

    def __init__(self, mine, new, base):
        self.mine, self.new, self.base = mine, new, base
        # Those that go come first, so that an answer in one that stays outranks theirs.
        names = sorted(filter(_is_exercise, mine), key=lambda name: (name in new, name))
        self.notebooks = {name: _read(mine[name]) for name in names}
        self.asked = {
            _name(cell): name
            for name in filter(_is_exercise, new)
            for cell in (_read(new[name]) or _NOTHING).cells
        }
        self.answers = {
            _name(cell): cell
            for notebook in self.notebooks.values()
            for cell in reversed(_answered(notebook))  # a copied cell stands below its original
        }

    def change(self, name):
        """How a file of the new version comes; None where the learner's stays."""
        mine, before, content = self.mine.get(name), self.base.get(name), self.new[name]
        if mine == content or (mine is not None and before == content):
            return None
        if not (_is_exercise(name) or _of(name, "notebooks")):
            told = [] if mine in (None, before) or not self.base else ["new; yours is in the copy."]
            return Change(name, content, None if mine == before else mine, told)
        new, old = _read(content), self._before(name)
        if mine is None:
            source = self.notebooks.get(self._was(name))
        elif mine == before and not any(_name(cell) in self.answers for cell in new.cells):
            return Change(name, content)
        else:
            source = _read(mine)
            if source is None:
                return Change(name, content, mine, ["new; yours could not be read, see the copy."])
            worked = notebook_files.answered(source) or source != notebook_files.normalise(source)
            if worked and (_same(old, new) or _same(source, new)):
                return None
        merged, said = self._merged(new, source or _NOTHING, old)
        if _same(merged, new):
            return Change(name, content, mine, said)
        merged = (nbformat.writes(merged) + "\n").encode()
        return None if merged == mine else Change(name, merged, mine, said)

    def farewell(self, name):
        """How a file goes that the new version no longer has."""
        mine = self.mine[name]
        told = []
        for cell in _answered(self.notebooks.get(name)):
            where = self.asked.get(_name(cell)) or self._becomes(name)
            told.append(
                f"your answer to {_name(cell)} is in {where} now."
                if where
                else f"{_name(cell)} is no longer asked; your answer is in the copy."
            )
        return Change(name, None, None if mine == self.base.get(name) else mine, told)

    def _before(self, name):
        """The notebook as it was delivered; None where nobody knows."""
        if name in self.base:
            return _read(self.base[name])
        stem = course.stem_of(name)
        sources = [_read(self.mine.get(place)) for place in _places("solutions", stem)]
        solution = next(filter(None, sources), None)
        if not (solution and _is_exercise(name)):
            return None
        made = notebook_files.blank(solution)
        mine = {cell.id: cell.source for cell in (self.notebooks.get(name) or _NOTHING).cells}
        for cell in made.cells:
            if cell.id in ("header", "footer"):  # links; a solution's are others
                cell.source = mine.get(cell.id, cell.source)
        return made

    def _was(self, name):
        """The learner's notebook that this new one goes on with, by what both ask, or None."""
        return next((old for old in self.notebooks if self._becomes(old) == name), None)

    def _becomes(self, old):
        """The new notebook that a notebook of an old name goes on as, or None."""
        if old in self.new:
            return old
        names = [_name(cell) for cell in (self.notebooks[old] or _NOTHING).cells]
        asking = [self.asked[name] for name in names if name and name in self.asked]
        near = [name for name in self.new if _numbered(name) == _numbered(old)]
        return next((name for name in [*asking, *near] if name not in self.mine), None)

    def _merged(self, new, mine, old):
        """The new notebook with the learner's answers, results and own cells; and what to tell."""
        merged, said = copy.deepcopy(new), []
        before = {cell.id: cell for cell in mine.cells}
        placed, stale = [], []
        for cell in merged.cells:
            name = _name(cell)
            twin = self.answers.get(name) or before.get(cell.id)
            if name in self.answers:
                cell.source = twin.source
                placed.append(name)
                if twin.metadata.get("rope_lessons") != cell.metadata.get("rope_lessons"):
                    stale.append(name)
        for cell in merged.cells:
            if cell.cell_type == "code" and placed:
                twin = self.answers.get(_name(cell)) or before.get(cell.id)
                valid = twin is not None and twin.get("outputs") and twin.source == cell.source
                if any(_name(cell) == name or f"check({name})" in cell.source for name in stale):
                    valid = False
                cell.outputs = twin.outputs if valid else []
                cell.execution_count = twin.execution_count if valid else None
        if placed:
            said.append(f"new, with your {', '.join(placed)}.")
        if stale:
            said.append(f"what is asked has changed for {', '.join(stale)}; check again.")
        lost = self._carry(merged, mine, old)
        said += [f"{name} is no longer asked; your answer stays as a cell." for name in lost]
        edited = [
            cell.id
            for cell in (old or _NOTHING).cells
            if not _name(cell) and cell.id in before and before[cell.id].source != cell.source
        ]
        if edited:
            said.append(f"what you changed in {', '.join(edited)} is in the copy.")
        return merged, said

    def _carry(self, merged, mine, old):
        """Put the learner's own cells in, each behind the one it stood behind.

        Gives the names of answers that are not asked any more; those stay as cells of their own.
        """
        known = {
            key
            for each in (old or _NOTHING, merged)
            for c in each.cells
            for key in (c.id, c.source)
        }
        answers = {cell.id: _name(cell) for cell in _answered(mine)}
        lost, after = [], None
        for cell in mine.cells:
            places = {each.id: place for place, each in enumerate(merged.cells)}
            name = answers.get(cell.id)
            if name and (name not in self.asked or cell.source != self.answers[name].source):
                lost += [name] if name not in self.asked else []
                cell = nbformat.v4.new_code_cell(cell.source)
            elif cell.id in places:
                after = cell.id
                continue
            elif (
                _name(cell)
                or known & {cell.id, cell.source}
                or not (old or DRAWN.fullmatch(cell.id))
            ):
                continue
            merged.cells.insert(places.get(after, -1) + 1, cell)
            after = cell.id
        return lost


_NOTHING = nbformat.v4.new_notebook()


def _of(name, folder):
    return name.startswith(f"{folder}/") and name.endswith(".ipynb")


def _is_exercise(name):
    return _of(name, "exercises")


def _read(content):
    """A notebook from its bytes; None where it is none."""
    try:
        notebook = nbformat.reads((content or b"").decode("utf-8"), as_version=4)
        notebook_files.answered(notebook)
        return notebook
    except Exception:  # anything may stand in the file, and nbformat stumbles over it anywhere
        return None


def _name(cell):
    """The exercise that an answer cell belongs to, or None."""
    grading = cell.metadata.get("nbgrader") or {}
    return grading.get("grade_id") if grading.get("solution") else None


def _answered(notebook):
    names = notebook_files.answered(notebook) if notebook else ()
    return [cell for cell in (notebook or _NOTHING).cells if _name(cell) in names]


def _same(one, other):
    """Whether two notebooks say the same, whatever their results."""
    if one is None or other is None:
        return False
    return [(c.id, c.source) for c in one.cells] == [(c.id, c.source) for c in other.cells]


def _content(path):
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _delivered(root, new, base):
    """Names in the learner's course that came with an older version, where no base tells them."""
    if base:
        return set()
    stems = {entry.stem for entry in course.LESSONS + course.COMPANIONS}
    stems |= {course.stem_of(path) for path in (root / "solutions").glob("*.ipynb")}
    names = {
        name
        for folder in notebook_files.FOLDERS
        for stem in stems
        for name in _places(folder, stem)
    }
    for folder in OURS_ALONE:
        found = (path.relative_to(root).as_posix() for path in (root / folder).rglob("*"))
        names |= {name for name in found if not PASSED_OVER.search(name)}
    return names


def _places(folder, stem):
    """Where a notebook of the course lies, and where it lay when all three had one name."""
    return course.path(folder, stem), f"{folder}/{stem}.ipynb"


def _numbered(name):
    return name.partition("/")[0], course.stem_of(name).partition("_")[0]


def _course(found, place):
    """Of files by name, those of the one course among them, named from its top."""
    top = min((name for name in found if f"/{name}".endswith(f"/{START}")), key=len, default=None)
    if top is None:
        raise ValueError(f"there is no course in {place}: {START} is not in it")
    top = top.removesuffix(START)
    named = {name.removeprefix(top): each for name, each in found.items() if name.startswith(top)}
    return {name: each for name, each in named.items() if not PASSED_OVER.search(name)}


def _unzipped(file, place=None):
    with zipfile.ZipFile(file) as archive:
        found = {each.filename: each for each in archive.infolist() if not each.is_dir()}
        if any(".." in Path(name).parts or Path(name).is_absolute() for name in found):
            raise ValueError(
                f"{place or file} names files outside its own folder; it is not a course"
            )
        return {name: archive.read(each) for name, each in _course(found, place or file).items()}


def _archive(root, commit):
    return _unzipped(io.BytesIO(_git_bytes(root, "archive", "--format=zip", "-0", commit)), root)


def _joined(root, head, new, base):
    """A commit that joins the learner's and the new version, with what they had committed."""
    between = (base or new, head)
    named = _git_bytes(root, "diff", "--name-only", "--no-renames", "-z", *between)
    index = root / _git(root, "rev-parse", "--git-path", "rope-lessons-index")
    own = {"GIT_INDEX_FILE": str(index)}
    who = _git(root, "log", "-1", "--format=%cn%n%ce", head).split("\n")
    for role in ("AUTHOR", "COMMITTER"):
        own |= {f"GIT_{role}_NAME": who[0], f"GIT_{role}_EMAIL": who[-1]}
    try:
        _git(root, "read-tree", new, **own)
        _git_bytes(root, "update-index", "--add", "--remove", "-z", "--stdin", given=named, **own)
        tree = _git(root, "write-tree", **own)
        said = "Bring the course's new version, with the answers kept"
        return _git(root, "commit-tree", tree, "-p", head, "-p", new, "-m", said, **own)
    finally:
        index.unlink(missing_ok=True)


def _git(root, *words, **environment):
    return _git_bytes(root, *words, **environment).decode().strip()


def _git_bytes(root, *words, given=None, **environment):
    try:
        answer = subprocess.run(
            ["git", "-C", str(root), *words],
            input=given,
            capture_output=True,
            env={**os.environ, **environment},
        )
    except FileNotFoundError:
        raise ValueError(
            "git is not installed here. Download the course's new version, and run 'rope-lessons "
            "update PATH' with the folder or the zip."
        ) from None
    if answer.returncode:
        said = answer.stderr.decode(errors="replace").strip()
        mend = ". Is there a network?" if words[0] == "fetch" else ""
        raise ValueError(f"git {words[0]} failed: {said}{mend}")
    return answer.stdout
