"""What a learner saved shows itself again, and the figures that are moved by hand."""

import json

import lab_page
import numpy as np
import pytest
from lab_page import open_notebook, press, run_all
from playwright.sync_api import expect

from rope_lessons.page import live, saved
from rope_lessons.page.live import base

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


# The mathematics in the scripts, held to the package's.

STATES = 200
FIGURES = ("two_arrows", "clock", "planes", "one_turn", "peak", "arcs", "rescue")
# Where each value may lie: (low, high, how many numbers), whole numbers where the figure knows none
# between them.
RANGES = {
    "two_arrows": {"q": (-1.2, 1.2, 2), "k": (-1.2, 1.2, 2), "n": (0, 5040, 1), "gap": (-6, 6, 1)},
    "clock": {"position": (0, 4095, 1), "base": (1e3, 1e6, 1)},
    "planes": {"turns": (-180, 180, 4), "steps": (0, 40, 1)},
    "one_turn": {"degrees": (0, 720, 1)},
    "peak": {"peak": (-100, 400, 1), "strengths": (0, 2, 8)},
    "arcs": {"length": (64, 512, 1)},
    "rescue": {"scale": (1, 8, 1)},
}
WHOLE = {"length"}
_NUMBERS = """async ([sources, name, fixed, states]) => {
    const url = text => URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
    const lib = url(sources.lib);
    const {figure} = await import(url(sources[name].replace('"./lib.js"', `"${lib}"`)));
    return states.map(s => {
        const n = figure.numbers(s, fixed);
        return [n, figure.sentence(s, fixed, n)];
    });
}"""
# What a slip in a script looks like: (script, its text, the slip).
SLIPS = [
    ("lib", "x * s + y * c", "x * s - y * c"),
    ("lib", "base ** (-2 * j / headDim)", "base ** (2 * j / headDim)"),
    ("two_arrows", "turn(k, n * theta)", "turn(k, (n + 1) * theta)"),
    ("clock", "wave > train_length)", "wave < train_length)"),
    ("planes", "turns[j] + steps", "turns[j] - steps"),
    ("one_turn", "turn(start, radians(degrees))", "turn(start, -radians(degrees))"),
    ("peak", "(d - peak) * speed", "(d + peak) * speed"),
    ("arcs", "(l - 1) * speed", "l * speed"),
    ("rescue", "speed / scale", "speed * scale"),
]


@pytest.fixture(scope="module")
def expected():
    """For every figure: what never moves, the states, and what Python makes of them."""
    rng, found = np.random.default_rng(16), {}
    for name, ranges in RANGES.items():
        figure, states, answers = getattr(live, name)(), [], []
        assert set(ranges) == set(figure.state)
        for i in range(STATES):
            state = {}
            for trait, (low, high, size) in ranges.items():
                drawn = rng.uniform(low, high, size)
                if trait in WHOLE or i % 2:  # as a hand leaves it, and on the way
                    drawn = drawn.round() if high > 3 else drawn.round(2)
                state[trait] = drawn.tolist() if size > 1 else float(drawn[0])
            for trait, value in state.items():
                setattr(figure, trait, value)
            states.append(state)
            answers.append((figure.numbers(), figure.sentence()))
        found[name] = figure.fixed, states, answers
    return found


def gap(page, sources, name, expected):
    """The largest difference of any number (relative above 1), and sentences that differ."""
    fixed, states, answers = expected[name]
    worst, differ = 0.0, []
    for (theirs, said), (ours, sentence) in zip(
        page.evaluate(_NUMBERS, [sources, name, fixed, states]), answers, strict=True
    ):
        assert set(theirs) == set(ours)
        for key, value in ours.items():
            value = np.asarray(value, dtype=float)
            off = np.abs(np.asarray(theirs[key], dtype=float) - value) / np.maximum(1, abs(value))
            worst = max(worst, float(off.max()))
        differ += [(said, sentence)] if said != sentence else []
    return worst, differ


def test_a_script_computes_what_the_package_computes(page, expected):
    page.goto("about:blank")
    for name in FIGURES:
        worst, differ = gap(page, base.sources(), name, expected)
        assert worst < 1e-9, name
        assert not differ, differ[:3]


def test_a_slip_in_a_script_is_noticed(page, expected):
    page.goto("about:blank")
    for script, right, wrong in SLIPS:
        sources = dict(base.sources())
        assert sources[script].count(right) == 1, (script, right)
        sources[script] = sources[script].replace(right, wrong)
        touched = ("two_arrows",) if script == "lib" and "y" in right else (script,)
        touched = ("clock",) if "headDim" in right else touched
        assert all(gap(page, sources, name, expected)[0] > 1e-3 for name in touched), right
