"""``rope-lessons measure FOLDER``: how is a checkpoint measured, stopped and gone on with?"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np

from rope_lessons import _validate
from rope_lessons.own_model import checkpoint, measured, plan, questions, reader, report, rescues
from rope_lessons.page import progress_bar

TIMES = 4  # the training length, read by default
GIB = 1 << 30


def measure(
    folder: str | Path,
    *,
    out: str | Path | None = None,
    length: int | None = None,
    train_length: int | None = None,
    text: str | Path | None = None,
    needles: str | Path | None = None,
    samples: int = 32,
    texts: int = 16,
    seed: int = 0,
    device: str = "cpu",
    watch: Callable[[Iterable], Iterable] = iter,
    say: Callable[[str], object] = print,
) -> measured.Measured:
    """Measure a checkpoint, or go on where an earlier run stopped, and write the report.

    Parameters
    ----------
    folder : str or Path
        With ``config.json``, ``.safetensors`` and the tokenizer, as Transformers saves them.
    out : str or Path, optional
        Folder for the report and the measurements; by default ``measured-NAME`` where you are.
    length : int, optional
        Tokens of the longest text; four times the training length by default.
    train_length : int, optional
        Positions in training, where you know better than the file.
    text : str or Path, optional
        A text file to read, UTF-8; by default the end of Moby Dick.
    needles : str or Path, optional
        How needles are worded: see :func:`rope_lessons.own_model.questions.wording`.
    samples, texts : int
        Texts behind a share of right answers, and behind a loss.
    seed : int
        Draws them.
    device : str
        As PyTorch calls it.
    watch : callable, optional
        Goes through the jobs that are missing, as :func:`rope_lessons.progress_bar.progress` does.
    say : callable, optional
        Told, before the weights are loaded, how much memory they need.

    Returns
    -------
    Measured
        What is there, also when an interrupt (Ctrl-C) ended it early.

    Raises
    ------
    TypeError, ValueError
        A folder, file or number that does not do, or more memory than there is; the message says
        how to go on.
    """
    found = checkpoint.look_into(folder, train_length=train_length)
    settings = found.settings
    samples, texts = _validate.size("samples", samples), _validate.size("texts", texts)
    seed = _validate.index("seed", seed)
    length = _validate.count("length", TIMES * found.train_length if length is None else length)
    name = found.folder.resolve().name
    _check_memory(found, length, device, say)
    tokens = reader.Tokens(found)
    asked = questions.fit(tokens.encode, questions.wording(found.folder, needles), tokens.begin)
    written = _text(text)
    hay = np.array(tokens.encode(written))
    planned = plan.plan(found.train_length, length, len(hay), asked.first, asked.nearest)
    readings = rescues.readings(settings, length)
    jobs = {kind: list(planned.jobs(kind, samples, texts, seed)) for kind in readings}
    folder_out = Path(out) if out else Path(f"measured-{name}")
    folder_out.mkdir(parents=True, exist_ok=True)
    of = checkpoint.digest(found.fingerprint, written, asked, found.train_length)
    kept = plan.Kept(folder_out / "measurements.jsonl", of)
    missing = [job for many in jobs.values() for job in many if job not in kept.found]
    about = {
        "name": name,
        "config": found.config,
        "train_length": found.train_length,
        "length": length,
        "samples": samples,
        "texts": texts,
        "seed": seed,
        "chance": asked.chance,
        "readings": readings,
        "plan": planned._asdict(),
        "jobs": sum(map(len, jobs.values())),
        "mind": [*settings.warnings, *_minded(found, readings, planned, hay, length)],
        "versions": _versions(),
        "device": device,
    }
    try:
        _go_through(missing, watch, kept, found, readings, asked, hay, device)
    except KeyboardInterrupt:
        say("Stopped. What is there is kept; the same command goes on from here.")
    wanted = {job for many in jobs.values() for job in many}
    come = {job: value for job, value in kept.found.items() if job in wanted}
    result = measured.Measured(json.loads(json.dumps(about)), come)
    report.write(result, folder_out)
    return result


def of(folder: str | Path | None = None, **options: Any) -> measured.Measured:
    """For a notebook: the stored measurement of the checkpoint that ships, or that of a folder.

    Parameters
    ----------
    folder : str or Path, optional
        Measured with a progress bar; the report lies beside the notebook.
    **options
        For :func:`measure`.

    Returns
    -------
    Measured

    >>> of().half_at()
    (96, 112)
    """
    if folder is None:
        return measured.load()
    return measure(folder, watch=progress_bar.Watch("measuring"), **options)


def main(options: argparse.Namespace) -> int:
    """Do what the command line asks; gives the exit status."""
    wanted = {name: value for name, value in vars(options).items() if name != "command"}

    def aloud(line):
        print(line, file=sys.stderr, flush=True)

    try:
        result = measure(**wanted, watch=_bar, say=aloud)
    except (TypeError, ValueError) as error:
        aloud(f"rope-lessons measure: {error}")
        return 1
    print(report.text(result))
    out = options.out or f"measured-{result.about['name']}"
    print(f"\nIn {out}: report.html (the figures), report.json, report.txt, measurements.jsonl.")
    return 0 if len(result.found) == result.about["jobs"] else 130


def _go_through(missing, watch, kept, found, readings, asked, hay, device):
    """Measure what is missing; the weights are loaded anew for each reading."""
    loaded, model = None, None
    for job in watch(missing):
        if job.reading != loaded:
            model = None  # so that two of them never take memory at once
            model = reader.Reader(found, *readings[job.reading], asked, hay, device)
            loaded = job.reading
        kept.add(job, model.measure(job))


def _check_memory(found, length, device, say):
    needed = found.memory(length, max(length, reader.TOKENS_AT_ONCE))
    free = reader.free_memory(device)
    there = "nobody says how much is free" if free is None else f"{free / GIB:.1f} are free"
    says = f"{needed / GIB:.1f} GiB of memory on {device}, {there}"
    say(f"Reading {length:,} tokens needs about {says}.")
    if free is not None and needed > free:
        raise ValueError(
            f"this needs about {says}. Give a smaller --length, close other programs, use a "
            "--device with more, or measure a smaller model of the same family"
        )


def _text(path):
    if path is None:
        return (resources.files("rope_lessons") / "data" / "held_out.txt").read_text("utf-8")
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text in UTF-8") from None


def _minded(found, readings, planned, hay, length):
    if not found.settings.train_length_is_told:
        yield (
            f"Where training ended is not in the file: {found.train_length:,}, all that it "
            "allows, is taken for it. Give --train-length where you know better."
        )
    if len(readings) == 1 and length > found.train_length:
        yield "The model is scaled already, so no rescue is tried on top of its own."
    if planned.loss_length < length:
        yield (
            f"The text has {len(hay):,} tokens, so the loss is read up to {planned.loss_length:,} "
            "only, and needles lie in text that comes again. Give a longer one with --text."
        )


def _versions():
    names = ("torch", "transformers", "tokenizers", "numpy")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}


def _bar(jobs) -> Iterator:
    """A progress bar with the time that is left, on a terminal; nothing elsewhere."""
    if not (jobs and sys.stderr.isatty()):
        yield from jobs
        return
    began = time.monotonic()
    for done, job in enumerate(jobs):
        left = (time.monotonic() - began) / done * (len(jobs) - done) if done else 0
        still = f", about {left / 60:.0f} min left" if done else ""
        what = f"{job.distance} back in" if job.distance else "loss over"
        filled = "█" * (20 * done // len(jobs))
        line = f"[{filled:·<20}] {done} of {len(jobs)}{still}: {job.reading}, {what} {job.length}"
        print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)
        yield job
    line = f"[{'█' * 20}] {len(jobs)} of {len(jobs)}"
    print(f"\r{line:<78}", file=sys.stderr)
