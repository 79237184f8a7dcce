"""What does a class cost a JupyterHub? ``make bench-class``

A real hub with its own proxy, on loopback. Each learner logs in, starts a server, opens a lesson
and its exercise, runs all cells over the kernel's websocket and moves every slider: all learners at
the same moment, none pausing to read. Every cell must reply without an error and say what the
stored notebook says.

Memory is the proportional set size (PSS): of a page that four processes share, each has a quarter.
Linux only. Ends the hub and all servers, also when it is stopped. Exit status 0 if nothing failed.
"""

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import psutil
import requests
from class_browser import Browser, text
from class_report import report

from rope_lessons import course

PATIENCE = 3600  # seconds for everything; what is not done by then has failed
LOOKS_EVERY = 2.0  # seconds between two looks at the memory
PROXY = Path(sys.prefix, "proxy", "node_modules", ".bin", "configurable-http-proxy")


def main():
    parser = argparse.ArgumentParser(description="Put a class on a JupyterHub and measure it.")
    parser.add_argument("--learners", type=int, default=20)
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        parser.error("needs Linux: the figures come from /proc")
    if not PROXY.exists():
        parser.error("the hub's proxy is missing here; 'make bench-class' sets it up")
    # So that a stop from outside ends the hub and everybody's servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        learners = [Learner(number, Path(folder)) for number in range(options.learners)]
        for learner in learners:
            for part in ("notebooks", "exercises"):
                shutil.copytree(course.root() / part, learner.folder / part)
        # The hub is the inner one: when it is gone, no learner waits for an answer any more.
        with ThreadPoolExecutor(options.learners) as pool, Hub(Path(folder)) as hub:
            print(f"{options.learners} learners at once on {hub.address} …", flush=True)
            started, before = time.monotonic(), hub.processor_seconds()
            at_work = [pool.submit(learner.take_part, hub) for learner in learners]
            memory, strangers = watch(hub, at_work)
            seconds = time.monotonic() - started
            processor = hub.processor_seconds()
            for who, earlier in before.items():
                processor[who] -= earlier
        disk = [size(learner.folder) for learner in learners]
    failures = [failure for learner in learners for failure in learner.failures]
    failures += [f"not on loopback: {address}" for address in sorted(strangers)]
    if failures:
        print(*failures, *hub.complaints[-20:], sep="\n")
    else:
        once = {"disk": size(sys.prefix), "seconds": seconds}
        print(*report(learners, memory, processor, disk, once), sep="\n")
    print(f"{len(failures)} failures")
    return 1 if failures else 0


@dataclass
class Learner:
    """One of the class, and what became of it."""

    number: int
    everyone: Path  # the folder that theirs lies in
    until_server: float = 0.0  # seconds until it was ready
    start: float = 0.0  # the server's processor seconds until then
    until_done: float = 0.0  # seconds until the last slider
    cells: int = 0
    moves: list = field(default_factory=list)  # seconds from a slider's move to its picture
    failures: list = field(default_factory=list)

    @property
    def name(self):
        return f"learner{self.number + 1:03}"

    @property
    def folder(self):
        return self.everyone / self.name

    @property
    def lesson(self):
        """From the last one down, so that a small class has the heavy ones."""
        return course.lesson(len(course.LESSONS) - self.number % len(course.LESSONS))

    def take_part(self, hub):
        started = time.monotonic()
        try:
            browser = Browser(hub.address, self.name, hub.password, hub.deadline)
            browser.start_server()
            self.until_server = time.monotonic() - started
            self.start = hub.processor_seconds()[self.name, "server"]
            browser.open_lab()
            for part in ("notebooks", "exercises"):
                self.run(browser, course.path(part, self.lesson.stem))
            self.until_done = time.monotonic() - started
        except Exception as error:  # whatever it is, the others go on and the report names it
            self.fail(f"{type(error).__name__}: {error}")

    def run(self, browser, path):
        """All cells of a notebook, then the sliders. The kernel stays, as it does in JupyterLab."""
        cells = browser.get(f"api/contents/{path}")["content"]["cells"]
        with contextlib.closing(browser.kernel(path)) as kernel:
            for cell in cells:
                if cell["cell_type"] != "code":
                    continue
                self.cells += 1
                error, said = kernel.execute("".join(cell["source"]))
                stored = text(cell["outputs"])
                if error or said != stored:
                    self.fail(f"{path}, cell {cell['id']}: {error or f'{said!r}, not {stored!r}'}")
            live = []
            for slider, values in kernel.sliders.items():
                moves = [kernel.move(slider, value) for value in values]
                self.moves += [seconds for seconds, picture in moves if picture]
                live.append(all(picture for _, picture in moves))
            if live and not any(live):  # a bet's slider moves no picture
                self.fail(f"{path}: no slider moves the picture")

    def fail(self, why):
        self.failures.append(f"{self.name}: {why}")


