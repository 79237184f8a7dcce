"""Can one attention head learn this, while I watch?

A head here is a query vector and a key vector for each symbol, and nothing else. Items stand at
positions 0, 1, 2, …; the question stands behind the last one, at position T, and the head answers
with the item that gets its attention::

    score of item i  =  ⟨query of the question, placed at T⟩ · ⟨key of item i, placed at i⟩

"Placed" is turned by :func:`rope_lessons.rotary.apply_rope`, or added to a row of a table, one row
for each position. Training lowers the mean of −log(attention on the right item), by gradients
written out by hand. Two tasks: :func:`three_back`, where only the place matters, and
:func:`by_tag`, where only the symbol does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rope_lessons import _validate, rotary
from rope_lessons._types import ArrayLike

TRAIN_LENGTH = 64  # items at most; also the largest distance in training
ROWS = 1025  # of a learned table: enough to ask at every position up to 1024


def three_back(
    position: str = "rope", *, seed: int = 0, watch: Callable | None = None
) -> ThreeBack:
    """Train a head to return the item three back, at every length from 8 to 64.

    The items are all alike to the head, so it can go by place alone.

    Parameters
    ----------
    position : {"rope", "learned"}
        Turn queries and keys (base 100), or add a row of a learned table to them.
    seed : int
        Of the weights it starts from.
    watch : callable, optional
        ``watch(steps, losses)`` hands the steps on one by one and may end early; the head then
        keeps what it has learned. :class:`rope_lessons.page.progress_bar.Watch` shows them in a
        notebook.

    Returns
    -------
    ThreeBack

    Raises
    ------
    TypeError, ValueError
        ``position`` is another word, or ``seed`` no whole number of at least 0.

    >>> bool(three_back().attention(512) > 0.99)
    True
    """
    _validate.one_of("position", position, ("rope", "learned"))
    inv_freq = rotary.inv_freq(32, 100.0) if position == "rope" else None
    rng = np.random.default_rng(_validate.index("seed", seed))
    head = ThreeBack(1, 32, inv_freq, rng)
    _train(head, lambda: head.draw(np.arange(8, TRAIN_LENGTH + 1)), 600, 0.03, watch)
    return head


def by_tag(base: float = 100.0, *, seed: int = 0, watch: Callable | None = None) -> ByTag:
    """Train a head to find, among 64 tagged items, the one whose tag is asked for.

    32 tags; the right item is drawn anywhere, and no other carries its tag. A head without any
    position could do this: position can only get in the way.

    Parameters
    ----------
    base : float
        Of the frequencies, with a head of 16 numbers; greater than 0.
    seed : int
        Of the weights it starts from and of the items it sees.
    watch : callable, optional
        As for :func:`three_back`.

    Returns
    -------
    ByTag

    Raises
    ------
    TypeError, ValueError
        ``base`` is no number above 0, or ``seed`` no whole number of at least 0.
    """
    rng = np.random.default_rng(_validate.index("seed", seed))
    head = ByTag(32, 16, rotary.inv_freq(16, base), rng)

    def anywhere():
        return head.draw(rng.integers(1, TRAIN_LENGTH + 1, size=64), TRAIN_LENGTH, rng)

    _train(head, anywhere, 1200, 0.02, watch)
    return head


class _Head:
    """A query and a key vector for each symbol; without ``inv_freq``, a table for each as well.

    Attributes
    ----------
    weights : dict
        (symbols, head_dim) arrays "query" and "key"; (ROWS, head_dim) "query row" and "key row".
    losses : list of float
        The mean loss of every training step, nats.
    """

    def __init__(self, symbols, head_dim, inv_freq, rng):
        shapes = {"query": (symbols, head_dim), "key": (symbols, head_dim)}
        if inv_freq is None:
            shapes |= {"query row": (ROWS, head_dim), "key row": (ROWS, head_dim)}
        self.weights = {name: rng.normal(0, 0.3, shape) for name, shape in shapes.items()}
        self.inv_freq = inv_freq
        self.losses = []

    def _place(self, name, vectors, positions, inv_freq):
        if inv_freq is None:
            return vectors + self.weights[f"{name} row"][positions]
        return rotary.apply_rope(vectors, positions, inv_freq)

    def _scores(self, items, asked, lengths, inv_freq):
        """Scores (batch, seq), queries (batch, head_dim) and keys (symbols, seq, head_dim)."""
        places = np.arange(items.shape[1])
        one_key = self.weights["key"][:, None]
        keys = np.broadcast_to(one_key, (len(one_key), places.size, one_key.shape[-1]))
        keys = self._place("key", keys, places, inv_freq)
        queries = self._place("query", self.weights["query"][asked], lengths, inv_freq)
        scores = np.einsum("bd,bsd->bs", queries, keys[items, places])
        return np.where(places < lengths[:, None], scores, -np.inf), queries, keys

    def loss_and_gradient(self, items, asked, lengths, right):
        """The mean loss of a batch, and its gradient with respect to every weight.

        Parameters
        ----------
        items : (batch, seq) array of int
            The symbol at each position.
        asked : (batch,) array of int
            The symbol of the question.
        lengths : (batch,) array of int
            How many items there are, which is also where the question stands.
        right : (batch,) array of int
            Where the right item stands.

        Returns
        -------
        float, dict
            Nats; arrays named and shaped as in ``weights``.
        """
        scores, queries, keys = self._scores(items, asked, lengths, self.inv_freq)
        attention = _softmax(scores)
        batch, places = np.arange(len(items)), np.arange(items.shape[1])
        loss = -np.log(attention[batch, right]).mean()

        # Each by_… is the gradient of the loss by it. That of −log softmax is the attention, less
        # 1 at the right item.
        attention[batch, right] -= 1
        by_score = attention / len(items)
        by_query = np.einsum("bs,bsd->bd", by_score, keys[items, places])
        spread = np.zeros((*keys.shape[:2], len(items)))
        spread[items, places, batch[:, None]] = by_score
        by_key = spread @ queries

        gradient = {name: np.zeros_like(weight) for name, weight in self.weights.items()}
        if self.inv_freq is None:
            gradient["key row"][places] = by_key.sum(axis=0)
            np.add.at(gradient["query row"], lengths, by_query)
        else:  # what turned a vector forwards turns its gradient back
            by_key = rotary.apply_rope(by_key, -places, self.inv_freq)
            by_query = rotary.apply_rope(by_query, -lengths, self.inv_freq)
        gradient["key"] += by_key.sum(axis=1)
        np.add.at(gradient["query"], asked, by_query)
        return loss, gradient


class ThreeBack(_Head):
    """What :func:`three_back` trains."""

    def draw(self, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """A batch of those lengths, as :meth:`loss_and_gradient` takes it."""
        items = np.zeros((len(lengths), lengths.max()), int)
        return items, np.zeros(len(lengths), int), lengths, lengths - 3

    def attention(self, length: int) -> float:
        """The share of its attention that the head gives to the item three back.

        Parameters
        ----------
        length : int
            Items; at least 3, and at most 1024 for a learned table.

        Returns
        -------
        float
            From 0 to 1.

        Raises
        ------
        TypeError, ValueError
            ``length`` is no whole number, or out of range.
        """
        length = _validate.size("length", length)
        if length < 3:
            raise ValueError(f"length must be at least 3 to have an item three back, got {length}")
        if self.inv_freq is None and length >= ROWS:
            raise ValueError(
                f"a learned table stops: this one has no row for position {length}, its last is "
                f"{ROWS - 1}"
            )
        *batch, right = self.draw(np.array([length]))
        scores, *_ = self._scores(*batch, self.inv_freq)
        return float(_softmax(scores)[0, right[0]])


class ByTag(_Head):
    """What :func:`by_tag` trains."""

    def draw(
        self, distances: np.ndarray, length: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """A batch with the right items that far back, as :meth:`loss_and_gradient` takes it."""
        tags, batch = len(self.weights["key"]), len(distances)
        asked = rng.integers(tags, size=batch)
        others = rng.integers(1, tags, size=(batch, length))
        items = (asked[:, None] + others) % tags  # never the tag that is asked for
        right = length - distances
        items[np.arange(batch), right] = asked
        return items, asked, np.full(batch, length), right

    def accuracy(
        self, distance: int, *, inv_freq: ArrayLike | None = None, samples: int = 256, seed: int = 0
    ) -> float:
        """How often the right item gets the most attention, at one distance from the question.

        Parameters
        ----------
        distance : int
            Positions, at least 1. There are 64 items, or ``distance`` if that is more.
        inv_freq : (8,) array, optional
            Radians per position: other frequencies than the head was trained with, slower ones
            for example, so that a longer text turns no further.
        samples : int
            Fresh lists of items.
        seed : int
            Of those lists.

        Returns
        -------
        float
            From 0 to 1; guessing gives 1 / the number of items.

        Raises
        ------
        TypeError, ValueError
            ``distance`` or ``samples`` is no whole number of at least 1, ``seed`` none of at least
            0, or ``inv_freq`` not as :func:`rope_lessons.rotary.apply_rope` takes it.
        """
        distance = _validate.size("distance", distance)
        samples = _validate.size("samples", samples)
        length = max(TRAIN_LENGTH, distance)
        rng = np.random.default_rng([_validate.index("seed", seed), distance])
        *batch, right = self.draw(np.full(samples, distance), length, rng)
        scores, *_ = self._scores(*batch, self.inv_freq if inv_freq is None else inv_freq)
        return float((scores.argmax(axis=1) == right).mean())


def _softmax(scores):
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def _train(head, draw, steps, rate, watch):
    """Adam (Kingma and Ba 2014); the rate falls to 0 over the last 30 % of the steps."""
    mean = {name: np.zeros_like(weight) for name, weight in head.weights.items()}
    square = {name: np.zeros_like(weight) for name, weight in head.weights.items()}
    every_step = range(steps)
    for step in watch(every_step, head.losses) if watch else every_step:
        loss, gradient = head.loss_and_gradient(*draw())
        head.losses.append(float(loss))
        now = rate * min(1, (steps - step) / (0.3 * steps))
        for name, weight in head.weights.items():
            mean[name] += 0.1 * (gradient[name] - mean[name])
            square[name] += 0.01 * (gradient[name] ** 2 - square[name])
            typical = np.sqrt(square[name] / (1 - 0.99 ** (step + 1))) + 1e-8
            weight -= now * mean[name] / (1 - 0.9 ** (step + 1)) / typical
