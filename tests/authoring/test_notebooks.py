"""The committed notebooks are what a regression run can hold to account."""

import ast
import re

import pytest
from reading import rank, unfolded

import rope_lessons
from rope_lessons import course
from rope_lessons.authoring import build

ROOT = course.root()
PATHS = build.notebooks(ROOT)
NAMES = [path.relative_to(ROOT).as_posix() for path in PATHS]
STEMS = {entry.stem for entry in course.LESSONS}
LESSONS = [path for path in PATHS if path.parent.name == "notebooks" and path.stem in STEMS]

# A tag changes what the regression run does with a cell, so each needs a reason: {tag: reason}.
TAGS = {}

authoring = pytest.mark.authoring
every_notebook = pytest.mark.parametrize("path", PATHS, ids=NAMES)


def code_cells(path):
    return [cell for cell in build.read(path).cells if cell.cell_type == "code"]


def test_there_are_notebooks_in_all_three_folders():
    assert {path.parent.name for path in PATHS} == set(build.FOLDERS)


@authoring
@every_notebook
def test_every_cell_was_run_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "a cell never run is never compared"


@authoring
@every_notebook
def test_nothing_that_only_this_machine_would_store(path):
    notebook = build.read(path)
    assert "widgets" not in notebook.metadata
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert build.WIDGET_VIEW not in output.get("data", {})
            assert "stderr" not in output.get("name", "")


@every_notebook
def test_no_magics_and_no_trailing_semicolon(path):
    """nbval ignores both: a magic that fails passes, a semicolon hides nothing."""
    for cell in code_cells(path):
        ast.parse(cell.source)
        for line in cell.source.splitlines():
            assert not line.lstrip().startswith(("%", "!")), line
        assert not cell.source.rstrip().endswith(";"), cell.source


@every_notebook
def test_tags_are_known_and_have_a_reason(path):
    for cell in build.read(path).cells:
        for tag in cell.metadata.get("tags", []):
            assert TAGS.get(tag), f"tag {tag!r} in cell {cell.id} has no reason in TAGS"
        assert not re.search(r"^\s*#\s*(NBVAL|PYTEST_VALIDATE)_", cell.source, re.M)


@authoring
def test_sources_links_and_exercises_have_not_drifted():
    assert build.differences(ROOT) == []


@every_notebook
def test_relative_links_land(path):
    for cell in build.read(path).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)\s]+)\)", cell.source):
                if not re.match(r"[a-z]+:", target):
                    assert (path.parent / target.split("#")[0]).exists(), target


@every_notebook
def test_modules_are_imported_not_functions(path):
    """So that a learner's function never clashes with ours, but for three short names."""
    for cell in code_cells(path):
        for step in ast.walk(ast.parse(cell.source)):
            if isinstance(step, ast.ImportFrom):
                assert step.module == "rope_lessons"
                for alias in step.names:
                    assert alias.name in rope_lessons.__all__, alias.name


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_a_lesson_has_all_its_parts(path):
    notebook = build.read(path)
    titles = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("## ")
    ]
    wanted = "Predict", "Look", "Why", "Check it in numbers", "Careful", "Say it out loud", "Do it"
    assert [title[3:] for title in titles] == list(wanted)
    source = "\n".join(cell.source for cell in notebook.cells)
    for call in ("predict.ask(", "predict.recall("):
        assert call in source
    stored = [output for cell in code_cells(path) for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in stored), "a figure"
    assert {"header", "footer"} <= {cell.id for cell in notebook.cells}


@pytest.mark.parametrize("lesson", LESSONS, ids=[path.stem for path in LESSONS])
def test_a_lesson_has_its_exercise_and_solution(lesson):
    for folder in ("exercises", "solutions"):
        cells = build.read(ROOT / course.path(folder, lesson.stem)).cells
        source = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert "## Core" in source
        assert "## Stretch" in source
        assert source.count("<details>") >= 2, "a self-check of two questions"


@authoring
@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_a_fold_is_closed_and_ends(path):
    """Else five more minutes are read by everybody, or the links at the end by nobody."""
    cells = build.read(path).cells
    for cell in cells:
        folded = cell.metadata.get(build.FOLDED, False)
        assert folded == (rank(cell) == 3 and "Five more minutes" in cell.source), cell.id
    assert "footer" in {cell.id for cell in unfolded(cells)}


def test_every_lesson_is_a_lesson_of_the_course():
    companions = {entry.stem for entry in course.COMPANIONS} | {course.START}
    for path in PATHS:
        stem = course.stem_of(path)
        assert stem in STEMS | (companions if path.parent.name == "notebooks" else set())
        assert path == ROOT / course.path(path.parent.name, stem)
