"""Every kind of scaling gives Transformers' frequencies, and has the properties it is known for.

tests/reference/make_scaling.py wrote the arrays.
"""

from pathlib import Path

import numpy as np
import pytest

from rope_lessons import arcs, rotary, scaling

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "scaling.npz", allow_pickle=False)
DEEPSEEK = {"train_length": 4096, "scale": 40}
CASES = {
    "linear LLaMA-1": ("linear", 128, 1e4, {"scale": 4}),
    "linear Gemma 3 global": ("linear", 256, 1e6, {"scale": 8}),
    "yarn Llama-2": ("yarn", 128, 1e4, {"train_length": 4096, "scale": 16}),
    "yarn Qwen2.5": ("yarn", 128, 1e6, {"train_length": 32768, "scale": 4}),
    "yarn gpt-oss": ("yarn", 64, 150e3, {"train_length": 4096, "scale": 32, "truncate": False}),
    "yarn DeepSeek-V2": ("yarn", 64, 1e4, DEEPSEEK | {"mscale": 0.707, "mscale_all_dim": 0.707}),
    "yarn DeepSeek-V3": ("yarn", 64, 1e4, DEEPSEEK | {"mscale": 1.0, "mscale_all_dim": 1.0}),
    "yarn uneven mscale": ("yarn", 64, 1e4, DEEPSEEK | {"mscale": 1.0, "mscale_all_dim": 0.707}),
    "yarn mscale alone": ("yarn", 64, 1e4, DEEPSEEK | {"mscale": 0.707}),
    "yarn factor given": ("yarn", 64, 1e4, DEEPSEEK | {"attention_factor": 1.25}),
    "yarn short": ("yarn", 32, 500.0, {"train_length": 64, "scale": 4}),
    "yarn tiny": ("yarn", 32, 500.0, {"train_length": 6, "scale": 4}),
    "yarn fast": ("yarn", 8, 10.0, {"train_length": 1024, "scale": 4}),
    "llama3 Llama-3.1": ("llama3", 128, 500e3, {"train_length": 8192, "scale": 8}),
    "llama3 Llama-3.2 1B": ("llama3", 64, 500e3, {"train_length": 8192, "scale": 32}),
    "proportional 0.25 of 64": ("proportional", 64, 1e6, {"fraction": 0.25}),
    "proportional 0.3 of 10": ("proportional", 10, 1e6, {"fraction": 0.3}),
    "proportional 0.75 of 64": ("proportional", 64, 1e6, {"fraction": 0.75, "scale": 8}),
    "proportional 1 of 8": ("proportional", 8, 1e6, {"fraction": 1}),
}
for _f in (1, 2, 8):
    for _now in (1000, 2048, 4096, 5000, 16384):
        _given = {"train_length": 2048, "scale": _f, "length": _now}
        CASES[f"dynamic {_f} at {_now}"] = ("dynamic", 128, 1e4, _given)
for _which in ("short", "long"):
    _given = {"train_length": 4096, "scale": 32, "factors": REFERENCE[f"factors/{_which}"]}
    CASES[f"longrope Phi-3-vision {_which}"] = ("longrope", 96, 1e4, _given)

LLAMA_2 = {"head_dim": 128, "train_length": 4096}


def test_every_reference_is_compared_and_names_its_versions():
    stored = {key.split("/", 1)[1] for key in REFERENCE if key.startswith("inv_freq/")}
    assert stored == set(CASES)
    assert {line.split()[0] for line in REFERENCE["versions"]} == {"transformers", "torch", "numpy"}


@pytest.mark.parametrize("name", CASES)
def test_as_transformers_has_it(name):
    kind, head_dim, base, given = CASES[name]
    inv_freq, attention_factor = scaling.frequencies(kind, head_dim, base, **given)
    assert inv_freq.dtype == np.float64
    np.testing.assert_allclose(inv_freq, REFERENCE[f"inv_freq/{name}"], rtol=1e-6)
    assert attention_factor == pytest.approx(float(REFERENCE[f"attention_factor/{name}"]))


@pytest.mark.parametrize("kind", ["default", "linear", "ntk", "yarn", "yarn_paper", "llama3"])
def test_a_scale_of_one_changes_nothing(kind):
    found = scaling.frequencies(kind, 64, 500.0, train_length=512)
    np.testing.assert_allclose(found.inv_freq, rotary.inv_freq(64, 500.0), rtol=1e-14)
    assert found.attention_factor == 1


def test_the_default_leaves_the_scale_aside():
    found = scaling.frequencies(head_dim=8, base=100.0, train_length=64, scale=4)
    np.testing.assert_array_equal(found.inv_freq, rotary.inv_freq(8, 100.0))


