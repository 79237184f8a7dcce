"""What if a position has more axes than one?

In an image a patch has a row and a column, in a video a time as well. Each pair of a head then
turns by one of them: the score of two patches depends on their distance along each axis. An
:class:`Axis` says which entries turn by it and how fast; :func:`foretell` asks what lesson 12 asks,
of one axis.

Here distances have both signs, since a patch sees those before and those behind it. So a pair has
met every angle once it makes half a turn along its axis.

Source: Qwen2-VL (Wang et al., 2024), section 2.1; Transformers 5.24.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rope_lessons import _validate


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis of position.

    Attributes
    ----------
    name : str
        "height", "width" or "time".
    entries : (n_pairs, 2) array of int
        The two entries of each pair that turns by this axis.
    inv_freq : (n_pairs,) array
        Radians per step.
    step : str
        What one step is: "patch", "frame", "position".
    normalised : bool
        Whether coordinates run from −1 to 1 over any image, however many patches it has.
        ``inv_freq`` is then in radians for half an image.
    length : int or None
        Steps that the file gives this axis.
    length_from : str
        Which fields say so, or why none does.

    >>> Axis("height", np.array([[0, 2]]), np.array([1.0]), "patch", length=14).length
    14
    """

    name: str
    entries: np.ndarray
    inv_freq: np.ndarray
    step: str = "patch"
    normalised: bool = False
    length: int | None = None
    length_from: str = ""


@dataclass(frozen=True, eq=False)
class Foretold:
    """What the settings of one axis foretell.

    Attributes
    ----------
    length : int
        Steps on this axis.
    unfinished : (n_pairs,) array of bool
        Pairs that do not make half a turn within the axis's own length.
    unseen_arc : (n_pairs,) array
        Radians of arc, both signs together, that the axis's own length never showed.
    first_unseen : int or None
        The first distance, in steps, with a new angle.
    """

    length: int
    unfinished: np.ndarray
    unseen_arc: np.ndarray
    first_unseen: int | None


def foretell(axis: Axis, length: int) -> Foretold:
    """What one axis foretells for another number of steps.

    Parameters
    ----------
    axis : Axis
    length : int
        Steps along this axis.

    Returns
    -------
    Foretold

    Raises
    ------
    TypeError, ValueError
        No axis, no whole number of at least 1, or an axis of unknown length.

    >>> axis = Axis("height", np.array([[0, 2]]), np.array([np.pi / 40]), "patch", length=11)
    >>> foretold = foretell(axis, 21)
    >>> foretold.first_unseen, round(float(np.degrees(foretold.unseen_arc[0])))
    (11, 90)
    """
    if not isinstance(axis, Axis):
        raise TypeError(f"axis must be one of a model's axes, got {type(axis).__name__}")
    length = _validate.count("length", length)
    if axis.length is None:
        raise ValueError(
            f"the length of the axis {axis.name!r} is not known ({axis.length_from}); there is "
            "nothing to compare with"
        )
    met, needed = (_reach(axis, n) for n in (axis.length, length))
    unseen = np.maximum(2 * np.minimum(needed, np.pi) - 2 * np.minimum(met, np.pi), 0)
    new = unseen.any()
    # Whole steps: the last that fits into what was met, and one more.
    last = axis.length - 1
    if axis.normalised:
        last = (axis.length - 1) * length // axis.length
    return Foretold(length, met < np.pi, unseen, last + 1 if new else None)


def _reach(axis, length):
    """(n_pairs,) array: radians between the first step and the last."""
    return axis.inv_freq * (2 * (length - 1) / length if axis.normalised else length - 1)


def lines(axes: Sequence[Axis], length: int | None = None) -> list[str]:
    """The lines of a report on some axes.

    Parameters
    ----------
    axes : sequence of Axis
    length : int, optional
        Steps to predict for on every axis; twice its own where not given.

    Returns
    -------
    list of str

    Raises
    ------
    TypeError, ValueError
        No axes, or ``length`` is no whole number of at least 1.

    >>> axis = Axis("height", np.array([[0, 2], [1, 3]]), np.array([1.0, 0.01]), "patch")
    >>> print(lines([axis])[0])
    height       2 pairs: entries 0–1 with 2–3; longest wavelength 628 patches
    """
    if not isinstance(axes, (list, tuple)) or not all(isinstance(axis, Axis) for axis in axes):
        raise TypeError(f"axes must be those of a model's settings, got {_validate.short(axes)}")
    if length is not None:
        length = _validate.count("length", length)
    listed = []
    for axis in axes:
        first, second = (_ranges(side) for side in axis.entries.T.tolist())
        wavelength = 2 * np.pi / axis.inv_freq.min()
        longest = (
            f"{wavelength / 2:,.1f} images"
            if axis.normalised
            else f"{wavelength:,.0f} {_steps(axis)}"
        )
        listed.append(
            f"{axis.name:12} {len(axis.entries)} pairs: entries {first} with {second}; longest "
            f"wavelength {longest}"
        )
        if axis.length:
            listed.append(f"{'':12} {axis.length} {_steps(axis)} ({axis.length_from})")
            listed.append(f"{'':12} {_verdict(axis, length or 2 * axis.length)}")
    unknown = {axis.length_from: None for axis in axes if axis.length is None}
    return listed + [f"predicted    nothing: {why}" for why in unknown]


def _verdict(axis, length):
    foretold = foretell(axis, length)
    slow = f"{foretold.unfinished.sum()} of {len(axis.entries)} pairs make no half turn"
    if foretold.first_unseen is None:
        return f"{slow}; at {length} no angle is new"
    return (
        f"{slow}; at {length}, angles never met from distance {foretold.first_unseen} on, "
        f"{np.degrees(foretold.unseen_arc.max()):.0f}° at most"
    )


def _steps(axis):
    return "patches" if axis.step == "patch" else f"{axis.step}s"


def _ranges(numbers):
    """0–15, or 0, 3 … 57 where they are spread evenly, and what breaks the run after it."""
    end = 1
    while end < len(numbers) and numbers[end] - numbers[end - 1] == numbers[1] - numbers[0]:
        end += 1
    run, rest = numbers[:end], numbers[end:]
    if end > 2 and run[1] - run[0] > 1:
        text = f"{run[0]}, {run[1]} … {run[-1]}"
    else:
        text = f"{run[0]}–{run[-1]}" if end > 1 else str(run[0])
    return f"{text}, {_ranges(rest)}" if rest else text
