"""What goes on the napkin: a dial, a gap, a curve, an arc?"""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.lines import Line2D

from rope_lessons import _validate, arcs, rotary, show
from rope_lessons._types import ArrayLike
from rope_lessons.page.figures.drawing import (
    FAST,
    INK,
    KEY,
    QUERY,
    QUIET,
    SLOW,
    STYLE,
    TRAINED,
    UNSEEN,
    Drawing,
    blank,
    freeze,
)

PAPER = "#FBF7EE"
FOLD = "#E4DCC8"
UNSTEADY = (1.3, 130, 4)  # how a hand wavers: pixels aside, pixels along, how unevenly
NEW = {"lw": 2.4, "alpha": 1.0}
EARLIER = {"lw": 1.7, "alpha": 0.5}
AT = 100  # the position that the arrows of the first quarter show
REACH = 65_536  # distances in the third quarter, far enough for the curve to come back


def folded_napkin(
    strokes: int, *, inv_freq: ArrayLike, train_length: int, length: int, slow: int
) -> Drawing:
    """A napkin folded in four, with the first so many quarters filled.

    In their order: arrows of one query on a dial; a query and a key of one pair, and the angle
    between them; the score over distance, for a query equal to its key; the angles of one slow
    pair that training showed, and those that a longer text adds.

    Parameters
    ----------
    strokes : int
        1 to 4. The last of them is drawn strongest.
    inv_freq : (n_pairs,) array
        Radians per position, fastest first.
    train_length, length : int
        Positions in training, and in the longer text.
    slow : int
        The pair of the fourth quarter: one that does not finish a turn in training.

    Returns
    -------
    Drawing
        Without sliders. The summary says what is new.

    Raises
    ------
    ValueError
        ``strokes`` is not 1 to 4, or pair ``slow`` finishes a turn in training.
    """
    inv_freq = np.asarray(inv_freq, dtype=float)
    quarters = (
        lambda axes, pen: _speeds(axes, pen, inv_freq),
        _gap,
        lambda axes, pen: _curve(axes, pen, inv_freq),
        lambda axes, pen: _arc(axes, pen, inv_freq[slow], train_length, length, slow),
    )
    if strokes not in range(1, len(quarters) + 1):
        raise ValueError(f"strokes must be 1 to {len(quarters)}, got {strokes!r}")
    if not arcs.unfinished(inv_freq, train_length)[slow]:
        raise ValueError(
            f"pair {slow} finishes a turn within {train_length} positions, so it has no unseen "
            "arc; choose a slower one"
        )
    with matplotlib.rc_context({**STYLE, "path.sketch": UNSTEADY, "font.style": "italic"}):
        figure = blank(6.4, 4.9)
        figure.patch.set(facecolor=PAPER, sketch_params=None)
        says = []
        for i, axes in enumerate(figure.subplots(2, 2).flat):
            axes.axis("off")
            if i < strokes:
                says.append(quarters[i](axes, NEW if i == strokes - 1 else EARLIER))
        freeze(figure)
        for ends in ([0.5, 0.5], [0.03, 0.97]), ([0.03, 0.97], [0.5, 0.5]):
            figure.add_artist(Line2D(*ends, color=FOLD, lw=1.2, transform=figure.transFigure))

    return Drawing(figure, lambda: None, says[-1])


