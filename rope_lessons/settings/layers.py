"""Which layers of a model attend, and which of those turn queries and keys?

A file may carry ``rope_theta`` and switch RoPE off by another field, or by its model's own code;
and in a hybrid most layers keep a state instead of attending. :func:`switched_off` says why no
layer turns, :func:`kinds` which kind each layer is of, :func:`still` which of them stand still.

Sources: the modelling code of each type, in Transformers 5.23 or 5.24 where that has it, else the
code published with the model.
"""

from rope_lessons.settings.fields import Fields, short

ATTEND = ("full_attention", "sliding_attention", "chunked_attention", "attention", "full")
ATTEND += ("hybrid", "hybrid_sliding", "window_attention", "indexed_attention")
ATTEND += ("compressed_sparse_attention", "heavily_compressed_attention", "minimax_m3_sparse")
ATTEND += ("deepseek_sparse_attention", "qwen_sparse_attention", "reference_sliding_attention")
OTHERWISE = ("linear_attention", "mamba", "mamba2", "conv", "recurrent", "ssm", "moe", "mlp")
OTHERWISE += ("linear", "none")
LISTS = ("layer_types", "layers_block_type")
NAMES = (*LISTS, "attn_type_list", "block_configs", "hybrid_override_pattern", "block_types")
NAMES += ("full_attention_interval", "layer_group_size", "attn_layer_period", "attn_layer_offset")
NAMES += ("global_attn_every_n_layers", "linear_attn_config", "attn_layer_indices")
NAMES += ("full_attn_idxs", "sliding_window_pattern")
# Fields that switch RoPE off by this value, whatever the type.
SWITCHES = {
    **dict.fromkeys(("rotary", "use_rope", "use_rotary", "apply_rope"), False),
    **dict.fromkeys(("use_rotary_emb", "use_rotary_embedding", "use_rotary_pos_emb"), False),
    **dict.fromkeys(("mla_use_nope", "no_rope", "use_nope"), True),
}
# By type: a switch that is off unless the file turns it on.
OFF_UNLESS = {
    "zamba2": ("use_mem_rope", True),
    "granitemoehybrid": ("position_embedding_type", "rope"),
}
# Types without any position in their attention, whose files may still carry a base.
NEVER = ("glm5_next_text", "jamba", "kimi_linear", "nemotron_h", "zamba")
# Types whose full-attention layers do not turn while others have a window.
STILL = ("afmoe", "cohere2", "cohere2_moe", "exaone4", "exaone_moe", "flint", "kolibri1")
STILL += ("lara_mini", "llama4_text")
# Types where every n-th layer does not turn unless the file says otherwise.
STILL_EVERY = {"smollm3": 4, "llama4_text": 4, "mistral_large4_text": 4}
# Types whose window is off unless the file turns it on, and the first layer that has it then.
WINDOW_FROM = {
    **dict.fromkeys(("qwen2", "qwen2_5_omni_text", "qwen3"), 28),
    **dict.fromkeys(("qwen2_vl", "qwen2_vl_text", "qwen2_5_vl", "qwen2_5_vl_text"), 80),
    **dict.fromkeys(("qwen2_moe", "qwen3_moe"), None),  # by other rules
}
MOST_LAYERS = 10_000  # far beyond any model's; what is larger is a slip
_LETTERS = {"*": "attention", "M": "mamba", "-": "mlp", "E": "moe"}


def switched_off(fields: Fields) -> str | None:
    """Why no layer turns, or None.

    >>> from rope_lessons.settings.fields import Fields
    >>> switched_off(Fields({"model_type": "zamba2", "rope_theta": 10000}))
    "model_type 'zamba2' turns only with use_mem_rope = true"
    """
    fields.asked(*SWITCHES)
    if fields.model_type in NEVER:
        return f"model_type {fields.model_type!r} has no position in its attention"
    if fields.model_type in OFF_UNLESS:
        name, value = OFF_UNLESS[fields.model_type]
        if fields.get(name) != value:
            return f"model_type {fields.model_type!r} turns only with {name} = {short(value)}"
    for name, value in SWITCHES.items():
        if fields.flag(name) is value:
            return f"{name} = {short(value)}"
    if fields.model_type == "olmo_hybrid":  # nothing turns by a base of null, elsewhere a gap
        block = fields.values.get("rope_parameters", {})
        if block is None or (isinstance(block, dict) and block.get("rope_theta", 0) is None):
            return "its base is null"
    if fields.values.get("qk_rope_head_dim") == 0:
        return "qk_rope_head_dim = 0"
    return None


