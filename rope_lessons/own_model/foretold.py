"""What is foretold of a model, and bet on? Strangeness over distance, by lesson 12's hypothesis."""

from __future__ import annotations

import numpy as np

from rope_lessons import _validate, arcs, show
from rope_lessons.own_model import rescues
from rope_lessons.settings import models

DEGREES = 40, 45  # strangeness at which the hypothesis says that half is lost
RECORD = (
    "The rule: half of the far answers are lost where strangeness passes 40 to 45 degrees. Its "
    "record: on sixteen small models that it was not found on it ordered them well (rank "
    "correlation 0.93), and its distance was off by a factor of 1.32 in the median, too hopeful "
    "for small bases and too gloomy for most large ones. On large models it is untried."
)


def strangeness(settings: models.Settings, distances: np.ndarray) -> np.ndarray:
    """Degrees, of layers that see all the text, at each distance.

    Parameters
    ----------
    settings : Settings
        Of a model, or of its layers of one kind; its scaling in force.
    distances : (n,) array of int

    Returns
    -------
    (n,) array
    """
    now = settings.frequencies(int(np.max(distances)) + 1).inv_freq
    found = arcs.strangeness(settings.unscaled, trained_distances(settings), distances, now)
    return np.where(distances < (settings.window or np.inf), found, 0.0)


def trained_distances(settings: models.Settings) -> int:
    """How many distances training showed: its length, or the window where that is shorter."""
    seen = _validate.count("train_length", settings.train_length)
    return min(seen, settings.window or seen)


def far_reaching(settings: models.Settings) -> models.Settings:
    """The layers whose far distances are asked about: those with the widest window, or none."""
    parts = rescues.kinds_of_layers(settings).values()
    return max(parts, key=lambda part: part.window or np.inf)


def bet(settings: models.Settings, length: int) -> tuple[int | None, int | None]:
    """Between which two distances far retrieval is foretold to fall below half.

    Parameters
    ----------
    settings : Settings
    length : int
        Tokens of the longest text.

    Returns
    -------
    (int or None, int or None)
        Where strangeness first passes 40 and 45 degrees; None where it does not in that text.

    >>> ishmael = models.Settings("", "rope", rotary_dim=32, base=300.0, train_length=64)
    >>> bet(ishmael, 256)
    (122, 140)
    """
    length = _validate.count("length", length)
    distances = np.arange(length)
    found = strangeness(far_reaching(settings), distances)
    first, last = (
        int(np.argmax(found > degrees)) if (found > degrees).any() else None for degrees in DEGREES
    )
    return first, last


def said(between: tuple[int | None, int | None], length: int) -> str:
    """The bet in words."""
    first, last = between
    if first is None:
        return f"far retrieval stays above half up to {length:,}"
    to = f"distance {last:,}" if last is not None else f"the end, {length:,}"
    return f"far retrieval falls below half between distance {first:,} and {to}"


def by_layer(settings: models.Settings, length: int) -> show.Table:
    """What is foretold for each kind of layer that turns.

    Parameters
    ----------
    settings : Settings
    length : int
        Tokens.

    Returns
    -------
    show.Table
    """
    rows = []
    for kind, part in rescues.kinds_of_layers(settings).items():
        found = models.foretell(part, length)
        new = found.first_unseen is not None
        arc = np.degrees(found.unseen_arc.max()) if found.unseen_arc.size else 0.0
        rows.append(
            (
                kind or "all",
                f"{part.window:,}" if part.window else "none",
                f"{found.unfinished.sum()} of {found.unfinished.size}",
                f"{found.first_unseen:,}" if new else "none",
                f"{show.number(arc, 0)}°",
                f"{show.number(found.worst[1], 0)}° at {found.worst[0]:,}" if found.worst else "–",
            )
        )
    header = ("layers", "window", "unfinished pairs", "first unseen distance")
    return show.Table((*header, "longest new arc", "strangeness at worst"), rows)
