"""Lesson 06: turn one vector as RoPE does, and say what that changes."""

import numpy as np

from rope_lessons import rotary
from rope_lessons.exercises import Exercise, Mistake


def rope_vector(x, position, inv_freq):
    return rotary.apply_rope(x, position, inv_freq)


def what_changes():
    return {
        "q_length": False,
        "q_direction": True,
        "k_length": False,
        "k_direction": True,
        "v": False,
        "score_same_position": False,
        "score_other_position": True,
    }


def _but(**otherwise):
    """The right answers but for these."""
    return lambda: {**what_changes(), **otherwise}


def _every(answer):
    return lambda: dict.fromkeys(what_changes(), answer)


def _inverted():
    return {name: not changes for name, changes in what_changes().items()}


def _added(x, position, inv_freq):
    angles = position * np.asarray(inv_freq)
    return x + rotary.from_pairs(np.stack([np.sin(angles), np.cos(angles)], axis=-1))


def _not_woven(x, position, inv_freq):
    turned = rotary.to_pairs(rope_vector(x, position, inv_freq))
    return np.concatenate([turned[:, 0], turned[:, 1]])


def _tiled(x, position, inv_freq):
    angles = np.tile(position * np.asarray(inv_freq), 2)
    crossed = rotary.from_pairs(rotary.rotate_pair(rotary.to_pairs(x), np.pi / 2))
    return x * np.cos(angles) + crossed * np.sin(angles)


def _overwritten(x, position, inv_freq):
    x, angles = np.array(x, dtype=float), position * np.asarray(inv_freq)
    x[0::2] = x[0::2] * np.cos(angles) - x[1::2] * np.sin(angles)
    x[1::2] = x[0::2] * np.sin(angles) + x[1::2] * np.cos(angles)
    return x


def _vectors_and_positions(rng):
    return [
        (np.array([1.0, 0.0]), 1, np.array([np.pi / 4])),
        (rng.normal(size=8), 3, rotary.inv_freq(8, 100.0)),
        (rng.normal(size=64), 0, rotary.inv_freq(64)),
        (rng.normal(size=64), 250, rotary.inv_freq(64)),
        (rng.normal(size=128), 3001, rotary.inv_freq(128, 500_000.0)),
    ]


EXERCISES = (
    Exercise(
        lesson=6,
        reference=rope_vector,
        draw_probes=_vectors_and_positions,
        mistakes=(
            Mistake(
                lambda x, position, inv_freq: rope_vector(
                    x, position, np.full(len(inv_freq), inv_freq[0])
                ),
                "every pair turned by the angle of the first. Pair j has its own: "
                "position · inv_freq[j].",
            ),
            Mistake(
                _added,
                "sines and cosines were added to the vector. RoPE adds nothing: it turns each "
                "pair, and the length stays.",
            ),
            Mistake(
                lambda x, position, inv_freq: rope_vector(x, -position, inv_freq),
                "turned clockwise. Counter-clockwise has its minus sign in the first number of a "
                "pair: x·cos − y·sin.",
            ),
            Mistake(
                lambda x, position, inv_freq: rotary.apply_rope(
                    x, position, inv_freq, layout="half_split"
                ),
                "paired across the middle, (x[j], x[j + d/2]). Here neighbours form a pair: "
                "(x[2j], x[2j+1]).",
            ),
            Mistake(
                _not_woven,
                "the pairs are turned rightly, then written back as all first numbers before all "
                "second ones. Put each pair back where it was.",
            ),
            Mistake(
                _tiled,
                "the pairs are neighbours, but cos and sin are laid out for halves: "
                "(c0, c1, …, c0, c1, …). Neighbours share one: (c0, c0, c1, c1, …), np.repeat.",
            ),
            Mistake(
                _overwritten,
                "the first numbers were overwritten before the second ones were computed from "
                "them. Keep the old ones until both are done.",
            ),
            Mistake(
                lambda x, position, inv_freq: rope_vector(x, position + 1, inv_freq),
                "one position too far. Positions count from 0: the first token does not turn.",
            ),
            Mistake(
                lambda x, position, inv_freq: rope_vector(x, 1, inv_freq),
                "turned as if it stood at position 1. The angle is position · inv_freq.",
            ),
            Mistake(
                lambda x, position, inv_freq: rope_vector(x, position, np.radians(inv_freq)),
                "the angles were taken for degrees. inv_freq is in radians per position already.",
            ),
            Mistake(
                lambda x, position, inv_freq: rope_vector(x, position, 1 / np.asarray(inv_freq)),
                "position was divided by inv_freq. It is a speed, so multiply.",
            ),
        ),
        hints=(
            "Lesson 02 makes pairs of a vector, lesson 05 turns them. What angle has pair j?",
            "The angles are position * inv_freq, one for each pair. Read x as (d/2, 2), turn each "
            "row,\nwrite it back as (d,).",
            "pairs = np.reshape(x, (-1, 2))\n"
            "angles = position * np.asarray(inv_freq)\n"
            "cos, sin = np.cos(angles), np.sin(angles)\n"
            "turned = np.stack([pairs[:, 0] * cos - ..., ...], axis=-1)\n"
            "return turned.reshape(...)",
        ),
    ),
    Exercise(
        lesson=6,
        reference=what_changes,
        draw_probes=lambda rng: [()],
        stretch=True,
        mistakes=(
            Mistake(
                _but(v=True),
                "v does not turn: no line of the layer turns it. It carries content, to be added "
                "up.",
            ),
            Mistake(
                _but(q_length=True, k_length=True),
                "the lengths stay. Each pair keeps its length, and the vector's is made of "
                "theirs. Measure np.linalg.norm before and after.",
            ),
            Mistake(
                _every(True),
                "that would be so if a position were added to the embedding: then q, k, v and "
                "every score would change. RoPE only turns, and only q and k.",
            ),
            Mistake(
                _but(score_same_position=True),
                "at the same position both turn by the same angles, and the score stays. Measure "
                "it with both at 500.",
            ),
            Mistake(
                _but(score_other_position=False),
                "at two different positions the angles differ, and so does the score. If it "
                "did not, RoPE would tell attention nothing.",
            ),
            Mistake(
                _but(k_direction=False),
                "the key turns too, by its own position.",
            ),
            Mistake(
                _every(False),
                "then RoPE would do nothing at all. Which way does q point, before and after?",
            ),
            Mistake(
                _inverted,
                "these are the right answers to the opposite question. True means: it changes.",
            ),
        ),
        hints=(
            "Do not guess, measure: draw a q and a k, turn them, compare.",
            "np.linalg.norm for lengths, np.allclose for directions and scores. A key at the "
            "query's\nposition and one elsewhere give the two scores. Which line of the layer "
            "turns v?",
            "q, k = np.random.default_rng(0).normal(size=(2, 64))\n"
            "turned_q, turned_k = rope_vector(q, 500, inv_freq), rope_vector(k, 500, inv_freq)\n"
            'return {"q_length": not np.isclose(np.linalg.norm(q), ...), ...}',
        ),
    ),
)
