"""Write the tables of README.md from measured.json: ``python training/report.py``."""

import json
import re
from pathlib import Path

import numpy as np

from rope_lessons import arcs, scaling
from rope_lessons.trained import tiny

HERE = Path(__file__).resolve().parent
SCHEMES = (
    ("sinusoidal", "sinusoidal"),
    ("learned", "learned table, zeros past its end"),
    ("t5", "T5 bias, max distance 64"),
    ("alibi", "ALiBi, canonical slopes"),
    ("alibi-x16", "ALiBi, slopes × 16"),
    ("rope-100", "RoPE base 100"),
    ("rope-500", "RoPE base 500"),
    ("rope-10000", "RoPE base 10,000"),
    ("none", "no positions"),
)
RANGES = ("32-64", "64-80", "128-192", "384-512")
DISTANCES = (60, 96, 128, 240, 496)
OPERATIONS = ("untouched", "slow", "fast", "all")


def seeds(measured, name, reading, pick):
    """One number of all three seeds, as a table's cell."""
    found = [pick(measured[f"{name}.{seed}/{reading}"]) for seed in (0, 1, 2)]
    return " / ".join(f"{value:.2f}" for value in found)


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def losses(measured):
    rows = [
        [title, *(seeds(measured, name, "none", lambda m, r=r: m["loss"][r]) for r in RANGES)]
        for name, title in SCHEMES
    ]
    return table(["loss (nats a character) at", *RANGES], rows)


def retrieval(measured):
    rows = [
        [
            title,
            *(
                seeds(measured, name, "none", lambda m, d=d: m["retrieval"][str(d)])
                for d in DISTANCES
            ),
            seeds(measured, name, "none", lambda m: m["near"]["8"]),
        ]
        for name, title in SCHEMES
    ]
    return table(["retrieval at distance", *map(str, DISTANCES), "16 back in 512"], rows)


def rescues(measured):
    readings = [
        key.split("/")[1]
        for key in measured
        if key.startswith("rope-500.0/") and "surgery" not in key
    ]
    cases = [("rope-500", reading, f"untuned, {reading}") for reading in readings]
    for steps in (10, 50):
        for kind in ("plain", "pi", "yarn"):
            cases.append((f"rope-500-{kind}-{steps}", "none", f"{kind}, {steps} steps at ×4"))
    rows = [
        [
            title,
            *(
                seeds(measured, name, reading, lambda m, d=d: m["retrieval"][str(d)])
                for d in (8, 52, 112, 240)
            ),
            *(
                seeds(measured, name, reading, lambda m, r=r: m["loss"][r])
                for r in ("32-64", "128-256")
            ),
        ]
        for name, reading, title in cases
    ]
    header = ["RoPE base 500, retrieval at", "8", "52", "112", "240", "loss 32-64", "loss 128-256"]
    return table(header, rows)


def surgery(measured):
    rows = [
        [title, *(seeds(measured, name, "surgery", lambda m, p=p: m[p]) for p in OPERATIONS)]
        for name, title in SCHEMES
        if f"{name}.0/surgery" in measured
    ]
    return table(["retrieval at 240, distance held at 60 in", *OPERATIONS], rows)


def hypothesis(measured):
    """Rank correlation of three predictors with retrieval past L, all seeds of the rope models."""
    points = {
        "trained on when found (bases 100, 500, 10,000)": [],
        "kept model (base 200, L 48)": [],
    }
    for name, base, length in (
        ("rope-100", 100.0, 64),
        ("rope-500", 500.0, 64),
        ("rope-10000", 10_000.0, 64),
        ("sealed", 200.0, 48),
    ):
        inv_freq = scaling.frequencies("default", tiny.HEAD_DIM, base).inv_freq
        group = list(points)[name == "sealed"]
        for seed in (0, 1, 2):
            for distance, right in measured[f"{name}.{seed}/none"]["retrieval"].items():
                if (d := int(distance)) >= length:
                    unseen = arcs.unseen_arc(inv_freq, length, d + 1).sum()
                    strange = float(arcs.strangeness(inv_freq, length, d))
                    points[group].append((strange, unseen, d / length, right))
    rows = []
    for group, found in points.items():
        strange, unseen, share, right = np.array(found).T
        cells = [f"{rank_correlation(x, -right):.2f}" for x in (strange, unseen, share)]
        rows.append([f"{group}, {len(right)} points", *cells])
    return table(["rank correlation with lost retrieval", "D(S)", "total unseen arc", "S/L"], rows)


def rank_correlation(x, y):
    """Spearman's, ties sharing their mean rank."""
    ranks = []
    for values in (x, y):
        _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        ranks.append((last - (counts - 1) / 2)[group])
    return np.corrcoef(*ranks)[0, 1]


def drawn():
    """Which seeds had to be drawn anew."""
    listed = json.loads((tiny.DATA / "tiny_models.json").read_text(encoding="utf-8"))["models"]
    lines = [
        f"- {entry['name']}, seed {entry['seed']}: trained with {entry['drawn']}, after "
        + ", ".join(f"{r['seed']} ({r['reason']})" for r in entry["refused"])
        for entry in listed
        if entry["refused"]
    ]
    return "\n".join(lines) or "- none"


def main():
    measured = json.loads((HERE / "measured.json").read_text(encoding="utf-8"))
    parts = {
        "losses": losses(measured),
        "retrieval": retrieval(measured),
        "surgery": surgery(measured),
        "rescues": rescues(measured),
        "hypothesis": hypothesis(measured),
        "drawn": drawn(),
    }
    fill(parts)


def fill(parts):
    """Put each part between its two marks in README.md."""
    path = HERE / "README.md"
    text = path.read_text(encoding="utf-8")
    for name, part in parts.items():
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        text = re.sub(f"{start}.*?{end}", lambda _: f"{start}\n{part}\n{end}", text, flags=re.S)  # noqa: B023
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
