"""What a learner saved shows itself again, and the figures that are moved by hand."""

import json

import accessible
import lab_page
import numpy as np
import pytest
from lab_page import open_notebook, press, run_all
from playwright.sync_api import expect

from rope_lessons.page import live, saved
from rope_lessons.page.live import base

OLD = """
import numpy as np
from rope_lessons.page import explore, figures, predict, progress_bar
from rope_lessons.study import flashcards
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
for _ in progress_bar.progress(range(3), "counting"):
    pass
---
flashcards.show(2)
---
from rope_lessons.page import live
live.two_arrows()
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
    pictures = outputs.locator("img:visible")
    expect(pictures).to_have_count(1)
    assert pictures.evaluate("image => image.naturalWidth") > 500
    for words in ("“gets smaller”", "distance 4: q points", "done, 3 of 3", "Turn"):
        expect(outputs.filter(has_text=words).first).to_be_visible()
    expect(page.get_by_text("model not found")).to_have_count(0)


@pytest.mark.browser
def test_what_was_saved_shows_itself_without_its_kernel(page, lab, screenshot):
    (lab.folder / ".rope-lessons" / "predictions.json").unlink(missing_ok=True)
    path = notebook(lab, "day-two", OLD)
    open_notebook(page, lab, path)
    run_all(page)
    press(page.get_by_role("button", name="gets smaller"))
    page.get_by_text("Recorded: “gets smaller”").wait_for()
    page.locator(".jp-OutputArea .noUi-handle").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("distance 4: q points").first.wait_for()
    save(page)

    reopen(page, path)
    all_is_there(page)
    by_keyboard(page.locator("[aria-label^='key, the arrow']"))  # moved by its script alone
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
    assert len(shown) == 5
    assert set(shown) <= set(state)

    # In the hands of somebody whose JupyterLab does not trust it: the picture and the words.
    path = "notebooks/day-two-untrusted.ipynb"
    (lab.folder / path).write_text(text.replace("range(3)", "range(4)"), encoding="utf-8")
    open_notebook(page, lab, path)
    outputs = page.locator(lab_page.OUTPUT)
    expect(outputs.locator("img")).to_have_count(2)
    for still in outputs.locator("img").all():
        assert still.evaluate("image => image.naturalWidth") > 500
    expect(outputs.get_by_role("button")).to_have_count(0)
    expect(outputs.filter(has_text="gets smaller").first).to_be_visible()
    expect(page.get_by_text("model not found")).to_have_count(0)
    screenshot(page, "day_two_untrusted")


# The mathematics in the scripts, held to the package's.

STATES = 200
FIGURES = ("two_arrows", "dials", "planes", "one_turn", "peak", "arcs", "rescue")
# Where each value may lie: (low, high, how many numbers), whole numbers where the figure knows none
# between them.
RANGES = {
    "two_arrows": {"q": (-1.2, 1.2, 2), "k": (-1.2, 1.2, 2), "n": (0, 5040, 1), "gap": (-6, 6, 1)},
    "dials": {"position": (0, 4095, 1), "base": (1e3, 1e6, 1)},
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
# What a slip in a script looks like: (script, its text, the slip, a figure that it shows in).
SLIPS = [
    ("lib", "x * s + y * c", "x * s - y * c", "planes"),
    ("lib", "base ** (-2 * j / headDim)", "base ** (2 * j / headDim)", "dials"),
    ("two_arrows", "turn(k, n * theta)", "turn(k, (n + 1) * theta)", "two_arrows"),
    ("dials", "wave > train_length)", "wave < train_length)", "dials"),
    ("planes", "turns[j] + steps", "turns[j] - steps", "planes"),
    ("one_turn", "turn(start, radians(degrees))", "turn(start, -radians(degrees))", "one_turn"),
    ("peak", "(d - peak) * speed", "(d + peak) * speed", "peak"),
    ("arcs", "(l - 1) * speed", "l * speed", "arcs"),
    ("rescue", "speed / scale", "speed * scale", "rescue"),
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


def gap(page, sources, name, expected, many=STATES):
    """The largest difference of any number (relative above 1), and sentences that differ."""
    fixed, states, answers = expected[name]
    states, answers = states[:many], answers[:many]
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


@pytest.mark.browser
def test_a_script_computes_what_the_package_computes(page, expected):
    page.goto("about:blank")
    for name in FIGURES:
        worst, differ = gap(page, base.sources(), name, expected)
        assert worst < 1e-9, name
        assert not differ, differ[:3]


@pytest.mark.browser
def test_a_slip_in_a_script_is_noticed(page, expected):
    page.goto("about:blank")
    for script, right, wrong, name in SLIPS:
        sources = dict(base.sources())
        assert sources[script].count(right) == 1, (script, right)
        sources[script] = sources[script].replace(right, wrong)
        assert gap(page, sources, name, expected, 20)[0] > 1e-3, right


SEVEN = """
import json
from rope_lessons.page import live
shown = {name: getattr(live, name)() for name in NAMES}
---
EACH
print(json.dumps({name: [f.sentence(), f.bet] for name, f in shown.items()}, ensure_ascii=False))
---
shown["two_arrows"].k = (0.3, 0.4)
shown["two_arrows"].gap = -2.0
"""


@pytest.mark.browser
def test_every_handle_moves_figure_sentence_and_traits(page, lab, screenshot):
    cells = SEVEN.replace("NAMES", repr(FIGURES)).split("---\n")
    each = [f'shown["{name}"]' for name in FIGURES]
    first, ask, tell = cells
    path = notebook(lab, "seven", "---\n".join([first, *each, ask.removeprefix("EACH\n"), tell]))
    open_notebook(page, lab, path)
    run_all(page)
    figures = page.locator(f"{lab_page.OUTPUT} .rope")
    expect(figures).to_have_count(len(FIGURES))
    expect(page.locator(f"{lab_page.OUTPUT} .rope-still:visible")).to_have_count(0)
    screenshot(page, "live")
    for figure in figures.all():
        bets(figure)
        for handle in figure.get_by_role("slider").all():
            if handle.is_visible():
                by_keyboard(handle)
                by_pointer(handle, figure.locator(".said").inner_text)
        button = figure.get_by_role("button", name="step", exact=True)
        press(button)
    page.wait_for_timeout(600)  # a step's movement

    # The traits are where the hand left them.
    page.locator(f"{lab_page.NOTEBOOK} .jp-CodeCell").nth(1 + len(FIGURES)).click()
    page.keyboard.press("Control+Enter")
    output = page.locator(f"{lab_page.NOTEBOOK} .jp-CodeCell").nth(1 + len(FIGURES))
    said = dict(zip(FIGURES, figures.locator(".said").all_inner_texts(), strict=True))
    told = output.locator(".jp-OutputArea-output")
    expect(told).to_contain_text(said["rescue"])
    answers = json.loads(told.inner_text())
    assert {name: sentence for name, (sentence, _) in answers.items()} == said
    assert {name for name, (_, bet) in answers.items() if bet is not None} == BETS

    # And the figure follows a cell.
    page.locator(f"{lab_page.NOTEBOOK} .jp-CodeCell").nth(2 + len(FIGURES)).click()
    page.keyboard.press("Control+Enter")
    expect(figures.first.locator(".said")).to_contain_text("distance -2:")

    lab_page.show_all(page)
    for theme in (lab_page.DARK, lab_page.LIGHT):
        lab_page.use_theme(page, theme)
        broken = accessible.judge(page)["broken"]
        assert not broken, "\n".join(broken)
        screenshot(page, f"live_{theme.split()[-1]}")


BETS = {"two_arrows", "one_turn", "arcs", "rescue"}


def bets(figure):
    mine = figure.get_by_role("button", name="That is my bet")
    if mine.is_visible():
        line = figure.locator("[aria-label^='your bet']")
        by_keyboard(line)
        by_pointer(line, lambda: line.get_attribute("aria-valuetext"))
        press(mine)
        expect(figure.locator(".bar").first).to_contain_text("You bet")


def by_keyboard(handle):
    """Its own value is told, and an arrow key changes it."""
    assert len(handle.get_attribute("aria-label")) > 3
    before = handle.get_attribute("aria-valuetext")
    handle.focus()
    for key in ("ArrowRight", "ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowRight"):
        handle.page.keyboard.press(key)
        lab_page.settle(handle.page)
        if handle.get_attribute("aria-valuetext") != before:
            return
    raise AssertionError(f"{handle.get_attribute('aria-label')} stays at {before}")


def by_pointer(handle, said):
    """Dragged, it changes what is said."""
    before = said()
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = handle.page.mouse
    for by in ((60, -30), (-60, 30)):
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + by[0], y + by[1], steps=3)
        mouse.up()
        lab_page.settle(handle.page)
        if said() != before:
            return
    raise AssertionError(f"{handle.get_attribute('aria-label')} cannot be dragged")


# A page opened from disk, without a kernel.


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The address of a page with all seven figures."""
    bundles = [getattr(live, name)()._repr_mimebundle_()[0] for name in FIGURES]
    path = tmp_path_factory.mktemp("alone") / "page.html"
    head = "<!doctype html><html lang='en'><meta charset='utf-8'><title>Figures</title>"
    path.write_text(f"{head}<main>{live.standalone(bundles)}</main></html>", encoding="utf-8")
    return path.as_uri()


