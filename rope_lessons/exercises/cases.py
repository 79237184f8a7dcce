"""Which of an exercise's answers are wrong, and does a rule explain every one of them?"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rope_lessons.exercises import Exercise, answers


@dataclass(frozen=True)
class Rule:
    """A change of a function from a probe to an answer, and what to say of it.

    What comes of ``change`` raises where the rule does not apply. ``common`` slips are also looked
    for two at once.
    """

    says: str
    change: Callable
    common: bool = False


class Case:
    """The wrong answers, and whether something explains them all."""

    def __init__(self, exercise: Exercise, probes: list[tuple], expected: list, got: list) -> None:
        self.exercise, self.probes, self.expected, self.got = exercise, probes, expected, got
        pairs = list(zip(expected, got, strict=True))
        off = [bool(exercise.difference(*pair)) for pair in pairs]
        # The first that is off shows the most at the least cost.
        self.order = sorted(range(len(off)), key=lambda i: not off[i])
        self.first = self.order[0]
        wrong = [
            part
            for pair, is_off in zip(pairs, off, strict=True)
            if is_off
            for part in _wrong(exercise, *pair)
        ]
        self.wrong = len(wrong) if any(part != wrong[0] for part in wrong) else 0

    def right(self, probe: tuple) -> Any:
        return plainly(self.exercise.reference)(probe)

    def fits(self, value: Any, i: int) -> bool:
        return value is not None and not self.exercise.difference(
            _as(value, self.got[i]), self.got[i]
        )

    def is_explained(self, function: Callable, probes: list[tuple] | None = None) -> bool:
        """Whether the function gives what came back, for every probe."""
        probes = probes or self.probes
        return all(self.fits(tried(function, probes[i]), i) for i in self.order)


def tried(function: Callable, probe: tuple) -> Any:
    """What a rule's function gives; None where the rule does not apply."""
    try:
        with np.errstate(all="ignore"):
            return function(probe)
    except Exception:
        return None


def _as(value, got):
    """A number to be compared exactly, where a whole one came back."""
    whole = isinstance(got, np.ndarray) and got.dtype.kind in "iu"
    if whole and isinstance(value, np.ndarray) and np.array_equal(value, np.trunc(value)):
        return value.astype(int) if np.all(np.isfinite(value)) else value
    return value


def plainly(function: Callable) -> Callable:
    """A function of arguments as one of a probe, whose answers are plain."""
    return lambda probe: answers.plain(function(*copy.deepcopy(probe)))


def _wrong(exercise, expected, got):
    """The wrong numbers of an answer; all of them where the form is."""
    if is_number(expected) and is_number(got):
        if np.shape(expected) != np.shape(got):
            return np.ravel(got).tolist()
        least = 1.0 if exercise.least is None else exercise.least
        near = np.isclose(got, expected, rtol=exercise.tolerance, atol=exercise.tolerance * least)
        return np.ravel(got)[np.ravel(~near)].tolist()
    wanted, came = entries_of(expected), entries_of(got)
    if len(wanted) != len(came):
        return came
    pairs = zip(wanted, came, strict=True)
    return [one for want, one in pairs if exercise.difference(*map(answers.plain, (want, one)))]


def entries_of(answer: Any) -> list:
    """All numbers, texts and truth values in an answer."""
    if isinstance(answer, dict):
        return [entry for part in answer.values() for entry in entries_of(part)]
    if isinstance(answer, list):
        return [entry for part in answer for entry in entries_of(part)]
    return np.ravel(answer).tolist() if isinstance(answer, np.ndarray) else [answer]


def is_number(value: Any) -> bool:
    """Whether it is a number or an array of numbers, and no function."""
    kind = getattr(np.asarray(value), "dtype", np.dtype(object)).kind
    return not callable(value) and kind in "iuf"
