"""The command line opens the course and tells what is wrong with an installation."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from environments import Environment

from rope_lessons import cli, course


@pytest.fixture
def started(monkeypatch):
    """What would have been started."""
    calls = []
    monkeypatch.setattr("jupyterlab.labapp.main", calls.append)
    return calls


def test_lab_opens_the_start_page(started):
    assert cli.main(["lab", "--no-browser"]) == 0
    (command,) = started
    assert f"--ServerApp.root_dir={course.root()}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command
    assert command[-1] == "--no-browser"
    assert not any("token" in part or "ip=" in part for part in command), "Jupyter's own defaults"


def test_lab_brings_its_column_and_a_closed_side_bar_that_stays_as_the_learner_leaves_it(
    started, monkeypatch, tmp_path
):
    monkeypatch.setenv("ROPE_LESSONS_HOME", str(tmp_path))
    monkeypatch.delenv("JUPYTERLAB_WORKSPACES_DIR", raising=False)
    cli.main(["lab"])
    given = dict(part.removeprefix("--").split("=", 1) for part in started[0] if "=" in part)
    assert given["LabApp.custom_css"] == "True"
    (styles,) = json.loads(given["ServerApp.tornado_settings"])["static_custom_path"]
    assert ".jp-Cell" in Path(styles, "custom.css").read_text(encoding="utf-8")
    (desk,) = Path(given["LabApp.workspaces_dir"]).iterdir()
    layout = json.loads(desk.read_text(encoding="utf-8"))["data"]["layout-restorer:data"]
    assert layout["left"]["collapsed"]
    left = desk.read_text(encoding="utf-8").replace("true", "false")
    desk.write_text(left, encoding="utf-8")
    cli.main(["lab"])
    assert desk.read_text(encoding="utf-8") == left


def test_lab_gives_its_kernels_one_thread_unless_told(started, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    cli.main(["lab"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    cli.main(["lab"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "4"


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_only_root_is_allowed_as_root(started, monkeypatch, user, allowed):
    monkeypatch.setattr(cli.os, "geteuid", lambda: user, raising=False)
    cli.main(["lab"])
    assert ("--allow-root" in started[0]) is allowed


def test_lab_without_jupyterlab_says_how_to_get_it(started, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert cli.main(["lab"]) == 1
    assert "make lab" in capsys.readouterr().err
    assert started == []


CONFIGS = course.root() / "rope_lessons" / "settings" / "data" / "configs"


def test_config_prints_what_a_file_says_and_foretells(capsys):
    assert cli.main(["config", str(CONFIGS / "llama-3.1-8b-instruct.json")]) == 0
    said = capsys.readouterr().out
    for part in ("llama3, factor 8 from 8,192", "29 of 64 pairs", "from distance 65,536 on"):
        assert part in said
    path = str(CONFIGS / "gemma-3-27b.json")
    assert cli.main(["config", path, "--train-length", "32768", "--length", "500000"]) == 0
    said = capsys.readouterr().out
    assert "trained on   32,768 positions before the scaling (given)" in said
    assert "never met in training before the scaling from distance 262,144 on" in said


def test_config_says_what_is_wrong_with_a_file(tmp_path, capsys):
    assert cli.main(["config", str(CONFIGS / "chatglm2-6b.json")]) == 1
    assert cli.main(["config", str(tmp_path)]) == 1
    printed, said = capsys.readouterr()
    assert printed == ""
    assert "rope-lessons config: nothing here says how position is encoded" in said
    assert "config.json cannot be read (No such file or directory)" in said
    with pytest.raises(SystemExit):
        cli.main(["config", str(CONFIGS / "gpt-2.json"), "--length", "0"])
    assert "must be at least 1, got 0" in capsys.readouterr().err


def test_unknown_words_are_refused(capsys):
    with pytest.raises(SystemExit):
        cli.main(["doctor", "--loud"])
    assert "--loud" in capsys.readouterr().err


def test_the_installed_command_runs():
    answer = subprocess.run(
        [sys.executable, "-m", "rope_lessons.cli", "--help"], capture_output=True, text=True
    )
    assert answer.returncode == 0
    assert "doctor" in answer.stdout
    assert "grade" in answer.stdout


links = pytest.mark.skipif(os.name == "nt", reason="links need an administrator there")


@links
def test_outside_a_course_every_command_says_where_to_go(tmp_path):
    environment, elsewhere = Environment(tmp_path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (environment.site / "course.pth").unlink()
    shutil.copytree(environment.course / "rope_lessons", environment.site / "rope_lessons")
    for words in (["progress"], ["reset", "7"], ["update"], ["doctor"]):
        answer = environment.run(*words, cwd=elsewhere)
        said = answer.stdout + answer.stderr
        assert answer.returncode == 1, words
        assert "no course found in" in said, words
        assert "Traceback" not in said, words


@links
def test_a_missing_package_is_named(tmp_path):
    environment = Environment(tmp_path)
    (environment.site / "nbformat").unlink()
    (environment.site / "numpy").unlink()
    for words in (["reset", "7"], ["update", "."], ["progress"], ["grade", "exercises"]):
        answer = environment.run(*words)
        assert answer.returncode == 1, words
        assert "No module named 'n" in answer.stderr, words
        assert "rope-lessons doctor" in answer.stderr, words
        assert "Traceback" not in answer.stdout + answer.stderr, words


def test_the_lab_needs_a_course(started, tmp_path, monkeypatch, capsys):
    def nowhere():
        raise FileNotFoundError("no course found in this folder")

    monkeypatch.setattr(course, "root", nowhere)
    assert cli.main(["lab"]) == 1
    assert capsys.readouterr().err == "rope-lessons: no course found in this folder.\n"


def command(words, **how):
    return subprocess.Popen(
        [sys.executable, "-m", "rope_lessons.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **how,
    )


def test_a_reader_who_has_seen_enough_is_no_error():
    with command(["progress"]) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


def test_a_terminal_that_lacks_a_letter_gets_the_rest():
    with command(["progress"], env={**os.environ, "PYTHONIOENCODING": "ascii"}) as running:
        said, wrong = running.communicate()
    assert b"Phase 1" in said
    assert (wrong, running.returncode) == (b"", 0)


def test_what_was_stopped_says_so(monkeypatch, capsys):
    def stop(options):
        raise KeyboardInterrupt

    monkeypatch.setattr("rope_lessons.study.progress.main", stop)
    assert cli.main(["progress"]) == 130
    assert capsys.readouterr().err == "rope-lessons: stopped.\n"
