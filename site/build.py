"""Build the course as a folder of pages: ``make site``, or ``python site/build.py FOLDER``."""

import argparse
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from stage import stage

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def main(arguments=None):
    kept = tomllib.loads((HERE / "settings.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pages go")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "site", help="meanwhile")
    parser.add_argument("--modules", type=Path, default=HERE / "node_modules", help="KaTeX's")
    for name, value in kept.items():
        parser.add_argument(f"--{name}", default=value, help="see settings.toml")
    options = parser.parse_args(arguments)
    sources = options.work.resolve() / "sources"
    stage(ROOT, sources, live=ROOT / "rope_lessons" / "page" / "live", address=options.address)
    sphinx = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "-aE"]
    settings = ["-c", HERE, "-d", options.work / "doctrees"]
    given = {"katex_modules": options.modules, "html_extra_path": sources / "_extra"}
    given |= {f"html_context.course_{name}": getattr(options, name) for name in kept}
    given["html_baseurl"] = options.address
    settings += [f"-D{name}={value}" for name, value in given.items()]
    failed = subprocess.call([*sphinx, *settings, sources, options.folder])
    unused = [*options.folder.rglob("*.map"), *options.folder.glob("_static/mystnb.*.css")]
    for file in unused:
        file.unlink()
    shutil.rmtree(options.folder / "lite", ignore_errors=True)
    if options.pyodide and not failed:
        lite = [sys.executable, HERE / "lite.py", options.folder, options.pyodide]
        failed = subprocess.call(lite)
    return failed


if __name__ == "__main__":
    sys.exit(main())
