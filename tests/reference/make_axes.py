"""Write axes.npz and rope_lessons/data/vision_types.json: which pairs turn by which axis.

    pip install --group reference numpy     (pip 25.1 or newer)
    python tests/reference/make_axes.py

Every unit vector is turned by Transformers' own code, with one axis alone a step off the origin:
``speed/NAME`` is (axes, entries), radians per step, and ``partner/NAME`` the entry that shares a
plane. In the order of the code's own axes: height and width, or time, height and width. What each
class of an encoder takes for granted goes into the JSON file.
"""

import importlib
import json
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

VISION = """
    dinov3_vit sapiens2 pixtral llama4_vision_model gemma4_vision qwen2_vl_vision qwen2_5_vl_vision
    qwen2_5_omni_vision_encoder qwen3_vl_vision qwen3_vl_moe_vision qwen3_omni_moe_vision_encoder
    qwen3_5_vision qwen3_5_moe_vision glm4v_vision glm4v_moe_vision glm_ocr_vision
    ernie4_5_vl_moe_vision paddleocr_vl_vision video_llama_3_vision exaone4_5_vision
    kimi_k25_vision step3p5_vision minimax_m3_vl_vision
"""
TEXT = """
    qwen2_vl qwen2_5_vl qwen2_5_omni qwen3_vl qwen3_vl_moe qwen3_omni_moe qwen3_5 qwen3_5_moe glm4v
    glm4v_moe glm_ocr glm_image cosmos3_edge ernie4_5_vl_moe paddleocr_vl
"""
GIVEN = {  # where the defaults of a class do not fit together
    "glm4v": {"head_dim": 128, "partial_rotary_factor": 0.5},
    "glm4v_moe": {"head_dim": 128, "partial_rotary_factor": 0.5},
    "glm_image": {"partial_rotary_factor": 0.5},
    "qwen3_omni_moe": {"head_dim": 128},
}
FIELDS = "hidden_size embed_dim num_attention_heads num_heads image_size patch_size"
SECTIONS = {
    name: sizes
    for names, sizes in {
        "qwen2_vl qwen2_5_vl qwen2_5_omni paddleocr_vl": [16, 24, 24],
        "qwen3_vl qwen3_vl_moe qwen3_omni_moe cosmos3_edge": [24, 20, 20],
        "qwen3_5 qwen3_5_moe": [11, 11, 10],
        "glm4v glm4v_moe glm_ocr glm_image": [8, 12, 12],
        "ernie4_5_vl_moe": [22, 22, 20],
    }.items()
    for name in names.split()
}
STEP = 0.25  # so small that no angle comes round


def main():
    versions = [f"{module.__name__} {module.__version__}" for module in (transformers, torch, np)]
    arrays, types = {"versions": np.array(versions)}, {}
    for key in VISION.split():
        config, name = CONFIG_MAPPING[key](), key.removesuffix("_encoder").removesuffix("_vision")
        types[name] = defaults(config)
        store(arrays, f"vision/{name}", config, vision)
    for name in TEXT.split():
        config = text_config(name, GIVEN.get(name, {}))
        store(arrays, f"text/{name}", config, text)
        arrays[f"fields/text/{name}"] = np.array(json.dumps(text_fields(name, config)))
    np.savez_compressed(Path(__file__).with_name("axes.npz"), **arrays)
    about = [
        "What Transformers takes for granted of an encoder of images with RoPE, by model_type.",
        "Written by tests/reference/make_axes.py; not edited by hand.",
        f"source: transformers {transformers.__version__}",
    ]
    target = Path(__file__).parents[2] / "rope_lessons" / "data" / "vision_types.json"
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(types.items()))
    written = f'{{\n "about": {json.dumps(about, indent=2)},\n "types": {{\n{lines}\n }}\n}}\n'
    target.write_text(written, encoding="utf-8")


def defaults(config):
    found = {f: getattr(config, f) for f in FIELDS.split() if getattr(config, f, None) is not None}
    stated = type(config).__dataclass_fields__.get("head_dim")
    if stated and isinstance(stated.default, int):
        found["head_dim"] = stated.default
    block = getattr(config, "rope_parameters", None) or {"rope_theta": config.rope_theta}
    return found | {"rope_theta": float(block["rope_theta"])}


def text_config(name, given):
    config = CONFIG_MAPPING[f"{name}_text"]()
    block = dict(config.rope_parameters) | {"mrope_section": SECTIONS[name]}
    for field in given:
        if field == "partial_rotary_factor":
            block[field] = given[field]
        else:
            setattr(config, field, given[field])
    config.rope_parameters = block
    return config


