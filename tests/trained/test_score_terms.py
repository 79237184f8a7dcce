"""The four terms are those of the expansion, and of the trained model's first layer."""

import numpy as np
import pytest

from rope_lessons import schemes
from rope_lessons.page import figures
from rope_lessons.specimens import black_boxes
from rope_lessons.trained import needles, score_terms, tiny

RNG = np.random.default_rng(2)
TOKENS = needles.encode("the white whale ")


def test_by_hand():
    """One number a token: (2 + 3) · 10 · (5 + 7) = 100 + 140 + 150 + 210."""
    found = score_terms.four_terms([2.0], [5.0], [3.0], [7.0], [[10.0]])
    np.testing.assert_array_equal(found, [100, 140, 150, 210])


def test_they_add_up_for_every_query_and_key():
    x_m, p_m, x_n, p_n = (RNG.normal(size=(n, 8)) for n in (3, 3, 5, 5))
    w_q, w_k = RNG.normal(size=(2, 4, 8))
    parts = score_terms.four_terms(x_m, x_n, p_m, p_n, w_q.T @ w_k)
    assert parts.shape == (4, 3, 5)
    q, k = (x_m + p_m) @ w_q.T, (x_n + p_n) @ w_k.T
    np.testing.assert_allclose(parts.sum(axis=0), q @ k.T)
    for part, at_query, at_key in zip(parts[1:3], (False, True), (True, False), strict=True):
        moved = score_terms.four_terms(x_m, x_n, p_m + at_query, p_n + at_key, w_q.T @ w_k)
        other = score_terms.four_terms(x_m, x_n, p_m + at_key, p_n + at_query, w_q.T @ w_k)
        index = 1 if at_key else 2
        assert not np.allclose(moved[index], part)  # the position that it sees
        np.testing.assert_array_equal(other[index], part)  # and the one that it does not


@pytest.mark.parametrize("head", [0, 1])
def test_the_sum_is_what_the_model_hands_to_its_softmax(head):
    """But for the size of each x + p, which RMSNorm divides by, and √head_dim."""
    model = tiny.load("sinusoidal", 1)
    weights = model.weights
    rows = schemes.sinusoidal_table(16, 64)
    h = weights["embedding.weight"][TOKENS] + rows.astype(np.float32)
    normed = h / np.sqrt((h**2).mean(axis=-1, keepdims=True)) * weights["blocks.0.norm1.weight"]
    mine = slice(32 * head, 32 * head + 32)
    q, k = (normed @ weights[f"blocks.0.{name}.weight"][mine].T for name in "qk")
    x, a = score_terms.first_layer(model, TOKENS, head)
    size = np.sqrt(((x + rows) ** 2).mean(axis=-1))
    expected = score_terms.four_terms(x, x, rows, rows, a).sum(axis=0) / np.outer(size, size)
    np.testing.assert_allclose(q @ k.T, expected, atol=1e-3)
    parts = score_terms.terms_at(model, TOKENS, 0, head)
    np.testing.assert_allclose(q @ k.T, parts.sum(axis=0), atol=1e-3)


def test_a_shift_leaves_the_first_term_alone_until_the_model_divides_by_the_size():
    """Lesson 03 once said so of the trained model, which does divide."""
    model = tiny.load("sinusoidal", 1)
    for divided in (False, True):
        here, moved = (
            score_terms.terms_at(model, TOKENS, first, divided=divided) for first in (0, 20)
        )
        change = np.abs(moved - here).max(axis=(1, 2))
        assert (change[0] > 1) == divided
        assert (change[1:] > 5).all()


def test_distance_share_of_known_matrices():
    m, n = np.indices((50, 50))
    assert score_terms.distance_share(np.cos(0.3 * (m - n))) == pytest.approx(1)
    assert (
        score_terms.distance_share(1.0 * (m + n)) < 0.01
    )  # the sum says nothing of the difference
    table = schemes.sinusoidal_table(64, 64)
    assert score_terms.distance_share(table @ table.T) == pytest.approx(1)
    by_hand = [[1.0, 0], [5, 3]]  # two at distance 0, one at 1: 2 of 8 are left unsaid
    assert score_terms.distance_share(by_hand) == pytest.approx(1 - 2 / 8)


def test_keys_ahead_do_not_count():
    scores = np.tril(np.arange(16.0).reshape(4, 4))
    assert score_terms.distance_share(scores + np.triu(np.full((4, 4), 99.0), 1)) == pytest.approx(
        score_terms.distance_share(scores)
    )


def test_the_made_up_scores():
    assert black_boxes.m_plus_n(8, 5) - black_boxes.m_plus_n(5, 2) == 6
    assert black_boxes.m_minus_n(8, 5) == black_boxes.m_minus_n(5, 2)
    assert black_boxes.m_times_n(8, 5) - black_boxes.m_times_n(5, 2) == 3 * (5 + 2 + 3)


def drawing():
    x, a = score_terms.first_layer(tiny.load("sinusoidal"), TOKENS)
    return figures.score_terms(x, schemes.sinusoidal_table(64, 64), a)


def test_the_drawing_shows_what_it_says():
    moved = drawing()
    moved.update(shift=20, trained=0)
    said = moved.summary()
    assert said.startswith("both moved by 20, A 0 % trained; changed: content–content 0.0, ")
    assert "position–position 0.0, their sum 1" in said
    moved.update(shift=20, trained=100)
    assert "content–content 0.0, content–position 1" in moved.summary()
    assert "position–position 0.0" not in moved.summary()
    maps = np.array([axes.images[0].get_array() for axes in moved.figure.axes])
    np.testing.assert_allclose(maps[:4].sum(axis=0), maps[4])
    assert moved.figure.axes[0].get_xticklabels()[0].get_text() == "20"


def test_no_map_leaves_its_colours():
    moved = drawing()
    for shift, trained in ((0, 0), (48, 100), (23, 50)):
        moved.update(shift=shift, trained=trained)
        for axes in moved.figure.axes:
            image = axes.images[0]
            assert np.abs(image.get_array()).max() <= image.get_clim()[1] * (1 + 1e-9)


EYE = np.eye(2)
BAD = {
    "A is no matrix": (lambda: score_terms.four_terms([1], [1], [1], [1], [1]), "a must be square"),
    "widths": (
        lambda: score_terms.four_terms([1.0], [1, 2], [1.0], [1, 2], EYE),
        "x_m and p_m must have the same shape, (2,) or (n, 2)",
    ),
    "x and p": (
        lambda: score_terms.four_terms([1, 2], [1, 2], [1, 2], [[1, 2]], EYE),
        "x_n and p_n must have the same shape",
    ),
    "head": (lambda: score_terms.first_layer(tiny.load("sinusoidal"), [0], 2), "at most 1, got 2"),
    "a turning model": (
        lambda: score_terms.first_layer(tiny.load("rope-500"), [0]),
        "rope-500 adds no positions to its input",
    ),
    "two texts": (
        lambda: score_terms.first_layer(tiny.load("sinusoidal"), [[0]]),
        "one text, (seq,)",
    ),
    "a table": (lambda: score_terms.terms_at(tiny.load("learned"), [0]), "looks its rows up"),
    "not square": (lambda: score_terms.distance_share([[1.0, 2.0]]), "scores must be square"),
    "all the same": (lambda: score_terms.distance_share(EYE * 0), "all the same"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_what_is_wrong(case):
    call, part = BAD[case]
    with pytest.raises(ValueError) as caught:
        call()
    assert part in str(caught.value)
