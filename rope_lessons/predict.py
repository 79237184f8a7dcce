"""What did the learner expect, and what came?

``ask`` puts a question before anything is shown and records the answer; ``recall`` comes back to it
at the end of the lesson with what was measured. Answers are kept in predictions.json of the
learner's own folder (:mod:`rope_lessons.home`), never in the notebook's outputs: those are the same
for everybody.
"""

from datetime import datetime
from html import escape

import ipywidgets as widgets

from rope_lessons import home

_asked = {}


def ask(key, question, options, *, right):
    """Show a question with its answers as buttons; record the one that is pressed.

    Parameters
    ----------
    key : str
        Names the prediction in the learner's records, such as "07".
    question : str
    options : dict of str to str
        Answer to the sentence that somebody who chose it should read at the end.
    right : str
        The answer that the lesson's measurement confirms.

    Returns
    -------
    Prediction
        Shown by being the last value of a cell.

    Raises
    ------
    ValueError
        Fewer than two options, or ``right`` is none of them.
    """
    if len(options) < 2:
        raise ValueError(f"a prediction needs at least two options, got {len(options)}")
    if right not in options:
        raise ValueError(f"right must be one of the options, got {right!r}")
    _asked[key] = Prediction(key, question, options, right)
    return _asked[key]


def recall(key, measured):
    """Hold the prediction against what was measured.

    Parameters
    ----------
    key : str
        As given to :func:`ask` further up in the same notebook.
    measured : str
        One sentence with the number that the lesson printed.

    Returns
    -------
    Outcome
        Follows the learner's answer, also when it is given or changed later.

    Raises
    ------
    ValueError
        No such prediction was asked in this session.
    """
    if key not in _asked:
        raise ValueError(
            f"no prediction {key!r} was asked yet; run the cell under 'Predict' first, then this"
        )
    return Outcome(_asked[key], measured)


class Prediction:
    """A question, its answers, and the learner's choice (None until one is made)."""

    def __init__(self, key, question, options, right):
        self.key, self.question, self.options, self.right = key, question, options, right
        kept = home.read("predictions").get(key)
        answer = kept.get("answer") if isinstance(kept, dict) else None
        self.buttons = widgets.ToggleButtons(
            options=list(options),
            value=answer if answer in options else None,
            style={"button_width": "auto"},
        )
        self.note = widgets.HTML()
        self._say("Kept from last time." if self.buttons.value else "Press the one you expect.")
        self.buttons.observe(self._record, "value")
        asked = widgets.HTML(f"<b>{escape(question)}</b>")
        self.box = widgets.VBox([asked, self.buttons, self.note])

    @property
    def answer(self):
        return self.buttons.value

    def _record(self, change):
        kept = home.read("predictions")
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        kept[self.key] = {"answer": self.answer, "right": self.answer == self.right, "when": now}
        try:
            home.write("predictions", kept)
        except OSError as error:
            self._say(f"Noted here, but it could not be saved: {error}.")
        else:
            self._say(f"Recorded: “{self.answer}”. The end of the lesson comes back to it.")

    def _say(self, text):
        self.note.value = f"<span role='status'>{escape(text)}</span>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        answers = "".join(f"<li>{escape(option)}</li>" for option in self.options)
        lines = "\n".join(f"  · {option}" for option in self.options)
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<p><b>{escape(self.question)}</b></p><ul>{answers}</ul>",
            "text/plain": f"{self.question}\n{lines}",
        }


class Outcome:
    """A prediction held against its measurement."""

    def __init__(self, prediction, measured):
        self.prediction, self.measured = prediction, measured
        self.box = widgets.HTML()
        self._show()
        prediction.buttons.observe(self._show, "value")

    def _show(self, change=None):
        asked = self.prediction
        if asked.answer is None:
            verdict = (
                "You have not predicted yet. Go back up and press an answer first: a guess that "
                "turns out wrong is remembered longer than a sentence that was read."
            )
            said = [verdict]
        else:
            held = "and that is what came" if asked.answer == asked.right else "and it came out as"
            came = "" if asked.answer == asked.right else f" “{asked.right}”"
            said = [f"You predicted “{asked.answer}”, {held}{came}.", self.measured]
            said.append(asked.options[asked.answer])
            if asked.answer != asked.right:
                said.append(asked.options[asked.right])
        text = "".join(f"<p style='margin: 0.3em 0'>{escape(line)}</p>" for line in said)
        self.box.value = f"<div role='status' style='max-width: 50em'>{text}</div>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        asked = self.prediction
        marked = [(o, "✓" if o == asked.right else "✗", says) for o, says in asked.options.items()]
        items = "".join(f"<li>{m} <b>{escape(o)}</b>: {escape(s)}</li>" for o, m, s in marked)
        lines = "\n".join(f"  {mark} {option}: {says}" for option, mark, says in marked)
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<p>{escape(self.measured)}</p><ul>{items}</ul>",
            "text/plain": f"{self.measured}\n{lines}",
        }
