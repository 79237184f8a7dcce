"""What do a model's settings say about RoPE, and what would they predict?

:func:`read_config` reads any ``config.json`` of Transformers and the makers' own files, :func:`get`
one of the models that come with the course. :func:`foretell` asks what they foretell for a longer
text (see :mod:`rope_lessons.settings.foretell`, also for its limits), and :func:`report` puts both
on one page.
"""

import difflib
import json
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from rope_lessons import _validate, axes, rotary, schemes, show
from rope_lessons.settings import formats, gguf, reader
from rope_lessons.settings.foretell import Prediction, foretell
from rope_lessons.settings.model_settings import Settings

__all__ = ["Prediction", "Settings", "foretell", "get", "known", "read_config", "report"]


def read_config(source: str | Path | dict, *, train_length: int | None = None) -> Settings:
    """Settings from a model's file: a ``config.json`` of Transformers, or a maker's own.

    Also read are the ``params.json`` of Meta and Mistral, a ``.gguf`` (with the ``gguf`` package),
    and a dump of its keys as JSON.

    Parameters
    ----------
    source : str, Path or dict
        A file, the folder it lies in, or its fields.
    train_length : int, optional
        Positions in training before any scaling, where you know better than the file.

    Returns
    -------
    Settings
        What was missing, passed over or easily misread stands in its ``warnings``. Where one of
        the :func:`known` models has the same settings and was trained further with its scaling,
        ``scaled_train_length`` says on how many positions.

    Raises
    ------
    TypeError, ValueError
        No such file, no JSON, or fields that make no sense; the message says which.

    >>> settings = read_config({"head_dim": 128, "rope_theta": 10000.0}, train_length=2048)
    >>> settings.rotary_dim, settings.kind
    (128, 'default')
    """
    if isinstance(source, dict):
        return _trained_further(formats.read(source, train_length=train_length))
    if not isinstance(source, (str, Path)):
        raise TypeError(
            f"a config is a path or a dict of settings, got {type(source).__name__}; json.load "
            "gives a dict"
        )
    path = Path(source)
    path = formats.file_in(path) if path.is_dir() else path
    if path.suffix == ".gguf":
        config, name = gguf.metadata(path), path.stem
        return _trained_further(formats.read(config, name=name, train_length=train_length))
    try:
        config = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text; give the path of a config.json") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    name = path.parent.name if path.stem in ("config", "params") else path.stem
    return _trained_further(formats.read(config, name=name, train_length=train_length))


def known() -> tuple[str, ...]:
    """Names of the models whose settings come with the course, confirmed and with their sources.

    Returns
    -------
    tuple of str

    >>> known()[:2]
    ('GPT-J-6B', 'GPT-NeoX-20B')
    """
    return tuple(_entries())


def get(name: str) -> Settings:
    """Settings of one of the :func:`known` models.

    Parameters
    ----------
    name : str

    Returns
    -------
    Settings

    Raises
    ------
    TypeError, ValueError
        No text, or there is no model of that name.

    >>> get("Llama-3 8B").base
    500000.0
    """
    if not isinstance(name, str):
        raise TypeError(f"a model's name is text, got {type(name).__name__}; see models.known()")
    entry = _entries().get(name)
    if entry is None:
        close = difflib.get_close_matches(name, known(), n=3, cutoff=0.4)
        raise ValueError(
            f"no model is called {name!r} here"
            + (f"; is it {' or '.join(map(repr, close))}" if close else "")
            + "; models.known() lists them all"
        )
    settings = reader.read(
        entry["config"],
        name=name,
        train_length=entry["train_length"],
        encoding=entry["encoding"],
        pairing=entry.get("pairing"),
        original_pairing=entry.get("original_pairing"),
    )
    return replace(settings, train_length_from="its source", **entry.get("further", {}))


