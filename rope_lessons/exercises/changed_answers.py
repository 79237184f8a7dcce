"""What could have been done to right answers to make these wrong ones?

A rule changes an answer: "minus the right one", "the rows stand in reversed order".
"""

from collections.abc import Iterator

import numpy as np

from rope_lessons import rotary, show
from rope_lessons.exercises import answers
from rope_lessons.exercises.cases import Case, Rule, is_number
from rope_lessons.exercises.changed_arguments import VECTORS, bfloat16, float16

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


def rules(case: Case) -> Iterator[Rule]:
    """Rules that change an answer, the common ones first."""
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
        if np.ndim(case.probes[0][place]) == 0 and is_number(case.probes[0][place]):
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


def factors(case: Case) -> Iterator[Rule]:
    """One factor, or one number added, that is not among those with a name."""
    wanted, came = (case.expected[case.first], case.got[case.first])
    if not (is_number(wanted) and is_number(came) and np.shape(wanted) == np.shape(came)):
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


def digits(case: Case) -> Iterator[Rule]:
    """Digits of the answers that got lost."""
    for kind, change in (("float16", float16), ("bfloat16", bfloat16)):
        yield Rule(f"digits got lost: every number is rounded to {kind}.", _giving(change))
    for decimals in range(1, 9):
        says = f"digits got lost: every number is rounded to {decimals} decimals."
        yield Rule(says, _giving(lambda v, decimals=decimals: np.round(v, decimals)))
