"""The first set-up says what it is at, and where it cannot go on, what to do."""

import os
import shutil
import subprocess

import pytest
from copies import copy_course

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("make"), reason="make and a shell are what is tried"
)

# Stands for Python, here and in the environment that it makes: pip says what the file tells it to.
PYTHON = """#!/bin/sh
case "$*" in
  *"-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
  *"pip install"*) cat pip-says; exit $(cat pip-gives);;
esac
"""
FETCHED = """Collecting numpy==2.4.6 (from -r requirements.txt (line 3))
  Downloading numpy-2.4.6.whl (18.2 MB)
Installing collected packages: numpy
Successfully installed numpy-2.4.6
"""
OFFLINE = """WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'
ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from versions: none)
ERROR: No matching distribution found for numpy==2.4.6
"""
FULL = "ERROR: Could not install packages due to an OSError: No space left on device\n"


@pytest.fixture
def course(tmp_path):
    folder = copy_course(tmp_path, ("Makefile", "requirements.txt", "pyproject.toml"))
    (folder / "python").write_text(PYTHON, encoding="utf-8")
    (folder / "python").chmod(0o755)
    return folder


def make(folder, pip_says="", pip_gives=0):
    (folder / "pip-says").write_text(pip_says, encoding="utf-8")
    (folder / "pip-gives").write_text(str(pip_gives), encoding="utf-8")
    apart = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "lab", "PYTHON=./python"], cwd=folder, env=apart, capture_output=True, text=True
    )


def test_it_says_what_it_fetches_and_the_second_time_nothing(course):
    first = make(course, FETCHED)
    assert first.returncode == 0, first.stderr
    lines = first.stdout.splitlines()
    assert lines.index("  numpy==2.4.6") < lines.index("  installing")
    assert [line[:6] for line in lines if " of 3: " in line] == ["1 of 3", "2 of 3", "3 of 3"]
    assert make(course).stdout == ""


def test_a_missing_network_is_called_one(course):
    answer = make(course, OFFLINE, 1)
    assert answer.returncode != 0
    assert "no answer from the network; trying again" in answer.stdout
    assert "The network is missing" in answer.stdout
    assert "No matching distribution" not in answer.stdout
    assert not (course / ".venv" / "ready").exists()
    assert "No matching distribution" in (course / ".venv" / "log").read_text(encoding="utf-8")
    assert make(course, FETCHED).returncode == 0, "once it is back"


def test_another_failure_is_shown(course):
    answer = make(course, FULL, 1)
    assert answer.returncode != 0
    assert FULL in answer.stdout
    assert "network is missing" not in answer.stdout


def test_a_folder_that_cannot_be_written_is_to_be_copied(course):
    (course / ".venv").touch()  # where the environment would be: nobody, root neither, writes there
    answer = make(course)
    assert answer.returncode != 0
    assert f"{course} cannot be written" in answer.stdout
    assert f"cp -R {course} ~/rope-lessons" in answer.stdout
    assert "Permission denied" not in answer.stdout + answer.stderr
