"""The build makes exercises from solutions, and never overwrites a learner's work."""

import re
import shutil

import nbformat
import pytest
from copies import copy_course
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rope_lessons import course
from rope_lessons.authoring import build

STEM = "07_rotate_and_dot"

ANSWER = '''
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    y = 2 * x
    return y
    ### END SOLUTION
'''.strip()


def solution():
    cell = new_code_cell(ANSWER)
    cell.metadata["nbgrader"] = {"solution": True, "grade_id": "double"}
    return new_notebook(cells=[new_markdown_cell("Text."), cell, new_code_cell("double(2)")])


@pytest.fixture
def course_copy(tmp_path):
    return copy_course(tmp_path)


def edit(path, change):
    notebook = build.read(path)
    change(notebook)
    nbformat.write(notebook, path)


def test_an_exercise_keeps_the_docstring_and_drops_the_answer():
    exercise = build.blank(solution())
    assert exercise.cells[1].source == 'def double(x):\n    """Twice x."""\n    ...'
    assert all(cell.get("execution_count") is None for cell in exercise.cells)
    assert build.answered(exercise) == []


def test_a_filled_in_answer_is_told_from_the_stub():
    exercise = build.blank(solution())
    exercise.cells[1].source = exercise.cells[1].source.replace("...", "return 2 * x")
    assert build.answered(exercise) == ["double"]


def test_normal_form_drops_what_differs_between_machines():
    notebook = solution()
    notebook.metadata["widgets"] = {"state": {}}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.99"}
    notebook.cells[2].metadata["execution"] = {"iopub.status.busy": "now"}
    notebook.cells[2].metadata["jupyter"] = {build.HIDDEN: True, "outputs_hidden": False}
    notebook.cells[0].metadata = {build.FOLDED: True, "collapsed": True}
    data = {build.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "4"}
    notebook.cells[2].outputs = [new_output("execute_result", data)]
    normal = build.normalise(notebook)
    assert set(normal.metadata) == {"kernelspec", "language_info"}
    assert normal.metadata.language_info == {"name": "python"}
    assert normal.cells[2].metadata == {"jupyter": {build.HIDDEN: True}}
    assert normal.cells[2].outputs[0].data == {"text/plain": "4"}
    assert normal.cells[1].metadata.nbgrader.grade_id == "double"
    assert normal.cells[0].metadata == {build.FOLDED: True}
    assert build.normalise(normal) == normal
    assert "widgets" in notebook.metadata, "the original stays as it was"


@pytest.mark.authoring
def test_the_committed_course_counts_as_untouched(course_copy):
    assert build.touched(course_copy) == []
    assert build.differences(course_copy) == []


@pytest.mark.authoring
def test_a_learners_work_is_seen(course_copy):
    exercise = course_copy / "exercises" / f"exercise_{STEM}.ipynb"

    def fill_in(notebook):
        cell = next(cell for cell in notebook.cells if cell.id == "score-at")
        cell.source = cell.source.replace("...", "return 0.0")

    edit(exercise, fill_in)
    assert exercise in build.touched(course_copy)
    before = exercise.read_bytes()
    with pytest.raises(ValueError, match=r"carries answers \(score_at\)"):
        build.build(course_copy)
    assert exercise.read_bytes() == before


@pytest.mark.authoring
def test_a_notebook_saved_by_jupyter_is_seen(course_copy):
    lesson = course_copy / "notebooks" / f"{STEM}.ipynb"
    edit(lesson, lambda notebook: notebook.metadata.update(widgets={}))
    assert lesson in build.touched(course_copy)
    assert any("normal form" in line for line in build.differences(course_copy))


@pytest.mark.authoring
@pytest.mark.parametrize("folder", ["solutions", "notebooks"])
def test_drift_is_seen(course_copy, folder):
    def reword(notebook):
        cell = next(cell for cell in notebook.cells if cell.id in ("core", "footer"))
        cell.source += " changed"

    edit(course_copy / course.path(folder, STEM), reword)
    expected = "exercises" if folder == "solutions" else folder
    (line,) = build.differences(course_copy)
    assert line.startswith(f"{course.path(expected, STEM)}: its cells")


@pytest.mark.authoring
def test_links_appear_with_their_targets(course_copy):
    neighbour = course.lesson(8)
    (course_copy / "notebooks" / f"{neighbour.stem}.ipynb").unlink(missing_ok=True)
    lesson = build.sources(course_copy)[course_copy / "notebooks" / f"{STEM}.ipynb"]
    assert neighbour.stem not in lesson.cells[0].source
    shutil.copy(
        course_copy / "notebooks" / f"{STEM}.ipynb",
        course_copy / "notebooks" / f"{neighbour.stem}.ipynb",
    )
    made = build.sources(course_copy)
    header = made[course_copy / "notebooks" / f"{STEM}.ipynb"].cells[0].source
    assert f"({neighbour.stem}.ipynb)" in header
    start = made[course_copy / "notebooks" / f"{course.START}.ipynb"]
    assert f"({neighbour.stem}.ipynb)" in "".join(cell.source for cell in start.cells)


def test_every_notebook_ends_with_one_next():
    """From the start page through every lesson and its exercise to the glossary, and back."""
    root = course.root()
    onward = {}
    for path, notebook in build.sources(root).items():
        *_, footer = (cell.source for cell in notebook.cells)
        (target,) = re.findall(r"^### Next: \[[^]]+ →\]\(([^)]+)\)$", footer, re.M)
        onward[path] = (path.parent / target).resolve()
    lessons = [entry.stem for entry in course.LESSONS]
    place = root / course.path("notebooks", course.START)
    for stem in (*lessons, *(entry.stem for entry in course.COMPANIONS), course.START):
        place = onward[place]
        assert place == root / course.path("notebooks", stem)
        if stem in lessons:
            solution = root / course.path("solutions", stem)
            place = onward[place]
            assert place == root / course.path("exercises", stem)
            assert onward[solution] == onward[place]


@pytest.mark.authoring
def test_an_exercise_without_a_solution_is_named(course_copy):
    (course_copy / "solutions" / f"solution_{STEM}.ipynb").unlink()
    told = f"exercises/exercise_{STEM}.ipynb: has no source in solutions/"
    assert told in build.differences(course_copy)


@pytest.mark.authoring
def test_building_again_changes_nothing(course_copy):
    build.build(course_copy, [STEM])
    assert build.build(course_copy, [STEM]) == []
