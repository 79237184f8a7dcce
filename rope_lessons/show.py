"""How does a number look on the page, or a table of them?

Everything a lesson prints goes through here, so that the stored outputs are the same on every
supported Python, NumPy and operating system: fixed decimals, no minus zero, no NumPy reprs.
Quantities of the size of rounding are shown as a bound or a power of ten, never as digits. What is
no number is refused with a ``TypeError``, an impossible one with a ``ValueError``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from html import escape

import numpy as np

from rope_lessons import _validate
from rope_lessons._types import ArrayLike

MOST_DECIMALS = 60
_NUMBER = re.compile(r"[-−+<>~ ]*[\d.,]+(e-?\d+)?[ %°×]*|–|")  # or nothing measured
_LINE = 60  # characters


def number(value: float, decimals: int = 3) -> str:
    """One number with fixed decimals.

    >>> number(-0.00001)
    '0.000'
    """
    decimals = _validate.index("decimals", decimals, MOST_DECIMALS)
    text = f"{_real('value', value):.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text


def numbers(values: ArrayLike, decimals: int = 3) -> str:
    """A vector, as one writes it on paper.

    >>> numbers([1, -0.5])
    '(1.000, -0.500)'
    """
    try:
        values = np.ravel(values)
    except ValueError:
        raise ValueError("values must be a vector, got rows of unequal length") from None
    return "(" + ", ".join(number(value, decimals) for value in values) + ")"


def below(value: float, bound: float) -> str:
    """Whether a rounding-sized quantity stays under a bound (a power of ten), in words.

    >>> below(3e-13, 1e-9), below(2e-5, 1e-9)
    ('below 1e-9', 'not below 1e-9')
    """
    bound = _validate.positive("bound", bound)
    value = _validate.number("value", _real("value", value))
    return f"{'' if abs(value) < bound else 'not '}below 1e{round(math.log10(bound))}"


def order(value: float) -> str:
    """The nearest power of ten of a rounding-sized quantity.

    >>> order(1.3e-5)
    'about 1e-5'
    """
    value = abs(_validate.number("value", _real("value", value)))
    return "0" if value == 0 else f"about 1e{round(math.log10(value))}"


def table(
    header: Sequence[str],
    rows: Iterable[Sequence],
    *,
    title: str = "",
    source: str = "",
    best: Collection[tuple[int, int]] = (),
) -> None:
    """Show rows under a header: a table on a page, and plain text in columns anywhere else.

    Cells that are no text yet are written with :func:`number`, whole numbers as they are;
    columns of numbers align right.

    Parameters
    ----------
    header : list of str
    rows : list of lists
    title, source : str
        What stands above it and below it.
    best : collection of (row, column) pairs of int
        Cells to print bold on a page, counted from 0. The plain text does not mark them.

    >>> table(("pair", "angle"), [(0, 1.0), (1, -0.25)])
    pair   angle
       0   1.000
       1  -0.250
    """
    from IPython.display import display  # prints where there is no notebook

    display(Table(header, rows, title, source, best))


class Table:
    """What :func:`table` shows."""

    def __init__(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence],
        title: str = "",
        source: str = "",
        best: Collection[tuple[int, int]] = (),
    ) -> None:
        try:
            header, rows = list(header), [list(row) for row in rows]
        except TypeError:
            raise TypeError("header must be a list of names, and rows a list of lists") from None
        for row in rows:
            if len(row) != len(header):
                raise ValueError(
                    f"every row must have {len(header)} cells, as the header has, got {len(row)}"
                )
        self.header = [str(name) for name in header]
        self.rows = [[_cell(value) for value in row] for row in rows]
        self.words = [any(isinstance(row[i], str) for row in rows) for i in range(len(header))]
        self.title, self.source, self.best = title, source, {tuple(cell) for cell in best}

    def __repr__(self):
        cells = [self.header, *self.rows]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.header))]
        lines = []
        for row in cells:
            columns = zip(row, widths, self.words, strict=True)
            line = "  ".join(c.ljust(w) if left else c.rjust(w) for c, w, left in columns)
            lines.append(line.rstrip())
        return "\n".join([*filter(None, [self.title]), *lines, *filter(None, [self.source])])

    def _repr_html_(self):
        # Numbers that came as text align right here, too: on a page nothing else lines them up.
        # Not beside what takes more than one line.
        columns = [[row[i] for row in self.rows] for i in range(len(self.header))]
        words = [
            2 * sum(map(bool, map(_NUMBER.fullmatch, c))) <= len(c)
            or any(len(text) > _LINE for text in c)
            for c in columns
        ]

        def line(tag, cells, at=None):
            written = []
            for i, (text, left) in enumerate(zip(cells, words, strict=True)):
                said = f"<b>{escape(text)}</b>" if (at, i) in self.best else escape(text)
                side = "left" if left else "right"
                name = tag if text else "td"  # a header cell without words says nothing
                written.append(f'<{name} style="text-align: {side}">{said}</{name}>')
            return f"<tr>{''.join(written)}</tr>"

        title = escape(self.title).replace("\n", "<br>")
        caption = f"<caption>{title}</caption>" if title else ""
        body = "".join(line("td", row, at) for at, row in enumerate(self.rows))
        below = f"<p>{escape(self.source)}</p>" if self.source else ""
        head = line("th", self.header)
        return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>{below}"


def _cell(value):
    if isinstance(value, str):
        return value
    if isinstance(value, (int, np.integer)):
        return str(value)
    return number(value)


def _real(name, value):
    """One real number as a float; infinities and NaN are."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of unequal length
        array = np.array(None)
    if array.ndim or array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be one number, got {_validate.short(value)}")
    return float(array)
