"""What does a config.json say about position?

:func:`read` takes the fields at their word. Where they contradict each other, or an impossible
value stands, it stops and says which. Where something is missing it takes what Transformers would
and lists it; what it does not read, it names, also when it stops. All that ends up in
``Settings.warnings``.
"""

import difflib
from dataclasses import replace
from typing import Any

from rope_lessons import _validate
from rope_lessons.settings import blocks, caveats, layers
from rope_lessons.settings.fields import ROPE, Fields, model_types, short
from rope_lessons.settings.model_settings import Settings
from rope_lessons.settings.unread import unread

POSITION_TYPES = {  # position_embedding_type, in the words of Settings
    **{"absolute": "learned", "learned_absolute": "learned", "alibi": "alibi", "nope": "none"},
    **{"rope": "rope", "rotary": "rope", "rope_gptj": "rope", "rope_neox": "rope"},
}
# Types that may turn or not, as position_embedding_type or alibi say; elsewhere it is left over.
EITHER = ("esm", "falcon", "granitemoehybrid")
# Types that came without a class, and run the code of another: DeepSeek-V3's.
PAIRING = {"kimi_k2": "interleaved"}


def read(
    config: dict,
    *,
    name: str = "",
    train_length: int | None = None,
    encoding: str | None = None,
    pairing: str | None = None,
    original_pairing: str | None = None,
) -> Settings:
    """Settings from the fields of a config.json.

    Parameters
    ----------
    config : dict
    name : str
    train_length : int, optional
        Positions in training before any scaling, where you know better than the file.
    encoding, pairing, original_pairing : str, optional
        As in :class:`~rope_lessons.settings.model_settings.Settings`, for a file without a
        ``model_type``.

    Returns
    -------
    Settings

    Raises
    ------
    TypeError, ValueError
        A field of the wrong type, an impossible or missing value, fields that contradict each
        other. The message names the field and says what to do.

    >>> read({"model_type": "gptj"}).rotary_dim
    64
    """
    if train_length is not None:
        train_length = _validate.count("train_length", train_length)
    fields = Fields(config)
    try:
        return _read(fields, name, train_length, encoding, pairing, original_pairing)
    except (TypeError, ValueError) as error:
        turning = fields.barred + unread(fields)[0]
        if not turning:
            raise
        raise type(error)(f"{error}; not read: {', '.join(turning)}") from None


def _read(fields, name, train_length, encoding, pairing, original_pairing):
    model: dict[str, Any] = {
        "name": name or str(fields.values.get("_name_or_path") or fields.model_type or ""),
        "encoding": encoding or _encoding(fields),
        "n_heads": fields.named("num_attention_heads") and fields.whole("num_attention_heads"),
        "configured_length": fields.whole("max_position_embeddings"),
    }
    off = model["encoding"] in ("rope", "none") and layers.switched_off(fields)
    if off:
        model["encoding"] = "none"
        fields.note(f"No layer turns: {off}.")
    listed = layers.kinds(fields)
    if model["encoding"] == "rope":
        model |= layers.count(fields, listed)
    elif model["encoding"] == "none" and listed:
        model |= layers.count(fields, listed) | {"n_turning": 0}
    if model["encoding"] != "rope":
        if train_length is None and model["encoding"] in ("alibi", "learned", "sinusoidal"):
            train_length = model["configured_length"]
            model["train_length_from"] = "max_position_embeddings"
        return _warned(Settings(**model, train_length=train_length), fields)

    model["pairing"] = pairing or _pairing(fields)
    model["original_pairing"] = original_pairing
    found = {
        kind: blocks.read_block(fields, block, kind, model["configured_length"])
        | {"window": window}
        for kind, block, window in _layers(fields, listed)
    }
    main = found.get("full_attention") or next(iter(found.values()))
    originals = [part.pop("original") for part in (main, *found.values()) if "original" in part]
    configured_length = model["configured_length"]
    model |= _train_length(fields, main, originals, train_length, configured_length)
    turning, _ = unread(fields)
    model["unread"] = (*fields.barred, *turning)
    of_kind = {kind: Settings(**model, **part) for kind, part in found.items()}
    settings = Settings(**model, **main, layers=of_kind if len(of_kind) > 1 else {})
    return _warned(settings, fields)


