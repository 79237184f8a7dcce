"""The napkin grows by one stroke a lesson, says what is on it, and can be taken along."""

import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from rope_lessons import rotary
from rope_lessons.authoring import build
from rope_lessons.page import figures, napkin

LESSONS = 4, 7, 9, 12
SETTINGS = {
    "inv_freq": rotary.inv_freq(128),
    "train_length": 4096,
    "length": 8192,
    "slow": 52,
}


@pytest.fixture(scope="module")
def grown():
    return {lesson: napkin.after(lesson) for lesson in LESSONS}


def quarters(shown):
    return [axes for axes in shown.drawing.figure.axes if axes.lines]


def test_each_lesson_adds_one_stroke_and_keeps_the_earlier_ones(grown):
    for strokes, lesson in enumerate(LESSONS, start=1):
        assert len(quarters(grown[lesson])) == strokes
    assert len({shown.opening for shown in grown.values()}) == len(LESSONS)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_new_stroke_is_the_strongest(grown, lesson):
    *earlier, new = quarters(grown[lesson])
    strongest = [max(line.get_linewidth() for line in axes.lines) for axes in (new, *earlier)]
    assert all(width < strongest[0] for width in strongest[1:3])
    assert all(line.get_alpha() <= 0.5 for axes in earlier for line in axes.lines)
    assert max(line.get_alpha() for line in new.lines) == 1


def test_the_numbers_on_it_are_those_of_llama_2(grown):
    """Heads of 128 numbers, base 10,000, worked out apart from the package."""
    arrows = [np.degrees(100 * 10_000 ** (-j / 64)) % 360 for j in (0, 32, 63)]
    assert "arrows 0, 32 and 63 at {:.0f}°, {:.0f}° and {:.0f}°".format(*arrows) in (
        grown[4].opening
    )
    assert "q 95° ahead of k" in grown[7].opening
    # first below zero at 1,707: where 64 cosines first sum to less than nothing
    assert "a curve from 64 at distance 0, first below zero at 1707" in grown[9].opening
    assert "back above zero at" in grown[9].opening
    met, reached = (np.degrees(p * 10_000 ** (-52 / 64)) for p in (4095, 8191))
    assert f"pair 52, {met:.0f}° met in 4096 positions, {reached - met:.0f}° new in 8192" in (
        grown[12].opening
    )


def test_the_text_is_read_from_the_lines():
    drawing = figures.folded_napkin(1, **SETTINGS)
    before = drawing.summary()
    for line in drawing.figure.axes[0].lines:
        x, y = line.get_data()
        line.set_data(-np.asarray(y), x)  # a quarter turn of everything
    assert before.endswith("330°, 57° and 1°")
    assert drawing.summary().endswith("60°, 147° and 91°")


@pytest.mark.parametrize("lesson", LESSONS)
def test_one_bundle_carries_picture_text_and_alternative(grown, lesson):
    bundle, metadata = grown[lesson]._repr_mimebundle_()
    assert set(bundle) == {build.WIDGET_VIEW, "image/png", "text/plain"}
    assert bundle["text/plain"] == grown[lesson].opening
    assert f"after lesson {lesson:02}" in metadata["image/png"]["alt"]
    assert bundle["text/plain"] in metadata["image/png"]["alt"]


def test_a_caption_is_one_sentence(grown):
    for shown in grown.values():
        caption = shown.box.children[-1].value
        assert caption.count(". ") == 0
        assert caption.endswith(".</p>")


def test_its_letters_come_with_matplotlib(caplog):
    napkin.after(12)
    assert not [record for record in caplog.records if "findfont" in record.getMessage()]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_it_is_saved_the_same_each_time(grown, tmp_path, ending):
    paths = [grown[12].save(tmp_path / f"{name}.{ending}") for name in "ab"]
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    if ending == "svg":
        assert ElementTree.fromstring(first).tag.endswith("svg")
    else:
        picture = np.asarray(Image.open(io.BytesIO(first)).convert("L"))
        assert picture.shape[1] > 600
        assert np.ptp(picture) > 100


def test_it_is_saved_as_a_picture_or_not_at_all(grown, tmp_path):
    with pytest.raises(ValueError, match=r"\.png or \.svg, got 'napkin\.txt'"):
        grown[4].save(tmp_path / "napkin.txt")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lesson", [0, 5, 14, -4, "4", None, True])
def test_after_other_lessons_it_does_not_grow(lesson):
    with pytest.raises(ValueError, match="after lessons 4, 7, 9 and 12, got"):
        napkin.after(lesson)


def test_a_napkin_wants_one_to_four_strokes_and_a_slow_pair():
    with pytest.raises(ValueError, match="strokes must be 1 to 4, got 5"):
        figures.folded_napkin(5, **SETTINGS)
    with pytest.raises(ValueError, match="pair 10 finishes a turn"):
        figures.folded_napkin(4, **{**SETTINGS, "slow": 10})


def test_the_arc_met_ends_at_the_last_position():
    drawing = figures.folded_napkin(4, inv_freq=[1.0, 0.1], train_length=21, length=41, slow=1)
    assert drawing.summary().endswith("pair 1, 115° met in 21 positions, 115° new in 41")
