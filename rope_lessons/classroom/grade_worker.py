"""What does the learner's code give for these probes? Grading runs this in a process of its own.

One request comes on standard input. Answers leave, a JSON object a line, through a copy of standard
output that only this module holds; the learner's code finds nothing behind its standard streams.
No verdict is made here, so nothing that the code does to this process can earn one.
"""

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import rope_lessons
from rope_lessons.classroom import grade_watch
from rope_lessons.exercises import answers, checks

LARGEST = 16 * 2**20  # bytes of all answers together, and of any file that the code writes
MOST = 200_000  # numbers and letters in one function's answers
LONGEST = 1000  # letters of an error's message
CLOSED = ("rope_lessons.exercises", "rope_lessons.exercises.checks")
PROCESSES = (
    *("os.exec", "os.fork", "os.forkpty", "os.kill", "os.killpg", "os.posix_spawn", "os.system"),
    *("pty.spawn", "subprocess.Popen"),
)


class Shell(InteractiveShell):
    """IPython as in a notebook, magics and all, for nobody who looks."""

    def enable_gui(self, gui: str | None = None) -> None:
        """No event loop: ``%matplotlib`` asks for one."""

    def showtraceback(self, *arguments: Any, **options: Any) -> None:
        """The error is in what ``run_cell`` gives back."""

    showsyntaxerror = showtraceback


def main() -> None:
    grade_watch.unreadable()
    grade_watch.go_on_watched()
    request = json.load(sys.stdin)
    send = _channel()
    _limit(request["seconds"], request["memory"])
    shell = Shell.instance(config=Config(HistoryManager={"enabled": False}))
    for step in request["steps"]:
        step["calls"] = answers.from_json(step["calls"])
    if any("matplotlib" in step["source"] for step in request["steps"]):
        importlib.import_module("matplotlib.font_manager")  # may ask another process for the fonts
    _close(send)
    send(ready=True)
    for step in request["steps"]:
        send(at=step["cell"])
        result = shell.run_cell(step["source"])
        error = result.error_before_exec or result.error_in_exec
        if error:
            send(stopped=_words(error)[:LONGEST])
        for name, (parameters, probes) in step["calls"].items():
            send(call=name, **_call(name, shell.user_ns, parameters, probes))
    send(done=True)
    os._exit(0)  # threads and exit handlers of the learner's are not waited for


def _channel():
    """Keep standard output for ourselves, and give what sends a message through it."""
    ours, null = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)

    def send(**message):
        # The first line break ends whatever else may have been written there.
        os.write(ours, b"\n" + json.dumps(message).encode() + b"\n")

    return send


def _limit(seconds, memory):
    """Bound memory, file size and processor time, where the system can.

    The processor's time matters only if nobody is left to watch the clock.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CPU, int(seconds) + 5),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS knows no bound of the memory
            resource.setrlimit(kind, (most, most))


def _close(send):
    """Refuse what no answer needs, and tell of attempts. It holds only against plain Python."""
    for name in [name for name in sys.modules if name.startswith(CLOSED)]:
        del sys.modules[name]
        vars(rope_lessons).pop(name.removeprefix("rope_lessons."), None)
    rope_lessons.check = rope_lessons.hint = lambda function: None
    sys.path[:] = [path for path in sys.path if not Path(path, "solutions").is_dir()]
    package = Path(rope_lessons.__file__).resolve().parent
    folders = {"rope_lessons/exercises": package / "exercises"}
    folders |= {"solutions": package.parent / "solutions"}

    def guard(event, arguments):
        if event == "import" and str(arguments[0]).startswith(CLOSED):
            send(reached=arguments[0])
            raise ImportError(f"{arguments[0]} is out of reach while an answer is graded")
        if event in PROCESSES:
            send(reached=f"other processes ({event})")
            raise PermissionError(f"{event} is out of reach while an answer is graded")
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path = Path(os.path.realpath(os.fsdecode(arguments[0])))
            for name, folder in folders.items():
                if path.is_relative_to(folder):
                    send(reached=name)
                    raise PermissionError(f"{name} is out of reach while an answer is graded")

    sys.addaudithook(guard)  # once there, nothing written in Python takes it away


def _call(name, defined, parameters, probes):
    function = defined.get(name)
    if not callable(function):
        return {"absent": type(function).__name__ if name in defined else ""}
    if checks.is_stub(function):
        return {"open": True}
    given = checks.run(function, probes, parameters)
    with checks.as_imported():
        if sum(map(_size, given.answers)) > MOST:
            return {"answers": [], "changed": [], "problem": "it gives back too much to grade."}
        sent = [answers.to_json(answer) for answer in given.answers]
    return {"answers": sent, "changed": given.changed, "problem": given.problem[:LONGEST]}


def _size(answer):
    """How many numbers and letters are in a plain answer."""
    if isinstance(answer, dict):
        return sum(len(key) + _size(part) for key, part in answer.items())
    if isinstance(answer, list):
        return 1 + sum(map(_size, answer))
    return len(answer) if isinstance(answer, str) else getattr(answer, "size", 1)


def _words(error):
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}, in line {error.lineno}"
    return checks.words(error)


if __name__ == "__main__":
    main()
