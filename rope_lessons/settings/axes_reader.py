"""Which pairs belong to which axis, where a file speaks of images or video?

:func:`read` takes what :mod:`~rope_lessons.settings.reader` does not: encoders of images, whose
positions have two axes or three, and diffusion models with ``axes_dims_rope``. A model of text
with ``mrope_section`` stays a model of text, and gets its axes beside it; so does one with a
``vision_config``.

Source: the modelling code of Transformers 5.24, and ``tests/reference/make_axes.py``, which
measures it; for ``axes_dims_rope`` diffusers, ``models/embeddings.py``.
"""

import json
from dataclasses import replace
from functools import cache
from importlib import resources

import numpy as np

from rope_lessons import _validate
from rope_lessons.axes import Axis
from rope_lessons.settings import reader
from rope_lessons.settings.blocks import LARGEST_BASE, LARGEST_HEAD
from rope_lessons.settings.fields import NESTED, number, short, whole
from rope_lessons.settings.model_settings import Settings
from rope_lessons.settings.unread import ROTATION

HEIGHT_WIDTH = ("height", "width")
# How the pairs are shared out, where it is not height's first and then width's.
LAYOUTS = {
    "step3p5": ("width", "height"),
    "kimi_k25": ("width", "height"),
    "llama4_vision_model": ("width", "height"),
    "minimax_m3_vl": ("time", "height", "width"),
}
ALTERNATING = ("kimi_k25",)  # pair by pair
SHARED_SPEEDS = ("pixtral",)  # the axes take the speeds of a whole head by turns
OF_AN_AXIS = ("gemma4",)  # half-split within the part of one axis
NORMALISED_TYPES = ("dinov3_vit", "sapiens2")
ALONE = ("pixtral", "llama4_vision_model", "vjepa2", *NORMALISED_TYPES)  # files of their own
SIZED = ("pixtral", "llama4_vision_model", *NORMALISED_TYPES)
NO_ROTATION = {
    "vjepa2": "its code turns the two entries of a pair by different angles",
    "hunyuan_vl": "its code takes the two entries of a pair from different axes",
}
MROPE_BLOCKS = """
    qwen2_vl qwen2_5_vl qwen2_5_omni glm4v glm4v_moe glm_ocr glm_image paddleocr_vl
"""
MROPE_INTERLEAVED = """
    qwen3_vl qwen3_vl_moe qwen3_omni_moe qwen3_5 qwen3_5_moe cosmos3_edge
"""
MROPE_ERNIE = ("ernie4_5_vl_moe", "ernie4_5_moe_vl")  # as Baidu's own files call it
MROPE = (*MROPE_BLOCKS.split(), *MROPE_INTERLEAVED.split(), *MROPE_ERNIE)
NEIGHBOURS = ("glm4v", "glm_ocr", *MROPE_ERNIE)  # the others are half-split
WHY_NOT = "the file does not say how many {} an image or a video has"
WHY_NO_STEPS = "the file does not say how far images and video reach along these axes"


def read(
    config: dict,
    *,
    name: str = "",
    train_length: int | None = None,
    encoding: str | None = None,
    pairing: str | None = None,
) -> Settings:
    """Settings from a config.json, whether it speaks of text, of images or of both.

    Parameters
    ----------
    config : dict
    name : str
    train_length, encoding, pairing
        As in :func:`rope_lessons.settings.reader.read`.

    Returns
    -------
    Settings

    Raises
    ------
    TypeError, ValueError
        As there; also where a pair belongs to no one axis.

    >>> [axis.name for axis in read({"model_type": "dinov3_vit"}).axes]
    ['height', 'width']
    """
    if isinstance(config, dict):
        kind = _kind(config)
        if kind in NO_ROTATION:
            raise ValueError(f"model_type = {short(kind)}: {NO_ROTATION[kind]}, which is no RoPE")
        if "axes_dims_rope" in config:
            return _diffusion(config, name)
        if kind in vision_types():
            return _vision(config, kind, name)
    if _mrope_type(config) in MROPE:
        pairing = "interleaved" if _mrope_type(config) in NEIGHBOURS else "half_split"
    settings = reader.read(
        config, name=name, train_length=train_length, encoding=encoding, pairing=pairing
    )
    return _beside(settings, config)


@cache
def vision_types() -> dict[str, dict]:
    """{model_type: what Transformers takes for granted}, for encoders of images with RoPE.

    >>> vision_types()["dinov3_vit"]["rope_theta"]
    100.0
    """
    text = resources.files("rope_lessons").joinpath("data", "vision_types.json")
    return json.loads(text.read_text(encoding="utf-8"))["types"]


def _kind(config, outer=None, part=False):
    """The type of an encoder, under the names that files and versions give it, or None.

    ``outer`` is the type of the whole model where the encoder is a part of one; older files call
    both the same.
    """
    kind = config.get("model_type", outer)
    if not isinstance(kind, str):
        return None
    short_kind = kind.removesuffix("_encoder").removesuffix("_vision")
    if part or short_kind != kind:
        return next((n for n in (kind, short_kind, outer) if n in vision_types()), kind)
    return kind if kind in ALONE else None


