"""The mathematics holds, and bad input is told what is wrong with it."""

import inspect

import numpy as np
import pytest

from rope_lessons import _blocks, rotary

RNG = np.random.default_rng(0)
POSITIONS = np.array([0, 3, 17, 250, 3001])


def vectors(*shape, dtype=np.float64):
    return RNG.normal(size=shape).astype(dtype)


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
def test_pairs_go_there_and_back(layout):
    x = vectors(2, 5, 12)
    np.testing.assert_array_equal(rotary.from_pairs(rotary.to_pairs(x, layout), layout), x)


def test_the_longest_wavelength():
    longest = rotary.wavelengths(rotary.inv_freq(128)).max()
    assert longest == pytest.approx(2 * np.pi * 10000 ** (126 / 128))
    assert round(longest) == 54410


def test_a_pair_that_stands_still_never_finishes():
    assert rotary.wavelengths([0.0])[0] == np.inf


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
def test_lengths_identity_and_shift(layout):
    x, inv_freq = vectors(2, 5, 16), rotary.inv_freq(16, 500.0)
    turned = rotary.apply_rope(x, POSITIONS, inv_freq, layout=layout)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=-1), np.linalg.norm(x, axis=-1))
    np.testing.assert_array_equal(turned[:, 0], x[:, 0])
    here = rotary.scores(x, x, POSITIONS, POSITIONS, inv_freq, layout=layout)
    there = rotary.scores(x, x, POSITIONS + 30_000, POSITIONS + 30_000, inv_freq, layout=layout)
    np.testing.assert_allclose(there, here, atol=1e-9)


def test_the_matrix_is_the_same_turn():
    x, inv_freq = vectors(5, 16), rotary.inv_freq(16, 500.0)
    turned = rotary.apply_rope(x, POSITIONS, inv_freq)
    for row, position in enumerate(POSITIONS):
        matrix = rotary.rotation_matrix(int(position), inv_freq)
        np.testing.assert_allclose(turned[row], matrix @ x[row], atol=1e-12)


def test_counter_clockwise():
    np.testing.assert_allclose(rotary.rotate_pair([1.0, 0.0], np.pi / 2), [0, 1], atol=1e-15)


def test_partial_rotation_leaves_the_rest_alone():
    x, inv_freq = vectors(5, 16), rotary.inv_freq(8)
    turned = rotary.apply_rope(x, POSITIONS, inv_freq)
    np.testing.assert_array_equal(turned[:, 8:], x[:, 8:])
    np.testing.assert_array_equal(turned[:, :8], rotary.apply_rope(x[:, :8], POSITIONS, inv_freq))


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
@pytest.mark.parametrize("n_pairs", [4, 8])
def test_distance_curve_is_the_score(layout, n_pairs):
    q, k = vectors(2, 16)
    inv_freq = rotary.inv_freq(2 * n_pairs, 500.0)
    distances = np.array([[0, 5, -7], [4097, 2.5, 12_345]])
    curve = rotary.distance_curve(q, k, distances, inv_freq, layout=layout)
    for where, distance in np.ndenumerate(distances):
        score = rotary.scores([q], [k], [distance], [0], inv_freq, layout=layout)[0, 0]
        assert curve[where] == pytest.approx(score, abs=1e-10)


def test_distance_curve_across_its_chunks():
    q, k = vectors(2, 8)
    inv_freq = rotary.inv_freq(8)
    curve = rotary.distance_curve(q, k, np.arange(9000), inv_freq)
    alone = rotary.distance_curve(q, k, 8500, inv_freq)
    assert curve[8500] == pytest.approx(alone, abs=3e-16 * 8500 * (np.abs(q) @ np.abs(k)))


def test_aligned_curve_meets_the_published_figures():
    aligned = np.full(128, np.sqrt(0.5))  # every pair one long
    curve = rotary.distance_curve(aligned, aligned, np.arange(4096), rotary.inv_freq(128))
    assert np.argmax(curve < 0) == 1707
    assert (np.diff(curve) > 0).sum() == 1991
    assert curve[0] - curve[1] == pytest.approx(1.906, abs=5e-4)


