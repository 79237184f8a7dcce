"""What are the tiny models asked? To continue a text, and to remember what was put into it.

The alphabet has 80 plain symbols and 32 reserved ones: 16 keys Ⓐ … Ⓟ and 16 values ① … ⑯. A needle
is ``key value key``, put over three symbols of the text, like a tag that opens and closes around
its content: Ⓒ⑦Ⓒ. A question is a key alone; the answer is the value that its needle held. Guessing
gives 1 in 16.
"""

from __future__ import annotations

import numpy as np

from rope_lessons import _validate
from rope_lessons._types import ArrayLike

TEXT = "\n !\"$&'()*,-.0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]abcdefghijklmnopqrstuvwxyz"
N_KEYS = N_VALUES = 16
KEYS = "".join(chr(ord("Ⓐ") + i) for i in range(N_KEYS))
VALUES = "".join(chr(ord("①") + i) for i in range(N_VALUES))
ALPHABET = TEXT + KEYS + VALUES
FIRST_KEY, FIRST_VALUE = len(TEXT), len(TEXT) + N_KEYS
NEEDLE = 3  # tokens: key, value, key
NEEDLES = 6  # in a text; training used as many

_NUMBER = {symbol: number for number, symbol in enumerate(ALPHABET)}


def encode(text: str) -> np.ndarray:
    """A text as tokens.

    Parameters
    ----------
    text : str
        Symbols of the alphabet, at least one.

    Returns
    -------
    (seq,) array of int64

    Raises
    ------
    TypeError, ValueError
        Not a text, empty, or symbols outside the alphabet.

    >>> encode("ABⒶ①")
    array([26, 27, 80, 96])
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, got {type(text).__name__}")
    if not text:
        raise ValueError("text is empty; it needs at least one symbol")
    strange = sorted(set(text) - set(_NUMBER))
    if strange:
        raise ValueError(
            f"the tiny models do not know {' '.join(map(repr, strange[:5]))}; they read plain "
            "English letters, digits and punctuation"
        )
    return np.array([_NUMBER[symbol] for symbol in text])


def decode(tokens: ArrayLike) -> str:
    """Tokens as a text.

    Parameters
    ----------
    tokens : (seq,) array of int

    Raises
    ------
    TypeError, ValueError
        Not whole numbers, or outside the alphabet.

    >>> decode([26, 27, 80, 96])
    'ABⒶ①'
    """
    return "".join(ALPHABET[token] for token in as_tokens(tokens).ravel())


def as_tokens(tokens: ArrayLike) -> np.ndarray:
    """Tokens as an array of int64, of whatever shape.

    Raises ``TypeError`` or ``ValueError`` when they are not whole numbers of the alphabet.
    """
    array = _array("tokens", tokens)
    if array.dtype.kind not in "iu":
        raise TypeError(f"tokens must be whole numbers, got {array.dtype}; see encode(text)")
    if array.size == 0:
        raise ValueError("tokens are empty; a model needs at least one")
    if array.min() < 0 or array.max() >= len(ALPHABET):
        raise ValueError(
            f"tokens must lie between 0 and {len(ALPHABET) - 1}, got {array.min()} to {array.max()}"
        )
    return array.astype(np.int64)


def excerpt(source: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """A piece of ``length`` tokens from a random place of ``source``, as a copy.

    Raises ``TypeError`` or ``ValueError`` when ``source`` is no text of whole numbers, or shorter.
    """
    source = _array("source", source)
    if source.ndim != 1 or source.dtype.kind not in "iu":
        raise TypeError(
            f"source must be one text of tokens, (n,) whole numbers, got shape {source.shape} of "
            f"{source.dtype}; see encode(text)"
        )
    length = _validate.count("length", length)
    if length > len(source):
        raise ValueError(f"length must be at most {len(source)}, the text's own, got {length}")
    start = rng.integers(len(source) - length + 1)
    return source[start : start + length].astype(np.int64)


def needle(key: int, value: int) -> np.ndarray:
    """The three tokens of a needle, from the numbers of its key and its value, 0 to 15.

    Raises ``TypeError`` or ``ValueError`` for other numbers.
    """
    key = _validate.index("key", key, N_KEYS - 1)
    value = _validate.index("value", value, N_VALUES - 1)
    return np.array([FIRST_KEY + key, FIRST_VALUE + value, FIRST_KEY + key])


def question(
    source: ArrayLike, length: int, at: int, rng: np.random.Generator
) -> tuple[np.ndarray, int]:
    """A text that ends in a question, and its answer.

    Parameters
    ----------
    source : (n,) array of int
        The text to take the hay from.
    length : int
        Tokens in all; the question is the last one.
    at : int
        Position of the first token of the needle that is asked for, from 0. The distance from the
        question is ``length - 1 - at``.
    rng : numpy.random.Generator

    Returns
    -------
    tokens : (length,) array of int
        With the needle asked for, and up to five others at random places.
    answer : int
        The value's token.

    Raises
    ------
    TypeError, ValueError
        The needle does not fit between the start and the question, or ``source`` is too short.
    """
    length, at = _validate.count("length", length), _validate.index("at", at)
    if at > length - 1 - NEEDLE:
        raise ValueError(
            f"a needle of {NEEDLE} tokens at {at} does not fit before the question at {length - 1}"
        )
    tokens = excerpt(source, length, rng)
    keys = rng.permutation(N_KEYS)[:NEEDLES]
    values = rng.integers(N_VALUES, size=NEEDLES)
    taken = np.zeros(length, dtype=bool)
    taken[-1] = True
    places = [at, *rng.integers(0, max(1, length - NEEDLE), size=10 * NEEDLES)]
    hidden = 0
    for place in places:
        covers = slice(place, place + NEEDLE)
        if hidden < NEEDLES and not taken[covers].any():
            tokens[covers] = needle(keys[hidden], values[hidden])
            taken[covers] = True
            hidden += 1
    tokens[-1] = FIRST_KEY + keys[0]
    return tokens, FIRST_VALUE + values[0]


def _array(name, value):
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be an array, got rows of unequal length") from None
