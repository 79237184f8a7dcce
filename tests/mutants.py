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

TESTS = Path(__file__).parent


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


def turned_by(angle):
    """What is replaced in ``rotary._turns``, so that it turns by this angle."""
    begins = "    turns = np.empty(angle.shape"
    return begins, f"    angle = {angle}\n{begins}"


rotary = Module("rotary.py", "rotary reference")
blocks_of = Module("_blocks.py", "rotary", r"distance_curve|live\.peak")
arcs = Module("arcs.py", "arcs")
look_alikes = Module("look_alikes.py", "look_alikes")
scaling = Module("scaling.py", "scaling")
schemes = Module("schemes.py", "schemes")
tiny = Module("trained/tiny.py", "tiny")
needles = Module("trained/needles.py", "needles tiny")
terms = Module("trained/score_terms.py", "score_terms")
layer_scores = Module("trained/layer_scores.py", "layer_scores")
layouts = Module("trained/layouts.py", "layer_scores")
surgery = Module("trained/surgery.py", "surgery")
candidates = Module("trained/candidates.py", "candidates")
attention = Module("specimens/attention.py", "attention")
one_turn = Module("specimens/one_turn.py", "one_turn")
compare = Module("specimens/scheme_comparison.py", "scheme_comparison")
heads = Module("trained/heads.py", "heads")
weights = Module("trained/attention_weights.py", "attention_weights", "attention_weights")
rescues = Module("trained/rescues.py", "rescues")
local_head = Module("trained/local_head.py", "local_head")
black_boxes = Module("specimens/black_boxes.py", "black_boxes score_terms checks")
searched = Module("specimens/searched.py", "searched")
six_schemes = Module("specimens/six_schemes.py", "six_schemes")
impostors = Module("specimens/impostors.py", "impostors")
napkin = Module("page/napkin.py", "napkin capstone")

MEASURED = r"measuring\."
checkpoint = Module("own_model/checkpoint.py", "checkpoint", MEASURED)
questions = Module("own_model/questions.py", "questions truth", MEASURED)
plan = Module("own_model/plan.py", "questions truth", MEASURED)
foretold = Module("own_model/foretold.py", "report", MEASURED)
measured = Module("own_model/measured.py", "report truth", MEASURED)
own_rescues = Module("own_model/rescues.py", "report", MEASURED)

models = Module("settings/models.py", "models models_faults")
foretell = Module("settings/foretell.py", "models capstone", r"models\.foretell|models\.report")
settings = Module("settings/model_settings.py", "models models_faults", r"models\.|settings\.")
axes = Module("axes.py", "axes", r"models\.report")
READ = r"models\.get|models\.read_config"
reader = Module("settings/reader.py", "models models_faults", READ)
blocks = Module("settings/blocks.py", "models models_faults", READ)
fields = Module("settings/fields.py", "models models_faults", READ)
layers = Module("settings/layers.py", "models models_faults", READ)
caveats = Module("settings/caveats.py", "models models_faults", READ)
unread = Module("settings/unread.py", "models_faults models", READ)
vision = Module("settings/axes_reader.py", "axes", READ)
formats = Module("settings/formats.py", "formats", READ)
params = Module("settings/params.py", "formats", READ)
gguf = Module("settings/gguf.py", "formats", READ)

published = Module("settings/published.py", "published")
settings_files = Module("settings/settings_files.py", "settings_files")
quoted = Module("study/quoted_numbers.py", "glossary build")
entries = Module("study/glossary_entries.py", "glossary build", "glossary")
flashcards = Module("study/flashcards.py", "flashcards")
capstone = Module("page/capstone.py", "capstone")
predict = Module("page/predict.py", "widgets")
progress = Module("study/progress.py", "progress")
checks = Module("exercises/checks.py", "checks", r"check\(")
answers = Module("exercises/answers.py", "checks", r"check\(")
changed_arguments = Module("exercises/changed_arguments.py", "changed", r"check\(")
changed_answers = Module("exercises/changed_answers.py", "changed", r"check\(")
relations = Module("exercises/relations.py", "relations", r"check\(")
show = Module("show.py", "show")
explore = Module("page/explore.py", "widgets")
watch = Module("page/progress_bar.py", "progress_bar")
timing = Module("page/timing.py", "timing")