def rescued_napkin(
    angles: ArrayLike, *, slow: int, fast: int, train_length: int, target_length: int
) -> Drawing:
    """The last napkin: a slow and a fast pair in training, read on, and interpolated.

    Parameters
    ----------
    angles : (2, 3) array
        Radians turned at the farthest distance, whole turns counted. Rows: the slow pair, the fast
        one. Columns: in training, in the longer text, in the longer text with positions
        interpolated.
    slow, fast : int
        Which pairs they are.
    train_length, target_length : int
        Positions in training, and in the longer text.

    Returns
    -------
    Drawing
        Without sliders. A step of the fast pair, from one position to the next, is what its end
        angle and its farthest distance give.

    Raises
    ------
    TypeError, ValueError
        ``angles`` are not six numbers in that shape, the slow pair finishes a turn in training, or
        the longer text is not longer.
    """
    angles = _validate.numbers("angles", angles)
    if angles.shape != (2, 3):
        raise ValueError(
            "angles must be (2, 3): slow and fast pair; trained, read on, interpolated; got shape "
            f"{angles.shape}"
        )
    if not 0 < angles[0, 0] < 2 * np.pi:
        raise ValueError(
            f"the slow pair turns by {angles[0, 0]:g} radians in training; choose one that turns "
            "at all and does not finish"
        )
    if not 1 < train_length < target_length:
        raise ValueError(
            f"target_length must be above train_length, got {target_length} and {train_length}"
        )
    reach = train_length - 1, target_length - 1, target_length - 1
    columns = (
        f"trained: {train_length:,}",
        f"read on: {target_length:,}",
        "interpolated",
    )
    pen = {"lw": 2, "alpha": 1.0}
    with matplotlib.rc_context({**STYLE, "path.sketch": UNSTEADY, "font.style": "italic"}):
        figure = blank(7.6, 5.5)
        figure.patch.set(facecolor=PAPER, sketch_params=None)
        above, below = figure.subplots(2, 3)
        slow_lines, fast_lines = [], []
        for axes, end, column in zip(above, angles[0], columns, strict=True):
            axes.axis("off")
            axes.set_title(column, weight="bold")
            slow_lines.append(_reached(axes, pen, angles[0, 0], end))
        for axes, end, far in zip(below, angles[1], reach, strict=True):
            axes.axis("off")
            fast_lines.append(_stepped(axes, pen, end, far))
        _word(above[0], 0.8 * np.pi, 1.6, f"pair {slow}\n(slow)", SLOW)
        _word(below[0], 0.8 * np.pi, 1.6, f"pair {fast}\n(fast)", FAST)
        _note(above[0], pen, f"turned by θ·Δ,\nto {_degrees(angles[0, 0])}")
        _note(above[1], pen, f"on to {_degrees(angles[0, 1])}:\nan arc never met")
        _note(above[2], pen, f"{_degrees(angles[0, 2])}: back inside,\nbetween known angles")
        _note(
            below[0],
            pen,
            f"{_turns(angles[1, 0])}; neighbours\n{_step(angles[1, 0], reach[0])} apart",
        )
        _note(below[1], pen, f"{_turns(angles[1, 1])}:\nno arc is new")
        _note(
            below[2],
            pen,
            f"neighbours {_step(angles[1, 2], reach[2])} apart:\nthe price; tuning helps",
        )
        freeze(figure)

    def summary():
        ends = [show.number(sum(map(_swept, lines)), 0) for lines in slow_lines]
        new = [show.number(_swept(lines[1]), 0) for lines in slow_lines]
        steps = [show.number(_swept(line), 0) for line in fast_lines]
        return (
            f"pair {slow} to {ends[0]}° in {train_length} positions, to {ends[1]}° in "
            f"{target_length} ({new[1]}° never met), interpolated to {ends[2]}°; pair {fast}: "
            f"neighbours {steps[0]}° apart, read on {steps[1]}°, interpolated {steps[2]}°"
        )

    return Drawing(figure, lambda: None, summary)


# Each quarter draws itself with a pen, and returns how to say what it shows from its own lines.