@pytest.mark.parametrize("rotary_dim", [None, 8])
def test_permuted_weights_give_equal_scores(rotary_dim):
    n_heads, head_dim, width = 3, 16, 10
    w_q, w_k = vectors(2, n_heads * head_dim, width)
    x, inv_freq = vectors(5, width), rotary.inv_freq(rotary_dim or head_dim)

    def scores(w_q, w_k, layout):
        q, k = ((x @ w.T).reshape(5, n_heads, head_dim).swapaxes(0, 1) for w in (w_q, w_k))
        return rotary.scores(q, k, POSITIONS, POSITIONS, inv_freq, layout=layout)

    before = scores(w_q, w_k, "interleaved")
    unpermuted = scores(w_q, w_k, "half_split")
    permuted = [rotary.to_half_split(w, n_heads, rotary_dim) for w in (w_q, w_k)]
    assert np.abs(unpermuted - before).max() > 1
    np.testing.assert_allclose(scores(*permuted, "half_split"), before, atol=1e-10)


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_the_floating_type_stays(dtype, layout):
    x = vectors(5, 8, dtype=dtype)
    inv_freq = rotary.inv_freq(8)
    assert rotary.apply_rope(x, POSITIONS, inv_freq, layout=layout).dtype == dtype
    assert rotary.distance_curve(x[0], x[1], [0, 1], inv_freq, layout=layout).dtype == dtype


def test_integers_become_float64():
    assert rotary.apply_rope([[1, 2]], [3], [0.5]).dtype == np.float64


def test_float32_keeps_its_angles_exact_far_out():
    x = vectors(1, 8, dtype=np.float32)
    inv_freq = rotary.inv_freq(8)
    far = 1_000_000
    exact = rotary.apply_rope(x.astype(np.float64), [far], inv_freq)
    np.testing.assert_allclose(rotary.apply_rope(x, [far], inv_freq), exact, atol=1e-6)


def test_positions_in_any_order_and_leading_axes():
    x, inv_freq = vectors(2, 3, 4, 8), rotary.inv_freq(8)
    order = np.array([3, 0, 2.5, 1])
    each = [rotary.apply_rope(x[:, :, i], order[i], inv_freq) for i in range(4)]
    np.testing.assert_allclose(rotary.apply_rope(x, order, inv_freq), np.stack(each, axis=2))
    batched = np.stack([order, order + 1])[:, None]
    assert rotary.apply_rope(x, batched, inv_freq).shape == x.shape
    np.testing.assert_allclose(
        rotary.apply_rope(x, batched, inv_freq)[1], rotary.apply_rope(x[1], order + 1, inv_freq)
    )


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
def test_no_input_is_changed(layout):
    x, inv_freq = vectors(5, 8), rotary.inv_freq(8)
    kept = x.copy()
    rotary.apply_rope(x, POSITIONS, inv_freq, layout=layout)[...] = 0
    rotary.scores(x, x, POSITIONS, POSITIONS, inv_freq, layout=layout)[...] = 0
    rotary.distance_curve(x[0], x[1], POSITIONS, inv_freq, layout=layout)[...] = 0
    rotary.to_half_split(x, 1, 4)[...] = 0
    np.testing.assert_array_equal(x, kept)


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("n_pairs", [3, 8], ids=["partial", "all"])
@pytest.mark.parametrize(
    "lie", [np.asarray, np.asfortranarray, np.flip], ids=lambda lie: lie.__name__
)
def test_the_fast_path_is_the_definition_to_the_last_bit(layout, dtype, n_pairs, lie, monkeypatch):
    monkeypatch.setattr(_blocks, "BLOCK", 200)  # parts of heads, and of single rows no less
    x = lie(vectors(1, 3, 5, 16, dtype=dtype))
    batched = np.stack([POSITIONS, POSITIONS + 1, -POSITIONS])
    for positions in (7, POSITIONS, batched):
        angles = np.multiply.outer(positions, rotary.inv_freq(2 * n_pairs))
        turns = rotary._turns(angles, x.dtype)
        turned = rotary._turn(x, turns, layout)
        np.testing.assert_array_equal(_blocks.turn(x, turns, layout), turned, strict=True)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "positions",
    [
        np.arange(1000.0),
        100_000 + np.arange(1000.0)[::-1],
        -np.arange(1000.0).reshape(2, 500),
        np.repeat(np.arange(7.0), 100),
    ],
)
def test_turns_from_two_tables_are_the_definition_but_for_rounding(positions, dtype):
    """An angle is rounded by 1.1e-16 of itself, on either way; float32 rounds more than that."""
    inv_freq, asked = rotary.inv_freq(64), []

    def direct(positions, inv_freq, dtype):
        asked.append(positions.size)
        return rotary._turns_at(positions, inv_freq, dtype)

    turns = _blocks.turns(direct, positions, inv_freq, dtype)
    assert asked[-1] == _blocks.STRIDE and sum(asked) < positions.size / 4
    expected = rotary._turns_at(positions, inv_freq, dtype)
    rounding = 3e-16 * max(1, np.abs(positions).max()) + np.finfo(dtype).eps
    np.testing.assert_allclose(turns, expected, rtol=0, atol=rounding, strict=True)


