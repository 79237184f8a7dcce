"""Write rope_lessons/data/model_types.json: what Transformers takes for granted, by model_type.

    pip install --group reference numpy     (pip 25.1 or newer)
    python tests/reference/make_model_types.py

A config.json leaves out what equals the default of its class, and never says which entries of a
head form a pair. Both are asked of Transformers here: the defaults from the configuration class,
the pairing was measured by make_every_type.py, which runs first: every type that turns in one axis
is taken from what it wrote. Encodings that are no RoPE are recognised by the modules of an empty
model.
"""

import json
from pathlib import Path

import torch
import transformers
from make_every_type import SWITCHED_ON, by_default, partner
from transformers import AutoModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.models.roformer.modeling_roformer import RoFormerSelfAttention

OTHER = """
    albert bart bert biogpt bloom camembert distilbert electra falcon_mamba gpt2 gpt_bigcode
    gpt_neo jamba longt5 mamba mamba2 marian mbart mpt mt5 openai-gpt opt pegasus roberta
    switch_transformers t5 umt5 xglm xlm-roberta zamba
"""
HAND_WRITTEN = {"gptj", "codegen", "roformer"}  # no configurable base: 10,000 stands in their code


def main():
    types = {}
    for name in OTHER.split():
        config = by_default(name)
        types[name] = {"encoding": encoding(name, config)} | defaults(name, config)
    file = Path(__file__).with_name("every_type.json")
    every = json.loads(file.read_text(encoding="utf-8"))["types"]
    for name, pairing in rope(every).items():
        config = by_default(name)
        types[name] = {"encoding": "rope", "pairing": pairing} | defaults(name, config)
    types |= {name: {"encoding": "axial"} for name in of_images(every)}
    about = [
        "What Transformers takes for granted, by model_type. Written by "
        "tests/reference/make_model_types.py; not edited by hand.",
        "pairing: measured, by turning unit vectors with the model's own code.",
        "The rest: defaults of the configuration class, in the fields of a config.json.",
        f"source: transformers {transformers.__version__}",
    ]
    target = Path(__file__).parents[2] / "rope_lessons" / "data" / "model_types.json"
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(types[k])}" for k in sorted(types))
    text = f'{{\n "about": {json.dumps(about, indent=2)},\n "types": {{\n{lines}\n }}\n}}\n'
    target.write_text(text, encoding="utf-8")


def rope(every):
    """{type that turns by position in a text or a sound: pairing}, for compositions their part."""
    found = {name: entry["pairing"] for name, entry in every.items() if entry["rotary"]}
    for name in SWITCHED_ON:
        found[name] = found.pop(f"{name}, switched on")
    found["roformer"] = roformer()
    parts = {name: by_default(name).get_text_config().model_type for name in found}
    of_text = [name for name in found.keys() - of_images(every) if parts[name] in CONFIG_MAPPING]
    return {parts[name]: found[name] for name in of_text}


def of_images(every):
    """Types with two axes of position."""
    return {name for name, entry in every.items() if entry.get("axes") == 2}


def roformer():
    """Its table of sines stands apart from what turns by it."""
    d = 8
    table = torch.tensor([0.84, 0.1, 0.01, 0.001, 0.54, 0.99, 1, 1]).expand(1, 1, d, d)
    turn = RoFormerSelfAttention.apply_rotary_position_embeddings
    return partner(turn(table, torch.eye(d)[None, None], table)[0][0, 0])


def defaults(name, config):
    """Default fields that say something about position."""
    found = {}
    for field in ("hidden_size", "num_attention_heads", "max_position_embeddings"):
        if value := default(config, field):
            found[field] = value
    for field in ("head_dim", "kv_channels"):
        stated = type(config).__dataclass_fields__.get(field)
        if stated and isinstance(stated.default, int):
            found["head_dim"] = stated.default
    wide = getattr(by_kind(config).get("full_attention"), "head_dim", None)
    if "head_dim" in found and wide not in (None, found["head_dim"]) and name != "bailing_hybrid":
        found["global_head_dim"] = wide
    for field in ("qk_rope_head_dim", "qk_nope_head_dim", "rotary_dim"):
        if value := default(config, field):
            found[field] = value
    if blocks := default(config, "rope_parameters"):
        found["rope_parameters"] = {k: v for k, v in blocks.items() if v is not None}
    elif name in HAND_WRITTEN:
        found["rope_parameters"] = {"rope_type": "default", "rope_theta": 10000.0}
    elif base := default(config, "rope_theta"):
        found["rope_parameters"] = {"rope_type": "default", "rope_theta": base}
    if name in SWITCHED_ON and (value := default(config, "position_embedding_type")):
        found["position_embedding_type"] = value
    kinds = default(config, "layer_types")
    nested = any(isinstance(block, dict) for block in found.get("rope_parameters", {}).values())
    if kinds and (nested or set(kinds) != {"full_attention"}):
        found["layer_types"] = sorted(set(kinds))
    switched = hasattr(config, "use_sliding_window")  # off unless the file says otherwise
    if not kinds and hasattr(config, "sliding_window") and not switched:
        found["layer_types"] = ["sliding_attention"]  # where there is a window, every layer has it
    for field in ("sliding_window", "attention_chunk_size", "local_attention"):
        if "layer_types" in found and (value := default(config, field)):
            found[field] = value
    found.pop("sliding_window" if "local_attention" in found else None, None)
    return found


def default(config, field):
    try:
        return getattr(config, field, None)
    except (AttributeError, RuntimeError):  # differs by layer; the file says so then
        return None


def by_kind(config):
    """Configs of the layers that differ from the rest, as far as they do so by kind."""
    try:
        return {"full_attention": config.per_layer_config["full_attention"]}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


def encoding(name, config):
    """What is no RoPE, from the modules of a model without weights."""
    with torch.device("meta"):
        model = AutoModel.from_config(config)
    modules = [(path.rsplit(".", 1)[-1], type(m).__name__) for path, m in model.named_modules()]
    if any("relative_attention_bias" in path for path, _ in modules):
        return "t5"
    if any("Sinusoidal" in kind for _, kind in modules):
        return "sinusoidal"
    if any(w in path for path, _ in modules for w in ("position", "wpe")):
        return "learned"
    if name in ("bloom", "mpt"):
        return "alibi"
    assert not any("rotary" in path for path, _ in modules), name
    return "none"


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    main()
