"""What of the committed notebooks does a reader without a kernel see?

:func:`stage` lays the course's notebooks out as the pages' sources, each as it is, with its stored
results. What a kernel would bring to life becomes what the page's own script brings to life
(static/course.js): predictions, flashcards, figures with a script; of all others the still stands
there, with its sentence and the way to run it. Nothing is executed and no text is written twice.
"""

import ast
import base64
import copy
import json
import re
import shutil
import struct
from html import escape
from pathlib import Path

from rope_lessons import course
from rope_lessons.study import deck

HERE = Path(__file__).parent
FOLDERS = ("notebooks", "exercises", "solutions")
LIVE = "application/vnd.rope-lessons.live+json"
PICTURES = "_pictures"
FOLDED = "jp-MarkdownHeadingCollapsed"

# Markdown of a page, for whoever renders it: such a heading folds what it heads.
FOLD = "<!-- folded -->"

LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)")
PREDICTION = re.compile(r"\bpredict\.(ask|recall)\(\s*(\d+)")
NEEDS_KERNEL = re.compile(r"\b(explore\.Explore|explore\.text|capstone\.(ask|show|compare))\(")

# Cells that speak of a kernel's widgets, and what stands in their place on the site.
ON_THE_SITE = {
    course.START: {
        "how": (
            "## How a page goes\n\n"
            "**Predict**: press the answer you expect; the end of the lesson comes back to it. "
            "**Look** at the figure, and move it where it has handles. Then read **why**, and the "
            "**numbers** that a cell printed. **Do it**: the exercise is to be run; each page says "
            "how, under *Run this page*."
        ),
        "where": "## Where you are",
        "where-you-are": '<div class="where-you-are"></div>',
        "five-minutes": None,
        "cards-due": None,
        "stuck": None,
    },
    "15_flashcards": {
        "how": (
            "Say the answer aloud, then turn the card. A card you know moves up a box, one you do "
            "not know goes back to the first; the boxes open again after 1, 2, 4, 8 and 16 days. "
            "All of it stays in this browser."
        ),
        "turn": '<div class="turner"></div>',
        "away": (
            "## On paper, or in Anki\n\n"
            f"<p><a href='../{deck.PAGE}'>The page to print</a> has one card on each A6 page: fold "
            "it along the dashed line, with the question outside. "
            f"<a href='../{deck.ANKI}' download>The file for Anki</a> makes a deck of its own.</p>"
        ),
        "take-away": None,
    },
    "16_glossary": {
        "how": (
            "Every entry says what a term means, what it is like and where the likeness stops, "
            "what people get wrong, and which lesson goes on from there. Where a lesson first "
            "names a term, the word leads here."
        ),
        "look-up": None,
    },
}


def stage(root, target, *, live=None, address=""):
    """Write the sources of the pages into an empty folder.

    Parameters
    ----------
    root : Path
        The course's folder.
    target : Path
        Made anew.
    live : Path, optional
        The folder with the scripts of figures that move in a page.
    address : str
        Where the site lies, if that is known.
    """
    shutil.rmtree(target, ignore_errors=True)
    extra = target / "_extra"
    (extra / PICTURES).mkdir(parents=True)
    for folder in FOLDERS:
        (target / folder).mkdir()
        for path in sorted((root / folder).glob("*.ipynb")):
            stem = course.stem_of(path)
            notebook = page(json.loads(path.read_text(encoding="utf-8")), folder, stem, target)
            if stem != course.START:
                _write(notebook, target / folder / path.name)
            else:
                _write(_as_start(notebook), target / "index.ipynb")
    (extra / deck.PAGE).write_text(deck.page(), encoding="utf-8")
    (extra / deck.ANKI).write_text(deck.anki(), encoding="utf-8")
    shutil.copy(root / "rope_lessons" / "data" / "grids.png", extra / "preview.png")
    lost = (HERE / "404.html").read_text(encoding="utf-8").replace("@address@", address)
    (extra / "404.html").write_text(lost, encoding="utf-8")
    if live and (live / "alone.js").is_file():
        (extra / "live.js").write_text(_booting(live), encoding="utf-8")


def page(notebook, folder, stem, target):
    """One notebook as its page's source; pictures go into the folder ``_extra/_pictures``."""
    notebook = copy.deepcopy(notebook)
    replaced, cells = ON_THE_SITE.get(stem, {}), []
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["id"] in replaced:
            if replaced[cell["id"]] is not None:
                cells.append(_markdown(cell["id"], replaced[cell["id"]]))
        elif cell["cell_type"] == "markdown":
            cell["source"] = _said(cell)
            cells.append(cell)
        else:
            cells.append(_code(cell, f"{folder}-{stem}-{cell['id']}", target))
    under = {"notebooks": "exercises", "exercises": "solutions"}.get(folder)
    if under and any(entry.stem == stem for entry in course.LESSONS):
        cells.append(_toctree([f"../{course.path(under, stem).removesuffix('.ipynb')}"]))
    notebook["cells"] = cells
    return notebook


