"""Which room of the package imports from which? ``python -m rope_lessons.authoring.rooms``

Draws the rooms, the lowest first, with the arrows that the code's own imports make: the picture in
CONTRIBUTING.md.
"""

import ast
import importlib
from pathlib import Path

import rope_lessons

TOP = "top"
TOP_ASKS = "What does RoPE do? The mathematics; beside it what every room uses."
# A room, to those that it may import from; each stands below it in this list.
MAY_IMPORT = {
    TOP: (),
    "specimens": (TOP,),
    "trained": (TOP,),
    "settings": (TOP,),
    "page": (TOP, "trained", "settings"),
    "own_model": (TOP, "trained", "settings", "page"),
    "exercises": (TOP, "specimens", "trained"),
    "study": (TOP, "trained", "settings", "page", "exercises"),
    "authoring": (TOP, "exercises", "study"),
    "classroom": (TOP, "exercises", "authoring"),
}
ABOVE = ("__init__", "cli", "doctor")  # modules at the top that may import from every room


def arrows(package: Path) -> set[tuple[str, str]]:
    """The pairs (room, room it imports from) in the code of that folder.

    Parameters
    ----------
    package : Path
        The folder ``rope_lessons``.

    Returns
    -------
    set of (str, str)
    """
    return {
        (_room(path, package), below)
        for path in package.rglob("*.py")
        if path.stem not in ABOVE or path.parent != package
        for below in _imported(path, package)
        if below != _room(path, package)
    }


def picture(package: Path) -> str:
    """The rooms as text, a line each: what it asks, and the rooms it imports from.

    Parameters
    ----------
    package : Path
        The folder ``rope_lessons``.

    Returns
    -------
    str
    """
    found = arrows(package)
    lines = []
    for room in MAY_IMPORT:
        said = importlib.import_module(f"rope_lessons.{room}").__doc__ if room != TOP else TOP_ASKS
        asks = said.strip().splitlines()[0]
        below = [other for other in MAY_IMPORT if (room, other) in found]
        lines.append(f"{room:10} ← {', '.join(below) or 'nothing':45} {asks}")
    return "\n".join(line.rstrip() for line in lines)


def _room(path, package):
    parts = path.relative_to(package).parts
    return parts[0] if len(parts) > 1 else TOP


def _imported(path, package):
    for step in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(step, ast.ImportFrom) and (step.module or "").startswith("rope_lessons"):
            inside = step.module.split(".")[1:2]
            for alias in step.names:
                name = inside[0] if inside else alias.name
                yield name if (package / name).is_dir() else TOP


if __name__ == "__main__":
    print(picture(Path(rope_lessons.__file__).parent))
