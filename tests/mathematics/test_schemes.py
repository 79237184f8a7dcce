"""Every scheme does to the scores what its paper and Transformers do.

tests/reference/make_scaling.py wrote the arrays.
"""

from pathlib import Path

import numpy as np
import pytest

from rope_lessons import rotary, schemes

REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "scaling.npz", allow_pickle=False)
RNG = np.random.default_rng(1)
HEADS, WIDTH = 3, 8
Q_AT, K_AT = np.array([250, 0, 17, 3001]), np.array([0, 3, 17, 250, 3001])


def vectors(*shape, dtype=np.float64):
    return RNG.normal(size=shape).astype(dtype)


TABLE = vectors(32, HEADS)
EMBEDDING = vectors(64, WIDTH)
SCHEMES = {
    "none": schemes.NoPosition(),
    "sinusoidal": schemes.Sinusoidal(WIDTH),
    "learned": schemes.Learned(EMBEDDING, past_end="zeros"),
    "t5": schemes.T5Bias(TABLE),
    "alibi": schemes.ALiBi(HEADS),
    "rope": schemes.Rope(rotary.inv_freq(WIDTH, 500.0)),
    "rope partial": schemes.Rope(rotary.inv_freq(4, 500.0), 1.3, layout="half_split"),
}
ABSOLUTE, RELATIVE = ("sinusoidal", "learned"), ("t5", "alibi", "rope", "rope partial")


def plain(q, k):
    return q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])


# Against Transformers


@pytest.mark.parametrize("n_heads", [*range(1, 41), 112])
def test_slopes(n_heads):
    expected = REFERENCE[f"slopes/{n_heads}"]
    np.testing.assert_allclose(schemes.alibi_slopes(n_heads), expected, rtol=1e-6)


@pytest.mark.parametrize("key", [k for k in REFERENCE if k.startswith("t5/") and k.count("/") == 2])
def test_buckets(key):
    n_buckets, max_distance = map(int, key.split("/")[1:])
    found = schemes.t5_bucket(REFERENCE["t5/distances"], n_buckets, max_distance)
    np.testing.assert_array_equal(found, REFERENCE[key])


def test_t5_bias():
    q, k, at = np.zeros((3, 200, 8)), np.zeros((3, 200, 8)), np.arange(200)
    bias = schemes.T5Bias(REFERENCE["t5/table"]).logits(q, k, at, at)[:, ::40]
    np.testing.assert_allclose(bias, REFERENCE["t5/bias"], atol=1e-6)


@pytest.mark.parametrize("layout", schemes.SINUSOID_LAYOUTS)
def test_sinusoidal_tables(layout):
    found = schemes.sinusoidal_table(200, 12, layout=layout)
    np.testing.assert_allclose(found, REFERENCE[f"sinusoidal/{layout}"], atol=1e-6)


# Against the definitions


def test_slopes_of_a_power_of_two_and_of_twelve_heads():
    np.testing.assert_allclose(schemes.alibi_slopes(8), 2.0 ** -np.arange(1, 9))
    sixteen = schemes.alibi_slopes(16)
    expected = np.concatenate([schemes.alibi_slopes(8), sixteen[:8:2]])
    np.testing.assert_array_equal(schemes.alibi_slopes(12), expected)


def test_buckets_in_order_and_at_their_ends():
    found = schemes.t5_bucket(np.arange(300))
    np.testing.assert_array_equal(found[:16], np.arange(16))
    assert set(np.diff(found)) == {0, 1}
    assert found[128] == found[299] == 31
    np.testing.assert_array_equal(schemes.t5_bucket([4, 8, 16, 32, 64], 8, 64), [4, 5, 6, 7, 7])
    assert schemes.t5_bucket(18.5) == schemes.t5_bucket(18) < schemes.t5_bucket(19)


@pytest.mark.parametrize("name", ["none", *ABSOLUTE])
def test_without_a_part_in_the_scores_they_are_plain(name):
    q, k = vectors(2, HEADS, 4, WIDTH), vectors(2, HEADS, 5, WIDTH)
    np.testing.assert_allclose(SCHEMES[name].logits(q, k, Q_AT, K_AT), plain(q, k))


@pytest.mark.parametrize("name", ["none", *RELATIVE])
def test_relative_schemes_leave_the_input_as_it_is(name):
    x = vectors(4, WIDTH)
    assert SCHEMES[name].embed(x, Q_AT) is x


