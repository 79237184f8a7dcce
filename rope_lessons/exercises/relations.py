"""What do wrong answers have in common with the right ones? Rules that hold for any exercise.

A rule changes an argument ("base²": the answers are right for another base) or an answer ("minus
the right one"). :func:`explain` tries each, then two at once, and names what explains every answer.
Where that would explain little it is silent: a reason that happens to fit is worse than none.
:func:`kept` looks for a memory: answers that are right for the arguments of an earlier call.
"""

import copy
import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rope_lessons import rotary, show
from rope_lessons.exercises import Exercise, answers

ENOUGH = 3  # wrong numbers that one rule has to explain
ENOUGH_COUNTS = 6  # wrong whole numbers, which agree more often by chance
ENOUGH_FOR_TWO = 8  # wrong numbers that two rules at once have to explain

BASES = (100, 1000, 10_000, 500_000, 1_000_000)  # that stand in people's code
DIMS = ("head_dim", "rotary_dim", "dim")
VECTORS = ("x", "q")
SPEEDS = ("theta", "inv_freq", "angle")
PLACES = ("position", "positions", "distance", "distances")
TURNS = (*SPEEDS, *PLACES)


@dataclass(frozen=True)
class Rule:
    """A change of a function from a probe to an answer, and what to say of it.

    What comes of ``change`` raises where the rule does not apply. ``common`` slips are also looked
    for two at once.
    """

    says: str
    change: Callable
    common: bool = False


def explain(exercise: Exercise, probes: list[tuple], expected: list, got: list) -> str:
    """The sentence of the first rule that explains every answer; empty where none does.

    Parameters
    ----------
    exercise : rope_lessons.exercises.Exercise
    probes : list of argument tuples
        Each once.
    expected, got : lists of plain answers
        See :func:`rope_lessons.exercises.answers.plain`.
    """
    if is_constant(expected, got):
        return ""
    case = _Case(exercise, probes, expected, got)
    whole = not any(_is_fractional(answer) for answer in expected)
    if case.wrong >= (ENOUGH_COUNTS if whole else ENOUGH):
        rules = [*_of_answers(case), *_of_arguments(case)]
        rules.sort(key=lambda rule: rule.says not in MEANINGS.values())
        for rule in [*rules, *_factors(case), *_digits(case)]:
            if case.is_explained(rule.change(case.right)):
                return rule.says
        if case.wrong >= ENOUGH_FOR_TWO and not whole:
            for one, other in _two(case, [rule for rule in rules if rule.common]):
                return f"two things at once. First: {one} Second: {other}"
        lost = _lost_digits(case)
        if lost:
            return lost
    return _unused(case)


def kept(exercise: Exercise, probes: list[tuple], expected: list, got: list) -> str:
    """Which arguments have the values of an earlier call: a sentence, empty where none do.

    Takes what :func:`explain` takes, the probes in the order of the calls, each as often as called.
    """
    case = _Case(exercise, probes, expected, got)
    every = range(len(exercise.parameters))
    places = [*itertools.combinations(every, 1), *itertools.combinations(every, 2), tuple(every)]
    for stale, pick, keyed in itertools.product(places, (0, -1), (True, False)):
        called = [_stale(probes, i, stale, pick, keyed) for i in range(len(probes))]
        if case.wrong < ENOUGH or not case.is_explained(case.right, called):
            continue
        names = " and ".join(exercise.parameters[at] for at in stale)
        if all(probe[at] is probes[0][at] for probe in called for at in stale):
            return (
                f"{names} at every call as in the first: kept since then, or written into the "
                "code. Use what you are given."
            )
        return (
            f"it remembers {names} from an earlier call: the answer is right for what was given "
            "then. A cache must tell apart everything that the answer depends on."
        )
    return ""


def _stale(probes, i, places, pick, keyed):
    """Probe i with these places from the first or the last earlier call that looks like it."""
    probe = probes[i]
    rest = [place for place in range(len(probe)) if place not in places and keyed]
    alike = [
        earlier
        for earlier in probes[:i]
        if _looks(earlier) == _looks(probe)
        and all(np.ndim(probe[at]) or earlier[at] == probe[at] for at in rest)
    ]
    old = (alike or [probe])[pick]
    return tuple(old[at] if at in places else probe[at] for at in range(len(probe)))


def _looks(probe):
    return [(type(value), np.shape(value)) for value in probe]


