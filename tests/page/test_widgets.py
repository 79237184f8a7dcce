"""Figures move when their sliders do, predictions are kept and come back."""

import base64
import functools
import json
import threading
import time

import cells
import ipywidgets as widgets
import lettering
import numpy as np
import pytest
from cells import SHOWN

from rope_lessons import learner_files
from rope_lessons.authoring import build
from rope_lessons.page import explore, figures, live, predict
from rope_lessons.page.live import base
from rope_lessons.page.questions import Question
from rope_lessons.trained import readings


def stored():
    """The cells that show a figure, from what is stored: nothing runs while tests are collected."""
    for path in build.notebooks(build.course.root()):
        for cell in build.read(path).cells:
            data = [output.get("data", {}) for output in cell.get("outputs", ())]
            if path.parent.name == "notebooks" and any("image/png" in it for it in data):
                yield f"{path.stem}/{cell.id}", any(base.MIME in it for it in data)


MOVED = dict(stored())
FIGURES = [name for name, alive in MOVED.items() if not alive]
LIVE = [name for name, alive in MOVED.items() if alive]


@functools.cache
def figures_of(stem):
    readings.measure_live(False)  # what is measured is looked at elsewhere
    try:
        path = build.course.root() / "notebooks" / f"{stem}.ipynb"
        return cells.figures(path, (explore.Explore, live.Live))
    finally:
        readings.measure_live()


@pytest.fixture
def figure(name):
    stem, cell = name.split("/")
    return figures_of(stem)[cell]


def elsewhere(control):
    """Another value of a slider or of buttons."""
    if hasattr(control, "options"):
        return next(value for value in control.options if value != control.value)
    return control.max if control.value != control.max else control.min


def test_every_figure_is_stored():
    given = {
        f"{path.stem}/{cell}": isinstance(figure, live.Live)
        for path in build.notebooks(build.course.root())
        if path.parent.name == "notebooks"
        for cell, figure in figures_of(path.stem).items()
    }
    assert given == MOVED
    assert len(LIVE) >= 7
    assert len(FIGURES) >= 20


@pytest.mark.filterwarnings(
    *(f"error::{kind.__name__}" for kind in SHOWN), "ignore::DeprecationWarning"
)
@pytest.mark.parametrize("name", FIGURES)
def test_each_slider_changes_picture_summary_and_alternative_text(figure):
    for slider in figure.sliders.values():
        before = figure.image.value, figure.drawing.summary(), figure.image.tooltip
        kept = slider.value
        slider.value = elsewhere(slider)
        after = figure.image.value, figure.drawing.summary(), figure.image.tooltip
        assert all(old != new for old, new in zip(before, after, strict=True))
        assert figure.drawing.summary() in figure.reading.value
        slider.value = kept
        assert figure.image.value == before[0]


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_in_a_picture_can_be_read(figure):
    """At the opening, at both ends of every slider, and under every button."""
    told = [f"opening: {line}" for line in lettering.complaints(figure.drawing.figure)]
    for control in figure.sliders.values():
        kept = control.value
        places = control.options if hasattr(control, "options") else (control.min, control.max)
        for control.value in places:
            lines = lettering.complaints(figure.drawing.figure)
            told += [f"{control.description} {control.value}: {line}" for line in lines]
        control.value = kept
    assert told == []


@pytest.mark.parametrize("name", LIVE)
def test_the_still_of_a_live_figure_can_be_read_and_says_what_the_figure_says(figure):
    drawing = figure.drawing()
    assert lettering.complaints(drawing.figure) == []
    assert drawing.summary() == figure.sentence() == figure.opening


def test_what_cannot_be_read_is_told():
    figure = figures.blank(2, 1)
    axes = figure.subplots()
    axes.axis("off")
    axes.text(0.1, 0.5, "pale", color="#AAAAAA")
    axes.text(0.5, 0.5, "one")
    axes.text(0.52, 0.5, "other")
    figure.text(0.9, 0.1, "far too long for it")
    kinds = {line.split()[-1] for line in lettering.complaints(figure)}
    assert {"off", "overlap"} <= kinds
    assert any("'pale' is too pale" in line for line in lettering.complaints(figure))


@pytest.mark.parametrize("name", MOVED)
def test_one_bundle_carries_widget_picture_and_text(figure):
    bundle, metadata = figure._repr_mimebundle_()
    assert set(bundle) - {base.MIME} == {build.WIDGET_VIEW, "image/png", "text/plain"}
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"] in metadata["image/png"]["alt"]
    assert len(figure.alt) > 20


def test_a_map_begins_at_the_colour_of_the_page():
    """So that a dark page may show it in reverse: what is strong stays strong."""
    figures = [figures_of(name.split("/")[0])[name.split("/")[1]] for name in FIGURES]
    maps = [image for figure in figures for image in images(figure)]
    assert len(maps) >= 20
    for image in maps:
        colours = image.get_cmap()(np.linspace(0, 1, 101))
        light = colours[:, :3].mean(axis=1)
        zero = light[int(np.argmin(np.abs(np.linspace(*image.get_clim(), 101))))]
        assert zero == light.max() > 0.95
        assert light.min() < 0.4


def images(figure):
    return [image for axes in figure.drawing.figure.axes for image in axes.get_images()]


