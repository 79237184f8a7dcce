"""Is everything that grading rests on as it was before the first answer ran?"""

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path


def take(paths: Iterable[str | Path]) -> dict[Path, str]:
    """The digests of those files and of the files in those folders: {path: digest}.

    What is hidden is left out; what cannot be read has an empty digest.
    """
    return {file: _digest(file) for path in map(Path, paths) for file in _files(path)}


def changed(before: dict[Path, str], paths: Iterable[str | Path]) -> list[Path]:
    """The files that were changed, added or removed since :func:`take` gave ``before``."""
    after = take(paths)
    return sorted(
        file for file in before.keys() | after.keys() if before.get(file) != after.get(file)
    )


def _files(path):
    if not path.is_dir():
        return [path]
    return [
        file
        for file in path.rglob("*")
        if not any(part.startswith(".") for part in file.relative_to(path).parts)
        and (file.is_symlink() or not file.is_dir())
    ]


def _digest(file):
    with contextlib.suppress(OSError):
        if file.is_file():
            return hashlib.sha256(file.read_bytes()).hexdigest()
    return ""
