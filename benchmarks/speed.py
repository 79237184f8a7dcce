"""How fast is it, against the nearest thing of the same size? ``make bench``

Every figure is a ratio of two times measured in turn in one run, on one thread, the median of
several rounds each: 1.3 means 1.3 times as long. Inside this process it is processor time, so that
other work on the machine counts little; where processes are started, it is the clock's. Lines that
compare with Transformers and PyTorch need the ``reference`` group; without it they say so.
"""

import os

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))

import argparse  # noqa: E402
import contextlib  # noqa: E402
import io  # noqa: E402
import itertools  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "training")]

from rope_lessons import build, needles, rotary, tiny  # noqa: E402

HEADS, SEQ, HEAD_DIM = 32, 2048, 128
QUIET = ["--IPKernelApp.log_level=ERROR"]  # it warns of local traffic


def seconds(action, clock=time.process_time):
    started = clock()
    action()
    return clock() - started


def ratio(action, yardstick, rounds=12, clock=time.process_time):
    """The median time of one over that of the other, after a round to warm up."""
    times = [(seconds(action, clock), seconds(yardstick, clock)) for _ in range(rounds + 1)][1:]
    ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    return ours / theirs


def line(what, measured, bound, note=""):
    verdict = "" if measured is None else ("ok" if measured <= bound else "ABOVE")
    figure = "not measured" if measured is None else f"{measured:.2f}"
    print(f"{what:66} {figure:>12}   at most {bound:<5g} {verdict}{note}", flush=True)


def torch_or_none():
    try:
        import torch
        import transformers  # noqa: F401
    except ImportError:
        return None
    torch.set_num_threads(1)
    return torch


def turning():
    x = np.random.default_rng(0).normal(size=(HEADS, SEQ, HEAD_DIM)).astype(np.float32)
    inv_freq, positions = rotary.inv_freq(HEAD_DIM), np.arange(SEQ)
    torch = torch_or_none()
    for layout, of_transformers, of_copy in (("interleaved", 0.2, 3.5), ("half_split", 0.4, 7)):

        def ours(layout=layout):
            rotary.apply_rope(x, positions, inv_freq, layout=layout)

        line(f"apply_rope, {layout}, against a copy", ratio(ours, x.copy), of_copy)
        against = None
        if torch:
            from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

            # Transformers turns queries and keys in one call: half of both is one of ours.
            q = torch.from_numpy(x)[None, : HEADS // 2]
            theta = torch.from_numpy(inv_freq).float()

            def theirs(q=q, theta=theta):
                angles = torch.arange(SEQ).float()[:, None] * theta
                angles = torch.cat((angles, angles), dim=-1)[None]
                apply_rotary_pos_emb(q, q, angles.cos(), angles.sin())

            against = ratio(ours, theirs)
        line(f"apply_rope, {layout}, against Transformers", against, of_transformers)


def sliders():
    from cells import explored

    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        with contextlib.redirect_stdout(io.StringIO()):  # what the cells print
            figures = explored(path)
        for cell, figure in figures.items():
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
