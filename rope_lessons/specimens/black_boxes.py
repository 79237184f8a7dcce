"""Which of these six scores notice only how far apart two tokens are?

Each box gives the score of a query at position m with a key at position n, as a head hands it to
the softmax: divided by √head_dim, not masked. The two tokens and all weights inside a box were
drawn at random once and stay, so whatever changes is the work of the two positions. The boxes
differ in where position enters. Sort them from outside in lesson 03; lesson 07 opens the last one,
lesson 10 the others.

>>> f(5, 2) == BOXES["F"](5, 2)
True
"""

from typing import Any, NamedTuple

import numpy as np

from rope_lessons import _validate, rotary, schemes

WIDTH = 64  # of the tokens and of the only head
N_ROWS = 1024

_rng = np.random.default_rng(3)
_TOKENS = _rng.normal(size=(2, WIDTH))  # the query's and the key's
_WEIGHTS = _rng.normal(size=(2, WIDTH, WIDTH)) / np.sqrt(WIDTH)  # W_q and W_k
_ROWS = _rng.normal(size=(N_ROWS, WIDTH))
_BIAS = _rng.normal(size=(32, 1))


class _Box(NamedTuple):
    scheme: Any
    holds: str
    tokens: np.ndarray = _TOKENS
    weights: np.ndarray = _WEIGHTS
    last: int = _validate.LARGEST  # the largest position it has an answer for


_INSIDE = {
    "A": _Box(schemes.T5Bias(_BIAS), "T5 bias: a number for each bucket of distance"),
    "B": _Box(schemes.Sinusoidal(WIDTH), "sinusoids added to the tokens, then W_q and W_k"),
    "C": _Box(schemes.ALiBi(1, slope_scale=32), "ALiBi: a penalty of 1/8 for each position"),
    "D": _Box(schemes.Learned(_ROWS), "a learned table added to the tokens", last=N_ROWS - 1),
    "E": _Box(
        schemes.Sinusoidal(WIDTH),
        "sinusoids alone, without tokens, W_q and W_k",
        tokens=np.zeros((2, WIDTH)),
        weights=np.stack([np.eye(WIDTH)] * 2),
    ),
    "F": _Box(schemes.Rope(rotary.inv_freq(WIDTH)), "RoPE: queries and keys turned, base 10,000"),
}


def unmask(letter: str) -> str:
    """What is inside a box.

    Parameters
    ----------
    letter : {"A", "B", "C", "D", "E", "F"}

    Returns
    -------
    str

    Raises
    ------
    ValueError
        No box has this letter.

    >>> unmask("F")
    'F is RoPE: queries and keys turned, base 10,000'
    """
    _validate.one_of("letter", letter, tuple(_INSIDE))
    return f"{letter} is {_INSIDE[letter].holds}"


def _box(letter):
    """The public function of one box, which says nothing of its inside."""
    box = _INSIDE[letter]

    def score(m, n):
        q, k = (
            box.scheme.embed(token[None], _position(name, position, box.last)) @ weight.T
            for name, position, token, weight in zip(
                "mn", (m, n), box.tokens, box.weights, strict=True
            )
        )
        return float(box.scheme.logits(q[None], k[None], m, n)[0, 0, 0])

    score.__name__ = score.__qualname__ = letter.lower()
    score.__doc__ = f"""The score of box {letter}: a query at position m, a key at position n.

    Parameters
    ----------
    m, n : int
        From 0.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        A position that is no whole number from 0, or one for which the box has no answer.

    >>> {letter.lower()}(5, 2) == {letter.lower()}(5, 2)  # nothing inside is drawn anew
    True
    """
    return score


def _position(name, value, last):
    value = _validate.number(name, value)
    if value < 0 or value % 1:
        raise ValueError(f"{name} must be a whole number from 0, got {value:g}")
    if value > last:
        raise ValueError(
            f"this box has no answer for position {value:g}; it knows the positions 0 to {last}"
        )
    return value


a, b, c, d, e, f = (_box(letter) for letter in _INSIDE)
BOXES = dict(zip(_INSIDE, (a, b, c, d, e, f), strict=True))


# Scores whose shift error can be worked out in the head: the check of lesson 03 names them.


def m_plus_n(m: float, n: float) -> float:
    """Grows with both positions: a shift by s changes it by 2 s.

    >>> m_plus_n(5, 2)
    7
    """
    return m + n


def m_minus_n(m: float, n: float) -> float:
    """The distance itself: no shift changes it.

    >>> m_minus_n(5, 2)
    3
    """
    return m - n


def m_times_n(m: float, n: float) -> float:
    """A shift by s changes it by s (m + n + s), so by more where the tokens are further on.

    >>> m_times_n(5, 2)
    10
    """
    return m * n
