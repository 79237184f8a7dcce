"""Are the built pages whole: links, anchors, pictures, weight, and nothing from elsewhere?"""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from rope_lessons import course
from rope_lessons.page.live import base

pytestmark = pytest.mark.site

FOLDERS = ("notebooks", "exercises", "solutions")
LIVE = base.MIME
LOADED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded, self.pictures, self.meta = [], [], [], [], {}
        self.relations = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and given.get("rel") in ("prev", "next"):
            self.relations[given["rel"]] = given["href"]
        if given.get(LOADED.get(tag)):
            self.loaded.append(given[LOADED[tag]])
        if tag == "img":
            self.pictures.append(given)
        if tag == "meta":
            self.meta[given.get("name") or given.get("property")] = given.get("content")


@pytest.fixture(scope="module")
def parsed(pages):
    """{path: Page} of the course's own pages."""
    found = [*pages.glob("*.html")]
    for folder in FOLDERS:
        found += (pages / folder).glob("*.html")
    return {path: Page(path.read_text(encoding="utf-8")) for path in found}


def elsewhere(address):
    return bool(urlsplit(address).scheme or address.startswith("//"))


def page_of(pages, notebook):
    if notebook.stem == course.START:
        return pages / "index.html"
    return pages / notebook.parent.name / f"{notebook.stem}.html"


def test_every_notebook_is_a_page(pages):
    for folder in FOLDERS:
        for path in (course.root() / folder).glob("*.ipynb"):
            assert page_of(pages, path).is_file(), path


