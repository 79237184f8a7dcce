"""What is a model asked, in the tokens of its own tokenizer?

A needle is a short piece of text with a key and a value, such as " The code for Paris is 7.". A
question is the needle as far as its value, put at the end of the text; the answer is the value's
token. Values must be one token each, in place, so that guessing among them is a known chance.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SENTENCE = {
    "needle": " The code for {key} is {value}.",
    "keys": (
        *("Paris", "London", "Berlin", "Madrid", "Rome", "Vienna", "Lisbon", "Dublin"),
        *("Oslo", "Warsaw", "Athens", "Cairo", "Tokyo", "Delhi", "Boston", "Chicago"),
    ),
    "values": "0123456789",
    "others": 5,
}


@dataclass(frozen=True)
class Questions:
    """Needles in tokens.

    Attributes
    ----------
    begin : tuple of int
        What the tokenizer puts before every text.
    heads, tails : tuple of tuple of int
        A needle's tokens before and after its value, by key.
    values : tuple of int
    others : int
        Needles in a text, at most, besides the one that is asked for.
    """

    begin: tuple
    heads: tuple
    tails: tuple
    values: tuple
    others: int

    @property
    def chance(self) -> float:
        """The share of right answers by guessing one of the values."""
        return 1 / len(self.values)

    @property
    def first(self) -> int:
        """Where a needle's last token before its value can stand at the earliest."""
        return len(self.begin) + max(map(len, self.heads)) - 1

    @property
    def nearest(self) -> int:
        """The least distance between a needle and its question."""
        return max(len(h) + 1 + len(t) for h, t in zip(self.heads, self.tails, strict=True))

    def ask(
        self, hay: np.ndarray, length: int, distance: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, int]:
        """A text that ends in a question, and which of the values is the answer.

        Parameters
        ----------
        hay : (n,) array of int
            Tokens of the text around the needles; read over again where it is shorter.
        length : int
            Tokens in all.
        distance : int
            From the token before the value to the last token of the question: where attention
            has to look back to, but for one token.
        rng : numpy.random.Generator

        Returns
        -------
        (length,) array of int, int
        """
        keys = rng.permutation(len(self.heads))[: self.others + 1]
        values = rng.integers(len(self.values), size=len(keys))
        asked = self.heads[keys[0]]
        at = length - distance - len(asked)  # the needle's first token
        end = length - len(asked)
        if at < len(self.begin) or distance < len(asked) + 1 + len(self.tails[keys[0]]):
            raise ValueError(f"a needle {distance} back does not fit into {length} tokens")
        tokens = excerpt(hay, length, rng)
        tokens[: len(self.begin)] = self.begin
        tokens[end:] = asked
        free = np.ones(length, dtype=bool)
        free[: len(self.begin)] = free[end:] = False
        places = [at, *rng.integers(len(self.begin), max(end, 1), size=10 * len(keys))]
        hidden = 0
        for place in places:
            if hidden == len(keys):
                break
            key = keys[hidden]
            needle = [*self.heads[key], self.values[values[hidden]], *self.tails[key]]
            covered = free[place : place + len(needle)]
            if len(covered) == len(needle) and covered.all():
                tokens[place : place + len(needle)] = needle
                covered[:] = False
                hidden += 1
        return tokens, int(values[0])


def excerpt(hay: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """``length`` tokens from a random place of the text, which goes round where it is too short."""
    starts = max(1, len(hay) - length + 1)
    return np.resize(np.roll(hay, -int(rng.integers(starts))), length)


def wording(folder: Path, file: str | Path | None = None) -> dict:
    """How needles are worded: by a file, by ``needles.json`` of the model's folder, or by ours.

    Parameters
    ----------
    folder : Path
    file : str or Path, optional
        JSON with ``needle`` (a text with {key} and {value}), ``keys``, ``values`` and ``others``.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        No such file, or other fields.
    """
    path = Path(file) if file else folder / "needles.json"
    if not file and not path.is_file():
        return SENTENCE
    try:
        said = SENTENCE | json.loads(path.read_text(encoding="utf-8"))
        right = set(said) == set(SENTENCE) and isinstance(said["others"], int)
        right &= all(f"{{{word}}}" in said["needle"] for word in ("key", "value"))
        right &= all(isinstance(v, str) for name in ("keys", "values") for v in said[name])
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from None
    except (ValueError, TypeError):
        right = False
    if not right:
        raise ValueError(
            f"{path} must be JSON such as {json.dumps(SENTENCE | {'keys': ['Paris', 'Rome']})}"
        )
    return said


def fit(encode: Callable[[str], Sequence[int]], said: dict, begin: Sequence[int] = ()) -> Questions:
    """Needles in the tokens of a tokenizer.

    Parameters
    ----------
    encode : callable
        A text to its tokens, nothing added.
    said : dict
        From :func:`wording`.
    begin : sequence of int
        What every text begins with.

    Returns
    -------
    Questions

    Raises
    ------
    ValueError
        Fewer than two values are one token each, whatever the key.
    """
    template, values, ends = said["needle"], list(said["values"]), []
    for key in said["keys"]:
        texts = [encode(template.replace("{key}", key).replace("{value}", v)) for v in values]
        columns = list(zip(*texts, strict=False))
        differ = [at for at, column in enumerate(columns) if len(set(column)) > 1]
        if len(differ) == 1 and len({len(text) for text in texts}) == 1:
            at = differ[0]
            ends.append((tuple(texts[0][:at]), tuple(texts[0][at + 1 :]), columns[at]))
    tokens = {found[2] for found in ends}
    if len(ends) < 2 or len(tokens) != 1 or len(set(min(tokens))) != len(values):
        raise ValueError(
            f"in {template!r} the values {' '.join(values)} are not one token each for this "
            "tokenizer; word a needle for it, and give the file with --needles"
        )
    heads, tails, _ = zip(*ends, strict=True)
    return Questions(tuple(begin), heads, tails, ends[0][2], said["others"])