def is_constant(expected: list, got: list) -> bool:
    """Whether the same came back each time, where several answers were due."""

    def differ(values):
        return any(answers.difference(values[0], value, 1e-12) for value in values[1:])

    if len(got) < 2 or not differ(expected):
        return False
    entries = [entry for answer in got for entry in _entries(answer)]
    return not differ(got) or (len(entries) > 0 and len(set(entries)) == 1)


class _Case:
    """The wrong answers, and whether something explains them all."""

    def __init__(self, exercise, probes, expected, got):
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

    def right(self, probe):
        return _plainly(self.exercise.reference)(probe)

    def fits(self, value, i):
        return value is not None and not self.exercise.difference(
            _as(value, self.got[i]), self.got[i]
        )

    def is_explained(self, function, probes=None):
        """Whether the function gives what came back, for every probe."""
        probes = probes or self.probes
        return all(self.fits(_tried(function, probes[i]), i) for i in self.order)


def _tried(function, probe):
    try:
        with np.errstate(all="ignore"):
            return function(probe)
    except Exception:  # the rule does not apply
        return None


def _as(value, got):
    """A number to be compared exactly, where a whole one came back."""
    whole = isinstance(got, np.ndarray) and got.dtype.kind in "iu"
    if whole and isinstance(value, np.ndarray) and np.array_equal(value, np.trunc(value)):
        return value.astype(int) if np.all(np.isfinite(value)) else value
    return value


def _two(case, rules):
    """The words of pairs that explain everything together: a rule or known mistake, and a rule."""
    probe, at = case.probes[case.first], case.first
    known = [(one.says, _plainly(one.wrong)) for one in case.exercise.mistakes]
    for says, function in [*((rule.says, rule.change(case.right)) for rule in rules), *known]:
        value = _tried(function, probe)
        if value is None:
            continue

        def first(asked, function=function, value=value):
            return value if asked is probe else function(asked)

        for rule in rules:
            both = rule.change(first)
            if rule.says != says and case.fits(_tried(both, probe), at) and case.is_explained(both):
                yield says, rule.says


def _plainly(function):
    return lambda probe: answers.plain(function(*copy.deepcopy(probe)))


# Rules of arguments.

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
    "{} in float16": lambda v: _float16(v),
    "{} in bfloat16": lambda v: _bfloat16(v),
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


def _of_arguments(case):
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
        elif _is_number(value):
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


# Rules of answers.