def test_moves_that_come_at_once_are_drawn_one_after_the_other():
    """As JupyterLab sends them: a first move to the main thread, the next to a subshell."""
    inside, most = [], []

    def update(x):
        inside.append(x)
        most.append(len(inside))
        time.sleep(0.02)
        inside.pop()

    drawing = figures.Drawing(figures.blank(1, 1), update, lambda: "drawn")
    moved = explore.Explore(drawing, alt="", caption="", x=explore.slider("x", 0, 9, 0))
    threads = [threading.Thread(target=moved._show) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_sliders_must_be_those_the_drawing_takes():
    drawing = figures.two_arrows((1, 0), (1, 0), 0.5)
    with pytest.raises(ValueError, match="moved by n, gap"):
        explore.Explore(drawing, alt="", caption="", n=explore.slider("n", 0, 3, 0))


def test_a_slider_starts_inside_its_range():
    with pytest.raises(ValueError, match="between 0 and 3"):
        explore.slider("n", 0, 3, 7)
    assert isinstance(explore.slider("x", 0.0, 1.0, 0.5, 0.1), widgets.FloatSlider)


@pytest.fixture
def lesson(monkeypatch, empty_home):
    """A lesson with a question of this test's own."""
    question = Question("What?", {"same": "It is.", "smaller": "It is not."}, right="same")
    monkeypatch.setitem(predict.QUESTIONS, 99, question)
    monkeypatch.setattr(predict, "_asked", {})
    return 99


def test_a_prediction_is_kept_and_comes_back(lesson, empty_home):
    asked = predict.ask(lesson)
    outcome = predict.recall(lesson, "Measured: 1.")
    assert "once you have made your bet" in outcome.text.value
    asked.buttons.value = "smaller"
    kept = json.loads((empty_home / "predictions.json").read_text(encoding="utf-8"))
    assert kept["99"]["answer"] == "smaller"
    assert kept["99"]["right"] is False
    assert "Recorded" in asked.note.value
    for said in ("“smaller”", "“same”", "Measured: 1.", "It is not.", "It is."):
        assert said in outcome.text.value
    again = predict.ask(lesson)
    assert again.answer == "smaller"
    again.buttons.value = "same"
    assert "that is what came" in predict.recall(lesson, "Measured: 1.").text.value


def test_before_a_bet_nothing_is_shown_unless_it_is_asked_for(lesson):
    """Run All comes by before the learner does."""
    asked = predict.ask(lesson)
    outcome = predict.recall(lesson, "Measured: 1.")
    assert outcome.anyway in outcome.box.children
    for answer in ("Measured", "“same”", "It is."):
        assert answer not in outcome.text.value
    outcome.anyway.click()
    assert outcome.anyway not in outcome.box.children
    for answer in ("Measured", "“same”", "It is."):
        assert answer in outcome.text.value
    asked.buttons.value = "smaller"
    assert "You predicted “smaller”" in outcome.text.value
    assert outcome.anyway not in outcome.box.children


def test_a_page_without_a_kernel_folds_what_came(lesson):
    assert predict.recall(lesson, "1.")._repr_mimebundle_()["text/html"].startswith("<details>")


def test_the_outcome_finds_an_answer_of_an_earlier_session(lesson, empty_home):
    learner_files.write("predictions", {"99": {"answer": "smaller"}})
    assert "“smaller”" in predict.recall(lesson, "Measured: 1.").text.value


def test_what_a_cell_stores_does_not_depend_on_the_answer(lesson):
    asked = predict.ask(lesson)
    outcome = predict.recall(lesson, "Measured: 1.")

    def stored():
        bundles = asked._repr_mimebundle_(), outcome._repr_mimebundle_()
        return [(bundle["text/plain"], bundle["text/html"]) for bundle in bundles]

    before = stored()
    asked.buttons.value = "smaller"
    assert stored() == before


def test_predictions_tell_what_is_wrong():
    with pytest.raises(ValueError, match="lesson 0 has no question"):
        predict.ask(0)
    with pytest.raises(ValueError, match="at least two options"):
        Question("What?", {"same": "It is."}, right="same")
    with pytest.raises(ValueError, match="one of"):
        Question("What?", {"same": "It is.", "smaller": "It is not."}, right="larger")


@pytest.mark.parametrize("damage", ["{", "[1, 2]", "\x00\xff"])
def test_a_damaged_record_is_set_aside_not_erased(empty_home, damage):
    learner_files.write("predictions", {"07": {"answer": "kept"}})
    path = empty_home / "predictions.json"
    path.write_bytes(damage.encode("latin-1"))
    assert learner_files.read("predictions") == {}
    (aside,) = empty_home.glob("predictions.unreadable-*.json")
    assert aside.read_bytes() == damage.encode("latin-1")


@pytest.mark.parametrize("surprise", ["text", {"answer": "never an option"}, {"answer": [1]}])
def test_a_record_of_another_shape_is_ignored(lesson, surprise):
    learner_files.write("predictions", {"99": surprise})
    assert predict.ask(lesson).answer is None


def test_an_answer_that_cannot_be_saved_says_so(lesson, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    asked = predict.ask(lesson)
    monkeypatch.setattr(learner_files, "write", full)
    asked.buttons.value = "same"
    assert "could not be saved: no space left" in asked.note.value


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    learner_files.write_whole(path, "old")

    def broken(*_):
        raise OSError("pulled the plug")

    monkeypatch.setattr(learner_files.Path, "replace", broken)
    with pytest.raises(OSError, match="pulled the plug"):
        learner_files.write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
