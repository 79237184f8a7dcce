"""What do the trained models do? Every grid, loss and retrieval that the course and report quote.

Measured with the package's own NumPy code on float16-rounded weights, so that a lesson that
measures a cell again gets the stored number.
"""

import json
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from rope_lessons import arcs
from rope_lessons.trained import tiny

NEEDLE_AT = (4, 28, 48, 72, 96, 140, 200, 280, 400, 500)
QUESTION_AT = (63, 95, 127, 191, 255, 383, 511)  # the last token of 64, 96, … 512
SAMPLES = 48  # texts a cell of the grid
ROW_SAMPLES = 128  # texts a number in the tables
DISTANCES = (8, 16, 32, 52, 60, 72, 96, 112, 128, 176, 240, 368, 496)
NEAR = 16  # a needle so far back, in a text of 1, 2, 4 and 8 times the training length
LOSS_SAMPLES = 64

OPERATED = ("rope-100", "rope-500", "rope-10000")
SURGERY_AT = 240  # positions back
MARGIN = 4  # distances are held so far inside the training length

# How rope-500 is read without tuning: {name: (kind, options)}.
READINGS = {
    "none": ("default", {}),
    **{f"pi x{s}": ("linear", {"scale": s}) for s in (2, 4, 8)},
    **{f"ntk x{s}": ("ntk", {"scale": s}) for s in (2, 4, 8)},
    "yarn as printed, 1 to 4, x4": ("yarn_paper", {"scale": 4, "beta_fast": 4, "beta_slow": 1}),
    "yarn as printed, 1 to 32, x4": ("yarn_paper", {"scale": 4, "beta_fast": 32, "beta_slow": 1}),
    "yarn as released, 1 to 32, x4": ("yarn", {"scale": 4, "beta_fast": 32, "beta_slow": 1}),
}


def measure(entry, weights, reading):
    """One model under one reading: its grid, and its loss and retrieval rows."""
    model = tiny.Model(entry, weights, past_end="zeros")
    options = {}
    if reading != "none":
        kind, scaling_options = READINGS[reading]
        options["frequencies"] = model.rescaled(kind, **scaling_options)
    length = model.train_length
    grid = [
        [
            tiny.measure_cell(model, needle, question, samples=SAMPLES, **options)
            if needle + 8 <= question + 1
            else None
            for question in QUESTION_AT
        ]
        for needle in NEEDLE_AT
    ]
    loss = tiny.loss_by_position(model, 8 * length, samples=LOSS_SAMPLES, **options)
    return {
        "grid": grid,
        "retrieval": {
            d: tiny.retrieval(model, d, samples=ROW_SAMPLES, **options) for d in DISTANCES
        },
        "near": {
            times: tiny.retrieval(
                model, NEAR, length=times * length, samples=ROW_SAMPLES, **options
            )
            for times in (1, 2, 4, 8)
        },
        "loss": {
            f"{low}-{high}": float(loss[low:high].mean())
            for low, high in ((32, 64), (64, 80), (64, 128), (128, 192), (128, 256), (384, 512))
        },
        "loss by position": np.round(loss, 3).tolist(),
    }


def operate(entry, weights):
    """Retrieval from far back with the distance held inside slow pairs, fast pairs, or all."""
    model = tiny.Model(entry, weights)
    slow = arcs.unfinished(model.frequencies.inv_freq, model.train_length)
    largest = model.train_length - MARGIN
    clamps = {"untouched": None, "slow": slow, "fast": ~slow, "all": slow | ~slow}
    return {
        name: tiny.retrieval(
            model,
            SURGERY_AT,
            samples=ROW_SAMPLES,
            clamp=None if pairs is None else (pairs, largest),
        )
        for name, pairs in clamps.items()
    }


def measure_file(job):
    entry, path, reading = job
    weights = rounded(path)
    return operate(entry, weights) if reading == "surgery" else measure(entry, weights, reading)


def rounded(path):
    """A run's weights as they ship: rounded to float16."""
    with np.load(path, allow_pickle=False) as kept:
        return {key: kept[key].astype(np.float16).astype(np.float32) for key in kept.files}


def measure_all(entries, runs, out, jobs):
    """Measure what is not in ``out`` yet; give back {name.seed/reading: measured}."""
    out.mkdir(exist_ok=True)
    todo = []
    for entry in entries:
        stem = f"{entry['name']}.{entry['seed']}"
        readings = list(READINGS) if entry["name"] == "rope-500" else ["none"]
        if entry["name"] in OPERATED:
            readings.append("surgery")
        todo += [(entry, runs / f"{stem}.npz", reading) for reading in readings]

    def place(job):
        return out / f"{job[1].stem}_{job[2].replace(' ', '-')}.json"

    missing = [job for job in todo if not place(job).exists()]
    print(f"{len(todo) - len(missing)} of {len(todo)} measurements are there", flush=True)
    with ProcessPoolExecutor(jobs) as pool:
        for done, (job, found) in enumerate(
            zip(missing, pool.map(measure_file, missing), strict=True)
        ):
            place(job).write_text(json.dumps(found), encoding="utf-8")
            print(f"{done + 1}/{len(missing)} {job[1].stem}, {job[2]}", flush=True)
    return {
        f"{job[1].stem}/{job[2]}": json.loads(place(job).read_text(encoding="utf-8"))
        for job in todo
    }
