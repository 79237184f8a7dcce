"""What is asked of the learner, and is the answer right?

One module a lesson. Each lists its own in ``EXERCISES``, the core one first. The checks, the hints,
the grading and the tests all read them from here.
"""

import difflib
import hashlib
import importlib
import inspect
import itertools
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

from rope_lessons.exercises import answers


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give: as code, and as the sentence that helps whoever gave it."""

    wrong: Callable
    says: str


@dataclass(frozen=True)
class Exercise:
    """One function to write.

    Attributes
    ----------
    lesson : int
    reference : function
        A right answer; its name and parameters are the learner's contract.
    draw_probes : function
        From a ``numpy.random.Generator`` to a list of argument tuples, smallest first. Arguments
        are numbers, text, arrays, lists and dictionaries of these, and functions of a module of
        this package. Whatever is drawn, no mistake of the catalogue may agree with the reference
        on all probes; grading draws others than the notebook does.
    mistakes : tuple of Mistake
    hints : tuple of three str
        A nudge, the idea, nearly the code.
    stretch : bool
        Whether it is the optional one; core exercises count for progress.
    tolerance : float
        Largest accepted difference, relative to the expected size. The default accepts float32 at
        position 3,000. Whole numbers and truth values are compared exactly.
    least : float or None
        None: an array has one size, the larger of 1 and its largest entry. A number: each entry has
        its own size, and none counts as smaller than this; for entries of unlike sizes.
    """

    lesson: int
    reference: FunctionType
    draw_probes: Callable
    mistakes: tuple
    hints: tuple
    stretch: bool = False
    tolerance: float = 2e-3
    least: float | None = None

    @property
    def name(self) -> str:
        return self.reference.__name__

    @property
    def parameters(self) -> list[str]:
        return list(inspect.signature(self.reference).parameters)

    def probes(self, seed: int = 0) -> list[tuple]:
        """The argument tuples of one seed, in the order of the calls; the notebook uses seed 0.

        First those drawn, smallest first. Then some of them with one argument replaced, of the same
        type and shape, for each argument: what is kept under the others is stale there. Then the
        first again, the smallest last: what depends on the calls before gives another answer.
        """
        rng = np.random.default_rng(seed)
        drawn, others = ([tuple(probe) for probe in self.draw_probes(rng)] for _ in range(2))
        return [*drawn, *self._replaced(drawn, others), *reversed(drawn[:AGAIN])]

    def _replaced(self, drawn, others):
        for place in range(len(self.parameters)):
            twins = (
                self._with_another(place, drawn[i], [others[i], *drawn, *others])
                for i in [*range(1, len(drawn)), 0]
            )
            yield from itertools.islice(filter(None, twins), REPLACED)

    def _with_another(self, place, probe, others):
        """The probe with the argument of that place from another, if its answer is another then."""
        for value in (*(other[place] for other in others), _moved(probe[place])):
            twin = (*probe[:place], value, *probe[place + 1 :])
            if _alike(value, probe[place]) and self._tells_apart(probe, twin):
                return twin
        return None

    def _tells_apart(self, probe, twin):
        """Whether the reference takes both, and gives unlike answers."""
        try:
            with np.errstate(divide="raise", over="raise", invalid="raise"):
                one, other = (answers.plain(self.reference(*both)) for both in (probe, twin))
        except Exception:  # not every value fits beside every other
            return False
        return bool(self.difference(one, other)) and not self.difference(other, other)

    def difference(self, expected: Any, got: Any) -> answers.Difference | None:
        """The first place in which two plain answers differ by more than is accepted, or None."""
        return answers.difference(expected, got, self.tolerance, self.least)


REPLACED = 2  # probes that each argument is replaced in
AGAIN = 3  # probes that are asked once more at the end


def _alike(value, other):
    return type(value) is type(other) and np.shape(value) == np.shape(other)


def _moved(value):
    """Other entries in an array of the same shape; anything else as it is."""
    return np.flip(value) + 1 if isinstance(value, np.ndarray) else value


@cache
def every() -> dict[str, Exercise]:
    """All exercises in the course's order: {the function's name: Exercise}."""
    found = {}
    for module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        if not module.startswith("lesson_"):
            continue
        for exercise in importlib.import_module(f"{__name__}.{module}").EXERCISES:
            if exercise.name in found:
                raise ValueError(f"two exercises are called {exercise.name}; rename one")
            found[exercise.name] = exercise
    return found


def find(name: str) -> Exercise:
    """The exercise whose function is called ``name``.

    Raises ``TypeError`` when that is no text, ``ValueError`` when there is none.
    """
    if not isinstance(name, str):
        raise TypeError(f"an exercise's name is text, got {type(name).__name__}")
    if name not in every():
        near = difflib.get_close_matches(name, every(), n=1)
        meant = f"did you mean {near[0]}" if near else f"there are {', '.join(every())}"
        raise ValueError(f"no exercise is called {name!r}; {meant}? Keep the name from the stub.")
    return every()[name]


def digest(stub: str) -> str:
    """What an answer cell remembers of its stub, so that a learner's work can be told from it."""
    return hashlib.sha256(stub.encode()).hexdigest()[:16]