@pytest.mark.parametrize(
    "positions", [np.arange(300.0) / 3, 64 * np.arange(300.0), np.arange(100.0), np.zeros(0), 5.0]
)
def test_where_no_table_is_shorter_the_definition_answers(positions):
    positions, inv_freq = np.asarray(positions, dtype=float), rotary.inv_freq(8)
    turns = _blocks.turns(rotary._turns_at, positions, inv_freq, np.float64)
    expected = rotary._turns_at(positions, inv_freq, np.float64)
    np.testing.assert_array_equal(turns, expected, strict=True)


@pytest.mark.parametrize("layout", rotary.LAYOUTS)
def test_a_large_array_turns_as_its_rows_do(layout):
    x, inv_freq = vectors(3, 3000, 64), rotary.inv_freq(48)
    assert x.nbytes > _blocks.BLOCK > x[0, :1000].nbytes
    turned = rotary.apply_rope(x, np.arange(3000), inv_freq, layout=layout)
    here = slice(1999, 2001)
    rows = rotary.apply_rope(x[:, here], np.arange(3000)[here], inv_freq, layout=layout)
    atol = 3e-16 * 3000 * np.abs(x).max()  # they may have been turned by way of two tables
    np.testing.assert_allclose(turned[:, here], rows, rtol=0, atol=atol)
    x[2, 2999, 0] = np.finfo(float).max
    x[2, 2999, 1 if layout == "interleaved" else 24] = np.finfo(float).max
    with pytest.raises(ValueError, match="too large"):
        rotary.apply_rope(x, 1, np.full(24, np.pi / 4), layout=layout)


def test_a_signature_says_what_a_function_takes():
    taken = inspect.signature(rotary.apply_rope).parameters
    assert list(taken) == ["x", "positions", "inv_freq", "layout"]
    assert taken["layout"].default == "interleaved"
    assert taken["layout"].kind is inspect.Parameter.KEYWORD_ONLY
    with pytest.raises(TypeError, match=r"inv_freq\(\) missing 1 required positional argument"):
        rotary.inv_freq()
    with pytest.raises(TypeError, match=r"inv_freq\(\) takes from 1 to 2 positional"):
        rotary.inv_freq(4, 100.0, 3)


