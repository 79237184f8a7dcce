"""Which lessons are there, in what order, and where do they lie?

This is the one place that knows. Links, the start page's map and the command line read it.

Links are written in Markdown where a page is, which JupyterLab and GitHub resolve from the
notebook's own folder; notebooks/, exercises/ and solutions/ lie side by side, so one form serves
all three. Widgets are HTML that JupyterLab does not resolve, and need its commands instead.
"""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

PHASES = {
    1: "Why absolute positions break",
    2: "Rotate, dot, confirm by hand",
    3: "RoPE in the wild",
    4: "Predict and rescue",
}


@dataclass(frozen=True)
class Lesson:
    """One micro-lesson.

    ``promise`` completes "after it you can say: …". ``minutes`` is for the lesson notebook,
    ``playing`` the part of them that goes into the figure and the prediction rather than into
    reading; ``exercise_minutes`` comes on top.
    """

    number: int
    name: str
    title: str
    promise: str
    phase: int
    minutes: float
    playing: float
    exercise_minutes: int

    @property
    def stem(self) -> str:
        """What the names of lesson, exercise and solution have in common; see :func:`path`."""
        return f"{self.number:02}_{self.name}"

    @property
    def label(self) -> str:
        return f"{self.number:02} · {self.title}"


LESSONS = (
    Lesson(
        1,
        "absolute_position_failure",
        "The index nobody trained",
        "a position never met in training is an input never met in training",
        phase=1,
        minutes=7,
        playing=2,
        exercise_minutes=8,
    ),
    Lesson(
        2,
        "pairs_as_planes",
        "A vector is a bundle of arrows",
        "a vector of d numbers is d/2 arrows, and each can turn in a plane of its own",
        phase=1,
        minutes=7,
        playing=2,
        exercise_minutes=8,
    ),
    Lesson(
        3,
        "scores_need_distance",
        "What a score should notice",
        "a score should not change when both tokens move together",
        phase=1,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        4,
        "many_speeds",
        "Fast arrows, slow arrows",
        "fast pairs can tell neighbours apart, slow pairs could tell chapters apart",
        phase=1,
        minutes=7,
        playing=2,
        exercise_minutes=8,
    ),
    Lesson(
        5,
        "rotation_is_two_numbers",
        "Two numbers make a turn",
        "what one turn is made of, and what it costs to compute",
        phase=2,
        minutes=7,
        playing=2,
        exercise_minutes=8,
    ),
    Lesson(
        6,
        "rotate_one_query_and_key",
        "One query, one key, turned",
        "which of query, key and value RoPE turns, and what a turn leaves alone",
        phase=2,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        7,
        "rotate_and_dot",
        "Turn both, then ask the score",
        "what a score notices when both of its tokens move",
        phase=2,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        8,
        "one_pair_to_a_head",
        "From one arrow to a whole head",
        "a head does the same thing d/2 times, and there are two layouts of it",
        phase=2,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        9,
        "distance_curves",
        "The shape of a score",
        "the score over distance has a shape that I can compute, and bend",
        phase=2,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        10,
        "scheme_comparison",
        "Where to put position",
        "position can enter as input, as bias or as rotation, and each has its price",
        phase=3,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        11,
        "untracked_metric",
        "The number nobody plotted",
        "equal training loss hides unequal behaviour, and I know which number to ask for",
        phase=3,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        12,
        "coherence_cliff",
        "Arcs the model never saw",
        "past its training length a model meets new arcs, and I can compute which and how far",
        phase=3,
        minutes=8,
        playing=2.75,
        exercise_minutes=8,
    ),
    Lesson(
        13,
        "three_model_cards",
        "Three cards that all say RoPE",
        '"uses RoPE" leaves five settings open, and I can read them',
        phase=3,
        minutes=7,
        playing=2.5,
        exercise_minutes=8,
    ),
    Lesson(
        14,
        "interpolation_capstone",
        "Foretell the break, draw the rescue",
        "where and why this model fails, and why interpolation rescues it",
        phase=4,
        minutes=20,
        playing=9,
        exercise_minutes=10,
    ),
)