def sliding_window(fields: Fields) -> int | None:
    """Positions a query looks back over in the layers that have a window, or None."""
    fields.asked("sliding_window")
    if both_sides := fields.whole("local_attention"):  # ModernBERT looks ahead, too
        return both_sides // 2 + 1
    used = fields.flag("use_sliding_window")
    if used is None and fields.model_type in WINDOW_FROM:
        used = False
    return None if used is False else fields.whole("sliding_window")


def kinds(fields: Fields) -> list[str] | None:
    """The kind of every layer, as far as the file says: a list of names, or None.

    >>> from rope_lessons.settings.fields import Fields
    >>> kinds(Fields({"full_attention_interval": 2, "num_hidden_layers": 3}))
    ['linear_attention', 'full_attention', 'linear_attention']
    """
    found = [listed for listed in (_named(fields), _listed(fields), _ruled(fields)) if listed]
    for other in found[1:]:
        first, second = ([kind in ATTEND for kind in listed] for listed in (found[0], other))
        if len(first) == len(second) and first != second:
            raise ValueError(
                "the file contradicts itself on which layers attend, in two of the fields "
                f"{', '.join(name for name in NAMES if name in fields.values)}; correct or delete "
                "the one that is wrong"
            )
    return found[0] if found else None


def _named(fields):
    """Kinds by name."""
    fields.asked(*NAMES)
    for name in LISTS:
        listed = fields.values.get(name)
        if listed is None or listed == []:
            continue
        if not isinstance(listed, list) or not all(isinstance(kind, str) for kind in listed):
            raise TypeError(f"{fields.place}{name} must be a list of names, got {short(listed)}")
        return listed
    return None


def _listed(fields):
    """Kinds by a field that has an entry for each layer."""
    if ones := per_layer(fields, "attn_type_list"):  # MiniMax-01
        return ["full_attention" if one == 1 else "linear_attention" for one in ones]
    if blocks := per_layer(fields, "block_configs"):  # as a search left them
        return ["full_attention" if _block_attends(block) else "none" for block in blocks]
    pattern = fields.get("hybrid_override_pattern")  # Nemotron-H
    if isinstance(pattern, str) and set(pattern) <= set(_LETTERS):
        return [_LETTERS[letter] for letter in pattern]
    if turns := per_layer(fields, "block_types"):  # Griffin's, said once and repeated
        n = _number_of_layers(fields) or len(turns)
        return [str(turns[i % len(turns)]) for i in range(n)]
    return None


def _block_attends(block):
    attention = block.get("attention") if isinstance(block, dict) else None
    if not isinstance(attention, dict):
        return True
    return not (attention.get("no_op") or attention.get("replace_with_linear"))


def _ruled(fields):
    n = _number_of_layers(fields)
    rule = _rule(fields, n)
    if rule is None:
        return None
    if n is None:
        fields.note(
            "Only some of its layers attend in full, and without num_hidden_layers nobody can say "
            "how many."
        )
        return None
    attends, otherwise = rule
    return ["full_attention" if attends(i) else otherwise for i in range(n)]


