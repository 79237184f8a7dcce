"""What should you know before relying on a model's settings?

Each caveat is a sentence or two about one thing that a settings file leaves open or that two
programs read differently. :func:`about` gives those that concern one model.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rope_lessons import scaling

if TYPE_CHECKING:
    from rope_lessons.settings.fields import Fields
    from rope_lessons.settings.model_settings import Settings


def about(settings: Settings, fields: Fields) -> list[str]:
    """The caveats for one model.

    Parameters
    ----------
    settings : Settings
        With RoPE.
    fields : Fields
        Of its file.

    Returns
    -------
    list of str

    >>> from rope_lessons.settings.fields import Fields
    >>> from rope_lessons.settings.model_settings import Settings
    >>> settings = Settings("?", "rope", rotary_dim=4, base=100.0, pairing="half_split")
    >>> about(settings, Fields({}))
    []
    """
    return [
        *_pairing(settings, fields),
        *_lengths(settings),
        *_scaling(settings, fields),
        *_axes(settings, fields),
    ]


def _pairing(settings, fields):
    if settings.pairing is None:
        yield (
            "The file does not say which entries form a pair, and model_type = "
            f"{fields.model_type!r} is not known here: look into the code that runs it."
        )
    if settings.pairing == "interleaved":
        yield (
            "Its pairs are interleaved. A half-split runtime needs the rows of W_q and W_k "
            "reordered (rotary.to_half_split), or the scores are those of another model."
        )
    if settings.original_pairing not in (None, settings.pairing):
        yield (
            f"This checkpoint is {settings.pairing}; the authors' own is "
            f"{settings.original_pairing}, with the rows of W_q and W_k in another order."
        )


def _lengths(settings):
    trained, configured = settings.train_length, settings.configured_length
    if not trained or not configured:
        return
    stretch = configured / trained
    if stretch < 1:
        yield (
            f"Trained on {trained:,} positions, it is configured for only {configured:,}: one of "
            "the two may be wrong."
        )
    elif stretch > 1 and settings.kind == "default":
        yield (
            f"It is configured for {configured:,} positions and was trained on {trained:,}, with "
            "no scaling in force between the two."
        )
    elif settings.kind in ("linear", "ntk", "yarn", "llama3") and stretch > settings.scale:
        yield (
            f"Its scaling makes room for {settings.scale:g} times the training length, "
            f"{settings.scale * trained:,.0f} positions; it is configured for {configured:,}."
        )


def _scaling(settings, fields):
    ends = {"yarn": ("beta_slow", "beta_fast"), "llama3": ("low_freq_factor", "high_freq_factor")}
    few, many = (settings.options.get(name) for name in ends.get(settings.kind, ("", "")))
    if few is not None and few == many:
        names = " = ".join(ends[settings.kind])
        yield (
            f"{names} = {few:g}: the ramp is a step. Pairs up to it keep their speed, all others "
            "are slowed by the whole factor."
        )
    if settings.kind == "yarn":
        yield from _yarn(settings, fields)
    if settings.kind == "dynamic":
        twice = 2 * settings.scale - (settings.scale - 1)
        yield (
            f"The factor {settings.scale:g} of the type 'dynamic' is not its scale: at twice "
            f"{settings.scaling_length:,} positions it acts as {twice:g}, and the scale grows with "
            "the text."
        )
    if settings.kind == "longrope" and (
        settings.options["short_factor"] != settings.options["long_factor"]
    ):
        yield (
            f"It has two sets of speeds and changes from one to the other at "
            f"{settings.scaling_length:,} positions; keys turned before that do not fit after it."
        )
    if settings.kind == "ntk":
        yield (
            f"Its block says 'dynamic' and alpha = {settings.scale:g}: the base is stretched once "
            "and for all, whatever the length."
        )


def _yarn(settings, fields):
    given = {
        "train_length": settings.scaling_length,
        "scale": settings.scale,
        "beta_fast": settings.options.get("beta_fast", 32.0),
        "beta_slow": settings.options.get("beta_slow", 1.0),
    }
    printed = scaling.frequencies("yarn_paper", settings.rotary_dim, settings.base, **given)
    apart = np.abs(np.log(settings.inv_freq / printed.inv_freq)).max()
    if apart > math.log(1.01):
        yield (
            "YaRN is computed as released, on a ramp over the pair's index. The paper as printed "
            f"gives other speeds for the same settings, by up to {math.exp(apart):.2f} times."
        )
    weight = settings.options.get("mscale_all_dim")
    if fields.get("qk_rope_head_dim") and weight:
        on_scores = (0.1 * weight * math.log(settings.scale) + 1) ** 2
        yield (
            f"Its modelling code multiplies the softmax scale by {on_scores:.3f}, and cosine and "
            f"sine by {settings.attention_factor:.3f}: YaRN's factor reaches the part of the head "
            "that does not turn as well."
        )
    if settings.options.get("mscale") and not weight:
        yield "mscale without mscale_all_dim changes nothing in Transformers."


def _axes(settings, fields):
    block = fields.values.get("rope_parameters") or fields.values.get("rope_scaling") or {}
    if beta := block.get("llama_4_scaling_beta"):
        yield (
            f"llama_4_scaling_beta = {beta} makes queries longer by steps of the original length: "
            "it changes scores, and no speed."
        )
    if fields.get("attn_temperature_tuning"):
        yield (
            "attn_temperature_tuning makes queries longer with position in layers that do not "
            "turn: it changes scores, and no speed."
        )
    if block.get("mrope_section"):
        yield (
            "Its pairs are shared out among three axes of position (mrope_section). In text the "
            "three coincide, and what follows holds; in images and video it does not."
        )