# What to press for each task: (handle, keys and how often), then a button. All between two frames:
# whoever is quick, or has a slow machine, is not told less.
_DEED = """([figure, label, keys, button]) => {
    const handle = figure.querySelector(`[role=slider][aria-label^='${label}']`);
    for (const [key, times] of Object.entries(keys))
        for (let i = 0; i < times; i++) handle.dispatchEvent(new KeyboardEvent('keydown',
            {key: key.replace('Shift+', ''), shiftKey: key.startsWith('Shift+')}));
    if (button) [...figure.querySelectorAll('button')].find(b => b.textContent === button).click();
}"""
DEEDS = {
    "two_arrows": ("key, the arrow k", {"Shift+ArrowLeft": 3, "ArrowLeft": 3}, "both + 1,000"),
    "dials": ("position", {"End": 1, "ArrowRight": 4}, None),
    "planes": ("arrow 1", {"Shift+ArrowRight": 9}, None),
    "one_turn": ("the arrow", {"ArrowRight": 37}, None),
    "peak": ("the distance that", {"Shift+ArrowRight": 6}, "only the slow half"),
    "arcs": ("the length of", {"Shift+ArrowRight": 7, "ArrowRight": 8}, None),
    "rescue": ("s, what", {"ArrowRight": 20}, None),
}


