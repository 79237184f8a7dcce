"""The last lesson's sheets keep what was written, and say what came beside it."""

import json

import numpy as np
import pytest

from rope_lessons import arcs, check, course, exercises, learner_files, rotary, scaling
from rope_lessons.page import capstone, figures, napkin
from rope_lessons.page.questions import QUESTIONS, SPOKEN
from rope_lessons.settings import models, published

CAME = {"axis": "distance", "first": 64, "pair": 9}


@pytest.fixture(autouse=True)
def a_learner(tmp_path, monkeypatch):
    monkeypatch.setenv("ROPE_LESSONS_HOME", str(tmp_path))
    capstone._asked.clear()
    return tmp_path


def kept(folder):
    return json.loads((folder / "capstone.json").read_text(encoding="utf-8"))


def test_what_is_pressed_is_kept_and_comes_back(a_learner):
    first = capstone.ask("ishmael")
    assert first.answer("axis") is None
    first.controls["axis"].value = "distance"
    assert kept(a_learner)["ishmael"] == {"axis": "distance"}
    assert capstone.ask("ishmael").answer("axis") == "distance"
    assert "1 of 3" in first.note.value


def test_one_sheet_leaves_the_others_as_they_were(a_learner):
    learner_files.write("capstone", {"explanation": {"1": "of an earlier sheet"}})
    capstone.ask("ishmael").controls["first"].value = "64"
    capstone.ask("llama").controls["first"].value = "4,096"
    assert capstone.ask("ishmael").answer("first") == "64"
    assert capstone.ask("llama").answer("first") == "4,096"
    assert kept(a_learner)["explanation"] == {"1": "of an earlier sheet"}


def test_what_is_filled_in_is_never_stored_in_the_notebook():
    def stored():
        bundle = capstone.ask("ishmael")._repr_mimebundle_()
        return {kind: text for kind, text in bundle.items() if kind.startswith("text")}

    before = stored()
    capstone.ask("ishmael").controls["axis"].value = "none"
    assert stored() == before


def test_there_are_at_most_twelve_things_to_fill_in():
    """The sheets, the bet before the rescue, and what is said at the end with its four ticks."""
    fields = sum(map(len, capstone.SHEETS.values()))
    assert fields + 1 + 1 + len(SPOKEN[14].names) <= 12


def test_every_control_says_what_it_is_for():
    """To who does not see what stands beside it."""
    for name, items in capstone.SHEETS.items():
        for item in items:
            control = capstone.ask(name).controls[item.key]
            told = getattr(control, "tooltips", None) or [control.description]
            assert set(told) == {item.text}


def test_a_bet_counts_once_the_slider_was_moved():
    sheet = capstone.ask("sealed")
    assert sheet.answer("bet") is None
    sheet.controls["bet"].value = 100
    assert sheet.answer("bet") == 100


def test_a_sheet_is_held_against_what_came():
    sheet = capstone.ask("ishmael")
    compared = capstone.compare("ishmael", **CAME)
    assert compared.hits() == 0
    assert compared.box.value.count("○") == 3
    sheet.controls["axis"].value = "position"
    sheet.controls["first"].value = "64"
    assert compared.hits() == 1
    assert "You: position." in compared.box.value
    assert capstone.REASONS["ishmael"]["axis"] in compared.box.value
    assert "1 of 3 as it came, 1 still open" in compared.box.value
    assert "reading twice" not in compared.box.value
    sheet.controls["pair"].value = "15"
    assert "1 of 3 as it came. Each ✗ is a sentence worth reading twice" in compared.box.value


@pytest.mark.parametrize(("bet", "won"), [(95, False), (96, True), (112, True), (113, False)])
def test_a_bet_is_won_between_the_two_distances(bet, won):
    sheet = capstone.ask("sealed")
    compared = capstone.compare("sealed", bet=(96, 112))
    assert "your bet" not in compared.box.value
    sheet.controls["bet"].value = bet
    assert compared.hits() == won


@pytest.mark.parametrize(("bet", "at"), [(52, "1.2"), (368, "100.0")])
def test_the_truth_is_drawn_over_the_bet(bet, at):
    sheet = capstone.ask("sealed")
    compared = capstone.compare("sealed", bet=(96, 112))
    sheet.controls["bet"].value = bet
    assert "left: 15.0%; width: 5.0%" in compared.box.value
    assert f"left: {at}%; top: 1.5em" in compared.box.value


