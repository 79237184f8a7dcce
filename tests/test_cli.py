"""The command line opens the course and tells what is wrong with an installation."""

import importlib.metadata
import os
import subprocess
import sys

import pytest

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


def test_doctor_finds_this_installation_well(empty_home, capsys):
    status = cli.main(["doctor"])
    said = capsys.readouterr().out
    assert "[fix]" not in said, said
    assert status == 0
    for part in ("Python 3.", "numpy ", "jupyterlab ", "course in", "predictions are kept in"):
        assert part in said


def test_doctor_names_what_is_missing_old_or_closed(tmp_path, monkeypatch, capsys):
    closed = tmp_path / "file"
    closed.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("ROPE_LESSONS_HOME", str(closed / "home"))

    def version(name):
        if name == "ipywidgets":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.26.4" if name == "numpy" else "99.0"

    monkeypatch.setattr(cli.importlib.metadata, "version", version)
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert (
        "[fix] numpy 1.26.4 is too old. Run 'make lab', or 'pip install \"numpy>=2.0.0\"'" in said
    )
    assert "[fix] ipywidgets is missing." in said
    assert "[fix] your answers cannot be saved" in said
    assert "3 to mend." in said


def test_doctor_notices_another_kernel_in_front(tmp_path, monkeypatch, empty_home, capsys):
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(
        '{"argv": ["/elsewhere/python"], "display_name": "x", "language": "python"}',
        encoding="utf-8",
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "[fix] notebooks run in /elsewhere/python" in said
    assert "jupyter kernelspec remove python3" in said


def test_doctor_notices_a_package_from_another_copy(tmp_path, monkeypatch, empty_home, capsys):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_start_here.ipynb").touch()
    monkeypatch.chdir(tmp_path)
    assert cli.main(["doctor"]) == 1
    assert "but the package comes from" in capsys.readouterr().out


CONFIGS = course.root() / "rope_lessons" / "data" / "configs"


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
