"""A warning under a cell turns the run red, in all three folders.

nbval compares what comes to standard error with what is stored, and test_notebooks lets none be
stored. What a slider's move would say is held in test_widgets.
"""

import os
import subprocess
import sys

import nbformat
import pytest
from cells import values
from copies import RUNNABLE, copy_course

from rope_lessons.authoring import build

WARNS = "import warnings\n\nwarnings.warn('mind the step', stacklevel=1)"
DIVIDES = "import numpy as np\n\nstill = np.ones(2) / np.zeros(2)"


def notebook(*sources):
    """One whose cells were run and gave nothing."""
    cells = [nbformat.v4.new_code_cell(source, execution_count=1) for source in sources]
    return build.normalise(nbformat.v4.new_notebook(cells=cells))


def test_a_warning_turns_the_run_red(tmp_path):
    copy_course(tmp_path, RUNNABLE)
    paths = [f"{folder}/99_warns.ipynb" for folder in build.FOLDERS]
    for path in paths:
        nbformat.write(notebook("quiet = 1", WARNS, DIVIDES), tmp_path / path)
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-rA", *paths]
    answer = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "CI": "true", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    for path in paths:
        assert f"PASSED {path}::Cell 0" in answer.stdout
        assert f"FAILED {path}::Cell 1" in answer.stdout
        assert f"FAILED {path}::Cell 2" in answer.stdout


@pytest.mark.parametrize("source", [WARNS, DIVIDES])
def test_a_warning_stops_the_cells_that_the_tests_run_themselves(source, tmp_path):
    nbformat.write(notebook(source), tmp_path / "99_warns.ipynb")
    with pytest.raises(Warning, match=r"mind the step|divide by zero"):
        values(tmp_path / "99_warns.ipynb")
