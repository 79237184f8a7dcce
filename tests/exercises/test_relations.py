"""Reasons that no catalogue holds: true where they speak, silent where a constant would do."""

from dataclasses import replace

import numpy as np
import pytest

from rope_lessons import exercises, rotary
from rope_lessons.exercises import answers, checks, relations

EVERY = exercises.every()


def line(name, function, seed=0):
    exercise = exercises.find(name)
    probes = exercise.probes(seed)
    outcome = checks.run(function, probes, exercise.parameters)
    return checks.judge(exercise, probes, outcome).line


def speeds(d, base, exponent=1.0):
    return base ** (-exponent * np.arange(0, d, 2) / d)


def turned(x, positions, theta):
    return rotary.apply_rope(x, positions, theta)


def cached_by_shape():
    kept = {}

    def apply_rope(x, positions, base=10000.0):
        key = (x.shape[-2], x.shape[-1], base)
        if key not in kept:
            kept[key] = np.multiply.outer(np.asarray(positions), speeds(x.shape[-1], base))
        pairs = rotary.to_pairs(x)
        angles = np.broadcast_to(kept[key], pairs.shape[:-1])
        return rotary.from_pairs(rotary.rotate_pair(pairs, angles))

    return apply_rope


def counting():
    calls = []

    def apply_rope(x, positions, base=10000.0):
        calls.append(0)
        return turned(x, np.asarray(positions) + (len(calls) > 8), speeds(x.shape[-1], base))

    return apply_rope


def one_axis_only(sign):
    def apply_rope(x, positions, base=10000.0):
        _, d = x.shape
        return turned(x, positions, sign * speeds(d, base))

    return apply_rope


