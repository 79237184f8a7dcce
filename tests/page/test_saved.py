"""A saved page keeps the widgets that it shows."""

import json
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import traitlets.config
import traitlets.utils.importstring

from rope_lessons.page import saved

CONFIG = Path(saved.__file__).parent / "jupyter"


def page(*views, models=None):
    outputs = [
        {"output_type": "display_data", "data": {saved.VIEW: {"model_id": name}, "text/plain": "x"}}
        for name in views
    ]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    state = {name: {"state": state} for name, state in (models or {}).items()}
    return {"cells": cells, "metadata": {"widgets": {saved.STATE: {"state": state}}}}


def kept(notebook):
    return set(notebook["metadata"].get("widgets", {}).get(saved.STATE, {}).get("state", {}))


def test_what_an_earlier_save_had_is_carried_over_with_all_it_refers_to():
    models = {"box": {"children": ["IPY_MODEL_text"]}, "text": {}, "gone": {}}
    now = page("box", "new", models={"new": {}})
    saved.carry_over(page("box", "gone", models=models), now)
    assert kept(now) == {"box", "text", "new"}


def test_a_view_without_a_model_leaves_its_picture_and_words():
    now = page("lost")
    saved.carry_over({}, now)
    assert now["cells"][1]["outputs"][0]["data"] == {"text/plain": "x"}
    assert "widgets" not in now["metadata"]


def test_the_newer_state_wins():
    now = page("box", models={"box": {"value": 2}})
    saved.carry_over(page("box", models={"box": {"value": 1}}), now)
    state = now["metadata"]["widgets"][saved.STATE]["state"]
    assert state["box"]["state"]["value"] == 2


def test_the_hook_reads_the_file_that_it_replaces(tmp_path):
    manager = SimpleNamespace(root_dir=str(tmp_path))
    before = page("box", models={"box": {}})
    for text, expected in ((json.dumps(before), {"box"}), ("{", set()), (None, set())):
        path = tmp_path / "lesson.ipynb"
        path.unlink(missing_ok=True)
        if text:
            path.write_text(text, encoding="utf-8")
        model = {"type": "notebook", "content": page("box")}
        saved.keep(model=model, path="/lesson.ipynb", contents_manager=manager)
        assert kept(model["content"]) == expected
    saved.keep(model={"type": "file", "content": "x"}, path="x", contents_manager=manager)


def test_an_exported_page_shows_pictures_and_words():
    exporters = pytest.importorskip("nbconvert.exporters", reason="comes with JupyterLab")
    config = json.loads((CONFIG / "jupyter_nbconvert_config.json").read_text(encoding="utf-8"))
    notebook = nbformat.v4.new_notebook(metadata=page("box", models={"box": {}})["metadata"])
    data = {saved.VIEW: {"model_id": "box"}, "text/plain": "what it shows"}
    output = nbformat.v4.new_output("display_data", data=data)
    notebook.cells = [nbformat.v4.new_code_cell("box", outputs=[output])]
    html, _ = exporters.HTMLExporter(config=traitlets.config.Config(config)).from_notebook_node(
        notebook
    )
    assert "what it shows" in html
    assert saved.VIEW not in html


def test_the_settings_name_what_there_is():
    config = json.loads((CONFIG / "jupyter_server_config.json").read_text(encoding="utf-8"))
    hook = config["ContentsManager"]["pre_save_hook"]
    assert traitlets.utils.importstring.import_item(hook) is saved.keep
