"""Are the sources of the pages the committed notebooks, with what a kernel would do taken out?"""

import json

import pytest
import stage

from rope_lessons import course

pytestmark = pytest.mark.authoring


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    target = tmp_path_factory.mktemp("pages") / "sources"
    stage.stage(course.root(), target)
    return target


def test_cells_replaced_on_the_site_are_there():
    for stem, replaced in stage.ON_THE_SITE.items():
        ids = {cell["id"] for cell in read(course.root() / "notebooks" / f"{stem}.ipynb")["cells"]}
        assert set(replaced) <= ids, stem


def test_all_other_cells_come_as_they_are(staged):
    for entry in course.LESSONS:
        ours = read(course.root() / "notebooks" / f"{entry.stem}.ipynb")["cells"]
        theirs = {
            cell["id"]: cell for cell in read(staged / "notebooks" / f"{entry.stem}.ipynb")["cells"]
        }
        for cell in ours:
            assert cell["id"] in theirs
            if cell["cell_type"] == "code":
                assert theirs[cell["id"]]["source"] == "".join(cell["source"])


def test_a_live_figure_keeps_its_picture_and_gets_its_data(tmp_path):
    (tmp_path / "_extra" / stage.PICTURES).mkdir(parents=True)
    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
        "gg=="
    )
    live = {"figure": "two_arrows", "state": {"n": 6}, "words": {"alt": 'It\'s a "dial"'}}
    data = {"image/png": pixel, "text/plain": "score 1", stage.LIVE: live}
    output = {
        "output_type": "execute_result",
        "data": data,
        "metadata": {"image/png": {"alt": "a & b"}},
    }
    cell = {"cell_type": "code", "id": "look", "metadata": {}, "source": "f()", "outputs": [output]}
    made = stage.page({"cells": [cell], "metadata": {}}, "notebooks", "07_x", tmp_path)
    html = made["cells"][0]["outputs"][0]["data"]["text/html"]
    assert 'alt="a &amp; b"' in html and "score 1" in html
    assert html.count("data-rope-live='{&quot;figure&quot;") == 1
    assert "&#x27;s a" in html  # or the attribute would end there
    assert (tmp_path / "_extra" / stage.PICTURES / "notebooks-07_x-look.png").is_file()
    assert data["image/png"] == pixel  # what was given is unchanged


def test_hidden_code_and_folded_headings_are_folded(tmp_path):
    hidden = {"cell_type": "code", "id": "a", "metadata": {"jupyter": {"source_hidden": True}}}
    folded = {"cell_type": "markdown", "id": "b", "metadata": {stage.FOLDED: True}}
    cells = [hidden | {"source": "1", "outputs": []}, folded | {"source": "### More\n\ntext"}]
    code, text = stage.page({"cells": cells}, "notebooks", "07_x", tmp_path)["cells"]
    assert code["metadata"]["tags"] == ["hide-input"]
    assert text["source"] == f"### More {stage.FOLD}\n\ntext"