def test_a_page_without_a_kernel_folds_what_came():
    bundle = capstone.compare("llama", first=2048, perplexity="over 1000")._repr_mimebundle_()
    assert bundle["text/html"].startswith("<details>")
    assert "2,048." in bundle["text/plain"]


def test_every_sheet_has_a_reason_for_each_line():
    asked = {name: [item.key for item in items] for name, items in capstone.SHEETS.items()}
    assert {name: list(reasons) for name, reasons in capstone.REASONS.items()} == asked


def test_what_llama_7b_may_have_done_was_all_published():
    """The wrong ones are what tuning gave, so none of them is out of reach."""
    table = published.table("pi-pg19")
    rows = ("PI to 8192, tuned", "tuned at 8192", "as it is")
    (_, asked) = capstone.SHEETS["llama"]
    assert asked.options == tuple(str(table.value(row, 4096)) for row in rows)


@pytest.mark.parametrize(
    ("name", "came", "says"),
    [
        ("neo", {}, "name must be"),
        ("ishmael", {"axis": "distance"}, "asks for axis, first, pair; got axis"),
        ("ishmael", {**CAME, "axis": "sideways"}, "axis must be 'position'"),
        ("ishmael", {**CAME, "first": 66}, "first must be '63'"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused(name, came, says):
    with pytest.raises(ValueError, match=says):
        capstone.compare(name, **came)


def test_predictions_come_back_and_a_belief_chosen_twice_is_stubborn(a_learner):
    wrong = next(option for option in QUESTIONS[7].options if option != QUESTIONS[7].right)
    answers = {
        "04": QUESTIONS[4].right,
        "07": wrong,
        "14": QUESTIONS[14].right,
        "09": "no option of it",
    }
    learner_files.write("predictions", {key: {"answer": answer} for key, answer in answers.items()})
    seen = capstone.look_back()
    assert seen.missed() == [7]
    assert "1 of 2 came as you said" in seen.box.children[0].value
    assert seen.stubborn() == []
    seen.again[7].value = wrong
    assert seen.stubborn() == [7]
    assert course.lesson(7).title in seen.verdict.value
    assert capstone.look_back().stubborn() == [7]
    seen.again[7].value = QUESTIONS[7].right
    assert seen.stubborn() == []
    assert "All mended" in seen.verdict.value


def test_all_is_mended_once_every_missed_question_is():
    missed = {
        n: next(option for option in QUESTIONS[n].options if option != QUESTIONS[n].right)
        for n in (4, 7)
    }
    learner_files.write(
        "predictions", {f"{n:02}": {"answer": answer} for n, answer in missed.items()}
    )
    seen = capstone.look_back()
    seen.again[4].value = QUESTIONS[4].right
    assert seen.verdict.value == ""
    seen.again[7].value = QUESTIONS[7].right
    assert "All mended" in seen.verdict.value


def test_without_predictions_there_is_nothing_to_come_back_to():
    assert "No prediction" in capstone.look_back().box.children[0].value


def test_an_entry_of_another_shape_is_passed_over(a_learner):
    learner_files.write("predictions", {"04": "500,000"})
    learner_files.write(
        "capstone", {"ishmael": ["distance"], "llama": {"first": 3}, "sealed": {"bet": "far"}}
    )
    assert capstone.look_back().answers == {}
    assert capstone.ask("ishmael").answer("axis") is None
    assert capstone.ask("llama").answer("first") is None
    assert capstone.ask("sealed").answer("bet") is None


# The napkin and the functions that the learner writes.


def test_the_last_napkin_says_the_numbers_of_llama_2():
    theta = np.degrees(10_000 ** (-52 / 64))
    assert napkin.rescued().opening == (
        f"pair 52 to {4095 * theta:.0f}° in 4096 positions, to {8191 * theta:.0f}° in 8192 "
        f"({4096 * theta:.0f}° never met), interpolated to {8191 / 2 * theta:.0f}°; pair 0: "
        f"neighbours {np.degrees(1):.0f}° apart, read on 57°, interpolated {np.degrees(0.5):.0f}°"
    )


def test_a_napkin_draws_no_more_than_a_turn():
    angles = [[4.0, 9.0, 4.0], [100.0, 200.0, 100.0]]
    lengths = {"train_length": 11, "target_length": 21}
    drawing = figures.rescued_napkin(angles, slow=5, fast=0, **lengths)
    assert "to 360° in 21 (131° never met)" in drawing.summary()


@pytest.mark.parametrize(
    ("angles", "says"),
    [
        (np.ones((3, 2)), r"must be \(2, 3\)"),
        (np.full((2, 3), 7.0), "does not finish"),
        (np.zeros((2, 3)), "does not finish"),
    ],
)
def test_a_napkin_of_other_angles_is_refused(angles, says):
    with pytest.raises(ValueError, match=says):
        napkin.rescued(angles)


@pytest.mark.parametrize("name", ["phi-4", "GPT-NeoX-20B", "GPT-2", "MPT-7B"])
@pytest.mark.parametrize("factor", [1, 2, 4])
def test_the_forecast_agrees_with_the_reader_of_settings(name, factor):
    settings = models.get(name)
    keys = "encoding", "head_dim", "rotary_dim", "base", "train_length"
    length = factor * settings.train_length
    mine = exercises.find("predict_failure").reference(
        {key: getattr(settings, key) for key in keys}, length
    )
    theirs = models.foretell(settings, length)
    assert mine["axis"] == theirs.axis
    assert mine["first_unseen"] == theirs.first_unseen
    assert mine["worst_pair"] == theirs.worst_pair
    assert mine["strangeness"] == pytest.approx(theirs.strangeness)


def test_both_rescues_are_those_of_scaling():
    speeds = rotary.inv_freq(32, 500.0)
    squeezed = exercises.find("interpolate").reference(np.arange(256), 64, 256)
    linear = scaling.frequencies("linear", 32, 500.0, scale=4).inv_freq
    np.testing.assert_allclose(np.outer(squeezed, speeds), np.outer(np.arange(256), linear))
    base = exercises.find("ntk_base").reference(500.0, 4, 32)
    slower = rotary.inv_freq(32, base)
    assert slower[0] == speeds[0]
    assert speeds[-1] / slower[-1] == pytest.approx(4)


def test_a_right_answer_of_one_line_passes():
    """It multiplies what it gets, so it must get arrays, as the docstring says."""

    def interpolate(positions, train_length, target_length):
        return positions * min(1, train_length / target_length)

    assert check(interpolate)


def test_interpolation_ends_within_a_step_of_the_trained_arc():
    for length in (128, 200, 512):
        squeezed = exercises.find("interpolate").reference([length - 1], 64, length)
        assert 63 < squeezed[0] < 64
    assert arcs.unseen_arc([0.01], 64, 64) == 0


@pytest.fixture
def overshoot():
    speeds = rotary.inv_freq(32, 500.0)
    losses = {1: (1.8, 2.4), 4: (1.9, 2.06), 8: (2.0, 1.7), 9: (2.2, 1.75)}
    slowed = {s: scaling.frequencies("ntk", 32, 500.0, scale=s).inv_freq for s in losses}
    lengths = {"train_length": 64, "distance": 251, "too_much": 0.25}
    return figures.overshoot_and_blur(losses, slowed, inv_freq=speeds, **lengths)


def test_overshoot_and_blur_on_one_picture(overshoot):
    assert overshoot.summary() == (
        "s = 1: at distance 251 pairs stand 54° off their arcs on average; loss 1.80 inside, "
        "2.40 past training; the loss fails past"
    )
    for scale, fails in ((4, "past"), (8, "nowhere"), (9, "inside")):
        overshoot.update(scale)
        assert overshoot.summary().endswith(f"fails {fails}")


def test_a_bar_is_how_far_its_pair_is_off_its_arc(overshoot):
    """Pair 9 by hand, at s = 4: slowed 4^(18/30) times, its arc ends at distance 63."""
    overshoot.update(4)
    theta = np.degrees(500 ** (-18 / 32))
    beyond = 251 * theta / 4 ** (18 / 30) - 63 * theta
    heights = {round(bar.get_center()[0]): bar.get_height() for bar in bars_of(overshoot)}
    assert list(heights) == list(range(6, 16))
    assert heights[9] == pytest.approx(beyond)
    assert heights[15] < 1 < heights[8], "the slowest is slowed by all of 4"


def bars_of(drawing):
    return drawing.figure.axes[0].patches


def test_two_ramps_side_by_side():
    kept_speed = {name: {2: np.ones(4), 4: np.full(4, x)} for name, x in (("a", 1), ("b", 0.25))}
    cost = {name: {2: 1.0, 4: x} for name, x in (("a", 1.1), ("b", 3.0))}
    drawing = figures.ramps(kept_speed, cost, np.array([10.0, 3.0, 1.0, 0.1]))
    assert drawing.summary() == (
        "β_fast 4; a: fastest pair keeps 1.00, loss 1.10; b: fastest pair keeps 0.25, loss 3.00"
    )
