"""The pages that ``make site`` made, and a Chromium that may reach nothing beyond them."""

import functools
import http.server
import importlib.util
import os
import shutil
import threading

import pytest

from rope_lessons import course

NEEDED = ("playwright", "axe_playwright_python")
collect_ignore_glob = [] if all(map(importlib.util.find_spec, NEEDED)) else ["test_walk.py"]


@pytest.fixture(scope="session")
def pages():
    """The folder of the built site."""
    folder = course.root() / os.environ.get("SITE", "dist/site")
    if not (folder / "index.html").is_file():
        pytest.fail(f"no pages in {folder}: run make test-site, which builds them first")
    return folder


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def addresses(pages):
    """Where the pages are opened: from disk, and over a server on this machine."""
    handler = functools.partial(_Quiet, directory=pages)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"disk": pages.resolve().as_uri(), "server": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    known = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    path = next((shutil.which(name) for name in known if name and shutil.which(name)), None)
    if not path:
        pytest.fail("no Chromium found: install it (Debian: apt install chromium), or set CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser, addresses):
    """Opens a page of the site; at the end nothing was asked elsewhere and no script had failed."""
    wrong, contexts = [], []

    def open_(name, at="disk", width=1366, **options):
        context = browser.new_context(viewport={"width": width, "height": 768}, **options)
        contexts.append(context)
        page = context.new_page()
        home = (addresses[at], "data:", f"blob:{addresses[at]}", "blob:null")
        page.on("request", lambda it: it.url.startswith(home) or wrong.append(f"asked {it.url}"))
        page.on("response", lambda it: it.status < 400 or wrong.append(f"{it.status} {it.url}"))
        # What is under way when a page is left is given up.
        given_up = "net::ERR_ABORTED"
        page.on(
            "requestfailed", lambda it: it.failure == given_up or wrong.append(f"lost {it.url}")
        )
        page.on("pageerror", lambda it: wrong.append(str(it)))
        page.goto(f"{addresses[at]}/{name}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not wrong
