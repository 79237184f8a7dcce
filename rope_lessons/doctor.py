"""Does this installation do what the course needs, and what mends it where not?

``rope-lessons doctor`` does what a learner is about to do: it imports what the lessons import,
opens every notebook and every weights file, looks for the browser's side of the sliders, and runs a
cell with a figure in a kernel. That a package's name and version are known proves nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import json
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import rope_lessons
from rope_lessons import course, learner_files

if TYPE_CHECKING:
    import argparse

PACKAGE = Path(course.__file__).resolve().parent
# Needed to open the course, not by the package.
OPENING = {"jupyterlab": "4.2.0", "ipykernel": "", "nbclient": "", "nbformat": ""}
# What is imported of a package, where its name alone would load too little of it.
DEEPER = {
    "matplotlib": "matplotlib.backends.backend_agg",
    "jupyterlab": "jupyterlab.labapp",
    "ipykernel": "ipykernel.kernelapp",
}
WIDGETS = "@jupyter-widgets/jupyterlab-manager"
FIRST = ("numpy", "ipywidgets")  # matplotlib and anywidget need them
READERS = (
    "exercises.every",
    "settings.models.known",
    "settings.published.names",
    "study.flashcards.cards",
    "study.glossary_entries.terms",
    "study.quoted_numbers.names",
    "trained.tiny.grids",
    "trained.tiny.held_out",
)
CELL = """
from rope_lessons import explore, figures

arrows = figures.two_arrows(q=(0.8, 0.6), k=(0.75, 0.0), theta=0.5)
explore.Explore(
    arrows,
    alt="Two arrows.",
    caption="Two arrows.",
    n=explore.slider("position", 6, 1000, 6),
    gap=explore.slider("gap", -6, 6, 3),
)
"""
VIEW = "application/vnd.jupyter.widget-view+json"


def main(options: argparse.Namespace) -> int:
    """``rope-lessons doctor``: a line a finding, with the mend; gives the exit status."""
    ill = 0
    for healthy, text in examine():
        print(f"[{'ok' if healthy else 'fix'}] {text}", flush=True)
        ill += not healthy
    print("All is well: rope-lessons lab opens the course." if not ill else f"{ill} to mend.")
    return 1 if ill else 0


def examine() -> Iterator[tuple[bool, str]]:
    """What was found: pairs of whether it is well, and a sentence with the mend where it is not."""
    yield True, f"Python {'.'.join(map(str, sys.version_info[:3]))}"  # older ones cannot install it
    packages = list(_packages())
    yield from packages
    try:
        root = course.root()
    except FileNotFoundError as error:
        root = None
        yield False, f"{error}. Where it is gone, download the course again."
    else:
        yield _place(root)
        yield from _notebooks(root)
        yield from _shadows(root)
    if all(healthy for healthy, _ in packages):
        own = list(_own(root))
        yield from own
        yield from _browser()
        spec = _kernel()
        yield spec
        if root and spec[0] and all(healthy for healthy, _ in own):
            yield _cell(root)
    yield _state()
    yield _timer()


def _packages():
    """Each package that the course needs: there, new enough, and does it import?"""
    try:
        needed = importlib.metadata.requires("rope-lessons") or []
    except importlib.metadata.PackageNotFoundError:
        yield (
            False,
            f"the course's package is not installed. {_run(_pip('install --no-deps -e .'))}",
        )
        needed = []
    found = (re.match(r"([\w-]+)\s*>=\s*([\d.]+)", text) for text in needed)
    lowest = {match[1]: match[2] for match in found if match}
    lowest |= OPENING
    broken = set()
    for name in sorted(lowest, key=lambda name: name not in FIRST):
        bound = lowest[name]
        asked = f'"{name}>={bound}"' if bound else name
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            broken.add(name)
            yield False, f"{name} is missing. {_run(_pip(f'install {asked}'))}"
            continue
        if _release(version) < _release(bound):
            broken.add(name)
            yield False, f"{name} {version} is too old. {_run(_pip(f'install {asked}'))}"
            continue
        said = _import_error(DEEPER.get(name, name))
        if said and not any(each in said for each in broken):  # else that one's mend is enough
            broken.add(name)
            yield False, f"{name} {version} does not load ({said}). {_run(_pip_anew(name))}"
        elif not said:
            yield True, f"{name} {version}"


def _release(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _import_error(name):
    """Why that module cannot be imported, in one line; None where it can."""
    try:
        module = importlib.import_module(name)
    except Exception as error:  # a broken package raises anything
        return _line(error)
    return None if module.__file__ else f"no code is left in {next(iter(module.__path__))}"


def _line(error):
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__


def _place(root):
    if root / "rope_lessons" == PACKAGE:
        return True, f"course in {root}"
    return False, (
        f"the course is in {root}, but the package comes from {PACKAGE}. "
        f"In the course's folder: {_run(_pip('install --no-deps -e .'))}"
    )


def _notebooks(root):
    """Every notebook that the course's manifest names."""
    entries = {
        "notebooks": [course.START, *(entry.stem for entry in course.LESSONS + course.COMPANIONS)],
        "exercises": [lesson.stem for lesson in course.LESSONS],
        "solutions": [lesson.stem for lesson in course.LESSONS],
    }
    ill = 0
    for folder, stems in entries.items():
        for stem in stems:
            name = course.path(folder, stem)
            problem = _problem(root / name)
            if problem:
                ill += 1
                yield False, f"{name} {problem}. {_afresh(root, name)}"
    if not ill:
        yield True, f"all {sum(map(len, entries.values()))} notebooks are there"


