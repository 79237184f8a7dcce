"""Would a wrong helper turn the notebooks red? Break the mathematics on purpose and see.

    make mutants                  the notebooks alone: nbval on a copy of the course for each
    make mutants ARGS=--tests     the module's tests instead
    make mutants ARGS=--either    the two notebooks that speak most of the module, then its tests
    make mutants ARGS=clockwise   only mutants with that word in their name or their module's
    make mutants ARGS="--either --sample 20 --seed 7"

Each mutant replaces one piece of text in one module. It is killed when the run fails.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from copies import NOTEBOOKS, ROOT, RUNNABLE, copy_course


@dataclass(frozen=True)
class Module:
    """Where a module stands in the package, and which files in tests/ try it.

    ``shown`` is a regular expression for what a notebook that shows it says; where it is empty,
    that is the module's own name and a dot. Called, it makes a mutant.
    """

    path: str
    tests: str
    shown: str = ""

    def __call__(self, name, old, new):
        return Mutant(self, name, old, new)


@dataclass(frozen=True)
class Mutant:
    module: Module
    name: str
    old: str
    new: str

    def __str__(self):
        return f"{self.module.path}: {self.name}"


rotary = Module("rotary.py", "rotary reference")
arcs = Module("arcs.py", "arcs")
scaling = Module("scaling.py", "scaling")
schemes = Module("schemes.py", "schemes")
tiny = Module("tiny.py", "tiny")
needles = Module("needles.py", "needles tiny")
terms = Module("terms.py", "terms")
probe_scores = Module("probe_scores.py", "terms checks")
attention = Module("attention.py", "attention")
compare = Module("compare.py", "compare")
heads = Module("heads.py", "heads")
local_head = Module("local_head.py", "local_head")
black_boxes = Module("black_boxes.py", "black_boxes")
impostors = Module("impostors.py", "impostors")
napkin = Module("napkin.py", "napkin capstone")

models = Module("models.py", "models models_faults")
foretell = Module("foretell.py", "models capstone", r"models\.predict|models\.report")
settings = Module("settings.py", "models models_faults", r"models\.|settings\.")
axes = Module("axes.py", "axes", r"models\.report")
READ = r"models\.get|models\.read_config"
reader = Module("configs/reader.py", "models models_faults", READ)
blocks = Module("configs/blocks.py", "models models_faults", READ)
fields = Module("configs/fields.py", "models models_faults", READ)
layers = Module("configs/layers.py", "models models_faults", READ)
caveats = Module("configs/caveats.py", "models models_faults", READ)
unread = Module("configs/unread.py", "models_faults models", READ)
vision = Module("configs/axes.py", "axes", READ)
formats = Module("configs/formats.py", "formats", READ)
params = Module("configs/params.py", "formats", READ)
gguf = Module("configs/gguf.py", "formats", READ)

published = Module("published.py", "published")
quoted = Module("quoted.py", "glossary flashcards")
entries = Module("entries.py", "glossary", "glossary")
flashcards = Module("flashcards.py", "flashcards")
leitner = Module("leitner.py", "flashcards", "flashcards")
capstone = Module("capstone.py", "capstone")
sheets = Module("sheets.py", "capstone")
predict = Module("predict.py", "widgets")
progress = Module("progress.py", "progress")
checks = Module("checks.py", "checks", r"check\(")
answers = Module("answers.py", "checks grade", r"check\(")
show = Module("show.py", "package")
explore = Module("explore.py", "widgets")
watch = Module("watch.py", "watch")
timing = Module("timing.py", "timing")

trained = Module(
    "figures/trained.py", "figures", r"figures\.(grids|loss_by|reading_on|retrieval_by)"
)
turns = Module("figures/turns.py", "figures held_arcs", r"figures\.(trained|held)_arcs")
vectors = Module("figures/vectors.py", "vectors", r"figures\.one_t")
clock = Module("figures/clock.py", "clock_and_planes", r"figures\.clock")
planes = Module("figures/planes.py", "clock_and_planes", r"figures\.arrows")
curves = Module("figures/curves.py", "curves", r"figures\.(score_over|built|bound)")
dashboard = Module("figures/dashboard.py", "dashboard", r"figures\.dashboard")
cards = Module("figures/cards.py", "cards", r"figures\.model_cards")
dials = Module("figures/dials.py", "widgets", r"figures\.two_arrows")
gallery = Module("figures/gallery.py", "impostors", r"figures\.line_up")
maps = Module("figures/maps.py", "compare", r"figures\.attention_maps")
drawn_terms = Module("figures/terms.py", "terms", r"figures\.score_terms")
beside = Module("figures/beside.py", "held_arcs", r"figures\.(loss|strangeness)_beside")
rescue = Module("figures/rescue.py", "capstone", r"figures\.(gain|ramps)")
drawn_napkin = Module("figures/napkin.py", "napkin capstone", r"napkin\.")

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
    rotary(
        "turns clockwise",
        "turns.imag = np.cos(angle), np.sin(angle)",
        "turns.imag = np.cos(angle), -np.sin(angle)",
    ),
    rotary(
        "sin and cos swapped",
        "= np.cos(angle), np.sin(angle)\n    return turns",
        "= np.sin(angle), np.cos(angle)\n    return turns",
    ),
    rotary("turns by degrees", "_turns(angle.astype(", "_turns(np.radians(angle).astype("),
    rotary("turns twice", "_turns(angle.astype(", "_turns(2 * angle.astype("),
    rotary(
        "grows while turning",
        "turned = np.multiply(arrows, turns,",
        "turned = np.multiply(arrows, turns * (1 + 1e-3 * angle),",
    ),
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
    rotary("curve of n − m", "_turns(np.multiply.outer(", "_turns(-np.multiply.outer("),
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
    arcs(
        "wavelength at least L",
        "rotary.wavelengths(inv_freq) > ",
        "rotary.wavelengths(inv_freq) >= 8 * ",
    ),
    arcs("finished pairs", "rotary.wavelengths(inv_freq) > ", "rotary.wavelengths(inv_freq) < "),
    arcs(
        "L positions reach L",
        "positions) - 1) * inv_freq, 2 * np.pi)",
        "positions)) * inv_freq, 2 * np.pi)",
    ),
    arcs("arcs beyond a turn", "- 1) * inv_freq, 2 * np.pi)", "- 1) * inv_freq, 4 * np.pi)"),
    arcs("arcs of half a turn", "- 1) * inv_freq, 2 * np.pi)", "- 1) * inv_freq, np.pi)"),
    arcs("met less needed", "np.maximum(needed - met, 0)", "np.maximum(met - needed, 0)"),
    arcs(
        "all pairs are strange",
        "_speeds(inv_freq)[unfinished(inv_freq, train_length)]",
        "_speeds(inv_freq)",
    ),
    arcs("no whole turns taken off", "slow) % (2 * np.pi)", "slow)"),
    arcs(
        "one angle more was met",
        "np.minimum(steps, train_length - 1)",
        "np.minimum(steps, train_length)",
    ),
    arcs(
        "never back round the circle",
        "np.minimum(np.abs(angle - nearest), 2 * np.pi - angle)",
        "np.abs(angle - nearest)",
    ),
    arcs("strangeness summed", "np.degrees(gap).mean(axis=-1)", "np.degrees(gap).sum(axis=-1)"),
    arcs("strangeness in radians", "np.degrees(gap).mean", "gap.mean"),
    arcs("strangeness at its worst", "np.degrees(gap).mean(", "np.degrees(gap).max("),
    scaling(
        "interpolation squared",
        "rotary.inv_freq(head_dim, base) / scale, 1.0",
        "rotary.inv_freq(head_dim, base) / scale**2, 1.0",
    ),
    scaling(
        "interpolation speeds up",
        "rotary.inv_freq(head_dim, base) / scale, 1.0",
        "rotary.inv_freq(head_dim, base) * scale, 1.0",
    ),
    scaling(
        "NTK without its exponent", "base * scale ** (head_dim / (head_dim - 2))", "base * scale"
    ),
    scaling(
        "NTK exponent inverted",
        "scale ** (head_dim / (head_dim - 2))",
        "scale ** ((head_dim - 2) / head_dim)",
    ),
    scaling(
        "dynamic acts as factor",
        "scale * length / train_length - (scale - 1)",
        "scale * length / train_length",
    ),
    scaling(
        "ramp ends swapped",
        "first, last = pair_that_makes(beta_fast), pair_that_makes(beta_slow)",
        "last, first = pair_that_makes(beta_fast), pair_that_makes(beta_slow)",
    ),
    scaling("ramp of the natural base", "(2 * math.log(base))", "(2 * math.log(2))"),
    scaling("ramp not truncated", "    if truncate:\n", "    if not truncate:\n"),
    scaling("ramp from below zero", "max(first, 0)", "first"),
    scaling(
        "fast pairs slowed",
        "return inv_freq * (1 - slowed) + inv_freq / scale * slowed",
        "return inv_freq * slowed + inv_freq / scale * (1 - slowed)",
    ),
    scaling(
        "turns in radians",
        "turns = train_length * inv_freq / (2 * np.pi)",
        "turns = train_length * inv_freq",
    ),
    scaling(
        "printed ramp inverted", "(many - turns) / (many - few)", "(turns - few) / (many - few)"
    ),
    scaling(
        "temperature without the one",
        "0.1 * weight * math.log(scale) + 1",
        "0.1 * weight * math.log(scale)",
    ),
    scaling(
        "temperature of 0.2", "0.1 * weight * math.log(scale)", "0.2 * weight * math.log(scale)"
    ),
    scaling(
        "llama3 with a temperature",
        "_blend(inv_freq, scale, slowed), 1.0",
        "_blend(inv_freq, scale, slowed), _factor(None, scale)",
    ),
    scaling(
        "longrope multiplies",
        "rotary.inv_freq(head_dim, base) / factors",
        "rotary.inv_freq(head_dim, base) * factors",
    ),
    scaling(
        "longrope log of L alone", "math.log(scale) / math.log(train_length)", "math.log(scale)"
    ),
    schemes(
        "slopes by the head's own count",
        "return np.concatenate([_slopes(power), _slopes(2 * power)[::2]])[:n_heads]",
        "return _slopes(n_heads)",
    ),
    schemes("slopes from the second", "_slopes(2 * power)[::2]", "_slopes(2 * power)[1::2]"),
    schemes("slopes from 2^0", "np.arange(1, power_of_two + 1)", "np.arange(power_of_two)"),
    schemes("slopes of 2^-4", "2.0 ** (-8 *", "2.0 ** (-4 *"),
    schemes("nearer costs more", "logits -= slopes", "logits += slopes"),
    schemes("buckets one off", '"right") - 1', '"left") - 1'),
    schemes(
        "cosine first",
        "waves = np.sin(angles), np.cos(angles)",
        "waves = np.cos(angles), np.sin(angles)",
    ),
    schemes(
        "two sines",
        "waves = np.sin(angles), np.cos(angles)",
        "waves = np.sin(angles), np.sin(angles)",
    ),
    schemes(
        "a row for every position",
        "rows = self.table[np.where(past, 0, positions).astype(int)]",
        "rows = self.table[np.where(past, 0, positions - 1).astype(int)]",
    ),
    schemes("rows past the end repeat", "        rows[past] = 0\n", ""),
    schemes("one row past the end", "past = positions >= n_rows", "past = positions > n_rows"),
    schemes("scores not divided", "    divide = True", "    divide = False"),
    schemes("divided by d", "math.sqrt(q.shape[-1])", "q.shape[-1]"),
    schemes("attention factor once", "*= self.attention_factor**2", "*= self.attention_factor"),
    schemes(
        "T5 counts ahead",
        "distance = (q_positions[:, None] - k_positions).astype",
        "distance = (k_positions - q_positions[:, None]).astype",
    ),
    tiny("no mask", "scores[..., k_positions[seen] > at[:, None]] = -np.inf", "pass"),
    tiny(
        "blind to itself",
        "k_positions[seen] > at[:, None]] = -np.inf",
        "k_positions[seen] > np.maximum(at[:, None] - 1, 0)] = -np.inf",
    ),
    tiny("softmax of two", "np.exp(scores, out=scores)", "np.exp2(scores, out=scores)"),
    tiny(
        "norm without its gain", "+ np.float32(1e-5)) * gain", "+ np.float32(1e-5)) * np.sign(gain)"
    ),
    tiny("no residual", "h = h[:, first:] + mixed", "h = mixed"),
    tiny(
        "ReLU",
        "    return np.float32(0.5) * x * (1 + np.tanh(inner))",
        "    return np.maximum(x, 0)",
    ),
    tiny(
        "clamped to the far side",
        "np.subtract.outer(q_positions, k_positions) > self.largest",
        "np.subtract.outer(q_positions, k_positions) < self.largest",
    ),
    tiny(
        "clamped backwards",
        "rotary.apply_rope(q, self.largest, self.once)",
        "rotary.apply_rope(q, -self.largest, self.once)",
    ),
    tiny(
        "needle one later",
        "model, length - 1 - distance, length - 1,",
        "model, length - distance, length - 1,",
    ),
    tiny(
        "loss of the token read",
        "logits[np.arange(length), text[1:]]",
        "logits[np.arange(length), text[:-1]]",
    ),
    tiny(
        "loss in bits",
        "total += np.log(np.exp(logits).sum(axis=-1))",
        "total += np.log2(np.exp(logits).sum(axis=-1))",
    ),
    needles(
        "an open needle",
        "np.array([FIRST_KEY + key, FIRST_VALUE + value, FIRST_KEY + key])",
        "np.array([FIRST_KEY + key, FIRST_VALUE + value, FIRST_VALUE + value])",
    ),
    needles(
        "another needle is asked for",
        "tokens[-1] = FIRST_KEY + keys[0]",
        "tokens[-1] = FIRST_KEY + keys[1]",
    ),
    terms("query and key exchanged", "query @ a @ key.T for", "query @ a.T @ key.T for"),
    terms(
        "cross terms exchanged",
        "for query in (x_m, p_m) for key in (x_n, p_n)]",
        "for key in (x_n, p_n) for query in (x_m, p_m)]",
    ),
    terms("the other head", "slice(head * tiny.HEAD_DIM,", "slice((1 - head) * tiny.HEAD_DIM,"),
    terms("A transposed", "w_q.T @ w_k", "w_k.T @ w_q"),
    terms("share left unexplained", "1 - np.mean((seen", "np.mean((seen"),
    terms("distances off by one", "/ np.bincount(m - n)", "/ (np.bincount(m - n) + 1)"),
    attention(
        "values turn too",
        "    k = rotary.apply_rope(k, positions, inv_freq)\n",
        "    k, v = (rotary.apply_rope(x, positions, inv_freq) for x in (k, v))\n",
    ),
    attention("keys do not turn", "k = rotary.apply_rope(k, positions, inv_freq)", "pass"),
    foretell(
        "one position too many", "starts = np.ceil(seen * met", "starts = np.ceil((seen + 1) * met"
    ),
    foretell(
        "one position too few", "starts = np.ceil(seen * met", "starts = np.ceil((seen - 1) * met"
    ),
    foretell("the last pair is worst", "int(unseen.argmax())", "int(unseen.size - 1)"),
    foretell("arcs beyond a turn", "speeds, 2 * np.pi)", "speeds, 4 * np.pi)"),
    foretell("L positions reach L", "np.minimum((n - 1) * speeds", "np.minimum(n * speeds"),
    foretell("scaling has no effect", "return np.maximum(needs - reached, 0)", "return 0 * needs"),
    foretell("strange at the end", "met, now, seen, needed - 1)", "met, now, seen, 2 * needed)"),
    foretell("worst at the first new one", "distances[strange.argmax()]", "distances[0]"),
    compare(
        "keys do not move", "score(FAR + MOVE, FAR + MOVE - NEAR)", "score(FAR + MOVE, FAR - NEAR)"
    ),
    compare("higher counts as lower", "score(FAR, 0) < here", "score(FAR, 0) > here"),
    compare(
        "lengths left unturned",
        "np.abs(length(MOVE) / length(0) - 1)",
        "np.abs(length(MOVE) / length(MOVE) - 1)",
    ),
    heads("two back", "int), lengths, lengths - 3", "int), lengths, lengths - 2"),
    heads(
        "rows wrap around",
        'return vectors + self.weights[f"{name} row"][positions]',
        'return vectors + self.weights[f"{name} row"][np.asarray(positions) % TRAIN_LENGTH]',
    ),
    heads("an item too near", "right = length - distances", "right = length - distances // 2 - 1"),
    heads(
        "reads with its own speeds",
        "self.inv_freq if inv_freq is None else inv_freq)",
        "self.inv_freq)",
    ),
    heads(
        "the gradient turns on",
        "rotary.apply_rope(by_key, -places",
        "rotary.apply_rope(by_key, places",
    ),
    local_head(
        "near and far exchanged", "distances < near, HIGH, -HIGH", "distances < near, -HIGH, HIGH"
    ),
    local_head("a heavy ridge", "RIDGE = 1.0", "RIDGE = 1e3"),
    local_head("farthest keys counted", "attention[: _validate", "attention[- _validate"),
    local_head(
        "sines alone", "[np.cos(angles), np.sin(angles)]", "[np.sin(angles), np.sin(angles)]"
    ),
    black_boxes("box A is ALiBi", "schemes.T5Bias(_BIAS)", "schemes.ALiBi(1, slope_scale=32)"),
    black_boxes("steeper", "slope_scale=32", "slope_scale=16"),
    black_boxes("F turns too fast", "rotary.inv_freq(WIDTH)", "rotary.inv_freq(WIDTH, 100.0)"),
    impostors("an honest one", "positions, -_speeds(x, base))", "positions, _speeds(x, base))"),
    impostors("degrees are radians", "np.radians(_speeds(x, base))", "_speeds(x, base)"),
    impostors("the right exponent", "np.sqrt(_speeds(x, base))", "_speeds(x, base)"),
    impostors("every speed", "np.ones_like(_speeds(x, base))", "_speeds(x, base)"),
    impostors("the right layout", 'layout="half_split")', 'layout="interleaved")'),
    napkin("the pair beside it", "SLOW_PAIR = 52", "SLOW_PAIR = 53"),
    napkin(
        "interpolated to L − 1",
        "(target_length - 1) * train_length / target_length",
        "(target_length - 1) * (train_length - 1) / target_length",
    ),
    napkin(
        "positions times s",
        "(target_length - 1) * train_length / target_length",
        "(target_length - 1) * target_length / train_length",
    ),
    napkin(
        "read on to T", "[train_length - 1, target_length - 1,", "[train_length - 1, target_length,"
    ),
)


def tests_for(mutant):
    """The module's tests, and the examples in its docstrings."""
    name = f"rope_lessons.{mutant.module.path.removesuffix('.py').replace('/', '.')}"
    examples = f"tests/test_package.py::test_the_examples_in_docstrings_hold[{name}]"
    return [*(f"tests/test_{tests}.py" for tests in mutant.module.tests.split()), examples]