def test_the_biases_pair_by_pair():
    q, k = vectors(2, HEADS, 4, WIDTH), vectors(2, HEADS, 5, WIDTH)
    slopes, buckets = schemes.alibi_slopes(HEADS), schemes.t5_bucket
    alibi = SCHEMES["alibi"].logits(q, k, Q_AT, K_AT) - plain(q, k)
    t5 = SCHEMES["t5"].logits(q, k, Q_AT, K_AT) - plain(q, k)
    for h in range(HEADS):
        for i, m in enumerate(Q_AT):
            for j, n in enumerate(K_AT):
                expected = -slopes[h] * max(m - n, 0)
                np.testing.assert_allclose(alibi[:, h, i, j], expected, atol=1e-12)
                np.testing.assert_allclose(t5[:, h, i, j], TABLE[buckets(m - n), h], atol=1e-12)


def test_scaled_slopes_and_t5_without_division():
    q, k = vectors(HEADS, 4, WIDTH), vectors(HEADS, 5, WIDTH)
    once, twice = (schemes.ALiBi(HEADS, s).logits(q, k, Q_AT, K_AT) - plain(q, k) for s in (1, 2))
    np.testing.assert_allclose(twice, 2 * once, atol=1e-12)
    raw = schemes.T5Bias(TABLE, divide=False).logits(q, k, Q_AT, K_AT)
    bias = SCHEMES["t5"].logits(q, k, Q_AT, K_AT) - plain(q, k)
    np.testing.assert_allclose(raw, q @ np.swapaxes(k, -1, -2) + bias)


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
def test_rope_is_the_turned_score(layout):
    q, k = vectors(2, HEADS, 4, WIDTH), vectors(2, HEADS, 5, WIDTH)
    inv_freq = rotary.inv_freq(WIDTH, 500.0)
    expected = rotary.scores(q, k, Q_AT, K_AT, inv_freq, layout=layout) / np.sqrt(WIDTH)
    found = schemes.Rope(inv_freq, 1.5, layout).logits(q, k, Q_AT, K_AT)
    np.testing.assert_allclose(found, 1.5**2 * expected, atol=1e-12)


def test_the_attention_factor_leaves_what_does_not_turn():
    q, k = vectors(HEADS, 4, WIDTH), vectors(HEADS, 5, WIDTH)
    inv_freq = rotary.inv_freq(4, 500.0)
    turned = rotary.scores(q[..., :4], k[..., :4], Q_AT, K_AT, inv_freq, layout="half_split")
    still = q[..., 4:] @ np.swapaxes(k[..., 4:], -1, -2)
    expected = (1.3**2 * turned + still) / np.sqrt(WIDTH)
    found = SCHEMES["rope partial"].logits(q, k, Q_AT, K_AT)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("name", RELATIVE)
def test_a_common_shift_changes_nothing(name):
    q, k = vectors(HEADS, 4, WIDTH), vectors(HEADS, 5, WIDTH)
    here = SCHEMES[name].logits(q, k, Q_AT, K_AT)
    there = SCHEMES[name].logits(q, k, Q_AT + 30_000, K_AT + 30_000)
    np.testing.assert_allclose(there, here, atol=1e-9)
    apart = SCHEMES[name].logits(q, k, Q_AT + 5, K_AT)
    assert np.abs(apart - here).max() > 0.1


def test_what_the_absolute_schemes_add():
    x = vectors(2, 3, WIDTH)
    learned = SCHEMES["learned"].embed(x, [63, 5, 64])
    added = np.stack([EMBEDDING[63], EMBEDDING[5], np.zeros(WIDTH)])
    np.testing.assert_allclose(learned - x, np.broadcast_to(added, x.shape), atol=1e-12)
    table = schemes.sinusoidal_table(64, WIDTH)
    sinusoidal = SCHEMES["sinusoidal"].embed(x, [63, 5, 0])
    np.testing.assert_allclose(sinusoidal - x, table[None, [63, 5, 0]].repeat(2, 0), atol=1e-12)
    halfway = SCHEMES["sinusoidal"].embed(np.zeros((1, WIDTH)), 2.5)[0, 0]
    assert halfway == pytest.approx(np.sin(2.5))


def test_sinusoids_see_a_distance_where_both_meet_undisturbed():
    table = schemes.sinusoidal_table(600, 64)
    products = table @ table.T
    assert products[0, 100] == pytest.approx(products[400, 500])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", SCHEMES)
def test_the_floating_type_stays_and_no_input_changes(name, dtype):
    q, k = vectors(HEADS, 4, WIDTH, dtype=dtype), vectors(HEADS, 5, WIDTH, dtype=dtype)
    x, q_at, k_at = vectors(2, 4, WIDTH, dtype=dtype), Q_AT.astype(float), K_AT.astype(float)
    kept = [array.copy() for array in (q, k, q_at, k_at, x)]
    logits = SCHEMES[name].logits(q, k, q_at, k_at)
    assert logits.shape == (HEADS, 4, 5)
    logits[...] = 0
    assert logits.dtype == SCHEMES[name].embed(x, Q_AT).dtype == dtype
    for before, after in zip(kept, (q, k, q_at, k_at, x), strict=True):
        np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("name", SCHEMES)
