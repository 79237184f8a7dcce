"""Lesson 10: ALiBi's bias for every head, query and key, and its slopes for any number of heads."""

import numpy as np

from rope_lessons import schemes
from rope_lessons.exercises import Exercise, Mistake


def alibi_bias(n_heads, length):
    return _bias(schemes.alibi_slopes(n_heads), length)


def alibi_slopes(n_heads):
    return schemes.alibi_slopes(n_heads)


def _distance(length):
    return np.subtract.outer(np.arange(length), np.arange(length))


def _bias(slopes, length, ahead=-np.inf):
    bias = -np.multiply.outer(slopes, _distance(length).astype(float))
    return np.where(_distance(length) < 0, ahead, bias)


def _from_one_place(place, rows=None, masked=True):
    """A bias that counts every key from the same place, whoever asks; from the length."""

    def wrong(n_heads, length):
        row = np.tile(np.arange(length) - place(length), (rows or length, 1))
        bias = np.multiply.outer(schemes.alibi_slopes(n_heads), row)
        return np.where(_distance(length) < 0, -np.inf, bias) if masked else bias

    return wrong


def _first(length):
    return 0


def _last(length):
    return length - 1


def _straight(n_heads, first=1):
    """The rule for powers of two, used for any number."""
    return 2.0 ** (-8 * np.arange(first, n_heads + first) / n_heads)


def _lower_power(n_heads):
    return 2 ** (int(n_heads).bit_length() - 1)


def _added(n_heads, start, step=2):
    """The lower power's slopes, then some of twice that power's."""
    power = _lower_power(n_heads)
    return np.concatenate([_straight(power), _straight(2 * power)[start::step]])[:n_heads]


def _after_softmax(n_heads, length):
    return np.exp(alibi_bias(n_heads, length))


def _own_place_hidden(n_heads, length):
    return np.where(_distance(length) == 0, -np.inf, alibi_bias(n_heads, length))


def _from_upper_power(n_heads):
    power = _lower_power(n_heads)
    return _straight(power if power == n_heads else 2 * power)[:n_heads]


def _biases(rng):
    odd = int(rng.choice([3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 20, 24, 28]))
    return [
        (1, 2),
        (2, 3),
        (8, int(rng.integers(4, 12))),
        (12, int(rng.integers(4, 12))),
        (odd, int(rng.integers(4, 20))),
        (40, int(rng.integers(4, 12))),
    ]


def _heads(rng):
    drawn = rng.choice([5, 7, 9, 10, 11, 13, 14, 15, 20, 24, 25, 28, 36, 48, 71, 112], size=2)
    return [(1,), (2,), (3,), (8,), (6,), (12,), (40,), *((int(n),) for n in drawn)]


FROM_ZERO = (
    "the heads were counted from 0, so the first slope is 1. The rule counts h from 1 to n_heads."
)
STRAIGHT = (
    "that is 2^(−8h / n_heads) for every number of heads. It holds for powers of two; for 12 heads "
    "the rule takes the 8 slopes of 8 heads and then every second one of 16."
)

