"""Three candidates: every number measured, ranges over seeds, and a winner only where one is."""

import pytest

from rope_lessons.trained import candidates, tiny


def record(scheme, value, seed=0, tokens=64):
    return {"scheme": scheme, "metric": "loss", "value": value, "seed": seed, "tokens": tokens}


def test_every_model_is_measured_by_every_metric_at_every_length():
    asked = []

    def progress(models, label):
        asked.extend(model.name for _, model in models)
        return models[:1]

    records = candidates.measure(progress, samples=2)
    assert asked == ["t5", *["alibi-x16"] * 3, *["rope-500"] * 3]
    assert [(r["tokens"], r["metric"]) for r in records] == [
        (tokens, metric) for tokens in candidates.LENGTHS for metric in candidates.METRICS
    ]
    t5 = tiny.load("t5")
    far = next(r["value"] for r in records if (r["metric"], r["tokens"]) == ("far facts", 512))
    assert far == tiny.measure_cell(t5, 4, 511, samples=2)
    assert records[0]["value"] == tiny.loss_by_position(t5, 512, samples=1)[32:64].mean()


def test_seeds_that_overlap_have_no_winner_and_others_do():
    records = [
        *(record(s, v) for s, v in (("T5 bias", 2.0), ("ALiBi × 16", 1.9), ("RoPE", 1.8))),
        record("RoPE", 1.95, seed=1),
        *(record(s, v, 0, 512) for s, v in (("T5 bias", 2.0), ("ALiBi × 16", 1.5), ("RoPE", 1.8))),
    ]
    rows = candidates.over_seeds(records, "loss").rows
    assert rows[2] == ["64", "RoPE", "1.88 (1.80–1.95)"]
    assert rows[3] == ["64", "clear winner", "none"]
    assert rows[7] == ["512", "clear winner", "ALiBi × 16 (one seed)"]
    rows = candidates.over_seeds([*records, record("ALiBi × 16", 1.6, 1, 512)], "loss").rows
    assert rows[7] == ["512", "clear winner", "ALiBi × 16"]


def test_what_two_decimals_do_not_show_is_no_victory():
    found = {"RoPE": [1.000], "ALiBi": [1.004]}
    assert candidates.clear_winner(found, lower=True) is None
    assert candidates.clear_winner(found | {"ALiBi": [1.006]}, lower=True) == "RoPE"
    assert candidates.clear_winner(found | {"ALiBi": [1.006]}, lower=False) == "ALiBi"


def test_stored_grids_say_what_is_found_where():
    table = candidates.by_place()
    assert table.rows[0][:3] == ["4", "507", "1.00"]
    assert [row[0] for row in table.rows] == ["4", "48", "72", "200", "500"]


def test_a_metric_that_was_not_measured_is_told():
    with pytest.raises(ValueError, match="metric must be 'loss' or"):
        candidates.over_seeds([], "perplexity")
