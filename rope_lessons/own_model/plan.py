"""What is measured, and what of it is there already?

Each measurement is a line of a file beside the report, written as soon as it is there: who stops
loses nothing, and a second run does only what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

AS_IT_IS = "as it is"
INSIDE, PAST = (1 / 8, 1 / 4, 1 / 2, 3 / 4), (1.0, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 6, 8, 12, 16)
ASKED_AT = (1, 1.5, 2, 3, 4, 6, 8, 16)  # times the training length
DEPTHS = (0, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 7 / 8)  # of the longest text
MARGIN = 8  # tokens before a needle near the start


class Job(NamedTuple):
    """One measurement: needles at a distance in texts of a length, or the loss of one text.

    ``draw`` is the seed of the needle's texts, or of which text the loss is of; ``samples`` is how
    many texts, and ``distance`` 0 for a loss.
    """

    reading: str
    length: int
    distance: int
    samples: int
    draw: int


class Plan(NamedTuple):
    """What is asked of each reading: pairs (length, distance), and how long a text the loss reads.

    ``curve`` goes by distance, the needle near the start; ``near`` by length, the needle as close
    as ``near_distance``; ``grid`` by the positions of needle and question.
    """

    curve: tuple
    near: tuple
    grid: tuple
    loss_length: int

    def jobs(self, reading: str, samples: int, texts: int, seed: int) -> Iterator[Job]:
        """All measurements of one reading.

        Parameters
        ----------
        reading : str
        samples, texts : int
            Texts behind a share of right answers, and behind a loss.
        seed : int
        """
        for length, distance in dict.fromkeys((*self.curve, *self.near, *self.grid)):
            yield Job(reading, length, distance, samples, seed)
        for draw in range(seed * texts, (seed + 1) * texts):
            yield Job(reading, self.loss_length, 0, 1, draw)


def plan(train_length: int, length: int, hay: int, first: int, nearest: int) -> Plan:
    """What to measure up to a length.

    Parameters
    ----------
    train_length, length : int
        Tokens, in training and in the longest text.
    hay : int
        Tokens of the text that is read, which the loss does not go beyond.
    first, nearest : int
        Of the :class:`~rope_lessons.own_model.questions.Questions`.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        No needle fits.
    """
    start = first + MARGIN
    farthest = length - 1 - start
    near = max(16, nearest)
    if farthest < near:
        raise ValueError(f"length must be at least {near + start + 1}, so that a needle fits")
    last_trained = max(nearest, train_length - 4)
    wanted = [near, last_trained, farthest]
    wanted += [round(part * train_length) for part in INSIDE + PAST]
    distances = sorted({d for d in wanted if nearest <= d <= farthest})
    curve = tuple((max(min(train_length, length), d + start + 1), d) for d in distances)
    lengths = sorted({n for part in ASKED_AT if (n := round(part * train_length)) <= length})
    lengths = [n for n in dict.fromkeys([*lengths, length]) if n > near + start]
    needles = [start + round(depth * (farthest - nearest)) for depth in DEPTHS]
    return Plan(
        curve=curve,
        near=tuple((n, near) for n in lengths),
        grid=tuple((n, n - 1 - at) for n in lengths for at in needles if n - 1 - at >= nearest),
        loss_length=min(length, hay - 1),
    )


class Kept:
    """The measurements of a file that belong to one model and text; ``of`` says which."""

    def __init__(self, path: Path, of: str) -> None:
        self.path, self.of, self.found = path, of, {}
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for line in lines:
            try:
                entry = json.loads(line)
                if entry["of"] == of:
                    self.found[Job(**entry["job"])] = entry["found"]
            except (ValueError, KeyError, TypeError):
                continue  # a line that was being written when the computer stopped
        if lines and not path.read_text(encoding="utf-8").endswith("\n"):
            self._append("\n")

    def add(self, job: Job, found: list) -> None:
        """Keep what was measured: how many of how many were right, or a text's losses."""
        self.found[job] = found
        entry = {"of": self.of, "job": job._asdict(), "found": found}
        self._append(json.dumps(entry) + "\n")

    def _append(self, text):
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
