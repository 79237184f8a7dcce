"""What did the learner expect, and what came?

``ask`` puts a lesson's question before anything is shown and records the answer; ``recall`` comes
back to it at the end of the lesson with what was measured. The questions stand in
:mod:`rope_lessons.page.questions`, not in the lessons, where the code would give the answer away.
The learner's answers are kept in predictions.json of their own folder
(:mod:`rope_lessons.learner_files`), never in the notebook's outputs: those are the same for
everybody.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

import ipywidgets as widgets

from rope_lessons import _validate, learner_files
from rope_lessons.page import explore
from rope_lessons.page.questions import QUESTIONS, Question

_asked = {}


def ask(lesson: int) -> Prediction:
    """Show a lesson's question with its answers as buttons; record the one that is pressed.

    Parameters
    ----------
    lesson : int

    Returns
    -------
    Prediction
        Shown by being the last value of a cell.

    Raises
    ------
    ValueError
        That lesson has no question.
    """
    _asked[lesson] = Prediction(lesson, _question(lesson))
    return _asked[lesson]


def recall(lesson: int, measured: str) -> Outcome:
    """Hold the lesson's prediction against what was measured.

    Parameters
    ----------
    lesson : int
    measured : str
        One sentence with the number that the lesson printed.

    Returns
    -------
    Outcome
        Follows the learner's answer, also when it is given or changed later.

    Raises
    ------
    ValueError
        That lesson has no question.
    """
    _question(lesson)
    return Outcome(_asked.get(lesson) or ask(lesson), measured)


def _question(lesson):
    if not _validate.is_one_of(lesson, QUESTIONS):
        known = ", ".join(map(str, sorted(QUESTIONS)))
        said = f"lesson {_validate.short(lesson)} has no question to predict; there are {known}"
        raise ValueError(said)
    return QUESTIONS[lesson]


class Prediction:
    """A question, its answers, and the learner's choice (None until one is made)."""

    def __init__(self, lesson: int, question: Question) -> None:
        self.lesson, self.question = lesson, question
        kept = learner_files.read("predictions").get(self._key)
        answer = kept.get("answer") if isinstance(kept, dict) else None
        self.buttons = widgets.ToggleButtons(
            options=list(question.options),
            value=answer if answer in list(question.options) else None,
            style={"button_width": "auto"},
        )
        self.note = widgets.HTML()
        self._say("Kept from last time." if self.buttons.value else "Press the one you expect.")
        self.buttons.observe(self._record, "value")
        said = f"<b>{escape(question.text)}</b>"
        asked = widgets.HTML(f"<p style='margin: 0.3em 0; {explore.LINES}'>{said}</p>")
        self.box = widgets.VBox([asked, self.buttons, self.note])

    @property
    def answer(self) -> str | None:
        return self.buttons.value

    @property
    def _key(self):
        return f"{self.lesson:02}"

    def _record(self, change):
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        right = self.answer == self.question.right
        try:
            with learner_files.changing("predictions") as kept:
                kept[self._key] = {"answer": self.answer, "right": right, "when": now}
        except OSError as error:
            self._say(f"Noted here, but it could not be saved: {error}.")
        else:
            self._say(f"Recorded: “{self.answer}”. The end of the lesson comes back to it.")

    def _say(self, text):
        self.note.value = f"<span role='status'>{escape(text)}</span>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        answers = "".join(f"<li>{escape(option)}</li>" for option in self.question.options)
        lines = "\n".join(f"  · {option}" for option in self.question.options)
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<p><b>{escape(self.question.text)}</b></p><ul>{answers}</ul>",
            "text/plain": f"{self.question.text}\n{lines}",
        }


class Outcome:
    """A prediction held against its measurement; shown once there is one, or when asked for."""

    def __init__(self, prediction: Prediction, measured: str) -> None:
        self.prediction, self.measured = prediction, measured
        self.anyway = widgets.Button(description="Show anyway")
        self.text = widgets.HTML()
        self.box = widgets.VBox()
        self._show()
        prediction.buttons.observe(self._show, "value")
        self.anyway.on_click(lambda button: self._show(anyway=True))

    def _show(self, change=None, anyway=False):
        answer, question = self.prediction.answer, self.prediction.question
        waits = answer is None and not anyway
        self.box.children = [self.text, self.anyway] if waits else [self.text]
        if waits:
            said = [
                "What came is shown here once you have made your bet: press an answer above. A "
                "wrong one is welcome: what surprises you stays with you."
            ]
        elif answer is None:
            said = [
                f"It came out as “{question.right}”.",
                self.measured,
                question.options[question.right],
            ]
        elif answer == question.right:
            said = [
                f"You predicted “{answer}”, and that is what came.",
                self.measured,
                question.options[answer],
            ]
        else:
            said = [
                f"You predicted “{answer}”, and it came out as “{question.right}”.",
                self.measured,
                question.options[answer],
                question.options[question.right],
            ]
        text = "".join(f"<p style='margin: 0.3em 0'>{escape(line)}</p>" for line in said)
        style = f"max-width: 50em; {explore.LINES}"
        self.text.value = f"<div role='status' style='{style}'>{text}</div>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        question = self.prediction.question
        marked = [
            ("✓" if option == question.right else "✗", option, says)
            for option, says in question.options.items()
        ]
        items = "".join(f"<li>{m} <b>{escape(o)}</b>: {escape(s)}</li>" for m, o, s in marked)
        lines = "\n".join(f"  {mark} {option}: {says}" for mark, option, says in marked)
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<details><summary>What came (predict first)</summary>"
            f"<p>{escape(self.measured)}</p><ul>{items}</ul></details>",
            "text/plain": f"{self.measured}\n{lines}",
        }
