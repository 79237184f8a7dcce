"""How long from a pointer's move to the painted frame? ``python benchmarks/live.py``

JupyterLab in headless Chromium, one page with all seven live figures and one of the old way, while
the kernel works on another cell. Every handle is dragged to and fro; a move counts from the time
that the browser gives its event until the first task after the frame that follows. Then the old
way: from a key on a slider to the load of the new picture, the kernel idle and at work. Needs the
``browser`` group and a Chromium.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / part) for part in ("", "browser")]

import lab_page  # noqa: E402
from copies import copy_course  # noqa: E402

import conftest  # noqa: E402

FIGURES = ("two_arrows", "dials", "planes", "one_turn", "peak", "arcs", "rescue")
CELLS = [
    "import time\nfrom rope_lessons import explore, figures\nfrom rope_lessons.page import live",
    *(f"live.{name}()" for name in FIGURES),
    "explore.Explore(figures.two_arrows((0.8, 0.6), (0.75, 0.0), 0.5), alt='', caption='',\n"
    "    n=explore.slider('n', 6, 1000, 6), gap=explore.slider('gap', -6, 6, 3))",
    "until = time.monotonic() + SECONDS\nwhile time.monotonic() < until:\n    sum(range(10_000))",
]
_WATCH = """() => {
    window.took = [];
    addEventListener('pointermove', event => requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => took.push(performance.now() - event.timeStamp);
        port2.postMessage(0);
    }), true);
}"""
_OLD = """([image, handle]) => new Promise(done => {
    image.addEventListener('load', () => done(performance.now() - start), {once: true});
    const start = performance.now();
    handle.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
})"""


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        copy = copy_course(folder)
        cells = [
            {"cell_type": "code", "id": f"c{i}", "metadata": {}, "outputs": [], "source": source}
            | {"execution_count": None}
            for i, source in enumerate(CELLS)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": cells, "metadata": {"kernelspec": kernel}}
        notebook |= {"nbformat": 4, "nbformat_minor": 5}
        cells[-1]["source"] = cells[-1]["source"].replace("SECONDS", "0.1")
        (copy / "notebooks" / "live.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        lab = conftest.Lab(f"http://127.0.0.1:{port}", copy)
        log = (copy / "lab.log").open("w+", encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "rope_lessons.cli", "lab", "--no-browser", f"--port={port}"],
            cwd=copy,
            env={**os.environ, "JUPYTER_TOKEN": conftest.TOKEN, "ROPE_LESSONS_HOME": folder},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            conftest.wait_for(f"{lab.address}/api?token={conftest.TOKEN}", process, log)
            chrome = playwright.chromium.launch(
                executable_path=conftest.chromium(),
                args=["--disable-gpu"],
                chromium_sandbox=not (hasattr(os, "geteuid") and os.geteuid() == 0),
            )
            page = chrome.new_page(viewport={"width": 1366, "height": 900})
            measure(page, lab)
            chrome.close()
        finally:
            process.terminate()
            process.wait(timeout=30)


def measure(page, lab):
    lab_page.open_notebook(page, lab, "notebooks/live.ipynb")
    lab_page.run_all(page)
    image = page.locator(".widget-image, img.jupyter-widgets").last
    handle = page.locator(".noUi-handle").nth(-2)
    old = [image.element_handle(), handle.element_handle()]
    tell("old way, kernel idle", [page.evaluate(_OLD, old) for _ in range(6)][1:])
    page.evaluate(_WATCH)
    busy = page.locator(".jp-CodeCell").last
    busy.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(CELLS[-1].replace("SECONDS", "180"))
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-status=busy]")
    everything = []
    for name, figure in zip(FIGURES, page.locator(".rope").all(), strict=True):
        page.evaluate("() => { window.took = []; }")
        for anyway in figure.get_by_role("button", name="show anyway").all():
            anyway.click()
        for grip in figure.get_by_role("slider").all():
            if grip.is_visible():
                drag(page, grip)
        times = page.evaluate("() => window.took")
        tell(name, times)
        everything += times
    assert page.locator("[data-status=busy]").count(), "the kernel was not at work to the end"
    tell("all seven, kernel at work", everything)


def drag(page, grip):
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(40):
        page.mouse.move(x + 30 * (1 - abs(i - 20) / 20), y - 20 * (1 - abs(i - 20) / 20))
        page.wait_for_timeout(12)
    page.mouse.up()


def tell(what, milliseconds):
    ordered = sorted(milliseconds)
    late = ordered[int(0.95 * (len(ordered) - 1))]
    middle = statistics.median(ordered)
    print(f"{what:28} {len(ordered):5} moves, median {middle:5.1f} ms, 95 % under {late:5.1f} ms")


if __name__ == "__main__":
    main()
