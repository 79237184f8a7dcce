"""What does a config.json say about position?

:func:`read` takes the fields at their word. Where they contradict each other, or an impossible
value stands, it stops and says which. Where something is missing it takes what Transformers would
and lists it; what it does not read, it names. All that ends up in ``Settings.warnings``.
"""

import difflib
from dataclasses import replace

from rope_lessons import _validate
from rope_lessons.configs import blocks, caveats
from rope_lessons.configs.fields import ROPE, Fields, model_types, short
from rope_lessons.settings import Settings

POSITION_TYPES = {  # position_embedding_type, in the words of Settings
    **{"absolute": "learned", "learned_absolute": "learned", "alibi": "alibi", "nope": "none"},
    **{"rope": "rope", "rotary": "rope"},
}
# Models whose full-attention layers do not turn at all, in Transformers' code for them.
STILL = ("afmoe", "cohere2", "exaone4", "exaone_moe", "llama4_text")


def read(config, *, name="", train_length=None, encoding=None, pairing=None, original_pairing=None):
    """Settings from the fields of a config.json.

    Parameters
    ----------
    config : dict
    name : str
    train_length : int, optional
        Positions in training before any scaling, where you know better than the file.
    encoding, pairing, original_pairing : str, optional
        As in :class:`~rope_lessons.settings.Settings`, for a file without a ``model_type``.

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
    model = {
        "name": name or str(fields.values.get("_name_or_path") or fields.model_type or ""),
        "encoding": encoding or _encoding(fields),
        "n_heads": fields.named("num_attention_heads") and fields.whole("num_attention_heads"),
        "configured_length": fields.whole("max_position_embeddings"),
    }
    if model["encoding"] != "rope":
        if train_length is None and model["encoding"] in ("alibi", "learned", "sinusoidal"):
            train_length = model["configured_length"]
            model["train_length_from"] = "max_position_embeddings"
        return Settings(**model, train_length=train_length, warnings=tuple(fields.notes))

    model["pairing"] = pairing or _pairing(fields)
    model["original_pairing"] = original_pairing
    layers = {
        kind: blocks.read_block(fields, block, kind, model["configured_length"])
        | {"window": window}
        for kind, block, window in _layers(fields)
    }
    main = layers.get("full_attention") or next(iter(layers.values()))
    originals = [found.pop("original") for found in (main, *layers.values()) if "original" in found]
    configured_length = model["configured_length"]
    model |= _train_length(fields, main, originals, train_length, configured_length)
    of_kind = {kind: Settings(**model, **found) for kind, found in layers.items()}
    settings = Settings(**model, **main, layers=of_kind if len(of_kind) > 1 else {})
    notes = [*fields.taken(), *fields.notes, *fields.unread(), *caveats.about(settings, fields)]
    return replace(settings, warnings=tuple(notes))


def _encoding(fields):
    """How position enters: what the file says outright, else what its model_type does."""
    by_type = fields.defaults.get("encoding")
    claims = {}
    named = fields.get("position_embedding_type")
    if named is not None:
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
    turns = [n for n in ROPE if fields.named(n)] if fields.flag("rotary") is not False else []
    if turns and not claims:
        claims[fields.named(turns[0])] = "rope"
    if by_type and not (by_type == "rope" and claims):
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
    return fields.defaults.get("pairing")


def _layers(fields):
    """[(kind, block, window)] by kind of layer that turns; one of kind "" if all are alike."""
    gathered = blocks.gather(fields)
    sliding = None if fields.flag("use_sliding_window") is False else fields.whole("sliding_window")
    if both_sides := fields.whole("local_attention"):  # ModernBERT looks ahead, too
        sliding = both_sides // 2 + 1
    windows = {
        "sliding_attention": sliding,
        "chunked_attention": fields.whole("attention_chunk_size"),
    }
    kinds = fields.get("layer_types") or []
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise TypeError(f"{fields.place}layer_types must be a list of names, got {short(kinds)}")
    if "" not in gathered:
        return [(kind, block, windows.get(kind)) for kind, block in gathered.items()]

    if sliding and not kinds:
        fields.note(
            f"sliding_window = {sliding}, and nothing says which layers it is for; what follows is "
            "for layers that see everything before them."
        )
    kinds = [kind for kind in ("full_attention", *windows) if kind in kinds]
    if fields.model_type in STILL and any(windows.get(kind) for kind in kinds):
        kinds = [kind for kind in kinds if kind != "full_attention"] or kinds
        fields.note("Its full_attention layers do not turn at all; what follows is for the others.")
    still = fields.values.get("no_rope_layers")
    if isinstance(still, list) and 0 in still:
        fields.note(f"{still.count(0)} of its {len(still)} layers do not turn at all.")
    if len(kinds) < 2:
        return [("", gathered[""], windows.get(kinds[0]) if kinds else None)]
    return [(kind, gathered[""], windows.get(kind)) for kind in kinds]


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
