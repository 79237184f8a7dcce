"""What of a page is saved, so that it shows itself tomorrow without a kernel?

A widget's output names a model in the kernel. ``rope-lessons lab`` has JupyterLab store the models
in the notebook (the setting in page/jupyter/), but it stores only those whose kernel still runs:
who opens yesterday's page, runs one cell and saves would lose all others. So the server calls
:func:`keep` before it writes a notebook. A view without any model is left out, and with it the
words "model not found": the picture and the text of the same output show instead. So they do where
JupyterLab exports a web page (:func:`stills`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = "IPY_MODEL_"


def keep(model: dict, path: str, contents_manager: Any, **_: object) -> None:
    """A hook for Jupyter Server, ``ContentsManager.pre_save_hook``; changes ``model`` in place.

    Parameters
    ----------
    model : dict
        What is about to be written.
    path : str
        Where, below the server's root.
    contents_manager : jupyter_server.services.contents.manager.ContentsManager
    """
    if model["type"] == "notebook" and model.get("content"):
        before = _on_disk(Path(contents_manager.root_dir, path.strip("/")))
        carry_over(before, model["content"])


def carry_over(before: dict, notebook: dict) -> None:
    """Give a notebook the widget models that its outputs show, its own or those of an earlier save.

    Parameters
    ----------
    before, notebook : dict
        Notebooks in nbformat 4; the second is changed in place.
    """
    known = {**_models(before), **_models(notebook)}
    needed = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if VIEW in data and data[VIEW].get("model_id"):
                if data[VIEW]["model_id"] in known:
                    _collect(data[VIEW]["model_id"], known, needed)
                elif len(data) > 1:
                    del data[VIEW]
    if needed:
        state = {"version_major": 2, "version_minor": 0, "state": needed}
        notebook["metadata"]["widgets"] = {STATE: state}
    else:
        notebook["metadata"].pop("widgets", None)


def stills(notebook: Any, resources: dict) -> tuple[Any, dict]:
    """A preprocessor for nbconvert's web pages: pictures and words instead of widgets.

    Those would ask another host for their scripts, and without it show nothing.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if len(output.get("data", {})) > 1:
                output.data.pop(VIEW, None)
    notebook.metadata.pop("widgets", None)
    return notebook, resources


def _models(notebook):
    return notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})


def _collect(name, known, needed):
    """Add a model and all that it refers to."""
    if name in known and name not in needed:
        needed[name] = known[name]
        for reference in _references(known[name]["state"]):
            _collect(reference, known, needed)


def _references(value):
    if isinstance(value, str) and value.startswith(REFERENCE):
        yield value.removeprefix(REFERENCE)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _references(part)


def _on_disk(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