def notebooks_for(mutant):
    """All notebooks, those that speak most of the module first: an early killer saves the rest."""
    return [path for _, path in _by_mentions(mutant.module)]


def shown_in(mutant, most=2):
    """The notebooks that speak most of the module."""
    return [path for mentions, path in _by_mentions(mutant.module) if mentions][:most]


def _by_mentions(module):
    shown = re.compile(module.shown or rf"\b{Path(module.path).stem}\.")
    found = [
        (len(shown.findall(path.read_text(encoding="utf-8"))), path.relative_to(ROOT).as_posix())
        for folder in NOTEBOOKS
        for path in sorted((ROOT / folder).glob("*.ipynb"))
    ]
    return sorted(found, key=lambda each: -each[0])


def run(mutant, arguments):
    """The finished run with this mutant (None: with no mutant at all)."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_course(folder, RUNNABLE)
        if mutant:
            module = copy / "rope_lessons" / mutant.module.path
            text = module.read_text(encoding="utf-8")
            if text.count(mutant.old) != 1:
                raise ValueError(
                    f"mutant {mutant.name!r} should replace one place in {mutant.module.path}, but "
                    f"its text stands there {text.count(mutant.old)} times; bring it up to date"
                )
            module.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        pytest = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider"]
        pytest += ["--nbval-cell-timeout=600"]  # a busy machine kills nothing
        finished = subprocess.run(
            [*pytest, *arguments],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": folder, "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
    if finished.returncode not in (0, 1, 2):  # 2: red while the tests were collected
        raise RuntimeError(f"the run itself broke:\n{finished.stdout}{finished.stderr}")
    return finished


def survives(mutant, arguments):
    """Whether the run stays green with this mutant."""
    return run(mutant, arguments).returncode == 0


def killer(mutant, rounds):
    """The name of the first round that turns red with this mutant, or None."""
    asked = ((name, arguments(mutant)) for name, arguments in rounds.items())
    return next((name for name, files in asked if files and not survives(mutant, files)), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("word", nargs="?", default="", help="only mutants with this in the name")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--tests", action="store_true", help="tests/ instead of the notebooks")
    how.add_argument("--either", action="store_true", help="two notebooks, then tests/")
    parser.add_argument("--sample", type=int, metavar="N", help="only N of them, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="for --sample (0)")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if options.word in str(mutant)]
    if options.sample is not None and options.sample < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.sample)
    rounds = {"notebooks": shown_in if options.either else notebooks_for, "tests": tests_for}
    if not options.either:
        del rounds["notebooks" if options.tests else "tests"]
    needed = {path for mutant in chosen for files in rounds.values() for path in files(mutant)}
    unharmed = run(None, sorted(needed))
    if unharmed.returncode:
        sys.exit(f"{unharmed.stdout}\nThe run is red without any mutant: mend that first.")
    killed = Counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        killers = pool.map(lambda mutant: killer(mutant, rounds), chosen)
        for mutant, by in zip(chosen, killers, strict=True):
            killed[mutant.module.path, by] += 1
            print(f"{f'killed by {by}' if by else 'survived':19} {mutant}", flush=True)
    print()
    for path in dict.fromkeys(mutant.module.path for mutant in chosen):
        print(f"{path:22} {_counted(rounds, lambda by, path=path: killed[path, by])}")
    total = Counter()
    for (_, by), count in killed.items():
        total[by] += count
    print(f"{'in all':22} {_counted(rounds, total.get)}")


def _counted(rounds, count):
    counts = {by: count(by) or 0 for by in (*rounds, None)}
    parts = [f"{n} {f'by {by}' if by else 'survived'}" for by, n in counts.items()]
    return f"{sum(counts.values())}: {', '.join(parts)}"


if __name__ == "__main__":
    main()