START = "00_start_here"

# How the names in a folder begin, so that a tab or a download says which of three it is.
NAMED = {"notebooks": "", "exercises": "exercise_", "solutions": "solution_"}


@dataclass(frozen=True)
class Companion:
    """A notebook beside the lessons: no exercise, no minutes. ``promise`` is as for a lesson."""

    number: int
    name: str
    title: str
    promise: str

    @property
    def stem(self) -> str:
        return f"{self.number:02}_{self.name}"

    @property
    def label(self) -> str:
        return f"{self.number:02} · {self.title}"


COMPANIONS = (
    Companion(15, "flashcards", "Flashcards", "what each lesson came down to, without looking"),
    Companion(16, "glossary", "Glossary", "what a term means, and what people get wrong about it"),
    Companion(
        17,
        "your_own_model",
        "Your own model",
        "where a checkpoint of your own stops finding things, and what would rescue it",
    ),
)


def lesson(number: int) -> Lesson:
    """The lesson of that number (1 to 14).

    Raises ``ValueError`` when there is none.
    """
    try:
        return {entry.number: entry for entry in LESSONS}[number]
    except (KeyError, TypeError, ValueError):  # no number of ours, or nothing that can be a key
        said = f"there is no lesson {number!r}; the course has 1 to {len(LESSONS)}"
        raise ValueError(said) from None


def path(folder: str, stem: str) -> str:
    """Where a notebook lies, from the course's folder.

    ``folder`` is notebooks, exercises or solutions.

    >>> path("exercises", "07_rotate_and_dot")
    'exercises/exercise_07_rotate_and_dot.ipynb'
    """
    return f"{folder}/{NAMED[folder]}{stem}.ipynb"


def stem_of(path: str | Path) -> str:
    """What the name of a notebook has in common with its lesson's; see :func:`path`.

    >>> stem_of("exercises/exercise_07_rotate_and_dot.ipynb")
    '07_rotate_and_dot'
    """
    name = Path(path).name.removesuffix(".ipynb")
    return name.removeprefix("exercise_").removeprefix("solution_")


def root(start: str | Path | None = None) -> Path:
    """The course's top folder: the nearest one above ``start`` that holds the start page.

    ``start`` is the working folder by default, which for a notebook is the notebook's own. Where
    no such folder lies above it, the one that this package was installed from is taken.

    Raises ``FileNotFoundError`` when neither is a course.
    """
    start = Path(start or Path.cwd()).resolve()
    installed_from = Path(__file__).resolve().parent.parent
    for folder in (start, *start.parents, installed_from):
        if (folder / "notebooks" / f"{START}.ipynb").is_file():
            return folder
    raise FileNotFoundError(
        f"no course found in {start} or above it; go to the folder that holds notebooks/ and "
        "try again"
    )


def link(number: int) -> str:
    """A lesson in Markdown: a link where its notebook exists, else its name.

    Raises ``ValueError`` when there is no such lesson.

    >>> link(7)
    '[07 · Turn both, then ask the score](../notebooks/07_rotate_and_dot.ipynb)'
    """
    entry = lesson(number)
    try:
        there = (root() / path("notebooks", entry.stem)).is_file()
    except FileNotFoundError:  # the package alone, without the course
        there = False
    return f"[{entry.label}](../notebooks/{entry.stem}.ipynb)" if there else entry.label


def link_to_heading(title: str, stem: str) -> str:
    """A heading of a notebook in Markdown.

    >>> link_to_heading("T5 bias", "16_glossary")
    '[T5 bias](../notebooks/16_glossary.ipynb#T5-bias)'
    """
    return f"[{title}](../notebooks/{stem}.ipynb#{title.replace(' ', '-')})"


def link_in_widget(path: str, said: str, title: str, command: str = "docmanager:open") -> str:
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
