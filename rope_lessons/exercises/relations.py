"""What do wrong answers have in common with the right ones? Rules that hold for any exercise.

A rule changes an argument (:mod:`rope_lessons.exercises.changed_arguments`) or an answer
(:mod:`rope_lessons.exercises.changed_answers`). :func:`explain` tries each, then two at once, and
names what explains every answer. Where that would explain little it is silent: a reason that
happens to fit is worse than none. :func:`kept` looks for a memory: answers that are right for the
arguments of an earlier call.
"""

import itertools

import numpy as np

from rope_lessons.exercises import Exercise, answers, changed_answers, changed_arguments
from rope_lessons.exercises.cases import Case, entries_of, is_number, plainly, tried
from rope_lessons.exercises.changed_arguments import PLACES

ENOUGH = 3  # wrong numbers that one rule has to explain
ENOUGH_COUNTS = 6  # wrong whole numbers, which agree more often by chance
ENOUGH_FOR_TWO = 8  # wrong numbers that two rules at once have to explain


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
    case = Case(exercise, probes, expected, got)
    whole = not any(_is_fractional(answer) for answer in expected)
    if case.wrong >= (ENOUGH_COUNTS if whole else ENOUGH):
        rules = [*changed_answers.rules(case), *changed_arguments.rules(case)]
        rules.sort(key=lambda rule: rule.says not in changed_arguments.MEANINGS.values())
        for rule in [*rules, *changed_answers.factors(case), *changed_answers.digits(case)]:
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
    case = Case(exercise, probes, expected, got)
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
    entries = [entry for answer in got for entry in entries_of(answer)]
    return not differ(got) or (len(entries) > 0 and len(set(entries)) == 1)


def _two(case, rules):
    """The words of pairs that explain everything together: a rule or known mistake, and a rule."""
    probe, at = case.probes[case.first], case.first
    known = [(one.says, plainly(one.wrong)) for one in case.exercise.mistakes]
    for says, function in [*((rule.says, rule.change(case.right)) for rule in rules), *known]:
        value = tried(function, probe)
        if value is None:
            continue

        def first(asked, function=function, value=value):
            return value if asked is probe else function(asked)

        for rule in rules:
            both = rule.change(first)
            if rule.says != says and case.fits(tried(both, probe), at) and case.is_explained(both):
                yield says, rule.says


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
    if not (is_number(expected) and is_number(got) and np.shape(expected) == np.shape(got)):
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


def _is_fractional(answer):
    if isinstance(answer, dict):
        return any(map(_is_fractional, answer.values()))
    if isinstance(answer, list):
        return any(map(_is_fractional, answer))
    return isinstance(answer, np.ndarray) and answer.dtype.kind == "f"