FACTORS = {
    -1: "the sign is turned round: every number is minus the right one.",
    2: "every number is twice the right one.",
    0.5: "every number is half the right one.",
    2 * np.pi: "every number is 2π times the right one: turns and radians are mixed up.",
    1 / (2 * np.pi): "every number is the right one divided by 2π: turns, not radians.",
    180 / np.pi: "every number is 180/π times the right one: these are degrees, not radians.",
    np.pi / 180: "every number is π/180 times the right one: these are radians, not degrees.",
}
SHAPES = {
    "the entries stand in reversed order.": lambda v: np.flip(v, axis=-1),
    "the rows stand in reversed order.": lambda v: np.flip(v, axis=-2),
    "rows and columns have changed places.": lambda v: np.swapaxes(v, -1, -2),
    "everything is transposed: the axes come in the opposite order.": lambda v: v.T,
    "the entries are shifted by one to the right.": lambda v: np.roll(v, 1, axis=-1),
    "the entries are shifted by one to the left.": lambda v: np.roll(v, -1, axis=-1),
    "the rows are shifted by one down.": lambda v: np.roll(v, 1, axis=-2),
    "the rows are shifted by one up.": lambda v: np.roll(v, -1, axis=-2),
    "every entry stands there twice in a row.": lambda v: np.repeat(v, 2, axis=-1),
    "all entries stand there twice, one block after the other.": lambda v: np.concatenate(
        [v, v], axis=-1
    ),
    "only the even entries are there, as if the real part had been taken. The odd ones belong to "
    "the answer as well.": lambda v: v[..., 0::2],
    "only the odd entries are there, as if the imaginary part had been taken.": lambda v: v[
        ..., 1::2
    ],
    "only the first half is there.": lambda v: v[..., : v.shape[-1] // 2],
    "the even entries stand before the odd ones, halves where neighbours are asked for.": (
        lambda v: rotary.from_pairs(rotary.to_pairs(v), "half_split")
    ),
    "the two halves are woven into each other, neighbours where halves are asked for.": (
        lambda v: rotary.from_pairs(rotary.to_pairs(v, "half_split"))
    ),
    "the two halves have changed places.": lambda v: np.roll(v, v.shape[-1] // 2, axis=-1),
    "the two entries of every pair have changed places.": lambda v: rotary.from_pairs(
        rotary.to_pairs(v)[..., ::-1]
    ),
    "the sign of every second entry is turned round.": lambda v: (
        v * np.where(np.arange(v.shape[-1]) % 2, -1, 1)
    ),
    "the leading axes are gone.": lambda v: v.reshape(-1, v.shape[-1]),
    "everything stands in one row.": np.ravel,
    "an axis of length one stands in front.": lambda v: v[None],
    "these are the right numbers in order of size.": lambda v: np.sort(v, axis=-1),
    "these are the right numbers, largest first.": lambda v: np.sort(v, axis=-1)[..., ::-1],
    "only the first row is there.": lambda v: v[..., :1, :],
    "only the last row is there, where each has its own.": lambda v: v[..., -1:, :],
    "only the sum is there.": np.sum,
    "only the mean is there.": np.mean,
    "only the largest is there.": np.max,
    "only the first is there.": lambda v: v[0],
    "only the last is there.": lambda v: v[-1],
    "each entry is the sum of the right ones up to it.": lambda v: np.cumsum(v, axis=-1),
}
SIZES = {
    "every number is 1 divided by the right one.": lambda v: 1 / v,
    "every number is the square of the right one.": lambda v: v**2,
    "every number is the root of the right one.": np.sqrt,
    "every number is the logarithm of the right one.": np.log,
    "every number is e to the right one.": np.exp,
    "the signs are lost: these are absolute values.": np.abs,
    "negative numbers became 0.": lambda v: np.maximum(v, 0),
    "fractions got lost: every number is rounded down.": np.floor,
    "fractions got lost: every number is cut off at its point.": np.trunc,
    "whole turns were taken off: every number lies between 0 and 2π.": lambda v: v % (2 * np.pi),
    "whole turns were taken off: every number lies between 0 and 360.": lambda v: v % 360,
    "these are fractions of a whole turn, taken off.": lambda v: v % 1,
    "every number is its distance from 1.": lambda v: 1 - v,
    "every number is 1 too large.": lambda v: v + 1,
    "every number is 1 too small.": lambda v: v - 1,
}


def _of_answers(case):
    for place, name in enumerate(case.exercise.parameters):
        if isinstance(case.probes[0][place], np.ndarray):
            yield Rule(
                f"{name} comes back as it went in.",
                lambda function, place=place: lambda probe: answers.plain(probe[place]),
            )
    yield Rule(
        "x[j] is paired with x[j + d/2], where neighbours belong together: x[2j] with x[2j + 1].",
        _repaired("half_split", "interleaved"),
        common=True,
    )
    yield Rule(
        "neighbours are paired, where x[j] belongs together with x[j + d/2].",
        _repaired("interleaved", "half_split"),
        common=True,
    )
    yield Rule("this is what the right function gives when it is applied twice.", _twice)
    yield Rule(
        "only the first half of the entries is changed, as in partial rotary models. Here all of "
        "them are.",
        _first_half,
        common=True,
    )
    yield Rule("what should be −inf is not: nothing is hidden.", _hiding(case), common=True)
    for says, change in _of_numbers():
        yield Rule(says, _giving(change), common=says in (*FACTORS.values(), *SHAPES))
    yield from _by_arguments(case)
    for key in _parts(case.expected):
        for says, change in _of_numbers():
            yield Rule(f"at [{key!r}]: {says}", _giving_at(key, change))


def _of_numbers():
    for factor, says in FACTORS.items():
        yield says, lambda v, factor=factor: factor * v
    yield from (SHAPES | SIZES).items()


def _parts(values):
    """The keys of what every answer is made of; of one with many numbers, none."""
    first = values[0]
    if isinstance(first, dict):
        return list(first)
    if isinstance(first, list):
        return range(len(first))
    lengths = {np.shape(value)[:1] for value in values}
    (length,) = lengths.pop() if len(lengths) == 1 and lengths != {()} else (0,)
    return range(length if length <= 4 else 0)


def _by_arguments(case):
    """Answers multiplied or divided by an argument, or by a vector's size or its root."""
    for place, name in enumerate(case.exercise.parameters):
        if np.ndim(case.probes[0][place]) == 0 and _is_number(case.probes[0][place]):
            sizes = {name: lambda value: value, f"√{name}": np.sqrt}
        elif isinstance(case.probes[0][place], np.ndarray) and name in VECTORS:
            sizes = {
                "d": lambda value: np.shape(value)[-1],
                "√d": lambda value: np.sqrt(np.shape(value)[-1]),
                f"the length of {name}": lambda value: np.linalg.norm(value),
            }
        else:
            continue
        for label, size in sizes.items():
            for says, change in (
                (f"every number is multiplied by {label}.", lambda v, s: v * s),
                (f"every number is divided by {label}.", lambda v, s: v / s),
            ):
                yield Rule(says, _scaled(place, size, change))


def _scaled(place, size, change):
    def to(function):
        def called(probe):
            return _everywhere(function(probe), lambda v: change(v, size(probe[place])))

        return called

    return to


def _repaired(read, write):
    """The vectors' and the answers' entries stand in another layout than asked for."""

    def to(function):
        def called(probe):
            probe = tuple(
                rotary.from_pairs(rotary.to_pairs(value, read), write)
                if isinstance(value, np.ndarray)
                and value.dtype.kind == "f"
                and value.ndim
                and value.shape == np.shape(probe[0])
                else value
                for value in probe
            )
            answer = function(probe)
            if np.shape(answer) != np.shape(probe[0]):
                return answer
            return rotary.from_pairs(rotary.to_pairs(answer, write), read)

        return called

    return to


def _twice(function):
    return lambda probe: function((function(probe), *probe[1:]))


def _first_half(function):
    def called(probe):
        half = np.shape(probe[0])[-1] // 2
        changed = function((probe[0][..., :half], *probe[1:]))
        return np.concatenate([changed, probe[0][..., half:]], axis=-1)

    return called


def _hiding(case):
    """Takes whatever came where minus infinity was due."""

    def to(function):
        def called(probe):
            i = next(i for i, known in enumerate(case.probes) if known is probe)
            return np.where(np.isneginf(case.expected[i]), case.got[i], function(probe))

        return called

    return to


def _giving(change):
    return lambda function: lambda probe: _everywhere(function(probe), change)


def _giving_at(key, change):
    """The answer with one of its parts changed."""

    def to(function):
        def called(probe):
            answer = function(probe)
            answer = dict(answer) if isinstance(answer, dict) else list(answer)
            answer[key] = _everywhere(answer[key], change)
            return answer if isinstance(answer, dict) else answers.plain(answer)

        return called

    return to


def _everywhere(value, change):
    if isinstance(value, dict):
        return {key: _everywhere(part, change) for key, part in value.items()}
    if isinstance(value, list) and not all(isinstance(part, str) for part in value):
        return [_everywhere(part, change) for part in value]
    if isinstance(value, list):
        return change(np.array(value)).tolist()
    if isinstance(value, np.ndarray):
        return np.asarray(change(value.astype(float)))
    return value


def _factors(case):
    """One factor, or one number added, that is not among those with a name."""
    wanted, came = (case.expected[case.first], case.got[case.first])
    if not (_is_number(wanted) and _is_number(came) and np.shape(wanted) == np.shape(came)):
        return
    wanted, came = np.ravel(wanted).astype(float), np.ravel(came).astype(float)
    finite = np.isfinite(wanted) & np.isfinite(came)
    if not finite.any():
        return
    at = np.abs(np.where(finite, wanted, 0)).argmax()
    with np.errstate(all="ignore"):
        factor, added = came[at] / wanted[at], came[at] - wanted[at]
    named = any(np.isclose(factor, known, rtol=1e-3) for known in FACTORS)
    if np.isfinite(factor) and factor and not named:
        says = f"every number is {show.number(factor, 4)} times the right one."
        yield Rule(says, _giving(lambda v: factor * v))
    if added and not np.isclose(abs(added), 1, rtol=1e-3):
        says = (
            f"every number is {show.number(abs(added), 4)} too {'large' if added > 0 else 'small'}."
        )
        yield Rule(says, _giving(lambda v: v + added))


def _digits(case):
    """Digits of the answers that got lost."""
    for kind, change in (("float16", _float16), ("bfloat16", _bfloat16)):
        yield Rule(f"digits got lost: every number is rounded to {kind}.", _giving(change))
    for decimals in range(1, 9):
        says = f"digits got lost: every number is rounded to {decimals} decimals."
        yield Rule(says, _giving(lambda v, decimals=decimals: np.round(v, decimals)))


TYPES = {  # the largest relative error of a number, and what is said of them
    2.0**-24: "float32 loses, which keeps 7",
    2.0**-8: "float16 or bfloat16 loses, which keep 3",
}


def _lost_digits(case):
    """Whether everything is off by about what a type of number loses, near 0 least."""
    rows = [
        row
        for probe, *pair in zip(case.probes, case.expected, case.got, strict=True)
        for row in _rows(case.exercise, probe, *pair)
    ]
    for step, kind in TYPES.items():
        telling = 0
        for off, reach, size in rows:
            most = 4 * step * (1 + reach) * size
            if not off <= most:
                break
            telling += 1e-9 * size < off and most < size / 4
        else:
            if telling >= ENOUGH:
                return (
                    f"digits got lost on the way, about as many as {kind}: the answers are near "
                    "the right ones, and further off where angles or numbers are large. Compute in "
                    "float64."
                )
    return ""


def _rows(exercise, probe, expected, got):
    """For the rows of an answer: how far off, how far out their position is, how large they are."""
    if not (_is_number(expected) and _is_number(got) and np.shape(expected) == np.shape(got)):
        return [(np.inf, 0.0, 1.0)]
    off = np.where(
        np.isfinite(expected), np.abs(got - np.where(np.isfinite(expected), expected, 0)), 0.0
    )
    if exercise.least is not None:
        sizes = np.maximum(np.abs(expected), exercise.least)
    else:
        sizes = np.full(np.shape(expected), max(1.0, np.abs(expected).max(initial=0)))
    reach = np.zeros(np.shape(expected))
    for name, value in zip(exercise.parameters, probe, strict=True):
        if name in PLACES:
            size = np.abs(np.asarray(value, dtype=float))
            fits = size.shape == reach.shape or not size.ndim
            reach = reach + (size if fits else size[:, None])
        elif name == "n_positions":
            reach = reach + np.arange(value)[:, None]
        elif name in ("m", "n"):
            reach = np.maximum(reach, abs(value))
    return list(zip(*(np.ravel(part).tolist() for part in (off, reach, sizes)), strict=True))


def _float16(numbers):
    return np.asarray(numbers).astype(np.float16).astype(float)


def _bfloat16(numbers):
    """The nearest numbers of eight binary digits."""
    fraction, exponent = np.frexp(np.asarray(numbers, dtype=float))
    return np.ldexp(np.round(fraction * 256), exponent - 8)


def _unused(case):
    """Which argument may change alone without changing the answer, though it should."""
    loose = {}
    for i, j in itertools.combinations(range(len(case.probes)), 2):
        unlike = [
            place
            for place, pair in enumerate(zip(case.probes[i], case.probes[j], strict=True))
            if pair[0] is not pair[1] and answers.difference(*map(answers.plain, pair), 0)
        ]
        if len(unlike) == 1 and case.exercise.difference(case.expected[i], case.expected[j]):
            same = not answers.difference(case.got[i], case.got[j], 1e-12)
            loose.setdefault(unlike[0], []).append(same)
    names = [
        case.exercise.parameters[place]
        for place, same in sorted(loose.items())
        if len(same) > 1 and all(same)
    ]
    if not names:
        return ""
    one = len(names) == 1
    return (
        f"the answer stays the same when {' or '.join(names)} alone changes. "
        f"{'It does' if one else 'They do'} not reach the answer yet."
    )


def _is_number(value):
    kind = getattr(np.asarray(value), "dtype", np.dtype(object)).kind
    return not callable(value) and kind in "iuf"


def _is_fractional(answer):
    if isinstance(answer, dict):
        return any(map(_is_fractional, answer.values()))
    if isinstance(answer, list):
        return any(map(_is_fractional, answer))
    return isinstance(answer, np.ndarray) and answer.dtype.kind == "f"


def _entries(answer):
    """All numbers, texts and truth values in an answer."""
    if isinstance(answer, dict):
        return [entry for part in answer.values() for entry in _entries(part)]
    if isinstance(answer, list):
        return [entry for part in answer for entry in _entries(part)]
    return np.ravel(answer).tolist() if isinstance(answer, np.ndarray) else [answer]


def _wrong(exercise, expected, got):
    """The wrong numbers of an answer; all of them where the form is."""
    if _is_number(expected) and _is_number(got):
        if np.shape(expected) != np.shape(got):
            return np.ravel(got).tolist()
        least = 1.0 if exercise.least is None else exercise.least
        near = np.isclose(got, expected, rtol=exercise.tolerance, atol=exercise.tolerance * least)
        return np.ravel(got)[np.ravel(~near)].tolist()
    wanted, came = _entries(expected), _entries(got)
    if len(wanted) != len(came):
        return came
    pairs = zip(wanted, came, strict=True)
    return [one for want, one in pairs if exercise.difference(*map(answers.plain, (want, one)))]
