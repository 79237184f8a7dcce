"""Which pairs, held at a distance from training, bring a model back?

The surgery: where a query and a key stand more than :data:`HELD` positions apart, the chosen pairs
turn as if they stood that far apart. The text, its keys and all other pairs stay as they are. Fast
pairs finish a turn within the training length, slow ones do not.
"""

import numpy as np

from rope_lessons import _validate, arcs, show
from rope_lessons.trained import tiny

HELD = 60  # positions; training showed 0 to 63


def groups(model: tiny.Model) -> dict[str, np.ndarray]:
    """The pairs to hold, by name.

    Parameters
    ----------
    model : tiny.Model
        With RoPE.

    Returns
    -------
    dict of str to (n_pairs,) array of bool
        "none", "fast", "slow" and "all".

    Raises
    ------
    TypeError, ValueError
        No model, or one without RoPE.

    >>> {name: int(held.sum()) for name, held in groups(tiny.load("rope-500")).items()}
    {'none': 0, 'fast': 6, 'slow': 10, 'all': 16}
    """
    if getattr(model, "frequencies", None) is None:
        raise TypeError(
            f"model must be one of tiny.load's with RoPE, such as rope-500, got "
            f"{_validate.short(model)}"
        )
    slow = arcs.unfinished(model.frequencies.inv_freq, model.train_length)
    return {"none": slow & False, "fast": ~slow, "slow": slow, "all": slow | True}


def answers(*names: str, distance: int = 240, samples: int = 32) -> show.Table:
    """How many far facts each model finds with each group of its pairs held.

    Parameters
    ----------
    *names : str
        Models with RoPE, each with all its seeds; see :func:`tiny.names`.
    distance : int
        Positions from the fact to the question.
    samples : int
        Questions behind each share.

    Returns
    -------
    show.Table

    Raises
    ------
    TypeError, ValueError
        A name that is none, or a model without RoPE; else as :func:`tiny.retrieval` does.

    >>> answers("rope-100", samples=8)
    right answers, by the pairs held
    base  seed  none  fast  slow  all
    100      0  0.00  0.12  1.00  1.00
    """

    def share(model, held):
        return tiny.retrieval(model, distance, samples=samples, clamp=(held, HELD))

    return _table("right answers, by the pairs held", names, share)


def losses(*names: str, samples: int = 16) -> show.Table:
    """The loss at positions 128 to 255 with each group of pairs held, nats per character.

    Parameters
    ----------
    *names : str
        As for :func:`answers`.
    samples : int
        Texts to take each mean over.

    Returns
    -------
    show.Table

    Raises
    ------
    TypeError, ValueError
        As :func:`answers` does.

    >>> losses("rope-100", samples=1).header
    ['base', 'seed', 'none', 'fast', 'slow', 'all']
    """

    def loss(model, held):
        read = tiny.loss_by_position(model, 256, samples=samples, clamp=(held, HELD))
        return read[128:].mean()

    return _table("loss in nats per character, by the pairs held", names, loss)


def _table(title, names, measure):
    rows = []
    for name in names:
        for seed in tiny.names()[_validate.one_of("name", name, tuple(tiny.names()))]:
            model = tiny.load(name, seed)
            measured = [show.number(measure(model, held), 2) for held in groups(model).values()]
            rows.append((f"{model.settings['base']:,g}", seed, *measured))
    return show.Table(("base", "seed", "none", "fast", "slow", "all"), rows, title=title)
