"""Is every verdict right, and what does one cost? ``python benchmarks/grade.py [--count 200]``

Grades generated submissions from the command line and holds each verdict to the one that is due.
Beside the time of one submission stands the time in which a bare Jupyter kernel gets ready: grading
that runs each notebook in a kernel costs at least that.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import make_submissions
from jupyter_client.manager import start_new_kernel

from rope_lessons import course
from rope_lessons.classroom import grade, grade_cells

TIMES = 7  # of what is timed alone; the median counts


def main():
    parser = argparse.ArgumentParser(description="Grade generated submissions and time it.")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        everyone, right = Path(folder, "everyone"), Path(folder, "right")
        make_submissions.write(everyone, options.count)
        rows, all_seconds = graded(everyone, options.jobs)
        wrong = hold(everyone, rows)

        make_submissions.CASES[0].write(right)
        (submission,) = map(grade.read, grade.find([right]))
        blanks = grade_cells.blanks(course.root())
        # In turn, so that whatever else the machine does slows both.
        pairs = [(one_grading(submission, blanks), kernel_start()) for _ in range(TIMES)]
        alone, kernel = map(statistics.median, zip(*pairs, strict=True))

    for line in wrong:
        print(line)
    counts = Counter(row["verdict"] for row in rows)
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))
    print(f"{len(rows)} verdicts on {options.count} submissions, {len(wrong)} not as they are due")
    times = {
        f"one of all, {options.jobs} at once": all_seconds / options.count,
        "a right one alone": alone,
        "a bare kernel's start": kernel,
    }
    for what, seconds in times.items():
        print(f"{what:24} {seconds:6.2f} s   {seconds / kernel:5.2f} kernel starts")
    return 1 if wrong else 0


def graded(folder, jobs):
    """The rows of the CSV file that grading a folder writes, and the seconds it took."""
    with tempfile.TemporaryDirectory() as beside:
        file = Path(beside, "verdicts.csv")
        command = [sys.executable, "-m", "rope_lessons.cli", "grade", folder, "--csv", file]
        started = time.perf_counter()
        subprocess.run([*command, "--jobs", str(jobs)], stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        with file.open(newline="", encoding="utf-8") as text:
            return list(csv.DictReader(text)), seconds


def hold(folder, rows):
    """A line for each learner's verdicts that are not as they are due."""
    lines = []
    for learner in sorted(path.name for path in folder.iterdir()):
        due = json.loads((folder / learner / "expected.json").read_text(encoding="utf-8"))
        theirs = [row for row in rows if row["learner"] == learner]
        lines += [f"{learner}: {said}" for said in make_submissions.disagreements(due, theirs)]
    return lines


def one_grading(submission, blanks):
    """Seconds that grading takes."""
    started = time.perf_counter()
    grade.grade(submission, blanks=blanks, seed=1, seconds=60, memory=2**31)
    return time.perf_counter() - started


def kernel_start():
    """Seconds until a bare kernel answers."""
    started = time.perf_counter()
    manager, client = start_new_kernel(kernel_name="python3")
    seconds = time.perf_counter() - started
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
