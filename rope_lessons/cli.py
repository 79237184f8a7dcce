"""What can a learner do from the command line? ``rope-lessons lab`` and ``rope-lessons doctor``."""

import argparse
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
    options, extra = parser.parse_known_args(arguments)
    if options.command == "lab":
        return lab(extra)
    if extra:
        parser.error(f"unrecognised: {' '.join(extra)}")
    return doctor()


if __name__ == "__main__":
    sys.exit(main())
