"""Make the checkpoint that ``rope-lessons measure`` is tried on: ``python training/own_model.py``.

A small ``LlamaForCausalLM``, trained by the recipe of the tiny models and saved by Transformers,
with its tokenizer, into ``rope_lessons/data/own_model/``.
"""

import argparse
import json
import shutil

import corpus
import torch
from rebuild import DATA, DOWNLOADS, versions
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from torch import nn
from train import RECIPE, NotFormed, train
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from rope_lessons.trained import needles

SETTINGS = {"scheme": "rope", "train_length": 64, "base": 300.0}
OUT = DATA / "own_model"
SEEDS = (0, 10, 20)
HIDDEN = 160


class Llama(nn.Module):
    """Transformers' own Llama, with the first weights that the recipe is known to work with."""

    def __init__(self, settings, frequencies=None):
        super().__init__()
        self.llama = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=len(needles.ALPHABET),
                hidden_size=64,
                intermediate_size=HIDDEN,
                num_hidden_layers=2,
                num_attention_heads=2,
                max_position_embeddings=settings["train_length"],
                rms_norm_eps=1e-5,
                rope_parameters={"rope_type": "default", "rope_theta": settings["base"]},
                bos_token_id=None,
                eos_token_id=None,
                tie_word_embeddings=False,
            )
        )
        self.blocks = self.llama.model.layers
        for name, weight in self.llama.named_parameters():
            if weight.ndim == 2:
                part = name.split(".")[-2]
                nn.init.normal_(weight, std=SPREAD.get(part, 0.02))

    def forward(self, tokens):
        return self.llama(input_ids=tokens, use_cache=False).logits


SPREAD = dict.fromkeys(("q_proj", "k_proj", "v_proj"), 0.08)
SPREAD |= {"embed_tokens": 0.1, "gate_proj": 64**-0.5, "up_proj": 64**-0.5}


def tokenizer():
    """One token a symbol of the alphabet; what is outside it reads as a blank."""
    numbers = {symbol: number for number, symbol in enumerate(needles.ALPHABET)}
    reads = Tokenizer(models.WordLevel(numbers, unk_token=" "))
    reads.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    reads.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(tokenizer_object=reads)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=RECIPE["steps"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    text = needles.encode(corpus.split(DOWNLOADS)[0])
    recipe = RECIPE | {"steps": options.steps}
    for seed in SEEDS:
        try:
            model, log = train(
                SETTINGS,
                text,
                seed=seed,
                make=Llama,
                whatever_forms=seed == SEEDS[-1],
                report=lambda line: print(*line, flush=True),
                **recipe,
            )
            break
        except NotFormed as reason:
            print(f"seed {seed}: {reason}", flush=True)
    if OUT.exists():
        shutil.rmtree(OUT)
    model.llama.save_pretrained(OUT)
    tokenizer().save_pretrained(OUT)
    asked = {"needle": "{key}{value}{key}", "keys": needles.KEYS, "values": needles.VALUES}
    write(OUT / "needles.json", {**asked, "others": needles.NEEDLES - 1})
    about = {"settings": SETTINGS, "seed": seed, "recipe": recipe, "log": log}
    write(OUT / "training.json", about | {"versions": versions()})


def write(path, content):
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
