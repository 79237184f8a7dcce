"""Every notebook runs in a real JupyterLab, and its figures move by keyboard."""

import pytest
from test_companions import ready
from test_lab import run_all

from rope_lessons import build, course

pytestmark = pytest.mark.browser_all

ROOT = course.root()
NAMES = [
    path.relative_to(ROOT).as_posix()
    for path in build.notebooks(ROOT)
    if path.parent.name != "solutions"  # the same cells as the exercises', run by nbval
]
FAILED = (
    ".jp-OutputArea-output[data-mime-type*=error], .jp-OutputArea-output[data-mime-type*=stderr]"
)


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_from_top_to_bottom(page, lab, screenshot, name):
    ready(page, lab, name)
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
    page.wait_for_function("() => !document.querySelector('.jp-OutputArea-output')")
    page.set_default_timeout(90_000)
    run_all(page)
    assert page.locator(FAILED).count() == 0

    pictures = page.locator("img.jupyter-widgets, .widget-image")
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.naturalWidth") > 300
        assert picture.get_attribute("title"), "a picture that nobody is told of"
    for handle in page.locator(".jp-OutputArea .noUi-handle").all():
        before = handle.get_attribute("aria-valuenow")
        handle.focus()
        page.keyboard.press("ArrowRight")
        if handle.get_attribute("aria-valuenow") == before:  # it stood at its end
            page.keyboard.press("ArrowLeft")
        assert handle.get_attribute("aria-valuenow") != before
    if name.startswith("notebooks/") and page.get_by_text("Press the one you expect.").count():
        page.locator(".widget-toggle-buttons button").first.click()
        page.get_by_text("Recorded:").first.wait_for()
    for group in page.locator(".widget-toggle-buttons").all():
        group.locator("button").last.click()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    assert page.locator(FAILED).count() == 0
    screenshot(page, name.replace("/", "-").removesuffix(".ipynb"))
