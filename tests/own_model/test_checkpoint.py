"""A folder is read, or refused in words that say how to go on; no weight is loaded for that."""

import json

import pytest
from folders import SHIPPED, copied, settled

from rope_lessons import cli
from rope_lessons.own_model import checkpoint, measuring, reader


def test_what_ships_is_whole_and_small():
    found = checkpoint.look_into(SHIPPED)
    assert (found.settings.base, found.settings.train_length) == (300.0, 64)
    assert found.weight_bytes < 2e6 > sum(path.stat().st_size for path in SHIPPED.iterdir())
    assert checkpoint.look_into(SHIPPED, train_length=48).settings.train_length == 48


def cut(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def scrambled(folder):
    (folder / "model.safetensors").write_bytes(b"\x10" + bytes(7) + b"not JSON at all.")


def empty(folder):
    (folder / "model.safetensors").write_bytes(b"")


def pickled(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def bare(folder):
    (folder / "model.safetensors").unlink()


def half_fetched(folder):
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def bad_index(folder):
    (folder / "model.safetensors.index.json").write_text("[]", encoding="utf-8")


def wordless(folder):
    (folder / "tokenizer.json").unlink()


def unsettled(folder):
    (folder / "config.json").unlink()


def broken_settings(folder):
    (folder / "config.json").write_text("{", encoding="utf-8")


def with_code(folder):
    settled(folder, auto_map={"AutoModelForCausalLM": "modeling.Model"})


def without_rope(folder):
    gpt2 = {"model_type": "gpt2", "n_positions": 64, "n_embd": 64, "n_head": 2, "n_layer": 2}
    (folder / "config.json").write_text(json.dumps(gpt2), encoding="utf-8")


def lengthless(folder):
    settled(folder, max_position_embeddings=None, model_type="somebody's")


def linked(folder):
    outside = folder.parent / "elsewhere.safetensors"
    (folder / "model.safetensors").rename(outside)
    (folder / "model.safetensors").symlink_to(outside)


SAID = {
    cut: "is damaged or not fully there; fetch it again",
    scrambled: "is damaged or not fully there",
    empty: "is damaged or not fully there",
    pickled: "pickled weights only.*save_pretrained",
    bare: "no .safetensors",
    half_fetched: "lacks model-00001-of-00002.safetensors",
    bad_index: "index.json is damaged",
    wordless: "no tokenizer.json",
    unsettled: "config.json cannot be read",
    broken_settings: "config.json is no JSON",
    with_code: "no such code is run here",
    without_rope: "has no RoPE.*'learned'",
    lengthless: "give --train-length",
    linked: "link to a place outside",
}


@pytest.mark.parametrize("damage", SAID)
def test_a_folder_that_will_not_do_is_told_why(damage, tmp_path, capsys):
    folder = copied(tmp_path)
    damage(folder)
    with pytest.raises(ValueError, match=SAID[damage]):
        checkpoint.look_into(folder)
    assert cli.main(["measure", str(folder), "--out", str(tmp_path / "out")]) == 1
    assert "rope-lessons measure: " in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("folder", ["nowhere", "a\0b", 3])
def test_what_is_no_folder_is_refused(folder):
    with pytest.raises((TypeError, ValueError), match="folder"):
        checkpoint.look_into(folder)


def test_links_inside_a_cache_of_transformers_are_followed(tmp_path):
    folder = copied(tmp_path / "snapshots")
    blob = tmp_path / "blobs" / "abc"
    blob.parent.mkdir()
    (folder / "model.safetensors").rename(blob)
    (folder / "model.safetensors").symlink_to(blob)
    assert checkpoint.look_into(folder).weight_bytes > 400_000


def test_another_model_is_another_fingerprint(tmp_path):
    folder = copied(tmp_path)
    same = checkpoint.look_into(folder).fingerprint
    assert same == checkpoint.look_into(SHIPPED).fingerprint
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    assert checkpoint.look_into(folder).fingerprint != same
    assert (
        checkpoint.look_into(settled(copied(tmp_path / "2"), hidden_act="gelu")).fingerprint != same
    )


def test_memory_grows_with_the_text_and_the_weights(tmp_path):
    found = checkpoint.look_into(SHIPPED)
    assert found.memory(256, 8192) > found.weight_bytes
    assert found.memory(65_536, 65_536) > found.memory(256, 8192) + 65_536 * 112 * 4
    assert 1 << 20 < checkpoint.available_memory() < 1 << 50


def test_too_little_memory_is_told_before_anything_is_loaded(monkeypatch):
    said = []
    monkeypatch.setattr(reader, "available_memory", lambda: 1 << 20)
    with pytest.raises(ValueError, match=r"smaller --length.*--device"):
        measuring.measure(SHIPPED, say=said.append)
    assert said == ["Reading 256 tokens needs about 0.4 GiB of memory on cpu, 0.0 are free."]
