"""The tool's numbers are those of another program: Llama in NumPy, on the weights that ship.

The other program shares no line with the tool's: it reads the file itself, turns by
``rope_lessons.rotary`` and slows by ``rope_lessons.scaling``.
"""

import json
from functools import cache
from importlib import resources

import numpy as np
import pytest

from rope_lessons import rotary, scaling
from rope_lessons.own_model import measured, questions, reader
from rope_lessons.own_model.plan import AS_IT_IS, Job
from rope_lessons.trained import needles, tiny

FOLDER = resources.files("rope_lessons") / "data" / "own_model"
CONFIG = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
READ = measured.load()
KINDS = {
    AS_IT_IS: ("default", {}),
    "PI × 4": ("linear", {"scale": 4.0}),
    "NTK-aware × 4": ("ntk", {"scale": 4.0}),
    "dynamic NTK": ("dynamic", {"scale": 1.0}),
    "YaRN × 4": ("yarn", {"scale": 4.0}),
}


@cache
def weights():
    raw = (FOLDER / "model.safetensors").read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            raw[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]], "<f4"
        )
        .reshape(entry["shape"])
        .astype(float)
        for name, entry in header.items()
    }


def speeds(reading, length):
    kind, options = KINDS[reading]
    options = options | ({"length": length} if kind == "dynamic" else {})
    return scaling.frequencies(kind, CONFIG["head_dim"], 300.0, train_length=64, **options)


def logits(tokens, reading):
    """(texts, seq, symbols) of Llama: half-split RoPE, SwiGLU, RMSNorm."""
    w, d = weights(), CONFIG["head_dim"]
    found = speeds(reading, tokens.shape[1])
    positions = np.arange(tokens.shape[1])
    pairs = np.arange(d).reshape(2, -1).T.ravel()  # entry j belongs to entry j + d/2
    future = np.triu(np.full((tokens.shape[1],) * 2, -np.inf), 1)
    h = w["model.embed_tokens.weight"][tokens]

    def normed(x, name):
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5) * w[name]

    for i in range(CONFIG["num_hidden_layers"]):
        layer = f"model.layers.{i}."
        x = normed(h, layer + "input_layernorm.weight")
        q, k, v = (
            (x @ w[f"{layer}self_attn.{name}_proj.weight"].T)
            .reshape(*x.shape[:2], -1, d)
            .swapaxes(1, 2)
            for name in "qkv"
        )
        q, k = (
            found.attention_factor * rotary.apply_rope(x[..., pairs], positions, found.inv_freq)
            for x in (q, k)
        )
        scores = q @ k.swapaxes(-1, -2) / np.sqrt(d) + future
        mass = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (mass / mass.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(x.shape)
        h = h + mixed @ w[layer + "self_attn.o_proj.weight"].T
        x = normed(h, layer + "post_attention_layernorm.weight")
        gate, up = (x @ w[f"{layer}mlp.{name}_proj.weight"].T for name in ("gate", "up"))
        h = h + (gate / (1 + np.exp(-gate)) * up) @ w[layer + "mlp.down_proj.weight"].T
    return normed(h, "model.norm.weight") @ w["lm_head.weight"].T


@cache
def asked():
    numbers = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    said = questions.wording(FOLDER)
    return questions.fit(lambda text: [numbers[symbol] for symbol in text], said)


@pytest.mark.parametrize("reading", KINDS)
def test_right_answers_are_those_of_another_program(reading):
    hay, compared = tiny.held_out(), 0
    for length, distance in READ.plan.curve[::4]:
        job = Job(reading, length, distance, READ.about["samples"], READ.about["seed"])
        rng = np.random.default_rng([job.draw, length, distance])
        texts, answers = zip(
            *(asked().ask(hay, length, distance, rng) for _ in range(job.samples)), strict=True
        )
        chosen = logits(np.array(texts), reading)[:, -1, list(asked().values)].argmax(-1)
        assert READ.found[job] == [int((chosen == answers).sum()), job.samples]
        compared += 1
    assert compared > 3


@pytest.mark.parametrize("reading", KINDS)
def test_losses_are_those_of_another_program(reading):
    job = Job(reading, READ.plan.loss_length, 0, 1, 3)
    text = reader.loss_text(tiny.held_out(), job)
    found = logits(text[None, :-1], reading)[0]
    found = np.log(np.exp(found).sum(-1)) - found[np.arange(len(found)), text[1:]]
    assert found == pytest.approx(READ.found[job], abs=2e-4)


def test_texts_drawn_by_the_course_give_the_same_shares():
    """Other texts, of trained.needles: within what two draws differ by."""
    for distance in (32, 96, 192):
        rng = np.random.default_rng(99)
        length = max(64, distance + 9)
        drawn = [
            needles.question(tiny.held_out(), length, length - 1 - distance, rng) for _ in range(64)
        ]
        texts, answers = (np.array(part) for part in zip(*drawn, strict=True))
        last = logits(texts, AS_IT_IS)[:, -1]
        right = (last[:, needles.FIRST_VALUE :].argmax(-1) + needles.FIRST_VALUE == answers).mean()
        share, error = READ.share(AS_IT_IS, length, distance)
        assert abs(right - share) < 3 * np.hypot(error, error)


def test_rescues_behave_as_in_lesson_14():
    past = {name: list(READ.retrieval(name).values())[-1] for name in READ.readings}
    inside = {name: READ.loss(name)[:, 32:64].mean() for name in READ.readings}
    assert past[AS_IT_IS] < 0.2
    assert min(past["PI × 4"], past["YaRN × 4"]) > 0.9
    assert 0.5 < past["NTK-aware × 4"] < 0.9  # it overshoots at the scale of the length
    assert inside["PI × 4"] > inside[AS_IT_IS] + 1  # PI's price
    assert abs(inside["NTK-aware × 4"] - inside[AS_IT_IS]) < 0.1
    assert 0.1 < inside["YaRN × 4"] - inside[AS_IT_IS] < 0.3
    assert READ.half_at() == (96, 112)