def _said(cell):
    text = LINK.sub(_to_page, cell["source"])
    if cell["metadata"].get(FOLDED):
        first, _, rest = text.partition("\n")
        text = f"{first} {FOLD}\n{rest}"
    return text


def _to_page(link):
    """What is no page of the site is named there, not linked."""
    said, path, fragment = link.groups(default="")
    if path.endswith(f"{course.START}.ipynb"):
        return f"[{said}](../index.ipynb)"
    return f"[{said}]({path}{fragment})" if path.endswith(".ipynb") else said


def _as_start(notebook):
    """The start page lies one folder up."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = re.sub(r"\]\((?=\d\d_\w+\.ipynb)", "](notebooks/", cell["source"])
        for output in cell.get("outputs", ()):
            if html := output.get("data", {}).get("text/html"):
                output["data"]["text/html"] = html.replace(f'"../{PICTURES}', f'"{PICTURES}')
    lessons = [f"notebooks/{entry.stem}" for entry in course.LESSONS]
    daily = [f"notebooks/{entry.stem}" for entry in course.COMPANIONS]
    notebook["cells"] += [_toctree(lessons, "Lessons"), _toctree(daily, "For every day")]
    return notebook


def _code(cell, name, target):
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):
        cell["metadata"]["tags"] = [*cell["metadata"].get("tags", ()), "hide-input"]
    asked = PREDICTION.search(cell["source"])
    cell["outputs"] = [output for output in cell["outputs"] if not _passing(output)]
    for output in cell["outputs"]:
        data = output.get("data", {})
        if "image/png" in data:
            html = _figure(cell["source"], output, name, target)
        elif asked and "text/html" in data:
            of, lesson = asked[1], f"{int(asked[2]):02}"
            html = f'<div class="prediction {of}" data-lesson="{lesson}">{_html(data)}</div>'
        elif "capstone.look_back(" in cell["source"]:
            html = '<div class="look-back prediction"></div>'
        elif "text/html" in data:
            still = NEEDS_KERNEL.search(cell["source"])
            html = _html(data) + (_run("This is filled in while it runs.") if still else "")
        else:
            continue
        output["data"] = {"text/html": html}
        output["metadata"] = {}
    return cell


def _passing(output):
    """Is this what stands where a progress bar was?"""
    return output["output_type"] == "display_data" and list(output["data"]) == ["text/plain"]


def _html(data):
    return "".join(data["text/html"])


def _figure(source, output, name, target):
    data = output["data"]
    said, facts = "".join(data.get("text/plain", "")), output["metadata"].get("image/png", {})
    picture = base64.b64decode("".join(data["image/png"]))
    width, height = struct.unpack(">II", picture[16:24])
    shown = facts.get("width", width)
    file = target / "_extra" / PICTURES / f"{name}.png"
    file.write_bytes(picture)
    alt = escape(facts.get("alt", said))
    address = f"../{PICTURES}/{file.name}"  # tapped, it is shown alone, and can be enlarged
    image = (
        f'<div class="sheet"><a href="{address}"><img src="{address}" alt="{alt}" width="{shown}" '
        f'height="{round(height * shown / width)}" loading="lazy" decoding="async"></a></div>'
    )
    caption = "".join(f"<p>{part}</p>" for part in (_b(said), escape(_caption(source))) if part)
    if LIVE in data:
        moved = f" data-rope-live='{escape(json.dumps(data[LIVE]))}'"
    else:
        moved = ""
        if NEEDS_KERNEL.search(source):
            caption += _run("This is a still; the figure moves where it runs.")
    return f'<figure class="picture"{moved}>{image}<figcaption>{caption}</figcaption></figure>'


def _b(said):
    return f"<b>{escape(said)}</b>" if said else ""


def _caption(source):
    """The caption that a figure's cell gives it, where it is written out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "caption":
            return node.value.value if isinstance(node.value, ast.Constant) else ""
    return ""


def _run(said):
    return f'<p class="to-run">{said} <a href="#run-it">Run this page</a></p>'


def _booting(live):
    """All that moves figures, as one script that also works from disk, where modules do not."""
    scripts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(live.glob("*.js"))}
    stub = scripts.pop("stub").replace("export default {render};", "")
    alone = scripts.pop("alone")
    return f"(() => {{\n{stub}{alone}boot(render, {json.dumps(scripts)});\n}})();\n"


def _markdown(name, text):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def _toctree(entries, caption=None):
    options = ":hidden:\n" + (f":caption: {caption}\n" if caption else "")
    return _markdown("toc", f"```{{toctree}}\n{options}\n" + "\n".join(entries) + "\n```")


def _write(notebook, path):
    for number, cell in enumerate(notebook["cells"]):
        if cell["id"] == "toc":
            cell["id"] = f"toc-{number}"
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
