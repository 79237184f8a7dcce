"""Grading: every way to hand in gets its verdict, and none of them stops the rest."""

import csv
import json
import os
import shutil
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import make_submissions
import pytest
from copies import ROOT
from make_submissions import ALSO_RIGHT, BOTH, CASES, CORE, RIGHT, STEM, STRETCH, ZERO, Case

from rope_lessons import cli, course, exercises
from rope_lessons.classroom import grade, grade_cells
from rope_lessons.exercises import answers

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="these limits are Linux's")
ORDINARY = [case.name for case in CASES if case.kind != "abrupt"]
ABRUPT = [case.name for case in CASES if case.kind == "abrupt"]


def graded(folder, *options):
    """The exit status, and the rows of the CSV file as dictionaries."""
    file = folder.parent / f"{folder.name}.csv"
    status = cli.main(["grade", str(folder), "--csv", str(file), *options])
    with file.open(newline="", encoding="utf-8") as text:
        return status, list(csv.DictReader(text))


def every_case(kinds, folder, *options):
    for case in CASES:
        if case.kind in kinds:
            case.write(folder / case.name)
    status, rows = graded(folder, "--junit", str(folder.parent / "verdicts.xml"), *options)
    assert status == 1
    return rows


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    return every_case(make_submissions.KINDS, tmp_path_factory.mktemp("ordinary") / "class")


@pytest.fixture(scope="module")
def abrupt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("abrupt") / "class"
    return every_case(["abrupt"], folder, "--seconds", "25"), folder.parent / "verdicts.xml"


def hold(name, rows):
    case = next(case for case in CASES if case.name == name)
    due = {"expected": case.expected, "note": case.note}
    theirs = [row for row in rows if row["learner"] == name]
    assert not make_submissions.disagreements(due, theirs)


@pytest.mark.parametrize("name", ORDINARY)
def test_every_way_to_hand_in_gets_its_verdict(ordinary, name):
    hold(name, ordinary)


@LINUX
@pytest.mark.parametrize("name", ABRUPT)
def test_abrupt_ends_are_told(abrupt, name):
    hold(name, abrupt[0])


def test_the_verdict_of_a_known_mistake_is_the_sentence_of_the_check(ordinary):
    said = {row["line"] for row in ordinary if row["verdict"] == "failed"}
    for name in (CORE, STRETCH):
        for mistake in exercises.find(name).mistakes:
            assert mistake.says in said


@LINUX
def test_the_xml_counts_right_and_holds_no_letter_that_xml_forbids(abrupt):
    rows, file = abrupt
    suites = ElementTree.parse(file).getroot()
    assert suites.tag == "testsuites"
    assert [suite.get("name") for suite in suites] == sorted({row["learner"] for row in rows})
    for suite in suites:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        for kind, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(count)) == sum(case.find(kind) is not None for case in cases)
        assert suite.find("properties/property[@name='seed']").get("value") == rows[0]["seed"]
    (odd,) = (suite for suite in suites if suite.get("name") == "an odd error")
    said = odd.find("testcase/error").get("message")
    assert said.isprintable()
    assert len(said) < 400


@LINUX
def test_nothing_that_was_started_goes_on(tmp_path):
    goes_on = f"sh -c 'touch \"$0/started\"; sleep 600' '{tmp_path}' &"
    left = f"import ctypes\nctypes.CDLL(None).system({goes_on.encode()!r})\n"
    for name, ending in (("leaves", "import os\nos._exit(0)"), ("stays", RIGHT)):
        Case(name, "abrupt", BOTH, (left + ending, ALSO_RIGHT)).write(tmp_path / name)
    graded(tmp_path)
    patience = time.monotonic() + 30  # a busy machine takes its time to end what was killed
    while (left := running(tmp_path)) and time.monotonic() < patience:
        time.sleep(0.1)
    assert (tmp_path / "started").exists()
    assert not left


