"""How is it told? As text, as a page for the browser, and as JSON."""

from __future__ import annotations

import base64
import json
from html import escape
from pathlib import Path

from rope_lessons.own_model.foretold import RECORD
from rope_lessons.own_model.measured import Measured
from rope_lessons.page import explore

READ_TABLE = (
    "Strangeness is that of the farthest distance. Right answers: near, inside the training length "
    "and past it. Losses in nats a token, over the second half of the training length and well "
    "past it. ± is a standard error. A rescue's gain stands under past, its price under near, "
    "inside and both losses."
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;"
    "color:#222}table{border-collapse:collapse;display:block;overflow-x:auto}"
    "td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd}img{max-width:100%}"
)


def text(measured: Measured) -> str:
    """The report for a terminal."""
    parts = [repr(measured), "FORETOLD, from the settings alone", repr(measured.foretelling())]
    parts += [measured.verdict(), RECORD]
    parts += ["MEASURED", repr(measured.compare()), READ_TABLE]
    parts += [f"Mind: {warning}" for warning in measured.about["mind"]]
    return "\n\n".join(parts)


def html(measured: Measured) -> str:
    """The report as one page, its figures inside."""
    name = escape(measured.about["name"])
    parts = [f"<h1>{name}, foretold and measured</h1><p>{escape(repr(measured))}</p>"]
    parts += ["<h2>Foretold, from the settings alone</h2>", measured.foretelling()._repr_html_()]
    parts += [f"<p><b>{escape(measured.verdict())}</b></p><p>{escape(RECORD)}</p>"]
    parts += ["<h2>Measured</h2>", measured.compare()._repr_html_(), f"<p>{READ_TABLE}</p>"]
    for title, drawing in measured.drawings().items():
        image = base64.b64encode(explore.png(drawing.figure)).decode()
        said = escape(drawing.summary())
        parts += [
            f'<figure><figcaption><b>{escape(title)}</b></figcaption><img alt="{said}" '
            f'src="data:image/png;base64,{image}"><p>{said}</p></figure>'
        ]
    minded = "".join(f"<li>{escape(warning)}</li>" for warning in measured.about["mind"])
    parts += [f"<h2>Mind</h2><ul>{minded}</ul>"] if minded else []
    head = f'<meta charset="utf-8"><title>{name}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def write(measured: Measured, folder: Path) -> None:
    """``report.html``, ``report.json`` and ``report.txt`` into that folder."""
    kept = json.dumps(measured.to_json(), ensure_ascii=False)
    for name, content in (
        ("report.txt", text(measured) + "\n"),
        ("report.html", html(measured)),
        ("report.json", kept + "\n"),
    ):
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