def _problem(path):
    """What is wrong with a notebook's file, or None."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except (ValueError, LookupError, TypeError, RecursionError):
        return "is damaged"
    return None if cells else "is empty"


def _shadows(root):
    """Files beside the notebooks that hide a module from them."""
    for folder in ("notebooks", "exercises"):
        for path in sorted((root / folder).glob("*.py")):
            if path.stem in sys.stdlib_module_names or importlib.util.find_spec(path.stem):
                hidden = f"{folder}/{path.name} hides the module {path.stem} from the notebooks"
                yield False, f"{hidden} beside it. Give that file another name."


def _own(root):
    """The modules that the lessons import, the data that these read, and the weights."""
    needed = {*rope_lessons._MODULES.values(), *rope_lessons._FUNCTIONS.values()}
    said = {_import_error(name) for name in sorted(needed)}
    faults = [f"the lessons' modules do not load ({each})" for each in sorted(said - {None})]
    faults = faults or list(_unread())
    for fault in faults:
        yield False, f"{fault}. {_package_anew(root)}"
    if not faults:
        yield True, "the lessons' modules, data and models' weights are whole"


def _unread():
    """What is wrong with the package's data."""
    for reader in READERS:
        module, _, function = reader.rpartition(".")
        try:
            getattr(importlib.import_module(f"rope_lessons.{module}"), function)()
        except Exception as error:  # a damaged file raises anything
            yield f"the data of rope_lessons.{module} cannot be read ({_line(error)})"
            return
    from rope_lessons import exercises
    from rope_lessons.page.questions import QUESTIONS
    from rope_lessons.trained import tiny

    asked = {exercise.lesson for exercise in exercises.every().values()}
    for number in sorted({lesson.number for lesson in course.LESSONS} - (asked & set(QUESTIONS))):
        yield f"the exercises or the questions of lesson {number:02} are missing"
    for name, seeds in tiny.names().items():
        for seed in seeds:
            try:
                tiny.load(name, seed)
            except Exception as error:
                yield str(error).partition(";")[0]


def _browser():
    """JupyterLab's own pages, and the part of the widgets that runs in the browser."""
    from jupyter_core.paths import jupyter_path
    from jupyterlab.commands import get_app_dir
    from jupyterlab_server.config import get_page_config

    if not (Path(get_app_dir()) / "static" / "index.html").is_file():
        yield False, f"JupyterLab's pages are gone. {_run(_pip_anew('jupyterlab'))}"
    places = jupyter_path("labextensions")
    folder = next((Path(at) / WIDGETS for at in places if (Path(at) / WIDGETS).is_dir()), None)
    if not _whole_extension(folder):
        mend = _run(_pip_anew("jupyterlab_widgets"))
        yield False, f"JupyterLab cannot show sliders: {WIDGETS} is gone or damaged. {mend}"
    elif WIDGETS in get_page_config(places)["disabledExtensions"]:
        mend = f"Run 'jupyter labextension enable {WIDGETS}'."
        yield False, f"JupyterLab shows no sliders: {WIDGETS} is switched off. {mend}"
    else:
        yield True, "JupyterLab has its pages and the sliders"


def _whole_extension(folder):
    """Whether an extension's folder has the script that its own description names."""
    try:
        told = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        return (folder / told["jupyterlab"]["_build"]["load"]).stat().st_size > 0
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _kernel():
    """Whether a notebook's Python is this one: a kernel of the same name elsewhere can hide it."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        found = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        mend = _run(f"{_quoted(sys.executable)} -m ipykernel install --sys-prefix")
        return False, f"no kernel called python3. {mend}"
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


def _cell(root):
    """A cell with a figure, run beside the lessons as JupyterLab runs it."""
    from jupyter_client.manager import run_kernel

    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    messages = []
    try:
        with run_kernel(kernel_name="python3", cwd=str(root / "notebooks"), **silent) as kernel:
            kernel.execute_interactive(  # ty: ignore[missing-attribute]
                CELL, allow_stdin=False, timeout=120, output_hook=messages.append
            )
    except Exception as error:  # from the kernel or the way to it
        mend = _run(_pip_anew("ipykernel"))
        return False, f"a notebook's kernel does not answer ({_line(error)}). {mend}"
    told = [message["content"] for message in messages]
    if {"image/png", VIEW} <= {kind for each in told for kind in each.get("data", ())}:
        return True, "a cell with a figure and sliders ran"
    said = next((f"{e['ename']}: {e['evalue']}" for e in told if "ename" in e), "it shows none")
    return False, f"a cell with a figure fails ({said}). {_run(_pip_anew('ipywidgets'))}"


def _state():
    try:
        folder = learner_files.folder()
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


def _afresh(root, name):
    """How a file of the course comes back."""
    stem = course.stem_of(name)
    if name.startswith("exercises/") and not _problem(root / course.path("solutions", stem)):
        return _run(f"rope-lessons reset {stem[:2]}")
    if (root / ".git").exists():
        return _run(f"git restore {name}")
    return "Download the course again, and run 'rope-lessons update PATH' with what you downloaded."


def _package_anew(root):
    """How the package's own files come back."""
    if root and root / "rope_lessons" == PACKAGE:
        return _afresh(root, "rope_lessons")
    return _run(_pip(f"install --force-reinstall --no-deps {_quoted(root or 'COURSE')}"))


def _pip(words):
    """That pip command for this Python; uv's, in an environment that uv made."""
    if importlib.util.find_spec("pip"):
        return f"{_quoted(sys.executable)} -m pip {words}"
    words = words.replace("--force-reinstall", "--reinstall")
    return f"uv pip {words} --python {_quoted(sys.executable)}"


def _pip_anew(name):
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        name = f"{name}=={importlib.metadata.version(name)}"
    return _pip(f"install --force-reinstall --no-deps {name}")


def _run(command):
    return f"Run '{command}'."


def _quoted(path):
    return f'"{path}"' if " " in str(path) else str(path)
