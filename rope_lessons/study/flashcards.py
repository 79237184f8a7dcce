"""Which flashcards are due, and how does a learner turn them?

The cards stand in data/cards.json, in the order of the lessons; their numbers come from
:mod:`rope_lessons.study.quoted_numbers`. When a card comes back is up to Leitner's boxes: five of
them, opened again after 1, 2, 4, 8 and 16 days. A card starts in the first. Known, it moves up a
box; not known, it goes back to the first. What the learner knew is kept in flashcards.json of their
own folder (:mod:`rope_lessons.learner_files`), which may be deleted: every card is new then.
Printing and Anki are in :mod:`rope_lessons.study.deck`.

Source: Leitner 1972, So lernt man lernen.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from rope_lessons import _validate, course, learner_files
from rope_lessons.study import quoted_numbers

_FILE = "flashcards"
DAYS = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Place:
    """The box that a card is in, from 1, and the day from which it is due again."""

    box: int
    due: date


@dataclass(frozen=True)
class Card:
    """One card. ``key`` names it for ever, ``core`` marks the ten that matter most."""

    key: str
    lesson: int
    core: bool
    front: str
    back: str

    @property
    def phase(self) -> int:
        return course.lesson(self.lesson).phase


def cards(phase: int | None = None) -> tuple[Card, ...]:
    """The cards of one phase, or all, in the order of the lessons.

    Parameters
    ----------
    phase : int, optional
        1 to 4.

    Returns
    -------
    tuple of Card

    Raises
    ------
    ValueError
        There is no such phase.

    >>> cards(2)[0].key
    'rotation-2d'
    """
    if phase is not None:
        _validate.one_of("phase", phase, tuple(course.PHASES))
    return tuple(card for card in _all() if phase in (None, card.phase))


def due(
    n: int | None = None, *, phase: int | None = None, up_to: int | None = None
) -> tuple[Card, ...]:
    """The cards to ask today: those whose day has come, longest overdue first, then new ones.

    Parameters
    ----------
    n : int, optional
        At most so many.
    phase : int, optional
        Only of this phase.
    up_to : int, optional
        New cards of this lesson and earlier ones only, for who has not come further.

    Returns
    -------
    tuple of Card

    Raises
    ------
    TypeError, ValueError
        ``n`` or ``up_to`` is no whole number of at least 1, or there is no such phase.
    """
    if n is not None:
        n = _validate.count("n", n)
    if up_to is not None:
        up_to = _validate.count("up_to", up_to)
    places, today = _places(), _today()
    asked = [card for card in cards(phase) if is_due(places.get(card.key), today)]
    begun = [card for card in asked if card.key in places]
    new = [card for card in asked if card.key not in places]
    begun.sort(key=lambda card: places[card.key].due)
    return (*begun, *(card for card in new if up_to is None or card.lesson <= up_to))[:n]


def show(n: int | None = None, *, up_to: int | None = None) -> Turner:
    """Cards to turn, one at a time.

    Parameters
    ----------
    n, up_to : int, optional
        As for :func:`due`; they hold for what is due, not for the whole deck.

    Returns
    -------
    Turner
        Shown by being the last value of a cell.

    Raises
    ------
    TypeError, ValueError
        As for :func:`due`.
    """
    return Turner(n, up_to)


def pages() -> dict[str, str]:
    """The cells of notebooks/15_flashcards.ipynb made from the cards: {cell id: Markdown}."""
    return {f"phase-{phase}": _page(phase) for phase in course.PHASES}


def _page(phase):
    """The cards of one phase, each to be unfolded."""
    lines = [f"## Phase {phase} · {course.PHASES[phase]}"]
    for card in cards(phase):
        mark = " ★" if card.core else ""
        front = escape(card.front, quote=False)
        lines.append(
            f"<details><summary>{front}{mark}</summary>\n\n{card.back} "
            f"({course.link(card.lesson)})\n\n</details>"
        )
    return "\n\n".join(lines)


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


class Turner:
    """One card at a time, turned and answered by buttons; what its cell stores is the same for all.

    ``pile`` holds the cards still to come, the present one first.
    """

    STILL = (
        "Run this cell to turn the cards one at a time. Without a kernel, unfold them in "
        "15_flashcards.ipynb, under “All cards”."
    )

    def __init__(self, n: int | None = None, up_to: int | None = None) -> None:
        import ipywidgets as widgets  # which due() does without

        self._limits = {"n": n, "up_to": up_to}
        self.pile, self.turned, self._missed, self._known = [], False, set(), 0
        # Not Dropdowns: JupyterLab takes the arrow keys from them and leaves for the next cell.
        narrow = {"button_width": "auto"}
        self.which = widgets.ToggleButtons(options=["due today", "all cards"], style=narrow)
        self.phase = widgets.ToggleButtons(
            options=[("all phases", 0), *((f"phase {n}", n) for n in course.PHASES)],
            tooltips=["", *course.PHASES.values()],
            style=narrow,
        )
        self.shuffle = widgets.Button(description="Shuffle")
        self.face = widgets.HTML()
        self.turn = widgets.Button(description="Turn")
        self.knew = widgets.Button(description="Knew it")
        self.did_not = widgets.Button(description="Did not know it")
        self.note = widgets.HTML()
        for control in (self.phase, self.which):
            control.observe(self._deal, "value")
        self.shuffle.on_click(self._shuffle)
        self.turn.on_click(self._turn)
        self.knew.on_click(lambda button: self._answer(True))
        self.did_not.on_click(lambda button: self._answer(False))
        self.box = widgets.VBox(
            [
                widgets.HBox([self.which, self.phase, self.shuffle]),
                self.face,
                widgets.HBox([self.turn, self.knew, self.did_not]),
                self.note,
            ]
        )
        self._deal()

    def _deal(self, change=None):
        everything = self.which.value == "all cards"
        phase = self.phase.value or None
        chosen = cards(phase)
        self.pile = list(chosen if everything else due(phase=phase, **self._limits))
        self.turned, self._missed, self._known = False, set(), 0
        self._say(f"{len(self.pile)} of {len(chosen)} cards{'' if everything else ' are due'}.")
        self._show()

    def _shuffle(self, button=None):
        random.shuffle(self.pile)
        self.turned = False
        self._say("Shuffled.")
        self._show()

    def _turn(self, button=None):
        self.turned = not self.turned
        self._show()

    def _answer(self, knew):
        if not self.pile:
            return
        if not self.turned:
            self._turn()
            self._say("Here is the back. Press again: did you know it?")
            return
        card = self.pile.pop(0)
        if not knew:
            self._missed.add(card.key)
            self.pile.append(card)
            self._record(card, knew, "It comes back at the end of this round, and")
        elif card.key in self._missed:  # having read it a minute ago is not knowing it
            self._say("Good. It still comes back tomorrow.")
        else:
            self._known += 1
            self._record(card, knew, "It comes back")
        self.turned = False
        self._show()

    def _record(self, card, knew, said):
        try:
            with learner_files.changing(_FILE) as kept:
                place = answered(from_kept(kept.get(card.key)), knew, _today())
                kept[card.key] = to_kept(place)
        except OSError as error:
            self._say(f"Noted here, but it could not be saved: {error}.")
        else:
            days = DAYS[place.box - 1]
            when = "tomorrow" if days == 1 else f"in {days} days"
            self._say(f"{said} {when}: box {place.box} of {len(DAYS)}.")

    def _say(self, text):
        self.note.value = f"<span role='status'>{escape(text)}</span>"

    def _show(self):
        if self.pile:
            card = self.pile[0]
            back = f"<hr><p class='back'>{escape(card.back)}</p>" if self.turned else ""
            where = _lesson(card) if self.turned else f"lesson {card.lesson:02}"
            star = " · ★ core" if card.core else ""
            body = (
                f"<p class='small'>{len(self.pile)} to go · phase {card.phase} · {where}{star}</p>"
                f"<p class='front'>{escape(card.front)}</p>{back}"
            )
        else:
            body = f"<p class='front'>{self._end()}</p>"
        self.face.value = f"{_STYLE}<div class='rope-card' role='status'>{body}</div>"

    def _end(self):
        if self._known or self._missed:
            return f"Done: {self._known} known, {len(self._missed)} to come back tomorrow."
        return "Nothing is due today. Choose “all cards” to go on anyway."

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<p>{self.STILL}</p>",
            "text/plain": self.STILL,
        }


_STYLE = """<style>
.rope-card { max-width: 44em; min-height: 11em; padding: 0.5em 1.2em; margin: 0.5em 0;
  border: 1px solid var(--jp-border-color1, #999); border-radius: 6px; line-height: 1.5; }
.rope-card .small { color: var(--jp-ui-font-color2, #666); margin: 0; }
.rope-card .front { font-size: 1.25em; margin: 0.6em 0; }
.rope-card .back { margin: 0.6em 0; }
.rope-card .small a { color: var(--jp-content-link-color, revert); text-decoration: underline; }
</style>"""


@cache
def _all():
    file = resources.files("rope_lessons").joinpath("data", "cards.json")
    listed = json.loads(file.read_text(encoding="utf-8"))["cards"]
    return tuple(
        Card(**card | {side: quoted_numbers.fill(card[side]) for side in ("front", "back")})
        for card in listed
    )


def _lesson(card):
    lesson = course.lesson(card.lesson)
    return course.link_in_widget(f"notebooks/{lesson.stem}.ipynb", lesson.label, lesson.promise)


def _places():
    """Where the learner's cards are; a card whose record is not one is new."""
    kept = {key: from_kept(value) for key, value in learner_files.read(_FILE).items()}
    return {key: place for key, place in kept.items() if place}


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


def _today():
    return date.today()
