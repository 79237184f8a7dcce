"""What do the pages get that stands in no notebook?

Folds, links from a lesson's words to the glossary, how to run the page, its description and its
neighbours.
"""

import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from stage import FOLD

from rope_lessons import course

GLOSSARY = "16_glossary"

# Names of entries that a lesson also uses in their everyday sense.
EVERYDAY = {"absolute", "base", "context", "key", "layout", "learned", "linear", "none", "plane"}
EVERYDAY |= {"recall", "speed", "value"}

# Where a word is no part of a sentence, or leads somewhere already.
NOT_PROSE = nodes.reference | nodes.literal | nodes.math | nodes.table | nodes.title


class Folds(SphinxTransform):
    """What stands under a folded heading unfolds by a press."""

    default_priority = 400

    def apply(self):
        for mark in list(self.document.findall(nodes.raw)):
            if mark.astext() == FOLD:
                section = mark.parent.parent
                mark.parent.remove(mark)
                opening, closing = "<details class='fold'><summary>Unfold</summary>", "</details>"
                inside = section.children[1:]
                section.children = section.children[:1]
                section += [_raw(opening), *inside, _raw(closing)]


class Terms(SphinxPostTransform):
    """The first time that a lesson names a term of the glossary, it leads there."""

    default_priority = 500
    builders = ("html",)

    def run(self):
        if not re.match(r"notebooks/(0[1-9]|1[0-4])_", self.env.docname):
            return
        names, pattern = _names()
        linked = set()
        for text in list(self.document.findall(nodes.Text)):
            if not _prose(text):
                continue
            for found in pattern.finditer(text):
                term = names[_known(found[0])]
                if term not in linked:
                    linked.add(term)
                    uri = f"{GLOSSARY}.html#{as_jupyterlab(term)}"
                    there = nodes.reference("", found[0], refuri=uri, classes=["term"])
                    before, after = text[: found.start()], text[found.end() :]
                    text.parent.replace(text, [nodes.Text(before), there, nodes.Text(after)])
                    break


def _prose(text):
    """Is this text in a paragraph, and neither linked, code, a formula nor in a table?"""
    node = text.parent
    if not isinstance(node, nodes.paragraph):
        return False
    while node is not None:
        if isinstance(node, NOT_PROSE) or "cell_output" in node.get("classes", ()):
            return False
        node = node.parent
    return True


def _known(name):
    return name if name.isupper() else name.lower()


def _names():
    """{name as found: term}, and what finds one."""
    file = Path(course.__file__).parent / "data" / "glossary.json"
    entries = json.loads(file.read_text(encoding="utf-8"))["entries"]
    names = {
        _known(name): entry["term"]
        for entry in entries
        for name in (entry["term"], *entry["also"])
        if name.lower() not in EVERYDAY and (len(name) > 3 or name.isupper())
    }
    longest_first = sorted(names, key=len, reverse=True)
    parts = [re.escape(n) if n.isupper() else f"(?i:{re.escape(n)})" for n in longest_first]
    return names, re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])")


def as_jupyterlab(title):
    """How JupyterLab, and so every link of the course, names a heading."""
    return title.replace(" ", "-")


def _raw(html):
    return nodes.raw("", html, format="html")


def _around(app, pagename, templatename, context, doctree):
    """What the templates need of a page."""
    folder, stem = pagename.rpartition("/")[0], course.stem_of(pagename)
    entries = {entry.stem: entry for entry in (*course.LESSONS, *course.COMPANIONS)}
    entry = entries.get(stem)
    context["course_promise"] = entry.promise if entry else ""
    # Most of it is for colours of a terminal and for folds that are not ours: see course.css.
    context["css_files"] = [css for css in context["css_files"] if "mystnb" not in css.filename]
    tree = context.get("furo_navigation_tree", "")
    tree = tree.replace('role="heading"', 'role="heading" aria-level="2"')  # axe-core asks for it
    context["furo_navigation_tree"] = tree
    context["course_live"] = doctree is not None and "data-rope-live" in context.get("body", "")
    if not entry:
        return
    if folder == "notebooks" and entry in course.LESSONS:
        context["prev"] = _neighbour(context, entry.number - 1) or context["prev"]
        context["next"] = _neighbour(context, entry.number + 1)
    if entry in course.LESSONS or 'href="#run-it"' in context.get("body", ""):
        opening, heading, rest = context["body"].partition("</h1>")
        context["body"] = opening + heading + _to_run(pagename, context) + rest


def _neighbour(context, number):
    for entry in course.LESSONS:
        if entry.number == number:
            link = context["pathto"](f"notebooks/{entry.stem}")
            return {"link": link, "title": escape(entry.label)}
    return None


def _to_run(pagename, context):
    """Two commands, and buttons where an address is known."""
    repository, branch = context["course_repository"], context["course_branch"]
    name = repository.rstrip("/").rpartition("/")[2]
    get = "cd rope-lessons\nmake lab"
    if repository:
        get = f"git clone {repository}\nmake -C {name} lab"
    told = "" if repository else ", in the folder that you have the course in"
    buttons = ""
    if repository:
        owner = repository.removeprefix("https://github.com/")
        there = f"{owner}/{branch}"
        buttons = (
            f'<p><a class="button" href="https://mybinder.org/v2/gh/{there}'
            f'?urlpath=lab/tree/{pagename}.ipynb">Open in Binder</a> '
            f'<a class="button" href="https://colab.research.google.com/github/{owner}/blob/{branch}'
            f'/{pagename}.ipynb">Open in Colab</a></p>'
        )
    return (
        '<details id="run-it" class="run-it"><summary>Run this page</summary>'
        f"<p>Here you read. To run it, and to move its sliders, open it on your machine: two "
        f"commands{told}. They need Python 3.11 or newer and make.</p>"
        f"<pre>{escape(get)}</pre>"
        f"<p>JupyterLab opens with the start page; this page is <code>{pagename}.ipynb</code>.</p>"
        f"{buttons}{_in_browser(pagename, context)}</details>"
    )


def _in_browser(pagename, context):
    """The same notebook with a kernel in the page, where the site carries one."""
    if not context["course_pyodide"]:
        return ""
    there = context["pathto"]("lite/lab/index.html", 1)
    return (
        f'<p><a class="button in-browser" href="{there}?path={pagename}.ipynb">Run it in this '
        "browser</a></p><p>That loads Python and the course into the page, once, some 20 MB; it is "
        "slower than on your machine. What you write stays in this browser's storage; "
        "<em>File ▸ Download</em> takes it along, and dropping a file into the list at the left "
        "brings it back.</p>"
    )


def _open_code(visitor, node):
    visitor.body.append('<details class="code"><summary>The code</summary>')


def _close_code(visitor, node):
    visitor.body.append("</details>")


def setup(app):
    app.add_node(HideCodeCellNode, override=True, html=(_open_code, _close_code))
    app.add_transform(Folds)
    app.add_post_transform(Terms)
    app.connect("html-page-context", _around, priority=900)  # after the theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}