def report(settings: Settings, length: int | None = None) -> str:
    """All of it on a page, as ``rope-lessons config`` prints it.

    Parameters
    ----------
    settings : Settings
    length : int, optional
        Positions to predict for: the configured length where that is beyond the training length,
        twice the training length otherwise.

    Returns
    -------
    str

    Raises
    ------
    TypeError, ValueError
        As for :func:`foretell`; without a known training length there is no prediction, and no
        error either.

    >>> print(report(get("GPT-2")).splitlines()[1])
    position     learned: a table with a row for each position, added to the input
    """
    if not isinstance(settings, Settings):
        raise TypeError(
            f"settings must come from models.get or read_config, got {type(settings).__name__}"
        )
    if length is not None:
        length = _validate.count("length", length)
    lines = [settings.name or "(no name)"]
    lines += [f"NOT READ     {said}: it may change the speeds" for said in settings.unread]
    lines += [f"position     {_ENCODINGS[settings.encoding]}"]
    if settings.n_layers and settings.n_turning != settings.n_layers:
        lines.append(f"layers       {_count_of_layers(settings)}")
    if settings.encoding == "alibi" and settings.n_heads:
        slopes = schemes.alibi_slopes(settings.n_heads)
        lines.append(f"slopes       {settings.n_heads}, {slopes.max():.3g} to {slopes.min():.3g}")
    if settings.encoding == "rope":
        lines.append(f"pairing      {settings.pairing or 'not known'}")
    if settings.encoding == "axial":
        return "\n".join([*lines, *_axial(settings, length), *_mind(settings)])
    lines.append(f"allows       {_positions(settings.configured_length)}")
    lines += [
        f"{'trained on' if i == 0 else '':13}{line}" for i, line in enumerate(_trained(settings))
    ]
    for kind, part in (settings.layers or {"": settings}).items():
        if kind:
            lines += ["", f"{kind} layers"]
        lines += _layer(part, length)
    if settings.axes:
        lines += [
            "",
            "axes (in text, where they agree, the above holds)",
            *axes.lines(settings.axes),
        ]
    if settings.vision:
        lines += ["", "images", *_axial(settings.vision)]
    return "\n".join([*lines, *_mind(settings)])


def _axial(settings, length=None):
    """The lines for a model whose positions have more axes than one."""
    yield f"head         {settings.head_dim} entries, {settings.rotary_dim} of them turn"
    yield f"base         {settings.base:,.0f}"
    yield from axes.lines(settings.axes, length)


def _mind(settings):
    minded = [*settings.warnings[len(settings.unread) :]]
    minded += settings.vision.warnings if settings.vision else ()
    return ["", "Mind", *(f"- {warning}" for warning in minded)] if minded else []


_ENCODINGS = {
    "rope": "RoPE: queries and keys are turned",
    "axial": "RoPE over several axes: each pair is turned by one of them",
    "alibi": "ALiBi: a bias on the score, falling with distance",
    "t5": "T5: a learned bias on the score, by bucket of distance",
    "learned": "learned: a table with a row for each position, added to the input",
    "sinusoidal": "sinusoidal: fixed sines and cosines, added to the input",
    "none": "none: what is known of order comes from the model's other parts",
}


def _layer(settings, length):
    """The lines for layers of one kind."""
    trained = settings.train_length
    if length is None and trained:
        configured = settings.configured_length or 0
        length = configured if configured > trained else 2 * trained
    if settings.encoding == "rope":
        turning = settings.unscaled[settings.unscaled > 0]
        size = 2 * turning.size
        kept = " at the speeds of a whole head" if settings.kind == "proportional" else ""
        yield f"head         {settings.head_dim} entries, {size} of them turn{kept}"
        longest = rotary.wavelengths(turning).max()
        yield f"base         {settings.base:,.0f}, longest wavelength {longest:,.0f} positions"
        if settings.window:
            yield f"window       {_positions(settings.window)}"
        yield f"scaling      {_scaling(settings)}"
    if settings.unread:
        yield "predicted    nothing: a field was not read that may change the speeds"
        return
    if settings.encoding in ("t5", "none"):
        yield f"predicted    {_verdict(settings, foretell(settings, length or 1))}"
        return
    if length is None or not trained:
        yield "predicted    nothing: the training length is not known"
        return
    foretold = foretell(settings, length)
    if settings.encoding == "rope":
        slow = (foretold.unfinished & (settings.unscaled > 0)).sum()
        where = _extent(settings)
        yield f"unfinished   {slow} of {turning.size} pairs make no full turn in {where}"
    yield f"at {length:,}".ljust(12) + f" {_verdict(settings, foretold)}"
    if settings.encoding != "rope":
        return
    if settings.kind not in _UNSCALED:
        yield f"             {_further(settings, length)}"
    if not foretold.unseen_arc_unscaled.any():
        return
    rows = {"unscaled": ("unseen_arc_unscaled", "strangeness_unscaled", "worst_unscaled")}
    if settings.kind not in _UNSCALED:
        rows = {"scaled": ("unseen_arc", "strangeness", "worst"), **rows}
    for label, names in rows.items():
        arc, strange, worst = (getattr(foretold, name) for name in names)
        at_worst = (
            f", at worst {show.number(worst[1], 1)}° (distance {worst[0]:,})" if worst else ""
        )
        yield (
            f"  {label if len(rows) > 1 else '':11}longest unseen arc "
            f"{show.number(np.degrees(arc.max()), 1)}° (pair {arc.argmax()}), strangeness at the "
            f"end {show.number(strange, 1)}°{at_worst}"
        )


