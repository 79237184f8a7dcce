"""The flashcards and the glossary in a real browser, by keyboard, and the deck on paper."""

import json
import re

import pytest
from lab_page import open_notebook, press, run_all
from playwright.sync_api import expect

from rope_lessons.study import deck, flashcards

pytestmark = pytest.mark.browser

DECK, GLOSSARY = "notebooks/15_flashcards.ipynb", "notebooks/16_glossary.ipynb"


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_cards_are_turned_and_answered_by_keyboard(page, lab, screenshot):
    open_notebook(page, lab, DECK)
    screenshot(page, "15_not_run")
    run_all(page)
    face = page.locator(".rope-card")
    first, second = flashcards.cards()[:2]
    face.get_by_text(first.front).wait_for()
    screenshot(page, "15_front")
    press(button(page, "Turn"), "Space")
    face.get_by_text(first.back[:40]).wait_for()
    screenshot(page, "15_back")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    face.get_by_text(second.front[:40]).wait_for()
    page.get_by_text("It comes back in 2 days: box 2 of 5.").wait_for()
    press(button(page, "Did not know it"))
    page.get_by_text("Press again: did you know it?").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("and tomorrow: box 1 of 5.").wait_for()
    kept = json.loads((lab.folder / ".rope-lessons" / "flashcards.json").read_text("utf-8"))
    assert {key: place["box"] for key, place in kept.items()} == {first.key: 2, second.key: 1}

    press(button(page, "phase 3"))
    face.get_by_text(flashcards.cards(3)[0].front).wait_for()
    press(button(page, "Turn"))
    screenshot(page, "15_phase_3")
    face.get_by_role("link").click()
    page.locator(".lm-TabBar-tabLabel", has_text="10_scheme").wait_for()


def test_cards_unfold_without_running(page, lab, screenshot):
    open_notebook(page, lab, DECK)
    card = flashcards.cards(2)[0]
    summary = page.locator("summary", has_text=card.front)
    summary.scroll_into_view_if_needed()
    press(summary)
    page.locator("details[open]", has_text=card.back[-40:]).wait_for()
    screenshot(page, "15_unfolded")


def test_the_printed_deck_has_a_page_for_each_card(page, lab, screenshot):
    open_notebook(page, lab, DECK)
    run_all(page)
    press(button(page, "Make the page to print"))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=f"printed/{deck.PAGE}").click()
    printed = opened.value
    printed.wait_for_selector("article")
    assert printed.locator("article").count() == len(flashcards.cards())
    too_long = "es => es.filter(e => e.scrollHeight > e.clientHeight + 1).map(e => e.innerText)"
    assert printed.locator("section").evaluate_all(too_long) == []
    hidden = """es => es.filter(e => { const p = e.querySelector('p').getBoundingClientRect();
        const f = e.querySelector('footer').getBoundingClientRect(); return p.bottom > f.top; })
        .map(e => e.innerText)"""
    assert printed.locator(".back").evaluate_all(hidden) == []
    pdf = printed.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(flashcards.cards())
    (lab.folder / "deck.pdf").write_bytes(pdf)
    printed.set_viewport_size({"width": 480, "height": 1200})
    screenshot(printed, "15_printed")
    press(button(page, "Make the file for Anki"))
    page.get_by_role("link", name=f"printed/{deck.ANKI}").wait_for()
    assert (lab.folder / "printed" / deck.ANKI).read_text("utf-8") == deck.anki()


def test_the_glossary_is_read_searched_and_left_by_its_links(page, lab, screenshot):
    open_notebook(page, lab, GLOSSARY)
    screenshot(page, "16_not_run")
    heading = page.locator("h3", has_text="RoPE").first
    heading.scroll_into_view_if_needed()
    screenshot(page, "16_rope")
    line = page.locator("summary", has_text="looks like an oscillation").first
    line.scroll_into_view_if_needed()
    press(line)
    page.get_by_text("The ripples are there within the training length too").first.wait_for()
    screenshot(page, "16_heard")
    page.locator("a", has_text="T5 bias").first.click()
    expect(page.locator("h3", has_text="T5 bias").first).to_be_in_viewport()
    screenshot(page, "16_followed")
    page.get_by_role("link", name=re.compile("^07 · ")).first.click()
    page.locator(".lm-TabBar-tabLabel", has_text="07_rotate").wait_for()


def test_a_term_is_looked_up_in_an_exercise(page, lab, screenshot):
    open_notebook(page, lab, "exercises/exercise_07_rotate_and_dot.ipynb")
    cell = page.locator(".jp-CodeCell").first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("from rope_lessons import glossary\nglossary('alibi')")
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea h3", has_text="ALiBi").wait_for()
    screenshot(page, "16_looked_up")
