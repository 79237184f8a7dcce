"""Is everything that grading rests on as it was before the first answer ran?"""

import contextlib
import hashlib
from pathlib import Path


def take(paths):
    """The digests of those files and of all files in those folders: {path: digest}.

    What cannot be read has an empty one.
    """
    files = [
        file
        for path in map(Path, paths)
        for file in ([path] if not path.is_dir() else filter(_is_file, path.rglob("*")))
    ]
    return {file: _digest(file) for file in files}


def changed(before, paths):
    """The files that were changed, added or removed since :func:`take` gave ``before``."""
    after = take(paths)
    return sorted(
        file for file in before.keys() | after.keys() if before.get(file) != after.get(file)
    )


def _is_file(path):
    return path.is_symlink() or not path.is_dir()


def _digest(file):
    with contextlib.suppress(OSError):
        if file.is_file():
            return hashlib.sha256(file.read_bytes()).hexdigest()
    return ""
