"""Rebuild everything that was trained: ``python training/rebuild.py``. See README.md beside this.

Three stages, each of which goes on where it stopped: train every model (``runs/``, float32, not
committed), fine-tune, then pack what ships into ``rope_lessons/data/`` and measure the grids on
what was packed.
"""

import argparse
import hashlib
import json
import platform
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

import corpus
import measure
import numpy as np
import torch
from model import HEAD_DIM, TinyTransformer
from train import FINE_TUNE, RECIPE, NotFormed, train

from rope_lessons import scaling
from rope_lessons.trained import needles

HERE = Path(__file__).resolve().parent
RUNS, DOWNLOADS = HERE / "runs", HERE / "downloads"
DATA = HERE.parent / "rope_lessons" / "data"
SEEDS = (0, 1, 2)
# A seed whose circuit does not form is drawn anew (0, 10, 20), and the last is kept as it is.
SEED_STEP, ATTEMPTS = 10, 3
STRETCH = 4  # fine-tunes read this many times the training length


@dataclass(frozen=True)
class Plan:
    """One model to train. ``rescue`` (kind and options of scaling.frequencies) is a fine-tune's."""

    name: str
    settings: dict
    seed: int
    rescue: dict | None = None
    steps: int = RECIPE["steps"]
    start: str | None = None
    ships: bool = field(default=False, compare=False)

    @property
    def stem(self):
        return f"{self.name}.{self.seed}"


def rope(base, train_length=64):
    return {"scheme": "rope", "train_length": train_length, "base": base}


SCHEMES = {
    "rope-500": rope(500.0),
    "learned": {"scheme": "learned", "train_length": 64},
    "sinusoidal": {"scheme": "sinusoidal", "train_length": 64},
    "alibi-x16": {"scheme": "alibi", "train_length": 64, "slope_scale": 16.0},
    "rope-100": rope(100.0),
    "rope-10000": rope(10_000.0),
    "t5": {"scheme": "t5", "train_length": 64},
    "alibi": {"scheme": "alibi", "train_length": 64, "slope_scale": 1.0},
    "none": {"scheme": "none", "train_length": 64},
    "sealed": rope(200.0, train_length=48),  # kept for the capstone
}
ALL_SEEDS_SHIP = ("sinusoidal", "learned", "rope-500", "alibi-x16")

RESCUES = {
    "plain": {"kind": "default"},
    "pi": {"kind": "linear", "scale": STRETCH},
    "yarn": {"kind": "yarn_paper", "scale": STRETCH, "beta_fast": 4.0, "beta_slow": 1.0},
}
TUNED = "rope-500"


def plans():
    """What is trained from nothing, and what is tuned from that."""
    scratch = [
        Plan(name, settings, seed, ships=seed == 0 or name in ALL_SEEDS_SHIP)
        for seed in SEEDS
        for name, settings in SCHEMES.items()
    ]
    tuned = [
        Plan(
            f"{TUNED}-{kind}-{steps}",
            SCHEMES[TUNED],
            seed,
            rescue=rescue,
            steps=steps,
            start=f"{TUNED}.{seed}",
            ships=seed == 0,
        )
        for seed in SEEDS
        for kind, rescue in RESCUES.items()
        for steps in (10, 50)
    ]
    return scratch, tuned


def frequencies(settings, rescue=None):
    """The frequencies of a rope model, rescaled or not; None for other schemes."""
    if settings["scheme"] != "rope":
        return None
    options = dict(rescue or {"kind": "default"})
    return scaling.frequencies(
        options.pop("kind"),
        HEAD_DIM,
        settings["base"],
        train_length=settings["train_length"],
        **options,
    )


