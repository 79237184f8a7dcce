"""The package computes what Transformers computes (tests/reference/make.py wrote the arrays)."""

from pathlib import Path

import numpy as np
import pytest

from rope_lessons import rotary

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "rope.npz", allow_pickle=False)
LAYOUT = {
    "half_split": "half_split",
    "half_split_partial": "half_split",
    "interleaved": "interleaved",
    "interleaved_partial": "interleaved",
}


def test_the_file_names_the_versions_that_made_it():
    names = {line.split()[0] for line in REFERENCE["versions"]}
    assert names == {"transformers", "torch", "numpy"}


@pytest.mark.parametrize("key", [key for key in REFERENCE if key.startswith("inv_freq/")])
def test_frequencies(key):
    _, first, *rest = key.split("/")
    size = {"neox-20b": 24, "phi-2": 32}.get(first) or int(first)
    base = float(rest[0]) if rest else 10000.0
    np.testing.assert_allclose(rotary.inv_freq(size, base), REFERENCE[key], rtol=1e-6)


@pytest.mark.parametrize("case", LAYOUT)
def test_rotation_and_scores(case):
    stored = {key: REFERENCE[f"{case}/{key}"] for key in ("q", "k", "positions", "inv_freq")}
    at, inv_freq, layout = stored["positions"], stored["inv_freq"], LAYOUT[case]
    for name in ("q", "k"):
        turned = rotary.apply_rope(stored[name], at, inv_freq, layout=layout)
        np.testing.assert_allclose(turned, REFERENCE[f"{case}/turned_{name}"], atol=1e-12)
    scores = rotary.scores(stored["q"], stored["k"], at, at, inv_freq, layout=layout)
    np.testing.assert_allclose(scores, REFERENCE[f"{case}/scores"], atol=1e-11)


@pytest.mark.parametrize("case", LAYOUT)
def test_score_by_distance(case):
    q, k = REFERENCE[f"{case}/q"][0], REFERENCE[f"{case}/k"][0]
    at, inv_freq = REFERENCE[f"{case}/positions"], REFERENCE[f"{case}/inv_freq"]
    for i, m in enumerate(at):
        for j, n in enumerate(at):
            curve = rotary.distance_curve(q[i], k[j], m - n, inv_freq, layout=LAYOUT[case])
            assert curve == pytest.approx(REFERENCE[f"{case}/scores"][0, i, j], abs=1e-11)


def test_transformers_as_it_is_in_float32():
    for name in ("q", "k"):
        turned = rotary.apply_rope(
            REFERENCE[f"float32/{name}"], np.arange(16), rotary.inv_freq(32), layout="half_split"
        )
        assert turned.dtype == np.float32
        np.testing.assert_allclose(turned, REFERENCE[f"float32/turned_{name}"], atol=1e-6)
