"""Every notebook in a real JupyterLab: run, looked at and played through by keyboard.

What was met is counted and told at the end; ``make test-browser-all`` runs it.
"""

import json
import re
from collections import Counter

import accessible
import lab_page
import pictures
import pytest
from lab_page import FAILED, NOTEBOOK, OUTPUT, press
from playwright.sync_api import expect

from rope_lessons import course, exercises
from rope_lessons.authoring import build
from rope_lessons.page.capstone import REASONS, SHEETS, Choice
from rope_lessons.page.questions import QUESTIONS

pytestmark = pytest.mark.browser_all

ROOT = course.root()
NAMES = [path.relative_to(ROOT).as_posix() for path in build.notebooks(ROOT)]
IN_THE_DARK = [name for name in NAMES if re.match("notebooks/(00|07|14)_", name)]
CASES = [(name, lab_page.LIGHT) for name in NAMES]
CASES += [(name, lab_page.DARK) for name in IN_THE_DARK]

CAPSTONE = "notebooks/14_interpolation_capstone.ipynb"
EARLIER = {lesson: question for lesson, question in QUESTIONS.items() if lesson < 14}

FIGURE = f"{OUTPUT}:has(img.widget-image):not(:has(.rope-live))"  # those: test_live
MARKS = {"exercises": "○", "solutions": "✓"}

# What a window can cut off or squeeze: (selector, what it is).
_OVERFLOW = """selector => [...document.querySelectorAll(selector)]
    .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.className.split(' ').at(-1)}: ${e.textContent.slice(0, 80)}`)"""
SQUEEZED = ", ".join(
    f"{NOTEBOOK} {part}"
    for part in (
        ".jp-OutputArea-output",
        ".jp-MarkdownOutput",
        ".widget-label",
        ".widget-html-content",
        ".jupyter-button",
    )
)


@pytest.mark.parametrize(("name", "theme"), CASES, ids=[f"{n}-{t[11:]}" for n, t in CASES])
def test_a_learner_meets_nothing_broken(desk, lab, screenshot, record_property, name, theme):
    folder, stem = name.partition("/")[0], course.stem_of(name)
    seen, wrong = Counter(notebooks=1), []
    foretold_before(lab, name == CAPSTONE)
    lab_page.use_theme(desk, theme)
    lab_page.switch_to(desk, name)
    wrong += stills(desk, seen)

    lab_page.run_all(desk)
    failed = desk.locator(FAILED).all_inner_texts()
    assert not failed, failed
    lab_page.unfold(desk)
    seen["cells run"] = desk.locator(f"{NOTEBOOK} .jp-CodeCell").count()
    for figure in desk.locator(FIGURE).all():
        wrong += figure_shows(figure, seen)
        wrong += figure_moves(figure, seen)
    if folder == "notebooks" and stem[:2].isdigit() and int(stem[:2]) in QUESTIONS:
        predictions(desk, int(stem[:2]), seen)
    if name == CAPSTONE:
        sheets(desk, seen)
        look_back(desk, seen)
    if folder in MARKS:
        checks(desk, int(stem[:2]), MARKS[folder], seen)

    lab_page.show_all(desk)
    wrong += [f"cut off at {lab_page.WIDTH} px: {it}" for it in desk.evaluate(_OVERFLOW, SQUEEZED)]
    judged = accessible.judge(desk)
    wrong += judged["broken"]
    seen["texts with enough contrast"] = judged["contrasts"]
    for rule, times in judged["passed"].items():
        seen[f"let pass: {rule}"] = times
    failed = desk.locator(FAILED).all_inner_texts()
    assert not failed, failed
    dark = "-dark" if theme == lab_page.DARK else ""
    screenshot(desk, f"{folder}-{stem}{dark}")
    for what, times in seen.items():
        record_property(what, times)
    assert not wrong, "\n".join(wrong)
    assert judged["contrasts"] > 10, "axe judged next to no text"


def foretold_before(lab, wrongly):
    """The learner comes with no prediction, or with a wrong one of every lesson before the last."""
    kept = {
        f"{lesson:02}": {"answer": next(o for o in question.options if o != question.right)}
        for lesson, question in EARLIER.items()
    }
    path = lab.folder / ".rope-lessons" / "predictions.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept if wrongly else {}), encoding="utf-8")


def stills(page, seen):
    """The pictures of a notebook that has not been run."""
    wrong = []
    for still in page.locator(f"{OUTPUT} img").all():
        seen["stills"] += 1
        wrong += [f"still {still.get_attribute('width')}: {it}" for it in look(still)]
    return wrong


def look(image):
    return pictures.complaints(pictures.look(image))


