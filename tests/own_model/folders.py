"""Folders with a checkpoint, whole ones and damaged ones."""

import json
import shutil
from importlib import resources
from pathlib import Path

SHIPPED = Path(str(resources.files("rope_lessons") / "data" / "own_model"))


def copied(to):
    """The checkpoint that ships, to be damaged."""
    return Path(shutil.copytree(SHIPPED, to / "model"))


def settled(folder, **fields):
    """The same with other settings; None takes one out."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | fields
    kept = {name: value for name, value in config.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")
    return folder
