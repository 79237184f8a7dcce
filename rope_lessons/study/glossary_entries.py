"""What does a term mean, and what do people get wrong about it?

The glossary: entries in data/glossary.json, their numbers from
:mod:`rope_lessons.study.quoted_numbers`. ``glossary("ALiBi")`` shows one in any notebook;
notebooks/16_glossary.ipynb holds them all, as a page that needs no kernel.
"""

import difflib
import json
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources

from rope_lessons import _validate, course
from rope_lessons.study import quoted_numbers

GROUPS = ("schemes", "inside a head", "reading further")
_PAGE = "16_glossary"


@dataclass(frozen=True)
class Entry:
    """One term; the fields are told at the top of data/glossary.json. Shown as Markdown."""

    term: str
    also: list
    group: str
    difficulty: int
    line: str
    plain: str
    analogy: dict
    mechanism: str
    formula: str
    matters: list
    wrong: list
    sources: list
    lessons: list
    lesson: int
    spelled: list
    see: list
    glance: dict | None = None
    heard: list | None = None

    def markdown(self) -> str:
        """The whole entry, under a heading of the third level."""
        marks = "●" * self.difficulty + "○" * (3 - self.difficulty)
        parts = [
            f"### {self.term}",
            f"*{self.line}* Difficulty {marks} ({self.difficulty} of 3).",
            self.plain,
            f"**As if:** {self.analogy['holds']} **Where that stops:** {self.analogy['stops']}",
            f"**How it works.** {self.mechanism}",
            f"`{self.formula}`",
        ]
        if self.glance:
            rows = [f"| {name} | {says} |" for name, says in self.glance.items()]
            parts.append("\n".join([f"| at a glance | {self.term} |", "|---|---|", *rows]))
        parts.append("**Where it matters**\n\n" + _list(self.matters))
        said = [f"“{each['said']}” {each['so']}" for each in self.wrong]
        parts.append("**Said, and what is so**\n\n" + _list(said))
        if self.heard:
            parts.append("**Heard from colleagues.** Agree or correct? Decide, then unfold.")
            parts += [_folded(f"“{each['line']}”", _verdict(each)) for each in self.heard]
        sources = [source(name) for name in self.sources]
        facts = [f"{each['title']}, {each['where']}" for each in sources if each["kind"] == "paper"]
        drawn = [
            f"[{each['title']}]({each['where']})" for each in sources if each["kind"] == "picture"
        ]
        parts.append(
            f"**Sources.** For facts: {'; '.join(facts)}."
            + (f" For pictures: {'; '.join(drawn)}." if drawn else "")
        )
        parts.append(f"**Go on.** {_onward(self.lessons, self.see)}")
        return "\n\n".join(parts)

    def text(self) -> str:
        """The entry in short, for a terminal."""
        wrong = "\n".join(f"  “{each['said']}” {each['so']}" for each in self.wrong)
        return f"{self.term}: {self.line}\n{self.plain}\n{self.formula}\n{wrong}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": self.markdown(), "text/plain": self.text()}


def glossary(term: str) -> Entry:
    """Look a term up.

    Parameters
    ----------
    term : str
        Its name or another name for it, in capitals or not.

    Returns
    -------
    Entry
        Shown by being the last value of a cell.

    Raises
    ------
    TypeError, ValueError
        No text, or no such term; near ones are named.

    >>> glossary("pi").term
    'Position interpolation'
    >>> glossary("alibii")
    Traceback (most recent call last):
    ...
    ValueError: the glossary has no 'alibii'; is it ALiBi? entries.terms() lists all
    """
    if not isinstance(term, str):
        raise TypeError(f"a term is text, such as 'ALiBi', got {type(term).__name__}")
    known = _by_name()
    wanted = " ".join(term.lower().split())
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=4, cutoff=0.55)
    if len(wanted) > 2:
        near += [name for name in known if wanted in name]
    near = list(dict.fromkeys(known[name].term for name in near))[:3]
    raise ValueError(
        f"the glossary has no {term!r}"
        + (f"; is it {' or '.join(near)}?" if near else ";")
        + " entries.terms() lists all"
    )


def entries(group: str | None = None) -> tuple[Entry, ...]:
    """All entries, or those of one of ``GROUPS``, as a tuple.

    Raises ``ValueError`` when there is no such group.
    """
    _validate.one_of("group", group, (None, *GROUPS))
    return tuple(entry for entry in _read()["entries"] if group in (None, entry.group))


def terms() -> tuple[str, ...]:
    """The names of all entries, as a tuple."""
    return tuple(entry.term for entry in entries())


def source(name: str) -> dict:
    """One source: its kind (paper or picture), title and where to find it.

    Raises ``ValueError`` when there is none of that name.
    """
    return _read()["sources"][_validate.one_of("name", name, tuple(_read()["sources"]))]


def questions() -> list[dict]:
    """The five questions that everyone asks: dictionaries with asked, answer, lessons and see."""
    return _read()["questions"]


def pages() -> dict[str, str]:
    """The cells of notebooks/16_glossary.ipynb that are made from the data: {cell id: Markdown}."""
    made = {"questions": _questions(), "side-by-side": _side_by_side()}
    for group in GROUPS:
        parts = [f"## {group.capitalize()}", *(entry.markdown() for entry in entries(group))]
        made[group.replace(" ", "-")] = "\n\n".join(parts)
    return made


def _questions():
    parts = ["## Five questions everyone asks"]
    for question in questions():
        parts += [f"### {question['asked']}", *question["answer"]]
        parts.append(_onward(question["lessons"], question["see"]))
    return "\n\n".join(parts)


def _side_by_side():
    schemes = [entry for entry in entries() if entry.glance]
    names = list(schemes[0].glance or ())
    rows = [
        f"| {course.link_to_heading(entry.term, _PAGE)} | {' | '.join(entry.glance.values())} |"
        for entry in schemes
    ]
    header = f"| | {' | '.join(names)} |"
    rule = "|---" * (len(names) + 1) + "|"
    return "\n".join(["## The schemes at a glance", "", header, rule, *rows])


def _onward(lessons, see):
    lessons = " · ".join(course.link(number) for number in lessons)
    return f"{lessons} · see also {', '.join(course.link_to_heading(term, _PAGE) for term in see)}"


def _list(lines):
    return "\n".join(f"- {line}" for line in lines)


def _folded(summary, inside):
    return f"<details><summary>{escape(summary, quote=False)}</summary>\n\n{inside}\n\n</details>"


def _verdict(heard):
    word = {"agree": "Agree.", "correct": "To be corrected."}[heard["verdict"]]
    return f"**{word}** {heard['because']}"


@cache
def _read():
    file = resources.files("rope_lessons").joinpath("data", "glossary.json")
    data = _filled(json.loads(file.read_text(encoding="utf-8")))
    return data | {"entries": tuple(Entry(**each) for each in data["entries"])}


def _filled(value):
    if isinstance(value, dict):
        return {key: _filled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each) for each in value]
    return quoted_numbers.fill(value) if isinstance(value, str) else value


@cache
def _by_name():
    return {name.lower(): entry for entry in entries() for name in (entry.term, *entry.also)}