trained = Module(
    "page/figures/trained.py", "figures", r"figures\.(grids|loss_by|reading_on|retrieval_by)"
)
turns = Module("page/figures/turns.py", "figures held_arcs", r"figures\.(trained|held)_arcs")
vectors = Module("page/figures/vectors.py", "vectors", r"live\.one_turn|figures\.one_t")
speeds = Module("page/figures/speeds.py", "speeds_and_planes", r"live\.dials")
planes = Module("page/figures/planes.py", "speeds_and_planes", r"live\.planes")
curves = Module("page/figures/curves.py", "curves", r"live\.peak|figures\.(score_over|bound)")
dashboard = Module("page/figures/dashboard.py", "dashboard", r"figures\.dashboard")
cards = Module("page/figures/cards.py", "cards", r"figures\.model_cards")
dials = Module("page/figures/dials.py", "vectors", r"live\.two_arrows")
gallery = Module("page/figures/gallery.py", "impostors", r"figures\.line_up")
maps = Module("page/figures/maps.py", "scheme_comparison", r"figures\.attention_maps")
drawn_terms = Module("page/figures/terms.py", "score_terms", r"figures\.score_terms")
drawn_shift = Module("page/figures/shifted.py", "searched", r"figures\.shifted_score")
beside = Module("page/figures/beside.py", "held_arcs", r"figures\.(loss|strangeness)_beside")
rescue = Module("page/figures/rescue.py", "capstone", r"figures\.(overshoot|ramps)")
drawn_napkin = Module("page/figures/napkin.py", "napkin capstone", r"napkin\.")

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
    rotary("turns clockwise", "np.sin(angle, out=turns.imag", "np.sin(-angle, out=turns.imag"),
    rotary(
        "sin and cos swapped",
        'np.cos(angle, out=turns.real, casting="same_kind")\n    np.sin(',
        'np.sin(angle, out=turns.real, casting="same_kind")\n    np.cos(',
    ),
    rotary("turns by degrees", *turned_by("np.radians(angle)")),
    rotary("turns twice", *turned_by("2 * angle")),
    rotary("grows while turning", "return turns\n", "return turns + turns * (1e-3 * angle)\n"),
    rotary("angles rounded to float32", *turned_by("angle.astype(np.float32)")),
    rotary("turns in float32", "np.result_type(real, np.complex64)", "np.complex64"),
    rotary(
        "pairs in the other layout",
        'layout == "interleaved":\n        return x.',
        'layout != "interleaved":\n        return x.',
    ),
    rotary(
        "written back in the other layout",
        'layout == "interleaved":\n        return pairs.',
        'layout != "interleaved":\n        return pairs.',
    ),
    rotary(
        "off by one",
        "np.multiply.outer(positions, inv_freq)",
        "np.multiply.outer(positions + 1, inv_freq)",
    ),
    rotary(
        "whole positions only", "outer(positions, inv_freq)", "outer(positions.round(), inv_freq)"
    ),
    rotary(
        "one pair too few turns",
        "rotary_dim = 2 * turns.shape[-1]",
        "rotary_dim = 2 * turns.shape[-1] - 2",
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
    rotary("curve of n − m", "_turns_at, distances,", "_turns_at, -distances,"),
    rotary("curve of |Δ|", "_turns_at, distances,", "_turns_at, abs(distances),"),
    blocks_of("table without the far turn", "far[strides[some]], near", "far[0], near"),
    blocks_of("far turns by one position each", "direct(STRIDE * np.arange", "direct(np.arange"),
    blocks_of("table that begins a stride late", "(strides - first)", "(strides - first - 1)"),
    blocks_of("table for fractions, too", " or (steps % 1).any()", ""),
    rotary("curve without the unturned part", ".real + unturned", ".real"),
    rotary("curve of the imaginary part", "(turns @ at_zero).real", "(turns @ at_zero).imag"),
    rotary("curve without conjugate", "np.conj(_as_complex", "np.array(_as_complex"),
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
        "(positions - 1) * inv_freq, 2 * np.pi)",
        "positions * inv_freq, 2 * np.pi)",
    ),
    arcs("arcs beyond a turn", "- 1) * inv_freq, 2 * np.pi)", "- 1) * inv_freq, 4 * np.pi)"),
    arcs("arcs of half a turn", "- 1) * inv_freq, 2 * np.pi)", "- 1) * inv_freq, np.pi)"),
    arcs("met less needed", "np.maximum(needed - met, 0)", "np.maximum(met - needed, 0)"),
    arcs(
        "all pairs are strange",
        "chosen = unfinished(inv_freq, train_length)",
        "chosen = inv_freq > 0",
    ),
    arcs("no whole turns taken off", "turning) % (2 * np.pi)", "turning)"),
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
    tiny("no mask", "np.copyto(scores, -np.inf, where=k_positions[seen] > at[:, None])", "pass"),
    tiny(
        "blind to itself",
        "where=k_positions[seen] > at[:, None])",
        "where=k_positions[seen] > np.maximum(at[:, None] - 1, 0))",
    ),
    tiny("softmax of two", "np.exp(scores, out=scores)", "np.exp2(scores, out=scores)"),
    tiny(
        "norm without its gain", "+ np.float32(1e-5)) * gain", "+ np.float32(1e-5)) * np.sign(gain)"
    ),
    tiny("no residual", "h = h[:, first:] + mixed", "h = mixed"),
    tiny(
        "ReLU",
        "    inner = x * x\n",
        "    return np.maximum(x, 0)\n",
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
    terms("divided by the length", "np.mean((x + p) ** 2", "np.sum((x + p) ** 2"),
    terms("content alone is divided", "x, p = x / size, p / size", "x = x / size"),
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
    foretell("strange at the end", "met, seen, needed - 1, now)", "met, seen, 2 * needed, now)"),
    foretell("worst at the first new one", "distances[strange.argmax()]", "distances[0]"),
    surgery(
        "fast and slow exchanged", '"fast": ~slow, "slow": slow', '"fast": slow, "slow": ~slow'
    ),
    surgery("held too far out", "HELD = 60", "HELD = 200"),
    surgery("the loss inside training", "read[128:].mean()", "read[:64].mean()"),
    candidates("the loss of the first half", "loss[tokens // 2 : tokens]", "loss[: tokens // 2]"),
    candidates("near is far", "NEAR_BACK = 4, 16", "NEAR_BACK = 4, 60"),
    candidates("whose best seed beats their worst", "min(sign * v for", "max(sign * v for"),
    candidates("a place early", "accuracy[:, -1] for g", "accuracy[:, -2] for g"),
    settings_files("every field", "any(word in field for", "True or any(word in field for"),
    settings_files(
        "what it allows was trained", "if settings.train_length_is_told else", "if settings else"
    ),
    settings_files("further training is forgotten", "length, further=True", "length"),
    six_schemes("the least alone", "in (min(values), max(values))", "in (min(values),) * 2"),
    six_schemes("one draw for all", "draw(seed, tokens=2 * tokens)", "draw(0, tokens=2 * tokens)"),
    six_schemes("ALiBi's own slopes", "ALiBi(1, slope_scale=32)", "ALiBi(1)"),
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
    tiny("scores are no weights", "return kept.weights(seq)", "return 1 - kept.weights(seq)"),
    tiny("later weights over the first", "i % blocks * QUERY_BLOCK", "0 * blocks"),
    weights("the key, not the value", "[..., -1, at + 1]", "[..., -1, at]"),
    weights("two before", "[..., late, late - 1]", "[..., late, late - 2]"),
    weights("the least of all heads", "weights.argmax()", "weights.argmin()"),
    rescues("the first half counts", "loss[n // 2 : n]", "loss[: n // 2]"),
    rescues("all that is past", "loss[2 * n :]", "loss[n:]"),
    rescues(
        "against arcs of its own",
        "arcs.strangeness(met, n, farthest, now.inv_freq)",
        "arcs.strangeness(now.inv_freq, n, farthest)",
    ),
    rescues("judged by itself", "most = untouched.inside", "most = self.inside"),
    rescues("fails by a tenth", "TOO_MUCH = 0.25", "TOO_MUCH = 0.08"),
    checkpoint("links are followed", "if not path.resolve().is_relative_to(home)", "if False"),
    checkpoint("a file may be cut short", "!= 8 + length + end", "> 8 + length + end"),
    checkpoint("code beside the weights", 'config.get("auto_map")', 'config.get("auto_maps")'),
    questions(
        "the needle one token farther",
        "length - distance - len(asked)",
        "length - distance - len(asked) - 1",
    ),
    questions("the answer is another's", "int(values[0])", "int(values[-1])"),
    plan("another model's measurements", 'if entry["of"] == of', 'if entry["of"]'),
    plan("needles only near the start", "n - 1 - at) for n in", "n - 1 - start) for n in"),
    foretold("the bet from 30 degrees", "DEGREES = 40, 45", "DEGREES = 30, 45"),
    measured("half where all is lost", "HALF = 0.5", "HALF = 0.2"),
    measured("certain of a share of 1", "p = (right + 1) / (asked + 2)", "p = right / asked"),
    measured("past is inside", "pair[1] >= inside", "pair[1] < inside"),
    own_rescues(
        "dynamic NTK as other files have it",
        '"factor": 1.0 if kind == "dynamic" else scale',
        '"factor": scale',
    ),
    own_rescues("NTK's base too small", "d / (d - 2)", "d / (d + 2)"),
    arcs(
        "a rescue slows nothing",
        "turning = slow if slowed is None else slowed[chosen]",
        "turning = slow",
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
    searched("the key stands still", '(KEY, "n", n)', '(KEY, "n", 0)'),
    searched("blind ones pass", "if abs(apart - together[0]) > SAME", "if together"),
    searched("nothing is noticed", "max(together) - min(together) > SAME", "not together"),
    impostors("an honest one", "positions, -_speeds(x, base))", "positions, _speeds(x, base))"),
    impostors("degrees are radians", "np.radians(_speeds(x, base))", "_speeds(x, base)"),
    impostors("the right exponent", "np.sqrt(_speeds(x, base))", "_speeds(x, base)"),
    impostors("every speed", "np.ones_like(_speeds(x, base))", "_speeds(x, base)"),
    impostors("the right layout", 'layout="half_split")', 'layout="interleaved")'),
    impostors("identity past position 0", "turned[0] - x[0]", "turned[1] - x[1]"),
    impostors("nothing is shifted", "rope(x, positions + 1_000)", "rope(x, positions)"),
    layer_scores("scores not divided", " / np.float32(tiny.HEAD_DIM**0.5)", ""),
    layer_scores("another part of the page", "[..., by:, by:]", "[..., :-by, :-by]"),
    layer_scores("keys ahead", "mean[layer, head], -d)", "mean[layer, head], d)"),
    layouts("keys as they were", '("q.weight", "k.weight")', '("q.weight",)'),
    layouts("values, too", '("q.weight", "k.weight")', '("q.weight", "k.weight", "v.weight")'),
    napkin("the pair beside it", "SLOW_PAIR = 52", "SLOW_PAIR = 53"),
    arcs(
        "interpolated to L − 1",
        "(target_length - 1) * train_length / target_length",
        "(target_length - 1) * (train_length - 1) / target_length",
    ),
    arcs(
        "positions times s",
        "(target_length - 1) * train_length / target_length",
        "(target_length - 1) * target_length / train_length",
    ),
    arcs(
        "read on to T", "[train_length - 1, target_length - 1,", "[train_length - 1, target_length,"
    ),
    rotary(
        "the rest comes first", "[turned, x[..., rotary_dim:]]", "[x[..., rotary_dim:], turned]"
    ),
    rotary(
        "the rest in reverse", "[turned, x[..., rotary_dim:]]", "[turned, x[..., :rotary_dim-1:-1]]"
    ),
    scaling("llama3 ends at twice its turn", "high_freq_factor=4.0)", "high_freq_factor=2.0)"),
    scaling("llama3 begins at half a turn", "low_freq_factor=1.0,", "low_freq_factor=0.5,"),
    scaling("an empty ramp stays empty", "        last += 0.001", "        last += 1"),
    scaling(
        "one mscale is enough",
        "attention_factor is None and len(weights) == 2",
        "attention_factor is None and weights",
    ),
    scaling(
        "still pairs one too few", "int(fraction * head_dim // 2) :", "int(fraction * head_dim) :"
    ),
    needles("one needle only", "if hidden < NEEDLES and", "if hidden < 1 and"),
    needles("needles over needles", "and not taken[covers].any():", "and not taken[place]:"),
    needles("the needle at the question", "places = [at,", "places = [length - 1 - NEEDLE - at,"),
    needles(
        "the key's number is the answer",
        "return tokens, FIRST_VALUE + values[0]",
        "return tokens, FIRST_VALUE + keys[0]",
    ),
    black_boxes("a product is a sum", "return m * n", "return m + n"),
    black_boxes("a distance with the other sign", "return m - n", "return n - m"),
    attention(
        "every key is seen",
        "np.where(positions > positions[:, None], -np.inf",
        "np.where(positions > np.inf, -np.inf",
    ),
    attention(
        "blind to itself",
        "np.where(positions > positions[:, None]",
        "np.where(positions >= positions[:, None]",
    ),
    attention("divided by d", "q.shape[-1] ** 0.5", "q.shape[-1]"),
    look_alikes("the arrow that differs least", "apart = np.maximum(", "apart = np.minimum("),
    look_alikes("whole turns count", "np.minimum(turned, 2 * np.pi - turned)", "turned"),
    look_alikes("the most unlike", "positions[apart.argmin()]", "positions[apart.argmax()]"),
    look_alikes("one arrow too few", "inv_freq[low : high + 1]", "inv_freq[low : max(high, 1)]"),
    one_turn(
        "sums are products",
        'self._done.append("+")',
        'self._done.append("×")',
    ),
    one_turn("the second number is lost", "(arrow.real, arrow.imag)", "(arrow.real, 0)"),
    foretell("window and itself", "min(seen, settings.window),", "min(seen, settings.window + 1),"),
    foretell(
        "its own length is past", "length > _trained(settings)\n", "length >= _trained(settings)\n"
    ),
    foretell("every pair has a start", "arcs.unfinished(met, seen) & (now > 0)", "now > 0"),
    foretell("part of a step is new", " * (1 - 1e-9))", ")"),
    settings(
        "long factors at L itself",
        "if length > self.scaling_length",
        "if length >= self.scaling_length",
    ),
    settings(
        "read at the length of training",
        "length or self.configured_length or self.scaling_length",
        "length or self.scaling_length or self.configured_length",
    ),
    settings(
        "scaled from the trained length",
        "train_length=self.scaling_length",
        "train_length=self.train_length",
    ),
    settings(
        "dynamic stands still",
        'options["length"] = length',
        'options["length"] = self.scaling_length',
    ),
    settings(
        "the file's attention factor is lost",
        "        attention_factor = options.pop(",
        "        options.pop(",
    ),
    settings("all pairs turn unscaled", 'if k == "fraction"', 'if k == "share"'),
    settings(
        "the original length is a guess",
        '("given", "its source", "original_max_position_embeddings")',
        '("given", "its source")',
    ),
    models(
        "foretold for what it allows",
        "configured if configured > trained else 2 * trained",
        "configured or 2 * trained",
    ),
    models(
        "still pairs are unfinished",
        "(foretold.unfinished & (settings.unscaled > 0)).sum()",
        "foretold.unfinished.sum()",
    ),
    models("further training unlearns", 'after.axis == "none"', 'after.axis != "none"'),
    models(
        "any base is Llama's", '("head_dim", "rotary_dim", "base",', '("head_dim", "rotary_dim",'
    ),
    models(
        "scaled and unscaled exchanged",
        '{"scaled": ("unseen_arc", "strangeness", "worst"), **rows}',
        '{"scaled": ("unseen_arc_unscaled", "strangeness", "worst"), **rows}',
    ),
    models(
        "a known model's source is forgotten", 'train_length_from="its source", **entry', "**entry"
    ),
    axes(
        "a whole turn of both signs",
        "2 * np.minimum(needed, np.pi) - 2 * np.minimum(met, np.pi)",
        "2 * np.minimum(needed, 2 * np.pi) - 2 * np.minimum(met, 2 * np.pi)",
    ),
    axes("L steps reach L", "else length - 1)", "else length)"),
    axes("half an image is a whole", "(2 * (length - 1) / length", "((length - 1) / length"),
    axes("finished after a whole turn", "met < np.pi, unseen", "met < 2 * np.pi, unseen"),
    axes("new from its last step", "last + 1 if new", "last if new"),
    axes("foretold for its own length", "length or 2 * axis.length", "length or axis.length"),
    reader(
        "flag means half-split",
        'return "interleaved" if interleaved else',
        'return "interleaved" if not interleaved else',
    ),
    reader("types without a class pair nothing", " or PAIRING.get(fields.model_type)", ""),
    reader("one full layer is none", "if first > 0 else", "if first > 1 else"),
    reader(
        "a window from the last layer on",
        "if n is not None and first >= n:",
        "if n is not None and first > n:",
    ),
    reader(
        "linear from the stretched length",
        'if main["kind"] in ("linear", "ntk") and main["scale"] > 1:',
        'if main["kind"] == "ntk" and main["scale"] > 1:',
    ),
    reader(
        "the file knows better than you",
        "    if given is not None:",
        "    if given is not None and not configured_length:",
    ),
    reader(
        "still layers are foretold",
        'kinds = [kind for kind in kinds if kind != "full_attention"] or kinds',
        "kinds = kinds",
    ),
    blocks("the first Phi-3 is unscaled", '"su": "longrope"', '"su": "default"'),
    blocks(
        "the factor upside down",
        "max(configured_length / original, 1.0)",
        "max(original / configured_length, 1.0)",
    ),
    blocks(
        "computed from the stretched length",
        "length, wanted = original or configured_length",
        "length, wanted = configured_length or original",
    ),
    blocks(
        "dynamic from the original",
        "length, wanted = configured_length, ",
        "length, wanted = original or configured_length, ",
    ),
    blocks(
        "a decoupled key without its rest",
        "return _bounded(rotary_dim + rest), rotary_dim",
        "return _bounded(rotary_dim), rotary_dim",
    ),
    blocks("the whole head turns", "{name: int(head_dim * fraction)}", "{name: head_dim}"),
    blocks(
        "local layers at the global base",
        'share | {"rope_theta": base}',
        'share | {"rope_theta": given["rope_theta"]}',
    ),
    blocks("local layers are scaled, too", "both or kind not in UNSCALED", "True"),
    blocks(
        "alpha is a factor of dynamic",
        'scheme == "dynamic" and "alpha" in block',
        'scheme == "dynamic" and "alpha" not in block',
    ),
    fields(
        "the alias goes first",
        "names = (name, *ALIASES.get(name, ()))",
        "names = (*ALIASES.get(name, ()), name)",
    ),
    fields(
        "null takes the default",
        "if name in self.defaults and name not in self.values:",
        "if name in self.defaults:",
    ),
    fields("no flat settings", ' or types.get(f"{self.model_type}_text") or {}', " or {}"),
    fields(
        "switched-off MLA stays",
        'if config.get("use_mla") is False:',
        'if config.get("use_mla") is None:',
    ),
    fields(
        "two places may disagree",
        "for name in ROPE:\n                if None not in (above",
        "for name in ():\n                if None not in (above",
    ),
    layers("one less behind in ModernBERT", "return both_sides // 2 + 1", "return both_sides // 2"),
    layers("both sides are behind", "return both_sides // 2 + 1", "return both_sides + 1"),
    layers(
        "Qwen's interval from the first",
        '(i + 1) % every == 0, "linear_attention"',
        'i % every == 0, "linear_attention"',
    ),
    layers(
        "flags the other way round",
        "return [not flag for flag in flags]",
        "return [bool(flag) for flag in flags]",
    ),
    layers(
        "each fourth from the first",
        "return [(i + 1) % every == 0 for i in range(n)]",
        "return [i % every == 0 for i in range(n)]",
    ),
    layers(
        "Kimi counts from 0",
        'return lambda i: i + 1 in own["full_attn_layers"]',
        'return lambda i: i in own["full_attn_layers"]',
    ),
    layers("windows where they are off", "        used = False", "        used = True"),
    layers("Jamba's offset is 0", 'fields.get("attn_layer_offset") or 0', "0"),
    caveats(
        "room for one factor less",
        "and stretch > settings.scale:",
        "and stretch >= settings.scale:",
    ),
    caveats(
        "shorter than trained is said of longer", "    if stretch < 1:", "    if stretch <= 1:"
    ),
    caveats(
        "dynamic acts as twice its factor",
        "twice = 2 * settings.scale - (settings.scale - 1)",
        "twice = 2 * settings.scale",
    ),
    caveats(
        "the softmax factor once",
        "math.log(settings.scale) + 1) ** 2",
        "math.log(settings.scale) + 1)",
    ),
    caveats("always interleaved", 'if settings.pairing == "interleaved":', "if settings.pairing:"),
    unread("words inside words", r"(^|[._])([a-z]{0,3}ropes?|", r"([a-z]{0,3}ropes?|"),
    unread(
        "rotation is harmless",
        "            turning.append(said)",
        "            others.append(said)",
    ),
    unread(
        "neutral values are barred",
        "if value is None or value == NEUTRAL.get(name, ...):",
        "if value is None:",
    ),
    vision("the base upside down", "speed * base**-exponent", "speed * base**exponent"),
    vision(
        "speeds of a whole head for all",
        "exponent = np.arange(each) / each",
        "exponent = np.arange(each) / total",
    ),
    vision(
        "width before height",
        'HEIGHT_WIDTH = ("height", "width")',
        'HEIGHT_WIDTH = ("width", "height")',
    ),
    vision("a patch less", "length=sides[0] // sides[1],", "length=sides[0] // sides[1] - 1,"),
    vision(
        "interleaved from the first",
        "owner[axis : 3 * sections[axis] : 3]",
        "owner[axis - 1 : 3 * sections[axis] : 3]",
    ),
    vision(
        "Ernie's time goes first",
        "np.arange(speeds.size) % 2, 2)",
        "2, np.arange(speeds.size) % 2)",
    ),
    vision(
        "half-split over the whole head",
        "entries = np.stack([pairs + place * each, pairs + (place + 1) * each], axis=1)",
        "pass",
    ),
    formats(
        "your length is not passed on",
        "            train_length=train_length,\n            encoding",
        "            train_length=None,\n            encoding",
    ),
    formats("the maker's pairing is lost", "            pairing=found.pairing,\n", ""),
    formats(
        "params.json of any folder",
        'if not (folder / "config.json").exists():',
        'if (folder / "config.json").exists():',
    ),
    params(
        "Llama 2's base is Llama 3's",
        "10000.0 if old else 500000.0",
        "500000.0 if old else 10000.0",
    ),
    params("the small models stretch by 8", "        factor = 32.0\n", "        factor = 8.0\n"),
    params(
        "beta and alpha exchanged",
        '"beta": "beta_fast", "alpha": "beta_slow"',
        '"beta": "beta_slow", "alpha": "beta_fast"',
    ),
    params(
        "Llama 4 is stretched as Llama 3",
        "(16.0, 1.0) if llama4 else (8.0, 4.0)",
        "(8.0, 4.0) if llama4 else (8.0, 4.0)",
    ),
    params(
        "the layer before stands still",
        "turn = [(i + 1) % every > 0 for i in range(n)]",
        "turn = [i % every > 0 for i in range(n)]",
    ),
    params(
        "half-split as elsewhere", 'words, pairing="interleaved"', 'words, pairing="half_split"'
    ),
    gguf(
        "Llama is half-split",
        'return "interleaved"\n    return "half_split"',
        'return "half_split"\n    return "half_split"',
    ),
    gguf("DeepSeek's weight as stored", "10 * weight if deepseek else weight", "weight"),
    gguf(
        "the first sees everything",
        "pattern = [(i + 1) % every > 0 for i in range(n)]",
        "pattern = [i % every > 0 for i in range(n)]",
    ),
    gguf("linear of factor 1 is a scaling", "factor in (None, 0, 1))", "factor is None)"),
    gguf(
        "long factors for short texts",
        '"long_factor": long, "short_factor": short_}',
        '"long_factor": short_, "short_factor": long}',
    ),
    gguf(
        "heads of the layers without", "if isinstance(h, int) and h > 0}", "if isinstance(h, int)}"
    ),
    published(
        "the column beside", "[self.columns.index(column)]", "[self.columns.index(column) - 1]"
    ),
    published("all columns always", "chosen = columns or self.columns", "chosen = self.columns"),
    published("nothing measured is 0", 'return "–"', 'return "0"'),
    published(
        "one decimal for all", "else show.number(value, decimals)", "else show.number(value, 1)"
    ),
    quoted(
        "twice is once", "np.degrees((2 * length - 1) * slow)", "np.degrees((length - 1) * slow)"
    ),
    quoted(
        "the mean square itself", '"pi_random_cost": f"{math.sqrt(', '"pi_random_cost": f"{float('
    ),
    quoted("NTK without its exponent", "10000 * 4 ** (128 / 126)", "10000 * 4"),
    quoted("the last below zero", "np.argmax(curve < 0)", "np.argmin(curve)"),
    quoted(
        "the last bucket's own size",
        "np.argmax(buckets == buckets.max())",
        "np.sum(buckets == buckets.max())",
    ),
    quoted("nats of another length", "float(found['llama_2048'])", "float(found['llama_4096'])"),
    entries(
        "names in capitals only",
        'wanted = " ".join(term.lower().split())',
        'wanted = " ".join(term.split())',
    ),
    entries(
        "no other names", "for name in (entry.term, *entry.also)}", "for name in (entry.term,)}"
    ),
    entries(
        "agree and correct exchanged",
        '{"agree": "Agree.", "correct": "To be corrected."}',
        '{"correct": "Agree.", "agree": "To be corrected."}',
    ),
    flashcards(
        "new ones first",
        "return (*begun, *(card for card in new",
        "return (*reversed(begun), *(card for card in new",
    ),
    flashcards("cards of later lessons", "card.lesson <= up_to", "card.lesson >= up_to"),
    flashcards(
        "known after reading it",
        "elif card.key in self._missed:",
        "elif card.key not in self._missed:",
    ),
    flashcards("not known is gone", "            self.pile.append(card)\n", ""),
    changed_arguments(
        "minus is plus", '"−{}": lambda v: -v,\n    "{} taken', '"−{}": lambda v: v,\n    "{} taken'
    ),
    changed_arguments("eight digits are seven", "fraction * 256", "fraction * 128"),
    changed_answers(
        "the first column is the first row", "lambda v: v[..., :1, :]", "lambda v: v[..., :1]"
    ),
    changed_answers("a turn is half a turn", "lambda v: v % (2 * np.pi)", "lambda v: v % np.pi"),
    relations("two numbers are enough", "ENOUGH = 3", "ENOUGH = 2"),
    relations(
        "the last call is the first",
        "itertools.product(places, (0, -1)",
        "itertools.product(places, (0, 0)",
    ),
    flashcards("two boxes up", "min(before + 1, len(DAYS))", "min(before + 2, len(DAYS))"),
    flashcards("past the last box", "min(before + 1, len(DAYS)) if knew", "before + 1 if knew"),
    flashcards("one box back", "if knew else 1", "if knew else max(before - 1, 1)"),
    flashcards("due a day late", "place.due <= today", "place.due < today"),
    flashcards("the next box's days", "DAYS[box - 1]", "DAYS[box % len(DAYS)]"),
    capstone("an open answer agrees", "return answer == right", "return answer in (None, right)"),
    capstone(
        "a bet between the edges", "right[0] <= answer <= right[1]", "right[0] < answer < right[1]"
    ),
    capstone(
        "a slider counts where it stands",
        "return self.controls[key].value if key in self.set else None",
        "return self.controls[key].value",
    ),
    capstone(
        "the other sheets are lost",
        "        sheet = kept.get(name)\n",
        "        sheet = kept.get(name)\n        kept.clear()\n",
    ),
    capstone("this lesson is looked back at", "if lesson < LAST and", "if lesson <= LAST and"),
    capstone(
        "right ones are missed",
        "if answer != QUESTIONS[n].right]",
        "if answer == QUESTIONS[n].right]",
    ),
    capstone(
        "read twice before it is filled in", "if not open_ones and self.hits()", "if self.hits()"
    ),
    capstone("mended with one answer", "len(asked) == len(self.again) and", "asked and"),
    capstone("pair 9 is not offered", '("0", "6", "9", "15")', '("0", "6", "10", "15")'),
    capstone("no bet past 96", 'at distance…", 48, 368, 48)', 'at distance…", 48, 96, 48)'),
    predict(
        "every answer is right",
        "right = self.answer == self.question.right",
        "right = self.answer is not None",
    ),
    predict(
        "it forgets the answer",
        'kept.get("answer") if isinstance',
        'kept.get("choice") if isinstance',
    ),
    predict(
        "its own words twice",
        "[answer],\n                question.options[question.right],\n            ]",
        "[answer],\n            ]",
    ),
    predict(
        "marks the wrong ones",
        '("✓" if option == question.right else "✗"',
        '("✗" if option == question.right else "✓"',
    ),
    progress(
        "stretch counts as core",
        "for work in self.works if not work.stretch)",
        "for work in self.works)",
    ),
    progress(
        "begun first",
        "return max(begun, key=lambda standing: standing.saved)",
        "return min(begun, key=lambda standing: standing.saved)",
    ),
    progress(
        "passed before it was run", 'status == "passed" and count >= ran', 'status == "passed"'
    ),
    progress(
        "the first verdict counts",
        "max(verdicts, key=lambda verdict: verdict[0])",
        "verdicts[min(1, len(verdicts) - 1)]",
    ),
    progress("done is not reached", 'in ("started", "done")]', 'in ("started",)]'),
    checks(
        "any wrong probe passes",
        "if not outcome.problem and not off:",
        "if not outcome.problem and off < len(found):",
    ),
    checks(
        "half a mistake is named",
        "if not any(\n            exercise.difference(answer_of(mistake.wrong",
        "if not all(\n            exercise.difference(answer_of(mistake.wrong",
    ),
    checks(
        "the last probe is told",
        "first = next(i for i, gap in enumerate(found) if gap)",
        "first = max(i for i, gap in enumerate(found) if gap)",
    ),
    checks("arguments are not copied", "arguments = copy.deepcopy(probe)", "arguments = probe"),
    checks(
        "wrong ones are counted as right",
        "off = len(found) - found.count(None)",
        "off = found.count(None)",
    ),
    checks(
        "a printed answer is a stub",
        "isinstance(step, ast.Pass)\n",
        "isinstance(step, (ast.Pass, ast.Expr))\n",
    ),
    answers("whole numbers roughly", "(0 if exact else tolerance * size)", "tolerance * size"),
    answers(
        "minus infinity is a number",
        "    came = np.where(came <= MINUS_INFINITY, -np.inf, came)\n",
        "",
    ),
    answers("any key may be missing", "for key in (*expected, *got):", "for key in got:"),
    answers("one shape is all", "or got.shape != expected.shape:", "or got.size != expected.size:"),
    answers("a gap below zero is none", "np.abs(came - wanted), 0.0)", "came - wanted, 0.0)"),
    answers("infinities are alike", "tolerance * size)), ~same)", "tolerance * size)), False)"),
    answers(
        "complex loses its type",
        'kind == "complex":\n            parts',
        'kind == "complexes":\n            parts',
    ),
    show("minus zero", 'return text.lstrip("-") if float(text) == 0 else text', "return text"),
    show("a bound that is met", "abs(value) < bound", "value < bound"),
    show(
        "down to a power",
        'f"about 1e{round(math.log10(value))}"',
        'f"about 1e{math.floor(math.log10(value))}"',
    ),
    show(
        "words to the right",
        "c.ljust(w) if left else c.rjust(w)",
        "c.rjust(w) if left else c.ljust(w)",
    ),
    explore(
        "the opening is not what is shown",
        "self.opening = drawing.summary()",
        "self.opening = self.alt",
    ),
    explore("starts anywhere", "if not low <= start <= high:", "if not low <= start:"),
    watch(
        "one too few",
        "                    done += 1\n                    if time",
        "                    if time",
    ),
    watch(
        "never stopped", "                    if self.stopped:\n                        break\n", ""
    ),
    timing("upside down", "self.value = slow / fast", "self.value = fast / slow"),
    timing("the slowest counts", "map(min, zip(", "map(max, zip("),
    trained(
        "inside is all of it",
        "np.mean(loss[train_length // 2 : train_length])",
        "np.mean(loss[: train_length // 2])",
    ),
    trained(
        "smoothed into the future",
        "    starts = np.maximum(ends - window, np.where(ends > border, border, 0))\n",
        "    starts, ends = np.maximum(ends - 1, 0), np.minimum(ends + window - 1, len(ends))\n",
    ),
    trained("a jump drawn as a ramp", "np.where(ends > border, border, 0)", "0"),
    trained(
        "the end is not past",
        "late_question = grid.question_at >= train_length",
        "late_question = grid.question_at > 2 * train_length",
    ),
    trained(
        "one new too many",
        "new = max(0, read - train_length)",
        "new = max(0, read - train_length + 1)",
    ),
    turns(
        "L positions reach L",
        "seen = np.degrees(np.minimum((train_length - 1) * np.asarray(inv_freq), 2 * np.pi))",
        "seen = np.degrees(np.minimum(train_length * np.asarray(inv_freq), 2 * np.pi))",
    ),
    turns(
        "one position short",
        "arcs.unseen_arc(inv_freq, train_length, distance + 1)",
        "arcs.unseen_arc(inv_freq, train_length, distance)",
    ),
    turns(
        "held ones stay",
        "patch.set_height(0 if is_held else height)",
        "patch.set_height(height if is_held else 0)",
    ),
    turns("the last is the most", "worst = int(np.argmax(new))", "worst = new.size - 1"),
    vectors(
        "degrees are radians",
        "angle = np.radians(degrees)",
        "angle = degrees",
    ),
    vectors(
        "values turn, too",
        "rotary.apply_rope(k, n, inv_freq), before[2]]",
        "rotary.apply_rope(k, n, inv_freq), rotary.apply_rope(v, n, inv_freq)]",
    ),
    vectors(
        "the key at the query's place",
        "rotary.apply_rope(k, n, inv_freq)",
        "rotary.apply_rope(k, m, inv_freq)",
    ),
    speeds("arrows go clockwise", "position * inv_freq\n", "-position * inv_freq\n"),
    speeds(
        "the slowest is the longest",
        "np.linspace(CENTRE, 1, inv_freq.size)",
        "np.linspace(1, CENTRE, inv_freq.size)",
    ),
    speeds("the shortest is told", "{waves_shown.max():", "{waves_shown.min():"),
    planes("one turns all", "np.radians(turns + steps", "np.radians(np.max(turns) + steps"),
    planes("a step a position", "turns + steps * speeds", "turns + speeds"),
    planes("all boxes are marked", "abs(entry - start) > 1e-9", "abs(entry - start) >= 0"),
    curves(
        "the trend without Euler",
        "(np.log(distances[1:]) + np.euler_gamma)",
        "np.log(distances[1:])",
    ),
    curves(
        "a cosine of its square", "np.sqrt(1 - alignment**2) * other", "(1 - alignment) * other"
    ),
    curves("falling steps", "np.sum(np.diff(scores) > 0)", "np.sum(np.diff(scores) < 0)"),
    curves(
        "the peak on the other side",
        "rotary.apply_rope(q, peak, inv_freq)",
        "rotary.apply_rope(q, -peak, inv_freq)",
    ),
    dashboard(
        "lower is better everywhere",
        'lower=metric.startswith("loss")',
        "lower=True",
    ),
    dashboard(
        "one seed",
        "float(np.mean(measured[metric, s, tokens]))",
        "float(measured[metric, s, tokens][0])",
    ),
    dashboard(
        "hidden tiles are said",
        "            if i < tiles:\n                listed",
        "            if True:\n                listed",
    ),
    dashboard(
        "better to the left",
        "return max(values) + room, min(values) - room",
        "return min(values) - room, max(values) + room",
    ),
    cards(
        "the share lost",
        "ratio = settings.frequencies(length).inv_freq / unscaled",
        "ratio = 1 - settings.frequencies(length).inv_freq / unscaled",
    ),
    cards(
        "any arc is new",
        "slow & (foretold.unseen_arc >= unscaled * (1 - ROUNDING))",
        "slow & (foretold.unseen_arc > 0)",
    ),
    cards(
        "what it allows is trained",
        "slow = arcs.unfinished(unscaled, settings.train_length)",
        "slow = arcs.unfinished(unscaled, settings.configured_length)",
    ),
    dials(
        "the key ahead", "positions = np.array([n + gap, n])", "positions = np.array([n, n + gap])"
    ),
    dials(
        "before turning",
        "here.set_data([gap], [turned[0] @ turned[1]])",
        "here.set_data([gap], [q @ k])",
    ),
    dials("dots of the other side", "n + gaps, [n], [theta]", "n - gaps, [n], [theta]"),
    gallery("nobody is unmasked", "UNMASKED = 0.01", "UNMASKED = 10"),
    gallery(
        "another pair is looked at",
        "return rotary.to_pairs(x[0])[pair]",
        "return rotary.to_pairs(x[0])[0]",
    ),
    gallery("all at the beginning", "turn(x[None], [position], base)", "turn(x[None], [0], base)"),
    maps(
        "the first half is torn off",
        "gap * (np.arange(seq) >= half)",
        "gap * (np.arange(seq) < half)",
    ),
    maps("the future is seen", "        scores[ahead] = -np.inf\n", ""),
    maps(
        "the largest rise alone",
        "np.abs(drawn - opening[name]).max()",
        "(drawn - opening[name]).max()",
    ),
    maps("not shifted", "positions = shift + np.arange(seq)", "positions = np.arange(seq)"),
    drawn_shift("the key stands still", "(np.array(k), s)", "(np.array(k), 0)"),
    drawn_terms("the key stands still", "rows = table[shift : shift + seq]", "rows = table[: seq]"),
    drawn_terms(
        "the identity is trained",
        "plain + trained / 100 * (a - plain)",
        "a + trained / 100 * (plain - a)",
    ),
    drawn_terms("the sum leaves the first out", "parts.sum(axis=0)])", "parts[1:].sum(axis=0)])"),
    beside(
        "one unseen key too few",
        "np.arange(length) - train_length + 1, 0)",
        "np.arange(length) - train_length, 0)",
    ),
    beside("of all but itself", "/ np.arange(1, length + 1)", "/ np.maximum(np.arange(length), 1)"),
    beside(
        "the last quarter of training",
        "loss[train_length - quarter : train_length],",
        "loss[:quarter],",
    ),
    beside(
        "the distance beside", "strange[list(measured)]", "strange[np.array(list(measured)) - 1]"
    ),
    rescue(
        "bars of the speeds of training",
        "train_length, distance, slowed[scale][[pair]])",
        "train_length, distance)",
    ),
    rescue("fails by the loss past", "bearable = inside[0]", "bearable = past[0]"),
    rescue("a power of e", "beta = 2**exponent", "beta = exponent"),
    drawn_napkin(
        "L positions reach L", "met = (train_length - 1) * theta", "met = train_length * theta"
    ),
    drawn_napkin(
        "read on as far as trained",
        "reach = train_length - 1, target_length - 1, target_length - 1",
        "reach = train_length - 1, train_length - 1, target_length - 1",
    ),
    drawn_napkin("new arcs beyond a turn", "end = min(end, 2 * np.pi)", "end = end"),
    drawn_napkin("the gap of one arrow", "_angle(q) - _angle(k)", "_angle(q)"),
)


def tests_for(mutant):
    """The module's tests, and the examples in its docstrings."""
    name = f"rope_lessons.{mutant.module.path.removesuffix('.py').replace('/', '.')}"
    examples = f"tests/whole/test_package.py::test_the_examples_in_docstrings_hold[{name}]"
    files = (next(TESTS.rglob(f"test_{tests}.py")) for tests in mutant.module.tests.split())
    return [*(file.relative_to(ROOT).as_posix() for file in files), examples]


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
