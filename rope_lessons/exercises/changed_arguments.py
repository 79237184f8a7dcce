"""For which other arguments would wrong answers be right?

A rule changes an argument: "base²" says that the answers are right for another base. It knows no
exercise, only names that arguments have.
"""

import inspect
import itertools
from collections.abc import Iterator

import numpy as np

from rope_lessons._types import ArrayLike
from rope_lessons.exercises import answers
from rope_lessons.exercises.cases import Case, Rule, is_number

BASES = (100, 1000, 10_000, 500_000, 1_000_000)  # that stand in people's code
DIMS = ("head_dim", "rotary_dim", "dim")
VECTORS = ("x", "q")
SPEEDS = ("theta", "inv_freq", "angle")
PLACES = ("position", "positions", "distance", "distances")
TURNS = (*SPEEDS, *PLACES)


COUNTS = {
    "{} + 1": lambda v: v + 1,
    "{} − 1": lambda v: v - 1,
    "2 · {}": lambda v: 2 * v,
    "{} / 2": lambda v: v / 2,
}
TURNED = COUNTS | {
    "−{}": lambda v: -v,
    "{} taken for degrees": np.radians,
    "{} turned into degrees": np.degrees,
    "2π · {}": lambda v: 2 * np.pi * v,
    "{} / 2π": lambda v: v / (2 * np.pi),
    "1 / {}": lambda v: 1 / v,
    "|{}|": np.abs,
}
REAL = COUNTS | {
    "{}²": lambda v: v**2,
    "√{}": np.sqrt,
    "1 / {}": lambda v: 1 / v,
    "1 / {}²": lambda v: 1 / v**2,
    "1 / √{}": lambda v: 1 / np.sqrt(v),
    "−{}": lambda v: -v,
}
ARRAYS = {
    "−{}": lambda v: -v,
    "{} in reversed order": lambda v: np.flip(v, axis=-1),
    "{} with its rows reversed": lambda v: np.flip(v, axis=-2),
    "{} transposed": lambda v: np.swapaxes(v, -1, -2),
    "the identity in place of {}": lambda v: np.eye(*v.shape),
    "{} sorted": np.sort,
    "the first of {} in place of each": lambda v: 0 * v + v[..., :1],
    "the last of {} in place of each": lambda v: 0 * v + v[..., -1:],
}
FAR = {
    "{} rounded down": np.floor,
    "{} in float16": lambda v: float16(v),
    "{} in bfloat16": lambda v: bfloat16(v),
    "0, 1, 2, … in place of {}": lambda v: np.arange(v.shape[-1]) + 0 * v,
}
MEANINGS = {
    ("base", "{}²"): "the exponent of the speeds is −4j/d, twice what it should be. np.arange(0, "
    "d, 2) is 2j already: step by two or multiply by two, not both.",
    ("base", "√{}"): "the exponent of the speeds is −j/d. It should be −2j/d.",
    ("base", "1 / {}"): "the exponent of the speeds has lost its minus sign, so they grow from "
    "pair to pair. It is −2j/d.",
    ("base", "1 / {}²"): "the exponent of the speeds is +4j/d. It should be −2j/d: np.arange(0, d, "
    "2) is 2j already, and the minus sign is missing.",
    ("base", "1 / √{}"): "the exponent of the speeds is +j/d. It should be −2j/d.",
}
for _name in TURNS:
    MEANINGS |= {
        (_name, "−{}"): f"turned the other way round: your answers are right for −{_name}. "
        "Look for the minus sign.",
        (_name, "{} taken for degrees"): "the angles were taken for degrees. They are in radians.",
        (_name, "2π · {}"): "the angles are 2π times too large. Speeds are in radians per position "
        "already, not in turns.",
        (_name, "{} / 2π"): "the angles are 2π times too small. Speeds are in radians per position "
        "already, not in turns.",
        (
            _name,
            "{} in float16",
        ): f"digits got lost: {_name} in float16 are whole only up to 2,048.",
        (
            _name,
            "{} in bfloat16",
        ): f"digits got lost: {_name} in bfloat16 are whole only up to 256.",
        (_name, "2 · {}"): f"every angle is twice the right one: turned twice, or {_name} doubled.",
        (_name, "{} rounded down"): f"fractions got lost: {_name} may lie between whole numbers.",
        (_name, "0, 1, 2, … in place of {}"): f"{_name} is not used: row 0 counts as 0, row 1 as 1 "
        "and so on. They come in any order.",
    }


