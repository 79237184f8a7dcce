"""models.json holds confirmed, complete settings, and every model looked at is accounted for."""

import json
from importlib import resources

import pytest

from rope_lessons import rotary, scaling

DATA = json.loads(
    resources.files("rope_lessons").joinpath("data", "models.json").read_text(encoding="utf-8")
)
MODELS = {entry["name"]: entry for entry in DATA["models"]}
ROPE = [name for name, entry in MODELS.items() if entry["encoding"] == "rope"]

# The 43 models that were looked at: "" where an entry stands, else what is missing.
ACCOUNTED = {
    "GPT-J-6B": "",
    "GPT-NeoX-20B": "",
    "Pythia-6.9B": "",
    "LLaMA-1 7B": "",
    "Llama-2 7B": "",
    "CodeLlama 7B": "",  # looked at with 13B and 34B, confirmed for 7B alone
    "CodeLlama 70B Instruct": "partly confirmed; two sources conflict on base and length",
    "Llama-3 8B": "",
    "Llama-3.1 8B/70B/405B": "",
    "Llama-3.2 1B": "from a secondary source only",
    "Llama-3.2 3B": "from a secondary source only",
    "Llama-4 (text)": "defaults of the Transformers class only",
    "Mistral-7B v0.1": "",
    "Mistral-7B v0.2": "from a secondary source and a default; its pairing is not stated",
    "Mixtral 8x7B": "only its base is confirmed",
    "Qwen2": "",
    "Qwen2.5-7B": "",
    "Qwen3-8B": "",
    "Phi-2": "from a secondary source; the class default differs",
    "Phi-3-mini-4k": "",
    "Phi-3-vision-128k": "a copy; its pairing and its 48 factors are not stated",
    "phi-4": "",
    "Phi-4-mini": "from a secondary source only",
    "Gemma 7B": "",
    "Gemma 2 9B": "",
    "Gemma 3 4B": "two bases by layer; the length before its factor of 8 is not stated",
    "Gemma 3 1B": "its bases and its pairing are not stated",
    "DeepSeek-V2": "",
    "DeepSeek-V3": "",
    "Falcon-7B/40B": "",
    "Falcon-RW-1B": "",
    "ChatGLM2-6B": "partly confirmed; head_dim and length are not stated",
    "GLM-4-9B": "defaults of the Transformers class only",
    "OLMo-7B": "",
    "OLMo-2-7B": "",
    "gpt-oss-20b/120b": "",
    "Cohere Command-R": "defaults of the Transformers class only",
    "MPT-7B": "",
    "BLOOM 176B": "",
    "T5": "",
    "BERT-base": "",
    "GPT-2": "",
    "RoFormer (HF)": "head_dim and base are not stated",
}


def rotary_dim(config):
    """How many entries of a head turn."""
    fraction = config.get("partial_rotary_factor", 1)
    return config.get("rotary_dim", int(config["head_dim"] * fraction))


def test_every_model_looked_at_is_in_or_left_out_for_a_reason():
    assert len(ACCOUNTED) == 43
    assert len(DATA["models"]) == len(MODELS)
    assert set(MODELS) == {name for name, missing in ACCOUNTED.items() if not missing}


@pytest.mark.parametrize("name", MODELS)
def test_entries_are_confirmed_and_say_where_from(name):
    entry = MODELS[name]
    assert entry["status"].startswith("confirmed")
    assert entry["source"]
    assert entry["encoding"] in {"rope", "alibi", "t5", "learned"}
    assert ("pairing" in entry) == (entry["encoding"] == "rope")
    if name != "T5":  # whose encoding sets no length
        assert 0 < entry["train_length"] <= entry["config"]["max_position_embeddings"]


@pytest.mark.parametrize("name", ROPE)
def test_rope_entries_are_complete(name):
    entry, config = MODELS[name], MODELS[name]["config"]
    rope = config["rope_parameters"]
    assert entry["pairing"] in rotary.LAYOUTS
    assert entry.get("original_pairing", "interleaved") in rotary.LAYOUTS
    assert 0 < rotary_dim(config) <= config["head_dim"]
    assert rope["rope_theta"] > 1
    # The block is one that we can compute: its type is known and its length is the training's.
    assert rope["rope_type"] in ("default", "yarn", "llama3")
    if rope["rope_type"] == "yarn":
        assert rope["original_max_position_embeddings"] == entry["train_length"]
        named = ("beta_fast", "beta_slow", "truncate", "mscale", "mscale_all_dim")
        options = {option: rope[option] for option in named if option in rope}
        scaling.frequencies(
            "yarn",
            rotary_dim(config),
            rope["rope_theta"],
            train_length=entry["train_length"],
            scale=rope["factor"],
            **options,
        )


@pytest.mark.parametrize(
    "name, count, of",
    [
        ("LLaMA-1 7B", 23, 64),
        ("Llama-2 7B", 18, 64),
        ("Llama-3 8B", 29, 64),
        ("CodeLlama 7B", 27, 64),
        ("OLMo-2-7B", 32, 64),
        ("Mistral-7B v0.1", 14, 64),
        ("Gemma 7B", 28, 128),
        ("GPT-J-6B", 11, 32),
        ("Pythia-6.9B", 5, 16),
        ("GPT-NeoX-20B", 4, 12),
        ("Qwen2.5-7B", 24, 64),
        ("phi-4", 23, 64),
        ("gpt-oss-20b/120b", 14, 32),
        ("DeepSeek-V2", 9, 32),
        ("DeepSeek-V3", 9, 32),
    ],
)
def test_pairs_that_do_not_finish_a_turn_in_training(name, count, of):
    config = MODELS[name]["config"]
    inv_freq = rotary.inv_freq(rotary_dim(config), config["rope_parameters"]["rope_theta"])
    unfinished = rotary.wavelengths(inv_freq) > MODELS[name]["train_length"]
    assert (unfinished.sum(), unfinished.size) == (count, of)
