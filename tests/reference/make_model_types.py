"""Write rope_lessons/data/model_types.json: what Transformers takes for granted, by model_type.

    pip install --group reference numpy     (pip 25.1 or newer)
    python tests/reference/make_model_types.py

A config.json leaves out what equals the default of its class, and never says which entries of a
head form a pair. Both are asked of Transformers here: the defaults from the configuration class,
the pairing by turning every unit vector with the model's own code and seeing which two share a
plane. Encodings that are no RoPE are recognised by the modules of an empty model.
"""

import importlib
import inspect
import json
from pathlib import Path

import torch
import transformers
from transformers import AutoModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

ROPE = """
    afmoe apertus arcee aria_text bamba bitnet codegen cohere cohere2 cwm dbrx deepseek_v2
    deepseek_v3 deepseek_v32 diffllama dots1 ernie4_5 ernie4_5_moe eurobert exaone4 exaone_moe
    falcon falcon_h1 flex_olmo gemma gemma2 gemma3_text gemma3n_text gemma4_text glm glm4 glm4_moe
    glm4_moe_lite gpt_neox gpt_neox_japanese gpt_oss gptj granite
    granitemoe granitemoehybrid granitemoeshared helium hunyuan_v1_dense hunyuan_v1_moe
    jais2 jetmoe laguna lfm2 lfm2_moe llama llama4_text longcat_flash minicpm3 minimax minimax_m2
    ministral ministral3 mistral mistral4 mixtral mllama_text_model modernbert modernbert-decoder
    moshi nanochat nemotron nomic_bert olmo olmo2 olmo3 olmoe persimmon phi phi3 phi4_multimodal
    phimoe qwen2 qwen2_5_omni_text qwen2_5_vl_text qwen2_moe qwen2_vl_text qwen3 qwen3_5_moe_text
    qwen3_5_text qwen3_moe qwen3_next qwen3_omni_moe_text qwen3_vl_moe_text qwen3_vl_text
    recurrent_gemma roformer seed_oss smollm3 solar_open stablelm starcoder2
"""
OTHER = """
    albert bart bert biogpt bloom camembert distilbert electra falcon_mamba gpt2 gpt_bigcode
    gpt_neo jamba longt5 mamba mamba2 marian mbart mpt mt5 openai-gpt opt pegasus roberta
    switch_transformers t5 umt5 xglm xlm-roberta zamba
"""
HAND_WRITTEN = {"gptj", "codegen", "roformer"}  # no configurable base: 10,000 stands in their code


def main():
    types = {}
    for name in sorted((ROPE + OTHER).split()):
        config = CONFIG_MAPPING[name]()
        if name in ROPE.split():
            types[name] = {"encoding": "rope", "pairing": pairing(name, config)}
        else:
            types[name] = {"encoding": encoding(name, config)}
        types[name] |= defaults(name, config)
    about = [
        "What Transformers takes for granted, by model_type. Written by "
        "tests/reference/make_model_types.py; not edited by hand.",
        "pairing: measured, by turning unit vectors with the model's own code.",
        "The rest: defaults of the configuration class, in the fields of a config.json.",
        f"source: transformers {transformers.__version__}",
    ]
    target = Path(__file__).parents[2] / "rope_lessons" / "data" / "model_types.json"
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in types.items())
    text = f'{{\n "about": {json.dumps(about, indent=2)},\n "types": {{\n{lines}\n }}\n}}\n'
    target.write_text(text, encoding="utf-8")


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
    if name == "gemma4_text":
        found["global_head_dim"] = config.per_layer_config["full_attention"].head_dim
    for field in ("qk_rope_head_dim", "qk_nope_head_dim", "rotary_dim"):
        if value := default(config, field):
            found[field] = value
    if blocks := default(config, "rope_parameters"):
        found["rope_parameters"] = {k: v for k, v in blocks.items() if v is not None}
    elif name in HAND_WRITTEN:
        found["rope_parameters"] = {"rope_type": "default", "rope_theta": 10000.0}
    kinds = default(config, "layer_types")
    if kinds and set(kinds) != {"full_attention"}:
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
    except AttributeError:  # differs by layer; the file says so then, or a field of its own
        return None


def pairing(name, config):
    """Which entry shares a plane with the first one."""
    module = importlib.import_module(type(config).__module__.replace("configuration", "modeling"))
    turned = turn_unit_vectors(name, module, config)
    touched = turned.abs() > 1e-6
    partner = next(j for j in range(1, len(touched)) if (touched[j] == touched[0]).all())
    return {1: "interleaved", len(touched) // 2: "half_split"}[partner]


def turn_unit_vectors(name, module, config):
    """(d, d): row i is what becomes of unit vector i at position 1."""
    if name in ("gptj", "codegen"):
        d = config.rotary_dim
        sin, cos = module.create_sinusoidal_positions(2, d)[1:][None].chunk(2, dim=-1)
        return module.apply_rotary_pos_emb(torch.eye(d)[None, None], sin, cos)[0, 0]
    if name == "roformer":
        d = 8
        table = torch.tensor([0.84, 0.1, 0.01, 0.001, 0.54, 0.99, 1, 1]).expand(1, 1, d, d)
        layer = module.RoFormerSelfAttention
        return layer.apply_rotary_position_embeddings(table, torch.eye(d)[None, None], table)[0][
            0, 0
        ]
    rotary = next(
        getattr(module, n)
        for n in dir(module)
        if n.endswith("RotaryEmbedding") and "Vision" not in n and "Audio" not in n
    )(config=config)
    kinds = default(config, "rope_parameters")
    nested = [k for k, v in kinds.items() if isinstance(v, dict) and k in config.layer_types]
    sections = 3 if "mrope_section" in kinds or "_vl" in name or "omni" in name else None
    positions = torch.ones((sections, 1, 1) if sections else (1, 1), dtype=torch.long)
    angles = rotary(torch.zeros(1), positions, *nested[-1:])
    if isinstance(angles, torch.Tensor):  # complex numbers, one a pair
        d = 2 * angles.shape[-1]
        heads = torch.eye(d)[None, :, None] if "deepseek" in name else torch.eye(d)[None, None]
        return module.apply_rotary_emb(heads, heads, angles)[0].reshape(d, d)
    apply = getattr(module, "apply_rotary_pos_emb_interleave", None)
    if apply is None or not getattr(config, "rope_interleave", True):
        apply = module.apply_rotary_pos_emb
    angles = [a[0] if a.ndim == 4 else a for a in angles]  # three axes, all at the same position
    d = angles[0].shape[-1] * (2 if name == "gpt_oss" else 1)
    heads = torch.eye(d)[None, :, None]
    if "k" not in inspect.signature(apply).parameters:
        return apply(heads, *angles, unsqueeze_dim=1).reshape(d, d)
    return apply(heads, heads, *angles)[0].reshape(d, d)


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
