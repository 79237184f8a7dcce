"""How much memory does one learner take? A lesson and its exercise open, every cell run.

Usage: python benchmarks/memory.py [NN]. Starts ``rope-lessons lab`` without a browser on a copy of
the course, runs all cells of the lesson and of its exercise as JupyterLab would, and prints the
proportional set size (PSS) of the server and of both kernels: of a page that several processes
share, each has its part. Needs psutil.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
import psutil
from jupyter_client import BlockingKernelClient
from jupyter_core.paths import jupyter_runtime_dir

from rope_lessons import course

PARTS = ("notebooks", "exercises", "rope_lessons", "README.md", "pyproject.toml")


def main():
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    stem = course.lesson(number).stem
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            source = course.root() / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, Path(folder) / part)
        environment = os.environ | {"ROPE_LESSONS_HOME": folder, "PYTHONPATH": folder}
        lab = [sys.executable, "-m", "rope_lessons.cli", "lab", "--no-browser", "--port=18888"]
        with subprocess.Popen(
            [*lab, "--IdentityProvider.token=memory"],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server:
            try:
                measure(server, [Path(folder) / course.path(part, stem) for part in PARTS[:2]])
            finally:
                server.terminate()


def measure(server, notebooks):
    """Print the memory of the server and of a kernel for each notebook."""
    wait_for(server)
    total = 0
    for notebook in notebooks:
        kernel = ask("POST", "kernels", {"name": "python3"})["id"]
        run(kernel, notebook)
    lab = psutil.Process(server.pid)
    for process in [lab, *lab.children(recursive=True)]:
        pss = process.memory_full_info().pss / 1e6
        total += pss
        print(f"{pss:6.0f} MB  {' '.join(process.cmdline())[-60:]}")
    print(f"{total:6.0f} MB  together")


def wait_for(server):
    """Wait until the server answers."""
    for _ in range(120):
        try:
            ask("GET", "kernels")
        except OSError:
            time.sleep(0.5)
        else:
            return
    server.kill()
    raise SystemExit("the server did not start within a minute")


def ask(method, path, body=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:18888/api/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": "token memory"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def run(kernel, notebook):
    """Run every cell of a notebook in a kernel of the server."""
    client = BlockingKernelClient(
        connection_file=str(Path(jupyter_runtime_dir()) / f"kernel-{kernel}.json")
    )
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.execute_interactive(f"import os; os.chdir({str(notebook.parent)!r})")
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            client.execute_interactive(cell.source, output_hook=lambda message: None, timeout=120)
    client.stop_channels()


if __name__ == "__main__":
    main()
