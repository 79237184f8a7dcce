"""What on a page keeps itself up to date?

While the page is seen it asks the kernel every few seconds, and at once when the window is come
back to; nothing is drawn anew that has not changed.
"""

from __future__ import annotations

from collections.abc import Callable

import anywidget
import traitlets


class Fresh(anywidget.AnyWidget):
    """A piece of HTML that is made anew by itself.

    Parameters
    ----------
    make : callable
        Gives the HTML.
    """

    _esm = """
    export default {render({model, el}) {
      const draw = () => { el.innerHTML = model.get("value"); };
      const ask = () => { if (!document.hidden && el.offsetParent) model.send("again"); };
      draw();
      model.on("change:value", draw);
      const timer = setInterval(ask, 3000);
      for (const [at, when] of [[window, "focus"], [document, "visibilitychange"]])
        at.addEventListener(when, ask);
      return () => {
        clearInterval(timer);
        model.off("change:value", draw);
        for (const [at, when] of [[window, "focus"], [document, "visibilitychange"]])
          at.removeEventListener(when, ask);
      };
    }};
    """
    value = traitlets.Unicode().tag(sync=True)

    def __init__(self, make: Callable[[], str]) -> None:
        super().__init__(value=make())
        self._make = make
        self.on_msg(self._again)

    def _again(self, *_):
        self.value = self._make()