X, FREQ = np.ones((2, 4)), np.ones(2)
NAN = np.array([[1.0, np.nan]])
BAD = {
    "odd head_dim": (lambda: rotary.inv_freq(7), ValueError, "head_dim must be even"),
    "head_dim 0": (lambda: rotary.inv_freq(0), ValueError, "at least 1"),
    "head_dim 8.0": (lambda: rotary.inv_freq(8.0), TypeError, "whole number"),
    "head_dim True": (lambda: rotary.inv_freq(True), TypeError, "whole number"),
    "base 0": (lambda: rotary.inv_freq(8, 0), ValueError, "greater than 0"),
    "base -1": (lambda: rotary.inv_freq(8, -1.0), ValueError, "greater than 0"),
    "base inf": (lambda: rotary.inv_freq(8, np.inf), ValueError, "finite"),
    "base text": (lambda: rotary.inv_freq(8, "10000"), TypeError, "number"),
    "odd axis": (lambda: rotary.to_pairs([1, 2, 3]), ValueError, "must be even"),
    "one number": (lambda: rotary.to_pairs(3.0), ValueError, "one number"),
    "layout": (lambda: rotary.to_pairs([1, 2], "half"), ValueError, "'interleaved' or"),
    "pairs of three": (lambda: rotary.from_pairs(np.ones((2, 3))), ValueError, "n_pairs, 2"),
    "pair of three": (lambda: rotary.rotate_pair([1, 2, 3], 0.1), ValueError, "(…, 2)"),
    "angles": (lambda: rotary.rotate_pair(np.ones((3, 2)), [1, 2]), ValueError, "one angle"),
    "negative speed": (lambda: rotary.wavelengths([-1.0]), ValueError, "negative"),
    "2-D inv_freq": (lambda: rotary.wavelengths([[1.0]]), ValueError, "one-dimensional"),
    "nan": (lambda: rotary.apply_rope(NAN, [0], [1.0]), ValueError, "index (0, 1)"),
    "inf position": (lambda: rotary.apply_rope(X, [0, np.inf], FREQ), ValueError, "finite"),
    "text": (lambda: rotary.apply_rope(["a", "b"], 0, [1.0]), TypeError, "text"),
    "None": (lambda: rotary.apply_rope(None, 0, [1.0]), TypeError, "NoneType"),
    "booleans": (lambda: rotary.apply_rope([True, False], 0, [1.0]), TypeError, "booleans"),
    "complex": (lambda: rotary.apply_rope([1j, 2], 0, [1.0]), TypeError, "complex"),
    "ragged": (lambda: rotary.apply_rope([[1, 2], [3]], 0, [1.0]), ValueError, "unequal"),
    "empty": (lambda: rotary.apply_rope(np.ones((0, 4)), [], FREQ), ValueError, "empty"),
    "no speeds": (lambda: rotary.apply_rope(X, [0, 1], []), ValueError, "empty"),
    "too many pairs": (lambda: rotary.apply_rope(X, [0, 1], np.ones(3)), ValueError, "head_dim=4"),
    "positions": (lambda: rotary.apply_rope(X, [0, 1, 2], FREQ), ValueError, "2 positions"),
    "one position": (lambda: rotary.apply_rope(X, [0], FREQ), ValueError, "2 positions"),
    "vector": (lambda: rotary.apply_rope(X[0], [0], FREQ), ValueError, "one position"),
    "batch": (
        lambda: rotary.apply_rope(np.ones((3, 2, 4)), np.ones((2, 2)), FREQ),
        ValueError,
        "do not fit",
    ),
    "q and k": (lambda: rotary.scores(X, X[:, :2], 0, 0, FREQ), ValueError, "same head_dim"),
    "batches": (
        lambda: rotary.scores(np.ones((3, 2, 4)), np.ones((2, 2, 4)), 0, 0, FREQ),
        ValueError,
        "leading axes",
    ),
    "bare vector": (lambda: rotary.scores(X[0], X, 0, 0, FREQ), ValueError, "[q]"),
    "curve of many": (lambda: rotary.distance_curve(X, X, 0, FREQ), ValueError, "one vector"),
    "heads": (lambda: rotary.to_half_split(np.ones((10, 2)), 3), ValueError, "3 heads"),
    "odd heads": (lambda: rotary.to_half_split(np.ones((9, 2)), 3), ValueError, "even"),
    "rotary_dim": (lambda: rotary.to_half_split(np.ones((8, 2)), 2, 6), ValueError, "at most"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_what_is_wrong(case):
    call, error, part = BAD[case]
    with pytest.raises(error) as caught:
        call()
    assert part in str(caught.value)


@pytest.mark.filterwarnings("error")
def test_large_finite_numbers_pass():
    x = np.full((2, 4), 3e38, dtype=np.float32)  # their sum overflows float32
    assert rotary.apply_rope(x, [0, 0], FREQ) == pytest.approx(x)
