"""Who answers the questions in this course? One small model, in words that a person reads.

Ishmael is a tiny transformer (:mod:`rope_lessons.trained.tiny`) that has read *Moby Dick*, 64
characters at a time, and answers questions about what was put into the text. The lessons tell him
positions in different ways: with a table of rows, with sines and cosines, by turning. Apart from
that he is the same model, from the same recipe.

A fact in the text is shown as ``[C=7]``, a question as ``[C=?]``; to the model these are the three
symbols of a needle and one key (:mod:`rope_lessons.trained.needles`). There are 16 possible
answers, so guessing is right once in 16.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from rope_lessons import _validate
from rope_lessons.trained import needles, tiny

TOLD_BY = {
    "table": ("learned", 0),
    "sines": ("sinusoidal", 1),
    "turning": ("rope-500", 0),
}
LINE = 64  # tokens in a line of a scene
SAMPLES = 48  # questions behind a share; its standard error is at most 0.07


def load(told_by: str) -> tiny.Model:
    """Ishmael, told positions in one of three ways.

    Parameters
    ----------
    told_by : {"table", "sines", "turning"}
        Rows of a table (zeros past its end), sines and cosines, or RoPE with base 500.

    Returns
    -------
    tiny.Model

    Raises
    ------
    ValueError
        Another way.

    >>> load("turning")
    <rope-500, seed 0, trained to 64 tokens>
    """
    name, seed = TOLD_BY[_validate.one_of("told_by", told_by, tuple(TOLD_BY))]
    return tiny.load(name, seed, past_end="zeros")


def ask(
    model: tiny.Model,
    *,
    length: int = 64,
    needle_at: int = 8,
    first: int = 0,
    seed: int = 0,
    **options: Any,
) -> Scene:
    """Let the model read one text with a fact in it, and answer the question at its end.

    Parameters
    ----------
    model : tiny.Model
    length : int
        Tokens in the text; the question is the last one.
    needle_at : int
        How many tokens stand before the fact.
    first : int
        The position that the first token is told; the text itself does not change with it.
    seed : int
        Chooses the text, the facts and the question.
    **options
        For :meth:`tiny.Model.logits`: ``frequencies``, ``clamp``, ``rotation``.

    Returns
    -------
    Scene

    Raises
    ------
    TypeError, ValueError
        A fact that does not fit before the question, or as :meth:`tiny.Model.logits` does.

    >>> scene = ask(load("turning"))
    >>> scene.right
    True
    """
    model = _model(model)
    tokens, answer = _question(length, needle_at, seed)
    given = model.logits(tokens, first=first, last=1, **options)[-1].argmax()
    return Scene(tokens, answer, int(given), needle_at, first)


def share_right(
    model: tiny.Model,
    *,
    length: int = 64,
    needle_at: int = 8,
    first: int = 0,
    samples: int = SAMPLES,
    **options: Any,
) -> float:
    """How many of such questions the model answers rightly, as a share.

    Parameters
    ----------
    model : tiny.Model
    length, needle_at, first, **options
        As for :func:`ask`.
    samples : int
        Questions to ask.

    Returns
    -------
    float
        From 0 to 1; 1/16 by guessing.

    Raises
    ------
    TypeError, ValueError
        As :func:`ask` does.

    >>> share_right(load("turning"), samples=16)
    1.0
    """
    length = _validate.count("length", length)
    return tiny.measure_cell(
        _model(model), needle_at, length - 1, samples=samples, first=first, **options
    )


class Scene:
    """What the model read, was asked and answered. ``right`` says whether it was so."""

    def __init__(
        self, tokens: np.ndarray, answer: int, given: int, needle_at: int, first: int
    ) -> None:
        self.tokens, self.answer, self.given = tokens, int(answer), given
        self.needle_at, self.first = needle_at, first
        self.right = self.given == self.answer

    def __repr__(self):
        lines = [
            f"{first:4}  " + "".join(text for text, _ in pieces) for first, pieces in self._lines()
        ]
        return "\n".join([*lines, self._said()])

    def _repr_html_(self):
        marked = {"asked": "<b><mark>{}</mark></b>", "fact": "<b>{}</b>", "": "{}"}
        lines = [
            f"{first:4}  " + "".join(marked[kind].format(escape(text)) for text, kind in pieces)
            for first, pieces in self._lines()
        ]
        # The line breaks of the text stay as they are set here, whatever the page's width.
        text = "\n".join(lines)
        return f"<pre style='overflow-x: auto'>{text}</pre><p><b>{escape(self._said())}</b></p>"

    def _said(self):
        key = _word(self.tokens[-1])
        mark = "✓" if self.right else "✗"
        right = "" if self.right else f"; it is {_word(self.answer)}"
        given = _word(self.given)
        given = given if self.given >= needles.FIRST_KEY else f"“{given}”"
        return f"{mark} Asked for {key}, Ishmael answers {given}{right}."

    def _lines(self):
        """[(position of its first token, [(text, kind), …])]; a fact is not broken in two."""
        lines, i = [], 0
        while i < len(self.tokens):
            start, pieces = i, []
            while i < len(self.tokens) and i - start < LINE:
                text, kind, taken = self._piece(i)
                pieces.append((text, kind))
                i += taken
            lines.append((self.first + start, pieces))
        return lines

    def _piece(self, i):
        token = self.tokens[i]
        if i == len(self.tokens) - 1:
            return f"[{_word(token)}=?]", "asked", 1
        if token >= needles.FIRST_KEY and i + needles.NEEDLE <= len(self.tokens):
            kind = "asked" if i == self.needle_at else "fact"
            return f"[{_word(token)}={_word(self.tokens[i + 1])}]", kind, needles.NEEDLE
        return _word(token).replace("\n", " "), "", 1


def _word(token):
    """A key as its letter, a value as its number, any other symbol as it is; or a whole answer."""
    if token >= needles.FIRST_VALUE:
        return str(token - needles.FIRST_VALUE + 1)
    if token >= needles.FIRST_KEY:
        return chr(ord("A") + token - needles.FIRST_KEY)
    return needles.ALPHABET[token]


def _question(length, needle_at, seed):
    rng = np.random.default_rng([_validate.index("seed", seed), 64])
    return needles.question(tiny.held_out(), length, needle_at, rng)


def _model(model):
    if not isinstance(model, tiny.Model):
        raise TypeError(
            f"model must come from ishmael.load or tiny.load, got {_validate.short(model)}"
        )
    return model
