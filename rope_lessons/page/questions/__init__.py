"""What is asked before each lesson, and what should somebody say or read at its end?

Every wrong option is a belief that people hold. Its sentence speaks to whoever chose it. One module
a lesson, each with its ``QUESTION``, and in ``SPOKEN`` what the lesson comes down to.
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


@dataclass(frozen=True)
class Spoken:
    """``ours`` is the lesson in a few sentences; the others say what a good answer names."""

    ours: str
    object: str
    axis: str
    trade_off: str
    limit: str

    @property
    def names(self) -> dict[str, str]:
        """The four things by the names that a reader sees."""
        return {
            "object": self.object,
            "axis or shape": self.axis,
            "trade-off": self.trade_off,
            "limit": self.limit,
        }


def _collect():
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        number = int(name.removeprefix("lesson_"))
        yield number, importlib.import_module(f"{__name__}.{name}")


_MODULES = dict(_collect())
QUESTIONS = {number: module.QUESTION for number, module in _MODULES.items()}
SPOKEN = {number: module.SPOKEN for number, module in _MODULES.items()}
