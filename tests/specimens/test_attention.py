"""The layer that lesson 06 reads is right, and the lesson shows its very lines."""

import ast
import inspect
import math
import re
import textwrap

import numpy as np
import pytest

from rope_lessons import course, rotary
from rope_lessons.authoring import build
from rope_lessons.specimens import attention
from rope_lessons.trained import tiny

RNG = np.random.default_rng(6)
N_HEADS, HEAD_DIM, WIDTH = 3, 8, 10
INV_FREQ = rotary.inv_freq(HEAD_DIM, 500.0)
POSITIONS = [0, 3, 17, 250, 3001]
LESSON = course.root() / "notebooks" / f"{course.lesson(6).stem}.ipynb"


def drawn(seq=5, value_dim=6, outputs=7):
    shapes = {
        "x": (seq, WIDTH),
        "w_q": (N_HEADS * HEAD_DIM, WIDTH),
        "w_k": (N_HEADS * HEAD_DIM, WIDTH),
        "w_v": (N_HEADS * value_dim, WIDTH),
        "w_o": (outputs, N_HEADS * value_dim),
    }
    return {name: RNG.normal(size=shape) / 2 for name, shape in shapes.items()}


def layer(given, positions=POSITIONS, **options):
    return attention.layer(
        positions=positions, **given, **{"n_heads": N_HEADS, "inv_freq": INV_FREQ, **options}
    )


def by_hand(given, positions):
    """The same layer in plain Python, number by number; nothing of the package is called."""

    def projected(weight, token):
        return [sum(float(a) * float(b) for a, b in zip(row, token, strict=True)) for row in weight]

    def turned(vector, position):
        out = []
        for j in range(len(vector) // 2):
            angle = position * 500.0 ** (-2 * j / len(vector))
            x, y = vector[2 * j : 2 * j + 2]
            out.append(x * math.cos(angle) - y * math.sin(angle))
            out.append(x * math.sin(angle) + y * math.cos(angle))
        return out

    def head(vector, h):
        size = len(vector) // N_HEADS
        return vector[h * size : (h + 1) * size]

    rows = []
    for token, m in zip(given["x"], positions, strict=True):
        mixed = []
        for h in range(N_HEADS):
            q = turned(head(projected(given["w_q"], token), h), m)
            seen = []
            for other, n in zip(given["x"], positions, strict=True):
                if n <= m:
                    k = turned(head(projected(given["w_k"], other), h), n)
                    score = sum(a * b for a, b in zip(q, k, strict=True)) / math.sqrt(HEAD_DIM)
                    seen.append((math.exp(score), head(projected(given["w_v"], other), h)))
            total = sum(weight for weight, _ in seen)
            mixed += [
                sum(weight * value[i] for weight, value in seen) / total
                for i in range(len(seen[0][1]))
            ]
        rows.append(projected(given["w_o"], mixed))
    return rows


@pytest.mark.parametrize("positions", [POSITIONS, [4, 0, 2.5, 2.5, 1]])
def test_the_same_layer_number_by_number(positions):
    given = drawn()
    np.testing.assert_allclose(layer(given, positions), by_hand(given, positions), atol=1e-9)


def test_leading_axes_are_texts_of_their_own():
    given = drawn()
    texts = RNG.normal(size=(2, 4, 5, WIDTH))
    each = [[layer({**given, "x": text}) for text in row] for row in texts]
    np.testing.assert_allclose(layer({**given, "x": texts}), each, atol=1e-12)


def test_it_stands_in_for_the_layers_of_a_trained_model(monkeypatch):
    """Whose logits are held against PyTorch's."""
    model = tiny.load("rope-500")
    tokens = tiny.held_out()[:40]
    expected = model.logits(tokens)

    def block(h, weight, scheme, positions, keep):
        x = tiny._normed(h, weight["norm1.weight"])
        h = h + attention.layer(
            x,
            positions,
            *(weight[f"{name}.weight"] for name in "qkvo"),
            n_heads=tiny.N_HEADS,
            inv_freq=model.frequencies.inv_freq,
        )
        x = tiny._normed(h, weight["norm2.weight"])
        return h + tiny._gelu(x @ weight["up.weight"].T) @ weight["down.weight"].T

    monkeypatch.setattr(tiny, "_block", block)
    np.testing.assert_allclose(model.logits(tokens), expected, atol=1e-4)


def test_large_scores_do_not_overflow():
    given = drawn()
    assert np.isfinite(layer({**given, "x": 1000 * given["x"]})).all()


def test_the_floating_type_stays_and_no_input_is_changed():
    given = {name: value.astype(np.float32) for name, value in drawn().items()}
    kept = {name: value.copy() for name, value in given.items()}
    out = layer(given)
    assert out.dtype == np.float32
    out[...] = 0
    for name, value in given.items():
        np.testing.assert_array_equal(value, kept[name])


BAD = {
    "one token": ({"x": np.ones(WIDTH)}, {}, "(…, seq, width)"),
    "positions": ({}, {"positions": [0, 1]}, "one for each of the 5 tokens"),
    "stored the other way": ({"w_v": np.ones((WIDTH, 18))}, {}, "needs .T"),
    "rows that make no heads": ({"w_q": np.ones((20, WIDTH))}, {}, "with 3 heads"),
    "q and k": ({"w_k": np.ones((12, WIDTH))}, {}, "same shape"),
    "output": ({"w_o": np.ones((7, 17))}, {}, "(outputs, 18)"),
    "heads": ({}, {"n_heads": 0}, "at least 1"),
    "too many pairs": ({}, {"inv_freq": np.ones(5)}, "5 pairs need 10"),
    "not finite": ({"w_o": np.full((7, 18), np.inf)}, {}, "w_o must be finite"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_what_is_wrong(case):
    replaced, options, says = BAD[case]
    with pytest.raises(ValueError, match=re.escape(says)):
        layer({**drawn(), **replaced}, **options)


def test_the_lesson_shows_the_lines_of_the_file():
    """Block by block and complete: what a reader of the page has read is what runs."""
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(attention.layer))).body
    _docstring, _validation, *steps = function.body
    shown = [
        textwrap.dedent(block)
        for cell in build.read(LESSON).cells
        if cell.cell_type == "markdown"
        for block in re.findall(r"```python\n(.*?)```", cell.source, re.S)
    ]
    assert len(shown) == 3
    assert ast.unparse(ast.parse("".join(shown))) == "\n".join(map(ast.unparse, steps))
    for line in "".join(shown).splitlines():
        assert line in map(str.strip, inspect.getsource(attention.layer).splitlines())
