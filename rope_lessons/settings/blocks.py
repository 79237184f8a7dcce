"""What does one block of RoPE settings ask for?

A block is what version 5 keeps under ``rope_parameters`` (for each kind of layer, where they
differ) and version 4 spread over ``rope_theta`` and ``rope_scaling``. :func:`gather` brings both
to the newer form; :func:`read_block` turns one block into what a
:class:`~rope_lessons.settings.model_settings.Settings` holds.

Source: Transformers 5.23, ``modeling_rope_utils.py``.
"""

from rope_lessons import _validate
from rope_lessons.settings.fields import BLOCKS, LARGEST, Fields, number, same, short, whole
from rope_lessons.settings.model_settings import Settings

TYPES = {
    **{kind: kind for kind in ("default", "linear", "dynamic", "yarn", "longrope", "llama3")},
    "proportional": "proportional",
    "su": "longrope",  # as the first Phi-3 files call it
    "mrope": "default",  # three axes of position; in text they coincide
}
OPTIONS = {
    "yarn": (
        *("beta_fast", "beta_slow", "truncate", "attention_factor", "mscale"),
        "mscale_all_dim",
    ),
    "longrope": ("short_factor", "long_factor", "attention_factor"),
    "llama3": ("low_freq_factor", "high_freq_factor"),
}
OF_SOME_TYPE = {"factor", "alpha", *(name for names in OPTIONS.values() for name in names)}
# Kinds of layer with a base of their own beside the block, and those that no scaling is for.
OWN_BASE = dict.fromkeys(("sliding_attention", "hybrid_sliding"), "rope_local_base_freq")
OWN_BASE |= {"compress": "compress_rope_theta"}
UNSCALED = ("sliding_attention", "hybrid_sliding", "main")
# Read whatever the kind, or known to change no speed.
COMMON = {"type", "rope_type", "rope_theta", "partial_rotary_factor", "llama_4_scaling_beta"}
COMMON |= {"original_max_position_embeddings", "mrope_section", "mrope_interleaved"}
COMMON |= {"max_position_embeddings", "finetuned"}
NEUTRAL = {"extrapolation_factor": 1, "attn_factor": 1, "factor": 1}  # as if they were not there
REQUIRED = {"longrope": ("short_factor", "long_factor")}
REQUIRED["llama3"] = ("low_freq_factor", "high_freq_factor")
NEED_LENGTH = ("yarn", "llama3", "longrope", "dynamic")
# Far beyond any model's; what is larger is a slip, and may not fit in memory or in a float.
LARGEST_HEAD, LARGEST_BASE, LARGEST_FACTOR = 4096, 1e15, 1e9


def gather(fields: Fields) -> dict[str, dict]:
    """The blocks of a file.

    Parameters
    ----------
    fields : Fields

    Returns
    -------
    dict of str to dict
        By kind of layer; the one key "" where all layers share a block. Gaps are filled with what
        stands beside the block, then as the class would fill them.

    Raises
    ------
    TypeError, ValueError
        A block that is none, two blocks that contradict each other, or a block and what stands
        beside it.

    >>> from rope_lessons.settings.fields import Fields
    >>> gather(Fields({"rope_theta": 5e5, "rope_scaling": None}))
    {'': {'rope_theta': 500000.0}}
    """
    given = _merged(fields)
    default = fields.defaults.get("rope_parameters", {})
    beside = {name: fields.number(name) for name in ("rope_theta", "partial_rotary_factor")}
    beside = {name: value for name, value in beside.items() if value is not None}
    local = fields.get("rope_local_base_freq")
    by_kind = any(isinstance(block, dict) for block in default.values())
    blocks = {}
    if any(isinstance(block, dict) for block in given.values()):
        for kind, block in given.items():
            if isinstance(block, dict):
                gaps = default.get(kind) if by_kind else default
                fields.asked(OWN_BASE.get(kind, ""))
                blocks[kind] = _filled(fields, beside | _stated(block), gaps, kind)
            elif block is None:
                fields.note(f"Its {kind} layers do not turn; what follows is for the others.")
            elif kind in COMMON | OF_SOME_TYPE:
                fields.note(f"{_name(fields)}.{kind} = {short(block)} is not read.")
            else:
                fields.bar(f"{_name(fields)}.{kind} = {short(block)}")
        return blocks
    for name in beside.keys() & given.keys():
        in_block = f"{_name(fields)}.{name}"
        same(fields.place + (fields.named(name) or name), beside[name], in_block, given[name])
    given = beside | given
    if local is not None or by_kind:
        for kind in sorted(default) if by_kind else ("full_attention", "sliding_attention"):
            gaps = default.get(kind) if by_kind else default
            blocks[kind] = _filled(fields, _share(fields, given, kind), gaps, kind)
        return blocks
    return {"": _filled(fields, given, default, "")}


