"""Progress is what the saved notebooks say, whatever has become of them."""

import json
import os
import re

import nbformat
import pytest
from copies import ROOT, copy_course

from rope_lessons import cli, course, exercises
from rope_lessons.authoring import build
from rope_lessons.exercises.checks import Result
from rope_lessons.study import progress

SEVEN = course.lesson(7)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A course of which lessons 2 and 7 are there, as one finds oneself in it from a notebook."""
    folder = copy_course(tmp_path)
    for path in (folder / "exercises").iterdir():
        if course.stem_of(path) not in (SEVEN.stem, course.lesson(2).stem):
            path.unlink()
    monkeypatch.chdir(folder / "notebooks")
    return folder


def path_of(copy, lesson=SEVEN):
    return copy / "exercises" / f"exercise_{lesson.stem}.ipynb"


def of(copy, number=7):
    return next(at for at in progress.read(copy) if at.lesson.number == number)


def verdict(name, status):
    return nbformat.v4.new_output("execute_result", Result(name, status, "")._repr_mimebundle_())


def save(copy, lesson=SEVEN, **work):
    """Save a notebook with answers filled in and these verdicts: name=(status, ran before it)."""
    path = path_of(copy, lesson)
    notebook = build.read(path)
    for name, (status, late) in work.items():
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
                cell.source = cell.source.replace("...", "return 0.0")
                cell.execution_count = 90 if late else 5
            elif cell.source.endswith(f"\ncheck({name})"):
                cell.outputs, cell.execution_count = [verdict(name, status)], 50
    nbformat.write(notebook, path)


@pytest.mark.authoring
def test_the_committed_course_is_open():
    for at in progress.read(ROOT):
        assert at.status == ("open" if (path_of(ROOT, at.lesson)).exists() else "missing")
        assert {work.status for work in at.works} <= {"open"}
        assert at.place.startswith("notebooks/")


@pytest.mark.parametrize("exercise", exercises.every().values(), ids=list(exercises.every()))
def test_every_exercise_is_found_by_its_answer_and_its_check(tmp_path, exercise):
    copy, lesson = copy_course(tmp_path), course.lesson(exercise.lesson)
    for status, expected in (("failed", "started"), ("passed", "done")):
        save(copy, lesson, **{exercise.name: (status, False)})
        found = {work.name: work.status for work in of(copy, lesson.number).works}
        assert found.pop(exercise.name) == expected
        assert set(found.values()) == {"open"}


def test_a_solved_notebook_that_was_run_is_done(copy):
    notebook = build.read(copy / "solutions" / f"solution_{SEVEN.stem}.ipynb")
    build.execute(notebook, copy / "exercises")
    nbformat.write(notebook, path_of(copy))
    assert of(copy).status == "done"
    assert "1 of 14 lessons done." in progress.text(progress.read(copy))


@pytest.mark.parametrize(
    ("status", "late", "expected"),
    [("open", False, "started"), ("passed", True, "started"), ("passed", False, "done")],
)
def test_a_verdict_counts_when_it_came_after_the_answer(copy, status, late, expected):
    save(copy, score_at=(status, late))
    assert of(copy).works[0].status == expected


def test_a_verdict_without_counts_still_counts(copy):
    save(copy, score_at=("passed", False))
    notebook = build.read(path_of(copy))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
    nbformat.write(notebook, path_of(copy))
    assert of(copy).works[0].status == "done"


def test_the_last_verdict_counts(copy):
    save(copy, score_at=("passed", False))
    notebook = build.read(path_of(copy))
    again = nbformat.v4.new_code_cell("check(score_at)", execution_count=51)
    again.outputs = [verdict("score_at", "failed")]
    notebook.cells.insert(0, again)
    for count, status in ((51, "started"), (49, "done")):  # the check's own cell ran as the 50th
        again.execution_count = count
        nbformat.write(notebook, path_of(copy))
        assert of(copy).works[0].status == status


def test_after_everything_is_done_there_is_something_to_keep_it(monkeypatch):
    done = [progress.Standing(e, (progress.Work("core", False, "done"),)) for e in course.LESSONS]
    told = progress.text(done)
    assert "14 of 14 lessons done." in told
    assert "Every lesson is done. To keep it: three cards a day" in told
    done[2] = progress.Standing(done[2].lesson, (progress.Work("four_terms", True, "open"),))
    assert "Every lesson is done. A stretch exercise is left in 03." in progress.text(done)
    monkeypatch.setattr(progress, "read", lambda: done)
    assert "A stretch exercise is left in 03." in progress.show().fresh.value


def test_core_exercises_make_a_lesson_done_and_stretch_ones_are_shown(copy):
    save(copy, score_from_distance=("passed", False))
    assert of(copy).status == "started"
    save(copy, score_at=("passed", False), score_from_distance=("failed", False))
    assert of(copy).status == "done"
    line = next(line for line in progress.text(progress.read(copy)).splitlines() if "07 ·" in line)
    assert line.split() == [
        *("done", *SEVEN.label.split(), "score_at", "done,"),
        *("score_from_distance", "(stretch)", "started"),
    ]


DAMAGED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe\x00",
    b'{"cells": 3}',
    b'{"cells": [1, null]}',
    b'{"cells": [{"cell_type": "code"}]}',
    b'{"cells": [{"cell_type": "code", "execution_count": "x", "metadata": [], "outputs": {}}]}',
    b'{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [3]}]}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", DAMAGED, ids=[str(content[:40]) for content in DAMAGED])
def test_a_damaged_notebook_is_named_and_the_others_are_read(copy, content):
    save(copy, course.lesson(2), to_pairs=("passed", False))
    path_of(copy).write_bytes(content)
    assert [at.status for at in progress.read(copy) if at.status != "missing"] == [
        "done",
        "damaged",
    ]
    told = progress.text(progress.read(copy))
    assert f"exercises/exercise_{SEVEN.stem}.ipynb is damaged: 'rope-lessons reset 07'" in told
    assert "No core exercise is open." in told


def test_a_folder_in_its_place_or_nothing_there(copy):
    path_of(copy).unlink()
    assert of(copy).status == "missing"
    path_of(copy).mkdir()
    assert of(copy).status == "damaged"


def test_one_goes_on_where_one_saved_last(copy):
    def place():
        return progress.following(progress.read(copy)).place

    two, seven = (course.lesson(number) for number in (2, 7))
    assert place() == f"notebooks/{two.stem}.ipynb"
    save(copy, seven, score_at=("failed", False))
    assert place() == f"exercises/exercise_{seven.stem}.ipynb"
    save(copy, two, to_pairs=("failed", False))
    os.utime(path_of(copy, two), (2e9, 2e9))
    assert place() == f"exercises/exercise_{two.stem}.ipynb"
    os.utime(path_of(copy, seven), (3e9, 3e9))
    assert place() == f"exercises/exercise_{seven.stem}.ipynb"
    save(copy, seven, score_at=("passed", False))
    save(copy, two, to_pairs=("passed", False))
    assert progress.following(progress.read(copy)) is None


def test_the_map_stores_the_same_for_everybody(copy):
    def stored():
        bundle = progress.show()._repr_mimebundle_()
        return {kind: text for kind, text in bundle.items() if kind != build.WIDGET_VIEW}

    fresh = stored()
    assert set(fresh) == {"text/plain", "text/html"}
    save(copy, score_at=("passed", False))
    assert stored() == fresh
    path_of(copy).write_text("{", encoding="utf-8")
    assert stored() == fresh


def test_the_map_shows_phases_minutes_standing_and_links_that_land(copy):
    save(copy, course.lesson(2), to_pairs=("passed", False))
    save(copy, score_at=("failed", False))
    fresh = progress.show().fresh
    first = [lesson for lesson in course.LESSONS if lesson.phase == 1]
    minutes = sum(lesson.minutes + lesson.exercise_minutes for lesson in first)
    assert f"1 · {course.PHASES[1]}</b><br>{minutes:g} minutes with exercises" in fresh.value
    assert f"Continue: exercise {SEVEN.label}" in fresh.value
    assert "1 of 14 lessons done." in fresh.value
    for said in ("02 done", "07 started", SEVEN.title):
        assert re.search(rf">[^<]*{said}</a>", fresh.value), said
    assert "01 missing" in fresh.value
    links = re.findall(r'href="([^"]+)".*?args="([^"]+)"', fresh.value)
    assert len(links) == 3
    assert fresh.value.count("<li class=") == 14
    for address, arguments in links:
        path = json.loads(arguments.replace("&quot;", '"'))["path"]
        assert (copy / "notebooks" / address).resolve() == (copy / path).resolve()
        assert (copy / path).is_file()


def test_the_map_follows_what_is_saved(copy):
    fresh = progress.show().fresh
    assert ">07</a>" in fresh.value
    save(copy, score_at=("passed", False))
    fresh._handle_custom_msg("again", [])
    assert ">07 done</a>" in fresh.value
    assert "class='done'" in fresh.value


def test_the_command_line_shows_it(copy, capsys):
    assert cli.main(["progress"]) == 0
    said = capsys.readouterr().out
    for phase, name in course.PHASES.items():
        assert f"Phase {phase} · {name}" in said
    assert said.endswith(f"0 of 14 lessons done.\nNext: notebooks/{course.lesson(2).stem}.ipynb\n")


def test_the_furthest_lesson_begun_is_reached_and_the_first_before_any(copy):
    assert progress.reached(progress.read(copy)) == 1
    save(copy, course.lesson(2), to_pairs=("passed", False))
    assert progress.reached(progress.read(copy)) == 2
    save(copy, score_at=("failed", False))
    assert progress.reached(progress.read(copy)) == 7
