"""Two of the course's notebooks, as they are, go through nbgrader.

An instructor's sources are the solutions as committed. One learner hands in the exercises as
committed, one a wrong answer in one of them, and one nbgrader's release, rightly filled in.
"""

import os
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from copies import ROOT

from rope_lessons import exercises
from rope_lessons.authoring import build

pytestmark = pytest.mark.nbgrader

STEM = "07_rotate_and_dot"
STEMS = ["02_pairs_as_planes", STEM]  # all have the same form; each costs many kernel starts
STUB = "# YOUR CODE HERE\n    raise NotImplementedError()"  # nbgrader's own
CLOCKWISE = """
    def turn(pair, angle):
        (x, y), cos, sin = pair, np.cos(angle), np.sin(angle)
        return np.array([x * cos + y * sin, y * cos - x * sin])

    return turn(q, m * theta) @ turn(k, n * theta)
""".strip()


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """nbgrader's folder after the whole round, with learners untouched, wrong and right."""
    room = tmp_path_factory.mktemp("nbgrader")
    (room / "source" / "rope").mkdir(parents=True)
    for stem in STEMS:
        source = ROOT / "solutions" / f"solution_{stem}.ipynb"
        shutil.copy(source, room / "source" / "rope" / f"exercise_{stem}.ipynb")
    nbgrader(room, "generate_assignment", "rope")
    shutil.copytree(room / "release" / "rope", handed_in(room, "right"))
    for stem in STEMS:
        solution = ROOT / "solutions" / f"solution_{stem}.ipynb"
        fill_in(handed_in(room, "right", stem), answers(solution))
    for learner, stems in (("untouched", STEMS), ("wrong", [STEM])):
        handed_in(room, learner).mkdir(parents=True)
        for stem in stems:
            shutil.copy(ROOT / "exercises" / f"exercise_{stem}.ipynb", handed_in(room, learner))
    path = handed_in(room, "wrong", STEM)
    fill_in(path, {"score-at": answers(path)["score-at"].replace("...", CLOCKWISE)})
    nbgrader(room, "autograde", "rope")
    nbgrader(room, "generate_feedback", "rope", f"--notebook=exercise_{STEM}")
    return room


def nbgrader(room, *command):
    """Run an nbgrader command as an instructor does; give back what it prints."""
    answer = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=room,
        # nbgrader calls alembic by name
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def handed_in(room, learner, stem=None):
    folder = room / "submitted" / learner / "rope"
    return folder / f"exercise_{stem}.ipynb" if stem else folder


def answers(path):
    """The answer cells of a notebook: {cell id: source}."""
    return {
        cell.id: cell.source
        for cell in build.read(path).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def fill_in(path, sources):
    notebook = build.read(path)
    for cell in notebook.cells:
        cell.source = sources.get(cell.id, cell.source)
    build.nbformat.write(notebook, path)


def scores(room, learner):
    """{notebook: (points, points to be had)}"""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{room / 'gradebook.db'}") as book:
        found = book.find_submission("rope", learner).notebooks
        return {
            notebook.name.removeprefix("exercise_"): (notebook.score, notebook.max_score)
            for notebook in found
        }


def feedback(room, learner):
    html = room / "feedback" / learner / "rope" / f"exercise_{STEM}.html"
    return unescape(html.read_text(encoding="utf-8"))


@pytest.mark.parametrize("stem", STEMS)
def test_a_release_asks_what_the_exercise_asks(room, stem):
    released = build.read(room / "release" / "rope" / f"exercise_{stem}.ipynb")
    exercise = build.read(ROOT / "exercises" / f"exercise_{stem}.ipynb")
    code = {cell.id: cell.source for cell in exercise.cells if cell.cell_type == "code"}
    assert code == {
        cell.id: cell.source.replace(STUB, "...")
        for cell in released.cells
        if cell.cell_type == "code"
    }


def test_untouched_notebooks_get_nothing(room):
    found = scores(room, "untouched")
    assert sorted(found) == STEMS
    assert {points for points, _ in found.values()} == {0}
    assert "score_at: not filled in yet" in feedback(room, "untouched")


def test_a_wrong_answer_gets_nothing_and_hears_its_sentence(room):
    assert scores(room, "wrong")[STEM] == (0, 2)
    (sentence,) = (
        m.says for m in exercises.find("score_at").mistakes if "clockwise" in m.says[:20]
    )
    assert f"✗ score_at: {sentence}" in feedback(room, "wrong")


def test_right_answers_get_all_points(room):
    found = scores(room, "right")
    assert sorted(found) == STEMS
    assert all(points == best > 0 for points, best in found.values()), found
    assert "✓ score_at: right on all" in feedback(room, "right")


@pytest.mark.parametrize(
    ("learner", "said"),
    [
        ("untouched", "VALIDATION FAILED ON 2 CELL(S)"),
        ("wrong", "NotPassed: ✗ score_at: turned clockwise, or m and n"),
        ("right", "Success! Your notebook passes all the tests."),
    ],
)
def test_validate_tells_a_learner_the_same(room, learner, said):
    assert said in nbgrader(room, "validate", str(handed_in(room, learner, STEM)))
