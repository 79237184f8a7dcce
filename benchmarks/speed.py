"""How fast is it, against the nearest thing of the same size? ``make bench``

Every figure is a ratio of two times measured in turn in one run, on one thread: 1.3 means 1.3 times
as long. It is the median over several rounds; the least and the most of a round stand behind it.
Inside this process it is processor time, so that other work on the machine counts little; where
processes are started, it is the clock's. Lines that compare with Transformers and PyTorch need the
``reference`` group; without it they say so.

What turning an array takes depends on whether memory is at hand for the result, so each is measured
in both ways: fresh from the system each time, as for one call, and kept, as for the next of many.
"""

import os

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))

import argparse  # noqa: E402
import contextlib  # noqa: E402
import ctypes  # noqa: E402
import io  # noqa: E402
import itertools  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import NamedTuple  # noqa: E402

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "training")]

from rope_lessons import rotary  # noqa: E402
from rope_lessons.authoring import build  # noqa: E402
from rope_lessons.trained import needles, tiny  # noqa: E402

HEADS, SEQ, HEAD_DIM = 32, 2048, 128
QUIET = ["--IPKernelApp.log_level=ERROR"]  # it warns of local traffic


def seconds(action, clock=time.process_time):
    started = clock()
    action()
    return clock() - started


class Ratios(NamedTuple):
    median: float
    least: float
    most: float


def ratio(action, yardstick, rounds=12, clock=time.process_time):
    """The time of one over that of the other, round by round, after a round to warm up."""
    times = [(seconds(action, clock), seconds(yardstick, clock)) for _ in range(rounds + 1)][1:]
    ratios = [ours / theirs for ours, theirs in times]
    return Ratios(statistics.median(ratios), min(ratios), max(ratios))


def line(what, measured, bound):
    if measured is None:
        print(f"{what:70} not measured", flush=True)
        return
    span = ""
    if isinstance(measured, Ratios):
        measured, span = measured.median, f"{measured.least:.2f} to {measured.most:.2f}"
    verdict = "ok" if measured <= bound else "ABOVE"
    print(f"{what:70} {measured:6.2f} {span:>14}   at most {bound:<5g} {verdict}", flush=True)


def torch_or_none():
    try:
        import torch
        import transformers  # noqa: F401
    except ImportError:
        return None
    torch.set_num_threads(1)
    return torch


@contextlib.contextmanager
def steady(kept):
    """One processor, and freed memory either kept for the next array or given back each time.

    glibc decides by what it was asked for before, which differs from run to run; so it is told.
    Where there is no glibc, or no choice of processors, that stays as it is.
    """
    trim_threshold, mmap_threshold, mmap_max = -1, -3, -4  # of mallopt, in glibc's malloc.h
    with contextlib.suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(mmap_threshold, 2**17)
        mallopt(mmap_max, 0 if kept else 2**16)
        mallopt(trim_threshold, 2**30 if kept else 2**17)
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if before:
        os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        if before:
            os.sched_setaffinity(0, before)


def turning():
    x = np.random.default_rng(0).normal(size=(HEADS, SEQ, HEAD_DIM)).astype(np.float32)
    inv_freq, positions = rotary.inv_freq(HEAD_DIM), np.arange(SEQ)
    theirs = of_transformers(x, inv_freq)
    bounds = {"interleaved": (3.0, 0.2), "half_split": (3.8, 0.35)}
    for memory in ("fresh", "kept"):
        for layout, (of_copy, of_theirs) in bounds.items():

            def ours(layout=layout):
                rotary.apply_rope(x, positions, inv_freq, layout=layout)

            what = f"apply_rope, {layout}, memory {memory}, against"
            with steady(kept=memory == "kept"):
                line(f"{what} a copy", ratio(ours, x.copy, 20), of_copy)
                against = theirs and ratio(ours, theirs, 20)
                line(f"{what} Transformers", against, of_theirs)


