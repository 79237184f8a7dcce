"""Is strangeness right on models that it was not found on? ``python training/study.py STEP``.

The steps, in their order; each goes on where it stopped, and all but ``train`` run without PyTorch:

design   which models, how measured: written before anything is trained
predict  fit every rule on the models that ship, foretell the fresh ones: committed before training
train    by the recipe, seeds redrawn by its rule; weights go to ``runs/``
measure  where far retrieval falls below one half
report   the tables of README.md

What comes out stands in ``study.json``.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import measure as measuring
import numpy as np
import rules

from rope_lessons.trained import tiny

HERE = Path(__file__).resolve().parent
KEPT, RUNS = HERE / "study.json", HERE / "runs"

# Each base with a short and a long training length, each length twice, and the two unrelated.
DESIGN = {
    50: (56, 96),
    120: (80, 128),
    280: (48, 112),
    650: (72, 88),
    1500: (56, 112),
    3600: (80, 96),
    8500: (48, 128),
    20000: (72, 88),
}
FIRST_SEED = 100

# Measured first at L, 1.19 L, 1.41 L … 16 L, until two neighbours lie below LOST; then anew around
# where one half was passed. Inside training, a model that finds fewer than FOUND is left out.
PER_DOUBLING, COARSE_SAMPLES, LOST = 4, 128, 0.25
FINE, FINE_SAMPLES, AROUND = 8, 512, 1.25
FOUND = 0.9
SHIPPED = {"rope-100": (100, 64), "rope-500": (500, 64), "rope-10000": (10_000, 64)}
SHIPPED |= {"sealed": (200, 48)}  # base and length
DRAWS = 200  # of binomial errors


def design():
    models = [
        {"name": f"rope-{base}-{length}", "base": base, "train_length": length}
        for base, lengths in DESIGN.items()
        for length in lengths
    ]
    return {
        "models": [{**model, "seed": FIRST_SEED + n} for n, model in enumerate(models)],
        "rules": list(rules.RULES),
        "farthest, times L": rules.FARTHEST,
        "samples, at first": COARSE_SAMPLES,
        "samples, around one half": FINE_SAMPLES,
        "left out below, inside training": FOUND,
    }


def stem(model):
    return f"{model['name']}.{model['seed']}"


def shipped(measured):
    """What the rules are fitted on: (base, length, half-point, farthest distance) by stem."""
    known = {}
    for name, (base, length) in SHIPPED.items():
        for seed in (0, 1, 2):
            shares = measured[f"{name}.{seed}/none"]["retrieval"]
            at = [int(distance) for distance in shares]
            samples = [measuring.ROW_SAMPLES] * len(at)
            half = rules.half_point(at, list(shares.values()), samples)
            known[f"{name}.{seed}"] = (base, length, half or max(at), max(at))
    return known


def predict(study):
    """The parameters fitted on what ships, and what they foretell for every fresh model."""
    measured = json.loads((HERE / "measured.json").read_text(encoding="utf-8"))
    known = shipped(measured)
    parameters = rules.fit(list(known.values()))
    return {
        "fitted on": {name: round(half, 1) for name, (*_, half, _) in known.items()},
        "parameters": parameters,
        "foretold": {
            stem(model): {
                rule: round(
                    rules.foretell(rule, parameters[rule], model["base"], model["train_length"]), 1
                )
                for rule in rules.RULES
            }
            for model in study["design"]["models"]
        },
    }


def train(study, jobs):
    """Train what is not there, exactly as what ships was trained."""
    import rebuild  # PyTorch is needed for this step alone

    RUNS.mkdir(exist_ok=True)
    rebuild.corpus.fetch(rebuild.DOWNLOADS)
    wanted = [
        rebuild.Plan(
            model["name"], rebuild.rope(model["base"], model["train_length"]), model["seed"]
        )
        for model in study["design"]["models"]
    ]
    rebuild.train_all(wanted, jobs)


def write(study):
    text = json.dumps(study, indent=1, ensure_ascii=False)
    KEPT.write_text(text + "\n", encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=("design", "predict", "train", "measure", "report"))
    parser.add_argument("--jobs", type=int, default=2, help="models at once, a core each")
    options = parser.parse_args()
    study = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if options.step == "design":
        write({"design": design()})
    elif options.step == "predict":
        write({**study, **predict(study)})
    elif options.step == "train":
        train(study, options.jobs)


if __name__ == "__main__":
    main()
