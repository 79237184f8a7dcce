"""How does a model trained in one layout run in code of the other?"""

from __future__ import annotations

import copy

from rope_lessons import _validate, rotary
from rope_lessons.trained import tiny


def to_half_split(model: tiny.Model) -> tiny.Model:
    """The same model for half-split code: the rows of every W_q and W_k reordered, head by head.

    Parameters
    ----------
    model : tiny.Model
        With scheme rope. The tiny models are trained with interleaved pairs.

    Returns
    -------
    tiny.Model
        For a ``rotation`` that pairs x[j] with x[j + head_dim / 2]. The model given is not changed.

    Raises
    ------
    TypeError, ValueError
        Something else than such a model.

    >>> to_half_split(tiny.load("rope-500"))
    <rope-500, seed 0, trained to 64 tokens>
    """
    if not isinstance(model, tiny.Model):
        raise TypeError(f"model must come from tiny.load, got {_validate.short(model)}")
    if model.settings["scheme"] != "rope":
        raise ValueError(f"{model.name} turns nothing: its scheme is not rope")
    reordered = copy.copy(model)
    reordered.weights = {
        name: rotary.to_half_split(weight, n_heads=tiny.N_HEADS)
        if name.endswith(("q.weight", "k.weight"))
        else weight
        for name, weight in model.weights.items()
    }
    return reordered
