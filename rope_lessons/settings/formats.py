"""In whose words does a settings file speak?

Besides Transformers' ``config.json`` there are the makers' own: the ``params.json`` of Meta and of
Mistral (:mod:`~rope_lessons.settings.params`) and the metadata of llama.cpp's GGUF
(:mod:`~rope_lessons.settings.gguf`). They are brought into Transformers' words; what is said about
them afterwards is said in their own. :func:`read` takes any of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rope_lessons.settings import axes_reader, gguf, params

if TYPE_CHECKING:
    from rope_lessons.settings.model_settings import Settings


def read(config: dict, *, name: str = "", train_length: int | None = None) -> Settings:
    """Settings from the fields of a file, whoever made it.

    Parameters
    ----------
    config : dict
    name : str
    train_length : int, optional
        Positions in training before any scaling, where you know better than the file.

    Returns
    -------
    Settings

    Raises
    ------
    TypeError, ValueError
        Fields that make no sense; the message calls them as the file does.

    >>> read({"dim": 4096, "n_layers": 32, "n_heads": 32, "rope_theta": 1e6}).pairing
    'interleaved'
    """
    own = next((form for form in (gguf, params) if form.recognises(config)), None)
    if own is None:
        return axes_reader.read(config, name=name, train_length=train_length)
    found = own.translate(config)
    try:
        settings = axes_reader.read(
            found.fields,
            name=name or found.name,
            train_length=train_length,
            encoding=found.encoding,
            pairing=found.pairing,
        )
    except (TypeError, ValueError) as error:
        raise type(error)(_in_words(str(error), found.words)) from None
    said = [_in_words(warning, found.words) for warning in settings.warnings]
    first = [f"{name} is not read here and may change the speeds." for name in found.unread]
    return replace(
        settings,
        unread=(*found.unread, *settings.unread),
        warnings=(
            *first,
            *said[: len(settings.unread)],
            *found.notes,
            *said[len(settings.unread) :],
        ),
    )


def file_in(folder: Path) -> Path:
    """The settings file of a model's folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Path
        ``config.json``, or where there is none ``params.json``, or the only ``.gguf``.

    >>> from pathlib import Path
    >>> file_in(Path("nowhere")).name
    'config.json'
    """
    if not (folder / "config.json").exists():
        ggufs = sorted(folder.glob("*.gguf"))
        if (folder / "params.json").exists():
            return folder / "params.json"
        if len(ggufs) == 1:
            return ggufs[0]
    return folder / "config.json"


def _in_words(text, words):
    """A message with Transformers' names replaced by the file's."""
    names: list[str] = sorted(words, key=len, reverse=True)
    pattern = rf"(?<![\w.])({'|'.join(map(re.escape, names))})(?![\w])" if names else "(?!)"
    return re.sub(pattern, lambda found: words[found[1]], text)
