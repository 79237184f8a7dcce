"""A walk over the built pages in a real Chromium, from disk and over a server, no network."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from rope_lessons import course
from rope_lessons.page.questions import QUESTIONS

pytestmark = pytest.mark.site
LONGER = pytest.mark.site_all

SEVEN = "notebooks/07_rotate_and_dot.html"
EIGHT = "notebooks/08_one_pair_to_a_head.html"  # whose figure needs a kernel
CARDS = "notebooks/15_flashcards.html"
SCREENSHOTS = course.root() / "screenshots" / "site"
# What axe-core is let pass on these pages: the rule, and why.
LET_PASS = {
    "empty-table-header": "the corner above a column of names: Markdown has no other cell for it",
}


def names(pages):
    found = sorted(pages.glob("*.html"))
    for folder in ("notebooks", "exercises", "solutions"):
        found += sorted((pages / folder).glob("*.html"))
    return [path.relative_to(pages).as_posix() for path in found]


@pytest.mark.parametrize("at", [pytest.param("disk", marks=LONGER), "server"])
def test_every_page_opens_and_fits_a_phone(at, pages, open_page):
    page = open_page("index.html", at, width=390)
    home = page.url.removesuffix("/index.html")
    for name in names(pages):
        page.goto(f"{home}/{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0 or name == "flashcards.html", f"{name} is {wide} pixels too wide"


def test_a_prediction_is_answered_met_again_and_forgotten(open_page):
    page, question = open_page(SEVEN), QUESTIONS[7]
    outcome = page.locator(".prediction.recall")
    assert "not predicted yet" in outcome.inner_text()
    for answer, says in question.options.items():
        page.get_by_role("button", name=answer, exact=True).click()
        assert f"Recorded: “{answer}”" in page.locator(".prediction.ask").inner_text()
        assert says in outcome.inner_text()
        assert question.options[question.right] in outcome.inner_text()
    page.reload()
    assert "Kept from last time" in page.locator(".prediction.ask").inner_text()

    page.goto(page.url.replace(SEVEN, "index.html"))
    row = page.locator("tr", has_text="07 ·")
    assert "predicted" in row.inner_text()
    page.goto(page.url.replace("index.html", "notebooks/14_interpolation_capstone.html"))
    assert answer in page.locator(".look-back").inner_text()
    page.goto(page.url.replace("notebooks/14_interpolation_capstone.html", "index.html"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget all of it").click()
    assert "predicted" not in row.inner_text()
    assert page.evaluate("localStorage.length") == 0


def test_reading_to_the_end_marks_the_map(open_page):
    page = open_page(SEVEN)
    page.locator("article .end").scroll_into_view_if_needed()
    page.wait_for_function("localStorage.getItem('rope-lessons')?.includes('read')")
    page.goto(page.url.replace(SEVEN, "index.html"))
    assert "read" in page.locator("tr", has_text="07 ·").inner_text()


def test_a_damaged_memory_is_no_obstacle(open_page):
    page = open_page(SEVEN)
    for damaged in ("{", "7", "null", json.dumps({"predicted": 3, "cards": None})):
        page.evaluate("text => localStorage.setItem('rope-lessons', text)", damaged)
        page.reload()
        page.get_by_role("button", name="stays the same").click()
        assert "Recorded" in page.locator(".prediction.ask").inner_text()


def test_a_card_turns_and_comes_back(open_page):
    page = open_page(CARDS)
    turner = page.locator(".turner")
    count = int(turner.locator("[role=status]").inner_text().split()[0])
    first = turner.locator(".front").inner_text()
    assert turner.locator(".back").count() == 0
    page.get_by_role("button", name="Turn").click()
    assert len(turner.locator(".back").inner_text()) > 20
    page.get_by_role("button", name="Knew it").click()
    assert turner.locator(".front").inner_text() != first
    assert f"{count - 1} to go" in turner.inner_text()
    page.get_by_role("button", name="Turn").click()
    page.get_by_role("button", name="Did not know it").click()
    assert f"{count - 1} to go" in turner.inner_text()
    page.reload()
    assert f"{count - 2} to go" in turner.inner_text()


@pytest.mark.parametrize("at", ["disk", "server"])
def test_a_term_is_found(at, open_page):
    page = open_page("search.html?q=wavelength", at)
    page.wait_for_selector("#search-results a")
    assert page.locator("#search-results a", has_text="Glossary").count()


def test_how_to_run_a_figure_unfolds(open_page):
    page = open_page(EIGHT)
    told = page.locator("#run-it pre")
    assert not told.is_visible()
    page.locator(".to-run a").first.click()
    page.wait_for_selector("#run-it pre", state="visible")
    assert told.inner_text().splitlines()[-1] == "make lab"
    assert page.get_by_role("link", name="Open in Binder").count() == 0  # no address is known


def test_live_figures_follow_the_hand(pages, open_page):
    for name in names(pages):
        if "data-rope-live" not in (pages / name).read_text(encoding="utf-8"):
            continue
        page = open_page(name)
        page.evaluate("for (const it of document.querySelectorAll('details')) it.open = true")
        for figure in page.locator("[data-rope-live]").all():
            handle, drawn = figure.locator(".handle").first, figure.locator(".panels")
            handle.scroll_into_view_if_needed()
            before, box = drawn.inner_html(), handle.bounding_box()
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.down()
            page.mouse.move(box["x"] - 45, box["y"] - 25, steps=4)
            page.mouse.up()
            changed = "([it, was]) => it.innerHTML !== was"
            page.wait_for_function(changed, arg=[drawn.element_handle(), before])


@LONGER
def test_a_lesson_runs_in_the_browser(pages, open_page):
    if not (pages / "lite").is_dir():
        pytest.skip("built without PYODIDE, so these pages carry no kernel")
    page = open_page(EIGHT, "server")
    page.locator("#run-it > summary").click()
    page.get_by_role("link", name="Run it in this browser").click()
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    idle = ".jp-Notebook-ExecutionIndicator[data-status='idle']"
    page.wait_for_selector(idle, timeout=120_000)
    for entry in ("Run", "Run All Cells"):
        page.get_by_role("menuitem", name=entry, exact=True).click()
    page.locator(".noUi-handle").first.wait_for(state="attached", timeout=120_000)
    page.wait_for_selector(idle, timeout=120_000)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    handle, said = page.locator(".noUi-handle").first, page.locator("p[role=status] b").first
    page.mouse.move(700, 500)
    box = None
    while not box or not 100 < box["y"] < 600:  # cells out of sight are not laid out
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(100)
        box = handle.bounding_box()
    before = said.inner_text()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 8, steps=3)
    page.mouse.up()
    changed = "was => document.querySelector('p[role=status] b').innerText !== was"
    page.wait_for_function(changed, arg=before)


def test_without_scripts_the_stored_text_is_there(open_page):
    page = open_page(SEVEN, java_script_enabled=False)
    for option, says in QUESTIONS[7].options.items():
        assert page.locator(".prediction.ask li", has_text=option).count() == 1
        assert says in page.locator(".prediction.recall").text_content()


@LONGER
def test_a_lesson_prints_on_two_to_four_pages(pages, open_page):
    page, sheets = open_page("index.html"), {}
    home = page.url.removesuffix("/index.html")
    for entry in course.LESSONS:
        page.goto(f"{home}/notebooks/{entry.stem}.html")
        page.evaluate("for (const it of document.images) it.loading = 'eager'")
        page.wait_for_function("[...document.images].every(it => it.complete)")
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        sheets[entry.number] = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 2 <= sheets.pop(14) <= 6  # twenty minutes of text, not seven
    assert all(2 <= count <= 4 for count in sheets.values()), sheets


def test_the_first_lesson_is_light(open_page):
    page = open_page("index.html", "server")
    sizes = []
    page.on("response", lambda it: sizes.append((it.request.resource_type, len(it.body()))))
    page.goto(page.url.replace("index.html", f"notebooks/{course.LESSONS[0].stem}.html"))
    page.wait_for_load_state("networkidle")
    assert 50_000 < sum(size for kind, size in sizes if kind != "image") < 300_000, sizes


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(1366, "dark", marks=LONGER),
        pytest.param(768, "light", marks=LONGER),
        (390, "light"),
    ],
)
def test_pages_are_accessible(width, scheme, open_page):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    broken = []
    for name in ("index.html", SEVEN, "exercises/exercise_07_rotate_and_dot.html", CARDS):
        page = open_page(name, "server", width, color_scheme=scheme)
        page.wait_for_load_state("load")
        for rule in Axe().run(page).response["violations"]:
            if rule["id"] not in LET_PASS:
                broken += [f"{name} {rule['id']}: {node['html'][:150]}" for node in rule["nodes"]]
        # Pictures wait until they come into view.
        page.evaluate("for (const it of document.images) it.loading = 'eager'")
        page.wait_for_function("[...document.images].every(it => it.complete)")
        file = f"{name.replace('/', '-').removesuffix('.html')}-{width}-{scheme}.png"
        page.screenshot(path=SCREENSHOTS / file, full_page=True)
        page.context.close()
    assert not broken, "\n".join(broken)
