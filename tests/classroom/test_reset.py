"""An exercise becomes new again, a dated copy is kept, and nothing else is touched."""

import functools
import re
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from copies import ROOT, copy_course

from rope_lessons import cli, course, exercises
from rope_lessons.authoring import build
from rope_lessons.classroom import reset

STEM = "07_rotate_and_dot"
STEMS = ["02_pairs_as_planes", STEM]
SCORE_AT = exercises.find("score_at")


@pytest.fixture
def copy(tmp_path, monkeypatch, empty_home):
    """A course with the exercises of two lessons."""
    folder = copy_course(tmp_path / "course")
    for path in (*(folder / "exercises").iterdir(), *(folder / "solutions").iterdir()):
        if course.stem_of(path) not in STEMS:
            path.unlink()
    monkeypatch.chdir(folder)
    return folder


def path_of(copy, stem=STEM):
    return copy / "exercises" / f"exercise_{stem}.ipynb"


@functools.cache
def worked(stem):
    """A notebook with every answer filled in, run, and saved as JupyterLab does."""
    solution = build.read(ROOT / "solutions" / f"solution_{stem}.ipynb")
    answers = {cell.id: cell.source for cell in solution.cells}
    exercise = build.blank(solution)
    for cell in exercise.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.id]
    build.execute(exercise, ROOT / "exercises")
    exercise.metadata["language_info"]["version"] = "3.99"
    return nbformat.writes(exercise).encode()


def work(copy, stem=STEM):
    path_of(copy, stem).write_bytes(worked(stem))
    return worked(stem)


