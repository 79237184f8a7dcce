"""What is asked before each lesson, and what should somebody with each answer read at its end?

Every wrong option is a belief that people hold. Its sentence speaks to whoever chose it. One module
a lesson, each with its ``QUESTION``.
"""

import importlib
import pkgutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """``options`` leads from each answer to its sentence; ``right`` is one of the answers."""

    text: str
    options: dict
    right: str

    def __post_init__(self):
        if self.right not in self.options or len(self.options) < 2:
            raise ValueError(
                f"right must be one of at least two options, got {self.right!r} and "
                f"{list(self.options)}"
            )


def _collect():
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {
        int(name.removeprefix("lesson_")): importlib.import_module(f"{__name__}.{name}").QUESTION
        for name in modules
    }


QUESTIONS = _collect()
