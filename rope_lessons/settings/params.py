"""What does a maker's own ``params.json`` say, in the words of a ``config.json``?

Meta's and Mistral's call the same things by the same names; what tells them apart are the fields
that only one of them has. Both turn neighbouring entries, so both are interleaved. A
``params.json`` leaves to the code what never changed there: the bases, and Llama 3's scaling.

Sources: Meta's llama-models, ``models/llama3/model.py``, ``models/llama4/args.py``, ``model.py``
and issues 166 and 241; Mistral's mistral-inference, ``transformer.py``; vLLM's
``transformers_utils/configs/mistral.py``.
"""

from dataclasses import dataclass, field

from rope_lessons import _validate
from rope_lessons.settings.fields import short
from rope_lessons.settings.layers import MOST_LAYERS

META = ("multiple_of", "ffn_dim_multiplier", "use_scaled_rope", "nope_layer_interval", "ffn_exp")
WORDS = {
    "hidden_size": "dim",
    "num_attention_heads": "n_heads",
    "num_hidden_layers": "n_layers",
    "no_rope_layers": "nope_layer_interval",
    "max_position_embeddings": "max_seq_len",
}
READ = {*("dim", "n_layers", "n_heads", "head_dim", "rope_theta", "sliding_window", "yarn")}
READ |= {*META, "rope_scaling_factor", "rope_high_freq_factor", "attention_chunk_size"}
READ |= {"max_seq_len", "max_position_embeddings", "model_type", "llama_4_scaling"}
READ |= {"qk_rope_head_dim", "qk_nope_head_dim", "moe_args"}
# They say nothing of angles.
HARMLESS = {*("n_kv_heads", "norm_eps", "vocab_size", "hidden_dim", "max_batch_size", "moe")}
HARMLESS |= {*("q_lora_rank", "kv_lora_rank", "v_head_dim", "activation", "tied_embeddings")}
HARMLESS |= {*("use_biases", "causal", "dtype", "quantization", "quantization_args", "lora_args")}
HARMLESS |= {*("use_qk_norm", "_name_or_path")}
YARN = {"factor": "factor", "beta": "beta_fast", "alpha": "beta_slow"}
YARN["original_max_position_embeddings"] = "original_max_position_embeddings"
SMALL_LLAMA_3_2 = ((2048, 16), (3072, 28))  # dim and n_layers of the 1B and the 3B


@dataclass(frozen=True)
class Translation:
    """A maker's settings in the words of a ``config.json``.

    Attributes
    ----------
    fields : dict
        For :func:`rope_lessons.settings.reader.read`.
    words : dict of str to str
        How the file calls what Transformers calls otherwise.
    pairing, encoding : str or None
        Where the maker's code decides, as in
        :class:`~rope_lessons.settings.model_settings.Settings`.
    name : str
    unread : list of str
        What may change the speeds and is not read, as in Settings.
    notes : list of str
        What was supplied, and what else was not read.
    """

    fields: dict
    words: dict
    pairing: str | None = None
    encoding: str | None = None
    name: str = ""
    unread: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def recognises(config: object) -> bool:
    """Whether these are the fields of a ``params.json``.

    Parameters
    ----------
    config : object

    Returns
    -------
    bool

    >>> recognises({"dim": 64, "n_layers": 2, "n_heads": 4}), recognises({"hidden_size": 64})
    (True, False)
    """
    if not isinstance(config, dict) or not {"dim", "n_layers", "n_heads"} <= config.keys():
        return False
    return config.get("model_type") in (None, "transformer")


def translate(config: dict) -> Translation:
    """A ``params.json`` in the words of a ``config.json``.

    Parameters
    ----------
    config : dict

    Returns
    -------
    Translation

    Raises
    ------
    TypeError, ValueError
        A switch that is none, or a base that neither file nor code gives.

    >>> llama = {"dim": 4096, "n_layers": 32, "n_heads": 32, "rope_theta": 500000.0}
    >>> translate(llama | {"use_scaled_rope": True}).fields["rope_scaling"]["factor"]
    8.0
    """
    stated = {name: value for name, value in config.items() if value is not None}
    maker = _meta if any(name in stated for name in META) else _mistral
    notes, unread = [], []
    fields = {
        "hidden_size": stated.get("dim"),
        "num_attention_heads": stated.get("n_heads"),
        "num_hidden_layers": stated.get("n_layers"),
        "rope_theta": stated.get("rope_theta"),
    }
    for name in ("head_dim", "qk_rope_head_dim", "qk_nope_head_dim"):
        if name in stated:
            fields[name] = stated[name]
    maker(stated, fields, notes, unread)
    for name in sorted(stated.keys() - READ - HARMLESS):
        said = f"{name} = {short(stated[name])}"
        if any(word in name for word in ("rope", "rotary", "yarn", "theta")):
            unread.append(said)
        elif name in PARTS:
            notes.append(f"{name} is a part of its own, with positions of its own, and not read.")
        else:
            notes.append(f"{said} is not read.")
    words = WORDS | {f"rope_scaling.{new}": f"yarn.{old}" for old, new in YARN.items()}
    return Translation(
        fields, words, pairing="interleaved", encoding="rope", unread=unread, notes=notes
    )


