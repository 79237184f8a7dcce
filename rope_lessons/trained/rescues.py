"""Does a rescue rescue, and at what price? One definition of failing, for every way to try.

A model fails where it answers fewer than half of the questions, or where its loss is more than
``TOO_MUCH`` nats above the untouched model's inside training. That is more than two draws of texts
differ by, so that nobody fails by the draw.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rope_lessons import _validate, arcs, show
from rope_lessons.trained import ishmael, tiny

TOO_MUCH = 0.25  # nats per character
TEXTS = 64  # behind a loss
PLACES = 8  # of the fact, behind a share of right answers
QUESTIONS = 12  # for each of them
NAMES = {"default": "as he is", "linear": "PI × {:g}", "ntk": "NTK-aware × {:g}"}
TUNED = {"plain": "only tuned", "pi": "PI × 4, tuned", "yarn": "YaRN × 4, tuned"}


class Reading(NamedTuple):
    """How a model reads texts of its training length, and four times as long.

    Attributes
    ----------
    name : str
    strange : float or None
        Degrees: :func:`rope_lessons.arcs.strangeness` at the farthest fact, of the speeds it is
        read with against the arcs it was trained on. None where these are the same.
    near, far : float
        Right answers, as a share: about facts anywhere in a text of the training length, and about
        facts in the first quarter of the long one.
    inside, past : float
        Nats per character, both in the long text: over the second half of the positions that were
        trained, and over the second half of the text.
    """

    name: str
    strange: float | None
    near: float
    far: float
    inside: float
    past: float

    def fails(self, untouched: Reading) -> str:
        """Where it fails, as words; ``untouched`` is the reading it is judged by."""
        most = untouched.inside + TOO_MUCH
        found = {
            "near answers": self.near < 0.5,
            "far answers": self.far < 0.5,
            "loss inside": self.inside > most,
            "loss past": self.past > most,
        }
        return ", ".join(name for name, failed in found.items() if failed)


def losses(model: tiny.Model, kind: str = "default", scale: float = 1.0) -> tuple[float, float]:
    """The two losses of a :class:`Reading`: (inside, past), in nats per character.

    Parameters
    ----------
    model : tiny.Model
        With RoPE.
    kind : {"default", "linear", "ntk"}
        As for :func:`rope_lessons.scaling.frequencies`. The default is the model's own speeds.
    scale : float
        s, at least 1.

    Raises
    ------
    TypeError, ValueError
        As :meth:`tiny.Model.rescaled` does, or another kind.
    """
    n = model.train_length
    loss = tiny.loss_by_position(
        model, 4 * n, samples=TEXTS, frequencies=_frequencies(model, kind, scale)
    )
    return float(loss[n // 2 : n].mean()), float(loss[2 * n :].mean())


def read(
    model: tiny.Model, kind: str = "default", scale: float = 1.0, name: str | None = None
) -> Reading:
    """How a model reads when its pairs turn at other speeds.

    Parameters
    ----------
    model, kind, scale
        As for :func:`losses`.
    name : str, optional
        What to call it.

    Returns
    -------
    Reading

    Raises
    ------
    TypeError, ValueError
        As :func:`losses` does.
    """
    now = _frequencies(model, kind, scale)
    n = model.train_length
    places = np.linspace(4, n - 8, PLACES).astype(int)
    near, far = (
        np.mean([_right(model, length, at, now) for at in places]) for length in (n, 4 * n)
    )
    met = model.frequencies.inv_freq
    farthest = 4 * n - 1 - places[0]
    strange = float(arcs.strangeness(met, n, farthest, now.inv_freq))
    return Reading(
        name or NAMES[kind].format(scale),
        strange,
        float(near),
        float(far),
        *losses(model, kind, scale),
    )


def tuned(steps: int = 50) -> list[Reading]:
    """The three ways in which the model was trained on, at four times its length.

    Parameters
    ----------
    steps : {10, 50}

    Returns
    -------
    list of Reading
        Without any rescue, with position interpolation, with YaRN.

    Raises
    ------
    ValueError
        Another number of steps.
    """
    _validate.one_of("steps", steps, (10, 50))
    return [
        read(tiny.load(f"{ishmael.TOLD_BY['turning'][0]}-{way}-{steps}"), name=name)._replace(
            strange=None
        )
        for way, name in TUNED.items()
    ]


def compare(untouched: Reading, *others: Reading) -> show.Table:
    """Show readings in a table, judged by the first.

    Parameters
    ----------
    untouched, *others : Reading

    Returns
    -------
    show.Table
    """
    header = ("", "strangeness", "near right", "far right", "loss inside", "loss past", "fails")
    rows = []
    for reading in (untouched, *others):
        name, strange, *measured = reading
        degrees = "–" if strange is None else f"{show.number(strange, 0)}°"
        numbers = (show.number(x, 2) for x in measured)
        rows.append([name, degrees, *numbers, reading.fails(untouched) or "nowhere"])
    return show.Table(header, rows)


def _frequencies(model, kind, scale):
    _validate.one_of("kind", kind, tuple(NAMES))
    rescaled = model.rescaled(kind, scale=scale)
    return model.frequencies if kind == "default" else rescaled  # a tuned model has its own


def _right(model, length, needle_at, frequencies):
    return ishmael.share_right(
        model, length=length, needle_at=int(needle_at), samples=QUESTIONS, frequencies=frequencies
    )
