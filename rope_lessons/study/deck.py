"""How do the flashcards leave the notebook: on paper, and into Anki?

Two files, written into the folder ``printed`` of the course when their button is pressed. The page
to print has one A6 page a card, front above and back below: fold it along the dashed line. The file
for Anki has the headers that its manual documents; every note carries an id, so that importing a
later version changes the notes that are there, and adds none twice. Anki 25.09 makes the deck that
the file names, 25.02 does not.

Source: https://docs.ankiweb.net/importing/text-files.html
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rope_lessons import course, learner_files
from rope_lessons.study import flashcards

PAGE, ANKI = "flashcards.html", "flashcards-anki.txt"
NAME = "RoPE, turned by hand"


def page(cards: Sequence[flashcards.Card] | None = None) -> str:
    """The cards as an HTML page to print.

    Parameters
    ----------
    cards : sequence of Card, optional
        All by default.

    Returns
    -------
    str
    """
    made = "\n".join(_printed(card) for card in cards or flashcards.cards())
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{NAME}</title>'
        f"\n<style>{_STYLE}</style>\n</head>\n<body>\n{made}\n</body>\n</html>\n"
    )


def anki(cards: Sequence[flashcards.Card] | None = None) -> str:
    """The cards as a text file that Anki imports: *File, Import*.

    Parameters
    ----------
    cards : sequence of Card, optional
        All by default.

    Returns
    -------
    str
    """
    lines = [
        "#separator:tab",
        "#html:true",
        "#notetype:Basic",
        f"#deck:{NAME}",
        "#columns:Id\tFront\tBack\tTags",
        "#guid column:1",
        "#tags column:4",
    ]
    for card in cards or flashcards.cards():
        tags = [f"phase-{card.phase}", f"lesson-{card.lesson:02}", *(["core"] if card.core else [])]
        front, back = (escape(side, quote=False) for side in (card.front, card.back))
        lines.append("\t".join((f"rope-lessons-{card.key}", front, back, " ".join(tags))))
    return "\n".join(lines) + "\n"


def write(name: str) -> Path:
    """Write one of the two files.

    Parameters
    ----------
    name : str
        ``PAGE`` or ``ANKI``.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        Another name.
    OSError
        The folder cannot be written.
    """
    makers = {PAGE: page, ANKI: anki}
    if name not in makers:
        raise ValueError(f"name must be {PAGE} or {ANKI}, got {name!r}")
    path = course.root() / "printed" / name
    path.parent.mkdir(exist_ok=True)
    learner_files.write_whole(path, makers[name]())
    return path


def show() -> Export:
    """Two buttons, one for each file.

    Returns
    -------
    Export
        Shown by being the last value of a cell.
    """
    return Export()


class Export:
    """Nothing is written until a button is pressed; what its cell stores is the same for all."""

    STILL = "Run this cell: it offers the page to print and the file for Anki."

    def __init__(self) -> None:
        import ipywidgets as widgets  # which the files do without

        wide = {"width": "auto"}
        self.paper = widgets.Button(description="Make the page to print", layout=wide)
        self.anki = widgets.Button(description="Make the file for Anki", layout=wide)
        self.note = widgets.HTML()
        self.paper.on_click(lambda button: self._write(PAGE))
        self.anki.on_click(lambda button: self._write(ANKI))
        self.box = widgets.VBox([widgets.HBox([self.paper, self.anki]), self.note])

    def _write(self, name):
        try:
            path = write(name)
        except OSError as error:
            said = escape(f"It could not be written: {error}.")
        else:
            there = f"printed/{name}"
            opened = "docmanager:open-browser-tab" if name == PAGE else "docmanager:open"
            link = course.link_in_widget(there, there, str(path), opened)
            then = (
                "It opens in a browser tab: print it from there."
                if name == PAGE
                else "In Anki: File, Import."
            )
            said = f"Written: {link}. {then}"
        self.note.value = f"{_LINK}<p role='status' class='rope-export'>{said}</p>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            **self.box._repr_mimebundle_(),
            "text/html": f"<p>{self.STILL}</p>",
            "text/plain": self.STILL,
        }


def _printed(card):
    where = escape(f"phase {card.phase} · lesson {course.lesson(card.lesson).label}")
    core = " · core" if card.core else ""
    front, back = escape(card.front, quote=False), escape(card.back, quote=False)
    return (
        f"<article><section class='front'><p>{front}</p></section>"
        f"<section class='back'><p>{back}</p><footer>{where}{core}</footer></section></article>"
    )


_LINK = """<style>
.rope-export a { color: var(--jp-content-link-color, revert); text-decoration: underline; }
</style>"""

_STYLE = """
@page { size: 105mm 148mm; margin: 0; }
body { margin: 0; font-family: Georgia, 'Times New Roman', serif; color: #000; background: #fff; }
article { box-sizing: border-box; width: 105mm; height: 147.5mm; break-after: page;
  break-inside: avoid; display: grid; grid-template-rows: 1fr 1fr; }
article:last-child { break-after: auto; }
section { box-sizing: border-box; padding: 7mm 9mm; display: flex; flex-direction: column;
  justify-content: center; position: relative; min-height: 0; }
.front { border-bottom: 0.3mm dashed #888; font-size: 13pt; line-height: 1.35; text-align: center; }
.back { font-size: 10.5pt; line-height: 1.4; }
footer { position: absolute; left: 9mm; right: 9mm; bottom: 4mm; font-size: 7.5pt; color: #555; }
@media screen { body { background: #eee; } article { margin: 6mm auto; background: #fff; } }
"""
