"""What changes the scores inside a trained model: a new numbering, or a text in front?

A score takes one query and one key. In the first layer both are made from their token alone; from
the second layer on they are made from what the layers below have read.
"""

from __future__ import annotations

import numpy as np

from rope_lessons import _validate, rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.trained import needles, tiny

LENGTH = 64  # of a text, as in training
DISTANCES = (0, 1, 2, 4, 8, 16, 32)


def scores(model: tiny.Model, tokens: ArrayLike, *, first: int = 0) -> np.ndarray:
    """Every score that a model makes while it reads, layer by layer.

    Parameters
    ----------
    model : tiny.Model
        With scheme rope.
    tokens : (seq,) array of int
        See :func:`rope_lessons.trained.needles.encode`; at most 256.
    first : int
        Position of the first token.

    Returns
    -------
    (layers, heads, seq, seq) array of float32
        Entry m, n of a head: query at m with key at n, divided by √head_dim, before the mask.

    Raises
    ------
    TypeError, ValueError
        More than one text, or a longer one; else as :meth:`tiny.Model.logits` does.

    >>> scores(tiny.load("rope-500"), tiny.held_out()[:9]).shape
    (2, 2, 9, 9)
    """
    tokens = needles.as_tokens(tokens)
    if tokens.ndim != 1 or tokens.size > tiny.MOST_WEIGHTS:
        raise ValueError(
            f"tokens must be one text of at most {tiny.MOST_WEIGHTS}, got shape {tokens.shape}"
        )
    turned = []

    def turn_and_keep(x, positions, base):
        turned.append(rotary.apply_rope(x, positions, rotary.inv_freq(x.shape[-1], base)))
        return turned[-1]

    model.logits(tokens, first=first, rotation=turn_and_keep)
    layers = np.array_split(np.arange(len(turned)), tiny.N_LAYERS)
    queries = [np.concatenate([turned[i] for i in made[0::2]], axis=-2) for made in layers]
    keys = [turned[made[-1]] for made in layers]  # the last queries saw them all
    scores = np.stack(queries) @ np.stack(keys).swapaxes(-2, -1)
    return scores[:, 0] / np.float32(tiny.HEAD_DIM**0.5)


def moved(model: tiny.Model, *, by: int = 20) -> show.Table:
    """How far the scores of a page move when it is renumbered, and when a text stands in front.

    The page ends with the 64th character of the held-out text, and the text in front is the part
    before it: position and distance of every token are the same in both.

    Parameters
    ----------
    model : tiny.Model
        With scheme rope.
    by : int
        Positions, 1 to 62.

    Returns
    -------
    show.Table
        A row for each layer: the largest score that the causal mask leaves, and by how much one
        changes at most.

    Raises
    ------
    TypeError, ValueError
        As :func:`scores` does, or ``by`` out of range.
    """
    by = _validate.count("by", by, LENGTH - 2)
    text = tiny.held_out()[:LENGTH]
    alone = scores(model, text[by:])
    seen = np.tri(len(text) - by, dtype=bool)
    renumbered, led = scores(model, text[by:], first=by), scores(model, text)[..., by:, by:]
    largest = (
        np.abs(values)[..., seen].max(axis=(1, 2))
        for values in (alone, renumbered - alone, led - alone)
    )
    rows = [
        (str(layer), *(show.number(value, 1) for value in three))
        for layer, three in enumerate(zip(*largest, strict=True), start=1)
    ]
    moved_by = f"numbered from {by} on", f"{by} characters in front"
    return show.Table(("layer", "largest score", *moved_by), rows)


def by_distance(model: tiny.Model, *, samples: int = 32) -> show.Table:
    """The mean score of each head of a trained model, over the distance from query to key.

    Parameters
    ----------
    model : tiny.Model
        With scheme rope.
    samples : int
        Held-out texts of 64 characters to take the mean over.

    Returns
    -------
    show.Table
        A row for each head, a column for each of ``DISTANCES``.

    Raises
    ------
    TypeError, ValueError
        As :func:`scores` does, or ``samples`` is no whole number of at least 1.

    >>> by_distance(tiny.load("rope-500"), samples=2).header
    ['layer', 'head', '0', '1', '2', '4', '8', '16', '32']
    """
    rng = np.random.default_rng(0)
    count = _validate.size("samples", samples)
    texts = [needles.excerpt(tiny.held_out(), LENGTH, rng) for _ in range(count)]
    mean = np.mean([scores(model, text) for text in texts], axis=0)
    rows = []
    for layer, head in np.ndindex(mean.shape[:2]):
        means = [np.diagonal(mean[layer, head], -d).mean() for d in DISTANCES]
        rows.append((str(layer + 1), str(head + 1), *(show.number(m, 1) for m in means)))
    return show.Table(("layer", "head", *map(str, DISTANCES)), rows)
