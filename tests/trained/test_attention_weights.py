"""Where Ishmael looks: found by measuring, and drained past the training length."""

import numpy as np
import pytest

from rope_lessons.trained import attention_weights, ishmael, needles, tiny

TURNING = ishmael.load("turning")


def test_weights_sum_to_one_and_see_nothing_ahead():
    tokens = tiny.held_out()[:40].reshape(2, 20)
    weights = TURNING.attention(tokens, first=7)
    assert weights.shape == (2, 2, 2, 20, 20)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)
    assert np.triu(weights, k=1).max() == 0
    np.testing.assert_allclose(weights[:, 1], TURNING.attention(tokens[1], first=7), atol=1e-6)


def test_weights_are_those_that_the_model_mixes_values_with():
    """The second layer, put together by hand from the weights, gives the model's own logits."""
    tokens = tiny.held_out()[:12]
    scheme = TURNING._scheme(None, None, None)
    weights = {layer: tiny._named(TURNING.weights, f"blocks.{layer}.") for layer in (0, 1)}
    places = np.arange(12)
    h = TURNING.weights["embedding.weight"][tokens][None]
    h = tiny._block(h, weights[0], scheme, places, 12)
    v = tiny._heads(tiny._normed(h, weights[1]["norm1.weight"]) @ weights[1]["v.weight"].T)
    mixed = (TURNING.attention(tokens)[1] @ v[0]).swapaxes(0, 1).reshape(12, -1)
    h = h[0] + mixed @ weights[1]["o.weight"].T
    x = tiny._normed(h, weights[1]["norm2.weight"])
    h = h + tiny._gelu(x @ weights[1]["up.weight"].T) @ weights[1]["down.weight"].T
    logits = tiny._normed(h, TURNING.weights["norm.weight"]) @ TURNING.weights["head.weight"].T
    np.testing.assert_allclose(logits, TURNING.logits(tokens), atol=1e-4)


@pytest.mark.parametrize("tokens", [3, np.zeros(257, int)])
def test_more_than_a_block_of_queries_is_refused(tokens):
    with pytest.raises(ValueError, match="1 to 256 of them"):
        TURNING.attention(tokens)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_fact_loses_its_weight_past_training_and_gets_it_back(seed):
    model = tiny.load("rope-500", seed)
    inside = attention_weights.looking_up(model, 40, length=64)
    head = np.unravel_index(inside.argmax(), inside.shape)
    assert head[0] == 1, "the second layer: the first has not seen yet which value is whose"
    assert inside[head] > 0.99
    assert attention_weights.looking_up(model, 247)[head] < 0.2
    for kind, scale in (("linear", 4), ("ntk", 8)):
        slower = model.rescaled(kind, scale=scale)
        assert attention_weights.looking_up(model, 247, frequencies=slower)[head] > 0.95


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_interpolation_takes_the_neighbour_away_and_ntk_does_not(seed):
    model = tiny.load("rope-500", seed)
    before = attention_weights.looking_back(model).max()
    pi, ntk = (
        attention_weights.looking_back(model, frequencies=model.rescaled(kind, scale=s)).max()
        for kind, s in (("linear", 4), ("ntk", 8))
    )
    assert pi < before / 2
    assert ntk > 0.85 * before


def test_the_value_is_where_it_looks():
    """Not at the fact's key: a text in which the value stands right behind one place."""
    text, answer = needles.question(tiny.held_out(), 64, 20, np.random.default_rng(0))
    assert text[21] == answer
    assert TURNING.attention(text)[1, 1, -1].argmax() == 21


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: attention_weights.looking_up(TURNING, 64, length=64), "distance must be below 64"),
        (lambda: attention_weights.looking_up(TURNING, 1), "does not fit"),
        (lambda: attention_weights.looking_back(TURNING, length=1), "length must be at least 2"),
    ],
)
def test_what_cannot_be_measured_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_two_jobs_are_those_of_the_heads_that_have_them():
    found = attention_weights.two_jobs(TURNING, {"as he is": TURNING.frequencies}, (32, 247))
    on_fact = {d: attention_weights.looking_up(TURNING, d)[1, 1] for d in (32, 247)}
    assert found == {"as he is": (on_fact, attention_weights.looking_back(TURNING).max())}