def files(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def kept(home):
    return sorted((home / "kept").iterdir()) if (home / "kept").exists() else []


def test_one_exercise_is_emptied_and_its_neighbours_stay(copy, empty_home):
    before = work(copy)
    others = {path: text for path, text in files(copy).items() if path != path_of(copy)}
    worked, pristine = (
        build.read(path_of(copy)),
        build.blank(build.read(copy / "solutions" / f"solution_{STEM}.ipynb")),
    )
    outcome = reset.exercise(SCORE_AT)
    assert outcome.changed
    assert outcome.kept.read_bytes() == before
    assert kept(empty_home) == [outcome.kept]
    found = build.read(path_of(copy))
    emptied = ["score-at", "check-score-at", "use-score-at"]
    for old, new, stub in zip(worked.cells, found.cells, pristine.cells, strict=True):
        if new.id in emptied:
            assert new.source == stub.source
            assert (new.outputs, new.execution_count) == ([], None)
        else:
            assert new == old
    assert build.answered(found) == ["score_from_distance"]
    assert {path: text for path, text in files(copy).items() if path != path_of(copy)} == others


def test_a_second_time_there_is_nothing_to_do(copy, empty_home):
    work(copy)
    reset.exercise(SCORE_AT)
    before = files(copy)
    assert not reset.exercise(SCORE_AT).changed
    assert files(copy) == before
    assert len(kept(empty_home)) == 1


def test_an_answer_that_was_not_run_is_emptied_too(copy):
    text = path_of(copy).read_text(encoding="utf-8")
    path_of(copy).write_text(text.replace('    ..."', '    return 0"'), encoding="utf-8")
    assert reset.exercise(SCORE_AT).changed
    assert build.answered(build.read(path_of(copy))) == ["score_from_distance"]


@pytest.mark.authoring
def test_a_notebook_is_again_as_it_was_delivered(copy, empty_home):
    delivered = files(copy)
    before = work(copy)
    outcome = reset.notebook(course.lesson(7))
    assert files(copy) == delivered
    assert outcome.kept.read_bytes() == before
    stamp = re.fullmatch(rf"exercise_{STEM}-(\d{{8}}-\d{{6}})-\d+\.ipynb", outcome.kept.name)[1]
    age = datetime.now() - datetime.strptime(stamp, "%Y%m%d-%H%M%S")
    assert age.total_seconds() < 3600
    assert not reset.notebook(course.lesson(7)).changed


@pytest.mark.authoring
def test_a_missing_or_damaged_notebook_comes_back(copy, empty_home):
    delivered = path_of(copy).read_bytes()
    path_of(copy).unlink()
    assert reset.notebook(course.lesson(7)).kept is None
    assert path_of(copy).read_bytes() == delivered
    path_of(copy).write_bytes(b"\xff{")
    assert reset.notebook(course.lesson(7)).kept.read_bytes() == b"\xff{"
    assert path_of(copy).read_bytes() == delivered


@pytest.mark.authoring
def test_all_makes_new_what_was_worked_in(copy, empty_home, capsys):
    delivered = files(copy)
    before = work(copy)
    assert cli.main(["reset", "--all"]) == 0
    said = capsys.readouterr().out
    assert files(copy) == delivered
    assert [path.read_bytes() for path in kept(empty_home)] == [before]
    assert said.count("as new. What it was is kept in") == 1
    assert said.count("nothing to do") == 1
    assert "Reload Notebook from Disk" in said
    assert cli.main(["reset", "--all"]) == 0
    assert "Reload" not in capsys.readouterr().out


def test_the_command_line_names_the_copy(copy, empty_home, capsys):
    before = work(copy)
    assert cli.main(["reset", "score_at", "score_from_distance"]) == 0
    said = capsys.readouterr().out
    paths = [Path(name) for name in re.findall(r"kept in (.+\.ipynb)", said)]
    assert paths == kept(empty_home)
    assert paths[0].read_bytes() == before
    assert build.answered(build.read(path_of(copy))) == []


@pytest.mark.parametrize(
    "what", ["7", "07", STEM, f"exercises/{STEM}.ipynb", f"exercises/exercise_{STEM}.ipynb"]
)
def test_a_lesson_is_found_by_number_name_and_path(what):
    assert reset.find(what) is course.lesson(7)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scor_at"], "Did you mean score_at?"),
        (["07_rotate"], f"Did you mean {STEM}?"),
        (["xyz"], "Give a function's name (score_at), a lesson's number (7) or --all."),
        ([""], "no exercise and no notebook is called ''"),
        (["0"], "the course has 1 to 14"),
        (["score_at", "15"], "the course has 1 to 14"),
    ],
)
def test_an_unknown_word_is_answered_before_anything_changes(copy, empty_home, capsys, words, said):
    path_of(copy).write_text("{", encoding="utf-8")
    before = files(copy)
    assert cli.main(["reset", *words]) == 1
    assert said in capsys.readouterr().err
    assert files(copy) == before
    assert kept(empty_home) == []


@pytest.mark.parametrize("words", [[], ["--all", "score_at"]])
def test_either_names_or_all(words, capsys):
    with pytest.raises(SystemExit):
        cli.main(["reset", *words])
    assert "--all" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "[]", '{"cells": []}', None])
def test_an_answer_without_its_cell_leads_to_the_whole_notebook(copy, empty_home, content):
    if content is None:
        path_of(copy).unlink()
    else:
        path_of(copy).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"the cell of score_at is not to be found .* reset 07'"):
        reset.exercise(SCORE_AT)
    assert kept(empty_home) == []


def test_without_the_solution_it_says_so(copy):
    (copy / "solutions" / f"solution_{STEM}.ipynb").unlink()
    with pytest.raises(ValueError, match=f"solutions/solution_{STEM}.ipynb is missing"):
        reset.notebook(course.lesson(7))


@pytest.mark.parametrize("what", ["score_at", "7"])
def test_where_no_copy_can_be_kept_nothing_changes(copy, tmp_path, monkeypatch, capsys, what):
    before = work(copy)
    (tmp_path / "file").touch()
    monkeypatch.setenv("ROPE_LESSONS_HOME", str(tmp_path / "file" / "home"))
    assert cli.main(["reset", what]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err
    assert path_of(copy).read_bytes() == before
