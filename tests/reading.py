"""What does a reader of a lesson meet before unfolding anything, and how long does that take?"""

import re
import statistics
from dataclasses import dataclass

from rope_lessons import course
from rope_lessons.authoring import build
from rope_lessons.page.questions import QUESTIONS, SPOKEN
from rope_lessons.study import glossary_entries

GENERATED = ("header", "footer", "map")  # glanced at
CIRCLED = re.compile("[\u2460-\u24ff]")  # an empty box in many fonts
WORDS_A_MINUTE, SECONDS_A_CODE_LINE, SECONDS_A_FORMULA_LINE = 130, 4, 10
MOST_LINES, MOST_MEDIAN = 5, 3


@dataclass(frozen=True)
class Reading:
    """Words of text, lines of formulas, and the lines of each code cell whose source is shown."""

    words: int
    formulas: int
    cells: tuple

    @property
    def minutes(self):
        seconds = SECONDS_A_CODE_LINE * sum(self.cells) + SECONDS_A_FORMULA_LINE * self.formulas
        return self.words / WORDS_A_MINUTE + seconds / 60

    @property
    def median(self):
        return statistics.median(self.cells or (0,))


def rank(cell):
    """1 for a cell that begins with a heading of the first rank, 2, …; 0 for any other cell."""
    heading = re.match(r"#+(?= )", cell.source) if cell.cell_type == "markdown" else None
    return len(heading[0]) if heading else 0


def unfolded(cells):
    """The cells that JupyterLab shows at first: a folded heading hides all up to the next one."""
    folded = 0
    for cell in cells:
        if folded and not 0 < rank(cell) <= folded:
            continue
        folded = rank(cell) if cell.metadata.get(build.FOLDED) else 0
        yield cell


def seen(notebook):
    """The text of a lesson outside of folds, formulas and all."""
    cells = [cell for cell in unfolded(notebook.cells) if cell.id not in GENERATED]
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.sub(r"<details>.*?</details>", "", text, flags=re.S)


def read(notebook):
    """How much of a lesson is read: a Reading. A formula in a line of text is one word."""
    text = seen(notebook)
    displayed = re.findall(r"\$\$(.*?)\$\$", text, re.S)
    text = re.sub(r"\$\$.*?\$\$", " ", text, flags=re.S)
    text = re.sub(r"\$.*?\$", " formula ", text, flags=re.S)
    text = re.sub(r"<[^>]+>|\]\([^)]*\)", " ", text)
    return Reading(
        words=len(re.findall(r"\w+(?:[’'.,_-]\w+)*", text)),
        formulas=sum(1 + formula.count(r"\\") for formula in displayed),
        cells=tuple(
            sum(bool(line.strip()) for line in cell.source.splitlines())
            for cell in unfolded(notebook.cells)
            if cell.cell_type == "code" and not cell.metadata.get("jupyter", {}).get(build.HIDDEN)
        ),
    )


def too_early(text, number):
    """Spellings of glossary terms in a text that lessons after this one introduce."""
    found = []
    for entry in glossary_entries.entries():
        for spelling in entry.spelled if entry.lesson > number else ():
            either = "|".join(re.escape(s) for s in (spelling, spelling[0].upper() + spelling[1:]))
            words = either.replace(r"\ ", r"\s+")
            if re.search(rf"(?<![^\W_])(?:{words})(?:e?s)?(?![^\W_])", text):
                found.append(
                    f"“{spelling}” comes before lesson {entry.lesson}, which introduces it"
                )
    return found


def complaints(notebook, entry):
    """What in a lesson is more than a reader should meet at first: a list of lines."""
    found = read(notebook)
    most_words, most_cells = (1200, 14) if entry.number == len(course.LESSONS) else (550, 6)
    minutes = found.minutes + entry.playing
    question, spoken = QUESTIONS[entry.number], SPOKEN[entry.number]
    asked = [question.text, *question.options, *question.options.values()]
    asked += [spoken.ours, *spoken.names.values()]
    limits = {
        f"{found.words} words, at most {most_words}": found.words > most_words,
        f"{len(found.cells)} code cells, at most {most_cells}": len(found.cells) > most_cells,
        f"a code cell of {max(found.cells, default=0)} lines, at most {MOST_LINES}": (
            max(found.cells, default=0) > MOST_LINES
        ),
        f"a median of {found.median:g} lines, at most {MOST_MEDIAN}": found.median > MOST_MEDIAN,
        f"{minutes:.1f} of {entry.minutes:g} minutes": minutes > entry.minutes,
        "a circled letter or number outside of code": any(map(CIRCLED.search, shown(notebook))),
    }
    told = [line for line, broken in limits.items() if broken]
    return told + too_early("\n\n".join([*written(notebook), *asked]), entry.number)


def written(notebook):
    """A lesson's Markdown, folds and all, but for what is generated: titles of other lessons."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.id not in GENERATED:
            yield cell.source


def shown(notebook):
    """All texts of a notebook but its code: Markdown and stored results."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        for output in cell.get("outputs", ()):
            yield output.get("text", "")
            yield from (
                said for kind, said in output.get("data", {}).items() if kind.startswith("text/")
            )