def _warned(settings, fields):
    about = caveats.about(settings, fields) if settings.encoding == "rope" else ()
    turning, others = unread(fields)
    notes = [
        *(f"{said} is not read here and may change the speeds." for said in settings.unread),
        *(fields.taken() if settings.encoding == "rope" else ()),
        *fields.notes,
        *about,
    ]
    rest = others if settings.encoding == "rope" else turning + others
    if rest:
        more = f" and {len(rest) - 8} more" if len(rest) > 8 else ""
        notes.append(f"Not read, nor known to say nothing here: {', '.join(rest[:8])}{more}.")
    return replace(settings, warnings=tuple(notes))


def _encoding(fields):
    """How position enters: what the file says outright, else what its model_type does."""
    by_type = fields.defaults.get("encoding")
    if by_type == "axial":
        raise ValueError(
            f"model_type = {short(fields.model_type)} turns by two axes of an image, and how it "
            "shares its pairs out among them is not known here"
        )
    if fields.model_type in layers.NEVER:
        return "none"
    claims = {}
    named = fields.get("position_embedding_type")
    if named is not None and by_type == "rope" and fields.model_type not in EITHER:
        if POSITION_TYPES.get(named if isinstance(named, str) else None) != "rope":
            fields.note(
                f"position_embedding_type = {short(named)} is left over: the code of model_type "
                f"{fields.model_type!r} turns whatever it says."
            )
    elif named is not None:
        if not isinstance(named, str) or named not in POSITION_TYPES:
            raise ValueError(
                f"{fields.place}position_embedding_type = {short(named)} is not known here; known "
                f"are {', '.join(POSITION_TYPES)}"
            )
        claims["position_embedding_type"] = POSITION_TYPES[named]
    alibi = fields.flag("alibi")
    if alibi:
        claims["alibi"] = "alibi"
    if fields.get("relative_attention_num_buckets") is not None:
        claims["relative_attention_num_buckets"] = "t5"
    # Classes that can do both write rope_theta whether they use it or not.
    turns = [n for n in ROPE if fields.named(n) and n != "rotary"]
    if not turns and fields.flag("rotary"):
        turns = ["rotary"]
    if not turns and layers.switched_off(fields):
        return "none"
    if turns and not claims:
        claims[fields.named(turns[0])] = "rope"
    if by_type == "none":
        return "none"  # a base beside it turns nothing
    if by_type and not (by_type == "rope" and claims and fields.model_type in EITHER):
        claims[f"model_type {fields.model_type!r}"] = by_type
    if alibi is False and claims and set(claims.values()) == {"alibi"}:
        claims["alibi = false"] = "something else"
    if len(set(claims.values())) > 1:
        said = ", ".join(f"{where} says {what}" for where, what in claims.items())
        raise ValueError(
            f"the file contradicts itself on how position enters: {said}; correct or delete what "
            "does not belong"
        )
    if claims:
        return next(iter(claims.values()))
    close = difflib.get_close_matches(str(fields.model_type), model_types(), n=1, cutoff=0.8)
    raise ValueError(
        "nothing here says how position is encoded: neither rope_theta nor rope_parameters nor "
        f"alibi is in the file, and model_type = {short(fields.model_type)} is not known here"
        + (f" (is {close[0]!r} meant?)" if close else "")
        + "; if the model uses RoPE, add rope_theta"
    )


def _pairing(fields):
    interleaved = fields.flag("rope_interleave")
    if interleaved is not None:
        return "interleaved" if interleaved else "half_split"
    return fields.defaults.get("pairing") or PAIRING.get(fields.model_type)


