"""How the regression run treats notebooks.

nbval runs every cell and compares what it gives with what is stored. Added here: the run never
touches the learner's own state; where a learner has worked, their results are theirs (their
exercises are run, not compared, and the tests for authors stand aside; never where CI is set);
a cell that runs out of time is red; grading with ``ROPE_LESSONS_STRICT=1 pytest exercises``
compares nothing and needs every check to pass; and the summary says how many cells were compared.
"""

import os
import tempfile
from pathlib import Path

# A core a worker: with more threads than cores, small matrix products wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

from rope_lessons.authoring import notebook_files

ROOT = Path(__file__).parent
STRICT = bool(os.environ.get("ROPE_LESSONS_STRICT"))
TOUCHED = [] if os.environ.get("CI") or STRICT else notebook_files.touched(ROOT)


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # workers inherit the folder from the main process
        config.empty_home = tempfile.TemporaryDirectory(prefix="rope-lessons-test-")
        os.environ["ROPE_LESSONS_HOME"] = config.empty_home.name


def pytest_unconfigure(config):
    if hasattr(config, "empty_home"):
        config.empty_home.cleanup()


def pytest_report_header(config):
    if TOUCHED:
        names = ", ".join(path.relative_to(ROOT).as_posix() for path in TOUCHED)
        return f"your own work found in {names}: the tests for authors are left out"


def pytest_collection_modifyitems(config, items):
    for item in items:
        if not hasattr(item, "cell"):
            continue
        exercise = item.path.parent.name == "exercises"
        if exercise and (STRICT or item.path in TOUCHED):
            item.options["check"] = False
        compared = item.options["check"] and item.cell.execution_count is not None
        item.user_properties.append(("nbval", "compared" if compared else "run only"))
    if TOUCHED:
        theirs = [item for item in items if item.get_closest_marker("authoring")]
        config.hook.pytest_deselected(items=theirs)
        items[:] = [item for item in items if item not in theirs]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Red from a cell that runs out of time on.

    nbval interrupts such a cell and expects those after it to fail, which counts as no failure. A
    cell with a progress bar (rope_lessons.page.progress_bar) takes the interrupt for the learner's
    and ends normally: without this, nothing in that notebook would be red.
    """
    report = yield
    out_of_time = call.when == "call" and getattr(item.parent, "timed_out", False)
    if hasattr(item, "cell") and out_of_time and not report.failed:
        report.outcome = "failed"
        report.longrepr = f"{item.name}: out of time, or after a cell that was"
        vars(report).pop("wasxfail", None)
    return report


def pytest_terminal_summary(terminalreporter):
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    cells = [dict(report.user_properties).get("nbval") for report in reports]
    ran = [kind for kind in cells if kind]
    if ran:
        files = {r.nodeid.split("::")[0] for r in reports if dict(r.user_properties).get("nbval")}
        terminalreporter.write_line(
            f"notebooks: {len(ran)} cells run in {len(files)} notebooks, "
            f"{ran.count('compared')} of them compared with their stored results"
        )


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    """A learner's folder of this test's own."""
    monkeypatch.setenv("ROPE_LESSONS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
