"""Which frequencies does a scaled RoPE use?

A model trained on L positions is to read s · L of them. Every scheme here answers by slowing pairs
down, so that far distances turn them no further than training did; they differ in which pairs and
by how much. With θ_j = base^(-2j/d), d the rotary dimension:

==============  ==================================================================================
default         θ_j
linear          θ_j / s for every pair: position interpolation
ntk             base · s^(d/(d−2)): fastest pair as it was, slowest divided by exactly s
dynamic         ntk whose scale grows with the text, as Transformers computes it
yarn            between θ_j and θ_j / s, on a ramp over the pair's index: the code as released
yarn_paper      the same two ends, on a ramp over the turns a pair makes in L: the paper as printed
llama3          yarn_paper's ramp from 1 to 4 turns, and no attention factor
longrope        θ_j / factor_j, the factors found by a search
proportional    the first pairs turn, the rest stands still: p-RoPE
==============  ==================================================================================

Sources: Chen et al. 2023 (2306.15595) for linear; Peng et al. 2023 (2309.00071) for ntk, dynamic
and yarn; Ding et al. 2024 (2402.13753) for longrope; Barbero et al. 2024 (2410.06205) for
proportional; Transformers 5.23, ``modeling_rope_utils.py``, for all but ntk and yarn_paper.
"""

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rope_lessons import _validate, rotary


class Frequencies(NamedTuple):
    """What a RoPE turns by, and how much longer it makes what has turned.

    Attributes
    ----------
    inv_freq : (head_dim / 2,) array
        Radians per position.
    attention_factor : float
        Multiplies cosine and sine, for queries and keys alike: scores get its square.

    >>> Frequencies(np.array([1.0, 0.1]), 1.0).attention_factor
    1.0
    """

    inv_freq: np.ndarray
    attention_factor: float


def frequencies(
    kind: str = "default",
    head_dim: int | None = None,
    base: float = 10000.0,
    *,
    train_length: int | None = None,
    scale: float = 1.0,
    **options: Any,
) -> Frequencies:
    """The speed of every pair under one kind of scaling.

    Parameters
    ----------
    kind : str
        One of the names in the table at the top of this module.
    head_dim : int
        Entries of a head that turn (the rotary dimension); even. Never left out.
    base : float
        ``rope_theta``, as trained.
    train_length : int
        L, in positions. Needed by dynamic, yarn, yarn_paper, llama3 and longrope.
    scale : float
        s, at least 1: how many times L is to be read. The default kind leaves it aside. For
        dynamic it is Transformers' ``factor`` f, which is not the scale it acts by: that is
        f · length / L − (f − 1), so f = 2 at length = 2L acts as 3, and f = 1 as length / L.
    **options
        dynamic: ``length``, positions in the text so far.
        yarn: ``beta_fast=32, beta_slow=1`` turns in L, where the ramp begins and ends (equal, as
        in some published models, they make it a step);
        ``truncate=True`` moves both ends outwards to whole pairs; ``attention_factor``,
        0.1 · ln s + 1 if not given; ``mscale`` and ``mscale_all_dim`` together make it
        (0.1 · mscale · ln s + 1) / (0.1 · mscale_all_dim · ln s + 1), one alone does nothing.
        yarn_paper: ``beta_fast=32, beta_slow=1, attention_factor``.
        llama3: ``low_freq_factor=1, high_freq_factor=4`` turns in L; equal, a step.
        longrope: ``factors``, one for each pair. Its attention factor is √(1 + ln s / ln L).
        proportional: ``fraction`` of the pairs that turn, 0 to 1.

    Returns
    -------
    Frequencies
        ``inv_freq``, (head_dim / 2,) radians per position in float64, and ``attention_factor``.

    Raises
    ------
    TypeError
        An option that this kind does not have, or an argument of the wrong type.
    ValueError
        An unknown kind, an option or a training length that it needs and did not get, a scale
        below 1, other impossible values or ones too large.

    >>> frequencies("linear", 4, base=100.0, scale=4)
    Frequencies(inv_freq=array([0.25 , 0.025]), attention_factor=1.0)
    >>> frequencies("ntk", 4, base=100.0, scale=4).inv_freq
    array([1.   , 0.025])
    """
    rule = _RULES[_validate.one_of("kind", kind, tuple(_RULES))]
    head_dim = _validate.even("head_dim", head_dim)
    base = _validate.positive("base", base)
    scale = _validate.number("scale", scale)
    if scale < 1:
        raise ValueError(
            f"scale must be at least 1, got {scale:g}; 4 makes room for 4 times the training length"
        )
    if train_length is not None:
        train_length = _validate.count("train_length", train_length)
    elif kind in _NEED_LENGTH:
        raise ValueError(
            f"kind {kind!r} needs train_length, the number of positions the model was trained on; "
            "try train_length=4096"
        )
    _check_options(kind, rule, options)
    computed = _validate.finite(rule)
    inv_freq, attention_factor = computed(head_dim, base, train_length, scale, **options)
    return Frequencies(inv_freq, float(attention_factor))


# One rule a kind: (head_dim, base, train_length, scale, *, its options), validated up to the star.


def _default(head_dim, base, train_length, scale):
    return rotary.inv_freq(head_dim, base), 1.0


def _linear(head_dim, base, train_length, scale):
    return rotary.inv_freq(head_dim, base) / scale, 1.0


def _ntk(head_dim, base, train_length, scale):
    if head_dim < 4:
        raise ValueError(
            f"head_dim must be at least 4 to keep one pair and slow another, got {head_dim}; "
            "try kind 'linear'"
        )
    return rotary.inv_freq(head_dim, base * scale ** (head_dim / (head_dim - 2))), 1.0


