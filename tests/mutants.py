"""Would a wrong helper turn the notebooks red? Break the mathematics on purpose and see.

    make mutants                  the notebooks alone: nbval on a copy of the course for each
    make mutants ARGS=--tests     tests/ instead
    make mutants ARGS=clockwise   only the mutants whose name contains that word

Each mutant replaces one piece of text in one module. It is killed when the run fails.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from copies import NOTEBOOKS, RUNNABLE, copy_course


@dataclass(frozen=True)
class Mutant:
    name: str
    module: str
    old: str
    new: str


def rotary(name, old, new):
    return Mutant(name, "rotary.py", old, new)


MUTANTS = (
    rotary("frequencies grow", "base ** (-np.arange(", "base ** (np.arange("),
    rotary(
        "exponent j/d",
        "np.arange(0, head_dim, 2) / head_dim",
        "np.arange(head_dim // 2) / head_dim",
    ),
    rotary("exponent from 2", "np.arange(0, head_dim, 2)", "np.arange(2, head_dim + 2, 2)"),
    rotary("slowest first", "2) / head_dim)", "2)[::-1] / head_dim)"),
    rotary("one frequency", "-np.arange(0, head_dim, 2)", "-0 * np.arange(0, head_dim, 2)"),
    rotary("half a wavelength", "return 2 * np.pi / inv_freq", "return np.pi / inv_freq"),
    rotary("wavelength 1/θ", "return 2 * np.pi / inv_freq", "return 1 / inv_freq"),
    rotary("turns clockwise", "np.exp(1j * angle.", "np.exp(-1j * angle."),
    rotary("turns by degrees", "np.exp(1j * angle.", "np.exp(1j * np.pi / 180 * angle."),
    rotary("turns twice", "np.exp(1j * angle.", "np.exp(2j * angle."),
    rotary("grows while turning", "np.exp(1j * angle.", "np.exp((1j + 1e-3) * angle."),
    rotary("angles rounded to float32", "angle.astype(np.float64)", "angle.astype(np.float32)"),
    rotary("turns in float32", "np.result_type(real, np.complex64)", "np.complex64"),
    rotary(
        "pairs in the other layout",
        'LAYOUTS) == "interleaved":\n        return x.',
        'LAYOUTS) != "interleaved":\n        return x.',
    ),
    rotary(
        "written back in the other layout",
        'LAYOUTS) == "interleaved":\n        return pairs.',
        'LAYOUTS) != "interleaved":\n        return pairs.',
    ),
    rotary(
        "off by one",
        "positions, x)[..., None] * inv_freq",
        "positions, x)[..., None] * inv_freq + inv_freq",
    ),
    rotary("whole positions only", "positions, x)[..., None]", "positions, x).round()[..., None]"),
    rotary(
        "one pair too few turns",
        "rotary_dim, head_dim = 2 * inv_freq.size",
        "rotary_dim, head_dim = 2 * inv_freq.size - 2",
    ),
    rotary(
        "the rest is dropped", "[turned, x[..., rotary_dim:]]", "[turned, 0 * x[..., rotary_dim:]]"
    ),
    rotary(
        "the key keeps still",
        "turned_k = apply_rope(k, k_positions,",
        "turned_k = apply_rope(k, 0 * np.asarray(k_positions),",
    ),
    rotary(
        "the key turns as the query",
        "turned_k = apply_rope(k, k_positions,",
        "turned_k = apply_rope(k, -np.asarray(k_positions),",
    ),
    rotary(
        "scores divided by √d",
        "return turned_q @ np.swapaxes(turned_k, -1, -2)",
        "return turned_q @ np.swapaxes(turned_k, -1, -2) / np.sqrt(q.shape[-1])",
    ),
    rotary("curve of n − m", "np.exp(1j * np.multiply.outer(", "np.exp(-1j * np.multiply.outer("),
    rotary(
        "curve of |Δ|",
        "np.multiply.outer(flat[start : start + chunk]",
        "np.multiply.outer(abs(flat[start : start + chunk])",
    ),
    rotary("curve without the unturned part", ".real + unturned", ".real"),
    rotary("curve of the imaginary part", "(turns @ at_zero).real", "(turns @ at_zero).imag"),
    rotary("curve without conjugate", "layout)) * np.conj(", "layout)) * np.array("),
    rotary("matrix turns clockwise", "[[cos, -sin], [sin, cos]]", "[[cos, sin], [-sin, cos]]"),
    rotary(
        "matrix with swapped sin and cos",
        "cos, sin = np.cos(angle), np.sin(angle)",
        "sin, cos = np.cos(angle), np.sin(angle)",
    ),
    rotary(
        "rows odd first",
        "np.arange(0, rotary_dim, 2), np.arange(1, rotary_dim, 2)",
        "np.arange(1, rotary_dim, 2), np.arange(0, rotary_dim, 2)",
    ),
    rotary("rows unpermuted", "return heads[:, order]", "return heads[:, np.sort(order)]"),
)


def survives(mutant, arguments):
    """Whether the run stays green with this mutant (None: with no mutant at all)."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_course(folder, RUNNABLE)
        if mutant:
            module = copy / "rope_lessons" / mutant.module
            text = module.read_text(encoding="utf-8")
            if text.count(mutant.old) != 1:
                raise ValueError(
                    f"mutant {mutant.name!r} should replace one place in {mutant.module}, but its "
                    f"text stands there {text.count(mutant.old)} times; bring it up to date"
                )
            module.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        run = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-x",
                "-n",
                "0",
                "-p",
                "no:cacheprovider",
                *arguments,
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": folder, "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
    if run.returncode not in (0, 1):
        raise RuntimeError(f"the run itself broke:\n{run.stdout}{run.stderr}")
    return run.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("word", nargs="?", default="", help="only mutants with this in the name")
    parser.add_argument("--tests", action="store_true", help="run tests/ instead of the notebooks")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if options.word in mutant.name]
    arguments = ["tests/test_rotary.py", "tests/test_reference.py"] if options.tests else NOTEBOOKS
    if not survives(None, arguments):
        sys.exit("the run is red without any mutant: mend that first")
    killed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lives = pool.map(lambda mutant: survives(mutant, arguments), chosen)
        for mutant, alive in zip(chosen, lives, strict=True):
            killed += not alive
            print(
                f"{'survived' if alive else 'killed':9} {mutant.module}: {mutant.name}", flush=True
            )
    print(f"{killed} of {len(chosen)} mutants killed by {' '.join(arguments)}")


if __name__ == "__main__":
    main()
