"""Build the course as a folder of pages: ``make site``, or ``python site/build.py FOLDER``."""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

from stage import stage

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pages go")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "site", help="meanwhile")
    parser.add_argument("--modules", type=Path, default=HERE / "node_modules", help="KaTeX's")
    options = parser.parse_args(arguments)
    sources = options.work.resolve() / "sources"
    address = tomllib.loads((HERE / "settings.toml").read_text(encoding="utf-8"))["address"]
    stage(ROOT, sources, live=ROOT / "rope_lessons" / "page" / "live", address=address)
    sphinx = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet"]
    settings = ["-c", HERE, "-d", options.work / "doctrees"]
    given = {"katex_modules": options.modules, "html_extra_path": sources / "_extra"}
    settings += [f"-D{name}={value}" for name, value in given.items()]
    failed = subprocess.call([*sphinx, *settings, sources, options.folder])
    for source_map in options.folder.rglob("*.map"):
        source_map.unlink()
    return failed


if __name__ == "__main__":
    sys.exit(main())
