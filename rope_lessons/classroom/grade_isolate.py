"""How does an answer run walled in? By bubblewrap, where the system has it and allows it.

Behind the wall there is no network, no process but the answer's own, and of the file system only
what Python needs, for reading. What can be written is the answer's empty folder.
"""

import os
import shutil
import site
import subprocess
import sys
import tempfile
from pathlib import Path

from rope_lessons import course

SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache")
NOBODY = "65534"


def wall(folder: str | Path, package: str | Path) -> list[str]:
    """The beginning of a command line: what follows it runs walled in.

    Parameters
    ----------
    folder : path
        Where it starts, and all that it can write.
    package : path
        The folder of the package's copy.
    """
    readable = _readable()
    ours = Path(course.__file__).resolve().parent
    hidden = [ours / "exercises", course.root() / "solutions"]
    return [
        shutil.which("bwrap") or "bwrap",
        *("--unshare-all", "--unshare-user", "--uid", NOBODY, "--gid", NOBODY),
        *("--cap-drop", "ALL", "--new-session", "--die-with-parent"),
        *(word for path in readable for word in ("--ro-bind", path, path)),
        *(word for path in hidden if _lies_in(path, readable) for word in ("--tmpfs", str(path))),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--ro-bind", str(package), str(package), "--bind", str(folder), str(folder)),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(folder)),
    ]


def refusal() -> str:
    """Why nothing can be walled in here, as a sentence; empty if it can."""
    if not shutil.which("bwrap"):
        return (
            "--isolate needs bubblewrap, on Linux: 'apt install bubblewrap', or your system's "
            "own way. Without it, grade strangers' code in a container or virtual machine."
        )
    with tempfile.TemporaryDirectory() as folder:
        command = [*wall(folder, folder), sys.executable, "-c", ""]
        tried = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if tried.returncode:
        said = tried.stderr.strip().splitlines()[-1:] or [f"exit status {tried.returncode}"]
        return f"--isolate does not work here; bubblewrap says: {said[0]}"
    return ""


def imports() -> list[str]:
    """The entries of PYTHONPATH in which no course lies."""
    entries = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    return [path for path in entries if not Path(path, "solutions").is_dir()]


def _readable():
    """What Python needs, as texts."""
    python = (sys.prefix, sys.base_prefix, Path(sys.executable).resolve().parent.parent)
    needed = map(Path, (*SYSTEM, *python, site.getusersitepackages(), *imports()))
    return list(dict.fromkeys(str(path.absolute()) for path in needed if path.exists()))


def _lies_in(path, folders):
    return path.is_dir() and any(path.is_relative_to(Path(folder).resolve()) for folder in folders)
