"""What do a learner's functions give, called in a process apart?

The process gets an empty folder, bounds on time, memory and file size, a copy of the package in
which no references are, and watchers that end with it whatever it started. That alone is no
sandbox: what runs in it may use the network, and may read and change whatever the user who grades
may. :mod:`rope_lessons.classroom.grade_isolate` walls it in.
"""

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import site
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from rope_lessons.classroom import grade_isolate

LARGEST = 16 * 2**20  # bytes that are read of what a process sends


@dataclass(frozen=True)
class Heard:
    """What a process sent, and how it ended; none of it can be trusted.

    ``calls`` has the replies by the function's name, ``stopped`` the errors by the cell's id,
    the keys of ``reached`` are what was tried to import, open or start in vain. Where ``loose``,
    the watchers were ended, and something may go on.
    """

    calls: dict
    stopped: dict
    reached: dict
    ending: str
    loose: bool = False


@contextlib.contextmanager
def stripped() -> Generator[str]:
    """A copy of the package without the references, in a folder of its own; gives the folder."""
    with tempfile.TemporaryDirectory(prefix="rope-", ignore_cleanup_errors=True) as folder:
        ignored = shutil.ignore_patterns("lesson_*")
        package = Path(__file__).resolve().parent.parent
        shutil.copytree(package, Path(folder, package.name), ignore=ignored)
        yield folder


@functools.cache
def _own_copy():
    """Where nobody made a copy for all, as on a cluster: one of this process's, until it ends."""
    keeper = contextlib.ExitStack()
    atexit.register(keeper.close)
    return keeper.enter_context(stripped())


def run(
    steps: Iterable[dict],
    seconds: float,
    memory: int,
    package: str | Path | None = None,
    isolate: bool = False,
) -> Heard:
    """Send the steps to a process of their own, and end it with all that it has started.

    Parameters
    ----------
    steps : iterable of dict
        ``source`` of each ``cell`` to run, and its ``calls``: the names of functions, their
        parameters and probes, as :func:`rope_lessons.exercises.answers.to_json` writes them.
    seconds : float
        For all of it.
    memory : int
        Bytes of address space.
    package : path or None
        The folder that :func:`stripped` gave.
    isolate : bool
        Whether to wall it in, see :mod:`rope_lessons.classroom.grade_isolate`.

    Returns
    -------
    Heard
    """
    request = {"seconds": seconds, "memory": memory, "steps": list(steps)}
    package = package or _own_copy()
    with (
        tempfile.TemporaryDirectory(prefix="rope-lessons-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as sent,
    ):
        # Into a file, no pipe: a flood fills nothing here, and what was sent outlives its sender.
        process = subprocess.Popen(
            [
                *(grade_isolate.wall(folder, package) if isolate else ()),
                *(sys.executable, "-m", "rope_lessons.classroom.grade_worker"),
            ],
            stdin=subprocess.PIPE,
            stdout=sent,
            stderr=sent,
            cwd=folder,
            env=_environment(folder, package, isolate),
            start_new_session=True,
        )
        try:
            process.communicate(json.dumps(request).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            ended = process.poll()
            _end(process)
        sent.seek(0)
        heard = _heard(sent.read(LARGEST).decode("utf-8", "replace"), ended, seconds)
        return replace(heard, loose=process.returncode < 0 and not isolate)


def _environment(folder, package, isolate):
    inherited = os.environ
    if isolate:
        inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        inherited |= {"HOME": folder, "PYTHONUSERBASE": site.getuserbase()}
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join([str(package), *grade_isolate.imports()]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ROPE_LESSONS_HOME": folder,
        "TMPDIR": folder,
        "IPYTHONDIR": folder,
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",  # each thread would reserve memory, and others grade meanwhile
    }


def _end(process):
    """Ask the watchers to end all, then insist."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _heard(text, ended, seconds):
    heard = Heard({}, {}, {}, _ending(ended, seconds))
    at, ready = "", False
    for message in _messages(text):
        ready |= "ready" in message
        at = str(message.get("at", at))
        if "call" in message:
            heard.calls[str(message["call"])] = message
        if "stopped" in message:
            heard.stopped[at] = str(message["stopped"])
        if "reached" in message:
            heard.reached[str(message["reached"])] = True
    if not ready:
        said = text.strip().splitlines()[-1:] or ["it said nothing"]
        return replace(heard, ending=f"the process for grading did not start: {said[0]}")
    return replace(heard, ending=heard.ending.format(at))


def _messages(text):
    for line in text.splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            message = json.loads(line, object_hook=_without_functions)
            if isinstance(message, dict):
                yield message


def _without_functions(read):
    """No answer holds a function. Reading one would import what the reply names."""
    if "function" in read:
        raise ValueError("a function in a reply")
    return read


def _ending(status, seconds):
    if status is None:
        return f"not done after {seconds:g} seconds, in the cell {{}}. Is there a loop without end?"
    if status < 0 or status > 128:
        with contextlib.suppress(ValueError):
            ending = signal.Signals(-status if status < 0 else status - 128)
            return f"its process was ended by {ending.name}, in the cell {{}}."
    return f"its process ended itself, with exit status {status}, in the cell {{}}."