def _vision(config, kind, name, place=""):
    values = vision_types()[kind] | {k: v for k, v in config.items() if v is not None}
    wide = "embed_dim" if "embed_dim" in vision_types()[kind] else "hidden_size"
    many = "num_heads" if config.get("num_heads") is not None else "num_attention_heads"
    hidden, heads = whole(f"{place}{wide}", values[wide]), whole(f"{place}{many}", values[many])
    if "head_dim" not in values and hidden % heads:
        raise ValueError(f"{place}{wide} = {hidden} does not divide into {heads} heads")
    head_dim = whole(f"{place}head_dim", values.get("head_dim", hidden // heads))
    if head_dim > LARGEST_HEAD:
        raise ValueError(f"{place}: a head of {head_dim:,} entries is no head; check its sizes")
    block = config.get("rope_parameters") or config.get("rope_scaling")
    block = block if isinstance(block, dict) else {}
    base = _base(f"{place}rope_theta", block.get("rope_theta", values["rope_theta"]))
    axes = _shared_out(kind, head_dim, base)
    axes = [_measured(axis, kind, values, config, place) for axis in axes]
    return Settings(
        name or str(config.get("_name_or_path") or kind),
        "axial",
        n_heads=heads,
        head_dim=head_dim,
        rotary_dim=2 * sum(len(axis.entries) for axis in axes),
        base=base,
        pairing="interleaved" if kind == "llama4_vision_model" else "half_split",
        axes=tuple(axes),
        warnings=tuple(_notes(kind, config, place)),
    )


def _base(name, value):
    base = number(name, value)
    if not 1 < base <= LARGEST_BASE:
        raise ValueError(f"{name} must be above 1 and at most {LARGEST_BASE:g}, got {base:g}")
    return base


def _shared_out(kind, head_dim, base):
    """The axes of an encoder, by its type."""
    names = LAYOUTS.get(kind, HEIGHT_WIDTH)
    parts = 2 * len(names)
    if head_dim < parts or (head_dim % parts and len(names) == 2):
        raise ValueError(
            f"a head of {head_dim} entries does not divide into pairs for {len(names)} axes"
        )
    each = head_dim // parts
    total = each * len(names)
    for place, axis in enumerate(names):
        pairs = np.arange(place * each, (place + 1) * each)
        if kind in ALTERNATING:
            pairs = np.arange(place, total, len(names))
        exponent = np.arange(each) / each
        if kind in SHARED_SPEEDS:
            exponent = (2 * np.arange(each) + place) / (2 * each)
        entries = np.stack([pairs, pairs + total], axis=1)
        if kind in OF_AN_AXIS:
            entries = np.stack([pairs + place * each, pairs + (place + 1) * each], axis=1)
        if kind == "llama4_vision_model":
            entries = np.stack([2 * pairs, 2 * pairs + 1], axis=1)
        normalised = kind in NORMALISED_TYPES
        speed = 2 * np.pi if normalised else 1.0
        step = "frame" if axis == "time" else "patch"
        yield Axis(axis, entries, speed * base**-exponent, step, normalised)


def _measured(axis, kind, values, config, place):
    """With its length, where image_size and patch_size give one."""
    why = WHY_NOT.format("frames" if axis.step == "frame" else "patches")
    if kind not in SIZED or axis.step == "frame":
        return replace(axis, length_from=why)
    sides = [_side(values.get(name), axis.name, f"{place}{name}") for name in SIZE]
    if None in sides or sides[0] < sides[1]:
        return replace(axis, length_from=why)
    given = all(config.get(name) is not None for name in SIZE)
    said = "image_size / patch_size" + ("" if given else ", by default")
    return replace(axis, length=sides[0] // sides[1], length_from=said)


SIZE = ("image_size", "patch_size")


def _side(value, axis, name):
    if isinstance(value, (list, tuple)) and len(value) == 2:
        value = value[HEIGHT_WIDTH.index(axis)]
    return None if value is None else whole(name, value)


def _notes(kind, config, place):
    missing = [n for n in ("rope_theta", *SIZE) if n in vision_types()[kind] and n not in config]
    block = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if "rope_theta" in missing and isinstance(block, dict) and "rope_theta" in block:
        missing.remove("rope_theta")
    if missing:
        listed = ", ".join(f"{n} = {short(vision_types()[kind][n])}" for n in missing)
        yield f"Not in the file, so taken from Transformers' defaults for {kind!r}: {listed}."
    if kind in OF_AN_AXIS:
        yield "Its pairs are half-split within each axis's part of the head, not over all of it."
    if kind in NORMALISED_TYPES:
        yield (
            "Its coordinates run from −1 to 1 over any image: more patches lie closer together. "
            "Training may have shifted and rescaled them (pos_embed_shift, _jitter, _rescale), so "
            "that it met more angles than are counted here."
        )


def _diffusion(config, name):
    sizes = config["axes_dims_rope"]
    if not isinstance(sizes, list) or not 1 <= len(sizes) <= 8:
        raise TypeError(f"axes_dims_rope must be a list of sizes, got {short(sizes)}")
    sizes = [_validate.even("axes_dims_rope", size) for size in sizes]
    base = next((config[n] for n in ("theta", "rope_theta") if config.get(n) is not None), None)
    notes = []
    if base is None:
        base = 10000.0
        notes.append("The base is not in the file; taken is 10,000, as Flux's code does.")
    base = _base("theta", base)
    head_dim = config.get("attention_head_dim")
    if head_dim is not None and whole("attention_head_dim", head_dim) != sum(sizes):
        raise ValueError(
            f"axes_dims_rope adds up to {sum(sizes)}, but attention_head_dim = {head_dim}; correct "
            "the one that is wrong"
        )
    if len(sizes) == 3:
        names = ("index", "height", "width")
    else:
        names = tuple(f"axis {i}" for i in range(len(sizes)))
        notes.append("The file does not name its axes; they are numbered here.")
    axes, start = [], 0
    for axis, size in zip(names, sizes, strict=True):
        first = np.arange(start, start + size, 2)
        step = "position" if axis in ("index", "axis 0") else "patch"
        axes.append(
            Axis(
                axis,
                np.stack([first, first + 1], axis=1),
                base ** -(np.arange(0, size, 2) / size),
                step,
                length_from=WHY_NO_STEPS,
            )
        )
        start += size
    return Settings(
        name or str(config.get("_class_name") or "axes_dims_rope"),
        "axial",
        head_dim=sum(sizes),
        rotary_dim=sum(sizes),
        base=base,
        pairing="interleaved",
        axes=tuple(axes),
        warnings=tuple(notes),
    )


def _levels(config):
    """The parts from the whole to the model of text, each with the nearest model_type."""
    kind, level = None, config
    while isinstance(level, dict):
        kind = level["model_type"] if isinstance(level.get("model_type"), str) else kind
        yield level, kind
        level = next(
            (level[k] for k in NESTED if isinstance(level.get(k), dict) and level[k]), None
        )


def _mrope_type(config):
    """The model of text's own type, without what only says that it is one."""
    kind = [kind for _, kind in _levels(config)][-1:]
    return kind[0].removesuffix("_text") if kind and kind[0] else None


def _beside(settings, config):
    """A model of text with the axes of its M-RoPE and of its encoder of images."""
    notes, vision, axes = [], None, ()
    for level, outer in _levels(config):
        part = level.get("vision_config")
        if isinstance(part, dict) and part:
            kind = _kind(part, outer, part=True)
            if kind in vision_types():
                vision = _vision(part, kind, f"{settings.name} vision", "vision_config.")
            elif any(ROTATION.search(str(field)) for field in part):
                notes.append(
                    f"vision_config (model_type {short(part.get('model_type'))}) speaks of RoPE, "
                    "too, and is not read: what stands here is for text."
                )
    block = level.get("rope_parameters") or level.get("rope_scaling")
    if settings.encoding == "rope" and isinstance(block, dict) and block.get("mrope_section"):
        axes, why = _mrope(settings, block, _mrope_type(config))
        notes += why
    if not (axes or vision or notes):
        return settings
    return replace(settings, axes=axes, vision=vision, warnings=(*settings.warnings, *notes))


def _mrope(settings, block, kind):
    """The axes by mrope_section, and what to mind."""
    sections = block["mrope_section"]
    if not isinstance(sections, list):
        raise TypeError(f"mrope_section must be a list of sizes, got {short(sections)}")
    sections = [whole("mrope_section", n) for n in sections]
    speeds = settings.inv_freq
    if kind in NO_ROTATION:
        return (), [f"Its pairs belong to no one axis: {NO_ROTATION[kind]}. In text they agree."]
    if sum(sections) != speeds.size:
        raise ValueError(
            f"mrope_section = {short(sections)} must share out the {speeds.size} pairs that turn"
        )
    interleaved = block.get("mrope_interleaved")
    if len(sections) != 3 or (interleaved is None and kind not in MROPE):
        return (), [
            f"Whether mrope_section = {short(sections)} means blocks or turns is not in the file, "
            f"and model_type = {short(kind)} is not known here. In text all axes agree."
        ]
    names, owner = ("time", "height", "width"), np.repeat(np.arange(3), sections)
    if interleaved or kind in MROPE_INTERLEAVED.split():
        owner = np.zeros(speeds.size, dtype=int)
        for axis in (1, 2):
            owner[axis : 3 * sections[axis] : 3] = axis
    elif kind in MROPE_ERNIE:
        names, turns = ("height", "width", "time"), sections[0] + sections[1]
        owner = np.where(np.arange(speeds.size) < turns, np.arange(speeds.size) % 2, 2)
    pairs = [np.flatnonzero(owner == axis) for axis in range(3)]
    half = speeds.size
    axes = tuple(
        Axis(
            axis,
            np.stack(
                [2 * of, 2 * of + 1] if settings.pairing == "interleaved" else [of, of + half], 1
            ),
            speeds[of],
            "position",
            length_from=WHY_NO_STEPS,
        )
        for axis, of in zip(names, pairs, strict=True)
        if of.size
    )
    return axes, []
