"""Under which name does a file keep a value, and what if it leaves it out?

A ``config.json`` leaves out what equals the default of its class, nests the text model inside
others, and calls one thing by many names. :class:`Fields` answers by one name, in this order: the
file (first the name itself, then its aliases), the defaults of Transformers for that
``model_type``, ``None``. It remembers what came from the defaults and what it passed over.

Source of the defaults: Transformers 5.24, by ``tests/reference/make_model_types.py``.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from rope_lessons import _validate

NESTED = ("text_config", "llm_config", "language_config", "thinker_config", "vlm_config")
DECODERS = {"decoder": "encoder", "decoder_config": "encoder_config"}  # and what stands beside
ALIASES = {
    "hidden_size": ("n_embd", "d_model", "dim"),
    "num_hidden_layers": ("n_layer", "n_layers", "num_layers"),
    "num_attention_heads": ("n_head", "n_heads", "num_heads"),
    "head_dim": ("attention_head_dim", "kv_channels"),
    "max_position_embeddings": (
        *("n_positions", "max_seq_len", "max_sequence_length", "seq_length", "n_ctx"),
        "model_max_length",
    ),
    "original_max_position_embeddings": ("max_trained_positions", "initial_context_length"),
    "partial_rotary_factor": ("rotary_pct", "rope_pct", "rotary_emb_fraction"),
    "rope_theta": ("rotary_emb_base", "global_rope_theta"),
    "rope_local_base_freq": ("local_rope_theta", "swa_rope_theta"),
    "rope_interleave": ("rotary_emb_interleaved",),
}
BLOCKS = ("rope_parameters", "rope_scaling")
# Where one of these stands, the model turns queries and keys.
ROPE = (*BLOCKS, "rope_theta", "rope_local_base_freq", "partial_rotary_factor", "rotary_dim")
ROPE += ("rotary", "qk_rope_head_dim")
MLA = ("qk_rope_head_dim", "qk_nope_head_dim")
KNOWN_BY_TYPE = ("encoding", "pairing", "layer_types", "rope_parameters")  # no gaps in a file
LARGEST = 10**12  # of any whole number; what is larger is a slip, and may not fit in memory


@cache
def model_types() -> dict[str, dict]:
    """{model_type: what Transformers takes for granted}."""
    text = resources.files("rope_lessons").joinpath("data", "model_types.json")
    return json.loads(text.read_text(encoding="utf-8"))["types"]


class Fields:
    """The fields that speak of text in one ``config.json``.

    Parameters
    ----------
    config : dict

    Attributes
    ----------
    model_type : str or None
    place : str
        Where the fields stand, for messages: "" or "text_config.".
    notes : list of str
        What was passed over.
    barred : list of str
        What was passed over though it may change the speeds.

    Raises
    ------
    TypeError, ValueError
        No dict, a ``model_type`` that is no text, settings in two places that contradict.

    >>> Fields({"model_type": "gptj", "n_embd": 4096}).whole("hidden_size")
    4096
    """

    def __init__(self, config: dict) -> None:
        if not isinstance(config, dict):
            raise TypeError(f"a config must be a dict of settings, got {type(config).__name__}")
        self.place, self.notes, self.barred = "", [], []
        self._taken, self._asked = {}, set()
        outer = []
        while inner := _inner(config):
            if len(inner) > 1:
                raise ValueError(f"{' and '.join(inner)} both hold settings; pass one of them")
            outer.append((self.place, config))
            self.place, config = f"{self.place}{inner[0]}.", config[inner[0]]
            if beside := DECODERS.get(inner[0]):
                self.note(f"What follows is for the decoder; the file has an {beside}, too.")
        if isinstance(part := config.get("attn_config"), dict):  # of MPT and DBRX
            config = config | {k: v for k, v in part.items() if k in (*ROPE, "alibi")}
        self.values = config
        for place, above in outer:
            for name in ROPE:
                if None not in (above.get(name), config.get(name)):
                    same(place + name, above[name], self.place + name, config[name])
        self.model_type = config.get("model_type")
        if not isinstance(self.model_type, (str, type(None))):
            raise TypeError(f"{self.place}model_type must be text, got {short(self.model_type)}")
        types = model_types()
        # Older files of a model that reads images, too, keep the text settings flat.
        self.defaults = types.get(self.model_type) or types.get(f"{self.model_type}_text") or {}
        if config.get("use_mla") is False:  # DeepSeek-V2's class then runs Llama's attention
            self.values = {k: v for k, v in config.items() if k not in MLA}
            self.defaults = {k: v for k, v in self.defaults.items() if k not in (*MLA, "head_dim")}
            self.defaults |= {"pairing": "half_split"} if "pairing" in self.defaults else {}

    def asked(self, *names: str) -> None:
        """Remember that these were looked at."""
        self._asked.update(names)

    def was_asked(self, name: str) -> bool:
        return name in self._asked

    def named(self, name: str) -> str | None:
        """How the file itself calls this field; None where it does not have it."""
        names = (name, *ALIASES.get(name, ()))
        self.asked(*names)
        return next((n for n in names if self.values.get(n) is not None), None)

    def get(self, name: str) -> Any:
        """The value as it stands, whatever its type."""
        found = self.named(name)
        if found:
            for other in ALIASES.get(name, ()):
                if self.values.get(other) not in (None, self.values[found]):
                    self.note(
                        f"{other} = {short(self.values[other])} is not read: {found} = "
                        f"{short(self.values[found])} stands beside it."
                    )
            return self.values[found]
        if name in self.defaults and name not in self.values:  # for null is an answer
            self._taken[name] = self.defaults[name]
            return self.defaults[name]
        return None

    def whole(self, name: str) -> int | None:
        """A whole number of at least 1, or None."""
        value = self.get(name)
        return None if value is None else whole(self.place + (self.named(name) or name), value)

    def number(self, name: str) -> float | None:
        """A finite number, or None."""
        value = self.get(name)
        return None if value is None else number(self.place + (self.named(name) or name), value)

    def bar(self, text: str) -> None:
        """Remember a field that nobody reads here and that may change the speeds."""
        if text not in self.barred:
            self.barred.append(text)

    def flag(self, name: str) -> bool | None:
        """True, False or None."""
        value = self.get(name)
        if not isinstance(value, (bool, type(None))):
            raise TypeError(f"{self.place}{name} must be true or false, got {short(value)}")
        return value

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def take(self, name: str, value: Any) -> None:
        """Remember a default that was taken from elsewhere than :meth:`get`."""
        self._taken[name] = value

    def taken(self) -> Iterator[str]:
        """A sentence that lists what came from the defaults, if anything did."""
        listed = [f"{k} = {short(v)}" for k, v in self._taken.items() if k not in KNOWN_BY_TYPE]
        if listed:
            yield (
                f"Not in the file, so taken from Transformers' defaults for {self.model_type!r}: "
                f"{', '.join(listed)}."
            )


def _inner(config):
    """Names of the parts that speak of text: one at most, in a file that makes sense."""
    inner = [k for k in NESTED if isinstance(config.get(k), dict) and config[k]]
    if inner or any(name in config for name in ROPE):
        return inner
    both = DECODERS.items()
    return [k for k, beside in both if all(isinstance(config.get(n), dict) for n in (k, beside))]


def whole(name: str, value: Any) -> int:
    """A whole number from JSON, where 4096.0 is one; at least 1."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    value = _validate.count(name, value)
    if value > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:,}, got {short(value)}")
    return value


def number(name: str, value: Any) -> float:
    """A finite number from JSON, where whole numbers may be longer than a float holds."""
    return _validate.number(name, value)


def same(name: str, value: Any, other_name: str, other: Any) -> None:
    """Two fields that mean the same must agree."""
    if value != other:
        raise ValueError(
            f"{name} = {short(value)} and {other_name} = {short(other)} contradict each other; "
            "correct or delete the one that is wrong"
        )


def short(value: Any) -> str:
    """A value in a message, as JSON names it, cut to a readable length."""
    return json.dumps(value) if isinstance(value, (bool, type(None))) else _validate.short(value)
