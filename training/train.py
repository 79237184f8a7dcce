"""How is one tiny model trained? Half of each batch plain text, half text with needles in it."""

import numpy as np
import torch
import torch.nn.functional as F
from model import TinyTransformer

from rope_lessons.trained import needles

# What a target is worth: text counts, answers count, closing keys count, the rest is chance.
TEXT, ANSWER, CLOSING, CHANCE = range(4)

RECIPE = {"steps": 1000, "batch": 32, "warmup": 50, "adamw_lr": 3e-3, "muon_lr": 0.02}
FINE_TUNE = {"batch": 16, "warmup": 5, "adamw_lr": 1e-3, "muon_lr": 0.005}
CURRICULUM = 0.3  # of the steps: few keys, each many times, for the circuit to form
FORMED = 0.9  # right answers at the curriculum's end; below, the circuit is not there
DECAY = 0.4  # of the steps, at the end, linearly to zero


class NotFormed(Exception):
    """The curriculum ended without a model that looks back; more steps would not give one."""


def train(settings, text, *, seed, steps, batch, warmup, adamw_lr, muon_lr, **options):
    """Train a model, or a given one further.

    Parameters
    ----------
    settings : dict
        For TinyTransformer: scheme, train_length, base or slope_scale.
    text : (n,) array of int
        Tokens to train on.
    seed : int
        Of weights and batches both.
    frequencies : rope_lessons.scaling.Frequencies, optional
    start : state dict, optional
        Weights to go on from; there is then no curriculum.
    whatever_forms : bool, optional
        Train to the end even where the circuit has not formed.
    length : int, optional
        Tokens in a training text; ``train_length`` by default.
    make : callable, optional
        Makes the model from settings and frequencies: another architecture than TinyTransformer,
        with its layers in ``blocks``.
    report : callable, optional
        Called with each line of the log.

    Returns
    -------
    (TinyTransformer, list)
        The log's lines: step, loss on text, loss on answers, share of right answers; means over
        about the last 20 steps.

    Raises
    ------
    NotFormed
        At the end of the curriculum fewer than ``FORMED`` of the answers are right.
    """
    start, report = options.get("start"), options.get("report", lambda line: None)
    length = options.get("length") or settings["train_length"]
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = options.get("make", TinyTransformer)(settings, options.get("frequencies"))
    if start is not None:
        model.load_state_dict(start)
    optimisers = make_optimisers(model, adamw_lr, muon_lr)
    decaying = DECAY * steps
    schedules = [
        torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1, (step + 1) / warmup) * min(1, (steps - step) / decaying)
        )
        for optimiser in optimisers
    ]
    log, mean = [], np.zeros(3)
    for step in range(1, steps + 1):
        if start is None and step <= CURRICULUM * steps:
            tokens, kinds = repeated_needles(rng, text, batch, length)
        else:
            hay = plain(rng, text, batch - batch // 2, length)
            pins = asked_needles(rng, text, batch // 2, length)
            tokens, kinds = (np.concatenate(parts) for parts in zip(pins, hay, strict=True))
        tokens, kinds = torch.from_numpy(tokens), torch.from_numpy(kinds)[:, 1:]
        logits, targets = model(tokens[:, :-1]), tokens[:, 1:]
        losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        losses = losses.view_as(targets)
        on_text, on_answers, on_closing = (
            losses[kinds == kind].mean() for kind in (TEXT, ANSWER, CLOSING)
        )
        model.zero_grad()
        (on_text + on_answers + on_closing).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper in (*optimisers, *schedules):
            stepper.step()
        right = (logits.argmax(-1) == targets)[kinds == ANSWER].float().mean()
        mean = 0.95 * mean + 0.05 * np.array([on_text.item(), on_answers.item(), right.item()])
        if step % 50 == 0 or step == steps:
            log.append([step, *(mean / (1 - 0.95**step)).round(4).tolist()])
            report(log[-1])
        at_border = start is None and step == round(CURRICULUM * steps)
        if at_border and log[-1][3] < FORMED and not options.get("whatever_forms"):
            raise NotFormed(f"right answers at the end of the curriculum: {log[-1][3]:.2f}")
    return model, log


def make_optimisers(model, adamw_lr, muon_lr):
    """Muon for the matrices inside the blocks, AdamW for everything else."""
    inside = [p for p in model.blocks.parameters() if p.ndim == 2]
    chosen = {id(p) for p in inside}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return (
        torch.optim.Muon(inside, lr=muon_lr, momentum=0.95, weight_decay=0.01),
        torch.optim.AdamW(others, lr=adamw_lr, betas=(0.9, 0.98), weight_decay=0.01),
    )


def plain(rng, text, batch, length):
    """Excerpts as they are: tokens and kinds, both (batch, length + 1)."""
    tokens = np.stack([needles.excerpt(text, length + 1, rng) for _ in range(batch)])
    return tokens, np.full(tokens.shape, TEXT)


def asked_needles(rng, text, batch, length):
    """Six needles a text, each asked for again at a uniform distance of 3 … length − 2."""
    tokens, kinds = plain(rng, text, batch, length)
    for row, kind in zip(tokens, kinds, strict=True):
        free = np.ones(length + 1 + needles.NEEDLE, dtype=bool)
        for key in rng.permutation(needles.N_KEYS)[: needles.NEEDLES]:
            pin = needles.needle(key, rng.integers(needles.N_VALUES))
            for _ in range(20):
                distance = rng.integers(needles.NEEDLE, length - 1)
                first = rng.integers(length - distance)
                again = first + distance
                spots = [slice(at, at + needles.NEEDLE) for at in (first, again)]
                if all(free[spot].all() for spot in spots):
                    free[spots[0]] = free[spots[1]] = False
                    row[spots[0]], kind[spots[0]] = pin, (CHANCE, CHANCE, CLOSING)
                    fits = len(row[spots[1]])  # the last needle may reach over the end
                    row[spots[1]] = pin[:fits]
                    kind[spots[1]] = (CHANCE, ANSWER, CLOSING)[:fits]
                    break
    return tokens, kinds


def repeated_needles(rng, text, batch, length, n_keys=3):
    """Three keys, each with its needle five times or so: the first lesson in looking back."""
    tokens, kinds = plain(rng, text, batch, length)
    times = length // 11
    slots = (length + 1) // needles.NEEDLE
    for row, kind in zip(tokens, kinds, strict=True):
        shift = rng.integers(length + 2 - needles.NEEDLE * slots)
        taken = rng.permutation(slots)[: n_keys * times].reshape(n_keys, times)
        for key, places in zip(rng.permutation(needles.N_KEYS), taken, strict=False):
            pin = needles.needle(key, rng.integers(needles.N_VALUES))
            for order, place in enumerate(np.sort(places)):
                spot = slice(needles.NEEDLE * place + shift, needles.NEEDLE * (place + 1) + shift)
                row[spot] = pin
                kind[spot] = (CHANCE, ANSWER if order else CHANCE, CLOSING)
    return tokens, kinds