def of_transformers(x, inv_freq):
    """The same turn in Transformers, from arrays made once; None without it."""
    torch = torch_or_none()
    if not torch:
        return None
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

    # It turns queries and keys in one call: half of both is one of ours.
    q = torch.from_numpy(x)[None, : HEADS // 2]
    positions, theta = torch.arange(SEQ).float()[:, None], torch.from_numpy(inv_freq).float()

    def turn():
        angles = positions * theta
        angles = torch.cat((angles, angles), dim=-1)[None]
        apply_rotary_pos_emb(q, q, angles.cos(), angles.sin())

    return turn


def sliders():
    from cells import figures

    from rope_lessons.page import explore

    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        with contextlib.redirect_stdout(io.StringIO()):  # what the cells print
            explored = figures(path, explore.Explore)
        for cell, figure in explored.items():
            for name, control in figure.sliders.items():
                values = _values(control)

                def move(control=control, values=values):
                    control.value = next(values)

                def draw(figure=figure):
                    figure.drawing.figure.canvas.draw()

                line(f"slider {name} of {path.stem}: {cell}", ratio(move, draw), 1.3)


def _values(control):
    """One end of a slider or a row of buttons after the other; the first may be where it stands."""
    if hasattr(control, "options"):
        return itertools.cycle([control.options[0], control.options[-1]])
    return itertools.cycle([control.min, control.max])


def importing():
    def fresh(module):
        return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)

    line(
        "import rope_lessons, against import numpy",
        ratio(fresh("rope_lessons"), fresh("numpy"), clock=time.perf_counter),
        1.2,
    )


def model():
    torch = torch_or_none()
    against = None
    if torch:
        from model import TinyTransformer

        ours = tiny.load("rope-500")
        theirs = TinyTransformer(ours.settings, ours.frequencies)
        theirs.load_state_dict({k: torch.from_numpy(v) for k, v in ours.weights.items()})
        text = needles.excerpt(tiny.held_out(), 1024, np.random.default_rng(0))
        tokens = torch.from_numpy(text)[None]

        def read():
            with torch.no_grad():
                theirs(tokens)

        against = ratio(lambda: ours.logits(text), read)
    line("tiny model, 1,024 tokens, against PyTorch", against, 2)


def curves():
    q = np.random.default_rng(0).normal(size=HEAD_DIM)
    inv_freq = rotary.inv_freq(HEAD_DIM)
    costs = {}
    for exponent in (4, 5, 6):
        distances = np.arange(10**exponent)
        tracemalloc.start()
        costs[exponent] = seconds(lambda d=distances: rotary.distance_curve(q, q, d, inv_freq))
        peak = tracemalloc.get_traced_memory()[1] - 3 * distances.nbytes
        tracemalloc.stop()
        print(
            f"distance curve, 10^{exponent} distances: beyond three arrays of its size, "
            f"{peak / 2**20:.1f} MiB"
        )
    line("distance curve, 10^6 against ten times 10^5", costs[6] / (10 * costs[5]), 1.5)


def notebooks():
    """Run All of every lesson in a fresh kernel, and the regression run beyond its cells."""
    from nbclient import NotebookClient

    wall = time.perf_counter  # the work is done in other processes
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    inside = kernels = 0.0
    with tempfile.TemporaryDirectory() as nobody:
        os.environ["ROPE_LESSONS_HOME"] = nobody
        for path in lessons:
            notebook = build.read(path)
            client = NotebookClient(
                notebook,
                kernel_name="python3",
                extra_arguments=QUIET,
                resources={"metadata": {"path": str(path.parent)}},
            )
            with client.setup_kernel():
                first = seconds(lambda c=client, n=notebook: _run(c, n, imports_only=True), wall)
                rest = seconds(lambda c=client, n=notebook: _run(c, n), wall)
            inside += rest
            line(f"Run All of {path.stem}, seconds", first + rest, 10)
        files = [str(path) for path in lessons]
        kernels = seconds(lambda: [_bare_kernel(path) for path in lessons], wall)
        for workers in (0, 2):
            run = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), *files]
            whole = seconds(
                lambda run=run: subprocess.run(
                    run, cwd=ROOT, stdout=subprocess.DEVNULL, check=True
                ),
                wall,
            )
            if not workers:
                line(
                    "regression run less its cells, against bare kernels",
                    (whole - inside) / kernels,
                    1.5,
                )
                alone = whole
            else:
                print(f"with -n {workers}: {whole / alone:.2f} of the time")


def _run(client, notebook, imports_only=False):
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and (cell.id == "imports") == imports_only:
            client.execute_cell(cell, index)


def _bare_kernel(path):
    """A kernel that starts, imports what that lesson imports, and ends."""
    from nbclient import NotebookClient

    notebook = build.read(path)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:1]
    NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=QUIET,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()


PARTS = {
    "turning": turning,
    "sliders": sliders,
    "importing": importing,
    "model": model,
    "curves": curves,
    "notebooks": notebooks,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all by default")
    for name in parser.parse_args().parts or PARTS:
        PARTS[name]()
