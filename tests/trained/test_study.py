"""The study of strangeness on fresh models: foretold by the rules, judged by what was measured."""

import json

import half_point
import numpy as np
import pytest
import report
import rules
import study
import verdict
from copies import ROOT

from rope_lessons.trained import tiny

STUDY = json.loads((ROOT / "training" / "study.json").read_text(encoding="utf-8"))
README = (ROOT / "training" / "README.md").read_text(encoding="utf-8")
MODELS, FORETOLD = study.judged(STUDY)


def test_the_design_is_that_of_the_code_and_nothing_in_it_was_trained_before():
    assert STUDY["design"] == study.design()
    models = STUDY["design"]["models"]
    bases, lengths = ([model[key] for model in models] for key in ("base", "train_length"))
    assert len(models) >= 12 and (min(bases), max(bases)) == (50, 20_000)
    assert (min(lengths), max(lengths)) == (48, 128)
    assert abs(np.corrcoef(np.log(bases), lengths)[0, 1]) < 0.1
    assert not {base for base, _ in study.SHIPPED.values()} & set(bases)
    assert len({model["seed"] for model in models}) == len(models)


def test_the_predictions_come_out_again_from_what_ships_alone():
    again = study.predict({"design": STUDY["design"]})
    assert again == {key: STUDY[key] for key in again}


def test_the_half_points_come_out_again_from_the_answers():
    for model in MODELS:
        found = model["measured"]
        again = half_point.with_interval(found["at first"], found["around one half"])
        assert again == {key: found[key] for key in again}, model["name"]


def test_the_verdict_comes_out_again():
    again = json.loads(json.dumps(verdict.judge(MODELS, FORETOLD)))
    for rule, found in STUDY["results"]["rules"].items():
        for name, value in found.items():
            assert again[rule][name] == pytest.approx(value, rel=1e-6), (rule, name)
    again = verdict.chosen_on_half(MODELS, FORETOLD)
    assert again["error of the chosen"] == pytest.approx(
        STUDY["results"]["halves"]["error of the chosen"]
    )


def test_lessons_can_print_what_was_measured():
    assert tiny.half_points() == json.loads(json.dumps(study.ships(STUDY)))


@pytest.mark.parametrize("part", study.parts(STUDY))
def test_readme_shows_what_was_measured(part):
    shown = f"<!-- {part} -->\n{study.parts(STUDY)[part]}\n<!-- end of {part} -->"
    assert shown in README, "python training/study.py report writes it anew"


def test_models_in_which_no_circuit_formed_are_left_out_and_told():
    inside = [found["inside"] for found in STUDY["measured"].values()]
    assert len(MODELS) == sum(share >= study.FOUND for share in inside)
    assert README.count("left out: ") == sum(share < study.FOUND for share in inside)


def test_a_half_point_lies_where_the_curve_passes_one_half():
    assert half_point.half_point([64, 256], [0.75, 0.25], [9, 9]) == pytest.approx(128)
    assert half_point.half_point([64, 128, 256], [1, 0.6, 0.55], [9, 9, 9]) is None
    dip = half_point.half_point([64, 96, 128, 256], [1, 0.4, 0.9, 0.1], [9, 9, 9, 9])
    assert 128 < dip < 256, "a dip alone is no loss"
    back = half_point.half_point([64, 128, 256], [0.75, 0.25, 0.9], [9, 9, 9])
    assert back == pytest.approx(np.sqrt(64 * 128)), "what comes back later does not count"


def test_the_falling_curve_is_the_nearest_one():
    rng = np.random.default_rng(0)
    values, weights = rng.random(6), rng.integers(1, 5, 6)
    curve = half_point.falling(values, weights)
    assert (np.diff(curve) <= 0).all()
    least = weights @ (curve - values) ** 2
    for _ in range(2000):
        other = np.sort(curve + rng.normal(0, 0.1, 6))[::-1]
        assert weights @ (other - values) ** 2 >= least


@pytest.mark.parametrize("rule", [*rules.QUANTITIES, rules.BLEND, rules.PLAIN])
def test_a_rule_finds_its_parameter_again_in_what_it_foretold(rule):
    given = {
        "strangeness": 40.0,
        "S/L": 3.0,
        "longest unseen arc": 100.0,
        "total unseen arc": 600.0,
        "a quarter of all pairs off": 60.0,
        "lost score": 0.4,
        rules.BLEND: 0.5,
        rules.PLAIN: [0.4, -1.0],
    }[rule]
    known = [
        (base, length, rules.foretell(rule, given, base, length), rules.FARTHEST * length)
        for base, length in ((150, 64), (400, 100), (1000, 48), (5000, 80))
    ]
    assert rules.fit(known)[rule] == pytest.approx(given, rel=0.05)


def test_a_perfect_rule_is_judged_perfect_and_a_backward_one_is_not():
    measured, _ = verdict.targets(MODELS)
    record = verdict.judge(MODELS, {rules.AS_TOLD: measured, "S/L": 1 / measured})
    assert record[rules.AS_TOLD]["rank correlation"][0] == pytest.approx(1)
    assert record[rules.AS_TOLD]["error"] == pytest.approx([1, 1, 1])
    assert record["S/L"]["rank correlation"][0] == pytest.approx(-1)
    assert report.rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
