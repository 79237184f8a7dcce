"""What can be done from the command line? ``rope-lessons --help`` lists it."""

import argparse
import importlib
import importlib.metadata
import os
import re
import signal
import sys
import tempfile
from pathlib import Path

from rope_lessons import course, home


def lab(extra):
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
    # So that widgets are saved with the page: see rope_lessons.page.saved.
    ours = [str(Path(course.__file__).parent / "page" / "jupyter")]
    theirs = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(ours + [theirs] * bool(theirs))
    return run_jupyterlab([*arguments, *extra]) or 0


def doctor():
    """Examine the installation; print a line a finding, and the mend. Gives the exit status."""
    findings = [
        _python(),
        *_packages(),
        _course(),
        _kernel(),
        _state(),
        _timer(),
    ]
    for healthy, text in findings:
        print(f"[{'ok' if healthy else 'fix'}] {text}")
    ill = sum(not healthy for healthy, _ in findings)
    print("All is well: rope-lessons lab opens the course." if not ill else f"{ill} to mend.")
    return 1 if ill else 0


def config(path, train_length=None, length=None):
    """Print what a model's ``config.json`` says and foretells. Gives the exit status."""
    from rope_lessons import models

    try:
        print(models.report(models.read_config(path, train_length=train_length), length))
    except (TypeError, ValueError) as error:
        print(f"rope-lessons config: {error}", file=sys.stderr)
        return 1
    return 0


def _python():
    """Never too old: installing the package refuses an older one."""
    return True, f"Python {'.'.join(map(str, sys.version_info[:3]))}"


def _packages():
    """Each package the course needs, against the lowest version that its own metadata names."""
    needed = importlib.metadata.requires("rope-lessons") or []
    lowest = dict(re.match(r"([\w-]+)\s*>=\s*([\d.]+)", text).groups() for text in needed)
    lowest |= {"jupyterlab": "4.2.0"}  # needed to open the course, not by the package
    for name, bound in lowest.items():
        mend = f"Run 'make lab', or 'pip install \"{name}>={bound}\"'."
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield False, f"{name} is missing. {mend}"
            continue
        new_enough = _release(version) >= _release(bound)
        yield new_enough, f"{name} {version}" + ("" if new_enough else f" is too old. {mend}")


def _release(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _course():
    try:
        root = course.root()
    except FileNotFoundError as error:
        return False, f"{error}."
    package = Path(course.__file__).resolve().parent
    if package != root / "rope_lessons":
        return False, (
            f"the course is in {root}, but the package comes from {package}. "
            "In the course's folder run 'make lab', or 'pip install --no-deps -e .'."
        )
    return True, f"course in {root}"


def _kernel():
    """Whether a notebook's Python is this one: a kernel of the same name elsewhere can hide it."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return False, "notebooks have no kernel to run in. Run 'pip install ipykernel'."
    mend = f"Run '{sys.executable} -m ipykernel install --sys-prefix'"
    try:
        found = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return False, f"no kernel called python3. {mend}."
    called = found.argv[0]
    if (
        called in ("python", "python3")
        or Path(called).absolute() == Path(sys.executable).absolute()
    ):
        return True, "notebooks run in this Python"
    return False, (
        f"notebooks run in {called}, not in this Python: the kernel in {found.resource_dir} comes "
        "first. Remove it with 'jupyter kernelspec remove python3'."
    )


def _state():
    try:
        folder = home.folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return False, (
            f"your answers cannot be saved ({error}). Make that folder writable, or point "
            "ROPE_LESSONS_HOME at one that is."
        )
    return True, f"your predictions are kept in {folder}"


def _timer():
    if hasattr(signal, "setitimer"):
        return True, "a check stops code that never ends"
    return True, "this system has no interval timer: stop an endless check with Kernel, Interrupt"


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="rope-lessons", description="The course on RoPE.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lab", help="open the course; further arguments go to JupyterLab")
    commands.add_parser("doctor", help="say what is wrong with this installation, and the mend")
    commands.add_parser("progress", help="show what is done, open and next")
    _add_reset(commands)
    _add_grade(commands)
    _add_config(commands)
    options, extra = parser.parse_known_args(arguments)
    if options.command == "lab":
        return lab(extra)
    if extra:
        parser.error(f"unrecognised: {' '.join(extra)}")
    if options.command == "doctor":
        return doctor()
    if options.command == "config":
        return config(options.path, options.train_length, options.length)
    # What the others need, doctor may find missing.
    return importlib.import_module(f"rope_lessons.{options.command}").main(options)


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


def _add_grade(commands):
    parser = commands.add_parser(
        "grade",
        help="judge learners' exercises",
        description="Judge exercises: a notebook, a learner's folder, or a folder of such folders. "
        "Exit status 0 if every core exercise of every learner passed, 1 if not, 2 if it could not "
        "start.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="notebooks or folders of them")
    parser.add_argument("--csv", metavar="FILE", help="write the verdicts as a table, too")
    parser.add_argument("--junit", metavar="FILE", help="and as JUnit XML")
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
    parser.add_argument("--dask", metavar="ADDRESS", help="of a cluster that sees the same folders")


def _add_config(commands):
    parser = commands.add_parser(
        "config",
        help="read a model's config.json, and say what it would predict",
        description="Read the config.json of a model (Transformers 4 or 5) and print what it says "
        "about position, and what that foretells for a longer text. Exit status 1 if it cannot "
        "be read or contradicts itself.",
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
