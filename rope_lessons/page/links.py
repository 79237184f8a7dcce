"""How does one part of the course link to another?

Pages are written in Markdown, whose links JupyterLab and GitHub resolve from the notebook's own
folder; notebooks/, exercises/ and solutions/ lie side by side, so one form serves all three.
Widgets are HTML that JupyterLab does not resolve, and need its commands instead.
"""

import json
from html import escape

from rope_lessons import course


def to_lesson(number: int) -> str:
    """A lesson in Markdown: a link where its notebook exists, else its name.

    Raises ``ValueError`` when there is no such lesson.

    >>> to_lesson(7)
    '[07 · Turn both, then ask the score](../notebooks/07_rotate_and_dot.ipynb)'
    """
    entry = course.lesson(number)
    try:
        there = (course.root() / "notebooks" / f"{entry.stem}.ipynb").is_file()
    except FileNotFoundError:  # the package alone, without the course
        there = False
    return f"[{entry.label}](../notebooks/{entry.stem}.ipynb)" if there else entry.label


def to_heading(title: str, stem: str) -> str:
    """A heading of a notebook in Markdown.

    >>> to_heading("T5 bias", "16_glossary")
    '[T5 bias](../notebooks/16_glossary.ipynb#T5-bias)'
    """
    return f"[{title}](../notebooks/{stem}.ipynb#{title.replace(' ', '-')})"


def in_widget(path: str, said: str, title: str, command: str = "docmanager:open") -> str:
    """A link as HTML that JupyterLab opens as a tab; other pages follow the address.

    Parameters
    ----------
    path : str
        From the course's folder, in which JupyterLab was started: ``rope-lessons lab`` and Binder
        do so.
    said, title : str
        What it says, and what it says when pointed at.
    command : str
        JupyterLab's; ``docmanager:open-browser-tab`` opens a file outside of it.
    """
    arguments = escape(json.dumps({"path": path}))
    return (
        f'<a href="../{path}" title="{escape(title)}" data-commandlinker-command="{command}" '
        f'data-commandlinker-args="{arguments}">{escape(said)}</a>'
    )