def _dynamic(head_dim, base, train_length, scale, *, length):
    length = max(_validate.count("length", length), train_length)
    acts_as = scale * length / train_length - (scale - 1)
    return _ntk(head_dim, base, train_length, acts_as)


def _yarn(
    head_dim,
    base,
    train_length,
    scale,
    *,
    beta_fast=32.0,
    beta_slow=1.0,
    truncate=True,
    attention_factor=None,
    mscale=None,
    mscale_all_dim=None,
):
    _ordered("beta_slow", beta_slow, "beta_fast", beta_fast)
    _validate.one_of("truncate", truncate, (True, False))
    if base <= 1:
        raise ValueError(f"base must be greater than 1 for kind 'yarn', got {base:g}")

    def pair_that_makes(turns):
        return head_dim * math.log(train_length / (2 * math.pi * turns)) / (2 * math.log(base))

    first, last = pair_that_makes(beta_fast), pair_that_makes(beta_slow)
    if truncate:
        first, last = math.floor(first), math.ceil(last)
    # The released code bounds the last pair by head_dim − 1, past the half that exists; so do we.
    first, last = max(first, 0), min(last, head_dim - 1)
    if first == last:
        last += 0.001
    slowed = np.clip((np.arange(head_dim // 2) - first) / (last - first), 0, 1)

    weights = {"mscale": mscale, "mscale_all_dim": mscale_all_dim}
    weights = {name: _validate.number(name, w) for name, w in weights.items() if w is not None}
    if attention_factor is None and len(weights) == 2 and all(weights.values()):
        mscale, mscale_all_dim = (_validate.positive(name, w) for name, w in weights.items())
        attention_factor = _warmth(scale, mscale) / _warmth(scale, mscale_all_dim)
    inv_freq = rotary.inv_freq(head_dim, base)
    return _blend(inv_freq, scale, slowed), _factor(attention_factor, scale)


def _yarn_paper(
    head_dim, base, train_length, scale, *, beta_fast=32.0, beta_slow=1.0, attention_factor=None
):
    _ordered("beta_slow", beta_slow, "beta_fast", beta_fast)
    inv_freq = rotary.inv_freq(head_dim, base)
    slowed = _slowed_by_turns(inv_freq, train_length, beta_slow, beta_fast)
    return _blend(inv_freq, scale, slowed), _factor(attention_factor, scale)


def _llama3(head_dim, base, train_length, scale, *, low_freq_factor=1.0, high_freq_factor=4.0):
    _ordered("low_freq_factor", low_freq_factor, "high_freq_factor", high_freq_factor)
    inv_freq = rotary.inv_freq(head_dim, base)
    slowed = _slowed_by_turns(inv_freq, train_length, low_freq_factor, high_freq_factor)
    return _blend(inv_freq, scale, slowed), 1.0


def _longrope(head_dim, base, train_length, scale, *, factors):
    factors = _validate.numbers("factors", factors)
    if factors.shape != (head_dim // 2,):
        raise ValueError(
            f"factors must hold one number for each of the {head_dim // 2} pairs, got shape "
            f"{factors.shape}"
        )
    if (factors <= 0).any():
        raise ValueError(f"factors must be greater than 0, got {factors.min():g}")
    if train_length < 2:
        raise ValueError(f"train_length must be at least 2 for kind 'longrope', got {train_length}")
    attention_factor = math.sqrt(1 + math.log(scale) / math.log(train_length))
    return rotary.inv_freq(head_dim, base) / factors.astype(np.float64), attention_factor


def _proportional(head_dim, base, train_length, scale, *, fraction):
    fraction = _validate.number("fraction", fraction)
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must be between 0 and 1, got {fraction:g}")
    inv_freq = rotary.inv_freq(head_dim, base) / scale
    inv_freq[int(fraction * head_dim // 2) :] = 0.0
    return inv_freq, 1.0


_RULES: dict[str, Callable] = {
    "default": _default,
    "linear": _linear,
    "ntk": _ntk,
    "dynamic": _dynamic,
    "yarn": _yarn,
    "yarn_paper": _yarn_paper,
    "llama3": _llama3,
    "longrope": _longrope,
    "proportional": _proportional,
}
_NEED_LENGTH = ("dynamic", "yarn", "yarn_paper", "llama3", "longrope")


def _slowed_by_turns(inv_freq, train_length, few, many):
    """1 for pairs that make at most ``few`` turns in training, 0 from ``many`` turns on."""
    turns = train_length * inv_freq / (2 * np.pi)
    if few == many:
        return (turns < few).astype(np.float64)
    return np.clip((many - turns) / (many - few), 0, 1)


def _blend(inv_freq, scale, slowed):
    return inv_freq * (1 - slowed) + inv_freq / scale * slowed


def _warmth(scale, weight=1.0):
    return 0.1 * weight * math.log(scale) + 1


def _factor(given, scale):
    return _warmth(scale) if given is None else _validate.positive("attention_factor", given)


def _ordered(low_name, low, high_name, high):
    if _validate.positive(low_name, low) > _validate.positive(high_name, high):
        raise ValueError(f"{low_name} must not be above {high_name}, got {low:g} and {high:g}")


def _check_options(kind, rule, options):
    parameters = inspect.signature(rule).parameters.values()
    accepted = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    for name in options:
        if name not in accepted:
            raise TypeError(
                f"kind {kind!r} has no option {name!r}; it accepts {', '.join(accepted) or 'none'}"
            )
    for name, default in accepted.items():
        if default is inspect.Parameter.empty and name not in options:
            raise ValueError(f"kind {kind!r} needs the option {name!r}; try {name}=…")