def _rule(fields, n):
    """(whether layer i attends in full, what the others do), by a field that gives a rule."""
    if every := fields.whole("full_attention_interval"):  # Qwen3-Next
        return lambda i: (i + 1) % every == 0, "linear_attention"
    if size := fields.whole("layer_group_size"):  # Ling and Ring: the rest of a group attends, too
        return lambda i: (i + 1) % size == 0 or i >= (n or 0) // size * size, "linear_attention"
    if period := fields.whole("attn_layer_period"):  # Jamba
        offset = fields.get("attn_layer_offset") or 0
        return lambda i: i % period == offset, "mamba"
    own = fields.values.get("linear_attn_config")
    if isinstance(own, dict) and isinstance(own.get("full_attn_layers"), list):  # Kimi, from 1 on
        return lambda i: i + 1 in own["full_attn_layers"], "linear_attention"
    for name in ("attn_layer_indices", "full_attn_idxs"):  # Bamba, LFM2
        if (indices := per_layer(fields, name)) is not None:
            return lambda i: i in indices, "conv" if name == "full_attn_idxs" else "mamba"
    if every := fields.whole("global_attn_every_n_layers"):  # ModernBERT, from the first on
        return lambda i: i % every == 0, "sliding_attention"
    window = sliding_window(fields)
    pattern = fields.get("sliding_window_pattern")
    if isinstance(pattern, int) and pattern > 0 and window:
        return lambda i: (i + 1) % pattern == 0, "sliding_attention"
    if isinstance(pattern, str) and pattern and window:  # EXAONE: "LLLG"
        return lambda i: pattern[i % len(pattern)] == "G", "sliding_attention"
    return None


def _number_of_layers(fields):
    n = fields.whole("num_hidden_layers")
    if n is not None and n > MOST_LAYERS:
        raise ValueError(f"a model of {n:,} layers is no model; check num_hidden_layers")
    return n


def per_layer(fields: Fields, name: str) -> list | None:
    """A list with an entry a layer, or None."""
    value = fields.get(name)
    if value is not None and not isinstance(value, list):
        raise TypeError(
            f"{fields.place}{name} must be a list, one entry a layer, got {short(value)}"
        )
    return value


def count(fields: Fields, listed: list[str] | None) -> dict[str, int | None]:
    """How many layers there are, attend, and turn: ``None`` where the file does not say.

    Parameters
    ----------
    fields : Fields
    listed : list of str or None
        From :func:`kinds`.

    Returns
    -------
    dict
        n_layers, n_attending, n_turning.

    >>> from rope_lessons.settings.fields import Fields
    >>> count(Fields({"num_hidden_layers": 36, "model_type": "smollm3"}), None)
    {'n_layers': 36, 'n_attending': 36, 'n_turning': 27}
    """
    n = _number_of_layers(fields)
    if listed is None:
        if set(OTHERWISE) & set(fields.defaults.get("layer_types", ())):
            fields.note(
                f"By default some layers of model_type {fields.model_type!r} do not attend, and "
                "the file does not say which; what follows is for those that do."
            )
            return {"n_layers": n}
        attend = list(range(n or 0))
    else:
        if n is not None and n != len(listed):
            fields.note(f"num_hidden_layers = {n}, but its layers are listed as {len(listed)}.")
        n = len(listed)
        unknown = sorted(set(listed) - {*ATTEND, *OTHERWISE})
        if unknown:
            fields.note(f"Layers of the kind {', '.join(unknown)} are not known here.")
            return {"n_layers": n}
        attend = [i for i, kind in enumerate(listed) if kind in ATTEND]
    if n is None:
        return {}
    resting = still(fields, listed, n)
    turning = None if resting is None else sum(not resting[i] for i in attend)
    return {"n_layers": n, "n_attending": len(attend), "n_turning": turning}


def still(fields: Fields, listed: list[str] | None, n: int) -> list[bool] | None:
    """For each of ``n`` layers, whether it leaves queries and keys unturned; None: not told."""
    flags = per_layer(fields, "no_rope_layers")  # 1 where a layer turns
    flags = flags or per_layer(fields, "layer_rope_theta")  # nought where it does not
    if flags:
        fields.asked("no_rope_layer_interval")
        return [not flag for flag in flags] if len(flags) == n else None
    if fields.model_type in STILL_EVERY or fields.named("no_rope_layer_interval"):
        every = fields.whole("no_rope_layer_interval") or STILL_EVERY[str(fields.model_type)]
        return [(i + 1) % every == 0 for i in range(n)]
    if fields.model_type in STILL and sliding_window(fields):
        return None if listed is None else [kind == "full_attention" for kind in listed]
    resting = fields.values.get("rope_parameters")
    resting = resting if isinstance(resting, dict) else {}
    return [kind in resting and resting[kind] is None for kind in listed or [""] * n]