def test_html_is_valid(parsed):
    validator = course.root() / "site/node_modules/html-validate/bin/html-validate.mjs"
    command = ["node", validator, "--preset", "standard", *parsed]
    said = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_live_figure_moves_on_its_page(pages):
    shown = set()
    for path in (course.root() / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
        names = [bundle[LIVE]["figure"] for bundle in data if LIVE in bundle]
        page = page_of(pages, path).read_text(encoding="utf-8")
        assert page.count(" data-rope-live=") == len(names), path
        assert (' src="../live.js"' in page or ' src="live.js"' in page) == bool(names), path
        shown |= set(names)
    assert shown == set(base.sources()) - set(base.NOT_FIGURES)


def test_sheets_and_figures_that_need_a_kernel_say_how_to_run(pages):
    for path in (course.root() / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        asked = sum("capstone.ask(" in "".join(cell["source"]) for cell in code)
        moved = sum("explore.Explore(" in "".join(cell["source"]) for cell in code)
        page = page_of(pages, path).read_text(encoding="utf-8")
        said = re.findall(r'class="to-run">([^<]+) <a href="#run-it">', page)
        assert sum("filled in" in text for text in said) >= asked, path
        assert sum("moves where it runs" in text for text in said) == moved, path
        assert not said or 'id="run-it"' in page, path


@pytest.mark.site_all
def test_an_address_gives_buttons_and_previews(tmp_path_factory):
    folder, home = tmp_path_factory.mktemp("addressed"), "https://example.org/rope/"
    command = [sys.executable, course.root() / "site/build.py", folder / "site"]
    command += ["--work", folder / "work", "--address", home]
    subprocess.run([*command, "--repository", "https://github.com/someone/rope"], check=True)
    for entry in course.LESSONS:
        for kind in FOLDERS:
            at = course.path(kind, entry.stem).removesuffix(".ipynb")
            text = (folder / "site" / f"{at}.html").read_text(encoding="utf-8")
            page = Page(text)
            binder = f"https://mybinder.org/v2/gh/someone/rope/main?urlpath=lab/tree/{at}.ipynb"
            colab = f"https://colab.research.google.com/github/someone/rope/blob/main/{at}.ipynb"
            assert {binder, colab} <= set(page.links), at
            assert "git clone https://github.com/someone/rope\nmake -C rope lab" in text, at
            assert page.meta["og:image"] == f"{home}preview.png", at
    assert f'"{home}"' in (folder / "site" / "404.html").read_text(encoding="utf-8")


def test_links_and_anchors_lead_somewhere(pages, parsed):
    dead = []
    known = {path.resolve(): page.ids for path, page in parsed.items()}
    for path, page in parsed.items():
        for link in page.links:
            if elsewhere(link) or link == "#":
                continue
            to, fragment = unquote(urlsplit(link).path), unquote(urlsplit(link).fragment)
            target = (path.parent / to).resolve() if to else path.resolve()
            there = target.is_file() and target.is_relative_to(pages.resolve())
            if not there or (fragment and fragment not in known.get(target, ())):
                dead.append(f"{path.relative_to(pages)}: {link}")
    assert not dead


def test_ids_are_used_once(pages, parsed):
    for path, page in parsed.items():
        twice = {name for name in page.ids if page.ids.count(name) > 1}
        assert not twice, path.relative_to(pages)


def test_nothing_is_loaded_from_elsewhere(pages, parsed):
    for path, page in parsed.items():
        for address in page.loaded:
            assert not elsewhere(address) or address.startswith("data:"), f"{path}: {address}"
            assert (path.parent / unquote(urlsplit(address).path)).exists(), f"{path}: {address}"
    for style in (pages / "_static").rglob("*.css"):
        for address in re.findall(r"url\(['\"]?([^)'\"]+)", style.read_text(encoding="utf-8")):
            assert not elsewhere(address) or address.startswith("data:"), f"{style}: {address}"
            assert elsewhere(address) or (style.parent / urlsplit(address).path).exists(), address


def test_every_stored_picture_is_there_with_its_text(pages, parsed):
    for folder in FOLDERS:
        for path in (course.root() / folder).glob("*.ipynb"):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            outputs = [output for cell in cells for output in cell.get("outputs", ())]
            stored = sum("image/png" in output.get("data", {}) for output in outputs)
            made = page_of(pages, path)
            shown = parsed[made].pictures if made in parsed else []
            assert len(shown) == stored, path
            for picture in shown:
                assert len(picture["alt"]) > 20, picture
                assert picture["width"] and picture["height"], picture


def test_lessons_lead_on_and_back(pages, parsed):
    stems = [entry.stem for entry in course.LESSONS]
    for place, stem in enumerate(stems):
        page = parsed[pages / "notebooks" / f"{stem}.html"]
        before = f"{stems[place - 1]}.html" if place else "../index.html"
        after = f"{stems[place + 1]}.html" if stem != stems[-1] else None
        assert (page.relations.get("prev"), page.relations.get("next")) == (before, after)


def test_previews_have_a_picture_and_a_description(pages, parsed):
    for entry in course.LESSONS:
        meta = parsed[pages / "notebooks" / f"{entry.stem}.html"].meta
        assert meta["og:description"] == meta["description"] == entry.promise
        assert entry.title in meta["og:title"]
        assert meta["og:image"].endswith("preview.png")


def test_predictions_stand_in_every_lesson_with_their_sentences(pages):
    for entry in course.LESSONS:
        text = (pages / "notebooks" / f"{entry.stem}.html").read_text(encoding="utf-8")
        for of in ("ask", "recall"):
            assert f'class="prediction {of}" data-lesson="{entry.number:02}"' in text, entry
        recalled = text.partition("prediction recall")[2].partition("</ul>")[0]
        assert recalled.count("✓") == 1 and recalled.count("✗") >= 1, entry


def test_terms_of_lessons_lead_into_the_glossary(pages, parsed):
    for entry in course.LESSONS:
        links = parsed[pages / "notebooks" / f"{entry.stem}.html"].links
        assert any(link.startswith("16_glossary.html#") for link in links), entry


def test_no_page_is_heavy(pages):
    for path in pages.glob("*/*.html"):
        assert path.stat().st_size < 250_000, path
    for path in (pages / "_pictures").iterdir():
        assert path.stat().st_size < 200_000, path
    assert not list(pages.rglob("*.map"))
