"""Rooms import downwards only, along a chain that fits on a hand, and each says what it is for."""

import ast
import importlib
from pathlib import Path

import pytest

import rope_lessons
from rope_lessons.authoring import rooms

PACKAGE = Path(rope_lessons.__file__).parent
ARROWS = rooms.arrows(PACKAGE)


def test_every_folder_of_modules_is_a_room_and_no_room_is_empty():
    folders = {path.parent.relative_to(PACKAGE).parts[:1] for path in PACKAGE.rglob("*.py")}
    assert {parts[0] for parts in folders if parts} == set(rooms.MAY_IMPORT) - {rooms.TOP}


@pytest.mark.parametrize("room", rooms.MAY_IMPORT)
def test_a_room_imports_only_from_rooms_below_it(room):
    below = {other for one, other in ARROWS if one == room}
    assert below <= set(rooms.MAY_IMPORT[room])
    names = list(rooms.MAY_IMPORT)
    assert all(names.index(other) < names.index(room) for other in rooms.MAY_IMPORT[room])


def test_no_arrow_is_allowed_that_nobody_needs():
    assert {(room, below) for room, many in rooms.MAY_IMPORT.items() for below in many} == ARROWS


def test_the_mathematics_imports_nothing_but_validation():
    for name in ("rotary", "scaling", "schemes", "arcs", "axes"):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
        ours = [
            alias.name
            for step in ast.walk(tree)
            if isinstance(step, ast.ImportFrom) and step.module.startswith("rope_lessons")
            for alias in step.names
        ]
        assert set(ours) <= {"ArrayLike", "_blocks", "_shapes", "_validate", "rotary"}, name


@pytest.mark.parametrize("room", [room for room in rooms.MAY_IMPORT if room != rooms.TOP])
def test_a_room_has_one_question_for_a_docstring(room):
    said = importlib.import_module(f"rope_lessons.{room}").__doc__
    assert said.strip().splitlines()[0].endswith("?")


def test_contributing_shows_the_rooms_as_they_are():
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert rooms.picture(PACKAGE) in text, "python -m rope_lessons.authoring.rooms draws it anew"