@pytest.mark.parametrize("scale", [1.5, 4, 16])
def test_linear_divides_every_pair_and_ntk_only_the_slowest(scale):
    theta = rotary.inv_freq(128)
    linear = scaling.frequencies("linear", 128, scale=scale).inv_freq
    ntk = scaling.frequencies("ntk", 128, scale=scale).inv_freq
    np.testing.assert_allclose(linear, theta / scale)
    assert ntk[0] == 1
    assert ntk[-1] == pytest.approx(theta[-1] / scale, rel=1e-12)
    assert (np.diff(ntk / theta) < 0).all()


def test_ntk_keeps_only_the_slowest_pair_in_its_arc():
    theta, ntk = rotary.inv_freq(128), scaling.frequencies("ntk", 128, scale=4).inv_freq
    slow = arcs.unfinished(theta, 4096)
    met = 4095 * theta[slow]
    needed = np.minimum((4 * 4096 - 1) * ntk[slow], 2 * np.pi)  # past a full turn all is known
    assert (slow.sum(), (needed > 1.001 * met).sum()) == (18, 17)
    assert (needed / met).max() == pytest.approx(1.39, abs=0.005)
    assert np.degrees(needed - met).max() == pytest.approx(92, abs=0.5)


def test_the_factor_of_dynamic_is_not_its_scale():
    def dynamic(factor, length):
        given = {"train_length": 2048, "scale": factor, "length": length}
        return scaling.frequencies("dynamic", 128, **given).inv_freq

    def ntk(scale):
        return scaling.frequencies("ntk", 128, scale=scale).inv_freq

    np.testing.assert_allclose(dynamic(2, 2 * 2048), ntk(3))
    np.testing.assert_allclose(dynamic(1, 5 * 2048), ntk(5))
    np.testing.assert_array_equal(dynamic(8, 100), ntk(1))


@pytest.mark.parametrize("head_dim, scale", [(128, 8), (64, 32)])
def test_llama3_is_the_printed_yarn_ramp_without_its_temperature(head_dim, scale):
    given = {"train_length": 8192, "scale": scale}
    llama3 = scaling.frequencies("llama3", head_dim, 500e3, **given)
    betas = {"beta_slow": 1, "beta_fast": 4, "attention_factor": 1}
    printed = scaling.frequencies("yarn_paper", head_dim, 500e3, **given, **betas)
    np.testing.assert_array_equal(llama3.inv_freq, printed.inv_freq)
    assert llama3.attention_factor == printed.attention_factor == 1


def test_yarn_as_printed():
    """Equations 18 to 20 of the paper, one pair at a time."""
    length, scale, alpha, beta = 4096, 16, 1, 32
    printed = scaling.frequencies("yarn_paper", **LLAMA_2, scale=scale)
    for theta, found in zip(rotary.inv_freq(128), printed.inv_freq, strict=True):
        turns = length / (2 * np.pi / theta)
        keep = 0 if turns < alpha else 1 if turns > beta else (turns - alpha) / (beta - alpha)
        assert found == pytest.approx((1 - keep) * theta / scale + keep * theta, rel=1e-12)
    assert printed.attention_factor == pytest.approx(0.1 * np.log(16) + 1)


def test_released_and_printed_yarn_differ_by_three_times():
    released = scaling.frequencies("yarn", **LLAMA_2, scale=16).inv_freq
    printed = scaling.frequencies("yarn_paper", **LLAMA_2, scale=16).inv_freq
    assert (released / printed).max() == pytest.approx(3.04, abs=0.005)


def test_on_a_short_length_printed_yarn_slows_every_pair_and_the_released_keeps_the_fastest():
    given = {"train_length": 64, "scale": 4}
    theta = rotary.inv_freq(32, 500.0)
    assert (scaling.frequencies("yarn_paper", 32, 500.0, **given).inv_freq < theta).all()
    assert scaling.frequencies("yarn", 32, 500.0, **given).inv_freq[0] == theta[0]


def test_yarn_with_equal_betas_is_a_step():
    """Kimi-K2's block. Transformers: 64 · ln(4096 / 2π) / (2 ln 50000) = 19.2, so 19 to 20."""
    given = {"train_length": 4096, "scale": 32, "beta_fast": 1, "beta_slow": 1}
    kept = scaling.frequencies("yarn", 64, 50e3, **given).inv_freq / rotary.inv_freq(64, 50e3)
    np.testing.assert_allclose(kept, [1] * 20 + [1 / 32] * 12)
    # Not moved to whole pairs both ends stand at 19.2, and Transformers widens the ramp by 0.001.
    untruncated = scaling.frequencies("yarn", 64, 50e3, **given, truncate=False).inv_freq
    np.testing.assert_allclose(untruncated / rotary.inv_freq(64, 50e3), kept)


