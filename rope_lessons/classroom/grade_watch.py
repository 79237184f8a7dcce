"""Who ends what a learner's code has started? A watcher above it, whatever session it went into.

On Linux an orphan comes to its nearest ancestor that asks for it. Each watcher does, so nothing
that runs below it gets away, except by ending the watcher.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

_ORPHANS, _DEATH, _DUMPABLE = 36, 1, 4  # PR_SET_CHILD_SUBREAPER, _PDEATHSIG and _DUMPABLE


def unreadable() -> None:
    """Keep this process's memory and open files from the user's others, save root's; on Linux."""
    _prctl(_DUMPABLE, 0)


def go_on_watched() -> None:
    """Go on in a grandchild, where the system can, with two watchers above it.

    Each waits, ends all that is left below it, and ends as its child did. The lower one is there to
    be killed by whoever kills the parent, or the whole process group.
    """
    if hasattr(os, "fork"):
        _go_on_below()
        os.setsid()
        _go_on_below()


def _go_on_below():
    _prctl(_ORPHANS, 1)
    child = os.fork()
    if not child:
        _prctl(_DEATH, signal.SIGKILL)  # with the watcher, so that nothing runs unwatched
        return

    def end(*_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _end_all(child)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _end_all(child)
    os._exit(status if status >= 0 else 128 - status)  # as a shell does


def _prctl(what, value):
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


def _end_all(group):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)  # all that there is to do where orphans are not ours
    with contextlib.suppress(ChildProcessError):  # none is left
        while True:
            for child in _children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(0.002)  # those it had are ours now


def _children():
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (process / "stat").read_bytes().rpartition(b")")[2].split()[1]
            if int(parent) == os.getpid():
                yield int(process.name)
