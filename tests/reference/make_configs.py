"""Write configs.npz: what Transformers' own rotary embeddings make of every settings file.

    pip install --group reference numpy     (pip 25.1 or newer)
    python tests/reference/make_configs.py

For each file in rope_lessons/settings/data/configs and each style in tests/config_styles.py whose
model_type Transformers knows and turns: the frequencies and the attention factor that the model's
rotary embedding holds once made, by kind of layer, as float32; for longrope and dynamic also beyond
the original length. From the model's code where there is such a class, else from its sine table.
"""

import copy
import importlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from config_styles import STYLES  # noqa: E402

NOT_ROPE = ("bert-base-uncased", "bloom-3b", "gpt-2", "t5-small")
NOT_READ = ("chatglm2-6b", "gpt-j-6b-as-gpt-neo", "phi-2-mixformer", "qwen-7b")


def main():
    versions = [f"{module.__name__} {module.__version__}" for module in (transformers, torch, np)]
    arrays = {"versions": np.array(versions)}
    for path in sorted(
        (TESTS.parent / "rope_lessons" / "settings" / "data" / "configs").glob("*.json")
    ):
        if path.stem not in NOT_ROPE + NOT_READ:
            add(arrays, path.stem, json.loads(path.read_text(encoding="utf-8")))
    for name, fields in STYLES.items():
        add(arrays, name, copy.deepcopy(fields))
    np.savez_compressed(Path(__file__).with_name("configs.npz"), **arrays)
    print(len([key for key in arrays if key.startswith("inv_freq")]), "compared")


def add(arrays, name, fields):
    config = CONFIG_MAPPING[fields["model_type"]].from_dict(fields).get_text_config()
    module = importlib.import_module(type(config).__module__.replace("configuration", "modeling"))

    def store(where, inv_freq, factor):
        arrays[f"inv_freq/{name}/{where}"] = inv_freq.detach().float().numpy()
        arrays[f"attention_factor/{name}/{where}"] = np.array(float(factor))

    if config.model_type == "gptj":
        table = module.create_sinusoidal_positions(2, config.rotary_dim)
        return store("/", torch.arcsin(table[1, : config.rotary_dim // 2]), 1.0)
    embedding = next(
        getattr(module, n)
        for n in dir(module)
        if n.endswith("RotaryEmbedding") and "Vision" not in n and "Audio" not in n
    )(config=config)
    blocks = config.rope_parameters
    kinds = [kind for kind, block in blocks.items() if isinstance(block, dict)]
    for kind in kinds or [""]:
        prefix = f"{kind}_" if kind else ""
        inv_freq = getattr(embedding, f"{prefix}inv_freq")
        store(f"{kind}/", inv_freq, getattr(embedding, f"{prefix}attention_scaling"))
        block = blocks[kind] if kind else blocks
        scheme = block["rope_type"]
        if scheme not in ("longrope", "dynamic") or "alpha" in block:
            continue
        original = block.get("original_max_position_embeddings") or config.max_position_embeddings
        for length in (original, original + 1, 2 * original):
            rule = ROPE_INIT_FUNCTIONS[scheme]
            found = rule(config, torch.device("cpu"), seq_len=length, layer_type=kind or None)
            store(f"{kind}/{length}", *found)


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    main()