def test_llama3_with_equal_factors_is_a_step():
    """Llama-4's block. By hand: pairs whose wavelength exceeds 8192 are slowed, from 35 of 64."""
    given = {"train_length": 8192, "scale": 16, "low_freq_factor": 1, "high_freq_factor": 1}
    kept = scaling.frequencies("llama3", 128, 500e3, **given).inv_freq / rotary.inv_freq(128, 500e3)
    assert 2 * np.pi * 500e3 ** (34 / 64) < 8192 < 2 * np.pi * 500e3 ** (35 / 64)
    np.testing.assert_allclose(kept, [1] * 35 + [1 / 16] * 29)


def test_proportional_keeps_the_speeds_of_the_whole_head():
    found = scaling.frequencies("proportional", 64, fraction=0.25).inv_freq
    np.testing.assert_array_equal(found[:8], rotary.inv_freq(64)[:8])
    assert not found[8:].any()
    assert not scaling.frequencies("proportional", 64, fraction=0).inv_freq.any()


def test_factors_are_not_changed():
    factors = np.full(4, 2.0)
    scaling.frequencies("longrope", 8, train_length=64, factors=factors).inv_freq[:] = 0
    np.testing.assert_array_equal(factors, 2)


def f(kind, head_dim=8, **given):
    return lambda: scaling.frequencies(kind, head_dim, **{"train_length": 64, "scale": 2} | given)


BAD = {
    "kind": (f("yam"), ValueError, "'default' or 'linear' or 'ntk'"),
    "kind as a list": (f(["yarn"]), ValueError, "kind must be"),
    "no head_dim": (lambda: scaling.frequencies("linear"), TypeError, "head_dim must be a whole"),
    "odd head_dim": (f("linear", 7), ValueError, "head_dim must be even"),
    "one pair": (f("ntk", 2), ValueError, "at least 4"),
    "one pair, dynamic": (f("dynamic", 2, length=128), ValueError, "at least 4"),
    "base": (f("linear", base=0), ValueError, "base must be greater than 0"),
    "base of 1": (f("yarn", base=1), ValueError, "greater than 1"),
    "scale below 1": (f("linear", scale=0.5), ValueError, "scale must be at least 1, got 0.5"),
    "scale text": (f("linear", scale="4"), TypeError, "scale must be a number"),
    "scale nan": (f("linear", scale=np.nan), ValueError, "finite"),
    "train_length": (f("yarn", train_length=4096.0), TypeError, "train_length must be a whole"),
    "train_length of 1": (f("longrope", train_length=1, factors=np.ones(4)), ValueError, "least 2"),
    "unknown option": (f("linear", beta_fast=8), TypeError, "accepts none"),
    "unknown option, yarn": (f("yarn", beta=8), TypeError, "accepts beta_fast, beta_slow"),
    "no length now": (f("dynamic"), ValueError, "needs the option 'length'"),
    "length now": (f("dynamic", length=0), ValueError, "length must be at least 1"),
    "no fraction": (f("proportional"), ValueError, "needs the option 'fraction'"),
    "fraction": (f("proportional", fraction=1.5), ValueError, "between 0 and 1"),
    "no factors": (f("longrope"), ValueError, "needs the option 'factors'"),
    "too few factors": (f("longrope", factors=[1, 2]), ValueError, "each of the 4 pairs"),
    "factor 0": (f("longrope", factors=[1, 2, 3, 0]), ValueError, "greater than 0"),
    "betas": (f("yarn", beta_fast=0.5), ValueError, "beta_slow must not be above beta_fast"),
    "printed betas": (f("yarn_paper", beta_slow=33), ValueError, "must not be above"),
    "llama3 factors": (f("llama3", high_freq_factor=0.5), ValueError, "low_freq_factor must not"),
    "beta 0": (f("yarn", beta_slow=0), ValueError, "beta_slow must be greater than 0"),
    "truncate": (f("yarn", truncate="no"), ValueError, "True or False"),
    "attention_factor": (f("yarn", attention_factor=-1), ValueError, "greater than 0"),
    "mscale": (f("yarn", mscale=-1, mscale_all_dim=1), ValueError, "mscale must be greater"),
}
for _kind in ("dynamic", "yarn", "yarn_paper", "llama3", "longrope"):
    BAD[f"{_kind} without a length"] = (
        f(_kind, train_length=None),
        ValueError,
        "train_length=4096",
    )


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_what_is_wrong(case):
    call, error, part = BAD[case]
    with pytest.raises(error) as caught:
        call()
    assert part in str(caught.value)
