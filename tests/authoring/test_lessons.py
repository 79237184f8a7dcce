"""A lesson is short: few words before anything is unfolded, little code, minutes as promised."""

import re

import nbformat
import pytest
import reading

from rope_lessons import course
from rope_lessons.authoring import build
from rope_lessons.study import glossary_entries

ROOT = course.root()
NOTEBOOKS = {
    entry.number: build.read(ROOT / "notebooks" / f"{entry.stem}.ipynb") for entry in course.LESSONS
}


def words_before(notebook):
    """Every word outside of folds, code included: what was read at 200 a minute."""
    words = 0
    for cell in reading.unfolded(notebook.cells):
        if cell.id not in reading.GENERATED:
            text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
            words += len(re.findall(r"[^\W\d_]{2,}", text))
    return words


def test_lessons_keep_their_minutes():
    """With the table of both counts: pytest -n 0 -s tests/authoring/test_lessons.py -k minutes."""
    print("\nlesson  words  minutes  |  text  formulas  cells  median  most  minutes  |  promised")
    late = []
    for entry in course.LESSONS:
        words, found = words_before(NOTEBOOKS[entry.number]), reading.read(NOTEBOOKS[entry.number])
        before, now = words / 200 + entry.playing, found.minutes + entry.playing
        print(
            f"{entry.number:6}  {words:5}  {before:7.1f}  |  {found.words:4}  {found.formulas:8}  "
            f"{len(found.cells):5}  {found.median:6g}  {max(found.cells, default=0):4}  "
            f"{now:7.1f}  |  {entry.minutes:8g}"
        )
        if now > entry.minutes:
            late.append(entry.label)
    assert late == []


def test_lessons_are_short_and_use_no_word_before_it_was_introduced():
    told = [
        f"{entry.label}: {line}"
        for entry in course.LESSONS
        for line in reading.complaints(NOTEBOOKS[entry.number], entry)
    ]
    assert told == []


def test_minutes_are_those_of_a_short_lesson():
    *lessons, capstone = course.LESSONS
    assert all(6 <= entry.minutes <= 8 for entry in lessons)
    assert capstone.minutes == 20


# The count itself, on notebooks of this test's own.


def markdown(text, **metadata):
    return nbformat.v4.new_markdown_cell(text, metadata=metadata)


def code(text, **metadata):
    return nbformat.v4.new_code_cell(text, metadata=metadata)


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


HIDDEN = {"jupyter": {build.HIDDEN: True}}
FOLDED = {build.FOLDED: True}


def test_what_is_read_is_counted_and_what_is_folded_is_not():
    found = reading.read(
        notebook(
            markdown("## Why\n\nAt $x_p$ the *half-split* [row](a/b.ipynb) of 1,000 tokens."),
            markdown(
                "$$\na = b \\\\\nc = d\n$$\n\n<details><summary>More</summary>\n\nx\n</details>"
            ),
            code("x = 1\n\ny = 2  # a second line\n"),
            code("figures.show(\n    3\n)", **HIDDEN),
            markdown("### Five more minutes: more", **FOLDED),
            markdown("Folded."),
            code("z = 3"),
            markdown("## Do it"),
        )
    )
    # Why; At x the half-split row of 1,000 tokens; Five more minutes: more; Do it.
    assert found == reading.Reading(words=1 + 8 + 4 + 2, formulas=2, cells=(2,))
    assert found.minutes == pytest.approx(15 / 130 + (2 * 4 + 2 * 10) / 60)


LESSON = course.lesson(3)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([markdown("word " * 551)], "551 words, at most 550"),
        ([code("x") for _ in range(7)], "7 code cells, at most 6"),
        ([code("x\n" * 6), code("x"), code("x")], "a code cell of 6 lines, at most 5"),
        ([code("x\n" * 4)], "a median of 4 lines, at most 3"),
        ([markdown("word " * 540), markdown("$$a$$ $$b$$ " * 3)], "7.7 of 7 minutes"),
        ([markdown("The fact Ⓒ")], "a circled letter or number outside of code"),
        ([markdown("A needle.")], "“needle” comes before lesson 11, which introduces it"),
        ([markdown("<details>\n\nA needle.\n\n</details>")], "“needle” comes before lesson 11"),
        ([markdown("Position\ninterpolation")], "“position interpolation” comes before lesson 14"),
        ([markdown("Its $\\text{base}^{2}$")], "“base” comes before lesson 4"),
    ],
)
def test_what_is_too_much_is_told(cells, says):
    (told,) = reading.complaints(notebook(*cells), LESSON)
    assert told.startswith(says)


def test_what_is_within_the_limits_is_not_told():
    codes = [code(source) for source in ("x\n" * 5, "x\n" * 3, "Ⓒ = 1")]
    within = [*codes, markdown("Based on a pair, interpol. Its PIN, np.pi.")]
    assert reading.complaints(notebook(*within), LESSON) == []
    folded = [markdown("### Five more minutes: more", **FOLDED), markdown("word " * 900)]
    assert reading.complaints(notebook(*folded), LESSON) == []


def test_every_term_is_told_before_its_lesson_and_not_from_there_on():
    for entry in glossary_entries.entries():
        for spelling in entry.spelled:
            text = f"“{spelling}”, $x_{{{spelling}}}$ and **{spelling}s**"
            said = f"“{spelling}” comes before lesson {entry.lesson}, which introduces it"
            assert said in reading.too_early(text, entry.lesson - 1)
            assert said not in reading.too_early(text, entry.lesson)


def test_a_term_may_be_used_once_it_is_introduced():
    assert reading.too_early("A needle in ALiBi, in pairs", 10) == [
        "“needle” comes before lesson 11, which introduces it"
    ]
    assert reading.too_early("A needle", 11) == []
