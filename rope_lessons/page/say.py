"""What does a lesson come down to, in the learner's own words first?

``aloud`` asks for a few sentences, spoken or written. Once they are, ours come beside them, with
the four things that a good answer names, to be ticked. Ours stand in
:mod:`rope_lessons.page.questions`; what the learner writes and ticks is kept in aloud.json of their
own folder (:mod:`rope_lessons.learner_files`), never in the notebook's outputs: those are the same
for everybody.
"""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from rope_lessons import _validate, learner_files
from rope_lessons.page import explore
from rope_lessons.page.questions import SPOKEN, Spoken

_KEPT = "aloud"
ASK = "Explain it to a colleague in three or four sentences, aloud or in writing."


def aloud(lesson: int) -> Aloud:
    """Ask for the lesson in the learner's own words, then show ours beside them.

    Parameters
    ----------
    lesson : int

    Returns
    -------
    Aloud
        Shown by being the last value of a cell.

    Raises
    ------
    ValueError
        There is no such lesson.
    """
    _validate.one_of("lesson", lesson, tuple(SPOKEN))
    return Aloud(lesson, SPOKEN[lesson])


class Aloud:
    """What the learner said of a lesson; ours is shown once ``said`` is true."""

    def __init__(self, lesson: int, spoken: Spoken) -> None:
        self._key, self.spoken = f"{lesson:02}", spoken
        kept = learner_files.read(_KEPT).get(self._key)
        kept = kept if isinstance(kept, dict) else {}
        words, named = kept.get("words"), kept.get("named")
        self.said = kept.get("said") is True
        self.words = widgets.Textarea(
            value=words if isinstance(words, str) else "",
            description=ASK,
            rows=4,
            continuous_update=False,
            style={"description_width": "auto"},
            layout={"width": "min(54em, 100%)", "flex_flow": "column", "align_items": "flex-start"},
        )
        self.spoke = widgets.Button(description="I said it aloud")
        self.named = {
            name: widgets.Checkbox(
                value=isinstance(named, list) and name in named,
                description=name,
                indent=False,
                layout={"width": "9em"},
            )
            for name in spoken.names
        }
        self.note = widgets.HTML()
        self.box = widgets.VBox()
        self.words.observe(self._wrote, "value")
        self.spoke.on_click(lambda button: self._record(said=True))
        for tick in self.named.values():
            tick.observe(lambda change: self._record(), "value")
        self._show()

    def _wrote(self, change):
        self._record(said=bool(self.words.value.strip()))

    def _record(self, said=False):
        self.said = self.said or said
        self._show()
        ticked = [name for name, tick in self.named.items() if tick.value]
        entry = {"words": self.words.value, "said": self.said, "named": ticked}
        try:
            learner_files.write(_KEPT, learner_files.read(_KEPT) | {self._key: entry})
        except OSError as error:
            self._say(f"Noted here, but it could not be saved: {error}.")

    def _show(self):
        if not self.said:
            self.box.children = [self.words, self.spoke]
            return
        count = sum(tick.value for tick in self.named.values())
        self._say(f"{count} of {len(self.named)} named. Tick what you said, in whatever words.")
        rows = [
            widgets.HBox([tick, widgets.HTML(_line(escape(self.spoken.names[name])))])
            for name, tick in self.named.items()
        ]
        ours = widgets.HTML(_line(f"<b>Ours.</b> {escape(self.spoken.ours)}"))
        self.box.children = [self.words, ours, *rows, self.note]

    def _say(self, text):
        self.note.value = f"<span role='status'>{escape(text)}</span>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        named = self.spoken.names.items()
        points = "".join(f"<li><b>{name}</b>: {escape(says)}</li>" for name, says in named)
        folded = "<summary>Ours (say yours first)</summary>"
        lines = [ASK, self.spoken.ours, *(f"  · {name}: {says}" for name, says in named)]
        return {
            **self.box._repr_mimebundle_(),
            "text/html": (
                f"<p><b>{ASK}</b></p><details>{folded}<p>{escape(self.spoken.ours)}</p>"
                f"<ul>{points}</ul></details>"
            ),
            "text/plain": "\n".join(lines),
        }


def _line(html):
    return f"<p style='max-width: 54em; margin: 0.3em 0; {explore.LINES}'>{html}</p>"
