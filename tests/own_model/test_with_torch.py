"""What PyTorch and Transformers make of it: ``make test-own-model``."""

import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest
from folders import SHIPPED, copied

from rope_lessons.own_model import measured, measuring, reader
from rope_lessons.own_model.plan import Job

pytestmark = pytest.mark.own_model
QUICK = {"samples": 2, "texts": 1, "say": lambda line: None}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("somebody asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_what_ships_was_measured_so(tmp_path):
    """The stored report, which tests hold to another program, is what the command gives."""
    script = "import sys; from rope_lessons import cli; sys.exit(cli.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", script, "measure", str(SHIPPED), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    assert "Measured: it falls below half between 96 and 112." in done.stdout
    assert "GiB of memory on cpu" in done.stderr
    again, stored = measured.load(tmp_path / "report.json"), measured.load()
    assert again.found.keys() == stored.found.keys()
    for job, value in stored.found.items():
        exact = pytest.approx(value, abs=1e-3)
        assert again.found[job] == (value if job.distance else exact), job


def test_a_run_that_was_stopped_goes_on(tmp_path):
    def stop_at(many):
        def watch(jobs):
            for done, job in enumerate(jobs):
                if done == many:
                    raise KeyboardInterrupt
                yield job

        return watch

    first = measuring.measure(SHIPPED, out=tmp_path, watch=stop_at(40), **QUICK)
    assert len(first.found) == 40
    assert (tmp_path / "report.html").exists()
    done = []

    def watch(jobs):
        for job in jobs:
            done.append(job)
            yield job

    whole = measuring.measure(SHIPPED, out=tmp_path, watch=watch, **QUICK)
    assert len(done) == whole.about["jobs"] - 40
    assert not set(done) & set(first.found)
    straight = measuring.measure(SHIPPED, out=tmp_path / "straight", **QUICK)
    assert whole.found == straight.found
    assert not set(measuring.measure(SHIPPED, out=tmp_path, seed=1, **QUICK).found) & set(
        whole.found
    )


def test_dynamic_ntk_does_not_hang_on_the_order(tmp_path):
    """Transformers keeps the speeds of the longest text until one within training comes."""
    found = measuring.checkpoint.look_into(SHIPPED)
    tokens = reader.Tokens(found)
    asked = measuring.questions.fit(tokens.encode, measuring.questions.wording(SHIPPED))
    hay = np.array(tokens.encode("Call me Ishmael. " * 99))
    jobs = [Job("dynamic NTK", length, 0, 1, 0) for length in (100, 256)]
    up, down = (reader.Reader(found, "dynamic", 4.0, asked, hay) for _ in range(2))
    forward = [up.measure(job) for job in jobs]
    assert forward == [down.measure(job) for job in jobs[::-1]][::-1]


def small(tmp_path, kind, **settings):
    """A checkpoint of another architecture, with the weights it begins with."""
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.AutoConfig.for_model(
        kind,
        **{"vocab_size": 112, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2},
        **{"num_attention_heads": 2, "max_position_embeddings": 64, **settings},
    )
    folder = copied(tmp_path)
    (folder / "model.safetensors").unlink()
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    return folder


ONE_KEY = {"num_key_value_heads": 1, "pad_token_id": 0, "bos_token_id": None, "eos_token_id": None}
OTHERS = {
    "gpt_neox": {"rotary_pct": 0.25},
    "mistral": {"sliding_window": 48, **ONE_KEY},
    "qwen2": {**ONE_KEY},
    "gemma3_text": {
        **{
            "sliding_window": 32,
            "head_dim": 32,
            "layer_types": ["sliding_attention", "full_attention"],
        },
        **ONE_KEY,
    },
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_architectures_go_through(kind, tmp_path):
    folder = small(tmp_path, kind, **OTHERS[kind])
    result = measuring.measure(folder, out=tmp_path / "out", length=128, train_length=64, **QUICK)
    assert len(result.found) == result.about["jobs"]
    assert len(result.readings) == 5
    losses = {name: result.loss(name).mean() for name in result.readings}
    assert all(3 < loss < 9 for loss in losses.values())
    assert len(set(losses.values())) > 1, "a rescue changes what is read"
    if kind == "gpt_neox":
        assert result.settings.rotary_dim == 8
    if kind == "gemma3_text":
        assert {row[0] for row in result.foretelling().rows} == {
            "full_attention",
            "sliding_attention",
        }


def test_weights_that_are_missing_are_not_drawn(tmp_path):
    from safetensors import numpy as tensors

    folder = copied(tmp_path)
    weights = tensors.load_file(folder / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    tensors.save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ValueError, match=r"lacks the weights model\.layers\.1\.mlp\.up_proj"):
        measuring.measure(folder, out=tmp_path / "out", **QUICK)


def test_a_tokenizer_that_is_damaged_is_told(tmp_path):
    folder = copied(tmp_path)
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"tokenizer\.json cannot be read"):
        measuring.measure(folder, out=tmp_path / "out", **QUICK)


def test_sentences_are_asked_where_the_model_has_no_wording_of_its_own(tmp_path):
    folder = copied(tmp_path)
    (folder / "needles.json").unlink()
    text = tmp_path / "text.txt"
    text.write_text("It was a bright cold day in April. " * 20, encoding="utf-8")
    result = measuring.measure(folder, out=tmp_path / "out", text=text, length=700, **QUICK)
    assert result.about["chance"] == 0.1
    assert result.plan.loss_length == 699
    (minded,) = [said for said in result.about["mind"] if "--text" in said]
    assert "700 tokens" in minded
    assert json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["length"] == 700


def test_a_device_that_is_not_there_is_told(tmp_path):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(ValueError, match="finds no device 'cuda'"):
        measuring.measure(SHIPPED, out=tmp_path, device="cuda", **QUICK)
    with pytest.raises(ValueError, match="cannot be loaded"):
        measuring.measure(SHIPPED, out=tmp_path, device="toaster", **QUICK)
