"""Which scheme would this dashboard pick, and what would one more number say?"""

import matplotlib
import numpy as np

from rope_lessons import show
from rope_lessons.page.figures.drawing import FAINT, QUIET, STYLE, Drawing, blank, freeze
from rope_lessons.page.figures.trained import SCHEME_COLOURS
from rope_lessons.trained import candidates


def dashboard(records: list[dict], axis_labels: dict[str, str]) -> Drawing:
    """One tile a metric, one row a scheme; better is further right in every tile.

    Parameters
    ----------
    records : list of dict
        What was measured: "scheme", "metric", "value", "seed", and "tokens", the length of the text
        it was measured in. Every metric needs a record for every scheme and length. A metric whose
        name begins with "loss" is better when lower, every other when higher.
    axis_labels : dict of str to str
        Metric, to what its axis says, in the order of the tiles.

    Returns
    -------
    Drawing
        Sliders: ``doublings``, how far along the measured lengths, from 0; ``tiles``, how many are
        plotted, from the left. The summary gives the means over seeds in those that are, and the
        clear winner (:func:`rope_lessons.trained.candidates.clear_winner`).

    Raises
    ------
    ValueError
        A metric, scheme and length without a record.

    >>> losses = {"T5 bias": 1.9, "RoPE": 1.8}
    >>> records = [
    ...     {"scheme": scheme, "metric": "loss", "value": loss, "seed": 0, "tokens": 64}
    ...     for scheme, loss in losses.items()
    ... ]
    >>> dashboard(records, {"loss": "nats"}).summary()
    '64 tokens. loss: T5 bias 1.90, RoPE 1.80; best: RoPE'
    """
    schemes = list(dict.fromkeys(record["scheme"] for record in records))
    lengths = sorted({record["tokens"] for record in records})
    measured = {
        (metric, scheme, tokens): _values(records, metric, scheme, tokens)
        for metric in axis_labels
        for scheme in schemes
        for tokens in lengths
    }
    rows = {scheme: -i for i, scheme in enumerate(schemes)}
    shown = {}

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 2.6)
        panels = np.atleast_1d(figure.subplots(1, len(axis_labels), sharey=True))
        panels[0].set_yticks(list(rows.values()), list(rows), weight="bold")
        panels[0].set_ylim(min(rows.values()) - 0.5, 0.7)
        for tick, scheme in zip(panels[0].get_yticklabels(), rows, strict=True):
            tick.set_color(_colour(scheme))
        marks = {}
        for axes, (metric, label) in zip(panels, axis_labels.items(), strict=True):
            axes.set(xlabel=label, xlim=_limits(metric, measured))
            axes.tick_params(axis="y", length=0)
            axes.set_title(f"{metric}\n ", size=10)
            absent = axes.text(
                *(0.5, 0.5, "not plotted"),
                color=QUIET,
                ha="center",
                va="center",
                bbox={"color": "white"},
                transform=axes.transAxes,
            )
            marks[metric] = axes, absent, {s: _row(axes, row, s) for s, row in rows.items()}

    def update(doublings, tiles):
        shown.clear()
        shown["tokens"] = tokens = lengths[doublings]
        for i, (metric, (axes, absent, per_scheme)) in enumerate(marks.items()):
            means = {s: float(np.mean(measured[metric, s, tokens])) for s in schemes}
            for scheme, (dots, mean, number) in per_scheme.items():
                values = measured[metric, scheme, tokens]
                dots.set_data(values, [rows[scheme]] * len(values))
                mean.set_data([means[scheme]], [rows[scheme]])
                number.set_x(means[scheme])
                number.set_text(show.number(means[scheme], 2))
                for artist in (dots, mean, number):
                    artist.set_visible(i < tiles)
            absent.set_visible(i >= tiles)
            found = {s: measured[metric, s, tokens] for s in schemes}
            best = candidates.clear_winner(found, lower=metric.startswith("loss")) or "no clear one"
            axes.title.set_text(f"{metric}\nbest: {best}" if i < tiles else f"{metric}\n ")
            if i < tiles:
                listed = ", ".join(f"{s} {show.number(mean, 2)}" for s, mean in means.items())
                shown[metric] = f"{metric}: {listed}; best: {best}"

    def summary():
        return f"{shown['tokens']} tokens. " + ". ".join(shown[m] for m in marks if m in shown)

    update(len(lengths) - 1, len(marks))
    freeze(figure)
    return Drawing(figure, update, summary)


def _values(records, metric, scheme, tokens):
    wanted = {"metric": metric, "scheme": scheme, "tokens": tokens}
    found = [r["value"] for r in records if wanted.items() <= r.items()]
    if not found:
        raise ValueError(
            f"no record of {metric!r} for {scheme!r} at {tokens} tokens; measure it, or leave the "
            "metric out of axis_labels"
        )
    return found


def _limits(metric, measured):
    """Worse on the left, better on the right, with room for the numbers above the marks."""
    values = [value for key, found in measured.items() if key[0] == metric for value in found]
    if not metric.startswith("loss"):
        return -0.08, 1.12
    room = 0.12 * (max(values) - min(values)) + 0.05
    return max(values) + room, min(values) - room


def _row(axes, height, scheme):
    """A scheme's marks in one tile: a dot a seed, a bar and a number for their mean."""
    colour = _colour(scheme)
    axes.axhline(height, color=FAINT, lw=0.8, zorder=0)
    (dots,) = axes.plot([], [], "o", color=colour, alpha=0.45, ms=6, mew=0)
    (mean,) = axes.plot([], [], "|", color=colour, ms=16, mew=3)
    number = axes.text(0, height + 0.3, "", color=colour, size=9, ha="center", va="center")
    return dots, mean, number


def _colour(scheme):
    known = (name for name in SCHEME_COLOURS if scheme.lower().startswith(name))
    return SCHEME_COLOURS.get(next(known, None), QUIET)