def text_fields(name, config):
    block = {k: v for k, v in config.rope_parameters.items() if v is not None}
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return {"model_type": f"{name}_text", "head_dim": size, "rope_parameters": block}


def store(arrays, name, config, ask):
    module = importlib.import_module(type(config).__module__.replace("configuration", "modeling"))
    steps, matrices = zip(*ask(module, config), strict=True)
    turned = np.array([np.asarray(matrix) for matrix in matrices], dtype=np.float64)
    beside = np.abs(turned) * (1 - np.eye(turned.shape[-1]))
    partner = beside.sum(axis=0).argmax(axis=-1)
    sines = np.take_along_axis(beside, partner[None, :, None], axis=2)[..., 0]
    cosines = np.diagonal(turned, axis1=1, axis2=2)
    arrays[f"speed/{name}"] = (np.arctan2(sines, cosines) / steps[0]).astype(np.float32)
    arrays[f"partner/{name}"] = partner.astype(np.int16)


def embedding(module, config, vision=True):
    ends = ("RotaryEmbedding", "RopePositionEmbedding")
    found = [n for n in dir(module) if n.endswith(ends) and n != "VisionRotaryEmbedding"]
    found = [n for n in found if ("Vision" in n or "RopePos" in n) == vision]
    wanted = [n for n in found if "Thinker" in n] or [n for n in found if "DiT" not in n] or found
    return getattr(module, wanted[0])(config=config).eval()  # training jitters coordinates


def vision(module, config):
    """The length of the step and what it makes of every unit vector, axis by axis."""
    made = embedding(module, config)
    if hasattr(made, "freqs_ci"):  # llama4: a table of complex numbers, a patch a row
        table, side = made.freqs_ci[:-1, 0], config.image_size // config.patch_size
        for offset in (side, 1):
            apart = table[offset] * table[0].conj()
            heads = torch.eye(2 * apart.shape[-1])[None, :, None]
            many = apart.expand(1, heads.shape[1], -1).contiguous()
            yield 1.0, module.vision_apply_rotary_emb(heads, heads, many)[0][0, :, 0]
        return
    if "pixel_values" in made.forward.__code__.co_varnames:  # dinov3: from one patch to the next
        patches = config.image_size // config.patch_size
        cos, sin = made(torch.zeros(1, 3, config.image_size, config.image_size))
        angles = torch.complex(cos, sin).reshape(patches, patches, -1)
        for apart in (angles[1, 0] / angles[0, 0], angles[0, 1] / angles[0, 0]):
            yield 1.0, turn(module, apart.real[None], apart.imag[None])
        return
    axes = 3 if "MiniMax" in type(config).__name__ else 2
    for position in STEP * torch.eye(axes):
        if "Gemma4" in type(config).__name__:
            place = position[None, None]
            cos, sin = made(torch.zeros(1), place)
            heads = torch.eye(cos.shape[-1])[None, :, None]
            many = [x.expand(1, heads.shape[1], -1) for x in (cos, sin)]
            yield STEP, module.apply_multidimensional_rope(heads, *many, place)[0, :, 0]
        else:
            yield STEP, turn(module, *made(torch.zeros(1), position[None]))


def turn(module, cos, sin):
    """Every unit vector as a token of one head, all at the same place."""
    size = cos.shape[-1]
    cos, sin = cos.expand(size, -1), sin.expand(size, -1)
    if hasattr(module, "apply_rotary_pos_emb_vision"):
        tokens = torch.eye(size)[:, None]
        return module.apply_rotary_pos_emb_vision(tokens, tokens, cos, sin)[0][:, 0]
    tokens = torch.eye(size)[None, None]
    if "unsqueeze_dim" in module.apply_rotary_pos_emb.__code__.co_varnames:
        cos, sin = cos[None], sin[None]
    return module.apply_rotary_pos_emb(tokens, tokens, cos, sin)[0][0, 0]


def text(module, config):
    """As vision, of a model of text with M-RoPE."""
    made = embedding(module, config, vision=False)
    for position in STEP * torch.eye(3):
        cos, sin = made(torch.zeros(1), position[:, None, None])
        size = cos.shape[-1]
        heads = torch.eye(size)[None, None]
        cos, sin = (x.expand(*x.shape[:-2], size, size) for x in (cos, sin))
        if cos.ndim == 4:  # the axes are put together while turning
            sections = config.rope_parameters["mrope_section"]
            apply = module.apply_multimodal_rotary_pos_emb
            yield STEP, apply(heads, heads, cos, sin, sections)[0][0, 0]
        else:
            yield STEP, module.apply_rotary_pos_emb(heads, heads, cos, sin)[0][0, 0]


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    main()
