"""What a learner wrote is kept, comes back only while it is right, and is never another's."""

import json
import linecache
import math
import re

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from rope_lessons import check, course, exercises, learner_files
from rope_lessons.authoring import build
from rope_lessons.exercises import kept_answers
from rope_lessons.trained import ishmael

ROOT = course.root()
TURN = """def apply_rope(x, positions, base=10000.0):
    x = np.asarray(x)
    speeds = base ** (-np.arange(0, x.shape[-1], 2) / x.shape[-1])
    z = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * np.multiply.outer(positions, speeds))
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape)
"""
CLOCKWISE = TURN.replace("exp(1j", "exp(-1j")


@pytest.fixture(autouse=True)
def a_learner(empty_home, monkeypatch):
    monkeypatch.delenv("ROPE_LESSONS_STRICT", raising=False)
    return empty_home


def written(source, name="apply_rope"):
    """The function of that source, as a notebook's cell makes it."""
    cell = f"<cell {hash(source)}>"
    linecache.cache[cell] = (len(source), None, source.splitlines(keepends=True), cell)
    namespace = {"np": np, "math": math, "__name__": "__main__"}
    exec(compile(source, cell, "exec"), namespace)
    return namespace[name]


def kept():
    return learner_files.read("answers")


def test_what_passes_is_kept_and_turns_the_models_arrows():
    assert check(written(TURN))
    assert kept() == {"apply_rope": TURN}
    mine = kept_answers.yours("apply_rope")
    assert not mine.instead
    assert mine.function.__code__.co_filename == "<your apply_rope>"
    model = ishmael.load("turning")
    assert ishmael.share_right(model, rotation=mine, first=64, samples=8) == 1


@pytest.mark.parametrize(
    "source", [CLOCKWISE, "def apply_rope(x, positions, base=1.0):\n    ...\n"]
)
def test_what_does_not_pass_is_not_kept(source):
    assert check(written(TURN))
    assert not check(written(source))
    assert kept() == {"apply_rope": TURN}


def test_a_later_answer_takes_its_place_and_others_stay():
    learner_files.write("answers", {"napkin": "def napkin(): ..."})
    shorter = TURN.replace("    x = np.asarray(x)\n", "")
    assert check(written(TURN))
    assert check(written(shorter))
    assert kept() == {"napkin": "def napkin(): ...", "apply_rope": shorter}


def test_our_own_solution_and_a_graded_run_are_not_kept(monkeypatch):
    inside = "### BEGIN SOLUTION\n    x ="
    assert check(written(TURN.replace("x =", inside, 1)))
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert check(written(TURN))
    assert kept() == {}


def test_a_full_disk_does_not_spoil_a_check(monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(learner_files, "write", full)
    assert check(written(TURN))


HELPED = "def apply_rope(x, positions, base=10000.0):\n    return turned(x, positions, base)\n"
ENDLESS = f"def forever():\n    while True: ...\n{TURN}".replace("base=10000.0", "base=forever()")
DEFAULT = TURN.replace("base=10000.0", "base=[0 for n in iter(int, 1)]")


@pytest.mark.parametrize(
    ("stored", "because"),
    [
        (None, "no answer of yours is kept yet"),
        (CLOCKWISE, "does not pass its check"),
        (HELPED, "needs something from another cell"),
        (f"@turned\n{TURN}", "needs something from another cell"),
        (f"@print\n{TURN}", "does not pass its check"),
        (f"{TURN}\nimport os\n", "not that function"),
        (ENDLESS, "not that function"),
        (TURN[:-9], "not that function"),
        (TURN.replace("apply_rope", "turn"), "not that function"),
        ("\0", "not that function"),
        (7, "not that function"),
        (["def"], "not that function"),
    ],
)
def test_the_course_stands_in_for_what_is_not_right_and_says_so(stored, because):
    if stored is not None:
        learner_files.write("answers", {"apply_rope": stored})
    mine = kept_answers.yours("apply_rope")
    assert because in mine.instead
    assert mine.function is exercises.find("apply_rope").reference
    assert because in kept_answers.Note(exercises.find("apply_rope"), mine).box.value


def test_a_default_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr("rope_lessons.exercises.checks.TIME_LIMIT", 0.2)
    learner_files.write("answers", {"apply_rope": DEFAULT})
    assert "does not pass" in kept_answers.yours("apply_rope").instead


def test_a_damaged_file_is_set_aside_and_a_removed_one_is_none(a_learner):
    assert check(written(TURN))
    (a_learner / "answers.json").write_text("{")
    assert "no answer" in kept_answers.yours("apply_rope").instead
    assert len(list(a_learner.glob("answers.unreadable-*.json"))) == 1
    assert check(written(TURN))
    (a_learner / "answers.json").unlink()
    assert "no answer" in kept_answers.yours("apply_rope").instead


def test_what_a_cell_stores_is_the_same_for_everybody(capsys):
    exercise = exercises.find("apply_rope")

    def stored():
        bundle = kept_answers.Note(exercise, kept_answers.yours("apply_rope"))._repr_mimebundle_()
        return bundle["text/plain"], bundle["text/html"], capsys.readouterr().out

    before = stored()
    assert check(written(TURN))
    assert stored() == before
    assert repr(kept_answers.yours("apply_rope")) == "<apply_rope>"


def test_an_exercise_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no exercise is called"):
        kept_answers.yours("apply_ropes")


def test_solutions_written_by_a_learner_come_back():
    """But for those that call a function of another cell: each is kept alone."""
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        for cell in build.read(path).cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                name = cell.metadata.nbgrader.grade_id
                source = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.M)
                learner_files.write("answers", kept() | {name: source})
    ours = {name for name in exercises.every() if kept_answers.yours(name).instead}
    assert ours == {"alibi_bias", "predict_failure", "regret", "unfinished_pairs", "what_changes"}


def test_one_notebook_keeps_it_and_another_uses_it(a_learner, tmp_path):
    def run(*cells):
        notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
        where = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(notebook, timeout=60, kernel_name="python3", resources=where).execute()
        return notebook.cells[-1].outputs

    using = (
        "from rope_lessons import kept_answers",
        "mine = kept_answers.yours('apply_rope')",
        "print(mine.instead)",
    )
    assert "no answer" in run(*using)[0].text
    run("import numpy as np\nfrom rope_lessons import check", TURN, "assert check(apply_rope)")
    assert json.loads((a_learner / "answers.json").read_text("utf-8")) == {"apply_rope": TURN}
    assert run(*using)[0].text == "\n"
