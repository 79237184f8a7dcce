"""Which models' settings files come with the course, and what do they say about position?

Copies of published ``config.json`` files, cut to what concerns position and shape;
``data/configs/SOURCES.md`` names the repository and commit of each.
"""

import json
from pathlib import Path

from rope_lessons import _validate, show
from rope_lessons.settings import models

FOLDER = Path(__file__).parent / "data" / "configs"
_ABOUT_POSITION = ("rope", "rotary", "position")  # in a field's name


def names() -> tuple[str, ...]:
    """Names of the files: a sorted tuple of str.

    >>> names()[0]
    'bert-base-uncased'
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def path(name: str) -> Path:
    """Where a file lies.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        There is no such file.

    >>> path("gpt-j-6b").name
    'gpt-j-6b.json'
    """
    if not _validate.is_one_of(name, names()):
        raise ValueError(
            f"no settings of {_validate.short(name)} come with the course; there are "
            f"{', '.join(names())}"
        )
    return FOLDER / f"{name}.json"


def read(name: str) -> dict:
    """A file's fields, as they stand in it.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        There is no such file.

    >>> read("gpt-j-6b")["rotary_dim"]
    64
    """
    return json.loads(path(name).read_text(encoding="utf-8"))


def about_position(*names: str) -> show.Table:
    """Every field of these files whose name speaks of rope, rotary or position.

    Parameters
    ----------
    *names : str
        Some of :func:`names`.

    Returns
    -------
    show.Table

    Raises
    ------
    ValueError
        As :func:`path` does.

    >>> about_position("gpt-2")
    file   field        value
    gpt-2  n_positions  1024
    """
    rows = [
        (name, field, json.dumps(value))
        for name in names
        for field, value in read(name).items()
        if any(word in field for word in _ABOUT_POSITION)
    ]
    return show.Table(("file", "field", "value"), rows)


def foretold(*names: str, length: int) -> show.Table:
    """What these files foretell for a text, before any further training and after it.

    Parameters
    ----------
    *names : str
        Some of :func:`names`, of models with RoPE.
    length : int
        Positions in the text.

    Returns
    -------
    show.Table
        What each file allows; the training length before any scaling, where the file tells it; the
        pairs that did not finish a turn in it (in what the file allows, where it does not); from
        which distance on angles are new to a model that has not been trained since. Then, for
        models known to have been trained with their scaling: on how many positions, and from where
        on angles are new to them.

    Raises
    ------
    TypeError, ValueError
        As :func:`path` and :func:`rope_lessons.settings.foretell.foretell` do.

    >>> foretold("gpt-j-6b", length=4096).rows
    [['gpt-j-6b', '2,048', 'not told', '11 of 32', '2,048', '–', '–']]
    """
    header = (
        "file",
        "allows",
        "before scaling",
        "unfinished",
        "new from",
        "trained on",
        "new then",
    )
    return show.Table(header, [_foretold(name, length) for name in names])


def _foretold(name, length):
    settings = models.read_config(path(name))
    before = models.foretell(settings, length)
    known = settings.scaled_train_length
    return (
        name,
        f"{settings.configured_length:,}",
        f"{settings.train_length:,}" if settings.train_length_is_told else "not told",
        f"{before.unfinished.sum()} of {before.unfinished.size}",
        _from(before),
        f"{known:,}" if known else "–",
        _from(models.foretell(settings, length, further=True)) if known else "–",
    )


def _from(foretold):
    return f"{foretold.first_unseen:,}" if foretold.first_unseen else "nowhere"
