"""Where does a tiny model look when it is asked for a fact, and what becomes of its neighbours?

A head has a job: one looks from a question at the fact that it asks for, another at the character
before. Which head has which is found by measuring, inside the training length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rope_lessons import _validate, scaling
from rope_lessons.trained import needles, readings, tiny

TEXTS = 24  # behind a mean


@readings.kept
def looking_up(
    model: tiny.Model, distance: int, *, length: int = 256, **options: Any
) -> np.ndarray:
    """The weight that a question gives to the fact it asks for.

    Parameters
    ----------
    model : tiny.Model
    distance : int
        From the question back to the fact's first token.
    length : int
        Tokens in the text; the question is the last one.
    **options
        For :meth:`tiny.Model.logits`: ``frequencies``, ``clamp``, ``rotation``.

    Returns
    -------
    (n_layers, n_heads) array
        From 0 to 1, means over 24 texts: the attention weight on the fact's value.

    Raises
    ------
    TypeError, ValueError
        A fact that does not fit before the question, or as :meth:`tiny.Model.logits` does.

    >>> looking_up(tiny.load("rope-500"), 40, length=64).round(1).tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    length, distance = _validate.count("length", length), _validate.count("distance", distance)
    if distance >= length:
        raise ValueError(f"distance must be below {length}, the text's length, got {distance}")
    rng = np.random.default_rng([distance, length])
    at = length - 1 - distance
    texts = [needles.question(tiny.held_out(), length, at, rng)[0] for _ in range(TEXTS)]
    return model.attention(texts, **options)[..., -1, at + 1].mean(axis=1)


@readings.kept
def looking_back(model: tiny.Model, *, length: int = 64, **options: Any) -> np.ndarray:
    """The weight that a character gives to the one before it.

    Parameters
    ----------
    model : tiny.Model
    length : int
        Tokens in a text, at least 2.
    **options
        For :meth:`tiny.Model.logits`.

    Returns
    -------
    (n_layers, n_heads) array
        From 0 to 1, means over the second half of 24 texts.

    Raises
    ------
    TypeError, ValueError
        As :meth:`tiny.Model.logits` does, or a length below 2.
    """
    length = _validate.count("length", length)
    if length < 2:
        raise ValueError(f"length must be at least 2 for a character before, got {length}")
    rng = np.random.default_rng(length)
    texts = [needles.excerpt(tiny.held_out(), length, rng) for _ in range(TEXTS)]
    late = np.arange(max(1, length // 2), length)
    return model.attention(texts, **options)[..., late, late - 1].mean(axis=(1, -1))


def two_jobs(
    model: tiny.Model, readings: dict[str, scaling.Frequencies], distances: Sequence[int]
) -> dict[str, tuple[dict[int, float], float]]:
    """Both, for several speeds: the fact at each distance, and the character before.

    Each is about the one head that does that job inside the training length, with the model's own
    speeds.

    Parameters
    ----------
    model : tiny.Model
        With RoPE.
    readings : dict of str to scaling.Frequencies
    distances : sequence of int
        Below 256, the length of the text.

    Returns
    -------
    dict of str to (dict of int to float, float)
        For each reading the weight on the fact by distance, and the weight on the character before.

    Raises
    ------
    TypeError, ValueError
        As for :func:`looking_up`.
    """
    inside = model.train_length // 2
    fact = _most(looking_up(model, inside, length=model.train_length))
    back = _most(looking_back(model, length=model.train_length))
    return {
        name: (
            {d: float(looking_up(model, d, frequencies=speeds)[fact]) for d in distances},
            float(looking_back(model, frequencies=speeds)[back]),
        )
        for name, speeds in readings.items()
    }


def _most(weights):
    """The layer and the head that give most."""
    return tuple(int(i) for i in np.unravel_index(weights.argmax(), weights.shape))
