"""Store what the lessons measure, for the kernel in a browser: ``python training/readings.py``.

It runs the lessons that take long there. Again after a change of them, or of what reads a model;
``tests/trained/test_readings.py`` is red when a model reads otherwise than it is stored.
"""

import json
import os
import tempfile

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

from rope_lessons import course
from rope_lessons.trained import readings

LESSONS = (1, 10, 11, 12, 14)


def main():
    kept = readings.recorded()
    with tempfile.TemporaryDirectory() as nobody:
        os.environ["ROPE_LESSONS_HOME"] = nobody
        for number in LESSONS:
            shell, before = InteractiveShell(), len(kept)
            stem = course.LESSONS[number - 1].stem
            file = course.root() / "notebooks" / f"{stem}.ipynb"
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
            for cell in cells:
                if cell["cell_type"] == "code":
                    shell.run_cell("".join(cell["source"]), silent=True).raise_error()
            print(stem, len(kept) - before)
    np.savez_compressed(readings.FILE, **dict(sorted(kept.items())))
    print(f"{len(kept)} readings, {readings.FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
