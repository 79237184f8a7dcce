"""What a learner does, done in a real browser. The screenshots are there to be looked at."""

import json
import re
import subprocess
import sys

import pytest
from lab_page import (
    DARK,
    LIGHT,
    cell,
    hide_file_browser,
    open_notebook,
    press,
    run_all,
    use_theme,
)
from playwright.sync_api import expect

from rope_lessons import course
from rope_lessons.authoring import build

pytestmark = pytest.mark.browser

LESSON = "07_rotate_and_dot.ipynb"


def test_the_start_page_leads_to_lesson_exercise_and_solution(page, lab, screenshot):
    page.goto(lab.start())
    page.wait_for_selector("h1:has-text('Start here')")
    hide_file_browser(page)
    screenshot(page, "00_start_here")
    for link, heading in (
        ("07 · Turn both", "07 · Turn both"),
        ("the exercise", "Exercise 07"),
        ("the solution", "Solution 07"),
    ):
        visible = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        visible.get_by_role("link", name=re.compile(link)).first.click()
        heading = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) h1", has_text=heading)
        heading.wait_for()


def test_the_committed_lesson_shows_its_picture_without_running(page, lab, screenshot):
    open_notebook(page, lab, f"notebooks/{LESSON}")
    still = page.locator(".jp-OutputArea-output img").first
    still.scroll_into_view_if_needed()
    assert still.evaluate("image => image.naturalWidth") > 500
    screenshot(page, "07_not_run")


def test_on_a_dark_page_stills_turn_dark_and_maps_with_them(page, lab, screenshot):
    filters = """() => [...document.querySelectorAll('.jp-RenderedImage img')]
        .map(image => getComputedStyle(image).filter.split('(')[0])"""
    for stem in ("07_rotate_and_dot", "10_scheme_comparison"):
        open_notebook(page, lab, f"notebooks/{stem}.ipynb")
        use_theme(page, DARK)
        assert page.evaluate(filters)[0] == "invert"
        screenshot(page, f"{stem}_dark")
    use_theme(page, LIGHT)


def test_the_lesson_is_played_by_keyboard(page, lab, screenshot):
    open_notebook(page, lab, f"notebooks/{LESSON}")
    run_all(page)
    assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0

    figure = page.locator(".rope")
    figure.scroll_into_view_if_needed()
    said = figure.locator(".said")
    expect(said).to_contain_text("distance 3: q points to (0.42, -0.91), k to (-0.11, -0.74)")
    press(figure.get_by_role("slider", name="m, the query's position", exact=True), "ArrowRight")
    expect(said).to_contain_text("m = 10, n = 6, distance 4")
    score = said.text_content().split("score")[1]

    # Once both move, it is covered until the learner has said how high it will be.
    press(figure.get_by_role("slider", name="both tokens", exact=True), "ArrowRight")
    expect(said).to_contain_text("Covered")
    press(figure.get_by_role("button", name="That is my bet"))
    expect(said).to_contain_text("m = 11, n = 7, distance 4")
    assert said.text_content().endswith(score)
    press(figure.get_by_role("button", name="both + 1,000"))
    expect(figure.locator(".asked")).to_contain_text("You bet 0.10. It came to 0.36.")
    expect(said).to_contain_text("m = 1,011, n = 1,007, distance 4")
    assert said.text_content().endswith(score)
    screenshot(page, "07_played")

    trained = page.get_by_text("done, 600 of 600")
    assert trained.count() == 2  # in a fold

    assert page.get_by_text("once you have made your bet").count() == 1
    answer = page.get_by_role("button", name="gets smaller")
    answer.scroll_into_view_if_needed()
    press(answer)
    page.get_by_text("Recorded: “gets smaller”").wait_for()
    screenshot(page, "07_predicted")
    outcome = page.get_by_text("You predicted “gets smaller”")
    outcome.wait_for()
    outcome.scroll_into_view_if_needed()
    screenshot(page, "07_recalled")
    kept = json.loads((lab.folder / ".rope-lessons" / "predictions.json").read_text("utf-8"))
    assert kept["07"]["answer"] == "gets smaller"


def test_five_more_minutes_are_folded_text_code_and_all(page, lab, screenshot):
    open_notebook(page, lab, "notebooks/14_interpolation_capstone.ipynb")
    folded = page.get_by_role("button", name="cells hidden")
    folded.first.scroll_into_view_if_needed()
    screenshot(page, "14_folded")
    assert folded.count() == 5
    code = page.locator(".jp-CodeCell", has_text="printed bound")
    assert not code.is_visible()
    assert page.get_by_role("link", name="Exercise 14").last.is_visible()
    folded.nth(3).click()
    code.wait_for()
    screenshot(page, "14_unfolded")


def test_an_exercise_is_answered_wrongly_then_rightly(page, lab, screenshot):
    open_notebook(page, lab, f"exercises/exercise_{LESSON}")
    run_all(page)
    assert page.get_by_text("○ score_at: not filled in yet").count() == 1
    screenshot(page, "07_exercise_untouched")

    stub = cell(page, "def score_at")
    clockwise = (
        "def score_at(q, k, m, n, theta):\n"
        "a, b = m * theta, n * theta\n"
        "tq = np.array([q[0]*np.cos(a) + q[1]*np.sin(a), q[1]*np.cos(a) - q[0]*np.sin(a)])\n"
        "tk = np.array([k[0]*np.cos(b) + k[1]*np.sin(b), k[1]*np.cos(b) - k[0]*np.sin(b)])\n"
        "return tq @ tk\n"
    )
    write(page, stub, clockwise)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    told = page.get_by_text("✗ score_at: turned clockwise")
    told.wait_for()
    told.scroll_into_view_if_needed()
    screenshot(page, "07_exercise_wrong")

    right = clockwise.replace("m * theta, n * theta", "-m * theta, -n * theta")
    write(page, stub, right)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    page.get_by_text("✓ score_at: right on all").wait_for()

    hints = page.locator("summary", has_text="The idea").first
    hints.scroll_into_view_if_needed()
    press(hints)
    assert page.get_by_text("The query turns by m · theta").first.is_visible()
    screenshot(page, "07_exercise_hint")

    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".jp-mod-current:not(.jp-mod-dirty)")
    place = lab.folder / "exercises" / f"exercise_{LESSON}"
    saved = build.read(place)
    assert build.answered(saved) == ["score_at"]
    assert place in build.touched(lab.folder)
    (outputs,) = (cell.outputs for cell in saved.cells if cell.id == "check-score-at")
    assert outputs[0].data["application/vnd.rope-lessons+json"]["status"] == "passed"


def write(page, stub, code):
    """Type a cell anew, as a learner would; the editor indents by itself."""
    stub.scroll_into_view_if_needed()
    stub.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(code.replace("\n", "\n    ").rstrip() + "\n")


def test_the_page_without_a_kernel(page, lab, screenshot, tmp_path):
    """nbconvert's HTML of the committed lesson shows the still picture and the numbers."""
    subprocess.run(
        [
            *(sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--log-level=ERROR"),
            *(str(course.root() / "notebooks" / LESSON), "--output-dir", str(tmp_path)),
        ],
        check=True,
    )
    html = tmp_path / LESSON.replace(".ipynb", ".html")
    page.goto(html.as_uri(), wait_until="domcontentloaded")
    still = page.locator(".jp-OutputArea-output img").first
    still.scroll_into_view_if_needed()
    assert still.evaluate("image => image.naturalWidth") > 500
    assert page.get_by_text("30005").count()
    screenshot(page, "07_html")
