"""What was measured of a model, and how does it stand beside what was foretold?"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np

from rope_lessons import show
from rope_lessons.own_model import foretold, rescues
from rope_lessons.own_model.plan import AS_IT_IS, Job, Plan
from rope_lessons.page import figures
from rope_lessons.settings import models
from rope_lessons.trained import tiny

HALF = 0.5


class Measured:
    """The measurements of one model, under all readings. What is not measured yet is left out.

    Attributes
    ----------
    about : dict
        Name, config, lengths, samples, seed, versions: all that a measurement hangs on.
    settings : Settings
    found : dict of Job to list
        [right, asked], or the losses of a text.
    """

    def __init__(self, about: dict, found: dict[Job, list]) -> None:
        self.about, self.found = about, found
        self.plan = Plan(**{name: _tuples(part) for name, part in about["plan"].items()})
        self.settings = models.read_config(about["config"], train_length=about["train_length"])
        self.length, self.train_length = about["length"], about["train_length"]

    @property
    def readings(self) -> list[str]:
        """Those of which something was measured."""
        return [
            name for name in self.about["readings"] if any(j.reading == name for j in self.found)
        ]

    def share(self, reading: str, length: int, distance: int) -> tuple[float, float] | None:
        """The share of right answers and its standard error, or None.

        The error is that of (right + 1) / (asked + 2): a share of 0 or 1 is not known exactly.

        Parameters
        ----------
        reading : str
        length, distance : int
        """
        job = Job(reading, length, distance, self.about["samples"], self.about["seed"])
        if job not in self.found:
            return None
        right, asked = self.found[job]
        p = (right + 1) / (asked + 2)
        return right / asked, float(np.sqrt(p * (1 - p) / (asked + 2)))

    def shares_past(self, reading: str = AS_IT_IS) -> show.Table:
        """Right answers past the training length, by distance, each with its standard error.

        Parameters
        ----------
        reading : str
        """
        found = [(d, self.share(reading, n, d)) for n, d in self.plan.curve]
        rows = [(d, *share) for d, share in found if share and d > self.train_length]
        return show.Table(
            ("distance", "right", "standard error"),
            [(f"{d:,}", show.number(right, 2), show.number(off, 2)) for d, right, off in rows],
        )

    def retrieval(self, reading: str = AS_IT_IS) -> dict[int, float]:
        """Share of right answers by distance, the needle near the start.

        Parameters
        ----------
        reading : str
        """
        found = {d: self.share(reading, n, d) for n, d in self.plan.curve}
        return {distance: share[0] for distance, share in found.items() if share}

    def loss(self, reading: str = AS_IT_IS) -> np.ndarray:
        """(texts, length) losses in nats a token, by position.

        Parameters
        ----------
        reading : str
        """
        texts = [v for j, v in self.found.items() if j.reading == reading and not j.distance]
        return np.array(texts).reshape(len(texts), self.plan.loss_length)

    def half_at(self, reading: str = AS_IT_IS) -> tuple[int | None, int | None]:
        """The distances between which retrieval first falls below half: (last above, first below).

        Parameters
        ----------
        reading : str
        """
        curve = self.retrieval(reading)
        below = next((d for d, share in curve.items() if share < HALF), None)
        return max((d for d in curve if below is None or d < below), default=None), below

    def foretelling(self) -> show.Table:
        """What the settings alone say, for each kind of layer."""
        return foretold.by_layer(self.settings, self.length)

    def verdict(self) -> str:
        """The bet, and what came."""
        bet = foretold.said(foretold.bet(self.settings, self.length), self.length)
        above, below = self.half_at()
        if above is None and below is None:
            return f"Foretold: {bet}. Not measured yet."
        if above is None:
            came = f"it is below half at {below:,} already, so it may not know the task"
        elif below is None:
            came = f"it stays above half up to {above:,}"
        else:
            came = f"it falls below half between {above:,} and {below:,}"
        return f"Foretold: {bet}. Measured: {came}."

    def compare(self) -> show.Table:
        """Gain and price of each rescue beside the model as it is, with standard errors."""
        inside, n = self.train_length, self.length
        rows = []
        for reading in self.readings:
            kind, scale = self.about["readings"][reading]
            part = rescues.rescued(foretold.far_reaching(self.settings), kind, scale)
            strange = foretold.strangeness(part, np.array([n - 1]))[0]
            losses = self.loss(reading)
            parts = losses[:, inside // 2 : inside], losses[:, min(2 * inside, n // 2) :]
            curve = [pair for pair in self.plan.curve if pair[1] < inside]
            far = [pair for pair in self.plan.curve if pair[1] >= inside]
            below = self.half_at(reading)[1]
            rows.append(
                (
                    reading,
                    f"{show.number(strange, 0)}°",
                    *(self._mean(reading, pairs) for pairs in (self.plan.near, curve, far)),
                    *(_with_error(part.mean(axis=1)) if part.size else "–" for part in parts),
                    "nowhere" if below is None else f"from {below:,}",
                )
            )
        header = ("", "strangeness", "near right", "inside right", "past right")
        return show.Table((*header, "loss inside", "loss past", "below half"), rows)

    def beside(self) -> figures.Drawing:
        """Strangeness over distance, above the right answers of the model as it is."""
        part = foretold.far_reaching(self.settings)
        return figures.strangeness_beside_retrieval(
            part.unscaled,
            foretold.trained_distances(part),
            self.retrieval(),
            chance=self.about["chance"],
            slowed=part.frequencies(self.length).inv_freq,
        )

    def by_distance(self) -> figures.Drawing:
        """Right answers by distance, the needle near the start: a line a reading."""
        curves = {name: curve for name in self.readings if (curve := self.retrieval(name))}
        return figures.retrieval_by_distance(curves, self.train_length, chance=self.about["chance"])

    def by_place(self) -> figures.Drawing:
        """Right answers by the positions of needle and question: a panel a reading."""
        grids = {name: self._grid(name) for name in self.readings}
        return figures.grids(
            {name: grid for name, grid in grids.items() if grid}, self.train_length
        )

    def loss_by_position(self) -> figures.Drawing:
        """The loss by position: a line a reading."""
        losses = {name: loss.mean(0) for name in self.readings if (loss := self.loss(name)).size}
        inside = self.train_length
        return figures.loss_by_position(losses, inside, window=max(8, inside // 8))

    def drawings(self) -> dict[str, figures.Drawing]:
        """All figures for which something was measured, by their titles."""
        needles = any(map(self.retrieval, self.readings))
        wanted = {
            "Foretold above, measured below": self.beside if self.retrieval() else None,
            "Right answers by distance": self.by_distance if needles else None,
            "Right answers by place": self.by_place
            if any(map(self._grid, self.readings))
            else None,
            "Loss by position": self.loss_by_position
            if any(j.distance == 0 for j in self.found)
            else None,
        }
        return {title: draw() for title, draw in wanted.items() if draw}

    def __repr__(self):
        about = self.about
        return (
            f"{about['name']}: trained on {self.train_length:,} positions, read up to "
            f"{self.length:,}. {len(self.found)} of {about['jobs']} measurements are there; "
            f"{about['samples']} texts behind a share of right answers (guessing gives "
            f"{about['chance']:.2f}), {about['texts']} behind a loss, seed {about['seed']}."
        )

    def to_json(self) -> dict:
        """Everything, for another program: what was asked, found, foretold, and of which model."""
        found = [[*job, value] for job, value in self.found.items()]
        bet = foretold.bet(self.settings, self.length)
        return {**self.about, "bet": bet, "half_at": self.half_at(), "found": found}

    def _mean(self, reading, pairs):
        shares = [share for pair in pairs if (share := self.share(reading, *pair))]
        if not shares:
            return "–"
        mean, error = np.mean([s for s, _ in shares]), np.sqrt(sum(e**2 for _, e in shares))
        return f"{show.number(mean, 2)} ± {show.number(error / len(shares), 2)}"

    def _grid(self, reading):
        shares = {pair: self.share(reading, *pair) for pair in self.plan.grid}
        if not any(shares.values()):
            return None
        lengths = sorted({n for n, _ in shares})
        needles = sorted({n - 1 - d for n, d in shares})
        cells = [[(shares.get((n, n - 1 - at)) or (np.nan,))[0] for n in lengths] for at in needles]
        return tiny.Grid(
            np.array(needles), np.array(lengths) - 1, np.array(cells), self.about["samples"]
        )


def load(path: str | Path | None = None) -> Measured:
    """Measurements that were kept, from a report's JSON.

    Parameters
    ----------
    path : str or Path, optional
        ``report.json`` of a run; by default that of the checkpoint that ships.

    Returns
    -------
    Measured

    Raises
    ------
    TypeError, ValueError
        No such report.
    """
    if path is not None and not isinstance(path, (str, Path)):
        raise TypeError(f"path must be that of a report.json, got {type(path).__name__}")
    shipped = resources.files("rope_lessons") / "data" / "own_model.json"
    try:
        text = (shipped if path is None else Path(path)).read_text(encoding="utf-8")
        kept = json.loads(text)
        found = {Job(*job): value for *job, value in kept.pop("found")}
        return Measured(kept, found)
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror or error})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{path} is no report of 'rope-lessons measure'") from None


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _with_error(values):
    mean = show.number(np.mean(values), 2)
    if len(values) == 1:
        return mean
    return f"{mean} ± {show.number(np.std(values, ddof=1) / np.sqrt(len(values)), 2)}"
