"""Where does the learner's own state live, and how is it kept safe?

In ``.rope-lessons/`` in the course's folder, or where ``ROPE_LESSONS_HOME`` points. Files are JSON,
written whole or not at all; one that cannot be read is set aside under a dated name, never erased.
"""

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path

from rope_lessons import course


def folder():
    """The folder of the learner's state, as a path; it may not exist yet."""
    chosen = os.environ.get("ROPE_LESSONS_HOME")
    return Path(chosen).expanduser() if chosen else course.root() / ".rope-lessons"


def read(name):
    """The dictionary kept under ``name`` ("predictions" is in predictions.json); {} if none."""
    path = folder() / f"{name}.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):  # neither JSON nor UTF-8, or nested without end
        kept = None
    if isinstance(kept, dict):
        return kept
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    path.replace(path.with_name(f"{name}.unreadable-{stamp}.json"))
    return {}


def write(name, kept):
    """Keep the dictionary ``kept`` under ``name``."""
    folder().mkdir(parents=True, exist_ok=True)
    write_whole(folder() / f"{name}.json", json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def write_whole(path, text):
    """Write a text file so that a reader sees the old one or the new one, never a part.

    Raises ``OSError`` when the folder cannot be written; the old file is then still there.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    beside = Path(name)
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.chmod(path.stat().st_mode if path.exists() else 0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
