"""Lesson 03: how far a score moves when both tokens do, and the four terms of an additive one."""

import numpy as np

from rope_lessons.exercises import Exercise, Mistake
from rope_lessons.specimens import black_boxes
from rope_lessons.trained.score_terms import four_terms


def shift_error(score, pairs, shift):
    return float(np.abs(_changes(score, pairs, shift, shift)).max())


def _changes(score, pairs, by_m, by_n):
    return np.array([score(m + by_m, n + by_n) - score(m, n) for m, n in pairs], dtype=float)


def _six_scores(rng):
    start = int(rng.integers(50, 90))
    gaps = rng.integers(1, 40, size=4)
    # Neither the first nor the last pair has the largest or the smallest change.
    keys = start + np.array([200, 500, 0, 300])
    pairs = np.stack([keys + gaps, keys], axis=1)
    ahead = np.concatenate([pairs, pairs[:, ::-1]])
    shift = int(rng.integers(3, 40))
    return [
        (black_boxes.m_plus_n, np.array([[5, 2]]), 3),
        (black_boxes.m_plus_n, np.array([[9, 4]]), -3),
        (black_boxes.m_minus_n, pairs, shift),
        (black_boxes.m_times_n, pairs, shift),
        (black_boxes.m_times_n, pairs, -shift),
        (black_boxes.b, ahead, shift),
        (black_boxes.d, ahead, shift),
        (black_boxes.f, np.concatenate([ahead, ahead + 3001]), shift),
    ]


def _one_pair_of_tokens(rng):
    probes = [([1, 0], [0, 1], [2, 0], [0, 3], [[1, 10], [100, 1000]])]
    for width in (8, 64):
        tokens = rng.normal(size=(4, width))
        probes.append((*tokens, rng.normal(size=(width, width)) / np.sqrt(width)))
    return [tuple(np.array(part, dtype=float) for part in probe) for probe in probes]


EXERCISES = (
    Exercise(
        lesson=3,
        reference=shift_error,
        draw_probes=_six_scores,
        tolerance=1e-4,
        mistakes=(
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs, shift, 0)).max(),
                "only the query moved. That is no shift: the two tokens are further apart now. "
                "Add shift to n as well.",
            ),
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs, 0, shift)).max(),
                "only the key moved. That is no shift: the two tokens are at another distance now. "
                "Add shift to m as well.",
            ),
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs, shift, -shift)).max(),
                "the two tokens moved in opposite directions. Add shift to both positions.",
            ),
            Mistake(
                lambda score, pairs, shift: _changes(score, pairs, shift, shift).max(),
                "the change kept its sign, so a score that falls counts for less than one that "
                "stands still. Take the absolute value of each change.",
            ),
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs, shift, shift).max()),
                "the absolute value comes too late: the maximum has already passed over every "
                "fall. First abs of each change, then max.",
            ),
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs, shift, shift)).mean(),
                "the mean was taken. One pair that moves can hide among many that do not; "
                "the largest change cannot.",
            ),
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs, shift, shift)).min(),
                "the smallest change was taken. One pair that stands still does not make a score "
                "relative: every pair has to.",
            ),
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs[:1], shift, shift)).max(),
                "only the first pair was looked at. Is the return inside the loop?",
            ),
            Mistake(
                lambda score, pairs, shift: abs(_changes(score, pairs[-1:], shift, shift)).max(),
                "only the last pair is left. Each round of the loop overwrites the one before: "
                "keep the largest.",
            ),
        ),
        hints=(
            "One pair first: what does the score say before both tokens move, and after?",
            "For every (m, n) in pairs: the size of score(m + shift, n + shift) − score(m, n).\n"
            "The shift error is the largest of these sizes.",
            "changes = [abs(score(m + shift, ...) - score(...)) for m, n in pairs]\n"
            "return float(max(changes))",
        ),
    ),
    Exercise(
        lesson=3,
        reference=four_terms,
        draw_probes=_one_pair_of_tokens,
        tolerance=1e-4,
        stretch=True,
        mistakes=(
            Mistake(
                lambda x_m, x_n, p_m, p_n, a: four_terms(x_m, x_n, p_m, p_n, np.asarray(a).T),
                "A came in transposed, as if query and key could change places. The query's "
                "vector stands on the left: x_m @ a @ x_n.",
            ),
            Mistake(
                lambda x_m, x_n, p_m, p_n, a: four_terms(x_m, x_n, p_m, p_n, a)[[0, 2, 1, 3]],
                "the two cross terms have changed places. The query's part is named first: "
                "content–position is x_m with p_n.",
            ),
            Mistake(
                lambda x_m, x_n, p_m, p_n, a: four_terms(x_m, x_n, p_m, p_n, a)[[0, 1, 1, 3]],
                "both cross terms are the same here, as in (x + p)². The two tokens differ, and "
                "so do x_mᵀ A p_n and p_mᵀ A x_n.",
            ),
            Mistake(
                lambda x_m, x_n, p_m, p_n, a: four_terms(x_m, x_n, p_m, p_n, np.eye(len(a))),
                "A is missing: these are plain dot products, as if W_q and W_k did nothing.",
            ),
            Mistake(
                lambda x_m, x_n, p_m, p_n, a: np.array(
                    [
                        *four_terms(x_m, x_n, p_m, p_n, a)[:3],
                        four_terms(x_m, x_n, p_m, p_n, np.eye(len(a)))[3],
                    ]
                ),
                "the position–position term goes without A. Positions are added before W_q and "
                "W_k, so A stands in all four.",
            ),
            Mistake(
                lambda x_m, x_n, p_m, p_n, a: float(four_terms(x_m, x_n, p_m, p_n, a).sum()),
                "this is the whole score. Give its four parts back, before they are added.",
            ),
        ),
        hints=(
            "Multiply (x_m + p_m)ᵀ A (x_n + p_n) out, as you would (a + b)(c + d).",
            "Each term is one vector of the query, then A, then one vector of the key:\n"
            "content–content is x_m @ a @ x_n.",
            "return np.array([x_m @ a @ x_n, x_m @ a @ ..., ..., ...])",
        ),
    ),
)
