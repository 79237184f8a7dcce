"""What can be done from the command line? ``rope-lessons --help`` lists it."""

import argparse
import importlib
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rope_lessons import course, learner_files

# Where the commands are that have a module of their own.
ROOM = {
    "doctor": "doctor",
    "grade": "classroom.grade",
    "measure": "own_model.measuring",
    "progress": "study.progress",
    "reset": "classroom.reset",
    "update": "classroom.update",
}


def lab(extra: Sequence[str]) -> int:
    """Run JupyterLab on the start page, in this process; extra arguments go to JupyterLab.

    Token and loopback stay as Jupyter sets them. Only root needs ``--allow-root``, without which
    JupyterLab refuses (in a container, root is who one is). Gives the exit status.
    """
    try:
        from jupyterlab.labapp import main as run_jupyterlab
    except ImportError:
        print(
            "JupyterLab is not installed here. Run 'make lab', or install it with "
            "'pip install -r requirements.txt'.",
            file=sys.stderr,
        )
        return 1
    arguments = [
        f"--ServerApp.root_dir={course.root()}",
        f"--LabApp.default_url=/lab/tree/notebooks/{course.START}.ipynb",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    # For the kernels: the tiny models' products are small, and on a busy machine threads that wait
    # for one another take many times as long as one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # So that JupyterLab's terminals know rope-lessons, too.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # So that widgets are saved with the page (see rope_lessons.page.saved), and no news pops up.
    ours = Path(course.__file__).parent / "page" / "jupyter"
    theirs = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join([str(ours), *([theirs] if theirs else [])])
    # JupyterLab looks for custom.css in the folders of this setting.
    styles = json.dumps({"static_custom_path": [str(ours / "custom")]})
    arguments += ["--LabApp.custom_css=True", f"--ServerApp.tornado_settings={styles}"]
    arguments += _desk()
    return run_jupyterlab([*arguments, *extra]) or 0


def _desk():
    """The course's own workspace, whose side bar is closed until the learner opens it."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    if "JUPYTERLAB_WORKSPACES_DIR" in os.environ:
        return []
    place = learner_files.folder() / "workspaces"
    closed = {
        "main": {"dock": None},
        **{side: {"collapsed": True, "widgets": []} for side in ("left", "right")},
    }
    desk = {"data": {"layout-restorer:data": closed}, "metadata": {"id": "default"}}
    manager = WorkspacesManager(str(place))
    try:
        if not manager.load("default")["data"]:
            manager.save("default", json.dumps(desk))
    except (OSError, ValueError):
        return []  # JupyterLab then keeps it where it always does
    return [f"--LabApp.workspaces_dir={place}"]


def config(path: str, train_length: int | None = None, length: int | None = None) -> int:
    """Print what a model's ``config.json`` says and foretells. Gives the exit status."""
    from rope_lessons.settings import models

    try:
        print(models.report(models.read_config(path, train_length=train_length), length))
    except (TypeError, ValueError) as error:
        print(f"rope-lessons config: {error}", file=sys.stderr)
        return 1
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the words of the command line say; gives the exit status, and never a traceback for
    what a user can mend."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no θ gets a question mark
    try:
        status = _command(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read along has seen enough, as head has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # as a shell calls it
    except KeyboardInterrupt:
        said, status = "stopped", 130
    except ImportError as error:
        said, status = f"{error}. Run 'rope-lessons doctor': it names what is missing", 1
    except OSError as error:
        said, status = str(error), 1
    print(f"rope-lessons: {said}.", file=sys.stderr)
    return status


def _command(arguments):
    parser = argparse.ArgumentParser(prog="rope-lessons", description="The course on RoPE.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lab", help="open the course; further arguments go to JupyterLab")
    commands.add_parser("doctor", help="say what is wrong with this installation, and the mend")
    commands.add_parser("progress", help="show what is done, open and next")
    _add_reset(commands)
    _add_update(commands)
    _add_grade(commands)
    _add_config(commands)
    _add_measure(commands)
    options, extra = parser.parse_known_args(arguments)
    if options.command == "lab":
        return lab(extra)
    if extra:
        parser.error(f"unrecognised: {' '.join(extra)}")
    if options.command == "config":
        return config(options.path, options.train_length, options.length)
    # Not before: what the others import, doctor may find missing.
    return importlib.import_module(f"rope_lessons.{ROOM[options.command]}").main(options)


def _add_reset(commands):
    parser = commands.add_parser(
        "reset",
        help="make exercises new again; keeps what they were",
        description="Make exercises new again: one, a notebook, or all. A dated copy of every "
        "notebook that changes is kept, and named; to go back, copy it to where it was.",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "what", nargs="*", default=[], metavar="WHAT", help="a function (score_at), or a lesson (7)"
    )
    which.add_argument("--all", action="store_true", help="every exercise notebook")


def _add_update(commands):
    parser = commands.add_parser(
        "update",
        help="bring the course's new version; keeps every answer",
        description="Bring the new version of the course and keep every answer, committed to git "
        "or not. What it replaces of yours is kept under a dated name, and named.",
    )
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="the new version, as a folder or a zip; by default git fetches it",
    )


def _add_grade(commands):
    parser = commands.add_parser(
        "grade",
        help="judge learners' exercises",
        description="Judge exercises: a notebook, a learner's folder, or a folder of such folders. "
        "Exit status 0 if every core exercise of every learner passed, 1 if not, 2 if it could not "
        "start, 3 if what it rests on was changed meanwhile: then nothing counts.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="notebooks or folders of them")
    parser.add_argument("--csv", metavar="FILE", help="write the verdicts, too: a line an answer")
    parser.add_argument("--learners", metavar="FILE", help="a line a learner; Moodle imports it")
    parser.add_argument("--canvas", metavar="FILE", help="the same as Canvas's gradebook wants it")
    parser.add_argument("--pages", metavar="FOLDER", help="a page for each learner, to be sent")
    parser.add_argument("--junit", metavar="FILE", help="and as JUnit XML")
    parser.add_argument(
        "--isolate", action="store_true", help="run the answers walled in, by bubblewrap (Linux)"
    )
    parser.add_argument("--seed", type=_from(0, int), help="of the probes; another each time")
    parser.add_argument(
        "--jobs", type=_from(1, int), default=os.cpu_count(), help="at once (%(default)s)"
    )
    parser.add_argument(
        "--seconds", type=_from(1, float), default=60, help="for each notebook (%(default)s)"
    )
    parser.add_argument(
        "--memory", type=_from(0.5, float), default=2, help="GiB for each notebook (%(default)s)"
    )
    parser.add_argument("--dask", metavar="ADDRESS", help="of a cluster that has the same package")


def _add_config(commands):
    parser = commands.add_parser(
        "config",
        help="read a model's config.json, and say what it would predict",
        description="Read the settings of a model and print what they say about position, and what "
        "that foretells for a longer text: a config.json (Transformers 4 or 5), a params.json of "
        "Meta or Mistral, a .gguf file (with the package gguf) or a dump of its keys as JSON. Exit "
        "status 1 if it cannot be read or contradicts itself.",
    )
    parser.add_argument("path", metavar="PATH", help="the file, or the folder it lies in")
    parser.add_argument(
        "--train-length",
        type=_from(1, int),
        metavar="N",
        help="positions in training before any scaling, where you know better than the file",
    )
    parser.add_argument(
        "--length", type=_from(1, int), metavar="N", help="positions to predict for"
    )


def _add_measure(commands):
    parser = commands.add_parser(
        "measure",
        help="foretell a model of your own, measure it, and try the rescues",
        description="Foretell from its settings where a local Transformers checkpoint stops "
        "finding things, measure it, and try PI, NTK-aware scaling, dynamic NTK and YaRN on it. "
        "Needs the group own-model (PyTorch, Transformers). Nothing is fetched, no code of the "
        "model's folder is run and no pickle opened. Ctrl-C stops it and keeps what is there; the "
        "same command goes on. Exit status 1 if it cannot be measured, 130 if it was stopped.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="config.json, .safetensors, tokenizer")
    parser.add_argument("--out", metavar="FOLDER", help="for the report (measured-NAME)")
    parser.add_argument(
        "--length",
        type=_from(1, int),
        metavar="N",
        help="tokens of the longest text (four times the training length)",
    )
    parser.add_argument(
        "--train-length",
        type=_from(1, int),
        metavar="N",
        help="positions in training, where you know better than the file",
    )
    parser.add_argument("--text", metavar="FILE", help="to read (the end of Moby Dick)")
    parser.add_argument("--needles", metavar="FILE", help="how needles are worded, as JSON")
    parser.add_argument(
        "--samples", type=_from(1, int), default=32, help="texts behind a share (%(default)s)"
    )
    parser.add_argument(
        "--texts", type=_from(1, int), default=16, help="texts behind a loss (%(default)s)"
    )
    parser.add_argument("--seed", type=_from(0, int), default=0, help="of the texts (%(default)s)")
    parser.add_argument("--device", default="cpu", help="such as cuda (%(default)s)")


def _from(least, kind):
    """A type for argparse: a number of that kind, not below ``least``."""

    def number(text):
        value = kind(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, got {text}")
        return value

    number.__name__ = "number"  # argparse calls the type by it
    return number


if __name__ == "__main__":
    sys.exit(main())
