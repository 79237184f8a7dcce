"""What shape has a score over distance?"""

from __future__ import annotations

import matplotlib
import numpy as np

from rope_lessons import rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import FAINT, INK, KEY, QUIET, STYLE, Drawing, blank, freeze


def score_over_distance(reach: int = 4096) -> Drawing:
    """The score of one query with one key at every distance, and its logarithmic trend.

    Every pair of the query is one long. The key is as long as the query, and their cosine
    similarity is the alignment: 1 makes them equal, 0 takes a random direction at a right angle.
    The trend is alignment · d/2 · (1 − (ln Δ + 0.577) / ln base): the sum of the cosines read as an
    integral, good for 1 ≪ Δ ≪ base (0.577 is Euler's constant).

    Parameters
    ----------
    reach : int
        How many distances, from 0.

    Returns
    -------
    Drawing
        Sliders: ``base``, ``head_dim`` (at most 256) and ``alignment``.
    """
    distances = np.arange(reach)
    phases = np.random.default_rng(9).uniform(0, 2 * np.pi, size=(2, 128))
    directions = np.stack([np.cos(phases), np.sin(phases)], axis=-1).reshape(2, -1)

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.4)
        axes = figure.subplots()
        axes.set_xscale("symlog", linthresh=1, linscale=0.3)
        axes.set(
            xlabel="distance m − n (positions)",
            ylabel="score  q · k after turning",
            xlim=(0, reach),
        )
        axes.set_xticks([0, 1, 10, 100, 1000], ["0", "1", "10", "100", "1,000"])
        axes.axhline(0, color=FAINT, lw=0.8, zorder=0)
        (curve,) = axes.plot(distances, np.zeros(reach), color=QUIET, lw=1)
        (trend,) = axes.plot(distances[1:], np.zeros(reach - 1), "--", color=INK, lw=1.5)
        (crossing,) = axes.plot([], [], "o", color=INK, ms=7)
        note = axes.text(0, 0, "", weight="bold", va="top")
        axes.text(0.99, 0.95, "dashed: trend", ha="right", transform=axes.transAxes)
        title = axes.set_title("", loc="left")

    def update(base, head_dim, alignment):
        q, other = directions[:, :head_dim]
        other = other - (other @ q) / (q @ q) * q
        other *= np.sqrt((q @ q) / (other @ other))
        k = alignment * q + np.sqrt(1 - alignment**2) * other
        scores = rotary.distance_curve(q, k, distances, rotary.inv_freq(head_dim, base))
        top = head_dim / 2
        fall = (np.log(distances[1:]) + np.euler_gamma) / np.log(base)
        curve.set_ydata(scores)
        trend.set_ydata(alignment * top * (1 - fall))
        axes.set_ylim(-0.5 * top, 1.08 * top)
        first = _first_below_zero(scores)
        crossing.set_data([[], []] if first is None else [[first], [scores[first]]])
        note.set(position=(first or 0, -0.17 * top), ha="right" if first and first > 99 else "left")
        note.set_text("" if first is None else f"below zero at {first}")
        title.set_text(f"head_dim {head_dim}, base {base:,}, alignment {alignment:.2f}")

    def summary():
        scores = curve.get_ydata()
        first = _first_below_zero(scores)
        below = "nowhere below zero" if first is None else f"first below zero at {first}"
        return (
            f"{title.get_text()}: score {show.number(scores[0], 1)} at distance 0, {below}, rising "
            f"at {np.sum(np.diff(scores) > 0)} of {scores.size - 1} steps"
        )

    update(base=10_000, head_dim=128, alignment=1.0)
    freeze(figure)
    return Drawing(figure, update, summary)