def _share(fields, given, kind):
    """What of a block for the whole model is for the layers of one kind."""
    own = OWN_BASE.get(kind)
    # The scaling is for the layers that see everything; only ModernBERT puts it into both.
    both = str(fields.model_type).startswith("modernbert")
    scaled = both or kind not in UNSCALED
    share = {k: v for k, v in given.items() if (not own if k == "rope_theta" else scaled)}
    if kind == "compress" and "yarn" in (share.get("rope_type"), share.get("type")):
        share = {"attention_factor": 1.0} | share  # DeepSeek-V4's default, not YaRN's
    base = fields.number(own) if own else None
    return share if base is None else share | {"rope_theta": base}


def read_block(fields: Fields, block: dict, kind: str, configured_length: int | None) -> dict:
    """What one block says, in the words of Settings.

    Parameters
    ----------
    fields : Fields
    block : dict
    kind : str
        The kind of layer, or "".
    configured_length : int or None

    Returns
    -------
    dict
        head_dim, rotary_dim, base, kind, scale, options, scaling_length; and ``original``, the
        length before any scaling, where the file states it.

    Raises
    ------
    TypeError, ValueError
        A missing, impossible or contradictory value; the message names its field.

    >>> from rope_lessons.settings.fields import Fields
    >>> read_block(Fields({"head_dim": 8}), {"rope_theta": 100}, "", None)["base"]
    100.0
    """
    place = _name(fields) + (f".{kind}" if kind else "")
    if "rope_theta" not in block:
        raise ValueError(
            f"the base is missing: {fields.place}rope_theta is not in the file, and model_type = "
            f"{short(fields.model_type)} is not known here; add it (the paper's is 10000)"
        )
    own = fields.named("rope_theta") if not kind and fields.named("rope_theta") else None
    name = fields.place + own if own else f"{place}.rope_theta"
    base = number(name, block["rope_theta"])
    if not 1 < base <= LARGEST_BASE:
        raise ValueError(f"{name} must be above 1 and at most {LARGEST_BASE:g}, got {base:g}")
    scheme = _type(block, place)
    original = _original_length(fields, block, place)
    found = {"base": base} | _scaling(fields, block, place, scheme, original, configured_length)
    found["head_dim"], found["rotary_dim"], fraction = _sizes(fields, block, kind, scheme)
    if fraction is not None:
        found["options"]["fraction"] = fraction
    try:
        settings = Settings("", "rope", configured_length=configured_length, **found)
        for length in (1, configured_length, LARGEST):  # longrope holds two lists of factors
            settings.frequencies(length)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{place}: {error}") from None
    return found | {"original": original}


def _name(fields):
    return fields.place + next((n for n in BLOCKS if fields.values.get(n)), BLOCKS[0])


def _stated(block):
    return {name: value for name, value in block.items() if value is not None}


def _merged(fields):
    """rope_parameters and rope_scaling in one; both may stand there while they agree."""
    merged = {}
    for name in BLOCKS:
        block = fields.values.get(name)
        if block is None:
            continue
        if not isinstance(block, dict):
            raise TypeError(f"{fields.place}{name} must be a block of settings, got {short(block)}")
        if not any(isinstance(value, dict) for value in block.values()):
            block = _stated(block)
        if merged and block:
            first, second = (_type(b, n) for b, n in zip((merged, block), BLOCKS, strict=True))
            same(f"{BLOCKS[0]}.rope_type", first, f"{BLOCKS[1]}.rope_type", second)
        for key in merged.keys() & block.keys() - {"type", "rope_type"}:
            same(f"{BLOCKS[0]}.{key}", merged[key], f"{BLOCKS[1]}.{key}", block[key])
        merged |= block
    return merged


def _type(block, place):
    """The kind of scaling, under either of its names."""
    found = {}
    for name in ("rope_type", "type"):
        value = block.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or value not in TYPES:
            raise ValueError(
                f"{place}.{name} = {short(value)} is not known here; known are {', '.join(TYPES)}"
            )
        found[name] = TYPES[value]
    if len(set(found.values())) > 1:
        same(f"{place}.rope_type", block["rope_type"], f"{place}.type", block["type"])
    return next(iter(found.values()), "default")


