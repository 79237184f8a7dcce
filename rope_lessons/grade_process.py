"""What do a learner's functions give, called in a process apart?

The process gets an empty folder, bounds on time, memory and file size, and a session of its own
that ends with it. It is no sandbox: what runs in it may use the network, and may read and change
whatever the user who grades may. Grade strangers' code in a container.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from rope_lessons import course, exercises

LARGEST = 16 * 2**20  # bytes that are read of what a process sends


@dataclass(frozen=True)
class Heard:
    """What a process sent, and how it ended; none of it can be trusted.

    ``calls`` has the replies by the function's name, ``stopped`` the errors by the cell's id,
    the keys of ``reached`` are what was tried to import or open in vain.
    """

    calls: dict
    stopped: dict
    reached: dict
    ending: str


def run(steps, seconds, memory):
    """Send the steps to a process of their own, and end it with all that it has started.

    Parameters
    ----------
    steps : iterable of dict
        ``source`` of each ``cell`` to run, and its ``calls``: the names of functions, their
        parameters and probes, as :func:`rope_lessons.answers.to_json` writes them.
    seconds : float
        For all of it.
    memory : int
        Bytes of address space.

    Returns
    -------
    Heard
    """
    request = {
        "seconds": seconds,
        "memory": memory,
        "closed": {
            "rope_lessons/exercises": f"{Path(exercises.__file__).resolve().parent}{os.sep}",
            "solutions": f"{course.root() / 'solutions'}{os.sep}",
        },
        "steps": list(steps),
    }
    with (
        tempfile.TemporaryDirectory(prefix="rope-lessons-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as sent,
    ):
        # Into a file, no pipe: a flood fills nothing here, and what was sent outlives its sender.
        process = subprocess.Popen(
            [sys.executable, "-m", "rope_lessons.grade_worker"],
            stdin=subprocess.PIPE,
            stdout=sent,
            stderr=sent,
            cwd=folder,
            env=_environment(folder),
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
        return _heard(sent.read(LARGEST).decode("utf-8", "replace"), ended, seconds)


def _environment(folder):
    ours = Path(__file__).resolve().parent.parent
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ours), os.environ.get("PYTHONPATH")])),
        "ROPE_LESSONS_HOME": folder,
        "IPYTHONDIR": folder,
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",  # each thread would reserve memory, and others grade meanwhile
    }


def _end(process):
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
            message = json.loads(line)
            if isinstance(message, dict):
                yield message


def _ending(status, seconds):
    if status is None:
        return f"not done after {seconds:g} seconds, in the cell {{}}. Is there a loop without end?"
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"its process was ended by {signal.Signals(-status).name}, in the cell {{}}."
    return f"its process ended itself, with exit status {status}, in the cell {{}}."
