"""What does a learner's browser say to a JupyterHub and to the learner's server?

No more than a class of simulated learners needs: logging in, starting a server, opening JupyterLab,
running the cells of a notebook and moving its sliders.
"""

import json
import time
import uuid

import requests
import websocket

MOVES = 10  # of each slider
SLIDERS = ("IntSliderModel", "FloatSliderModel")
SILENCE = 600  # seconds without a word, then the line is dead


class Browser:
    """Logs in with the hub's form and keeps its cookies, as a browser does.

    Parameters
    ----------
    address : str
        Of the hub's proxy, host and port.
    name, password : str
    deadline : float
        On :func:`time.monotonic`'s clock; later, everything gives up.
    """

    def __init__(self, address, name, password, deadline):
        self.address, self.name, self.deadline = address, name, deadline
        self.web = requests.Session()
        self.web.trust_env = False  # a proxy of this machine's has no part in it
        self.call("GET", "/hub/login")
        form = {"username": name, "password": password, "_xsrf": self.xsrf("/hub/")}
        self.call("POST", "/hub/login", data=form)

    def call(self, method, path, **more):
        reply = self.web.request(method, f"http://{self.address}{path}", timeout=SILENCE, **more)
        reply.raise_for_status()
        return reply

    def xsrf(self, path):
        """The token against forged requests that the hub, or a server, gave to this browser."""
        return next(c.value for c in self.web.cookies if c.name == "_xsrf" and c.path == path)

    def start_server(self):
        """Ask for a server, and wait until it is ready, as the page with the progress bar does."""
        server = f"/hub/api/users/{self.name}/server"
        header = {"X-XSRFToken": self.xsrf("/hub/")}
        self.call("POST", server, headers=header)
        progress = self.call("GET", f"{server}/progress", headers=header, stream=True)
        for line in progress.iter_lines():
            if b'"ready": true' in line:
                return
            if b'"failed": true' in line or time.monotonic() > self.deadline:
                raise RuntimeError(f"the server did not start: {line.decode()}")
        raise RuntimeError("the hub broke off while the server was starting")

    def open_lab(self):
        """JupyterLab's page; on the way there the server asks the hub who this is."""
        page = self.call("GET", f"/user/{self.name}/lab")
        if "jupyter-config-data" not in page.text:
            raise RuntimeError(f"no JupyterLab at {page.url}")

    def get(self, path):
        return self.call("GET", f"/user/{self.name}/{path}").json()

    def kernel(self, notebook):
        """The :class:`Kernel` of a notebook, started for it."""
        mine = f"/user/{self.name}/"
        header = {"X-XSRFToken": self.xsrf(mine)}
        wanted = {"path": notebook, "name": notebook, "type": "notebook"}
        wanted["kernel"] = {"name": "python3"}
        started = self.call("POST", f"{mine}api/sessions", json=wanted, headers=header).json()
        channels = f"{mine}api/kernels/{started['kernel']['id']}/channels?session_id={self.name}"
        line = websocket.create_connection(
            f"ws://{self.address}{channels}",
            cookie="; ".join(f"{c.name}={c.value}" for c in self.web.cookies if c.path == mine),
            timeout=SILENCE,
        )
        return Kernel(line, self.name, self.deadline)


class Kernel:
    """Jupyter's messages with one kernel, over a websocket.

    ``sliders`` are those that the cells run so far have made: the values to move to, by comm.
    """

    def __init__(self, line, name, deadline):
        self.line, self.name, self.deadline = line, name, deadline
        self.sliders = {}

    def close(self):
        self.line.close()

    def ask(self, kind, content):
        """Send a request; yield what comes back until the kernel is idle again.

        That is dictionaries, and bytes for messages with a widget's picture in them.
        """
        message = uuid.uuid4().hex
        header = {"msg_id": message, "msg_type": kind, "session": self.name}
        header |= {"username": self.name, "version": "5.3"}
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.line.send(json.dumps({**request, "channel": "shell", "buffers": []}))
        waiting = {"reply", "idle"} if kind == "execute_request" else {"idle"}
        while waiting:
            if time.monotonic() > self.deadline:
                raise TimeoutError("the class has no more time")
            received = self.line.recv()
            if isinstance(received, bytes):
                yield received
                continue
            answer = json.loads(received)
            if answer["parent_header"].get("msg_id") != message:
                continue
            yield answer
            if answer["msg_type"] == "execute_reply":
                waiting.discard("reply")
            if answer["content"].get("execution_state") == "idle":
                waiting.discard("idle")

    def execute(self, source):
        """Run a cell; gives its error or None, and what it said."""
        error, outputs = None, []
        for answer in self.ask("execute_request", {"code": source, "allow_stdin": False}):
            if isinstance(answer, bytes):
                continue
            kind, content = answer["msg_type"], answer["content"]
            if kind == "execute_reply" and content["status"] != "ok":
                error = f"{content.get('ename', content['status'])}: {content.get('evalue')}"
            elif kind == "comm_open" and content["data"]["state"].get("_model_name") in SLIDERS:
                self.sliders[content["comm_id"]] = positions(content["data"]["state"])
            elif kind in ("stream", "execute_result", "display_data"):
                outputs.append({"output_type": kind, **content})
        return error, text(outputs)

    def move(self, slider, value):
        """Move a slider; the seconds until all that follows is here, and whether a picture did."""
        started = time.monotonic()
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        answers = list(self.ask("comm_msg", {"comm_id": slider, "data": data}))
        return time.monotonic() - started, any(isinstance(answer, bytes) for answer in answers)


def positions(slider):
    """Up to ``MOVES`` values for a slider, from one end to the other; each move changes it."""
    low, high, step = (slider[name] for name in ("min", "max", "step"))
    steps = round((high - low) / step)
    values = dict.fromkeys(low + step * round(steps * i / (MOVES - 1)) for i in range(MOVES))
    return [value for i, value in enumerate(values) if i or value != slider["value"]]


def text(outputs):
    """What a cell said, without pictures; what went to stderr is marked."""
    parts = []
    for output in outputs:
        if output["output_type"] == "stream":
            said = "".join(output["text"])
            parts.append(said if output["name"] == "stdout" else f"[{output['name']}] {said}")
        else:
            parts.append("".join(output["data"].get("text/plain", "")))
    return "".join(parts)
