"""A real JupyterLab on a copy of the course, and a real Chromium in front of it."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import lab_page
import pytest
from copies import copy_course

from rope_lessons import course

# Where the `browser` group is not installed, `pytest` alone still runs everything else.
NEEDED = ("playwright", "axe_playwright_python")
collect_ignore_glob = [] if all(map(importlib.util.find_spec, NEEDED)) else ["test_*.py"]

TOKEN = "only-for-this-test"
SCREENSHOTS = course.root() / "screenshots"

# Every cell in the page, also those scrolled out of sight.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
}


def chromium():
    """The system's Chromium, or what CHROMIUM names."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and shutil.which(name):
            return shutil.which(name)
    pytest.fail("no Chromium found: install it (Debian: apt install chromium), or set CHROMIUM")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """The address of a JupyterLab started by ``rope-lessons lab`` in a copy of the course."""
    copy = copy_course(tmp_path_factory.mktemp("course"))
    settings = tmp_path_factory.mktemp("settings")
    for name, values in SETTINGS.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "ROPE_LESSONS_HOME": str(copy / ".rope-lessons"),
    }
    log = (copy / "lab.log").open("w+", encoding="utf-8")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "rope_lessons.cli", "lab", "--no-browser", f"--port={port}"),
            "--expose-app-in-browser",  # for lab_page.switch_to and use_theme
        ],
        cwd=copy,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api?token={TOKEN}", process, log)
        yield Lab(address, copy)
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def wait_for(url, process, log, patience=60):
    started = time.monotonic()
    while time.monotonic() - started < patience:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    log.seek(0)
    pytest.fail(f"JupyterLab did not come up:\n{log.read()}")


class Lab:
    def __init__(self, address, folder):
        self.address, self.folder = address, Path(folder)

    def start(self):
        """Where ``rope-lessons lab`` sends the browser: the address alone, with the token."""
        return f"{self.address}/?token={TOKEN}"

    def url(self, path):
        return f"{self.address}/lab/tree/{path}?token={TOKEN}&reset"


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(
            executable_path=chromium(),
            args=quiet,
            chromium_sandbox=not (hasattr(os, "geteuid") and os.geteuid() == 0),
        )
        yield chrome
        chrome.close()


@pytest.fixture(scope="session")
def laptop(browser):
    """Windows of a laptop's size; what JupyterLab sends once is kept for the next."""
    context = browser.new_context(viewport={"width": lab_page.WIDTH, "height": lab_page.HEIGHT})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(laptop):
    page = laptop.new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def desk(laptop, lab):
    """One JupyterLab for many notebooks: see ``lab_page.switch_to``."""
    page = laptop.new_page()
    lab_page.open_notebook(page, lab, "notebooks/00_start_here.ipynb")
    yield page
    page.close()


@pytest.fixture
def screenshot():
    SCREENSHOTS.mkdir(exist_ok=True)

    def save(page, name):
        lab_page.settle(page)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return save


def pytest_terminal_summary(terminalreporter):
    """What the notebooks of test_every_notebook.py held, all together."""
    seen = Counter()
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        if report.when == "call" and "test_every_notebook" in report.nodeid:
            seen.update(dict(report.user_properties))
    for what, times in seen.items():
        terminalreporter.write_line(f"{times:6} {what}")
