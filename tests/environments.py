"""An environment to break: links to this one's packages, and a course of its own."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from copies import NOTEBOOKS, copy_course


class Environment:
    """``root`` is the environment, ``site`` its packages, ``share`` Jupyter's files, ``course``."""

    def __init__(self, folder):
        self.root, self.course = folder / "env", copy_course(folder / "course", PARTS)
        self.home = folder / "home"
        self.site = Path(sysconfig.get_path("purelib", "venv", {"base": str(self.root)}))
        self.share = self.root / "share" / "jupyter"
        self.python = self.root / "bin" / "python"
        self.python.parent.mkdir(parents=True)
        self.python.symlink_to(sys._base_executable)
        home = Path(sys._base_executable).parent
        (self.root / "pyvenv.cfg").write_text(
            f"home = {home}\ninclude-system-site-packages = false\n", encoding="utf-8"
        )
        self.site.mkdir(parents=True)
        for place in map(Path, sys.path):
            if place.name in ("site-packages", "dist-packages"):
                _borrow(place, self.site)
        (self.site / "course.pth").write_text(str(self.course), encoding="utf-8")
        _borrow(Path(sys.prefix) / "share" / "jupyter", self.share)
        self.own("labextensions/@jupyter-widgets", self.share)
        self.own("labextensions/@jupyter-widgets/jupyterlab-manager", self.share)

    def own(self, name, among=None):
        """Replace the link to a folder by a folder of links, down to ``name``; gives its path."""
        place = among or self.site
        for part in Path(name).parts:
            place /= part
            if place.is_symlink():
                borrowed = place.resolve()
                place.unlink()
                _borrow(borrowed, place)
        return place

    def run(self, *words, cwd=None, **environment):
        """``rope-lessons`` with those words, in the course's folder."""
        inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "JUPYTER_PATH")}
        return subprocess.run(
            [str(self.python), "-m", "rope_lessons.cli", *words],
            cwd=cwd or self.course,
            env={**inherited, "ROPE_LESSONS_HOME": str(self.home), **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )


PARTS = (*NOTEBOOKS, "rope_lessons")


def _borrow(place, to):
    to.mkdir(parents=True, exist_ok=True)
    for path in place.iterdir():
        if path.suffix != ".pth" and not (to / path.name).exists():
            (to / path.name).symlink_to(path)
