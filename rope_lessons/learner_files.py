"""Where does the learner's own state live, and how is it kept safe?

In ``.rope-lessons/`` in the course's folder, or where ``ROPE_LESSONS_HOME`` points. Files are JSON,
written whole or not at all; one that cannot be read is set aside under a dated name, never erased.
Two notebooks may be open at once: who reads, changes and writes holds a lock meanwhile
(:func:`changing`).
"""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Generator
from datetime import datetime
from pathlib import Path

from rope_lessons import course

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None
    import msvcrt

ABANDONED = 600  # seconds; no file takes as long to write, so whoever began it was killed


def folder() -> Path:
    """The folder of the learner's state, as a path; it may not exist yet."""
    chosen = os.environ.get("ROPE_LESSONS_HOME")
    return Path(chosen).expanduser() if chosen else course.root() / ".rope-lessons"


def read(name: str) -> dict:
    """The dictionary kept under ``name`` ("predictions" is in predictions.json); {} if none."""
    kept = _read(name)
    if kept is None:
        with locked():
            return _read_or_set_aside(name)
    return kept


def write(name: str, kept: dict) -> None:
    """Keep the dictionary ``kept`` under ``name``, whatever was there; see :func:`changing`."""
    folder().mkdir(parents=True, exist_ok=True)
    write_whole(folder() / f"{name}.json", json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def changing(name: str) -> Generator[dict]:
    """Change what is kept under ``name``: gives its dictionary, and writes it at the end.

    Nobody else changes it meanwhile. Where the block raises, nothing is written. Raises ``OSError``
    when it cannot be read or written.
    """
    with locked():
        kept = _read_or_set_aside(name)
        yield kept
        write(name, kept)


@contextlib.contextmanager
def locked() -> Generator[None]:
    """Hold the learner's folder: one process and one thread at a time. Killing it sets it free."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / ".lock").open("ab") as file:
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX)
            else:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        except OSError:
            pass  # a folder without locks, as on some networks: better to save than to refuse
        else:
            sweep(folder(), "*.json", older=0)
        yield


def write_whole(path: str | Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    ``content`` is text or bytes. Raises ``OSError`` when the folder cannot be written; the old file
    is then still there. What a killed writer of this file left is taken away.
    """
    path = Path(path)
    sweep(path.parent, path.name, older=ABANDONED)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    beside = Path(name)
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.chmod(path.stat().st_mode if path.exists() else 0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def sweep(among: Path, name: str, older: float) -> None:
    """Remove from a folder what killed writers of that file left, once it is so many seconds old.

    ``name`` may be a pattern.
    """
    for left in among.glob(f".{name}.*"):
        with contextlib.suppress(OSError):  # another sweeper, or its writer, was quicker
            if time.time() - left.stat().st_mtime >= older:
                left.unlink()


def _read(name):
    """As :func:`read`, but None where the file holds no dictionary."""
    try:
        kept = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):  # neither JSON nor UTF-8, or nested without end
        return None
    return kept if isinstance(kept, dict) else None


def _read_or_set_aside(name):
    kept = _read(name)
    if kept is None:
        path = folder() / f"{name}.json"
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        path.replace(path.with_name(f"{name}.unreadable-{stamp}.json"))
    return kept or {}
