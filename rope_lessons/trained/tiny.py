"""What do models trained for this course do, inside and past their training length?

Tiny transformers (2 layers, 2 heads of 32, about 111,000 parameters) that differ in their position
scheme alone. They were trained with PyTorch on Moby Dick with needles in it (:mod:`needles`);
here they run in NumPy, with the position scheme taken from :mod:`schemes`. ``training/README.md``
tells how they were made and what was seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rope_lessons import _validate, rotary, scaling, schemes
from rope_lessons._types import ArrayLike
from rope_lessons.trained import needles, readings

DATA = Path(__file__).parent.parent / "data"
WIDTH, N_HEADS, N_LAYERS = 64, 2, 2
HEAD_DIM = WIDTH // N_HEADS
LONGEST = 8192  # tokens; far past anything the course reads
QUERY_BLOCK = 64  # queries whose scores are computed at once, and stay in the processor's cache
MOST_WEIGHTS = 256  # tokens whose weights are given back
TOKENS_AT_ONCE = 2048  # of a batch: what a layer makes of them stays in the cache


@dataclass(frozen=True)
class Grid:
    """Retrieval for every needle and question position.

    ``accuracy[i, j]`` belongs to ``needle_at[i]`` and ``question_at[j]``; nan where the needle
    would not lie before the question. Each cell is a mean over ``samples`` texts.
    """

    needle_at: np.ndarray
    question_at: np.ndarray
    accuracy: np.ndarray
    samples: int


def names() -> dict[str, list[int]]:
    """The models that ship: {name: seeds}, in the order in which the course introduces them."""
    found = {}
    for entry in _listed():
        if entry["ships"]:
            found.setdefault(entry["name"], []).append(entry["seed"])
    return found


def load(name: str, seed: int = 0, *, past_end: str = "error") -> Model:
    """A trained model.

    Parameters
    ----------
    name : str
        One of :func:`names`.
    seed : int
        Of its training.
    past_end : {"error", "zeros"}
        What a learned table does past its last row; see :class:`schemes.Learned`.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        No such model, seed or ``past_end``, or a weights file that is not the one that was trained.
    """
    _validate.one_of("past_end", past_end, schemes.PAST_END)
    if not _validate.is_one_of(name, names()):
        raise ValueError(f"there is no model {name!r}; there are {', '.join(names())}")
    if not _validate.is_one_of(seed, names()[name]):
        raise ValueError(f"{name} ships with seeds {names()[name]}, got {seed!r}")
    (entry,) = (e for e in _listed() if (e["name"], e["seed"]) == (name, seed))
    path = DATA / "weights" / f"{name}.{int(seed)}.npz"
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        raise ValueError(
            f"the weights of {name}, seed {seed}, are missing or not those that were trained "
            f"({path.name}); fetch that file of the course anew"
        )
    with np.load(path, allow_pickle=False) as kept:
        weights = {key: kept[key].astype(np.float32) for key in kept.files}
    return Model(entry, weights, past_end=past_end)


class Model:
    """One trained model.

    Attributes
    ----------
    name, seed : str, int
    settings : dict
        ``scheme``, ``train_length``, and ``base`` or ``slope_scale`` where the scheme has one.
    train_length : int
        Tokens in a training text. Positions and distances 0 … train_length − 1 were trained.
    frequencies : scaling.Frequencies or None
        Of a rope model.
    """

    def __init__(
        self, entry: dict, weights: dict[str, np.ndarray], *, past_end: str = "error"
    ) -> None:
        self.name, self.seed, self.settings = entry["name"], entry["seed"], entry["settings"]
        self.train_length = self.settings["train_length"]
        self.weights, self.past_end = weights, past_end
        self.frequencies = None
        if self.settings["scheme"] == "rope":
            rescue = dict(entry["rescue"] or {"kind": "default"})
            self.frequencies = self.rescaled(rescue.pop("kind"), **rescue)

    def __repr__(self):
        return f"<{self.name}, seed {self.seed}, trained to {self.train_length} tokens>"

    def rescaled(self, kind: str, **options: Any) -> scaling.Frequencies:
        """This model's frequencies, rescaled; arguments as for :func:`scaling.frequencies`.

        Raises ``ValueError`` where the model does not use RoPE; ``TypeError`` and ``ValueError`` as
        that function does.
        """
        if self.settings["scheme"] != "rope":
            raise ValueError(f"{self.name} has no frequencies: its scheme is not rope")
        return scaling.frequencies(
            kind, HEAD_DIM, self.settings["base"], train_length=self.train_length, **options
        )

    def logits(
        self,
        tokens: ArrayLike,
        *,
        first: int = 0,
        frequencies: scaling.Frequencies | None = None,
        clamp: tuple[ArrayLike, int] | None = None,
        rotation: Callable | None = None,
        last: int | None = None,
    ) -> np.ndarray:
        """What the model expects next, after every token.

        Parameters
        ----------
        tokens : (…, seq) array of int
            See :func:`needles.encode`. Memory grows with seq, not with its square: scores are made
            for a block of queries at a time.
        first : int
            Position of the first token. The text then stands at first … first + seq − 1, as if it
            had been cut out of a longer one: nothing lies before it.
        frequencies : scaling.Frequencies, optional
            Read with these instead of the model's own; see :meth:`rescaled`.
        clamp : (pairs, largest), optional
            Surgery: inside these pairs (indices or a mask) no relative distance is larger than
            ``largest``. No rotation of q and k can do that; scores are made pair by pair.
        rotation : callable, optional
            Turns queries and keys in place of ours: ``rotation(x, positions, base)``, as exercise
            08 has it written, interleaved pairs, gives an array like ``x``.
        last : int, optional
            Only the logits after the last so many tokens, for which less is computed.

        Returns
        -------
        (…, seq or last, 112) array of float32

        Raises
        ------
        TypeError, ValueError
            Tokens that are none, too many of them, a negative first position, frequencies, clamp
            or rotation for a model without RoPE, two of these at once, a rotation that gives
            something else back, or a learned table read past its end.
        """
        tokens = needles.as_tokens(tokens)
        if tokens.ndim == 0 or tokens.shape[-1] > LONGEST:
            raise ValueError(
                f"tokens must be (…, seq) with 1 to {LONGEST} of them, got shape {tokens.shape}"
            )
        seq = tokens.shape[-1]
        last = seq if last is None else _validate.count("last", last)
        if last > seq:
            raise ValueError(f"last must be at most {seq}, the number of tokens, got {last}")
        scheme = self._scheme(frequencies, clamp, rotation)
        positions = _validate.index("first", first) + np.arange(seq)
        texts = tokens.reshape(-1, seq)
        at_once = max(1, TOKENS_AT_ONCE // seq)
        parts = [
            self._forward(texts[start : start + at_once], positions, scheme, last)
            for start in range(0, len(texts), at_once)
        ]
        return np.concatenate(parts).reshape(*tokens.shape[:-1], last, -1)

    def attention(
        self,
        tokens: ArrayLike,
        *,
        first: int = 0,
        frequencies: scaling.Frequencies | None = None,
        clamp: tuple[ArrayLike, int] | None = None,
        rotation: Callable | None = None,
    ) -> np.ndarray:
        """How much of its attention every token gives to every other, in every head.

        Parameters
        ----------
        tokens : (…, seq) array of int
            At most 256 of them.
        first, frequencies, clamp, rotation
            As for :meth:`logits`.

        Returns
        -------
        (n_layers, …, n_heads, seq, seq) array of float32
            Layers, heads, queries, keys: the weights after mask and softmax. Each row sums to 1.

        Raises
        ------
        TypeError, ValueError
            As :meth:`logits` does.
        """
        tokens = needles.as_tokens(tokens)
        if tokens.ndim == 0 or tokens.shape[-1] > MOST_WEIGHTS:
            raise ValueError(
                f"tokens must be (…, seq) with 1 to {MOST_WEIGHTS} of them, got shape "
                f"{tokens.shape}"
            )
        seq = tokens.shape[-1]
        kept = _Kept(self._scheme(frequencies, clamp, rotation))
        positions = _validate.index("first", first) + np.arange(seq)
        self._forward(tokens.reshape(-1, seq), positions, kept, seq)
        return kept.weights(seq).reshape(N_LAYERS, *tokens.shape[:-1], N_HEADS, seq, seq)

    def _scheme(self, frequencies, clamp, rotation):
        kind = self.settings["scheme"]
        if kind != "rope" and (frequencies is not None or clamp is not None):
            raise ValueError(f"{self.name} has no frequencies: its scheme is not rope")
        if rotation is not None:
            if kind != "rope":
                raise ValueError(f"{self.name} turns nothing: its scheme is not rope")
            if frequencies is not None or clamp is not None:
                raise ValueError("give a rotation of your own or frequencies and clamp, not both")
            return GivenRotation(rotation, self.settings["base"])
        if kind == "rope":
            chosen = self.frequencies if frequencies is None else frequencies
            if not isinstance(chosen, scaling.Frequencies):
                raise TypeError(
                    "frequencies must come from rescaled or scaling.frequencies, got "
                    f"{type(chosen).__name__}"
                )
            if clamp is None:
                return schemes.Rope(*chosen)
            if not isinstance(clamp, tuple) or len(clamp) != 2:
                raise TypeError(
                    f"clamp must be (pairs, largest), such as ([7, 8], 60), got "
                    f"{_validate.short(clamp)}"
                )
            return ClampedRope(*chosen, *clamp)
        if kind == "learned":
            return schemes.Learned(self.weights["positions"], past_end=self.past_end)
        if kind == "sinusoidal":
            return schemes.Sinusoidal(WIDTH)
        if kind == "t5":
            return schemes.T5Bias(self.weights["bias"], max_distance=self.train_length)
        if kind == "alibi":
            return schemes.ALiBi(N_HEADS, slope_scale=self.settings["slope_scale"])
        return schemes.NoPosition()

    def _forward(self, texts, positions, scheme, last):
        h = scheme.embed(self.weights["embedding.weight"][texts], positions)
        for layer in range(N_LAYERS):
            weight = _named(self.weights, f"blocks.{layer}.")
            keep = last if layer == N_LAYERS - 1 else len(positions)
            h = _block(h, weight, scheme, positions, keep)
        return _normed(h, self.weights["norm.weight"]) @ self.weights["head.weight"].T


class _Kept:
    """A scheme whose scores are kept. ``_attend`` makes weights of them, in the same arrays."""

    def __init__(self, scheme):
        self.embed, self.scheme, self.scores = scheme.embed, scheme, []

    def logits(self, *given):
        self.scores.append(self.scheme.logits(*given))
        return self.scores[-1]

    def weights(self, seq):
        """(n_layers, batch, n_heads, seq, seq): the blocks one under the other, zero ahead."""
        batch, n_heads = self.scores[0].shape[:2]
        weights = np.zeros((N_LAYERS, batch, n_heads, seq, seq), dtype=np.float32)
        blocks = -(-seq // QUERY_BLOCK)
        for i, scores in enumerate(self.scores):
            layer, first = i // blocks, i % blocks * QUERY_BLOCK
            weights[layer, ..., first : first + scores.shape[-2], : scores.shape[-1]] = scores
        return weights


class GivenRotation(schemes.Rope):
    """RoPE by a function of somebody else's, ``rotation(x, positions, base)``.

    Raises ``TypeError`` where it cannot be called; ``ValueError`` from ``logits`` where it gives no
    array like ``x``.
    """

    def __init__(self, rotation: Callable, base: float) -> None:
        super().__init__(rotary.inv_freq(HEAD_DIM, base))
        if not callable(rotation):
            raise TypeError(
                f"rotation must be a function of x, positions and base, got "
                f"{_validate.short(rotation)}"
            )
        self.rotation, self.base = rotation, base

    def _turn(self, q, k, q_positions, k_positions):
        return self._turned(q, q_positions), self._turned(k, k_positions)

    def _turned(self, x, positions):
        turned = np.asarray(self.rotation(x.copy(), np.asarray(positions), self.base))
        if turned.shape != x.shape or turned.dtype.kind != "f":
            raise ValueError(
                f"the rotation must give an array of shape {x.shape} and floats, got shape "
                f"{turned.shape} of {turned.dtype}"
            )
        return turned


class ClampedRope(schemes.Rope):
    """RoPE with the relative distance held at ``largest`` inside the chosen pairs.

    Raises ``TypeError`` or ``ValueError`` as :class:`schemes.Rope` does; also for ``pairs`` that
    are neither indices of pairs nor a mask, and a ``largest`` that is no finite number.
    """

    def __init__(
        self, inv_freq: ArrayLike, attention_factor: float, pairs: ArrayLike, largest: float
    ) -> None:
        super().__init__(inv_freq, attention_factor)
        held = np.zeros(self.inv_freq.size, dtype=bool)
        try:
            chosen = np.asarray(pairs)
            held[chosen if chosen.dtype.kind in "iub" else "neither"] = True
        except (IndexError, ValueError, OverflowError):
            raise ValueError(
                f"a head of these models has {held.size} pairs, 0 to {held.size - 1}; got "
                f"{_validate.short(pairs)}"
            ) from None
        self.largest = _validate.number("largest", largest)
        self.once = np.where(held, self.inv_freq, 0)
        self.beyond = schemes.Rope(np.where(held, 0, self.inv_freq), attention_factor)

    def logits(
        self, q: ArrayLike, k: ArrayLike, q_positions: ArrayLike, k_positions: ArrayLike
    ) -> np.ndarray:
        near = super().logits(q, k, q_positions, k_positions)
        # Past ``largest`` a held pair no longer turns with position: its query stands ahead of
        # every key by the same angle. Two products in all, however many pairs are held.
        ahead = rotary.apply_rope(q, self.largest, self.once)
        far = self.beyond.logits(ahead, k, q_positions, k_positions)
        q_positions, k_positions = (
            np.broadcast_to(positions, x.shape[-2])
            for positions, x in ((q_positions, np.asarray(q)), (k_positions, np.asarray(k)))
        )
        return np.where(np.subtract.outer(q_positions, k_positions) > self.largest, far, near)


def held_out() -> np.ndarray:
    """The text that no model was trained on, as tokens: the last tenth of Moby Dick."""
    return _held_out().copy()


@readings.kept
def loss_by_position(
    model: Model,
    length: int,
    *,
    samples: int = 32,
    seed: int = 0,
    progress: Callable | None = None,
    **options: Any,
) -> np.ndarray:
    """How badly the model foretells the next symbol of held-out text, by position.

    Parameters
    ----------
    model : Model
    length : int
        Tokens to read.
    samples : int
        Texts to take the mean over.
    seed : int
        Chooses the texts.
    progress : callable, optional
        Wraps the loop over batches of texts, as in ``watch.progress``; where it ends early, the
        mean is over the texts read until then.
    **options
        For :meth:`Model.logits`.

    Returns
    -------
    (length,) array
        Nats per symbol; entry i is the loss after token i of the text, at position i unless the
        option ``first`` moves it.

    Raises
    ------
    TypeError, ValueError
        As :meth:`Model.logits` does.
    """
    length = _validate.count("length", length)
    rng = np.random.default_rng([_validate.index("seed", seed), length])
    samples = _validate.size("samples", samples)
    texts = np.array([needles.excerpt(_held_out(), length + 1, rng) for _ in range(samples)])
    at_once = max(1, TOKENS_AT_ONCE // length)
    total, read = np.zeros(length), 0
    for start in _wrapped(progress, range(0, samples, at_once)):
        batch = texts[start : start + at_once]
        for text, logits in zip(batch, model.logits(batch[:, :-1], **options), strict=True):
            logits = logits.astype(np.float64)
            logits -= logits.max(axis=-1, keepdims=True)
            total += np.log(np.exp(logits).sum(axis=-1)) - logits[np.arange(length), text[1:]]
        read += len(batch)
    return total / read


def retrieval(
    model: Model,
    distance: int,
    *,
    length: int | None = None,
    samples: int = 64,
    seed: int = 0,
    **options: Any,
) -> float:
    """How often the model answers a question whose needle lies so far back.

    Parameters
    ----------
    model : Model
    distance : int
        Positions from the needle's first token to the question.
    length : int, optional
        Tokens in all; by default the training length, or what the distance needs and a little more,
        so that the needle lies near the start.
    samples, seed, **options
        As for :func:`measure_cell`.

    Returns
    -------
    float
        Share of right answers; 1/16 by guessing.

    Raises
    ------
    TypeError, ValueError
        As :func:`measure_cell` does.
    """
    distance = _validate.count("distance", distance)
    if length is None:
        length = max(model.train_length, distance + 9)
    length = _validate.count("length", length)
    if distance >= length:
        raise ValueError(f"distance must be below {length}, the text's length, got {distance}")
    return measure_cell(
        model, length - 1 - distance, length - 1, samples=samples, seed=seed, **options
    )


@readings.kept
def measure_cell(
    model: Model,
    needle_at: int,
    question_at: int,
    *,
    samples: int = 64,
    seed: int = 0,
    **options: Any,
) -> float:
    """One cell of the grid, measured now: the share of right answers.

    Parameters
    ----------
    model : Model
    needle_at, question_at : int
        Positions, from 0.
    samples : int
        Texts to take the mean over.
    seed : int
        Chooses the texts. The stored grids have seed 0.
    **options
        For :meth:`Model.logits`.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        A needle that does not fit before the question, or as :meth:`Model.logits` does.
    """
    places = {"seed": seed, "question_at": question_at, "needle_at": needle_at}
    seed, question_at, needle_at = (_validate.index(name, at) for name, at in places.items())
    rng = np.random.default_rng([seed, question_at, needle_at])
    asked = [
        needles.question(_held_out(), question_at + 1, needle_at, rng)
        for _ in range(_validate.size("samples", samples))
    ]
    tokens, answers = (np.array(part) for part in zip(*asked, strict=True))
    return float((model.logits(tokens, last=1, **options)[:, 0].argmax(-1) == answers).mean())


def grid(name: str, seed: int = 0, rescue: str = "none") -> Grid:
    """A stored grid; every cell can be measured again with :func:`measure_cell`.

    Parameters
    ----------
    name : str
    seed : int
        0, 1 or 2: grids are there also for seeds whose weights do not ship.
    rescue : str
        "none", or for rope-500 one of the frequencies it was read with; see :func:`grids`.

    Returns
    -------
    Grid

    Raises
    ------
    ValueError
        No such grid was stored.
    """
    stored = _stored_grids()
    key = f"{name}.{seed}/{rescue}"
    if key not in stored["grids"]:
        raise ValueError(f"no grid {_validate.short(key)} is stored; tiny.grids() lists all")
    return Grid(
        np.array(stored["needle_at"]),
        np.array(stored["question_at"]),
        np.array(stored["grids"][key], dtype=float),
        stored["samples"],
    )


def grids() -> list[str]:
    """Names of all stored grids, as name.seed/rescue."""
    return list(_stored_grids()["grids"])


def half_points() -> dict[str, Any]:
    """Where fresh models lost half of their far retrieval, and how well it had been foretold.

    The models were trained after each rule had foretold its distance. ``training/README.md`` tells
    how, and what each rule says; ``training/study.json`` keeps all answers.

    Returns
    -------
    dict
        ``models``: a list, each with ``base``, ``train_length``, ``half`` (positions) with its 95 %
        ``interval``, and ``foretold``, {rule: positions}. ``rules``: {rule: record}, with ``rank
        correlation`` of foretold and measured over the models and ``error``, the median factor
        between the two; both as [value, low, high], 95 %.

    >>> sorted(half_points())
    ['models', 'rules']
    """
    return json.loads((DATA / "half_points.json").read_text(encoding="utf-8"))


@cache
def _listed():
    return json.loads((DATA / "tiny_models.json").read_text(encoding="utf-8"))["models"]


@cache
def _stored_grids():
    return json.loads((DATA / "tiny_grids.json").read_text(encoding="utf-8"))


@cache
def _held_out():
    return needles.encode((DATA / "held_out.txt").read_text(encoding="ascii"))


def _wrapped(progress, items):
    return items if progress is None else progress(items)


def _named(weights, prefix):
    return {k.removeprefix(prefix): w for k, w in weights.items() if k.startswith(prefix)}


def _block(h, weight, scheme, positions, keep):
    """One layer, for the last ``keep`` positions."""
    x = _normed(h, weight["norm1.weight"])
    q, k, v = (_heads(x @ weight[f"{name}.weight"].T) for name in "qkv")
    first = len(positions) - keep
    mixed = _attend(q[..., first:, :], k, v, scheme, positions[first:], positions)
    h = h[:, first:] + mixed @ weight["o.weight"].T
    x = _normed(h, weight["norm2.weight"])
    return h + _gelu(x @ weight["up.weight"].T) @ weight["down.weight"].T


def _attend(q, k, v, scheme, q_positions, k_positions):
    """Causal attention, a block of queries at a time: (batch, queries, width)."""
    batch, n_heads, n_queries, head_dim = q.shape
    mixed = np.empty((batch, n_queries, n_heads, head_dim), dtype=np.float32)
    for first in range(0, n_queries, QUERY_BLOCK):
        block = slice(first, first + QUERY_BLOCK)
        at = q_positions[block]
        seen = slice(0, at[-1] - k_positions[0] + 1)
        scores = scheme.logits(q[:, :, block], k[:, :, seen], at, k_positions[seen])
        np.copyto(scores, -np.inf, where=k_positions[seen] > at[:, None])
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed[:, block] = (scores @ v[:, :, seen]).swapaxes(1, 2)
    return mixed.reshape(batch, n_queries, -1)


def _heads(x):
    return x.reshape(*x.shape[:-1], N_HEADS, HEAD_DIM).swapaxes(1, 2)


def _normed(x, gain):
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + np.float32(1e-5)) * gain


def _gelu(x):
    """The tanh form, which these models were trained with."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= np.float32(np.sqrt(2 / np.pi))
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
