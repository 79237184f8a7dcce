"""What becomes of the regression run once a learner has worked in the notebooks."""

import os
import subprocess
import sys

import nbformat
import pytest
from copies import RUNNABLE, copy_course

from rope_lessons.authoring import build

STEM = "07_rotate_and_dot"
LESSON, EXERCISE = f"notebooks/{STEM}.ipynb", f"exercises/exercise_{STEM}.ipynb"


@pytest.fixture
def copy(tmp_path):
    return copy_course(tmp_path, (*RUNNABLE, "requirements.txt", "environment.yml"))


def solve(copy, answers=None):
    """Fill the exercise in from the solution, or with other answers."""
    path = copy / "exercises" / f"exercise_{STEM}.ipynb"
    exercise = build.read(path)
    solved = build.read(copy / "solutions" / f"solution_{STEM}.ipynb")
    solution = {cell.id: cell.source for cell in solved.cells}
    for cell in exercise.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = (answers or solution).get(cell.id, cell.source)
    nbformat.write(exercise, path)


def run(copy, *arguments, **environment):
    inherited = {k: v for k, v in os.environ.items() if k not in ("CI", "ROPE_LESSONS_STRICT")}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command,
        cwd=copy,
        env={**inherited, "PYTHONPATH": str(copy), **environment},
        capture_output=True,
        text=True,
    )


def test_grading_is_red_while_open_and_green_once_solved(copy):
    open_still = run(copy, EXERCISE, ROPE_LESSONS_STRICT="1")
    assert open_still.returncode == 1
    assert "○ score_at: not filled in yet" in open_still.stdout
    solve(copy)
    solved = run(copy, EXERCISE, ROPE_LESSONS_STRICT="1")
    assert solved.returncode == 0, solved.stdout
    assert "0 of them compared" in solved.stdout


def test_a_learners_work_leaves_the_run_green_and_is_named(copy):
    solve(copy)
    path = copy / LESSON
    lesson = build.read(path)
    lesson.metadata["language_info"]["version"] = "3.99"  # as JupyterLab saves it
    nbformat.write(lesson, path)
    result = run(
        copy, EXERCISE, LESSON, "tests/authoring/test_notebooks.py", "tests/authoring/test_build.py"
    )
    assert result.returncode == 0, result.stdout
    for name in (LESSON, EXERCISE):
        assert name in result.stdout.split("left out")[0]
    assert "deselected" in result.stdout


def test_continuous_integration_leaves_nothing_out(copy):
    solve(copy)
    result = run(copy, "tests/authoring/test_notebooks.py", "-k", "drifted", CI="true")
    assert result.returncode == 1
    assert f"exercises/exercise_{STEM}.ipynb: its cells are not those" in result.stdout


def test_an_answer_that_breaks_is_red(copy):
    solve(copy, {"imports": "", "score-at": "def score_at(q, k, m, n, theta):\n    return 1 +"})
    assert run(copy, EXERCISE).returncode == 1


def test_a_cell_that_runs_out_of_time_is_red(copy):
    """Also one with a progress bar, which takes nbval's interrupt for the learner's."""
    slow = 'import time\nfor _ in progress_bar.progress(range(60), "slow"):\n    time.sleep(0.1)'
    sources = "from rope_lessons import progress_bar", slow, "1 + 1"
    cells = [nbformat.v4.new_code_cell(source, execution_count=1) for source in sources]
    path = "exercises/slow.ipynb"  # graded, for then nothing is compared
    nbformat.write(nbformat.v4.new_notebook(cells=cells), copy / path)
    in_time = run(copy, path, "--nbval-cell-timeout=60", ROPE_LESSONS_STRICT="1")
    assert in_time.returncode == 0, in_time.stdout
    too_slow = run(copy, path, "--nbval-cell-timeout=3", ROPE_LESSONS_STRICT="1")
    assert too_slow.returncode == 1
    assert "out of time" in too_slow.stdout
