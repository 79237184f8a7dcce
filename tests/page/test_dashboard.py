"""A dashboard shows what is plotted, ranks by means over seeds, and keeps silent about the rest."""

import pytest

from rope_lessons.page import figures

SEEDS = {
    # metric: tokens: scheme: one value a seed
    "loss": {64: {"T5 bias": (2.0,), "RoPE": (1.9, 2.2)}, 512: {"T5 bias": (2.5,), "RoPE": (3, 4)}},
    "far": {64: {"T5 bias": (1.0,), "RoPE": (1.0,)}, 512: {"T5 bias": (0.5,), "RoPE": (0.0, 0.25)}},
}
RECORDS = [
    {"scheme": scheme, "metric": metric, "value": value, "seed": seed, "tokens": tokens}
    for metric, by_tokens in SEEDS.items()
    for tokens, schemes in by_tokens.items()
    for scheme, values in schemes.items()
    for seed, value in enumerate(values)
]
LABELS = {"loss": "nats", "far": "share found"}


def test_it_gives_means_and_knows_which_way_is_better():
    drawing = figures.dashboard(RECORDS, LABELS)
    assert drawing.summary() == (
        "512 tokens. loss: T5 bias 2.50, RoPE 3.50; best: T5 bias. "
        "far: T5 bias 0.50, RoPE 0.12; best: T5 bias"
    )
    left, right = (axes.get_xlim() for axes in drawing.figure.axes)
    assert left[0] > left[1]  # lower loss further right
    assert right[0] < right[1]


def test_where_seeds_overlap_nobody_has_won():
    drawing = figures.dashboard(RECORDS, LABELS)
    drawing.update(0, 2)
    assert drawing.summary() == (
        "64 tokens. loss: T5 bias 2.00, RoPE 2.05; best: no clear one. "
        "far: T5 bias 1.00, RoPE 1.00; best: no clear one"
    )


def test_what_is_not_plotted_is_neither_drawn_nor_said():
    drawing = figures.dashboard(RECORDS, LABELS)
    drawing.update(1, 1)
    assert "far" not in drawing.summary()
    _, hidden = drawing.figure.axes
    visible = [text.get_text() for text in hidden.texts if text.get_visible()]
    assert visible == ["not plotted"]
    assert "best" not in hidden.get_title()
    dots = [line for line in hidden.lines if line.get_marker() == "o"]
    assert dots
    assert not any(line.get_visible() for line in dots)


def test_dots_lie_at_the_seeds_and_the_bar_at_their_mean():
    axes = figures.dashboard(RECORDS, LABELS).figure.axes[1]
    dots = [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "o"]
    bars = [list(line.get_xdata()) for line in axes.lines if line.get_marker() == "|"]
    assert dots == [[0.5], [0.0, 0.25]]
    assert bars == [[0.5], [0.125]]


def test_a_gap_in_the_records_is_named():
    with pytest.raises(ValueError, match="no record of 'far' for 'RoPE' at 512 tokens"):
        figures.dashboard([r for r in RECORDS if r["value"] not in (0.0, 0.25)], LABELS)
