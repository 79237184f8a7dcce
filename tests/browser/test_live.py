"""What a learner saved shows itself again, and the figures that are moved by hand."""

import json

import lab_page
import pytest
from lab_page import open_notebook, press, run_all
from playwright.sync_api import expect

from rope_lessons.page import saved

pytestmark = pytest.mark.browser

OLD = """
import numpy as np
from rope_lessons import explore, figures, flashcards, predict, watch
---
predict.ask(7)
---
explore.Explore(
    figures.two_arrows(q=(0.8, 0.6), k=(0.75, 0.0), theta=0.5),
    alt="Left, a dial with a query and a key arrow.",
    caption="Blue: query at m. Orange: key at n.",
    n=explore.slider("both", 6, 1000, 6),
    gap=explore.slider("gap", -6, 6, 3),
)
---
for _ in watch.progress(range(3), "counting"):
    pass
---
flashcards.show(2)
"""


def notebook(lab, name, source):
    """Write a notebook of these cells into the learner's folder; gives its path from there."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{i}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": cell.strip(),
        }
        for i, cell in enumerate(source.split("---\n"))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = f"notebooks/{name}.ipynb"
    (lab.folder / path).write_text(json.dumps(made), encoding="utf-8")
    return path


def save(page):
    page.keyboard.press("Control+s")
    page.wait_for_selector(".jp-mod-current:not(.jp-mod-dirty)")


def reopen(page, path):
    """Come back tomorrow: every kernel is gone."""
    page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    page.reload()
    page.wait_for_selector(f"{lab_page.NOTEBOOK} .jp-Cell")
    page.get_by_text("| Idle").first.wait_for(timeout=90_000)


def all_is_there(page):
    outputs = page.locator(lab_page.OUTPUT)
    expect(outputs.locator("img")).to_have_count(1)
    assert outputs.locator("img").evaluate("image => image.naturalWidth") > 500
    for words in ("“gets smaller”", "gap 4: q points", "done, 3 of 3", "Turn"):
        expect(outputs.filter(has_text=words).first).to_be_visible()
    expect(page.get_by_text("model not found")).to_have_count(0)


def test_what_was_saved_shows_itself_without_its_kernel(page, lab, screenshot):
    path = notebook(lab, "day-two", OLD)
    open_notebook(page, lab, path)
    run_all(page)
    press(page.get_by_role("button", name="gets smaller"))
    page.get_by_text("Recorded: “gets smaller”").wait_for()
    page.locator(".jp-OutputArea .noUi-handle").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("gap 4: q points").first.wait_for()
    save(page)

    reopen(page, path)
    all_is_there(page)
    screenshot(page, "day_two")

    # A third day, on which one cell was run and the page saved: the others keep what they had.
    page.locator(f"{lab_page.NOTEBOOK} .jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(f"{lab_page.NOTEBOOK} .jp-Notebook-ExecutionIndicator[data-status=idle]")
    save(page)
    text = (lab.folder / path).read_text(encoding="utf-8")
    kept = json.loads(text)
    state = kept["metadata"]["widgets"][saved.STATE]["state"]
    shown = [
        output["data"][saved.VIEW]["model_id"]
        for cell in kept["cells"]
        for output in cell["outputs"]
    ]
    assert len(shown) == 4
    assert set(shown) <= set(state)

    # In the hands of somebody whose JupyterLab does not trust it: the picture and the words.
    path = "notebooks/day-two-untrusted.ipynb"
    (lab.folder / path).write_text(text.replace("range(3)", "range(4)"), encoding="utf-8")
    open_notebook(page, lab, path)
    outputs = page.locator(lab_page.OUTPUT)
    assert outputs.locator("img").evaluate("image => image.naturalWidth") > 500
    expect(outputs.get_by_role("button")).to_have_count(0)
    expect(outputs.filter(has_text="gets smaller").first).to_be_visible()
    expect(page.get_by_text("model not found")).to_have_count(0)
    screenshot(page, "day_two_untrusted")