EXERCISES = (
    Exercise(
        lesson=10,
        reference=alibi_bias,
        draw_probes=_biases,
        tolerance=1e-5,
        least=1e-3,  # small slopes count as much as large ones
        mistakes=(
            Mistake(
                lambda n_heads, length: np.where(
                    _distance(length) < 0, -np.inf, -alibi_bias(n_heads, length)
                ),
                "the bias is positive, so far keys gain by being far. ALiBi takes something away: "
                "−slope · (m − n).",
            ),
            Mistake(
                _after_softmax,
                "that is e to the bias: a factor for weights after the softmax. ALiBi is added to "
                "the scores, before it.",
            ),
            Mistake(
                lambda n_heads, length: _bias(schemes.alibi_slopes(n_heads), length, ahead=0.0),
                "keys ahead of the query get 0. That is the best bias of all; −inf hides them.",
            ),
            Mistake(
                lambda n_heads, length: alibi_bias(n_heads, length).swapaxes(1, 2),
                "queries and keys have changed places. The second axis is the query's m, the third "
                "the key's n.",
            ),
            Mistake(
                lambda n_heads, length: (
                    -np.abs(np.multiply.outer(schemes.alibi_slopes(n_heads), _distance(length)))
                ),
                "|m − n| falls off in both directions and hides nothing. Keys ahead, n > m, "
                "get −inf.",
            ),
            Mistake(
                lambda n_heads, length: (
                    -np.multiply.outer(schemes.alibi_slopes(n_heads), _distance(length))
                ),
                "keys ahead of the query get a bias above 0, as if they were better than near. "
                "For n > m write −inf.",
            ),
            Mistake(
                lambda n_heads, length: np.multiply.outer(
                    schemes.alibi_slopes(n_heads), _distance(length)
                ),
                "two things: far keys gain by being far, where ALiBi takes something away, "
                "−slope · (m − n); and keys ahead, n > m, are not hidden by −inf.",
            ),
            Mistake(
                _own_place_hidden,
                "a token's own place is hidden too. A query sees itself, at distance 0 and bias 0.",
            ),
            Mistake(
                lambda n_heads, length: (
                    alibi_bias(n_heads, length) - schemes.alibi_slopes(n_heads)[:, None, None]
                ),
                "every distance is one too large. A token's own place is at distance 0, so the "
                "diagonal holds 0.",
            ),
            Mistake(
                _from_one_place(_last),
                "every query has the last one's row. After the softmax that is the same, since a "
                "constant a row drops out; asked for is −slope · (m − n), with 0 on the diagonal.",
            ),
            Mistake(
                _from_one_place(_first),
                "this grows with the key's place, slope · n. After the softmax that is the same, "
                "since a constant a row drops out; asked for is −slope · (m − n), 0 on the "
                "diagonal.",
            ),
            *(
                Mistake(
                    _from_one_place(place, rows, masked=False),
                    "one row serves all queries, and nothing is hidden. With a mask of its own "
                    "that does after the softmax; asked for is −slope · (m − n) for each query m, "
                    "and −inf ahead.",
                )
                for place in (_first, _last)
                for rows in (None, 1)
            ),
            Mistake(lambda n_heads, length: _bias(_straight(n_heads, 0), length), FROM_ZERO),
            Mistake(lambda n_heads, length: _bias(_straight(n_heads), length), STRAIGHT),
            Mistake(
                lambda n_heads, length: _bias(np.full(n_heads, 2.0**-8), length),
                "every head has the same slope. Each has its own, so that some heads look near and "
                "some far.",
            ),
        ),
        hints=(
            "Two things to get: how far each key lies behind each query, and a slope a head.",
            "Distances m − n form a (length, length) array. Multiplied with −slopes[:, None, None] "
            "they become (n_heads, length, length). Then put −inf where m − n is below 0.",
            "at = np.arange(length)\n"
            "distance = at[:, None] - at\n"
            "bias = -schemes.alibi_slopes(n_heads)[:, None, None] * distance\n"
            "return np.where(..., -np.inf, bias)",
        ),
    ),
    Exercise(
        lesson=10,
        reference=alibi_slopes,
        draw_probes=_heads,
        stretch=True,
        tolerance=1e-5,
        least=0.0,
        mistakes=(
            Mistake(_straight, STRAIGHT),
            Mistake(
                lambda n_heads: _straight(n_heads, 0),
                FROM_ZERO,
            ),
            Mistake(
                lambda n_heads: -alibi_slopes(n_heads),
                "the slopes are below 0. The minus sign belongs to the bias, −slope · (m − n).",
            ),
            Mistake(
                lambda n_heads: np.sort(alibi_slopes(n_heads))[::-1],
                "these are the right slopes, in another order. A trained head keeps its slope, so "
                "order counts: first those of the lower power of two, then the added ones.",
            ),
            Mistake(
                _from_upper_power,
                "these are the first slopes of the next higher power of two. The rule starts from "
                "the lower one and fills up.",
            ),
            Mistake(
                lambda n_heads: _added(n_heads, 1),
                "the added slopes begin with the second of twice the power. Those are the ones "
                "that are there already; begin with the first.",
            ),
            Mistake(
                lambda n_heads: _added(n_heads, 0, 1),
                "the added slopes follow each other. Take every second one: those between are "
                "there already.",
            ),
        ),
        hints=(
            "For a power of two you know the rule. What is the largest one that fits?",
            "power = 2 ** (n_heads.bit_length() - 1). Its slopes come first. What is missing comes "
            "from 2 · power heads: the first, third, fifth… slope.",
            "def plain(n):\n"
            "    return 2.0 ** (-8 * np.arange(1, n + 1) / n)\n"
            "power = 2 ** (n_heads.bit_length() - 1)\n"
            "return np.concatenate([plain(power), plain(...)[...]])[:n_heads]",
        ),
    ),
)
