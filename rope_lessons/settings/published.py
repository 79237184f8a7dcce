"""What did others measure, on models of real size?

Tables from papers, as printed there, to stand beside the small measurements of the lessons. They
are read from ``data/published.json``, each with its source; nothing here was measured by us.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from rope_lessons import _validate, show


@dataclass(frozen=True)
class Table:
    """One published table.

    Attributes
    ----------
    title, measure, across : str
        What was measured on what; what a value is and which way is better; what the columns are.
    columns : tuple
    rows : dict of str to tuple
        Label, to a value for each column: a number, text where the paper printed no number, None
        where it measured nothing.
    source : str
        Author, year, arXiv number, place.
    """

    title: str
    measure: str
    across: str
    columns: tuple
    rows: dict
    source: str

    def value(self, row: Any, column: Any) -> float | str | None:
        """One value, as printed.

        Parameters
        ----------
        row, column
            One of ``rows`` and one of ``columns``.

        Returns
        -------
        float, str or None

        Raises
        ------
        ValueError
            There is no such row or column.

        >>> table("alibi").value("rotary", 512)
        20.07
        """
        _validate.one_of("row", row, tuple(self.rows))
        _validate.one_of("column", column, self.columns)
        return self.rows[row][self.columns.index(column)]

    def print(self, *columns: str, decimals: int = 2) -> None:
        """Print it with its title and source.

        Parameters
        ----------
        *columns
            Only these; all by default.
        decimals : int
            As in the paper.

        Raises
        ------
        TypeError, ValueError
            There is no such column, or ``decimals`` is no whole number of at least 0.

        >>> table("kazemnejad").print()
        Length generalisation on small reasoning tasks, five schemes ranked by accuracy
        mean reciprocal rank, higher is better, over all tasks
                  rank
        absolute  0.22
        rotary    0.33
        ALiBi     0.50
        T5 bias   0.55
        none      0.69
        Source: Kazemnejad et al. 2023, arXiv 2305.19466, figure 1
        """
        chosen = columns or self.columns
        rows = [
            (label, *(_text(self.value(label, column), decimals) for column in chosen))
            for label in self.rows
        ]
        title = f"{self.title}\n{self.measure}, {self.across}"
        show.table(("", *chosen), rows, title=title, source=f"Source: {self.source}")


def names() -> tuple[str, ...]:
    """The names of all tables.

    Returns
    -------
    tuple of str

    >>> names()[:2]
    ('alibi', 'alibi-sliding')
    """
    return tuple(_tables())


def table(name: str) -> Table:
    """A published table.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        There is no table of that name.

    >>> table("pi-steps").value("PI to 8192", 0)
    16.1
    """
    _validate.one_of("name", name, names())
    entry = dict(_tables()[name])
    entry["columns"] = tuple(entry["columns"])
    entry["rows"] = {label: tuple(values) for label, values in entry["rows"].items()}
    return Table(**entry)


def _text(value, decimals):
    if value is None:
        return "–"
    return value if isinstance(value, str) else show.number(value, decimals)


@cache
def _tables():
    file = resources.files("rope_lessons").joinpath("data", "published.json")
    return json.loads(file.read_text(encoding="utf-8"))["tables"]