@pytest.mark.browser
def test_each_task_is_checked_as_it_is_done_and_what_was_not_bet_on_is_covered(page, alone):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(reduced_motion="reduce")
    page.goto(alone)
    figures = page.locator(".rope")
    expect(figures).to_have_count(len(FIGURES))
    expect(page.locator("figcaption")).to_have_count(0)
    covered = []
    for name, figure in zip(FIGURES, figures.all(), strict=True):
        expect(figure.locator(".done")).to_have_text("")
        page.evaluate(_DEED, [figure.element_handle(), *DEEDS[name]])
        lab_page.settle(page)
        if "covered" in figure.get_attribute("class"):
            covered.append(name)
            assert not figure.locator(".secret").last.is_visible()
            expect(figure.locator(".said")).to_contain_text("first set your bet")
            expect(figure.locator(".done")).to_have_text("")
            press(figure.get_by_role("button", name="show anyway"))
        expect(figure.locator(".done")).to_have_text("✓ Done. ")
        expect(figure.locator(".said")).not_to_contain_text("Covered")
    assert covered == ["two_arrows", "one_turn", "arcs", "rescue"]
    elsewhere = [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]
    assert elsewhere == []


@pytest.mark.browser
def test_a_narrow_page_is_moved_by_touch(browser, alone, screenshot):
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(alone)
    expect(page.locator(".rope")).to_have_count(len(FIGURES))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    handle = page.locator("[aria-label^='key, the arrow']")
    handle.scroll_into_view_if_needed()
    said = page.locator(".rope .said").first
    before, box = said.inner_text(), handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + 20, "y": y + 30}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(said).not_to_have_text(before)
    screenshot(page, "live_narrow")
    context.close()


@pytest.mark.browser
def test_where_scripts_do_not_run_the_stills_are_there(browser, alone):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(alone)
    expect(page.locator("img")).to_have_count(len(FIGURES))
    expect(page.locator("figcaption").first).to_contain_text("score -0.406")
    context.close()
