"""How does a number look on the page?

Everything a lesson prints goes through here, so that the stored outputs are the same on every
supported Python, NumPy and operating system: fixed decimals, no minus zero, no NumPy reprs.
Quantities of the size of rounding are shown as a bound or a power of ten, never as digits.
"""

import math

import numpy as np


def number(value, decimals=3):
    """One number with fixed decimals.

    >>> number(-0.00001)
    '0.000'
    """
    text = f"{float(value):.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text


def numbers(values, decimals=3):
    """A vector, as one writes it on paper.

    >>> numbers([1, -0.5])
    '(1.000, -0.500)'
    """
    return "(" + ", ".join(number(value, decimals) for value in np.ravel(values)) + ")"


def below(value, bound):
    """Whether a rounding-sized quantity stays under a bound (a power of ten), in words.

    >>> below(3e-13, 1e-9), below(2e-5, 1e-9)
    ('below 1e-9', 'not below 1e-9')
    """
    return f"{'' if abs(value) < bound else 'not '}below 1e{round(math.log10(bound))}"


def order(value):
    """The nearest power of ten of a rounding-sized quantity.

    >>> order(1.3e-5)
    'about 1e-5'
    """
    value = abs(float(value))
    return "0" if value == 0 else f"about 1e{round(math.log10(value))}"


def table(header, rows):
    """Print rows under a header, in columns wide enough for both; numbers align right.

    Cells that are no text yet are written with :func:`number`, whole numbers as they are.

    >>> table(("pair", "angle"), [(0, 1.0), (1, -0.25)])
    pair   angle
       0   1.000
       1  -0.250
    """
    cells = [[str(name) for name in header]] + [[_cell(value) for value in row] for row in rows]
    words = [any(isinstance(row[i], str) for row in rows) for i in range(len(header))]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    for row in cells:
        columns = zip(row, widths, words, strict=True)
        line = "  ".join(c.ljust(w) if left else c.rjust(w) for c, w, left in columns)
        print(line.rstrip())


def _cell(value):
    if isinstance(value, str):
        return value
    if isinstance(value, (int, np.integer)):
        return str(value)
    return number(value)
