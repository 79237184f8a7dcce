"""Which texts stand in a figure as it is drawn, and can they be read?"""

import itertools

import numpy as np
from matplotlib.text import Text

from rope_lessons.page.figures import drawing


def complaints(figure):
    """What is cut off, covered by another text or too pale: a list of sentences.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    list of str
        Empty when every text can be read. Tick labels are only asked for their colour: Matplotlib
        makes more of them than it draws.
    """
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3]  # from below, as the boxes count
    ticks = {
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for label in axis.get_ticklabels(which="both")
    }
    placed, told = [], []
    for text in figure.findobj(Text):
        box = text.get_window_extent() if text.get_text().strip() and text.get_visible() else None
        if box is None or not box.width:
            continue
        said = repr(text.get_text())
        left, below, right, above = (max(0, round(edge)) for edge in box.extents)
        under = pixels[below:above, left:right].reshape(-1, 3)
        if text not in ticks:
            placed.append((said, box))
            width, height = figure.bbox.max
            if min(box.min) < -1 or box.x1 > width + 1 or box.y1 > height + 1:
                told.append(f"{said} is cut off")
        elif not len(under):
            continue
        grounds, counts = np.unique(under, axis=0, return_counts=True)
        ground = grounds[counts.argmax()] / 255
        ratio = drawing.contrast(_mixed(text, ground), ground)
        if ratio < 4.5:
            told.append(f"{said} is too pale: contrast {ratio:.1f}")
    for (one, a), (other, b) in itertools.combinations(placed, 2):
        across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if min(across, up) > 4:  # boxes are a little larger than their letters
            told.append(f"{one} and {other} overlap")
    return told


def _mixed(text, ground):
    """The colour in which a text that lets its ground through is seen."""
    strength = 1.0 if text.get_alpha() is None else text.get_alpha()
    return strength * np.array(drawing.to_rgb(text.get_color())) + (1 - strength) * ground
