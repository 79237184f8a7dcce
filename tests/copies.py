"""A copy of the course in another folder, to break, fill in or learn in."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ("notebooks", "exercises", "solutions")


def copy_course(to, parts=NOTEBOOKS):
    """Copy those files and folders of the course into the folder ``to``; give it back as a path."""
    for name in parts:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns(
                "__pycache__", ".ipynb_checkpoints", "downloads", "runs"
            )
            shutil.copytree(ROOT / name, Path(to) / name, ignore=ignored)
        else:
            (Path(to) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, Path(to) / name)
    return Path(to)


RUNNABLE = (*NOTEBOOKS, "rope_lessons", "tests", "training", "conftest.py", "pyproject.toml")
