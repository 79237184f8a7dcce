"""The helper package of the course on rotary position embeddings.

Lessons import its modules (``from rope_lessons import rotary, figures``), so that a function the
learner writes never clashes with one of ours. Three names are functions: ``check`` and ``hint``,
which every exercise calls, and ``glossary``, which looks a term up. Everything loads on first use;
importing the package alone pulls in neither matplotlib nor ipywidgets.
"""

import importlib

_MODULES = (
    "arcs",
    "attention",
    "black_boxes",
    "compare",
    "course",
    "deck",
    "entries",
    "explore",
    "figures",
    "flashcards",
    "heads",
    "impostors",
    "ishmael",
    "kept_answers",
    "local_head",
    "models",
    "napkin",
    "needles",
    "predict",
    "progress",
    "published",
    "quoted",
    "rotary",
    "say",
    "scaling",
    "schemes",
    "show",
    "terms",
    "timing",
    "tiny",
    "watch",
)
_FUNCTIONS = {"check": "checks", "glossary": "entries", "hint": "checks"}

__all__ = [*_FUNCTIONS, *_MODULES]


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(f"{__name__}.{_FUNCTIONS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
