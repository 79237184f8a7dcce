"""Is what was stored what is measured, and is nothing else answered from the store?"""

import numpy as np
import pytest

from rope_lessons.page import progress_bar
from rope_lessons.trained import attention_weights, ishmael, readings, rescues, surgery, tiny


@pytest.fixture
def looked_up():
    """As in a browser's kernel."""
    readings.measure_live(False)
    yield readings.found
    readings.measure_live()


def ask():
    turning = ishmael.load("turning")
    hundred = tiny.load("rope-100")
    held = (surgery.groups(hundred)["slow"], surgery.HELD)
    return {
        "a table of lesson 11": tiny.loss_by_position(tiny.load("t5"), 512, samples=16),
        "its facts": tiny.measure_cell(tiny.load("alibi-x16", 2), 4, 255, samples=48),
        "surgery of lesson 12": tiny.retrieval(hundred, 240, samples=32, clamp=held),
        "held pairs": tiny.loss_by_position(hundred, 256, samples=16, clamp=held),
        "a rescue of lesson 14": rescues.losses(turning, "ntk", 8),
        "its attention": attention_weights.looking_up(
            turning, 192, frequencies=turning.frequencies
        ),
    }


def test_what_is_stored_is_what_is_measured(looked_up):
    before, stored = looked_up(), ask()
    assert looked_up() - before == len(stored)
    readings.measure_live()
    for name, measured in ask().items():
        assert np.allclose(stored[name], measured, rtol=2e-5, atol=2e-6), name
        assert np.shape(stored[name]) == np.shape(measured), name


def test_another_question_or_another_model_is_measured(looked_up):
    model, before = tiny.load("t5"), looked_up()
    tiny.measure_cell(model, 4, 63, samples=2)
    model.weights["head.weight"] = -model.weights["head.weight"]
    assert tiny.measure_cell(model, 4, 63, samples=48) < 0.5
    assert looked_up() == before
    with pytest.raises((TypeError, AttributeError)):
        tiny.measure_cell(None, 4, 63)


def test_on_a_machine_nothing_is_looked_up():
    before = readings.found()
    tiny.measure_cell(tiny.load("t5"), 4, 63, samples=2)
    assert readings.found() == before


def test_a_press_measures(looked_up):
    watch = progress_bar.Watch("asking")
    watch._open(1, None)
    tiny.measure_cell(tiny.load("t5"), 4, 63, samples=48)
    watch._close(1)
    assert "Looked up" in watch.note.value
    watch.box.children[-1].click()
    before = readings.found()
    tiny.measure_cell(tiny.load("t5"), 4, 63, samples=48)
    assert readings.found() == before and "is measured" in watch.note.value
