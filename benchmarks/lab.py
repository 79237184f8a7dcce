"""How long from ``make lab`` to the start page: the first time, and the second?

Usage: python benchmarks/lab.py [ROUNDS]. Clones the course into a new folder, where ``make lab``
has to set everything up from pip's cache or the network, and opens the page in headless Chromium;
then again with the environment at hand, ROUNDS times (3). Needs git, Chromium and Playwright:
``make test-browser`` brings the latter.
"""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600  # seconds


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        course = Path(folder) / "course"
        subprocess.run(["git", "clone", "--quiet", ROOT, course], check=True)
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or None,
            chromium_sandbox=not (hasattr(os, "geteuid") and os.geteuid() == 0),
        )
        for number in range(1 + rounds):
            set_up, server, page = opened(course, chromium)
            told = "first time" if not number else f"again, {number}"
            print(
                f"{told}: {set_up + server + page:.1f} s: {set_up:.1f} s until JupyterLab is "
                f"started, {server:.1f} s until it answers, {page:.1f} s until the page is there"
            )


def opened(course, chromium):
    """The seconds that each of three steps took."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "JUPYTER_TOKEN": "lab", "ROPE_LESSONS_HOME": str(course / "home")}
    times = [time.perf_counter()]
    lab = subprocess.Popen(
        ["make", "lab", f"ARGS=--no-browser --port={port}"],
        cwd=course,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait(lambda: (course / ".venv" / "ready").exists(), lab)
        times.append(time.perf_counter())
        wait(lambda: answers(f"{address}/api?token=lab"), lab)
        times.append(time.perf_counter())
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{address}/?token=lab")
        page.wait_for_selector("h1:has-text('Start here')", timeout=60_000)
        times.append(time.perf_counter())
        page.close()
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(timeout=30)
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def wait(until, lab):
    started = time.perf_counter()
    while not until():
        if lab.poll() is not None or time.perf_counter() - started > PATIENCE:
            raise SystemExit("make lab ended, or took too long")
        time.sleep(0.02)


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    main()
