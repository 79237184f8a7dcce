"""How does a learner follow long work, and stop it?

A progress bar, and in training a curve of the losses. The kernel's interrupt (■ in the toolbar)
ends it early, keeps what is there and lets the cell go on. A button in the output could not: its
click waits in line until the cell has ended. What a cell stores is the same however long the work
took and however it ended. Outside a notebook nothing is shown, and an interrupt interrupts.
"""

import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import escape

import ipywidgets as widgets
import matplotlib
from IPython import get_ipython
from IPython.display import display

from rope_lessons import show
from rope_lessons.page import explore, figures
from rope_lessons.trained import readings

SECONDS = 0.3  # between two updates, so that drawing stays a small part of the work
INCHES = 5.2, 2.2  # the size of the curve


def progress(items: Iterable, label: str) -> Iterator:
    """Go through items with a progress bar: ``for item in progress(items, "measuring")``.

    Parameters
    ----------
    items : iterable
        Of finite length; it is made a list first.
    label : str
        What is being done.

    Returns
    -------
    iterator
        The items; when the learner stops it, those until then, as if they had been all.

    >>> list(progress("abc", "spelling"))
    ['a', 'b', 'c']
    """
    return Watch(label)(items)


class Watch:
    """A progress bar with a way to stop, and a curve where there are losses.

    This is what the heads in :mod:`rope_lessons.trained.heads` take as ``watch``.

    Parameters
    ----------
    label : str
        What is being done.

    Attributes
    ----------
    stopped : bool
        Whether it was asked to end early.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.stopped = False

    def __call__(self, items, losses=None):
        """Hand the items on one by one, until they end or the learner stops it.

        Parameters
        ----------
        items : iterable
            Of finite length.
        losses : list of float, optional
            Nats. Whoever works on the items appends to it, and it is drawn as it grows.

        Yields
        ------
        each item
        """
        items = list(items)
        kernel = getattr(get_ipython(), "kernel", None)
        if kernel is None:
            yield from items
            return
        self._open(len(items), losses)
        display(self)
        done = 0
        with _interrupts(self.stop):
            try:
                for item in items:
                    if self.stopped:
                        break
                    yield item
                    done += 1
                    if time.monotonic() - self.updated > SECONDS:
                        self._update(done)
            finally:
                self._close(done)

    def stop(self, *_: object) -> None:
        """End when the item in hand is done."""
        self.stopped = True

    def _open(self, total, losses):
        self.stopped, self.total, self.losses = False, total, losses
        self.found = readings.found()
        self.bar = widgets.IntProgress(max=total, layout={"width": "20em"})
        self.note = widgets.HTML()
        self.box = widgets.VBox([self.bar, self.note])
        if losses is not None:
            self.curve = _curve(total)
            width = f"{INCHES[0] * explore.SHOWN_PER_INCH:.0f}px"
            self.image = explore.Picture(layout={"width": width, "max_width": "100%"})
            self.box.children += (self.image,)
        self._update(0)

    def _update(self, done):
        self.bar.value = done
        self._say(f"{done} of {self.total}", "■ in the toolbar stops it and keeps what is there.")
        if self.losses is not None:
            self._draw()
        self.updated = time.monotonic()

    def _close(self, done):
        self._update(done)
        if done == self.total:
            self.bar.bar_style = "success"
            self._say(f"done, {done} of {self.total}", role="status")
            if readings.found() > self.found:
                self._offer_to_measure()
        else:
            self.bar.bar_style = "warning"
            self._say(f"stopped after {done} of {self.total}", "What is there is kept.", "status")

    def _offer_to_measure(self):
        self._say(f"done, {self.total} of {self.total}", "Looked up: measured before.", "status")
        press = widgets.Button(description="Measure here", tooltip="takes about a minute")
        press.on_click(self._measure_here)
        self.box.children += (press,)

    def _measure_here(self, press):
        readings.measure_live()
        press.disabled = True
        self._say(
            "from now on all is measured",
            "Run this cell again; ■ in the toolbar stops it.",
            "status",
        )

    def _say(self, state, advice="", role="none"):
        loss = f", loss {show.number(self.losses[-1])} nats" if self.losses else ""
        self.note.value = (
            f"<p role='{role}' style='margin: 0'><b>{escape(self.label)}</b>: {state}{loss}. "
            f"{advice}</p>"
        )

    def _draw(self):
        self.curve.set_data(range(1, len(self.losses) + 1), self.losses)
        self.curve.axes.set_ylim(0, max([5, *self.losses]))
        self.image.value = explore.png(self.curve.figure)
        self.image.tooltip = f"The loss of every step so far: {self.label}."

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            **self.box._repr_mimebundle_(),
            "text/plain": f"{self.label} (a progress bar while it runs)",
        }


def _curve(steps):
    """An empty line over ``steps`` steps; 0 to 5 nats, where guessing one of 64 costs 4.2."""
    with matplotlib.rc_context(figures.STYLE):
        figure = figures.blank(*INCHES)
        axes = figure.subplots()
        axes.set(xlabel="step", ylabel="loss (nats)", xlim=(0, steps), ylim=(0, 5))
        (line,) = axes.plot([], [], color=figures.INK, lw=1.2)
    figures.freeze(figure)
    return line


@contextmanager
def _interrupts(stop):
    """Within it, the first interrupt calls ``stop``; a second one interrupts as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield  # elsewhere Python lets nobody say what an interrupt does
        return

    def once(*_):
        signal.signal(signal.SIGINT, before)
        stop()

    before = signal.signal(signal.SIGINT, once)
    try:
        yield
    finally:
        # A loop broken off by an error is closed late, when somebody else may be listening.
        if signal.getsignal(signal.SIGINT) is once:
            signal.signal(signal.SIGINT, before)