class Hub:
    """A JupyterHub of its own, from ``with`` to the end of it."""

    def __init__(self, folder):
        self.folder = folder
        self.deadline = time.monotonic() + PATIENCE
        self.password = secrets.token_urlsafe()
        self.log = folder / "hub.log"
        self.complaints = []  # errors in the hub's log, known when it has ended

    def __enter__(self):
        ports = free_ports(3)
        self.address = f"127.0.0.1:{ports[0]}"
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "CLASS_FOLDER": str(self.folder),
            "CLASS_PORTS": " ".join(map(str, ports)),
            "CLASS_PASSWORD": self.password,
        }
        settings = Path(__file__).with_name("class_hub.py")
        with self.log.open("w", encoding="utf-8") as log:
            self.process = psutil.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", str(settings)],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches this script alone, which ends the hub
            )
        try:
            self.wait_until(self.answers)
        except BaseException:
            self.__exit__()
            raise
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"JupyterHub did not start:\n{self.log.read_text(encoding='utf-8')}")
        try:
            with requests.Session() as web:
                web.trust_env = False
                return web.get(f"http://{self.address}/hub/health", timeout=5).ok
        except requests.RequestException:
            return False

    def wait_until(self, condition):
        while not condition():
            if time.monotonic() > self.deadline:
                raise TimeoutError(f"not done after {PATIENCE} seconds")
            time.sleep(0.2)

    def __exit__(self, *_):
        """Nobody stays: first by asking the hub, then by force."""
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.SIG_IGN)  # a second one would leave servers behind
        everyone = [self.process, *self.children()]
        self.process.terminate()
        _, staying = psutil.wait_procs(everyone, timeout=60)
        for process in staying:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(staying, timeout=10)
        lines = self.log.read_text(encoding="utf-8").splitlines()
        self.complaints = [line for line in lines if line.startswith("[E ")]

    def children(self):
        try:
            return self.process.children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def processes(self):
        """Lists of processes by learner and kind: ("learner001", "kernel"), or ("", "hub")."""
        found = {("", "hub"): [self.process]}
        for process in self.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                learner = process.environ().get("JUPYTERHUB_USER", "")
                command = process.cmdline()
                kind = "kernel" if "ipykernel_launcher" in command else "server"
                kind = "proxy" if str(PROXY) in command else kind
                found.setdefault((learner, kind), []).append(process)
        return found

    def processor_seconds(self):
        """Sums by learner and kind."""
        seconds = Counter()
        for who, processes in self.processes().items():
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    seconds[who] += sum(process.cpu_times()[:2])
        return seconds


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def size(folder):
    return sum(path.lstat().st_size for path in Path(folder).rglob("*") if not path.is_dir())


def watch(hub, at_work):
    """Look until nobody is at work any more.

    Gives the most memory seen, in bytes: a list with one number a process for each learner and kind
    that :meth:`Hub.processes` has, the whole class for ("", "all"), and under (learner, "alone")
    what the learner's processes would take if they shared nothing (RSS). And the addresses of
    sockets that are not on loopback.
    """
    most, strangers, busy = {}, set(), at_work
    while busy:
        _, busy = wait(at_work, timeout=LOOKS_EVERY)
        look, alone = {}, {}
        for (learner, kind), processes in hub.processes().items():
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    memory = process.memory_full_info()
                    look.setdefault((learner, kind), []).append(memory.pss)
                    alone.setdefault((learner, "alone"), []).append(memory.rss)
                    strangers |= set(far_addresses(process.net_connections("inet")))
        look |= {("", "all"): [sum(map(sum, look.values()))], **alone}
        most = {who: max(most.get(who, [0]), look.get(who, [0]), key=sum) for who in most | look}
    return most, strangers


def far_addresses(connections):
    for connection in connections:
        for end in (connection.laddr, connection.raddr):
            if end and not ip_address(end.ip).is_loopback:
                yield f"{end.ip}:{end.port}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