def _filled(fields, block, default, kind):
    """A block with its gaps filled as the class would: all of it if it states no scaling."""
    default, plain = default or {}, ("rope_theta", "partial_rotary_factor")
    for name in plain if block.keys() - set(plain) else default:
        elsewhere = name == "partial_rotary_factor" and fields.named("rotary_dim")
        if name in block or name not in default or elsewhere:
            continue
        block = block | {name: default[name]}
        if (name, default[name]) not in (("rope_type", "default"), ("partial_rotary_factor", 1.0)):
            fields.take(f"{name} of its {kind} layers" if kind else name, default[name])
    return block


def _scaling(fields, block, place, scheme, original, configured_length):
    if scheme == "yarn" and "long_factor" in block:
        scheme = "longrope"  # as early Phi-3 files call it
    if scheme == "dynamic" and "alpha" in block:
        scheme = "ntk"  # Hunyuan's: a fixed stretch of the base under another name
    options = OPTIONS.get(scheme, ())
    factor_name = "alpha" if scheme == "ntk" else "factor"
    if not {"type", "rope_type"} & block.keys():
        typed = OF_SOME_TYPE & block.keys()
        if typed - {"factor"} or block.get("factor", 1) != 1:
            raise ValueError(
                f"{place} has {', '.join(sorted(typed))} and no type, so Transformers would scale "
                "nothing; add rope_type, or delete what does not belong"
            )
    for name in sorted(block.keys() - COMMON - OF_SOME_TYPE):
        if block[name] != NEUTRAL.get(name, ...):
            fields.bar(f"{place}.{name} = {short(block[name])}")
    used = {*options, factor_name} if scheme != "default" else set()
    idle = [
        f"{name} = {short(block[name])}"
        for name in sorted(block.keys() & OF_SOME_TYPE - used)
        if block[name] != NEUTRAL.get(name, ...)
    ]
    if idle:
        fields.note(f"{place}: {', '.join(idle)} is nothing that the type {scheme!r} reads.")
    missing = [name for name in REQUIRED.get(scheme, ()) if name not in block]
    if missing:
        verb = "are" if missing[1:] else "is"
        raise ValueError(
            f"{place}.{' and '.join(missing)} {verb} missing; the type {scheme!r} cannot be "
            "computed without"
        )
    found = {"kind": scheme, "options": {}}
    for name in options:
        if name in block:
            found["options"][name] = _option(f"{place}.{name}", block[name])
    if scheme in NEED_LENGTH:
        found["scaling_length"] = _start(fields, place, scheme, original, configured_length)
    if scheme != "default":
        found["scale"] = _factor(block, place, scheme, factor_name, original, configured_length)
    return found