def run(plan):
    """Train one model and keep its weights and log; give back a line about it."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    started = time.monotonic()
    text = needles.encode(corpus.split(DOWNLOADS)[0])
    options = dict(RECIPE)
    if plan.start:
        length = STRETCH * plan.settings["train_length"]
        options = {**FINE_TUNE, "length": length, "start": load(plan.start)}
    options["steps"] = plan.steps
    refused = []
    for attempt in range(ATTEMPTS):
        drawn = plan.seed + SEED_STEP * attempt
        options["whatever_forms"] = attempt == ATTEMPTS - 1
        try:
            model, log = train(
                plan.settings,
                text,
                seed=drawn,
                frequencies=frequencies(plan.settings, plan.rescue),
                **options,
            )
            break
        except NotFormed as reason:
            refused.append({"seed": drawn, "reason": str(reason)})
    weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    seconds = round(time.monotonic() - started)
    about = {**asdict(plan), "drawn": drawn, "refused": refused, "log": log}
    about |= {"seconds": seconds, "versions": versions()}
    np.savez(RUNS / f"{plan.stem}.npz", **weights)
    (RUNS / f"{plan.stem}.json").write_text(json.dumps(about), encoding="utf-8")
    _, on_text, on_answers, right = log[-1]
    anew = f" (seed {drawn}: {len(refused)} refused)" if refused else ""
    losses = f"text {on_text:.2f}, answers {on_answers:.3f}, right {right:.2f}"
    return f"{plan.stem}{anew}: {losses}, {seconds} s"


def versions():
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "text": corpus.PACKAGE,
    }


def load(stem):
    """The float32 weights of a finished run, as a state dict."""
    with np.load(RUNS / f"{stem}.npz", allow_pickle=False) as kept:
        return {name: torch.from_numpy(kept[name]) for name in kept.files}


def train_all(wanted, jobs):
    """Train what is not there yet, a few at once, and say how it goes."""
    missing = [plan for plan in wanted if not (RUNS / f"{plan.stem}.json").exists()]
    print(f"{len(wanted) - len(missing)} of {len(wanted)} models are there", flush=True)
    with ProcessPoolExecutor(jobs) as pool:
        running = [pool.submit(run, plan) for plan in missing]
        for done, future in enumerate(as_completed(running), len(wanted) - len(missing) + 1):
            print(f"{done}/{len(wanted)} {future.result()}", flush=True)


def pack(wanted):
    """Write float16 weights, the held-out text, the list of models, and PyTorch's own logits."""
    (DATA / "weights").mkdir(parents=True, exist_ok=True)
    held_out = corpus.split(DOWNLOADS)[1]
    (DATA / "held_out.txt").write_text(held_out, encoding="ascii", newline="\n")
    listed = []
    for plan in wanted:
        about = json.loads((RUNS / f"{plan.stem}.json").read_text(encoding="utf-8"))
        entry = {
            key: about[key] for key in ("name", "seed", "settings", "rescue", "steps", "start")
        }
        entry |= {"drawn": about["drawn"], "refused": about["refused"], "log": about["log"]}
        entry |= {"versions": about["versions"], "ships": plan.ships}
        if plan.ships:
            path = DATA / "weights" / f"{plan.stem}.npz"
            halves = {
                name: value.numpy().astype(np.float16) for name, value in load(plan.stem).items()
            }
            np.savez(path, **halves)
            entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        listed.append(entry)
    write_json(DATA / "tiny_models.json", {"models": listed})
    return listed


def write_json(path, content):
    text = json.dumps(content, indent=1)
    flat = re.sub(r"\n +(?=[-\d]|null|\])", " ", text)  # lists of numbers on one line
    path.write_text(flat + "\n", encoding="utf-8", newline="\n")


def reference_logits(wanted):
    """PyTorch's logits on the shipped weights, for tests: up to 4, and once 16 times the length."""
    source = needles.encode((DATA / "held_out.txt").read_text(encoding="ascii"))
    kept = {}
    for plan in wanted:
        if not plan.ships:
            continue
        model = TinyTransformer(plan.settings, frequencies(plan.settings, plan.rescue))
        model.load_state_dict({name: v.half().float() for name, v in load(plan.stem).items()})
        length = plan.settings["train_length"]
        for times in (1, 4, 16):
            rng = np.random.default_rng(times)
            tokens, _ = needles.question(source, times * length, 5, rng)
            with torch.no_grad():
                logits = model(torch.from_numpy(tokens)[None])[0]
            at = np.linspace(0, times * length - 1, 8).astype(int)
            kept[f"{plan.stem}/{times}"] = logits[at].numpy()
    np.savez_compressed(HERE.parent / "tests" / "reference" / "logits.npz", **kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2, help="models trained at once, a core each")
    parser.add_argument("--only", help="train this one stem, such as rope-500.0, and stop")
    options = parser.parse_args()
    RUNS.mkdir(exist_ok=True)
    corpus.fetch(DOWNLOADS)
    scratch, tuned = plans()
    if options.only:
        (plan,) = (plan for plan in scratch + tuned if plan.stem == options.only)
        print(run(plan))
        return
    train_all(scratch, options.jobs)
    train_all(tuned, options.jobs)
    listed = pack(scratch + tuned)
    reference_logits(scratch + tuned)
    store_grids(measure.measure_all(listed, RUNS, RUNS / "measured", options.jobs))


def store_grids(measured):
    """The grids for lessons, and everything measured for the report."""
    write_json(
        DATA / "tiny_grids.json",
        {
            "needle_at": measure.NEEDLE_AT,
            "question_at": measure.QUESTION_AT,
            "samples": measure.SAMPLES,
            "seed": 0,
            "grids": {key: found.pop("grid") for key, found in measured.items() if "grid" in found},
        },
    )
    write_json(HERE / "measured.json", measured)


if __name__ == "__main__":
    sys.exit(main())
