"""What do a model's settings foretell for a longer text?

:func:`foretell` asks of settings what lesson 12 asks of a trained model: which pairs never came
round in training, onto which arcs they turn in a longer text, and from which distance on.

The limits. A prediction speaks of angles. That unseen angles cost retrieval is measured on small
models; strangeness is a hypothesis. Training is taken to have ended before any scaling was put
in, unless ``further`` asks what is new to a model that was then trained with it in force.
"""

from dataclasses import dataclass

import numpy as np

from rope_lessons import _validate, arcs, rotary
from rope_lessons.settings.model_settings import Settings


@dataclass(frozen=True)
class Prediction:
    """What a model's settings foretell for a text of ``length`` positions.

    Attributes
    ----------
    length : int
    axis : {"position", "distance", "none"}
        What is new: inputs at positions past the end; angles, or ALiBi's penalties, at distances
        past the end; nothing.
    first_unseen : int or None
        The first position or distance that is new.
    unfinished : (n_pairs,) array of bool
        Pairs that did not finish a turn in training: within the training length, or within the
        window where that is shorter.
    longest_wavelength : float or None
        Positions, of the slowest pair that turns at all, before any scaling.
    unseen_arc, unseen_arc_unscaled : (n_pairs,) array
        Radians of arc that training never showed, with the scaling in force and without.
    strangeness, strangeness_unscaled : float
        Degrees, at the farthest distance in the text: see :func:`rope_lessons.arcs.strangeness`.
    worst, worst_unscaled : (int, float) or None
        The distance in the text where strangeness is largest, and how large it is there: slow
        pairs may have come round to known angles at the farthest. Of 4,096 distances beyond
        training, evenly spread, and of all around the largest of those.
    worst_pair : int or None
        The pair with the longest unseen arc.
    """

    length: int
    axis: str
    first_unseen: int | None = None
    unfinished: np.ndarray | None = None
    longest_wavelength: float | None = None
    unseen_arc: np.ndarray | None = None
    unseen_arc_unscaled: np.ndarray | None = None
    strangeness: float = 0.0
    strangeness_unscaled: float = 0.0
    worst: tuple | None = None
    worst_unscaled: tuple | None = None
    worst_pair: int | None = None


def foretell(settings: Settings, length: int, *, further: bool = False) -> Prediction:
    """What these settings foretell for a text of ``length`` positions.

    Parameters
    ----------
    settings : Settings
    length : int
        Positions in the text. In layers with a window, only distances inside it count.
    further : bool
        Count as met what training with the scaling in force showed: its speeds, over
        ``scaled_train_length`` positions.

    Returns
    -------
    Prediction

    Raises
    ------
    TypeError, ValueError
        ``length`` is no whole number of at least 1, the training length is not known, or fields
        that the reader does not know may change the speeds.

    >>> llama = Settings("LLaMA-1", "rope", rotary_dim=128, base=10000.0, train_length=2048)
    >>> foretold = foretell(llama, 4096)
    >>> int(foretold.unfinished.sum()), foretold.first_unseen, foretold.worst_pair
    (23, 2048, 45)
    """
    if not isinstance(settings, Settings):
        raise TypeError(
            f"settings must come from models.get or models.read_config, got "
            f"{type(settings).__name__}"
        )
    length = _validate.count("length", length)
    if settings.encoding == "axial":
        raise ValueError(
            f"the positions of {settings.name or 'this model'} have more axes than one; ask "
            "axes.foretell about one of settings.axes"
        )
    _validate.one_of("further", further, (True, False))
    if settings.unread:
        raise ValueError(
            f"{settings.name or 'this model'}: {', '.join(settings.unread)} is not read here and "
            "may change the speeds, so nothing is foretold; see the code that runs the model"
        )
    if settings.encoding != "rope":
        return _without_angles(settings, length)
    seen, needed = _trained(settings, further), length
    met, now = settings.unscaled, settings.frequencies(length).inv_freq
    if further:
        met = settings.frequencies(seen).inv_freq
    if settings.window:
        seen, needed = min(seen, settings.window), min(needed, settings.window)
    unseen = _unseen_arc(met, now, seen, needed)
    # An angle counts as new from a whole step past the last: scaling by s makes room for s times L.
    slow = arcs.unfinished(met, seen) & (now > 0)
    starts = np.ceil(seen * met[slow] / now[slow] * (1 - 1e-9))
    first = int(min([*starts, needed]))
    new = first < needed
    return Prediction(
        length=length,
        axis="distance" if new else "none",
        first_unseen=first if new else None,
        unfinished=arcs.unfinished(met, seen),
        longest_wavelength=float(rotary.wavelengths(met[met > 0]).max()) if met.any() else None,
        unseen_arc=unseen,
        unseen_arc_unscaled=_unseen_arc(met, met, seen, needed),
        strangeness=float(arcs.strangeness(met, seen, needed - 1, now)),
        strangeness_unscaled=float(arcs.strangeness(met, seen, needed - 1)),
        worst=_worst(met, now, seen, first, needed - 1) if new else None,
        worst_unscaled=_worst(met, met, seen, seen, needed - 1) if needed > seen else None,
        worst_pair=int(unseen.argmax()) if new else None,
    )


def _without_angles(settings, length):
    ends = {"learned": "position", "sinusoidal": "position", "alibi": "distance"}
    axis = ends.get(settings.encoding)
    past = axis is not None and length > _trained(settings)
    nothing = np.zeros(0)
    return Prediction(
        length=length,
        axis=axis if past else "none",
        first_unseen=settings.train_length if past else None,
        unfinished=nothing.astype(bool),
        unseen_arc=nothing,
        unseen_arc_unscaled=nothing,
    )


def _trained(settings, further=False):
    if further and settings.scaled_train_length is None:
        raise ValueError(
            f"whether {settings.name or 'this model'} was trained with its scaling in force is not "
            "known; leave further out"
        )
    if further:
        return settings.scaled_train_length
    if settings.train_length is None:
        raise ValueError(
            f"the training length of {settings.name or 'this model'} is not known; give "
            "read_config a train_length"
        )
    return settings.train_length


def _unseen_arc(met, now, seen, needed):
    """As arcs.unseen_arc, where the speeds in the text are not those of training."""
    reached, needs = (
        np.minimum((n - 1) * speeds, 2 * np.pi) for n, speeds in ((seen, met), (needed, now))
    )
    return np.maximum(needs - reached, 0)


def _worst(met, now, seen, first, last):
    """(distance, degrees) where strangeness is largest, of the distances ``first`` to ``last``."""
    for _ in range(2):
        step = max((last - first) // 4096, 1)
        distances = np.unique([*range(first, last + 1, step), last])
        strange = arcs.strangeness(met, seen, distances, now)
        worst = int(distances[strange.argmax()])
        first, last = max(first, worst - step), min(last, worst + step)
    return worst, float(strange.max())
