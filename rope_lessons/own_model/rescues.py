"""How is a rescue put into a model's settings? In Transformers' words, and in this course's."""

from __future__ import annotations

import math
from dataclasses import replace

from rope_lessons import _validate
from rope_lessons.own_model.plan import AS_IT_IS
from rope_lessons.settings import models

KINDS = {
    "PI × {:g}": "linear",
    "NTK-aware × {:g}": "ntk",
    "dynamic NTK": "dynamic",
    "YaRN × {:g}": "yarn",
}


def readings(settings: models.Settings, length: int) -> dict[str, tuple[str, float]]:
    """As it is, and with each rescue at the scale that the length asks for: {name: (kind, scale)}.

    A model that is scaled already was made for its scaling, and is read as it is.

    Parameters
    ----------
    settings : Settings
    length : int
        Tokens.

    >>> llama = models.Settings("LLaMA-1", "rope", rotary_dim=128, base=10000.0, train_length=2048)
    >>> list(readings(llama, 8000))[:3]
    ['as it is', 'PI × 4', 'NTK-aware × 4']
    """
    length = _validate.count("length", length)
    scale = math.ceil(length / settings.train_length)
    plain = {AS_IT_IS: ("default", 1.0)}
    if scale == 1 or any(part.kind != "default" for part in kinds_of_layers(settings).values()):
        return plain
    return plain | {name.format(scale): (kind, float(scale)) for name, kind in KINDS.items()}


def kinds_of_layers(settings: models.Settings) -> dict[str, models.Settings]:
    """The settings of each kind of layer that turns; of one kind under the empty name."""
    parts = settings.layers or {"": settings}
    return {kind: part for kind, part in parts.items() if part.encoding == "rope"}


def rescued(settings: models.Settings, kind: str, scale: float) -> models.Settings:
    """The settings of a layer with the rescue put in, for what they foretell.

    Parameters
    ----------
    settings : Settings
    kind, scale
        From :func:`readings`.

    >>> llama = models.Settings("LLaMA-1", "rope", rotary_dim=128, base=10000.0, train_length=2048)
    >>> float(rescued(llama, "linear", 4.0).inv_freq[0])
    0.25
    """
    if kind == "default":
        return settings
    scale = 1.0 if kind == "dynamic" else scale
    return replace(settings, kind=kind, scale=scale, scaling_length=settings.train_length)


def rope_parameters(said: dict, settings: models.Settings, kind: str, scale: float) -> dict:
    """Transformers' ``rope_parameters`` with the rescue put in.

    NTK-aware scaling is another base. Dynamic NTK has the factor 1: that is the paper's rule, the
    text's length over the training length.

    Parameters
    ----------
    said : dict
        As the model has it, for one kind of layer.
    settings : Settings
    kind, scale
        From :func:`readings`.

    >>> llama = models.Settings("LLaMA-1", "rope", rotary_dim=128, base=10000.0, train_length=2048)
    >>> rope_parameters({"rope_type": "default", "rope_theta": 10000.0}, llama, "linear", 4.0)
    {'rope_type': 'linear', 'rope_theta': 10000.0, 'factor': 4.0}
    """
    _validate.one_of("kind", kind, ("default", *KINDS.values()))
    if kind == "default":
        return dict(said)
    if kind == "ntk":
        d = settings.rotary_dim
        return {**said, "rope_theta": said["rope_theta"] * scale ** (d / (d - 2))}
    more = {"factor": 1.0 if kind == "dynamic" else scale}
    if kind == "yarn":
        more["original_max_position_embeddings"] = settings.train_length
    return {**said, "rope_type": kind, **more}
