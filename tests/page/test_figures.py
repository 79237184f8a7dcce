"""The still drawings show the numbers they are given, and say them."""

import io

import numpy as np
import pytest
from PIL import Image

from rope_lessons import rotary
from rope_lessons.page import explore, figures
from rope_lessons.trained.tiny import Grid

GRID = Grid(
    needle_at=np.array([4, 72]),
    question_at=np.array([63, 127]),
    accuracy=np.array([[1.0, 0.5], [np.nan, 0.25]]),
    samples=8,
)

DRAWINGS = {
    "loss": (
        lambda: figures.loss_by_position(
            {
                "RoPE": np.r_[np.full(32, 3.0), np.ones(32), np.full(64, 2.0)],
                "learned": np.full(128, 1.5),
            },
            64,
        ),
        "loss in nats: RoPE 1.00 inside, 2.00 past 64; learned 1.50 inside, 1.50 past 64",
    ),
    "reading on": (
        lambda: figures.reading_on(
            {"learned": np.r_[np.ones(64), np.full(64, 2.0)], "sinusoidal": np.full(128, 1.5)}, 64
        ),
        "128 tokens read, positions 0 to 127, 64 of them never trained; loss over the last 8: "
        "learned 2.00, sinusoidal 1.50",
    ),
    "retrieval": (
        lambda: figures.retrieval_by_distance({"RoPE": {8: 1.0, 96: 0.25}}, 64),
        "right answers: RoPE 1.00 at 8, 0.25 at 96",
    ),
    "two jobs": (
        lambda: figures.two_jobs({"as he is": ({32: 1.0, 63: 0.9, 247: 0.2}, 0.6)}, 64),
        "attention on the fact: as he is 0.90 at 63, 0.20 at 247, character before 0.60",
    ),
    "grids": (
        lambda: figures.grids({"RoPE": GRID, "T5": GRID}, 64),
        "right answers, trained / question past / both past: RoPE 1.00 / 0.50 / 0.25; "
        "T5 1.00 / 0.50 / 0.25",
    ),
    "arcs": (
        lambda: figures.trained_arcs(rotary.inv_freq(32, 500.0), 64, 256),
        "10 of 16 pairs meet new angles between 64 and 256 tokens; most of all pair 9, 251 degrees",
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_says_its_numbers(name):
    draw, says = DRAWINGS[name]
    assert draw().summary() == says


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_not_blank_and_is_named(name):
    drawing = DRAWINGS[name][0]()
    picture = np.asarray(Image.open(io.BytesIO(explore.png(drawing.figure))))
    assert (picture != 255).any(axis=-1).mean() > 0.02
    axes = drawing.figure.axes[0]
    assert axes.get_ylabel()
    assert axes.get_xlabel() or drawing.figure.get_supxlabel()


def test_arcs_end_where_the_last_trained_position_and_the_last_one_stand():
    bars = DRAWINGS["arcs"][0]().figure.axes[0].patches
    slowest = np.degrees(rotary.inv_freq(32, 500.0)[-1])
    met, new = bars[15], bars[31]
    assert (met.get_height(), new.get_height()) == pytest.approx((63 * slowest, 192 * slowest))


def test_a_still_drawing_needs_no_sliders():
    shown = explore.Explore(DRAWINGS["arcs"][0](), alt="Arcs.", caption="Blue: trained.")
    bundle, _ = shown._repr_mimebundle_()
    assert bundle["text/plain"] == DRAWINGS["arcs"][1]


def test_reading_on_turns_new_at_the_training_length_itself():
    """64 tokens are positions 0 to 63, all trained; the 65th is the first new one."""
    loss = {"learned": np.r_[np.ones(64), np.full(64, 9.0)]}
    drawing = figures.reading_on(loss, 64, padded=["learned"], window=2)
    (axes,) = drawing.figure.axes
    note = next(text for text in axes.texts if text.get_text() == "stops: no row 64")
    drawing.update(64)
    assert "0 to 63, all of them trained; loss over the last 2: learned 1.00" in (drawing.summary())
    assert not note.get_visible()
    drawing.update(65)
    assert "0 to 64, 1 of them never trained; loss over the last 1: learned 9.00" in (
        drawing.summary()
    )
    assert note.get_visible()
    cross = next(line for line in axes.lines if line.get_marker() == "x")
    assert list(cross.get_xdata()) == [63]


def test_nothing_leaks_across_the_training_length():
    """A jump there is drawn as a jump, and nothing rises before it."""
    loss = np.r_[np.ones(64), np.full(64, 9.0)]
    line = figures.loss_by_position({"RoPE": loss}, 64).figure.axes[0].lines[0]
    np.testing.assert_allclose(line.get_ydata(), loss)
    axes = figures.reading_on({"learned": loss}, 64).figure.axes[0]
    beyond = next(line for line in axes.lines if len(line.get_xdata()) == 65)
    np.testing.assert_allclose(beyond.get_ydata(), loss[63:])
