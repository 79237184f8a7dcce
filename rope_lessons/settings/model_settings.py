"""What is known of how one model encodes position?

A :class:`Settings` is what :mod:`rope_lessons.settings.models` reads out of a model's
``config.json``, in the words of this course and whatever the file called them. Nothing in it is
computed but the frequencies, and those come from :mod:`rope_lessons.scaling`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rope_lessons import _validate, scaling

if TYPE_CHECKING:
    import numpy as np

ENCODINGS = ("rope", "axial", "alibi", "t5", "learned", "sinusoidal", "none")


@dataclass(frozen=True)
class Settings:
    """One model, or the layers of one kind in it. ``None`` wherever the file does not say.

    Attributes
    ----------
    name : str
    encoding : {"rope", "axial", "alibi", "t5", "learned", "sinusoidal", "none"}
        All that follows from ``head_dim`` to ``options`` is for RoPE alone. Axial is RoPE over
        more axes than one, all of them in ``axes``.
    n_heads : int or None
    n_layers, n_attending, n_turning : int or None
        Layers; those that attend, and do not keep a state instead; those that turn as well.
    head_dim, rotary_dim : int or None
        Entries of a head, and how many of them belong to pairs.
    base : float or None
        ``rope_theta``.
    pairing : {"interleaved", "half_split"} or None
        Which entries form a pair, in the checkpoint that the file belongs to.
    original_pairing : same, or None
        Where the authors' own checkpoint pairs the other way.
    kind, scale, options
        Scaling in force, as :func:`rope_lessons.scaling.frequencies` takes it: its kind, its
        factor, and whatever else its block states. For longrope, ``options`` holds both lists of
        factors, ``short_factor`` and ``long_factor``.
    scaling_length : int or None
        The L that the scaling is computed from, in positions.
    train_length : int or None
        Positions in training before any scaling of frequencies. Where nothing says so, what the
        file allows is taken for it: see ``train_length_from``.
    train_length_from : str
        Which field said so, "given" or "its source".
    scaled_train_length : int or None
        Positions in later training with the scaling in force, where a source says so.
    scaled_train_length_from : str
        That source.
    configured_length : int or None
        Positions that the file lets the model read; often not what it was trained on.
    window : int or None
        Positions a query looks back over, its own included; None where it sees all before it.
    layers : dict of str to Settings
        By kind of layer, where layers of one model differ. Empty where all are alike. The model's
        own settings are then those of the layers that see the whole text, if any do.
    axes : tuple of rope_lessons.axes.Axis
        Where a position has more axes than one: of an image, or of M-RoPE.
    vision : Settings or None
        Of the encoder of images, where a model of text has one with RoPE.
    unread : tuple of str
        Fields that the reader does not know and that may change the speeds: nothing is foretold.
    warnings : tuple of str
        What to know before relying on the rest, a sentence or two each.

    >>> llama = Settings("LLaMA", "rope", head_dim=128, rotary_dim=128, base=10000.0)
    >>> llama.unscaled[:2].round(3)
    array([1.   , 0.866])
    """

    name: str
    encoding: str
    n_heads: int | None = None
    n_layers: int | None = None
    n_attending: int | None = None
    n_turning: int | None = None
    head_dim: int | None = None
    rotary_dim: int | None = None
    base: float | None = None
    pairing: str | None = None
    original_pairing: str | None = None
    kind: str = "default"
    scale: float = 1.0
    options: dict = field(default_factory=dict)
    scaling_length: int | None = None
    train_length: int | None = None
    train_length_from: str = ""
    scaled_train_length: int | None = None
    scaled_train_length_from: str = ""
    configured_length: int | None = None
    window: int | None = None
    layers: dict = field(default_factory=dict)
    axes: tuple = ()
    vision: Settings | None = None
    unread: tuple = ()
    warnings: tuple = ()

    @property
    def train_length_is_told(self) -> bool:
        """Whether somebody says what it was trained on; else what the file allows is taken."""
        said = ("given", "its source", "original_max_position_embeddings")
        return self.train_length is not None and self.train_length_from in said

    @property
    def unscaled(self) -> np.ndarray:
        """(rotary_dim / 2,) array: radians per position before any scaling."""
        self._turns()
        fraction = {k: v for k, v in self.options.items() if k == "fraction"}
        kind = "proportional" if fraction else "default"
        return scaling.frequencies(kind, self.rotary_dim, self.base, **fraction).inv_freq

    @property
    def inv_freq(self) -> np.ndarray:
        """(rotary_dim / 2,) array: radians per position, scaling in force, at the full length."""
        return self.frequencies().inv_freq

    @property
    def attention_factor(self) -> float:
        """What cosine and sine are multiplied by, at the full length."""
        return self.frequencies().attention_factor

    def frequencies(self, length: int | None = None) -> scaling.Frequencies:
        """What the model turns by when the text has ``length`` positions.

        Parameters
        ----------
        length : int, optional
            ``configured_length`` if not given. Only dynamic and longrope look at it.

        Returns
        -------
        scaling.Frequencies

        Raises
        ------
        TypeError, ValueError
            A model that does not turn, or a length that is no whole number of at least 1.

        >>> settings = Settings("?", "rope", rotary_dim=4, base=100.0, kind="linear", scale=4.0)
        >>> settings.frequencies().inv_freq
        array([0.25 , 0.025])
        """
        self._turns()
        if length is not None:
            length = _validate.count("length", length)
        options = dict(self.options)
        if self.kind in ("dynamic", "longrope"):
            length = length or self.configured_length or self.scaling_length or self.train_length
            length = _validate.count("length", length)
        if self.kind == "dynamic":
            options["length"] = length
        attention_factor = None
        if self.kind == "longrope":  # the file may set the factor, but the rule has no such option
            attention_factor = options.pop("attention_factor", None)
            factors = {which: options.pop(f"{which}_factor") for which in ("short", "long")}
            options["factors"] = factors["long" if length > self.scaling_length else "short"]
        found = scaling.frequencies(
            self.kind,
            self.rotary_dim,
            self.base,
            train_length=self.scaling_length,
            scale=self.scale,
            **options,
        )
        if attention_factor is None:
            return found
        return found._replace(
            attention_factor=_validate.positive("attention_factor", attention_factor)
        )

    def _turns(self):
        if self.encoding != "rope":
            raise ValueError(
                f"{self.name or 'this model'} does not turn queries and keys: its encoding is "
                f"{self.encoding!r}"
            )
