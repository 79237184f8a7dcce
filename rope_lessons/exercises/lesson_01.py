"""Lesson 01: the table of sines and cosines, and how much the loss jumps past training."""

import numpy as np

from rope_lessons import schemes
from rope_lessons.exercises import Exercise, Mistake


def sinusoidal_table(n_positions, dim, base=10000.0):
    return schemes.sinusoidal_table(n_positions, dim, base)


def loss_jump(loss, train_length, window=16):
    after = np.asarray(loss)[train_length : train_length + window]
    before = np.asarray(loss)[train_length - window : train_length]
    return after.mean() - before.mean()


def _waves(positions, speeds):
    """Sine and cosine in turn, for speeds that a mistake gives."""
    angles = np.multiply.outer(positions, speeds)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(angles), -1)


def _own_speeds(exponent):
    """A table in which every column has a speed of its own, from its number and dim."""

    def wrong(n_positions, dim, base):
        column = np.arange(dim)
        angles = np.multiply.outer(np.arange(n_positions), base ** -exponent(column, dim))
        return np.where(column % 2, np.cos(angles), np.sin(angles))

    return wrong


def _row_0_empty(n_positions, dim, base):
    table = schemes.sinusoidal_table(n_positions, dim, base)
    table[0] = 0
    return table


def _between(loss, after, before):
    """Mean over one slice minus mean over another, each cut to what is there."""
    return np.mean(loss[max(0, after[0]) : after[1]]) - np.mean(loss[max(0, before[0]) : before[1]])


def _tables(rng):
    n_positions, dim = int(rng.integers(20, 200)), 2 * int(rng.integers(4, 40))
    return [
        (3, 4, 100.0),
        (5, 8, 10000.0),
        (n_positions, dim, float(rng.integers(50, 5000))),
        (3001, 10, 500.0),
    ]


def _losses(rng):
    probes = [(np.array([2.0, 2.25, 1.75, 2.0, 3.0, 2.75, 3.25, 4.0]), 4, 2)]
    for train_length, window in ((64, 16), (int(rng.integers(30, 90)), int(rng.integers(3, 13)))):
        # A slope on either side: with flat ones, a window that is off by one would pass unseen.
        position = np.arange(4 * train_length)
        slope = np.where(position < train_length, -0.01, 0.02)
        level = np.where(position < train_length, 2.0, rng.uniform(2.6, 3.4))
        noise = rng.normal(scale=0.1, size=position.size)
        probes.append((level + slope * (position - train_length) + noise, train_length, window))
    return probes