def rules(case: Case) -> Iterator[Rule]:
    """Rules that change an argument, for the probes of a case."""
    parameters = case.exercise.parameters
    signature = inspect.signature(case.exercise.reference).parameters
    for place, name in enumerate(parameters):
        value = case.probes[0][place]
        if isinstance(value, dict):
            for key in dict.fromkeys(key for probe in case.probes for key in probe[place]):
                yield from _of_one(key, place, COUNTS | REAL, key)
        elif isinstance(value, np.ndarray):
            turned = TURNED | FAR if name in PLACES else TURNED if name in SPEEDS else {}
            yield from _of_one(name, place, turned | ARRAYS)
        elif is_number(value):
            kind = TURNED if name in TURNS else REAL if isinstance(value, float) else COUNTS
            yield from _of_one(name, place, kind)
            default = signature[name].default
            seen = [0, 1, *(probe[place] for probe in case.probes if not np.ndim(probe[place]))]
            if default is not inspect.Parameter.empty:
                seen.insert(0, default)
            if name == "base":
                seen += BASES
            for constant in dict.fromkeys(seen):
                yield Rule(
                    f"{name} counts as {answers.text(np.asarray(constant))} at every call: that is "
                    "written into the code, or kept from another call.",
                    _changing(place, lambda v, constant=constant: constant),
                    common=constant is default,
                )
    for one, other in itertools.combinations(range(len(parameters)), 2):
        first, second = parameters[one], parameters[other]
        if type(case.probes[0][one]) is not type(case.probes[0][other]):
            continue
        yield Rule(f"{first} and {second} have changed places.", _exchanging(one, other), True)
        yield Rule(f"{second} stands where {first} should.", _copying(one, other))
        yield Rule(f"{first} stands where {second} should.", _copying(other, one))
    yield from _of_widths(case)


def _of_widths(case):
    """Exponents over another number than d; the same as another base."""
    parameters = case.exercise.parameters
    if "base" not in parameters:
        return
    at = parameters.index("base")

    def width(probe):
        named = dict(zip(parameters, probe, strict=True))
        return next(
            value if np.ndim(value) == 0 else np.shape(value)[-1]
            for name, value in named.items()
            if name in (*DIMS, *VECTORS)
        )

    def over(divisor):
        def to(function):
            def called(probe):
                d = width(probe)
                base = probe[at] ** (d / divisor(d))
                return function((*probe[:at], base, *probe[at + 1 :]))

            return called

        return to

    yield Rule(
        "the exponent of the speeds is divided by d − 2, so that the slowest speed is 1/base. "
        "Divide by d.",
        over(lambda d: d - 2),
        common=True,
    )
    yield Rule("the exponent of the speeds is not divided by d.", over(lambda d: 1))
    yield Rule(
        "the exponent of the speeds is divided by d − 1. Divide by d.", over(lambda d: d - 1)
    )


def _of_one(name, place, changes, key=None):
    for label, change in changes.items():
        known = MEANINGS.get((name, label))
        yield Rule(
            known or f"your answers are right for {label.format(name)}, not for {name}.",
            _changing(place, _keeping_type(change), key),
            common=bool(known) or label in ("{} + 1", "{} − 1"),
        )


def _keeping_type(change):
    def kept(value):
        new = change(np.asarray(value))
        if np.ndim(value):
            return new
        return int(new) if isinstance(value, int) and new == np.round(new) else float(new)

    return kept


def _changing(place, change, key=None):
    """A function of probes, called with one argument changed, or one entry of it."""

    def to(function):
        def called(probe):
            old = probe[place]
            new = change(old) if key is None else old | {key: change(old[key])}
            return function((*probe[:place], new, *probe[place + 1 :]))

        return called

    return to


def _exchanging(one, other):
    def to(function):
        def called(probe):
            probe = list(probe)
            probe[one], probe[other] = probe[other], probe[one]
            return function(tuple(probe))

        return called

    return to


def _copying(to, by):
    return lambda function: lambda probe: function((*probe[:to], probe[by], *probe[to + 1 :]))


def float16(numbers: ArrayLike) -> np.ndarray:
    """The numbers after a way through float16."""
    return np.asarray(numbers).astype(np.float16).astype(float)


def bfloat16(numbers: ArrayLike) -> np.ndarray:
    """The nearest numbers of eight binary digits."""
    fraction, exponent = np.frexp(np.asarray(numbers, dtype=float))
    return np.ldexp(np.round(fraction * 256), exponent - 8)
