"""Put a kernel that runs in the browser beside the pages: JupyterLite, in their folder ``lite``.

``python site/lite.py PAGES PYODIDE``: Pyodide is a folder that holds a distribution, whose needed
part is shipped, or the address of one's pyodide.js, from which a reader's browser then loads it.
The course and what it needs beyond that go into the distribution's own list of packages, so that
``import rope_lessons`` loads them there and no notebook is changed.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from email.parser import HeaderParser
from pathlib import Path
from urllib.parse import urljoin
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("notebooks", "exercises", "solutions")
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
KERNEL_LOADS = ("micropip", "ssl", "sqlite3", "ipython", "jedi", "comm")
# Of ipywidgets' needs these two are the page's part, which JupyterLite brings.
IN_THE_PAGE = {"widgetsnbextension", "jupyterlab-widgets"}
GOES_WITH_THE_PAGE = {"ipywidgets": "ipywidgets==8.1.7"}  # with jupyterlab_widgets 3.0.15
IN_THE_BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}


def build(pages, pyodide):
    """Build ``pages / "lite"``.

    Parameters
    ----------
    pages : Path
        What ``make site`` has made.
    pyodide : str
        A folder, or the address of a distribution's ``pyodide.js``.
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
    settings = {"pyodideUrl": _loader(pyodide)}
    settings["loadPyodideOptions"] = {"lockFileURL": f"./static/pyodide/{LOCK}"}
    _configure(lite / "jupyter-lite.json", settings)


def _no_checkpoints(folder, names):
    return [name for name in names if name.startswith(".")]


def _loader(pyodide):
    return pyodide if "://" in pyodide else "./static/pyodide/pyodide.js"


def _write_distribution(folder, pyodide):
    """The list of packages; from a folder also what of it the course needs."""
    folder.mkdir(parents=True)
    if "://" in pyodide:
        home = urljoin(pyodide, ".")
        with urllib.request.urlopen(urljoin(home, LOCK)) as answer:
            lock = json.load(answer)
    else:
        home = None
        lock = json.loads(Path(pyodide, LOCK).read_text(encoding="utf-8"))
    packages = lock["packages"]
    with tempfile.TemporaryDirectory() as wheels:
        _collect(Path(wheels), packages)
        needed = _closure(packages, ["rope-lessons", *KERNEL_LOADS])
        lock["packages"] = {name: packages[name] for name in sorted(needed)}
        for name in needed:
            file = packages[name]["file_name"]
            if Path(wheels, file).is_file():
                shutil.copy(Path(wheels, file), folder)
            elif home:
                packages[name]["file_name"] = urljoin(home, file)
            else:
                shutil.copy(Path(pyodide, file), folder)
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    for name in () if home else CORE:
        shutil.copy(Path(pyodide, name), folder)


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
            found = [*pip, "download", "--no-deps", "--only-binary=:all:", f"--dest={wheels}"]
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


def _closure(packages, names):
    found, waiting = set(), [*names]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return found


def _configure(file, kernel):
    config = json.loads(file.read_text(encoding="utf-8"))
    data = config.setdefault("jupyter-config-data", {})
    data.setdefault("litePluginSettings", {})[KERNEL] = kernel
    data["appName"] = "RoPE, turned by hand"
    file.write_text(json.dumps(config, indent=2), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("pyodide", help="a folder with a distribution, or its pyodide.js' address")
    options = parser.parse_args()
    build(options.pages.resolve(), options.pyodide)
