"""Which exercise has this name? One module a lesson; each lists its own in ``EXERCISES``."""

import difflib
import importlib
import pkgutil
from functools import cache


@cache
def every():
    """All exercises, as a dictionary from the function's name to its Exercise."""
    found = {}
    for module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        for exercise in importlib.import_module(f"{__name__}.{module}").EXERCISES:
            found[exercise.name] = exercise
    return found


def find(name):
    """The exercise whose function is called ``name``.

    Raises ``ValueError`` when there is none.
    """
    if name not in every():
        near = difflib.get_close_matches(name, every(), n=1)
        meant = f"did you mean {near[0]}" if near else f"there are {', '.join(every())}"
        raise ValueError(f"no exercise is called {name!r}; {meant}? Keep the name from the stub.")
    return every()[name]
