"""A pytest plugin: nbval runs the notebooks in WebAssembly, as on the site, not in this Python.

``SITE`` names pages that carry JupyterLite. All else, what is compared and how, is nbval's and that
of the README's test command.
"""

import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import nbval.plugin
import pytest

HERE = Path(__file__).parent
KERNELS = "extensions/@jupyterlite/pyodide-kernel-extension/static/pypi"


class WasmKernel:
    """What nbval asks of a kernel, from a Node.js process."""

    def __init__(self, kernel_name, cwd=None, startup_timeout=60):
        lite = Path(os.environ["SITE"], "lite").resolve()
        (wheel,) = (lite / KERNELS).glob("pyodide_kernel-*.whl")
        command = [shutil.which("node"), HERE / "kernel.mjs", lite, wheel, Path(cwd).name]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.said, self.asked = queue.Queue(), 0
        threading.Thread(target=self._listen, daemon=True).start()
        self._read_to_the_end(startup_timeout)

    def _listen(self):
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def _read_to_the_end(self, timeout):
        """All that is said until the kernel is idle."""
        messages = [self.said.get(timeout=timeout)]
        while messages[-1]["msg_type"] != "status":
            messages.append(self.said.get(timeout=timeout))
        return messages

    def execute_cell_input(self, cell_input, allow_stdin=None):
        self.asked += 1
        print(json.dumps(cell_input), file=self.process.stdin, flush=True)
        return self.asked

    def await_reply(self, msg_id, timeout=None):
        self.waiting = self._read_to_the_end(timeout)

    def get_message(self, stream, timeout=None):
        if not self.waiting:
            raise queue.Empty
        return self.waiting.pop(0) | {"parent_header": {"msg_id": self.asked}}

    def await_idle(self, parent_id, timeout):
        self.waiting = []

    def interrupt(self):
        """WebAssembly has no signals: the notebook is over."""
        self.waiting = []
        self.stop()

    def is_alive(self):
        return self.process.poll() is None

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    nbval.plugin.RunningKernel = WasmKernel
