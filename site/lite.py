"""Put a kernel that runs in the browser beside the pages: JupyterLite, in their folder ``lite``.

``python site/lite.py PAGES PYODIDE``. Pyodide is a folder that holds a full distribution, of which
what the course needs is shipped; or the address of such a folder: the pages then carry the core
alone, which npm has, and a reader's browser loads NumPy and Matplotlib from there. The course and
what else it needs go into the distribution's own list of packages, so that ``import rope_lessons``
loads them and no notebook is changed.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from email.parser import HeaderParser
from pathlib import Path
from urllib.parse import urljoin
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDERS = ("notebooks", "exercises", "solutions")
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
KERNEL_LOADS = ("micropip", "ssl", "sqlite3", "ipython", "jedi", "comm")
# Of ipywidgets' needs these two are the page's part, which JupyterLite brings.
IN_THE_PAGE = {"widgetsnbextension", "jupyterlab-widgets"}
GOES_WITH_THE_PAGE = {"ipywidgets": "ipywidgets==8.1.7"}  # with jupyterlab_widgets 3.0.15
# Wheels for any Python on any machine: also where this machine would get a faster one of its own.
ANYWHERE = ("--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any")
IN_THE_BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}


def build(pages, pyodide):
    """Build ``pages / "lite"``.

    Parameters
    ----------
    pages : Path
        What ``make site`` has made.
    pyodide : str
        A folder, or the address of one, of version 0.27.7.
    """
    lite = pages / "lite"
    with tempfile.TemporaryDirectory() as work:
        contents = Path(work, "contents")
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, contents / folder, ignore=_no_checkpoints)
        command = [sys.executable, "-m", "jupyter", "lite", "build", "--log-level=WARN"]
        command += ["--apps=lab", "--no-sourcemaps", "--no-libarchive", f"--lite-dir={work}"]
        command += [f"--contents={contents}", f"--output-dir={lite}"]
        subprocess.run(command, check=True, cwd=work, stdout=subprocess.DEVNULL)
    for source_map in lite.rglob("*.map"):
        source_map.unlink()
    _write_distribution(lite / "static" / "pyodide", pyodide)
    _configure(lite / "jupyter-lite.json")


def _no_checkpoints(folder, names):
    return [name for name in names if name.startswith(".")]


def _write_distribution(folder, pyodide):
    """The core, the list of packages, and those that do not lie at an address."""
    folder.mkdir(parents=True)
    home = pyodide if "://" in pyodide else ""
    source = HERE / "node_modules" / "pyodide" if home else Path(pyodide)
    for name in CORE:
        shutil.copy(source / name, folder)
    lock = json.loads((source / LOCK).read_text(encoding="utf-8"))
    packages = lock["packages"]
    with tempfile.TemporaryDirectory() as wheels:
        _collect(Path(wheels), packages)
        lock["packages"] = {name: packages[name] for name in _closure(packages)}
        for package in lock["packages"].values():
            file = package["file_name"]
            if (ours := Path(wheels, file)).is_file():
                shutil.copy(ours, folder)
            elif home:
                package["file_name"] = urljoin(home, file)
            else:
                shutil.copy(source / file, folder)
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def _collect(wheels, packages):
    """Add the course and all that it needs to the packages, from wheels that run anywhere."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", f"--wheel-dir={wheels}", ROOT], check=True)
    waiting = ["rope-lessons"]
    while waiting:
        name = waiting.pop()
        if name in packages or name in IN_THE_PAGE:
            continue
        if name != "rope-lessons":
            found = [*pip, "download", "--no-deps", *ANYWHERE, f"--dest={wheels}"]
            subprocess.run([*found, GOES_WITH_THE_PAGE.get(name, name)], check=True)
        stem = name.replace("-", "_")
        (wheel,) = (w for w in wheels.glob("*.whl") if w.name.lower().startswith(f"{stem}-"))
        packages[name] = _entry(name, wheel)
        waiting += packages[name]["depends"]
        packages[name]["depends"] = [n for n in packages[name]["depends"] if n not in IN_THE_PAGE]


def _entry(name, wheel):
    """What the list of packages says of a wheel."""
    with ZipFile(wheel) as archive:
        (told,) = (n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        metadata = HeaderParser().parsestr(archive.read(told).decode("utf-8"))
        tops = {n.split("/")[0].removesuffix(".py") for n in archive.namelist()}
    needs = [Requirement(line) for line in metadata.get_all("Requires-Dist", ())]
    return {
        "name": metadata["Name"],
        "version": metadata["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(top for top in tops if top.isidentifier()),
        "depends": [
            canonicalize_name(need.name)
            for need in needs
            if need.marker is None or need.marker.evaluate(IN_THE_BROWSER)
        ],
        "unvendored_tests": False,
    }


def _closure(packages):
    """The names of all that the course and the kernel need."""
    found, waiting = set(), ["rope-lessons", *KERNEL_LOADS]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return sorted(found)


def _configure(file):
    config = json.loads(file.read_text(encoding="utf-8"))
    data = config["jupyter-config-data"]
    data["appName"] = "RoPE, turned by hand"
    kernel = data.setdefault("litePluginSettings", {}).setdefault(KERNEL, {})
    kernel["pyodideUrl"] = "./static/pyodide/pyodide.js"
    file.write_text(json.dumps(config, indent=2), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("pyodide", help="a folder with a full distribution, or its address")
    options = parser.parse_args()
    build(options.pages.resolve(), options.pyodide)
