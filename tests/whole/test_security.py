"""Data is read, never run; nothing is fetched; the lab stays on this machine, behind its token."""

import ast
import subprocess
import sys

import pytest
from copies import ROOT
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.serverapp import ServerApp

from rope_lessons import cli
from rope_lessons.authoring import build

SOURCES = sorted(
    path
    for folder in ("rope_lessons", "tests", "benchmarks", "training")
    for path in (ROOT / folder).rglob("*.py")
)
# Modules whose files run code when they are read.
RUN_WHAT_THEY_READ = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve"}
RUN_WHAT_THEY_READ |= {"marshal"}


def trees():
    """Every module, and every code cell of the notebooks, as (name, syntax tree)."""
    for path in SOURCES:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
    for path in build.notebooks(ROOT):
        for cell in build.read(path).cells:
            if cell.cell_type == "code":
                yield f"{path.parent.name}/{path.name}:{cell.id}", ast.parse(cell.source)


def unpickling(tree):
    """What in it would run what a file says, as lines of code."""
    for step in ast.walk(tree):
        if isinstance(step, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in step.names] + [getattr(step, "module", None) or ""]
            if {name.split(".")[0] for name in names} & RUN_WHAT_THEY_READ:
                yield ast.unparse(step)
        if not isinstance(step, ast.Call):
            continue
        called = ast.unparse(step.func)
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in step.keywords}
        if called in ("np.load", "numpy.load") and given.get("allow_pickle") != "False":
            yield ast.unparse(step)
        if called == "torch.load" and given.get("weights_only") != "True":
            yield ast.unparse(step)
        if called.endswith("read_pickle"):
            yield ast.unparse(step)


def test_nothing_is_ever_unpickled():
    found = [f"{name}: {line}" for name, tree in trees() for line in unpickling(tree)]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "torch.load(path)",
        "pd.read_pickle(path)",
    ],
)
def test_that_it_would_be_noticed(code):
    assert list(unpickling(ast.parse(code)))


# Python asks a hook before it connects, looks a name up or unpickles; what this one refuses does
# not happen. A hook cannot be taken away again, so all of it runs in a process of its own.
GUARD = """
import sys

asked = []

def local(host):
    return host in (None, "", "localhost", "::1", b"localhost") or str(host).startswith("127.")

def guard(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        outside = isinstance(address, tuple) and not local(address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        outside = not local(arguments[0])
    else:
        outside = event in ("pickle.find_class", "urllib.Request", "ftplib.connect")
    if outside:
        asked.append(f"{event} {arguments}")
        raise PermissionError(f"refused here: {event} {arguments}")

sys.addaudithook(guard)
"""
EVERYTHING = """
import importlib, pkgutil, rope_lessons
for module in pkgutil.walk_packages(rope_lessons.__path__, "rope_lessons."):
    importlib.import_module(module.name)
"""
LESSONS = """
import sys
sys.path.insert(0, "tests")
from cells import values
from rope_lessons import course
for name in ("notebooks/01_absolute_position_failure", "notebooks/13_three_model_cards",
             "solutions/solution_13_three_model_cards", "notebooks/16_glossary"):
    values(course.root() / f"{name}.ipynb")
"""


def guarded(code):
    """Run it in a process of its own, behind the guard; gives what the guard refused."""
    answer = subprocess.run(
        [sys.executable, "-c", f"{GUARD}\n{code}\nprint('asked for', asked)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()[-1]


@pytest.mark.parametrize("code", [EVERYTHING, LESSONS], ids=["all modules", "lessons"])
def test_nothing_reaches_the_network_and_nothing_is_unpickled(code, empty_home):
    assert guarded(code) == "asked for []"


@pytest.mark.parametrize(
    "event",
    [
        "'socket.connect', None, ('192.0.2.1', 80)",  # an address that belongs to nobody
        "'socket.getaddrinfo', 'example.org', 80, 0, 0, 0",
        "'pickle.find_class', 'os', 'system'",
    ],
)
def test_that_the_guard_would_notice(event):
    """Asked as Python asks, without a packet being sent."""
    refused = guarded(f"try:\n    sys.audit({event})\nexcept PermissionError:\n    pass")
    assert refused != "asked for []"


def test_the_lab_stays_on_this_machine_and_keeps_its_token(monkeypatch):
    """What Jupyter makes of the command that ``rope-lessons lab`` gives it."""
    started = []
    monkeypatch.setattr("jupyterlab.labapp.main", started.append)
    monkeypatch.delenv("JUPYTER_TOKEN", raising=False)
    assert cli.main(["lab"]) == 0
    server = ServerApp()
    server.parse_command_line(started[0])
    assert server.ip in ("localhost", "127.0.0.1", "::1")
    assert not server.allow_remote_access
    assert not server.allow_origin
    assert not server.disable_check_xsrf
    identity = IdentityProvider(config=server.config)
    assert len(identity.token) >= 32
    assert identity.token_generated
    assert identity.auth_enabled


def test_no_notebook_carries_code_for_the_browser():
    """Stored outputs are pictures, text and plain HTML, and pages are Markdown."""
    for path in build.notebooks(ROOT):
        for cell in build.read(path).cells:
            kinds = {kind for output in cell.get("outputs", ()) for kind in output.get("data", {})}
            assert "application/javascript" not in kinds, f"{path.name}:{cell.id}"
            shown = [cell.source] if cell.cell_type == "markdown" else []
            shown += [
                "".join(output.data.get("text/html", ""))
                for output in cell.get("outputs", ())
                if "data" in output
            ]
            assert not any("<script" in text.lower() for text in shown), f"{path.name}:{cell.id}"