def _speeds(axes, pen, inv_freq):
    _dial(axes, pen)
    chosen = (0, inv_freq.size // 2, inv_freq.size - 1)
    styles = (FAST, 0.6), (QUIET, 0.75), (SLOW, 0.95)
    lines = [
        _arrow(axes, pen, AT * inv_freq[j], colour, reach)
        for j, (colour, reach) in zip(chosen, styles, strict=True)
    ]
    _word(axes, AT * inv_freq[0], 1.28, "fast", FAST)
    _word(axes, AT * inv_freq[-1], 1.28, "slow", SLOW)
    _note(axes, pen, f"position {AT}: the fast arrow went round\noften, the slow one hardly moved")

    def say():
        angles = [f"{show.number(_angle(line) % 360, 0)}°" for line in lines]
        return (
            f"a dial at position {AT}, arrows {chosen[0]}, {chosen[1]} and {chosen[2]} at "
            f"{angles[0]}, {angles[1]} and {angles[2]}"
        )

    return say


def _gap(axes, pen):
    _dial(axes, pen)
    key, query = np.radians(20), np.radians(115)
    k, q = _arrow(axes, pen, key, KEY, 0.95), _arrow(axes, pen, query, QUERY, 0.95)
    _bow(axes, pen, key, query, 0.4, INK)
    _word(axes, key, 1.35, "k at n", KEY)
    _word(axes, query, 1.17, "q at m", QUERY)
    _word(axes, -np.pi / 2, 0.3, "(m − n)·θ + φ", INK)
    _note(axes, pen, "move both: the angle stays,\nand so does the score")
    return lambda: f"two arrows, q {show.number(_angle(q) - _angle(k), 0)}° ahead of k"


def _curve(axes, pen, inv_freq):
    alike = np.tile([1.0, 0.0], inv_freq.size)
    distances = np.arange(REACH)
    scores = rotary.distance_curve(alike, alike, distances, inv_freq)
    peak = scores[0]
    axes.set(xscale="symlog", xlim=(-0.6, 1.6 * REACH), ylim=(-0.95 * peak, 1.15 * peak))
    for ends in ([-0.6, 1.6 * REACH], [0, 0]), ([0, 0], [-0.4 * peak, 1.1 * peak]):
        axes.plot(*ends, color=INK, lw=1.2, alpha=pen["alpha"])
    (ripples,) = axes.plot(
        distances, scores, color=QUERY, lw=0.4, alpha=0.25 * pen["alpha"], sketch_params=None
    )
    middle = np.unique(np.geomspace(1, REACH / 1.3, 60).astype(int))
    sums = np.cumsum(np.insert(scores, 0, 0.0))
    low, high = (middle / 1.3).astype(int), (middle * 1.3).astype(int) + 1
    means = (sums[high] - sums[low]) / (high - low)
    (trend,) = axes.plot(np.r_[0, middle], np.r_[peak, means], color=QUERY, **pen)
    words = {"color": _ink(pen), "size": 9}
    axes.text(2.5, peak, "score, q = k", **words)
    axes.text(0.15, -0.34 * peak, "distance", **words)
    for step in (1, 10, 100, 1_000, 10_000):
        axes.text(step, -0.15 * peak, f"{step:,}", ha="center", **words)
    axes.text(
        *(0.5, 0.0, "it falls and ripples, goes below zero\nand comes back"),
        ha="center",
        color=_ink(pen),
        transform=axes.transAxes,
    )

    def say():
        x, y = ripples.get_data()
        mean_x, mean_y = trend.get_data()
        below = np.flatnonzero(mean_y < 0)
        return (
            f"a curve from {show.number(y[0], 0)} at distance 0, first below zero at "
            f"{x[np.argmax(y < 0)]}; smoothed, lowest near "
            f"{mean_x[np.argmin(mean_y)]} and "
            f"{'back above zero' if below[-1] + 1 < mean_y.size else 'still below zero'} at "
            f"{mean_x[-1]}"
        )

    return say


def _arc(axes, pen, theta, train_length, length, pair):
    _dial(axes, pen)
    met = (train_length - 1) * theta
    new = arcs.unseen_arc([theta], train_length, length)[0]
    thick = {**pen, "lw": 3 * pen["lw"]}
    trained = _bow(axes, thick, 0, met, 0.88, TRAINED)
    unseen = _bow(axes, thick, met, met + new, 0.88, UNSEEN)
    _arrow(axes, pen, met, INK, 0.75)
    _word(axes, met / 2, 0.45, "met in\ntraining", TRAINED)
    _word(axes, met + new / 2, 0.45, "never\nmet", UNSEEN)
    _note(axes, pen, "a slow pair: longer text turns it\nonto an arc that training never had")

    def say():
        return (
            f"pair {pair}, {show.number(_swept(trained), 0)}° met in {train_length} positions, "
            f"{show.number(_swept(unseen), 0)}° new in {length}"
        )

    return say


def _reached(axes, pen, met, end):
    """The arc up to an end angle: as far as training met it, and what is new beyond."""
    _dial(axes, pen)
    thick = {**pen, "lw": 3 * pen["lw"]}
    end = min(end, 2 * np.pi)
    # Interpolation ends a part of one step past the last trained angle: too little to draw.
    known = end if end < 1.02 * met else met
    lines = [
        _bow(axes, thick, 0, known, 0.88, TRAINED),
        _bow(axes, thick, known, end, 0.88, UNSEEN),
    ]
    _arrow(axes, pen, end, SLOW, 0.7)
    if end > known:
        _word(axes, (known + end) / 2, 0.5, "never\nmet", UNSEEN)
    return lines


def _stepped(axes, pen, end, reach):
    """A ring that was gone all round, and one step on it from a position to the next."""
    _dial(axes, pen)
    step = end / reach
    _bow(axes, {**pen, "lw": 3 * pen["lw"]}, 0, min(end, 2 * np.pi), 0.88, TRAINED)
    _arrow(axes, pen, 0, FAST, 0.75)
    _arrow(axes, pen, step, FAST, 0.75)
    return _bow(axes, pen, 0, step, 0.4, INK)


def _degrees(angle):
    return f"{show.number(np.degrees(angle), 0)}°"


def _step(end, reach):
    return _degrees(end / reach)


def _turns(angle):
    whole = int(angle // (2 * np.pi))
    return f"{whole:,} turns" if whole != 1 else "1 turn"


def _dial(axes, pen):
    axes.set(xlim=(-1.7, 1.7), ylim=(-1.75, 1.3), aspect="equal")
    _bow(axes, {**pen, "lw": 1.4}, 0, 2 * np.pi, 1, QUIET)


def _arrow(axes, pen, angle, colour, reach):
    tip = reach * _towards(angle)
    barbs = [tip - 0.15 * _towards(angle + side) for side in (-0.5, 0.5)]
    axes.plot(*np.transpose([barbs[0], tip, barbs[1]]), color=colour, **pen)
    (line,) = axes.plot(*np.transpose([(0, 0), tip]), color=colour, **pen)
    return line


def _bow(axes, pen, start, end, radius, colour):
    points = radius * _towards(np.linspace(start, end, 90))
    (line,) = axes.plot(*points, color=colour, solid_capstyle="butt", **pen)
    return line


def _word(axes, angle, radius, text, colour):
    place = {"ha": "center", "va": "center", "size": 9}
    axes.text(*radius * _towards(angle), text, color=colour, weight="bold", **place)


def _note(axes, pen, text):
    axes.text(0, -1.75, text, ha="center", color=_ink(pen))


def _ink(pen):
    """Words never fade as far as lines do: they must be read."""
    return INK if pen["alpha"] == 1 else QUIET


def _towards(angle):
    return np.array([np.cos(angle), np.sin(angle)])


def _angle(line):
    x, y = (values[-1] for values in line.get_data())
    return np.degrees(np.arctan2(y, x))


def _swept(line):
    x, y = line.get_data()
    return np.degrees(np.ptp(np.unwrap(np.arctan2(y, x))))
