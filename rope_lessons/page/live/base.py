"""How does a figure come under the hand?

A :class:`Live` figure is drawn and moved by a script in the page, at the screen's own rate, also
while the kernel is busy or gone. Its values are traits, synchronised both ways. The scripts are
plain ES modules beside this file; ``lib.js`` holds what all share. What they compute is computed
here once more by :mod:`rope_lessons.rotary` (``numbers``), and a test holds the two together.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from html import escape
from importlib import resources
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from rope_lessons.page import explore
from rope_lessons.page.figures.drawing import Drawing

MIME = "application/vnd.rope-lessons.live+json"
NOT_FIGURES = ("alone", "lib", "stub")


@cache
def sources() -> dict[str, str]:
    """The scripts: {name of the module: its text}, ``lib`` and one for each figure."""
    folder = resources.files("rope_lessons.page.live")
    found = {
        file.name.removesuffix(".js"): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".js")
    }
    return dict(sorted(found.items()))


def _carried():
    return {name: text for name, text in sources().items() if name not in ("alone", "stub")}


class _Scripts(widgets.Widget):
    sources = traitlets.Dict().tag(sync=True)


@cache
def _scripts():
    """One for each kernel, so that a page gets them once."""
    return _Scripts(sources=_carried())


class Numbers(traitlets.List):
    """A list of so many finite numbers, also given as a tuple or an array."""

    def __init__(self, size: int, **options: object) -> None:
        super().__init__(traitlets.Float(), minlen=size, maxlen=size, **options)

    def validate(self, obj: Any, value: Any) -> list | None:
        value = value.tolist() if hasattr(value, "tolist") else value
        return super().validate(obj, list(value) if isinstance(value, tuple) else value)


class Live(anywidget.AnyWidget):
    """A figure that is moved in the page. Shown by being the last value of a cell.

    A subclass names its script, its words and the traits that move (``state``), and says what they
    amount to. The bundle of a cell carries the live view, the still picture and the sentence.

    Attributes
    ----------
    done : bool
        Whether the task has been done.
    bet : float or None
        The place that the learner bet on before it was shown.
    """

    _esm = sources()["stub"]
    figure, state, alt, caption, to_do = "", (), "", "", ""

    scripts = traitlets.Instance(widgets.Widget).tag(sync=True, **widgets.widget_serialization)
    fixed = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    done = traitlets.Bool(False).tag(sync=True)
    shown = traitlets.Bool(False).tag(sync=True)
    bet = traitlets.Float(None, allow_none=True).tag(sync=True)

    def __init__(self, fixed: dict, **state: object) -> None:
        name = traitlets.Unicode(self.figure).tag(sync=True)
        words = {"alt": self.alt, "caption": self.caption, "task": self.to_do}
        self.add_traits(figure=name)
        super().__init__(fixed=fixed, words=words, scripts=_scripts(), **state)
        drawing = self.drawing()
        self.width = round(drawing.figure.get_size_inches()[0] * explore.SHOWN_PER_INCH)
        self.still = explore.png(drawing.figure)
        self.opening = drawing.summary()
        # What stands where the script does not run.
        picture = explore.Picture(value=self.still, layout={"width": f"{self.width}px"})
        picture.layout.max_width = "100%"
        picture.tooltip = f"{self.alt} Here: {self.opening}."
        below = f"<p><b>{escape(self.opening)}</b></p><p>{escape(self.caption)}</p>"
        still = widgets.VBox([picture, widgets.HTML(below)])
        still.add_class("rope-still")
        self.box = widgets.VBox([self, still])
        self.box.add_class("rope-live")

    def values(self) -> dict:
        """The values that move: {trait: value}."""
        return {name: getattr(self, name) for name in self.state}

    def numbers(self) -> dict:
        """Every number that the figure shows, from the values as they are: {name: number or list}.

        By the functions of the package, not by the script.
        """
        raise NotImplementedError

    def sentence(self) -> str:
        """What the figure shows, as one line of text."""
        raise NotImplementedError

    def drawing(self) -> Drawing:
        """The still, a :class:`rope_lessons.page.figures.Drawing` of the values as they are."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None, **_):
        bundle = {
            **self.box._repr_mimebundle_(),
            "image/png": base64.b64encode(self.still).decode("ascii"),
            MIME: {"figure": self.figure, **self._opening_state()},
            "text/plain": self.opening,
        }
        still = {"width": self.width, "alt": f"{self.alt} Here: {self.opening}."}
        return bundle, {"image/png": still}

    def _opening_state(self):
        return {"fixed": self.fixed, "words": self.words, "state": self.values()}


def standalone(bundles: list[dict]) -> str:
    """The figures of such bundles as a piece of a web page that asks no kernel and no other host.

    Where scripts do not run, the stills are there with their sentences.

    Parameters
    ----------
    bundles : list of dict
        The data of outputs, as ``_repr_mimebundle_`` gives them or a notebook stores them.

    Returns
    -------
    str
        HTML with the scripts in it, once.
    """
    figures = []
    for bundle in bundles:
        words = bundle[MIME]["words"]
        said = escape(bundle["text/plain"])
        image = f"data:image/png;base64,{''.join(bundle['image/png'].split())}"
        alt = escape(f"{words['alt']} Here: {said}.")
        figures.append(
            f"<figure style='margin: 0' data-rope-live='{escape(json.dumps(bundle[MIME]))}'>"
            f"<img src='{image}' alt='{alt}' style='max-width: 100%'>"
            f"<figcaption><b>{said}</b><br>{escape(words['caption'])}</figcaption></figure>"
        )
    stub = sources()["stub"].replace("export default {render};", "")
    carried = json.dumps(_carried()).replace("</", "<\\/")
    script = f"{stub}{sources()['alone']}boot(render, {carried});"
    return "\n".join([*figures, f'<script type="module">{script}</script>'])
