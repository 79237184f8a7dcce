"""When does a flashcard come back?

Leitner's boxes: five of them, opened again after 1, 2, 4, 8 and 16 days. A card starts in the
first. Known, it moves up a box; not known, it goes back to the first. So what you do not know comes
sooner.

Source: Leitner 1972, So lernt man lernen.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAYS = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Place:
    """The box that a card is in, from 1, and the day from which it is due again."""

    box: int
    due: date


def answered(place: Place | None, knew: bool, today: date) -> Place:
    """Where a card goes after an answer.

    Parameters
    ----------
    place : Place or None
        Where it was; None for a card never answered.
    knew : bool
    today : datetime.date

    Returns
    -------
    Place

    >>> first = answered(None, True, date(2026, 3, 1))
    >>> first.box, first.due.isoformat()
    (2, '2026-03-03')
    >>> answered(first, False, date(2026, 3, 3)).box
    1
    """
    before = place.box if place else 1
    box = min(before + 1, len(DAYS)) if knew else 1
    return Place(box, today + timedelta(days=DAYS[box - 1]))


def is_due(place: Place | None, today: date) -> bool:
    """Whether a card is to be asked: it never was, or its day has come."""
    return place is None or place.due <= today


def to_kept(place: Place) -> dict[str, int | str]:
    """A place as it is written to a file."""
    return {"box": place.box, "due": place.due.isoformat()}


def from_kept(kept: Any) -> Place | None:
    """A place as it was written; None for anything else, since a file may have been edited."""
    try:
        box, due = kept["box"], date.fromisoformat(kept["due"])
    except (TypeError, LookupError, ValueError):
        return None
    whole = isinstance(box, int) and not isinstance(box, bool)
    return Place(box, due) if whole and 1 <= box <= len(DAYS) else None
