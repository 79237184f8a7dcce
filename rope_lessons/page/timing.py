"""How many times as long does one thing take as another, on this machine, now?

The ratio is shown while the page runs and stored nowhere: it is another on every machine.
"""

import timeit
from collections.abc import Callable
from html import escape

import ipywidgets as widgets


class Ratio:
    """Two actions timed in turn; shown by being the last value of a cell.

    Parameters
    ----------
    sentence : str
        What to say, with ``{}`` where the ratio goes.
    action, yardstick : callable
        Called without arguments, several times each.
    rounds : int
        Of each; the quickest counts.

    Attributes
    ----------
    value : float
        The time of ``action`` over that of ``yardstick``.

    Raises
    ------
    ValueError
        ``sentence`` has no place for the ratio.

    >>> Ratio("Counting to 10,000 takes {} times as long.", lambda: sum(range(10_000)), int)
    Counting to 10,000 takes … times as long. (measured while this page runs)
    """

    def __init__(
        self,
        sentence: str,
        action: Callable[[], object],
        yardstick: Callable[[], object],
        *,
        rounds: int = 5,
    ) -> None:
        if "{}" not in sentence:
            raise ValueError(f"sentence needs {{}} where the ratio goes, got {sentence!r}")
        times = [[timeit.timeit(f, number=1) for f in (action, yardstick)] for _ in range(rounds)]
        slow, fast = map(min, zip(*times, strict=True))
        self.value = slow / fast
        self.text = sentence.format("…") + " (measured while this page runs)"
        said = escape(sentence.format(f"{self.value:,.0f}"))
        self.line = widgets.HTML(f"<p role='status' style='margin: 0'>{said}</p>")

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {**self.line._repr_mimebundle_(), "text/plain": self.text}