def running(mark):
    """The command lines of all processes that end in that path."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((process / "cmdline").read_bytes())
        except OSError:  # it has ended meanwhile
            continue
    return [line for line in lines if line.endswith(str(mark).encode() + b"\0")]


def test_exit_status_and_table(tmp_path, capsys):
    Case("ada", "right", BOTH).write(tmp_path / "ada")
    wrong_stretch = make_submissions.WRONG_STRETCH["lengths times cos"]
    Case("bob", "wrong", BOTH, (RIGHT, wrong_stretch)).write(tmp_path / "bob")
    status, _ = graded(tmp_path, "--seed", "5")
    said = capsys.readouterr().out
    assert status == 0, "stretch exercises do not count"
    assert "ada  07 score_at             ✓ passed   right on all" in said
    assert "bob  07 score_from_distance  ✗ failed   lengths times cos" in said
    assert "2 learners, 4 answers: 3 passed, 1 failed." in said
    assert "--seed 5 asks the same again" in said
    assert "  expected " not in said

    assert graded(tmp_path / "bob")[0] == 0
    assert "  expected " in capsys.readouterr().out, "one learner alone gets the details"


def test_the_same_seed_asks_the_same_and_another_does_not(tmp_path):
    heart = make_submissions.FORGED["learned by heart"][0]
    Case("eve", "forged", BOTH, (heart, ALSO_RIGHT)).write(tmp_path / "eve")
    assert graded(tmp_path, "--seed", "0")[1][0]["verdict"] == "passed", "as in the notebook"
    once, again, other = (graded(tmp_path, "--seed", seed)[1] for seed in ("1", "1", "2"))
    assert once == again
    assert once[0]["verdict"] == "failed"
    assert once[0]["detail"] != other[0]["detail"]


def test_what_one_handed_in_is_expected_of_all(tmp_path):
    Case("ada", "right", BOTH).write(tmp_path / "ada")
    (tmp_path / "bob").mkdir()
    status, rows = graded(tmp_path)
    assert status == 1
    theirs = [row for row in rows if row["learner"] == "bob"]
    assert [(row["exercise"], row["verdict"], row["line"]) for row in theirs] == [
        (CORE, "open", "not handed in."),
        (STRETCH, "open", "not handed in."),
    ]


def test_of_two_notebooks_of_one_exercise_one_counts(tmp_path):
    """As a browser leaves them that fetched the exercise twice."""
    wrong, right, open_ = (ZERO, ALSO_RIGHT), (RIGHT, ALSO_RIGHT), (None, None)
    pairs = {  # answers and age of the one called (1), then of the other; and which counts
        "newer": (right, 1, wrong, 2, "older; 07_rotate_and_dot (1).ipynb counts"),
        "older": (wrong, 2, right, 1, "older; 07_rotate_and_dot.ipynb counts"),
        "not answered": (open_, 1, right, 2, "not answered; 07_rotate_and_dot.ipynb counts"),
        "answered": (right, 2, open_, 1, "not answered; 07_rotate_and_dot (1).ipynb counts"),
        "of one age": (wrong, 1, right, 1, "as old; 07_rotate_and_dot.ipynb counts"),
    }
    for name, (one, age, other, other_age, _) in pairs.items():
        for answers_, seconds, called in ((one, age, f"{STEM} (1)"), (other, other_age, STEM)):
            Case(name, "right", BOTH, answers_).write(tmp_path / "made")
            (tmp_path / "class" / name).mkdir(parents=True, exist_ok=True)
            file = tmp_path / "class" / name / f"{called}.ipynb"
            (tmp_path / "made" / f"{STEM}.ipynb").rename(file)
            os.utime(file, (10**9 - seconds, 10**9 - seconds))
            shutil.rmtree(tmp_path / "made")
    status, rows = graded(tmp_path / "class")
    assert status == 0
    assert len(rows) == 2 * len(pairs)
    for name, (*_, says) in pairs.items():
        (note,) = {row["notes"] for row in rows if row["learner"] == name and row["notes"]}
        assert note.endswith(f"is of the same exercise, {says}."), note


def test_one_line_and_one_page_a_learner(tmp_path):
    """Columns as Moodle's load_data.php and Canvas's gradebook_importer.rb read them."""
    Case("ada", "right", BOTH).write(tmp_path / "class" / "ada")
    Case("b, <ob>", "wrong", BOTH, (ZERO, None)).write(tmp_path / "class" / "b, <ob>")
    places = [tmp_path / name for name in ("learners.csv", "canvas.csv", "pages")]
    options = zip(("--learners", "--canvas", "--pages"), map(str, places), strict=True)
    graded(tmp_path / "class", "--seed", "5", *(word for option in options for word in option))
    learners, canvas = (
        list(csv.reader(place.read_text(encoding="utf-8").splitlines())) for place in places[:2]
    )
    sentence = "the same answer comes back at every call. It depends on the arguments."
    assert learners == [
        ["learner", "core passed", "core", "feedback", "notes", "seed"],
        ["ada", "1", "1", "", "", "5"],
        ["b, <ob>", "0", "1", f"07 score_at: {sentence}", "", "5"],
    ]
    assert canvas == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "RoPE exercises"],
        ["Points Possible", "", "", "", "", "1"],
        ["ada", "", "", "ada", "", "1"],
        ["b, <ob>", "", "", "b, <ob>", "", "0"],
    ]
    assert sorted(page.name for page in places[2].iterdir()) == ["ada.html", "b, <ob>.html"]
    page = (places[2] / "b, <ob>.html").read_text(encoding="utf-8")
    assert "<h1>b, &lt;ob&gt;: 0 of 1 core exercises passed</h1>" in page
    assert f"<p>{sentence}</p>" in page
    assert "✗ 07 score_at: failed" in page
    assert "○ 07 score_from_distance (stretch): open" in page
    assert "expected" in page


def test_whose_a_notebook_is(tmp_path):
    def names(*paths):
        return [(entry.learner, entry.path and entry.path.name) for entry in grade.find(paths)]

    lesson = f"{STEM}.ipynb"
    for folder in ("class/ada", "class/bob/exercises", "class/bob/solutions", "class/eve", "x/y"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("class/ada", "class/bob/exercises", "class/bob/solutions"):
        (tmp_path / folder / lesson).touch()
    (tmp_path / "class/ada/.ipynb_checkpoints").mkdir()
    (tmp_path / "class/ada/.ipynb_checkpoints/07-checkpoint.ipynb").touch()
    everyone = [("ada", lesson), ("bob", lesson), ("eve", None)]
    assert names(tmp_path / "class") == everyone
    assert names(tmp_path / "class/ada") == [("ada", lesson)]
    assert names(tmp_path / "class/bob", tmp_path / "class/ada" / lesson) == [
        ("bob", lesson),
        ("ada", lesson),
    ]
    assert names(tmp_path / "class/bob/exercises" / lesson) == [("bob", lesson)]
    for wrong, says in (("nowhere", "does not exist"), ("x", "no notebooks in")):
        with pytest.raises(ValueError, match=says):
            names(tmp_path / wrong)
    (tmp_path / "class/stray.ipynb").touch()
    with pytest.raises(ValueError, match="notebooks and folders of notebooks"):
        names(tmp_path / "class")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nowhere"],
        ["solutions", "--csv", "no/such/folder.csv"],
        ["solutions", "--pages", "no/such/folder"],
        ["solutions", "--jobs", "0"],
        ["solutions", "--seconds", "none"],
    ],
)
def test_usage_errors(arguments, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    try:
        status = cli.main(["grade", *arguments])
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    assert capsys.readouterr().err


def test_a_fault_of_ours_stops_nobody_else(tmp_path, monkeypatch):
    for name in ("ada", "bob"):
        Case(name, "right", BOTH).write(tmp_path / name)
    whole = grade.grade

    def faulty(submission, **options):
        if submission.learner == "ada":
            raise RuntimeError("oh")
        return whole(submission, **options)

    monkeypatch.setattr(grade, "grade", faulty)
    status, rows = graded(tmp_path)
    assert status == 1
    assert "could not be graded: RuntimeError: oh" in {row["line"] for row in rows}
    assert [row["verdict"] for row in rows if row["learner"] == "bob"] == ["passed", "passed"]


def test_a_process_that_does_not_start_says_why(tmp_path, monkeypatch):
    Case("ada", "right", BOTH).write(tmp_path / "ada")
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    _, rows = graded(tmp_path)
    assert "the process for grading did not start" in rows[0]["line"]


def blank(stem, name):
    cell = grade_cells.Cell(
        name.replace("_", "-"), name, "code", f"def {name}():\n    ...", True, False
    )
    return grade_cells.Blank(stem, (cell,), {cell.id: (name,)})


def test_a_notebook_of_another_exercise():
    here, there = blank("01_here", "one"), blank("02_there", "two")
    assert grade_cells.identify("01_here", here.cells, [here, there]) == (here, here)
    assert grade_cells.identify("01_here (1)", here.cells, [here, there]) == (here, here)
    assert grade_cells.identify("anna", there.cells, [here, there]) == (None, there)
    assert grade_cells.identify("01_here", there.cells, [here, there]) == (here, there)
    assert grade_cells.identify("01_here", [], [here, there]) == (here, None)
    assert grade_cells.identify("notes", [], [here, there]) == (None, None)
    both = (*here.cells, *there.cells)
    assert grade_cells.identify("02_there", both, [here, there]) == (there, there)


def test_files_that_belong_to_no_exercise_or_another(tmp_path):
    case = Case("ada", "right", BOTH)
    case.write(tmp_path / "ada")
    case.write(tmp_path / "bob")
    (tmp_path / "bob" / f"{STEM}.ipynb").rename(tmp_path / "bob" / "mine.ipynb")
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "notes.ipynb").write_text('{"cells": []}', encoding="utf-8")
    rows = graded(tmp_path)[1]
    assert [row["verdict"] for row in rows if row["learner"] != "eve"] == ["passed"] * 4
    said = {row["line"] for row in rows if row["file"] == "notes.ipynb"}
    assert said == {"this is no exercise notebook of the course."}


def test_the_answers_of_another_exercise_are_named(tmp_path):
    Case("ada", "right", BOTH).write(tmp_path / "ada")
    submission = grade.read(grade.Submission("ada", tmp_path / "ada" / f"{STEM}.ipynb"))
    named = blank(STEM, "another")
    held = blank("99_other", CORE)
    (row,) = grade.grade(submission, blanks=[named, held], seed=1, seconds=60, memory=2**31)
    assert (row.status, row.line) == (
        "problem",
        f"this file holds the answers of 99_other. Hand in {STEM}.",
    )


def test_no_probe_carries_a_reference_to_the_learners_process():
    for exercise in exercises.every().values():
        sent = json.dumps(answers.to_json(exercise.probes(1)))
        assert "rope_lessons.exercises" not in sent, exercise.name


def test_numbers_arrive_as_they_were_sent():
    sent = [3, 0.1, True, None, "x", [1], (1, 2), {"a": 1.5}]
    assert answers.from_json(json.loads(json.dumps(answers.to_json(sent)))) == sent
    numpy = pytest.importorskip("numpy")
    for value in (numpy.float64(0.1), numpy.int64(3), numpy.longdouble(0.5)):
        came = answers.from_json(json.loads(json.dumps(answers.to_json(value))))
        assert came == value
        assert not isinstance(came, numpy.ndarray), "a scalar stays a scalar: it can be a key"


@pytest.mark.authoring
def test_the_course_as_it_is_committed(tmp_path):
    for folder, verdict, expected in (("solutions", "passed", 0), ("exercises", "open", 1)):
        file = tmp_path / f"{folder}.csv"
        assert cli.main(["grade", str(ROOT / folder), "--csv", str(file)]) == expected
        with file.open(newline="", encoding="utf-8") as text:
            rows = list(csv.DictReader(text))
        assert [row["exercise"] for row in rows if row["verdict"] != verdict] == []
        assert {row["exercise"] for row in rows} == set(exercises.every())
        assert not any(row["notes"] for row in rows)


def test_an_edited_exercise_in_the_course_does_not_matter(tmp_path, monkeypatch):
    course_copy = tmp_path / "course"
    for folder in ("notebooks", "solutions", "exercises"):
        (course_copy / folder).mkdir(parents=True)
    (course_copy / "notebooks" / f"{course.START}.ipynb").touch()
    solution = (ROOT / "solutions" / f"solution_{STEM}.ipynb").read_text(encoding="utf-8")
    (course_copy / "solutions" / f"solution_{STEM}.ipynb").write_text(solution, encoding="utf-8")
    (course_copy / "exercises" / f"exercise_{STEM}.ipynb").write_text("mine", encoding="utf-8")
    Case("ada", "right", BOTH).write(tmp_path / "class" / "ada")
    monkeypatch.chdir(course_copy)
    assert graded(tmp_path / "class")[0] == 0


def test_dask_missing_is_told(tmp_path, monkeypatch, capsys):
    Case("ada", "right", BOTH).write(tmp_path / "ada")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cli.main(["grade", str(tmp_path), "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "pip install" in capsys.readouterr().err


# Ends the cluster's worker, which stands above the two watchers of its process, once.
ENDS_ITS_WORKER = """
import ctypes, os, pathlib
first = pathlib.Path({!r})
if not first.exists():
    first.touch()
    process = os.getppid()
    for _ in range(2):
        stat = pathlib.Path(f"/proc/{{process}}/stat").read_text()
        process = int(stat.rpartition(")")[2].split()[1])
    ctypes.CDLL(None).kill(process, 9)
"""


@LINUX
def test_a_cluster_gives_the_same_and_outlives_its_workers(tmp_path):
    distributed = pytest.importorskip("distributed")
    everyone, killed = tmp_path / "class", tmp_path / "killed"
    Case("ada", "right", BOTH).write(everyone / "ada")
    Case("bob", "wrong", BOTH, (ZERO, ALSO_RIGHT)).write(everyone / "bob")
    kills = (ENDS_ITS_WORKER.format(str(killed)) + RIGHT, ALSO_RIGHT)
    Case("eve", "forged", BOTH, kills).write(everyone / "eve")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        status, rows = graded(everyone, "--dask", cluster.scheduler_address, "--seed", "3")
    assert killed.exists()
    assert status == 1
    assert [row["verdict"] for row in rows] == ["passed", "passed", "failed", *["passed"] * 3]
    assert graded(everyone, "--seed", "3") == (status, rows)