def test_lists_and_a_single_position(name):
    q = [[[1] * WIDTH]] * HEADS
    logits = SCHEMES[name].logits(q, q, 7, [7])
    assert logits.dtype == np.float64
    same = SCHEMES[name].logits(np.array(q, float), np.array(q, float), [7], 7)
    np.testing.assert_array_equal(logits, same)


Q = np.ones((HEADS, 2, WIDTH))
X, AT = np.ones((2, WIDTH)), [0, 1]
NONE, LEARNED = schemes.NoPosition(), schemes.Learned(EMBEDDING)
SLOPES, ROWS = schemes.alibi_slopes, schemes.sinusoidal_table
BUCKET, T5 = schemes.t5_bucket, schemes.T5Bias
BAD = {
    "no heads": (lambda: SLOPES(0), ValueError, "n_heads must be at least 1"),
    "half a head": (lambda: SLOPES(2.5), TypeError, "whole number"),
    "one bucket": (lambda: BUCKET(3, 1), ValueError, "at least 2"),
    "max_distance": (lambda: BUCKET(3, 32, 16), ValueError, "greater than 16"),
    "distance": (lambda: BUCKET([np.nan]), ValueError, "distance must be finite"),
    "odd width": (lambda: ROWS(4, 7), ValueError, "width must be even"),
    "n_positions": (lambda: ROWS(0, 8), ValueError, "n_positions must be at least 1"),
    "sinusoid base": (lambda: ROWS(4, 8, 0), ValueError, "base must be greater"),
    "sinusoid layout": (lambda: ROWS(4, 8, layout="half_split"), ValueError, "'concatenated'"),
    "past the end": (
        lambda: LEARNED.embed(np.ones((2, WIDTH)), [63, 64]),
        ValueError,
        "position 64 has no row: the table ends at 63; ",
    ),
    "negative row": (lambda: LEARNED.embed(X, [0, -1]), ValueError, "position -1 has no row"),
    "half a row": (lambda: LEARNED.embed(X, [0, 2.5]), ValueError, "position 2.5 has no row"),
    "width": (lambda: LEARNED.embed(X[:, :4], AT), ValueError, "(…, seq, 8)"),
    "one vector": (lambda: SCHEMES["sinusoidal"].embed(X[0], 0), ValueError, "(…, seq, 8)"),
    "embed text": (lambda: NONE.embed("abc", 0), TypeError, "text"),
    "flat table": (lambda: schemes.Learned([1.0, 2.0]), ValueError, "(n_positions, width)"),
    "past_end": (lambda: schemes.Learned(EMBEDDING, "wrap"), ValueError, "'error' or 'zeros'"),
    "flat buckets": (lambda: T5(TABLE[0]), ValueError, "(n_buckets, n_heads)"),
    "T5 distance": (lambda: T5(TABLE, 16), ValueError, "max_distance must be greater"),
    "T5 distance text": (lambda: T5(TABLE, "16"), TypeError, "whole number"),
    "T5 divide": (lambda: T5(TABLE, divide="no"), ValueError, "True or False"),
    "T5 heads": (lambda: T5(TABLE).logits(Q[:2], Q[:2], AT, AT), ValueError, "2 heads"),
    "slope_scale": (lambda: schemes.ALiBi(2, 0), ValueError, "slope_scale must be greater"),
    "ALiBi heads": (lambda: schemes.ALiBi(1).logits(Q, Q, AT, AT), ValueError, "scheme has 1"),
    "2-D inv_freq": (lambda: schemes.Rope([[1.0]]), ValueError, "one-dimensional"),
    "rope layout": (lambda: schemes.Rope([1.0], layout="half"), ValueError, "'half_split'"),
    "attention_factor": (lambda: schemes.Rope([1.0], 0), ValueError, "attention_factor must be"),
    "pairs": (lambda: schemes.Rope(np.ones(5)).logits(Q, Q, AT, AT), ValueError, "5 pairs need 10"),
    "no head axis": (lambda: NONE.logits(Q[0], Q[0], AT, AT), ValueError, "try q[None]"),
    "head_dim": (lambda: NONE.logits(Q, Q[..., :4], AT, AT), ValueError, "same leading axes"),
    "other heads": (lambda: NONE.logits(Q, Q[:1], AT, AT), ValueError, "same leading axes"),
    "positions": (lambda: NONE.logits(Q, Q, AT, [0]), ValueError, "k_positions must be 2"),
    "nan": (lambda: NONE.logits(Q * np.nan, Q, AT, AT), ValueError, "q must be finite"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_what_is_wrong(case):
    call, error, part = BAD[case]
    with pytest.raises(error) as caught:
        call()
    assert part in str(caught.value)