def _layers(fields, listed):
    """[(kind, block, window)] by kind of layer that turns; one of kind "" if all are alike."""
    gathered = blocks.gather(fields)
    _by_layer(fields, gathered)
    sliding = layers.sliding_window(fields)
    windows = {
        "sliding_attention": sliding,
        "chunked_attention": fields.whole("attention_chunk_size"),
    }
    known = listed or fields.get("layer_types") or []
    first = fields.get("max_window_layers")
    if first is None:
        first = layers.WINDOW_FROM.get(fields.model_type)
    if sliding and not known and first is not None and fields.model_type != "qwen2_moe":
        known = _from_layer(fields, sliding, _validate.index("max_window_layers", first))
    if "" not in gathered:
        absent = [kind for kind in gathered if known and kind not in known]
        for kind in absent if len(absent) < len(gathered) else ():
            fields.note(
                f"It has a block for {kind} layers, and no such layer: nothing turns by it."
            )
            del gathered[kind]
        return [(kind, block, windows.get(kind)) for kind, block in gathered.items()]

    if sliding and not known:
        fields.note(
            f"sliding_window = {sliding}, and nothing says which layers it is for; what follows is "
            "for layers that see everything before them."
        )
    kinds = [kind for kind in ("full_attention", *windows) if kind in known]
    if fields.model_type in layers.STILL and any(windows.get(kind) for kind in kinds):
        kinds = [kind for kind in kinds if kind != "full_attention"] or kinds
        fields.note("Its full_attention layers do not turn at all; what follows is for the others.")
    if len(kinds) < 2:
        return [("", gathered[""], windows.get(kinds[0]) if kinds else None)]
    return [(kind, gathered[""], windows.get(kind)) for kind in kinds]


def _by_layer(fields, gathered):
    """Lists by layer: a base each (granite_swa), or the numbers of those scaled (Molmo 2)."""
    bases = layers.per_layer(fields, "layer_rope_theta") or []
    if any(
        base and base != block.get("rope_theta") for base in bases for block in gathered.values()
    ):
        fields.bar(f"{fields.place}layer_rope_theta = {short(bases)}")
    scaled, n = layers.per_layer(fields, "rope_scaling_layers"), fields.whole("num_hidden_layers")
    named = [block.get("rope_type") or block.get("type") for block in gathered.values()]
    plain = all(kind in (None, "default") for kind in named)
    if scaled is not None and not plain and (n is None or len(scaled) < n):
        fields.note(
            f"rope_scaling_layers: only {len(scaled)} of {n or 'its'} layers are scaled, and what "
            "follows is for those."
        )


def _from_layer(fields, sliding, first):
    """Kinds of layer where those from number ``first`` on have a window (Qwen)."""
    n = fields.whole("num_hidden_layers")
    if n is not None and first >= n:
        return ["full_attention"]
    fields.note(
        f"max_window_layers = {first}: from layer {first} on (counted from 0) a window of "
        f"{sliding:,}, before that none."
    )
    return ["full_attention", "sliding_attention"] if first > 0 else ["sliding_attention"]


def _train_length(fields, main, originals, given, configured_length):
    """train_length, and where it comes from."""
    if given is not None:
        return {"train_length": given, "train_length_from": "given"}
    original = next(filter(None, originals), None)
    if original:
        return {"train_length": original, "train_length_from": "original_max_position_embeddings"}
    if main["kind"] in ("linear", "ntk") and main["scale"] > 1:
        fields.note(
            "The file does not say which length its scaling starts from: beside the type "
            f"{main['kind']!r}, max_position_embeddings is the trained length in some files and "
            "the stretched one in others. Give train_length."
        )
        return {}
    return {
        "train_length": configured_length,
        "train_length_from": fields.named("max_position_embeddings") or "max_position_embeddings",
    }
