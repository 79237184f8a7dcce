"""The helper package of the course on rotary position embeddings.

Lessons import its modules by name (``from rope_lessons import rotary, figures``), whichever room
they stand in, so that a function the learner writes never clashes with one of ours. Three names are
functions: ``check`` and ``hint``, which every exercise calls, and ``glossary``, which looks a term
up. Everything loads on first use; importing the package alone pulls in neither matplotlib nor
ipywidgets. CONTRIBUTING.md shows the rooms, and what each may import.
"""

import importlib

# What a notebook may import from here, by the room that it stands in.
_NAMES = {
    "": ("arcs", "axes", "course", "look_alikes", "rotary", "scaling", "schemes", "show"),
    "specimens": (
        "attention",
        "black_boxes",
        "impostors",
        "one_turn",
        "scheme_comparison",
        "searched",
        "six_schemes",
    ),
    "trained": (
        "attention_weights",
        "candidates",
        "heads",
        "ishmael",
        "layer_scores",
        "layouts",
        "local_head",
        "needles",
        "rescues",
        "score_terms",
        "surgery",
        "tiny",
    ),
    "settings": ("models", "published", "settings_files"),
    "page": (
        "capstone",
        "explore",
        "figures",
        "live",
        "napkin",
        "predict",
        "progress_bar",
        "say",
        "timing",
    ),
    "own_model": ("measuring",),
    "exercises": ("kept_answers",),
    "study": ("deck", "flashcards", "progress", "quoted_numbers"),
}
_MODULES = {
    name: ".".join(filter(None, (__name__, room, name)))
    for room, names in _NAMES.items()
    for name in names
}
_FUNCTIONS = {
    "check": f"{__name__}.exercises.checks",
    "glossary": f"{__name__}.study.glossary_entries",
    "hint": f"{__name__}.exercises.checks",
}

__all__ = [*_FUNCTIONS, *_MODULES]


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(_FUNCTIONS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