_UNSCALED = ("default", "proportional")


def _trained(settings):
    """On how many positions: before any scaling, and with it."""
    scaled = any(part.kind not in _UNSCALED for part in (settings, *settings.layers.values()))
    if settings.train_length is None:
        yield "not known"
    elif settings.train_length_is_told:
        before = " before the scaling" if scaled else ""
        yield f"{_positions(settings.train_length)}{before} ({settings.train_length_from})"
    else:
        yield "not in the file; what follows takes all that it allows for trained"
    if scaled and settings.scaled_train_length:
        later = _positions(settings.scaled_train_length)
        yield f"{later} with the scaling ({settings.scaled_train_length_from})"
    elif scaled:
        yield "with the scaling: not in the file"


def _count_of_layers(settings):
    if settings.n_attending is None:
        return f"{settings.n_layers}; how many attend is not known"
    turning = "how many turn is not known" if settings.n_turning is None else None
    turning = turning or f"{settings.n_turning} of those turn"
    return f"{settings.n_layers}, {settings.n_attending} of them attend, {turning}"


def _extent(settings):
    if not settings.train_length_is_told:
        return f"{settings.train_length:,} positions"
    return "training" if settings.kind in _UNSCALED else "training before the scaling"


def _verdict(settings, foretold):
    first = foretold.first_unseen and f"{foretold.first_unseen:,}"
    if foretold.axis == "position":
        what = "no row to look up" if settings.encoding == "learned" else "inputs never met"
        return f"{what} from position {first} on"
    if settings.encoding == "alibi" and foretold.axis == "distance":
        return f"penalties larger than any in training from distance {first} on"
    if foretold.axis == "distance" and not settings.train_length_is_told:
        return f"angles beyond those of {_extent(settings)} from distance {first} on"
    if foretold.axis == "distance":
        return f"angles never met in {_extent(settings)} from distance {first} on"
    if settings.encoding == "t5":
        return "no break: all far distances share a bucket, whether or not far text is used"
    if settings.encoding == "none":
        return "no break: position enters nowhere"
    if settings.encoding == "rope":
        return f"no angle a whole step beyond those of {_extent(settings)}"
    return "nothing beyond the training length"


def _further(settings, length):
    """What training with the scaling in force adds."""
    if settings.scaled_train_length is None:
        return "with the scaling: whether it was trained further, and how far, is not in the file"
    after = foretell(settings, length, further=True)
    if after.axis == "none":
        return f"with the scaling: no angle beyond its {settings.scaled_train_length:,} positions"
    return f"with the scaling: angles never met from distance {after.first_unseen:,} on"


def _scaling(settings):
    if settings.kind in _UNSCALED and (settings.kind == "default" or settings.scale == 1):
        return "none"
    start = f" from {settings.scaling_length:,} positions" if settings.scaling_length else ""
    factor = f", cosine and sine times {settings.attention_factor:.3f}"
    return f"{settings.kind}, factor {settings.scale:g}{start}" + (
        factor if settings.attention_factor != 1 else ""
    )


def _positions(count):
    return "not known" if count is None else f"{count:,} positions"


def _trained_further(settings):
    """With what is known of a model that has the very same settings."""
    if settings.encoding != "rope" or settings.kind in _UNSCALED or settings.unread:
        return settings
    for name, entry in _entries().items():
        if "further" in entry and all(
            getattr(settings, field) == getattr(get(name), field) for field in _SAME
        ):
            source = (
                f"{entry['further']['scaled_train_length_from']}, for {name}, with these settings"
            )
            further = entry["further"] | {"scaled_train_length_from": source}
            return replace(settings, **further)
    return settings


_SAME = ("head_dim", "rotary_dim", "base", "kind", "scale", "options", "scaling_length")
_SAME += ("configured_length",)


@cache
def _entries():
    file = resources.files("rope_lessons").joinpath("data", "models.json")
    models = json.loads(file.read_text(encoding="utf-8"))["models"]
    return {entry["name"]: entry for entry in models}