PARTS = ("vision_encoder", "vision_args", "multimodal", "vision_chunk_size")


def _meta(stated, fields, notes, _):
    if fields["rope_theta"] is None:
        vocabulary = stated.get("vocab_size")
        old = vocabulary in (-1, 32000)
        if not old and vocabulary != 128256:
            raise ValueError(
                "rope_theta is missing, and this vocab_size does not tell whose code supplies it; "
                "add 10000.0 for Llama 1 and 2, 500000.0 for Llama 3"
            )
        fields["rope_theta"] = 10000.0 if old else 500000.0
        notes.append(
            f"rope_theta is not in the file; Meta's code for a vocabulary of {vocabulary} takes "
            f"{fields['rope_theta']:,.0f}."
        )
    scaled = stated.get("use_scaled_rope", False)
    if not isinstance(scaled, bool):
        raise TypeError(f"use_scaled_rope must be true or false, got {short(scaled)}")
    llama4 = "moe_args" in stated or "nope_layer_interval" in stated
    if scaled:
        fields["rope_scaling"] = _llama3(stated, llama4, notes)
    if llama4:
        _llama4(stated, fields)
    notes.append(
        "A params.json names no length: max_seq_len is chosen by whoever runs the model. Give "
        "train_length where you know it."
        if not scaled
        else "The configured length is not in the file: max_seq_len is chosen by whoever runs it."
    )


def _llama3(stated, llama4, notes):
    """The scaling behind use_scaled_rope, whose numbers stand in Meta's code alone."""
    size = (stated.get("dim"), stated.get("n_layers"))
    factor, high = (16.0, 1.0) if llama4 else (8.0, 4.0)
    if not llama4 and size in SMALL_LLAMA_3_2 and stated.get("vocab_size") == 128256:
        factor = 32.0
        notes.append(
            "use_scaled_rope: factor 32, as Llama 3.2's 1B and 3B were published; Meta's reference "
            "code says 8 for every model, with which these two degrade at 80,000 tokens."
        )
    else:
        notes.append(
            f"use_scaled_rope: the factor {factor:g} and the length 8,192 stand in Meta's code, "
            "not in the file."
        )
    return {
        "rope_type": "llama3",
        "factor": stated.get("rope_scaling_factor", factor),
        "low_freq_factor": 1.0,
        "high_freq_factor": stated.get("rope_high_freq_factor", high),
        "original_max_position_embeddings": 8192,
    }


def _llama4(stated, fields):
    fields["model_type"] = "llama4_text"
    n = _number_of_layers(stated)
    every = _validate.count("nope_layer_interval", stated.get("nope_layer_interval", n + 1))
    turn = [(i + 1) % every > 0 for i in range(n)]
    fields["no_rope_layers"] = [int(turns) for turns in turn]
    if "attention_chunk_size" in stated:
        fields["attention_chunk_size"] = stated["attention_chunk_size"]
        fields["layer_types"] = [
            "chunked_attention" if turns else "full_attention" for turns in turn
        ]


def _number_of_layers(stated):
    return _validate.count("n_layers", stated.get("n_layers"), MOST_LAYERS)


def _mistral(stated, fields, notes, unread):
    window = stated.get("sliding_window")
    if (
        isinstance(window, list) and window
    ):  # one for each layer of a pattern, null where it sees everything
        kinds = ["full_attention" if w is None else "sliding_attention" for w in window]
        sizes = {w for w in window if isinstance(w, int)}
        if len(sizes) != 1 and set(kinds) != {"full_attention"}:
            raise ValueError(f"sliding_window must name one size, got {short(window)}")
        repeats = max(_number_of_layers(stated) // len(window), 1)
        fields["layer_types"], window = kinds * repeats, next(iter(sizes), None)
    elif window is not None:
        fields["layer_types"] = ["sliding_attention"] * _number_of_layers(stated)
    fields["sliding_window"] = window
    if fields["rope_theta"] is None:
        fields["rope_theta"] = 1000000.0 if window is None else 10000.0
        notes.append(
            f"rope_theta is not in the file; taken is {fields['rope_theta']:,.0f}: Mistral's code "
            "takes 1,000,000, and its earliest, for models with a window, 10,000."
        )
    for name in ("max_position_embeddings", "max_seq_len"):
        if name in stated:
            fields["max_position_embeddings"] = stated[name]
            break
    if "yarn" in stated:
        fields["rope_scaling"] = _yarn(stated["yarn"], unread)
    if "llama_4_scaling" in stated:
        notes.append(
            "llama_4_scaling makes queries grow with their position; it turns nothing, and nothing "
            "here allows for it."
        )


def _yarn(block, unread):
    if not isinstance(block, dict):
        raise TypeError(f"yarn must be a block of settings, got {short(block)}")
    scaling = {"rope_type": "yarn", "mscale_all_dim": 1.0}  # as vLLM fills it in
    scaling |= {new: block[old] for old, new in YARN.items() if old in block}
    if not block.get("apply_scale", True):
        scaling["attention_factor"] = 1.0
    for name in sorted(block.keys() - YARN.keys() - {"apply_scale"}):
        unread.append(f"yarn.{name} = {short(block[name])}")
    return scaling