def built_peak(
    q: ArrayLike, inv_freq: ArrayLike, *, reach: tuple[int, int] = (-600, 2000)
) -> Drawing:
    """The scores of one query with a key that is built to score highest at a chosen distance.

    The key is the query itself, turned by RoPE to the position that is the distance.

    Parameters
    ----------
    q : (d,) array
    inv_freq : (d/2,) array
        Radians per position.
    reach : pair of int
        First and last distance drawn; those below 0 are the masked future.

    Returns
    -------
    Drawing
        Slider: ``peak``, the chosen distance.

    Raises
    ------
    TypeError, ValueError
        Input that :func:`rope_lessons.rotary.apply_rope` refuses.
    """
    q = np.asarray(q, dtype=float)
    distances = np.arange(reach[0], reach[1] + 1)
    highest = q @ q
    turned = rotary.apply_rope(np.broadcast_to(q, (distances.size, q.size)), distances, inv_freq)

    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 3.0)
        axes = figure.subplots()
        axes.set(
            xlabel="distance m − n (positions)",
            ylabel="score  q · k after turning",
            xlim=reach,
            ylim=(-0.4 * highest, 1.2 * highest),
        )
        axes.axvspan(reach[0], 0, color=FAINT, alpha=0.35, lw=0)
        axes.text(
            *(reach[0] / 2, -0.25 * highest, "masked:\nkey ahead"),
            color=QUIET,
            ha="center",
            va="center",
        )
        axes.axhline(0, color=FAINT, lw=0.8, zorder=0)
        (curve,) = axes.plot(distances, np.zeros(distances.size), color=INK, lw=1)
        (top,) = axes.plot([0], [0], "o", color=KEY, ms=8)
        note = axes.text(0, 0, "", color=KEY, weight="bold")
        title = axes.set_title("", loc="left", weight="bold")

    def update(peak):
        scores = turned @ rotary.apply_rope(q, peak, inv_freq)
        curve.set_ydata(scores)
        at = np.argmax(np.where(distances < 0, -np.inf, scores))  # what the causal mask allows
        top.set_data([distances[at]], [scores[at]])
        side = -1 if distances[at] > reach[0] + 0.75 * np.ptp(reach) else 1  # where there is room
        note.set_position((distances[at] + side * 0.015 * np.ptp(reach), scores[at]))
        note.set_horizontalalignment("left" if side > 0 else "right")
        note.set_text(f"{show.number(scores[at], 1)} at {distances[at]}")
        title.set_text(f"key built for distance {peak}")

    def summary():
        (where,), (height,) = top.get_data()
        at_zero = curve.get_ydata()[distances == 0][0]
        return (
            f"{title.get_text()}: highest at distance {where}, score {show.number(height, 2)}; "
            f"at distance 0 {show.number(at_zero, 2)}"
        )

    update(peak=0)
    freeze(figure)
    return Drawing(figure, update, summary)


def bound_over_trivial(distances: ArrayLike, ratios: dict[str, ArrayLike]) -> Drawing:
    """A bound on a score, divided by the largest value the score could have anyway.

    Parameters
    ----------
    distances : (n,) array
        From 1.
    ratios : dict of str to (n,) array
        Label, to the bound over the trivial one. Above 1 it says nothing.

    Returns
    -------
    Drawing
        Without sliders.
    """
    with matplotlib.rc_context(STYLE):
        figure = blank(7.8, 2.8)
        axes = figure.subplots()
        axes.set(
            xscale="log",
            yscale="log",
            xlabel="distance m − n (positions)",
            ylabel="bound ÷ trivial bound",
            xlim=(distances[0], distances[-1]),
        )
        for label, ratio in ratios.items():
            axes.plot(distances, ratio, color=INK, lw=1)
            axes.text(distances[0] * 1.1, ratio[0] * 1.15, label, weight="bold")
        axes.axhline(1, color=QUIET, lw=1, ls=":")
        axes.text(distances[-1], 1.06, "above this line it says nothing", color=QUIET, ha="right")
        axes.set_ylim(
            0.7 * min(map(np.min, ratios.values())), 2 * max(map(np.max, ratios.values()))
        )

    def summary():
        parts = [
            f"{label} between {show.number(np.min(ratio), 2)} and {show.number(np.max(ratio), 2)}"
            for label, ratio in ratios.items()
        ]
        return "bound over trivial bound: " + "; ".join(parts)

    freeze(figure)
    return Drawing(figure, lambda: None, summary)


def _first_below_zero(scores):
    below = scores < -1e-9  # a zero that was rounded down is none
    return int(np.argmax(below)) if below.any() else None