WRONG = {
    "a cache that forgets positions": ("apply_rope", cached_by_shape(), "remembers positions"),
    "calls that are counted": ("apply_rope", counting(), "same arguments, it gives another answer"),
    "clockwise, then it stops": ("apply_rope", one_axis_only(-1), "turned clockwise"),
    "right, then it stops": ("apply_rope", one_axis_only(1), "right on the first 2 probes. Then"),
    "4j/d for speeds": ("inv_freq", lambda d, base: speeds(d, base, 2), "−4j/d"),
    "4j/d for heads": (
        "apply_rope",
        lambda x, p, base: turned(x, p, speeds(x.shape[-1], base, 2)),
        "−4j/d",
    ),
    "six decimals": ("inv_freq", lambda d, base: speeds(d, base).round(6), "6 decimals"),
    "float16": (
        "inv_freq",
        lambda d, base: speeds(d, base).astype(np.float16),
        "rounded to float16",
    ),
    "float16 angles": (
        "apply_rope",
        lambda x, p, base: turned(x, p, speeds(x.shape[-1], base).astype(np.float16)),
        "digits got lost",
    ),
    "a factor without a name": (
        "distance_curve",
        lambda *probe: 1.7 * EVERY["distance_curve"].reference(*probe),
        "1.7000 times",
    ),
    "two slips": (
        "apply_rope",
        lambda x, p, base: turned(x, -np.asarray(p), speeds(x.shape[-1], base, 2)),
        "two things at once",
    ),
    "an argument that is not read": (
        "score_at",
        lambda q, k, m, n, theta: EVERY["score_at"].reference(q, k, m, n, 0.77),
        "when theta alone changes",
    ),
    "m and n swapped": (
        "score_at",
        lambda q, k, m, n, theta: EVERY["score_at"].reference(q, k, n, m, theta),
        "or m and n have changed places",
    ),
    "half as wide": (
        "apply_rope",
        lambda x, p, base: x * np.cos(np.multiply.outer(p, speeds(x.shape[-1], base))),
        "half as wide as the other",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_it_hears(case):
    name, function, says = WRONG[case]
    assert says in line(name, function)


def test_where_it_stopped_and_what_was_new_there():
    exercise = exercises.find("apply_rope")
    probes = exercise.probes()
    for sign in (-1, 1):
        outcome = checks.run(one_axis_only(sign), probes, exercise.parameters)
        detail = checks.judge(exercise, probes, outcome).detail
        assert "x has 4 axes here, of shape (2, 3, 3, 8), where it had 2 before" in detail


@pytest.mark.parametrize("name", [name for name, one in EVERY.items() if one.parameters])
@pytest.mark.parametrize("constant", [0.0, 1.0, 3])
def test_a_constant_hears_no_belief(name, constant):
    exercise = EVERY[name]
    for seed in range(3):
        for answer in (
            lambda *probe: constant,
            lambda *probe: np.full(np.shape(exercise.reference(*probe)), constant),
        ):
            said = line(name, answer, seed)
            assert said == checks.CONSTANT or said.startswith("it gives back"), said


@pytest.mark.parametrize("pi", [3.14, 22 / 7])
def test_a_rough_pi_counts_wrong_pairs(pi):
    for seed in range(40):
        said = line(
            "unfinished_pairs", lambda d, base, n: int((2 * pi / speeds(d, base) > n).sum()), seed
        )
        assert said.startswith("not yet"), (seed, said)


@pytest.mark.parametrize("seed", range(10))
def test_slow_speeds_are_compared_for_themselves(seed):
    for wrong in (
        lambda d, base: speeds(d, base).round(6),
        lambda d, base: np.where(speeds(d, base) < 1e-6 * 3, 0.0, speeds(d, base)),
    ):
        assert not line("inv_freq", wrong, seed).startswith("right")


@pytest.mark.parametrize("name", EVERY)
def test_what_is_kept_under_shapes_and_counts_is_noticed(name):
    """Whole answers, kept under all arguments but the numbers in arrays, or under the first."""
    exercise = EVERY[name]
    for key in (
        lambda *probe: tuple(np.shape(value) if np.ndim(value) else str(value) for value in probe),
        lambda *probe: str(probe[:1]),
    ):
        kept = {}

        def remembering(*probe, key=key, kept=kept):
            return kept.setdefault(key(*probe), exercise.reference(*probe))

        probes = exercise.probes()
        if len({key(*probe) for probe in probes}) < len({str(probe) for probe in probes}):
            assert not line(name, remembering).startswith("right")


@pytest.mark.parametrize("name", EVERY)
def test_without_its_entry_a_mistake_hears_no_other_catalogued_one_alone(name):
    """A belief of the catalogue that is not the learner's own is a false reason."""
    exercise = EVERY[name]
    probes = exercise.probes()
    for mistake in exercise.mistakes[::4]:  # a fourth of them, for the time it takes
        others = tuple(one for one in exercise.mistakes if one.says != mistake.says)
        outcome = checks.run(mistake.wrong, probes, exercise.parameters)
        said = checks.judge(replace(exercise, mistakes=others), probes, outcome)
        assert said.status == "failed"
        assert said.line not in {one.says for one in others}


def test_speeds_below_one_are_not_said_to_be_rounded_down():
    """Rounded down they are 0: the same as turning nothing, which is the likelier belief."""
    exercise = exercises.find("score_at")
    bare = replace(exercise, mistakes=())
    probes = exercise.probes()
    outcome = checks.run(lambda q, k, m, n, theta: q @ k, probes, exercise.parameters)
    assert "theta counts as 0" in checks.judge(bare, probes, outcome).line


def asked(exercise, probes):
    return [answers.plain(exercise.reference(*probe)) for probe in probes]


def test_two_numbers_are_too_few_for_a_reason():
    exercise = exercises.find("score_at")
    for n, reason in ((2, ""), (3, "every number is twice the right one.")):
        probes = exercise.probes(0)[:n]
        expected = asked(exercise, probes)
        twice = [answers.plain(2 * value) for value in expected]
        assert relations.explain(exercise, probes, expected, twice) == reason


def test_a_memory_of_the_call_before_is_named():
    exercise = exercises.find("score_at")
    probes = exercise.probes(0)
    late = [
        (q, k, before[2], *rest)
        for (q, k, _, *rest), before in zip(probes[1:], probes, strict=False)
    ]
    got = asked(exercise, [probes[0], *late])
    said = relations.kept(exercise, probes, asked(exercise, probes), got)
    assert said.startswith("it remembers m from an earlier call")
