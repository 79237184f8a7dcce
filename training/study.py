"""Is strangeness right on models that it was not found on? ``python training/study.py STEP``.

The steps, in their order; each goes on where it stopped, and all but ``train`` run without PyTorch:

design   which models, how measured: written before anything is trained
predict  fit every rule on the models that ship, foretell the fresh ones: committed before training
train    by the recipe, seeds redrawn by its rule; weights go to ``runs/``
measure  where far retrieval falls below one half
report   the tables of README.md, and what lessons can print

What comes out stands in ``study.json``.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import half_point
import measure as measuring
import report
import rules
import verdict

from rope_lessons import arcs
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
ROUNDS = 3  # the recipe's three seeds; where none forms a model that looks back, three others

FOUND = 0.9  # inside training; a model that finds fewer is left out
SHIPPED = {"rope-100": (100, 64), "rope-500": (500, 64), "rope-10000": (10_000, 64)}
SHIPPED |= {"sealed": (200, 48)}  # base and length


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
        "samples, at first": half_point.SAMPLES,
        "samples, around one half": half_point.FINE_SAMPLES,
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
            half = half_point.half_point(at, list(shares.values()), samples)
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
    for turn in range(ROUNDS):
        wanted = [
            rebuild.Plan(
                model["name"],
                rebuild.rope(model["base"], model["train_length"]),
                model["seed"] + turn * rebuild.ATTEMPTS * rebuild.SEED_STEP,
            )
            for model in study["design"]["models"]
            if not (tries := runs(model)) or len(tries) > turn or not formed(tries[-1])
        ]
        rebuild.train_all(wanted, jobs)


def runs(model):
    """What training left behind about one model, a round after the other."""
    paths = RUNS.glob(f"{model['name']}.*.json")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return sorted(found, key=lambda about: about["seed"])


def formed(about):
    """Whether the last answers of a training were right."""
    return about["log"][-1][-1] >= FOUND


def measure(model):
    """One trained model, on the weights as they would ship, with what its training left behind."""
    *before, about = runs(model)
    refused = [one for tried in (*before, about) for one in tried["refused"]]
    refused += [{"seed": one["drawn"], "reason": "right answers at the end"} for one in before]
    weights = measuring.rounded(RUNS / f"{about['name']}.{about['seed']}.npz")
    found = half_point.find(tiny.Model(about, weights))
    return {"drawn": about["drawn"], "refused": refused, "seconds": about["seconds"], **found}


def measure_all(study, jobs):
    """Measure what is trained and not measured; what is done stays when it is stopped."""
    measured = study.setdefault("measured", {})
    trained = [
        model
        for model in study["design"]["models"]
        if (tries := runs(model)) and (formed(tries[-1]) or len(tries) == ROUNDS)
    ]
    missing = [model for model in trained if stem(model) not in measured]
    print(f"{len(trained) - len(missing)} of {len(trained)} are measured", flush=True)
    with ProcessPoolExecutor(jobs) as pool:
        for model, found in zip(missing, pool.map(measure, missing), strict=True):
            measured[stem(model)] = found
            write(study)
            print(f"{stem(model)}: {found['half']} {found['interval']}", flush=True)


def judged(study):
    """The fresh models that count, with what was measured, and what each rule foretold of them."""
    models = [
        {**model, "measured": study["measured"][stem(model)]}
        for model in study["design"]["models"]
        if study["measured"].get(stem(model), {"inside": 0})["inside"] >= FOUND
    ]
    foretold = {
        rule: [study["foretold"][stem(model)][rule] for model in models] for rule in rules.RULES
    }
    return models, foretold


def results(study):
    models, foretold = judged(study)
    return {
        "rules": verdict.judge(models, foretold),
        "halves": verdict.chosen_on_half(models, foretold),
        "left one out": verdict.left_one_out(models),
    }


def model_rows(study):
    """One row a model: what was foretold, and what was measured."""
    header = ["base", "L", "unfinished pairs", "measured", "D there", *rules.RULES]
    rows = []
    for model in study["design"]["models"]:
        base, length = model["base"], model["train_length"]
        found = study["measured"].get(stem(model))
        speeds = rules.inv_freq(base)
        unfinished = int(arcs.unfinished(speeds, length).sum())
        far = [f"{study['foretold'][stem(model)][rule]:.0f}" for rule in rules.RULES]
        there = ""
        if found and found["half"]:
            there = f"{float(arcs.strangeness(speeds, length, found['half'])):.0f}°"
        rows.append([f"{base:,}", str(length), str(unfinished), seen(found, length), there, *far])
    return report.table(header, rows)


def seen(found, length):
    if found is None:
        return "not trained"
    if found["inside"] < FOUND:
        return f"left out: {found['inside']:.2f} inside"
    if found["half"] is None:
        return f"over {rules.FARTHEST * length}"
    low, high = found["interval"]
    return f"**{found['half']:.0f}** ({low:.0f} to {high:.0f})"


def rule_rows(found):
    """One row a rule: how well it did."""
    header = [
        "rule",
        "rank correlation over models",
        "median error, factor",
        "error over that as told",
        "foretold / measured",
        "fitted on the others",
        "rank correlation with lost retrieval",
    ]
    rows = [
        [
            rule,
            spread(one["rank correlation"]),
            spread(one["error"]),
            spread(one["error over that as told"]) if rule != rules.AS_TOLD else "",
            f"{one['foretold / measured']:.2f}",
            f"{found['left one out'][rule]:.2f}",
            spread(one["over points"]),
        ]
        for rule, one in found["rules"].items()
    ]
    return report.table(header, rows)


def spread(one):
    middle, low, high = one
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def halves(found):
    """What choosing a rule on half of the models is worth on the other half, as a sentence."""
    often = sorted(found["chosen"].items(), key=lambda one: -one[1])
    chosen = ", ".join(f"{rule} {share:.0%}" for rule, share in often if share >= 0.01)
    return (
        f"Chosen on one half of the models ({chosen}), the best rule has a median error of "
        f"{found['error of the chosen']:.2f} on the other half, where strangeness as told has "
        f"{found['error of strangeness as told']:.2f}."
    )


def redrawn(study):
    lines = [
        f"- base {model['base']:,}, L {model['train_length']}, seed {model['seed']}: trained with "
        f"{found['drawn']}, after "
        + ", ".join(f"{one['seed']} ({one['reason']})" for one in found["refused"])
        for model in study["design"]["models"]
        if (found := study["measured"].get(stem(model))) and found["refused"]
    ]
    return "\n".join(lines) or "- none"


def parts(study):
    """The parts of README.md that are made from study.json."""
    return {
        "study, models": model_rows(study),
        "study, rules": rule_rows(study["results"]),
        "study, halves": halves(study["results"]["halves"]),
        "study, redrawn": redrawn(study),
    }


def ships(study):
    """What lessons can print: rope_lessons/data/half_points.json."""
    models, _ = judged(study)
    return {
        "models": [
            {
                "base": model["base"],
                "train_length": model["train_length"],
                "half": model["measured"]["half"],
                "interval": model["measured"]["interval"],
                "foretold": study["foretold"][stem(model)],
            }
            for model in models
        ],
        "rules": {
            rule: {
                key: [round(value, 3) for value in record[key]]
                for key in ("rank correlation", "error")
            }
            for rule, record in study["results"]["rules"].items()
        },
    }


def write(content, path=KEPT):
    text = json.dumps(content, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=("design", "predict", "train", "measure", "report"))
    parser.add_argument("--jobs", type=int, default=2, help="models at once, a core each")
    options = parser.parse_args()
    study = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if options.step == "design":
        write({**study, "design": design()})
    elif options.step == "predict":
        write({**study, **predict(study)})
    elif options.step == "train":
        train(study, options.jobs)
    elif options.step == "measure":
        measure_all(study, options.jobs)
    else:
        study["results"] = results(study)
        write(study)
        write(ships(study), tiny.DATA / "half_points.json")
        report.fill(parts(study))


if __name__ == "__main__":
    main()
