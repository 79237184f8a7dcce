"""Whatever has become of a file: it is read, or told what is wrong with it, and nothing else."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from copies import ROOT
from damage import EXAMPLES, call
from hypothesis import given, settings
from hypothesis import strategies as st
from make_submissions import BOTH, STEM, Case
from wounds import STRANGE, wounded

from rope_lessons import cli, course, exercises, learner_files
from rope_lessons.classroom import grade, grade_cells, grade_process, grade_report
from rope_lessons.exercises import answers
from rope_lessons.settings import models
from rope_lessons.study import progress

REFUSES = {"TypeError", "ValueError"}
CONFIGS = sorted((ROOT / "rope_lessons" / "settings" / "data" / "configs").glob("*.json"))
NOTEBOOKS = [ROOT / course.path(folder, STEM) for folder in ("exercises", "solutions", "notebooks")]
BLANKS = grade_cells.blanks(ROOT)


def contents(paths):
    return [path.read_bytes() for path in paths]


# Settings


@given(wounded(contents(CONFIGS)))
@settings(max_examples=8 * EXAMPLES)
def test_damaged_settings_are_read_or_refused(tmp_path, content):
    path = tmp_path / "config.json"
    path.write_bytes(content)
    found = call(models.read_config, {"source": path}, REFUSES, infinite=True)
    if isinstance(found, Exception):
        return
    call(models.report, {"settings": found}, set())
    for part in (found, *found.layers.values()):
        if part.train_length:
            refuses = {"ValueError"} if part.unread else set()
            call(models.foretell, {"settings": part, "length": 3 * part.train_length}, refuses)


@given(wounded(contents(CONFIGS)))
@settings(max_examples=EXAMPLES)
def test_the_command_line_says_it_in_a_line(tmp_path, capsys, content):
    (tmp_path / "config.json").write_bytes(content)
    status = cli.main(["config", str(tmp_path)])
    printed, said = capsys.readouterr()
    assert bool(printed) == (status == 0)
    assert bool(said) == (status == 1)
    assert said.count("\n") <= 1
    assert (printed + said).replace("\n", "").isprintable()


# Notebooks


def graded(path, heard, monkeypatch):
    """The rows of one notebook, where its process would have sent that."""
    monkeypatch.setattr(grade_process, "run", lambda steps, *limits: (list(steps), heard)[1])
    submission = grade.Submission("ada", path)

    def one(submission):
        return grade.grade(submission, blanks=BLANKS, seed=1, seconds=9, memory=2**30)

    call(one, {"submission": submission}, set(), infinite=True)
    return grade.every([submission], one, Executor())


class Executor:
    """Does what it is given at once."""

    def submit(self, function, *arguments):
        return Done(function, arguments)


class Done:
    def __init__(self, function, arguments):
        self.result = lambda: function(*arguments)

    def cancel(self):
        pass


def hold(rows):
    """Each is a verdict on one learner in one line, and every report can be made of them."""
    assert rows
    for row in rows:
        assert row.learner == "ada"
        assert row.status in ("passed", "failed", "open", "problem")
        assert row.line and row.line.isprintable() and len(row.line) < 400
        assert all(note.isprintable() and len(note) < 400 for note in row.notes)
        assert not row.line.startswith("could not be graded"), row.line
    table = grade_report.table(rows, 1)
    assert table.count("\n") < 40
    table.encode()
    read = list(csv.DictReader(io.StringIO(grade_report.csv_text(rows, 1))))
    assert [row["line"] for row in read] == [row.line for row in rows]
    cases = ElementTree.fromstring(grade_report.junit_text(rows, 1).encode()).iter("testcase")
    assert len(list(cases)) == len(rows)


NOTHING = grade_process.Heard({}, {}, {}, "its process ended itself.")


@given(wounded(contents(NOTEBOOKS)))
@settings(max_examples=6 * EXAMPLES)
def test_a_damaged_notebook_gets_its_verdict(tmp_path, monkeypatch, content):
    path = tmp_path / f"{STEM}.ipynb"
    path.write_bytes(content)
    hold(graded(path, NOTHING, monkeypatch))


jsons = st.recursive(
    st.sampled_from([text for text in STRANGE if len(text) < 500]).map(json.loads)
    | st.text(max_size=9)
    | st.floats()
    | st.just(answers.to_json([0.5] * 5)),
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
names = st.sampled_from(["score_at", "score_from_distance", "rope", ""])
reply = st.fixed_dictionaries(
    {},
    optional={
        "call": names | jsons,
        "answers": st.lists(jsons, max_size=6) | jsons,
        "changed": st.lists(st.text(max_size=3), max_size=6) | jsons,
        "problem": st.just("") | st.text(max_size=9) | jsons,
        "open": jsons,
        "absent": jsons,
        "stopped": jsons,
        "reached": jsons,
        "at": st.just("score-at") | jsons,
    },
)
lines = reply.map(json.dumps) | jsons.map(json.dumps) | st.text(max_size=20)


@given(st.lists(lines, max_size=5), st.sampled_from([0, 1, -9, None, -4711]))
@settings(max_examples=6 * EXAMPLES)
def test_whatever_a_process_sends_there_is_a_verdict(tmp_path, monkeypatch, sent, ended):
    text = "\n".join(['{"ready": true}', *sent])
    heard = grade_process._heard(text, ended, 60)
    (tmp_path / "ada").mkdir(exist_ok=True)
    path = tmp_path / "ada" / f"{STEM}.ipynb"
    if not path.exists():
        path.write_bytes(contents(NOTEBOOKS)[1])
    rows = graded(path, heard, monkeypatch)
    hold(rows)
    assert not any(row.status == "passed" for row in rows), "no verdict is made over there"


def test_a_class_with_damaged_notebooks_is_graded(tmp_path, capfd):
    """With real processes: nobody's damage touches anybody else's verdict."""
    drawn = []

    @given(wounded(contents(NOTEBOOKS[:2])))
    @settings(max_examples=6)
    def draw(content):
        drawn.append(content)

    draw()
    Case("ada", "right", BOTH).write(tmp_path / "class" / "ada")
    for number, content in enumerate(drawn):
        folder = tmp_path / "class" / f"learner {number}"
        folder.mkdir()
        (folder / f"{STEM}.ipynb").write_bytes(content)
    file = tmp_path / "verdicts.csv"
    assert cli.main(["grade", str(tmp_path / "class"), "--csv", str(file)]) == 1
    with file.open(newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert {row["learner"] for row in rows} == {"ada", *(f"learner {n}" for n in range(len(drawn)))}
    assert [row["verdict"] for row in rows if row["learner"] == "ada"] == ["passed", "passed"]
    assert capfd.readouterr().err == ""


# What the learner's own commands read


@given(wounded(contents(NOTEBOOKS[:1])))
@settings(max_examples=3 * EXAMPLES)
def test_progress_is_told_over_a_damaged_notebook(tmp_path, content):
    (tmp_path / "exercises").mkdir(exist_ok=True)
    (tmp_path / "exercises" / f"exercise_{STEM}.ipynb").write_bytes(content)
    standings = call(progress.read, {"root": tmp_path}, set())
    call(progress.text, {"standings": standings}, set())


KEPT = json.dumps({"07": {"answer": "yes", "right": True}, "again": {"07": None}}).encode()


@given(wounded([KEPT]))
@settings(max_examples=2 * EXAMPLES)
def test_what_was_kept_and_cannot_be_read_is_set_aside(empty_home, content):
    empty_home.mkdir(exist_ok=True)
    for path in empty_home.iterdir():
        path.unlink()
    (empty_home / "predictions.json").write_bytes(content)
    kept = call(learner_files.read, {"name": "predictions"}, set(), infinite=True)
    assert isinstance(kept, dict)
    assert [path.read_bytes() for path in empty_home.glob("*.json")] == [content], "nothing is lost"


# The answers on their way between two processes


@given(jsons)
@settings(max_examples=8 * EXAMPLES)
def test_an_answer_is_read_or_refused(value):
    found = call(answers.from_json, {"value": value}, {"ValueError"}, infinite=True)
    if not isinstance(found, Exception):
        answers.text(answers.plain(found))


@pytest.mark.parametrize("name", exercises.every())
def test_probes_survive_the_way(name):
    for probe in exercises.find(name).probes(7):
        for argument in probe:
            came = answers.from_json(json.loads(json.dumps(answers.to_json(argument))))
            if not callable(argument):
                assert answers.difference(answers.plain(argument), answers.plain(came), 0) is None