def figure_shows(figure, seen):
    """A picture is not blank, says what it is, has a caption and fits into the window."""
    wrong = []
    for image in figure.locator("img").all():
        seen["pictures"] += 1
        alternative = image.get_attribute("title") or ""
        lines = [line for line in figure.locator("p:visible").all_inner_texts() if line]
        if len(alternative) < 20:
            wrong.append(f"no alternative text: {alternative!r}")
        if all(line in alternative for line in lines):
            wrong.append(f"no caption: {lines}")
        wrong += [f"{it}: {alternative}" for it in look(image)]
        room = figure.page.locator(f"{NOTEBOOK} .jp-WindowedPanel-outer").bounding_box()["height"]
        if (taken := figure.bounding_box()["height"]) > room:
            wrong.append(f"{taken} px high, the window has {room}: {alternative}")
    return wrong


def figure_moves(figure, seen):
    """Each slider and button, by keyboard, changes the picture and what is said of it."""
    wrong = []
    image = figure.locator("img").first
    for handle in figure.get_by_role("slider").all():
        seen["sliders moved"] += 1
        at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        wrong += changes(image, handle, "ArrowLeft" if at_end else "ArrowRight")
        label = handle.locator("xpath=ancestor::*[contains(@class, 'widget-slider')]//label")
        if not label.inner_text().strip():
            wrong.append("a slider without a label")
    for button in figure.get_by_role("button").all():
        seen["buttons pressed"] += 1
        if "mod-active" not in button.get_attribute("class"):
            wrong += changes(image, button, "Enter")
    return wrong


def changes(image, control, key):
    before, said = pictures.look(image)["digest"], image.get_attribute("title")
    source = lab_page.source_of(image)
    press(control, key)
    image.page.wait_for_function(
        "([image, old, said]) => image.currentSrc !== old && image.title !== said",
        arg=[image.element_handle(), source, said],
    )
    after = pictures.look(image)["digest"]
    return [] if after != before else [f"the same picture after {key}: {said}"]


def predictions(page, lesson, seen):
    """Every answer is recorded, and the end of the lesson has its sentence."""
    question = QUESTIONS[lesson]
    asked = page.locator(OUTPUT, has_text=question.text).filter(has=page.get_by_role("button"))
    for option, sentence in question.options.items():
        seen["predictions made"] += 1
        press(asked.get_by_role("button", name=option, exact=True))
        expect(asked.get_by_role("status")).to_contain_text(f"Recorded: “{option}”")
        outcome = page.get_by_role("status").filter(has_text=f"You predicted “{option}”")
        expect(outcome).to_contain_text(sentence)
        right = "and that is what came." if option == question.right else "and it came out as"
        expect(outcome).to_contain_text(right)


def sheets(page, seen):
    """Everything that the last lesson gives to fill in is kept, and answered where it can be."""
    cells = page.locator(f"{NOTEBOOK} .jp-CodeCell")
    for name, items in SHEETS.items():
        asked = cells.filter(has_text=f'capstone.ask("{name}")').locator(".jp-OutputArea-output")
        called = re.compile(rf'capstone\.compare\(\s*"{name}"')
        compared = cells.filter(has_text=called).locator(".jp-OutputArea-output").last
        for item in items:
            if isinstance(item, Choice):
                row = asked.locator(".widget-hbox", has_text=item.text)
                ways = [
                    (row.get_by_role("button", name=option, exact=True), "Enter")
                    for option in item.options
                ]
            else:
                ways = [(asked.get_by_role("slider"), "ArrowRight")]
            for control, key in ways:
                seen["sheet entries made"] += 1
                press(control, key)
                expect(compared).to_contain_text(REASONS[name][item.key])
        every = f"{len(items)} of {len(items)} filled in, and kept."
        expect(asked.get_by_role("status").last).to_have_text(every)


def look_back(page, seen):
    """Wrong predictions of lessons 01 to 13 are asked again; a second wrong answer is named."""
    shown = page.locator(f"{NOTEBOOK} .jp-CodeCell", has_text="capstone.look_back()")
    rows = shown.locator(".widget-toggle-buttons")
    expect(rows).to_have_count(len(EARLIER))
    for row, question in zip(rows.all(), EARLIER.values(), strict=True):
        for option in sorted(question.options, key=lambda option: option == question.right):
            seen["predictions made"] += 1
            press(row.get_by_role("button", name=option, exact=True))
            if option != question.right:
                expect(shown).to_contain_text(question.options[option])
    expect(shown).to_contain_text("All mended.")


def checks(page, lesson, mark, seen):
    """An untouched exercise says so, a solution passes."""
    for exercise in exercises.every().values():
        if exercise.lesson == lesson:
            seen["checks read"] += 1
            said = page.locator(f"{OUTPUT} [role=status]", has_text=f" {exercise.name}: ")
            expect(said.first).to_be_visible()
            for line in said.all_inner_texts():
                assert line.startswith(mark), line