def _option(name, value):
    """A number of a sane size; scaling.frequencies judges the rest."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0:
        value = number(name, value)
        if not 1 / LARGEST_FACTOR <= abs(value) <= LARGEST_FACTOR:
            raise ValueError(f"{name} = {value:g} is out of any sane range; correct it")
    return value


def _start(fields, place, scheme, original, configured_length):
    """The length that the scaling is computed from."""
    if scheme == "dynamic":
        if original and configured_length and original != configured_length:
            fields.note(
                "Transformers computes the type 'dynamic' from max_position_embeddings = "
                f"{configured_length}, not from the original length of {original}."
            )
        length, wanted = configured_length, "max_position_embeddings"
    else:
        if configured_length and not original:
            fields.note(
                f"{place} has no original_max_position_embeddings; as Transformers does, "
                f"{configured_length} positions are taken for it."
            )
        length, wanted = original or configured_length, "original_max_position_embeddings"
    if not length:
        raise ValueError(
            f"{place} is of the type {scheme!r} and starts from a length; add {wanted}"
        )
    return length


def _original_length(fields, block, place):
    """The length before any scaling: inside the block, beside it, or nowhere (None)."""
    name = "original_max_position_embeddings"
    beside = fields.whole(name)
    if name not in block:
        return beside
    inside = whole(f"{place}.{name}", block[name])
    if beside is not None:
        same(f"{place}.{name}", inside, fields.place + fields.named(name), beside)
    return inside


def _factor(block, place, scheme, name, original, configured_length):
    value = block.get(name)
    if value is None and scheme == "proportional":
        return 1.0
    if value is None and scheme in ("yarn", "longrope") and original and configured_length:
        return max(configured_length / original, 1.0)  # as Transformers does
    if value is None:
        raise ValueError(
            f"{place}.{name} is missing; the type {scheme!r} needs it, for example 4.0"
        )
    value = number(f"{place}.{name}", value)
    if not 1 <= value <= LARGEST_FACTOR:
        raise ValueError(
            f"{place}.{name} must be at least 1 and at most {LARGEST_FACTOR:g}, got {value:g}; 4.0 "
            "makes room for four times the training length"
        )
    return value


def _sizes(fields, block, kind, scheme):
    """head_dim, rotary_dim, and for a proportional RoPE the fraction of its pairs that turn."""
    if fields.get("qk_rope_head_dim"):  # DeepSeek: the part of a head that turns is kept apart
        rotary_dim = _validate.even(
            f"{fields.place}qk_rope_head_dim", fields.whole("qk_rope_head_dim")
        )
        rest = fields.whole("qk_nope_head_dim") if fields.get("qk_nope_head_dim") else 0
        _aside(fields, block, rotary_dim, rotary_dim + rest)
        return _bounded(rotary_dim + rest), rotary_dim, None

    head_dim = _bounded(_of_kind(fields, kind) or fields.whole("head_dim") or _divided(fields))
    fraction = block.get("partial_rotary_factor")
    name = fields.place + (fields.named("partial_rotary_factor") or "partial_rotary_factor")
    if fraction is not None:
        fraction = number(name, fraction)
        if not 0 < fraction <= 1:
            raise ValueError(f"{name} must be above 0 and at most 1, got {fraction:g}")
    if scheme == "proportional":
        fraction = 1.0 if fraction is None else fraction
        if fraction * head_dim < 2:
            raise ValueError(
                f"{name} = {fraction:g} of {head_dim} entries leaves no pair that turns"
            )
        return head_dim, _validate.even("head_dim", head_dim), fraction
    sizes = {} if fraction is None else {name: int(head_dim * fraction)}
    if fraction is None or fields.named("rotary_dim"):
        sizes[f"{fields.place}rotary_dim"] = fields.whole("rotary_dim") or head_dim
    if len(sizes) == 2:
        (name, size), (other, other_size) = sizes.items()
        same(f"the rotary size by {name}", size, f"that by {other}", other_size)
    name, size = next(iter(sizes.items()))
    if size > head_dim:
        raise ValueError(f"{name} lets {size} entries turn, but a head has {head_dim}")
    if size < 1:
        raise ValueError(f"{name} = {short(fraction)} of {head_dim} entries leaves none that turn")
    return head_dim, _validate.even(f"the rotary size (by {name})", size), None


def _aside(fields, block, rotary_dim, head_dim):
    """Note a size that is not that of a decoupled key's head."""
    named = fields.named("head_dim")
    sizes = {named: fields.whole("head_dim")} if named else {}
    fraction = block.get("partial_rotary_factor")
    aside = {name: size for name, size in sizes.items() if size not in (rotary_dim, head_dim)}
    if fraction not in (None, 1, rotary_dim / head_dim):
        aside["partial_rotary_factor"] = fraction
    if aside:
        said = " and ".join(f"{name} = {short(size)}" for name, size in aside.items())
        fields.note(
            f"A decoupled key turns whole, {rotary_dim} of {head_dim} entries; {said} belongs to "
            "its linear-attention layers, if to any. A program that takes it for the rotary size "
            "fails or turns too much."
        )


def _of_kind(fields, kind):
    """The size of a head in the layers of one kind, where it is not that of the others."""
    by_layer, kinds = fields.values.get("per_layer_config"), fields.values.get("layer_types")
    if isinstance(by_layer, dict) and isinstance(kinds, list):
        fields.asked("per_layer_config")
        for layer, own in by_layer.items():
            at = int(layer) if str(layer).isdecimal() else -1
            here = 0 <= at < len(kinds) and kinds[at] == kind
            if here and isinstance(own, dict) and "head_dim" in own:
                name = f"{fields.place}per_layer_config.{layer}.head_dim"
                return whole(name, own["head_dim"])
    return fields.whole("global_head_dim") if kind == "full_attention" else None


def _divided(fields):
    hidden, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads")
    if hidden is None or heads is None:
        raise ValueError(
            f"the size of a head is missing: {fields.place}head_dim is not in the file, nor are "
            "both hidden_size and num_attention_heads; add head_dim"
        )
    if hidden % heads:
        raise ValueError(
            f"hidden_size = {hidden} does not divide into {heads} heads; add head_dim to the file"
        )
    return hidden // heads


def _bounded(head_dim):
    if head_dim > LARGEST_HEAD:
        raise ValueError(f"a head of {head_dim:,} entries is no head; check head_dim")
    return head_dim
