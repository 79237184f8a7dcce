"""What did the learner write down in the last lesson, and what came?

``ask`` shows a sheet of ``SHEETS`` to fill in, ``compare`` holds it against what was
measured, and ``look_back`` brings back the predictions of the lessons before. What the
learner writes is kept in capstone.json of their own folder (:mod:`rope_lessons.learner_files`),
never in the notebook's outputs: those are the same for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import ipywidgets as widgets

from rope_lessons import _validate, course, learner_files
from rope_lessons.page import explore
from rope_lessons.page.questions import QUESTIONS


@dataclass(frozen=True)
class Choice:
    """A question with a few answers, of which one is pressed."""

    key: str
    text: str
    options: tuple


@dataclass(frozen=True)
class Distance:
    """A question whose answer is a whole number of positions, set with a slider."""

    key: str
    text: str
    low: int
    high: int
    start: int


SHEETS = {
    "ishmael": [
        Choice("axis", "What is new to him comes by…", ("position", "distance", "none")),
        Choice("first", "The first new one is…", ("63", "64", "65", "256")),
        Choice("pair", "Of pairs 0 to 15, the longest new arc has…", ("0", "6", "9", "15")),
    ],
    "llama": [
        Choice("first", "The first new distance is…", ("2,047", "2,048", "4,095", "4,096")),
        Choice("perplexity", "At 4,096 its perplexity is…", ("6.96", "7.34", "over 1000")),
    ],
    "sealed": [
        Distance("bet", "The bet: right answers fall below half at distance…", 48, 368, 48),
    ],
}

# Why it came so, read beside the answer. Numbers are printed by the lesson's cells.
REASONS = {
    "ishmael": {
        "axis": "Neighbours at position 250 are as near as at position 5.",
        "first": "64 characters are at most 63 apart.",
        "pair": "The faster ones had met more of their circle, and the slowest hardly moves on.",
    },
    "llama": {
        "first": "2,048 tokens are at most 2,047 apart.",
        "perplexity": "The others are what tuning at 8,192 gave there, with PI and without.",
    },
    "sealed": {
        "bet": "These two distances were measured, and between them the share passes one half.",
    },
}

LAST = 14
_asked = {}


def ask(name: str) -> Sheet:
    """Show a sheet to fill in, with what was written on it before.

    Parameters
    ----------
    name : str
        One of ``SHEETS``.

    Returns
    -------
    Sheet
        Shown by being the last value of a cell.

    Raises
    ------
    ValueError
        There is no such sheet.
    """
    _validate.one_of("name", name, tuple(SHEETS))
    _asked[name] = Sheet(name, SHEETS[name])
    return _asked[name]


def compare(name: str, **came: str | int | tuple[int, int]) -> Compared:
    """Hold a sheet against what came.

    Parameters
    ----------
    name : str
        One of ``REASONS``.
    **came : str, int, or pair of int
        For each key of the sheet what came: one of its options, or the number that it stands for;
        for a distance the first and the last that count as right.

    Returns
    -------
    Compared
        Follows the sheet, also when it is filled in or changed later.

    Raises
    ------
    ValueError
        No such sheet, other keys than the sheet has, or an answer that is none of its options.
    """
    _validate.one_of("name", name, tuple(REASONS))
    sheet = _asked.get(name) or ask(name)
    if set(came) != set(sheet.controls):
        raise ValueError(
            f"sheet {name!r} asks for {', '.join(sheet.controls)}; got {', '.join(came)}"
        )
    for item in sheet.items:
        if isinstance(item, Choice):
            right = came[item.key]
            came[item.key] = f"{right:,}" if isinstance(right, int) else right
            _validate.one_of(item.key, came[item.key], item.options)
    return Compared(sheet, came)


def look_back() -> LookBack:
    """The predictions of the lessons before this one, and the wrong ones asked again.

    Returns
    -------
    LookBack
        Shown by being the last value of a cell.
    """
    return LookBack()


class Sheet:
    """Things to fill in, and what the learner put there (None where nothing yet)."""

    def __init__(self, name: str, items: list) -> None:
        self.name, self.items = name, items
        kept = _kept(name)
        self.controls = {item.key: _control(item, kept.get(item.key)) for item in items}
        # A slider always stands somewhere: it counts as set once it was moved or kept.
        self.set = {key for key in self.controls if self.controls[key].value == kept.get(key)}
        self.note = widgets.HTML()
        wide = {"width": f"min({max(len(item.text) for item in items) * 0.55:.0f}em, 60%)"}
        rows = []
        for item in items:
            control = self.controls[item.key]
            control.observe(lambda change, key=item.key: self._record(key), "value")
            if isinstance(item, Choice):  # its own description would stand above the buttons
                text = widgets.HTML(f"<span>{escape(item.text)}</span>", layout=wide)
                control = widgets.HBox([text, control])
            rows.append(control)
        self.box = widgets.VBox([*rows, self.note])
        self._say()

    def answer(self, key: str) -> str | int | None:
        """What the learner put there, or None."""
        return self.controls[key].value if key in self.set else None

    def observe(self, listener: Callable[[], object]) -> None:
        """Call ``listener()`` after every change."""
        for control in self.controls.values():
            control.observe(lambda change: listener(), "value")

    def _record(self, key):
        self.set.add(key)
        try:
            _keep(self.name, key, self.answer(key))
        except OSError as error:
            self.note.value = _status(f"Noted here, but it could not be saved: {error}.")
        else:
            self._say()

    def _say(self):
        filled = sum(self.answer(key) is not None for key in self.controls)
        said = f"{filled} of {len(self.controls)} filled in, and kept."
        self.note.value = _status(said if filled else "Nothing filled in yet.")

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = [item.text + _offered(item) for item in self.items]
        points = "".join(f"<li>{escape(line)}</li>" for line in lines)
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<ul>{points}</ul>",
            "text/plain": "\n".join(f"· {line}" for line in lines),
        }


class Compared:
    """A sheet held against what came: what was foretold, what came, and how many agree."""

    def __init__(self, sheet: Sheet, came: dict[str, str | int | tuple[int, int]]) -> None:
        self.sheet, self.came = sheet, came
        self.box = widgets.HTML()
        self._show()
        sheet.observe(self._show)

    def hits(self) -> int:
        """How many answers agree with what came."""
        return sum(self._agrees(key) for key in self.came)

    def _agrees(self, key):
        answer, right = self.sheet.answer(key), self.came[key]
        if isinstance(right, tuple):
            return answer is not None and right[0] <= answer <= right[1]
        return answer == right

    def _show(self):
        lines, open_ones = [], 0
        for item in self.sheet.items:
            answer, right = self.sheet.answer(item.key), self.came[item.key]
            if answer is None:
                open_ones += 1
                lines.append(f"○ <i>{escape(item.text)}</i> Nothing from you yet.")
                continue
            mark = "✓" if self._agrees(item.key) else "✗"
            yours = "" if mark == "✓" else f" You: {escape(str(answer))}."
            lines.append(
                f"{mark} <i>{escape(item.text)}</i> <b>{escape(_came(right))}.</b>{yours} "
                f"{escape(REASONS[self.sheet.name][item.key])}"
            )
            if isinstance(item, Distance):
                lines[-1] += _drawn(item, answer, right)
        score = f"{self.hits()} of {len(self.came)} as it came"
        score += f", {open_ones} still open." if open_ones else "."
        if not open_ones and self.hits() < len(self.came):
            score += " Each ✗ is a sentence worth reading twice."
        rows = "".join(f"<p style='margin: 0.3em 0'>{line}</p>" for line in lines)
        self.box.value = (
            f"<div role='status' style='max-width: 54em; {explore.LINES}'>{rows}"
            f"<p><b>{score}</b></p></div>"
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        reasons = REASONS[self.sheet.name]
        lines = [
            f"{item.text} {_came(self.came[item.key])}. {reasons[item.key]}"
            for item in self.sheet.items
        ]
        points = "".join(f"<li>{escape(line)}</li>" for line in lines)
        folded = "<summary>What came (fill in the sheet first)</summary>"
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<details>{folded}<ul>{points}</ul></details>",
            "text/plain": "\n".join(f"· {line}" for line in lines),
        }


class LookBack:
    """What the learner foretold in lessons 01 to 13, and what they would say now where it missed.

    A belief counts as stubborn when its lesson is over and it is chosen again.
    """

    def __init__(self) -> None:
        kept = learner_files.read("predictions")
        self.answers: dict = {}
        for lesson, question in QUESTIONS.items():
            entry = kept.get(f"{lesson:02}")
            answer = entry.get("answer") if isinstance(entry, dict) else None
            if lesson < LAST and answer in question.options:
                self.answers[lesson] = answer
        self.again = {
            lesson: widgets.ToggleButtons(
                options=list(QUESTIONS[lesson].options),
                value=_again(lesson),
                style={"button_width": "auto"},
            )
            for lesson in self.missed()
        }
        self.verdict = widgets.HTML()
        rows = [widgets.HTML(self._table())]
        if self.again:
            rows.append(widgets.HTML("<b>Those that missed, once more. What do you say now?</b>"))
        for lesson, buttons in self.again.items():
            buttons.observe(lambda change, lesson=lesson: self._record(lesson), "value")
            text = escape(f"{lesson:02} · {QUESTIONS[lesson].text}")
            style = f"margin: 0.3em 0; {explore.LINES}"
            rows += [widgets.HTML(f"<p style='{style}'>{text}</p>"), buttons]
        self.box = widgets.VBox([*rows, self.verdict])
        self._show()

    def missed(self) -> list[int]:
        """Lessons whose prediction was not what came."""
        return [n for n, answer in self.answers.items() if answer != QUESTIONS[n].right]

    def stubborn(self) -> list[int]:
        """Lessons whose question was answered wrongly then and is again now."""
        return [n for n, b in self.again.items() if b.value not in (None, QUESTIONS[n].right)]

    def _record(self, lesson):
        self._show()
        try:
            _keep("again", f"{lesson:02}", self.again[lesson].value)
        except OSError as error:
            self.verdict.value += _status(f"It could not be saved: {error}.")

    def _table(self):
        if not self.answers:
            return (
                "<p>No prediction of lessons 01 to 13 is kept here, so there is nothing to come "
                "back to.</p>"
            )
        rows = "".join(
            f"<tr><td>{'✗' if n in self.missed() else '✓'} {escape(course.lesson(n).label)}</td>"
            f"<td style='padding-left: 1.5em'>“{escape(answer)}”</td></tr>"
            for n, answer in self.answers.items()
        )
        right = len(self.answers) - len(self.missed())
        return (
            f"<p><b>{right} of {len(self.answers)} came as you said.</b></p><table>{rows}</table>"
        )

    def _show(self):
        lines = []
        for lesson in self.stubborn():
            question, again = QUESTIONS[lesson], self.again[lesson].value
            same = again == self.answers[lesson]
            lines.append(
                f"<b>{'Stubborn' if same else 'Still open'}: “{escape(again)}”.</b> "
                f"{escape(question.options[again])} {escape(question.options[question.right])} "
                f"Reread lesson {escape(course.lesson(lesson).label)}."
            )
        asked = [n for n, buttons in self.again.items() if buttons.value is not None]
        if self.again and len(asked) == len(self.again) and not lines:
            lines = ["<b>All mended.</b> None of your wrong guesses outlived its lesson."]
        self.verdict.value = "".join(_status(line, safe=True) for line in lines)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            **self.box._repr_mimebundle_(),
            "text/plain": "your predictions of lessons 01 to 13 (shown while this page runs)",
        }


def _control(item, kept):
    if isinstance(item, Choice):
        return widgets.ToggleButtons(
            options=item.options,
            value=kept if kept in item.options else None,
            tooltips=[item.text] * len(item.options),  # “yes” alone says nothing
            style={"button_width": "auto"},
        )
    fits = isinstance(kept, int) and item.low <= kept <= item.high
    return widgets.IntSlider(
        value=kept if fits else item.start,
        min=item.low,
        max=item.high,
        description=item.text,
        style={"description_width": "30em"},
        layout={"width": "min(58em, 100%)"},
    )


def _drawn(item, answer, right):
    """The bet on its line, and the truth over it; the words beside it say the same."""
    first, last = right

    def part(value):
        return 100 * (value - item.low) / (item.high - item.low)

    def span(style, text=""):
        return f"<span style='position: absolute; {style}'>{text}</span>"

    def word(value, top, text):
        return span(f"left: {part(value):.1f}%; top: {top}; transform: translateX(-50%)", text)

    truth = f"left: {part(first):.1f}%; width: {part(last) - part(first):.1f}%"
    drawn = (
        span("left: 0; right: 0; top: 2.2em; border-top: 1px solid"),
        span("right: 100%; top: 1.4em; padding-right: 0.5em", item.low),
        span("left: 100%; top: 1.4em; padding-left: 0.5em", item.high),
        span(f"{truth}; top: 1.9em; height: 0.6em; background: currentcolor; opacity: 0.6"),
        word((first + last) / 2, "2.6em", f"{first} to {last}"),
        span(f"left: {part(answer):.1f}%; top: 1.5em; height: 1.2em; border-left: 2px dashed"),
        word(answer, "0", f"your bet: {answer}"),
    )
    style = "display: block; position: relative; height: 4.2em; margin: 0.5em 3em; max-width: 38em"
    return f"<span aria-hidden='true' style='{style}'>{''.join(drawn)}</span>"


def _offered(item):
    if isinstance(item, Choice):
        return f" ({' / '.join(item.options)})"
    return f" ({item.low} to {item.high})"


def _came(right):
    return f"Between {right[0]} and {right[1]}" if isinstance(right, tuple) else right


def _status(text, *, safe=False):
    style = f"margin: 0.3em 0; {explore.LINES}"
    return f"<p role='status' style='{style}'>{text if safe else escape(text)}</p>"


def _kept(name):
    kept = learner_files.read("capstone").get(name)
    return kept if isinstance(kept, dict) else {}


def _again(lesson):
    answer = _kept("again").get(f"{lesson:02}")
    return answer if answer in QUESTIONS[lesson].options else None


def _keep(name, key, answer):
    with learner_files.changing("capstone") as kept:
        sheet = kept.get(name)
        kept[name] = (sheet if isinstance(sheet, dict) else {}) | {key: answer}
