"""How do formulas get onto the pages? KaTeX sets them while the site is built.

The pages carry its style and fonts, and no script.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

from sphinx.util import logging

HERE = Path(__file__).parent
LOGGER = logging.getLogger(__name__)


class Typesetter:
    """KaTeX in a Node.js process that is started once, for as long as the build runs."""

    def __init__(self, modules):
        self.modules, self.process, self.known = Path(modules), None, {}

    def html(self, tex, display):
        if (tex, display) not in self.known:
            self.known[tex, display] = self._ask(tex, display)
        return self.known[tex, display]

    def _ask(self, tex, display):
        self.process = self.process or subprocess.Popen(
            ["node", HERE / "typeset.mjs", self.modules.resolve()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        print(json.dumps([tex, display]), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ValueError(f"{tex!r}: {answer['error']}")
        return answer["html"]

    def ship(self, static):
        """Copy style and fonts, of the three formats of fonts only the one that browsers take."""
        dist, fonts = self.modules / "katex" / "dist", static / "fonts"
        style = (dist / "katex.min.css").read_text(encoding="utf-8")
        style = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)', "", style)
        (static / "katex.css").write_text(style, encoding="utf-8")
        fonts.mkdir(exist_ok=True)
        for font in (dist / "fonts").glob("*.woff2"):
            shutil.copy(font, fonts)

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()


def setup(app):
    app.add_config_value("katex_modules", "", "env")
    app.add_css_file("katex.css")
    app.connect("builder-inited", _start)
    app.connect("build-finished", _finish)
    app.add_html_math_renderer("katex", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": False}


def _start(app):
    app.typesetter = Typesetter(app.config.katex_modules)


def _finish(app, exception):
    app.typesetter.close()
    if exception is None:
        app.typesetter.ship(Path(app.outdir) / "_static")


def _write(visitor, node, display):
    from docutils import nodes

    try:
        html = visitor.builder.app.typesetter.html(node.astext(), display)
    except ValueError as error:
        LOGGER.warning("formula %s", error, location=node)
        html = ""
    tag = "div" if display else "span"
    scroll = ' tabindex="0"' if display else ""
    visitor.body.append(f'<{tag} class="formula"{scroll}>{html}</{tag}>')
    raise nodes.SkipNode


def _inline(visitor, node):
    _write(visitor, node, False)


def _block(visitor, node):
    _write(visitor, node, True)