EXERCISES = (
    Exercise(
        lesson=1,
        reference=sinusoidal_table,
        draw_probes=_tables,
        mistakes=(
            Mistake(
                lambda n, dim, base: _waves(np.arange(n), base ** (-np.arange(dim // 2) / dim)),
                "the exponent is −i/dim, half of what it should be: the slowest pair comes out "
                "much too fast. The paper has −2i/dim.",
            ),
            Mistake(
                lambda n, dim, base: _waves(
                    np.arange(n), base ** (-np.arange(dim // 2) / (dim // 2 - 1))
                ),
                "the exponent is divided by dim/2 − 1, as some libraries do, so the slowest speed "
                "is exactly 1/base. The paper has −2i/dim.",
            ),
            Mistake(
                _own_speeds(lambda column, dim: column / dim),
                "every column has a speed of its own. Columns 2i and 2i + 1 are a pair: the sine "
                "and the cosine of the same angle.",
            ),
            Mistake(
                _own_speeds(lambda column, dim: 2 * column / dim),
                "the column's own number stands for i, so every column has a speed of its own, and "
                "most are too slow. Columns 2i and 2i + 1 share the exponent −2i/dim.",
            ),
            Mistake(
                _own_speeds(lambda column, dim: 2.0 * column // dim),
                "the exponent was divided in whole numbers, so it is 0 or −1 and there are two "
                "speeds in all. 2i/dim is a fraction: / in place of //.",
            ),
            Mistake(
                lambda n, dim, base: schemes.sinusoidal_table(n, dim, base, layout="concatenated"),
                "all sines stand before all cosines. Here they take turns: sin, cos, sin, cos.",
            ),
            Mistake(
                lambda n, dim, base: np.roll(
                    schemes.sinusoidal_table(n, dim, base, layout="concatenated"), dim // 2, axis=1
                ),
                "all cosines stand before all sines. Here they take turns, the sine first: sin, "
                "cos, sin, cos.",
            ),
            Mistake(
                lambda n, dim, base: np.flip(
                    _waves(np.arange(n), base ** (-np.arange(0, dim, 2) / dim)).reshape(n, -1, 2),
                    axis=-1,
                ).reshape(n, dim),
                "the cosines stand in the even columns. Column 2i is the sine, 2i + 1 the cosine.",
            ),
            Mistake(
                lambda n, dim, base: schemes.sinusoidal_table(n + 1, dim, base)[1:],
                "positions start at 1 here. They count from 0: row 0 is (0, 1, 0, 1, …), and the "
                "last row is n_positions − 1.",
            ),
            Mistake(
                lambda n, dim, base: _waves(
                    np.arange(n), np.exp(np.arange(0, dim, 2) * (-np.log(base) / dim // 1))
                ),
                "−ln(base)/dim was rounded down to a whole number, by a // perhaps, so that after "
                "a few pairs nothing moves. Keep the fraction.",
            ),
            Mistake(
                lambda n, dim, base: _waves(
                    np.arange(n) / n, base ** (-np.arange(0, dim, 2) / dim)
                ),
                "the positions run from 0 to 1, so that the fastest pair makes a sixth of a turn "
                "in the whole table. They are 0, 1, 2, …, n_positions − 1.",
            ),
            Mistake(
                _row_0_empty,
                "row 0 holds zeros. Position 0 has waves like every other, sin 0 and cos 0 in "
                "turn: (0, 1, 0, 1, …).",
            ),
            Mistake(
                lambda n, dim, base: _waves(np.arange(n), base ** (np.arange(0, dim, 2) / dim)),
                "the exponent lost its minus, so speeds grow from pair to pair. Pair 0 is the "
                "fastest, at 1 radian per position.",
            ),
            Mistake(
                lambda n, dim, base: schemes.sinusoidal_table(n, dim, 10000.0),
                "base is written into the code. Use the argument: another base gives other speeds.",
            ),
            Mistake(
                lambda n, dim, base: _waves(
                    np.radians(np.arange(n)), base ** (-np.arange(0, dim, 2) / dim)
                ),
                "the angles were taken for degrees. p · base^(−2i/dim) is in radians already.",
            ),
            Mistake(
                lambda n, dim, base: schemes.sinusoidal_table(n, dim, base).T,
                "rows and columns have changed places. One row a position, one column an entry.",
            ),
        ),
        hints=(
            "Make the angles first, one for each position and pair. Only then sines and cosines.",
            "Pair i = 0 … dim/2 − 1 has the speed base^(−2i/dim), in radians per position.\n"
            "The angles are an (n_positions, dim/2) array: positions down, speeds across.\n"
            "Their sines go into the even columns, their cosines into the odd ones.",
            "speeds = base ** (-2 * np.arange(dim // 2) / dim)\n"
            "angles = np.arange(n_positions)[:, None] * speeds\n"
            "table = np.empty((n_positions, dim))\n"
            "table[:, 0::2] = ...\n"
            "table[:, 1::2] = ...",
        ),
    ),
    Exercise(
        lesson=1,
        reference=loss_jump,
        draw_probes=_losses,
        tolerance=1e-4,
        stretch=True,
        mistakes=(
            Mistake(
                lambda loss, length, window: _between(
                    loss, (length + 1, length + 1 + window), (length - window, length)
                ),
                "the first window starts one too late. Counted from 0, training ended at L − 1: "
                "index L is already new.",
            ),
            Mistake(
                lambda loss, length, window: _between(
                    loss, (length + 1, length + 1 + window), (length + 1 - window, length + 1)
                ),
                "both windows stand one too far right: index L counts as trained. Counted from 0, "
                "the last trained index is L − 1.",
            ),
            Mistake(
                lambda loss, length, window: _between(
                    loss, (length - 1, length - 1 + window), (length - 1 - window, length - 1)
                ),
                "both windows stand one too far left: index L − 1 counts as new. It is the last "
                "one that was trained.",
            ),
            Mistake(
                lambda loss, length, window: _between(
                    loss, (length, length + window + 1), (length - window, length)
                ),
                "the window past training holds one position too many: a slice ends before its "
                "second number.",
            ),
            Mistake(
                lambda loss, length, window: -loss_jump(loss, length, window),
                "the sign is turned round. After minus before, so that getting worse is positive.",
            ),
            Mistake(
                lambda loss, length, window: _between(loss, (length, len(loss)), (0, length)),
                "the means go over everything before and everything after. The first tokens, read "
                "without context, and what happens far out both blur the jump: window entries on "
                "each side.",
            ),
            Mistake(
                lambda loss, length, window: loss_jump(loss, length, 1),
                "one entry on each side is all that was compared, and single entries are noisy. "
                "Take the mean of window entries on each side.",
            ),
            Mistake(
                lambda loss, length, window: loss_jump(loss, length, 16),
                "the window is always 16. Use the argument.",
            ),
            Mistake(
                lambda loss, length, window: window * loss_jump(loss, length, window),
                "the windows were summed. Take means, so that the answer is in nats per character "
                "whatever the window.",
            ),
            Mistake(
                lambda loss, length, window: (
                    np.mean(loss[length : length + window])
                    / np.mean(loss[length - window : length])
                ),
                "this is a ratio. A jump in nats is a difference: after minus before.",
            ),
        ),
        hints=(
            "Two slices of the same length, one on each side of the end of training.",
            "Training on L tokens covers the indices 0 … L − 1. So loss[L − w : L] is the last of\n"
            "what was trained, and loss[L : L + w] the first of what was not.",
            "before = loss[train_length - window : train_length]\n"
            "after = loss[train_length : ...]\n"
            "return np.mean(...) - np.mean(...)",
        ),
    ),
)
