"""Whatever the arguments: a finite result of the documented shape and type, or a documented error.

CONTRIBUTING says how to draw more of them.
"""

import pkgutil
from fnmatch import fnmatchcase

import numpy as np
import pytest
from contracts import CONTRACTS, LEFT_OUT, public
from damage import EXAMPLES, call, damaged, finite, named_errors
from hypothesis import given, settings
from hypothesis import strategies as st

from rope_lessons import _validate

# Good arguments only, because our own code alone chooses all of them.
UNHARMED = ["study.flashcards.answered"]


def left_out(name):
    return [pattern for pattern in LEFT_OUT if fnmatchcase(name, pattern)]


def documented(name):
    parts = name.split(".")
    levels = (".".join(["rope_lessons", *parts[:i]]) for i in range(1, len(parts) + 1))
    return named_errors(*(pkgutil.resolve_name(level).__doc__ for level in levels))


def settled(name, arguments):
    """Call it, and hold what came to its contract."""
    entry = CONTRACTS[name]
    result = call(entry.call, arguments, documented(name), infinite=entry.infinite)
    if not isinstance(result, Exception):
        entry.gives(arguments, result)
        assert entry.anything or all(map(finite, arguments.values())), "it took a nan or infinity"
    return result


@pytest.mark.parametrize("name", CONTRACTS)
def test_good_arguments_are_taken(name, empty_home):
    @given(CONTRACTS[name].arguments)
    def holds(arguments):
        result = settled(name, arguments)
        if isinstance(result, Exception):
            raise AssertionError(f"good arguments were refused: {result}") from result

    settings(max_examples=CONTRACTS[name].examples or EXAMPLES)(holds)()


@pytest.mark.parametrize("name", [name for name in CONTRACTS if name not in UNHARMED])
def test_damaged_arguments_are_taken_or_refused(name, empty_home):
    entry = CONTRACTS[name]

    @given(st.data())
    def holds(data):
        arguments = dict(data.draw(entry.arguments))
        chosen = data.draw(st.sampled_from([k for k in arguments if k not in entry.spared]))
        arguments[chosen] = data.draw(damaged(arguments[chosen]))
        settled(name, arguments)

    settings(max_examples=2 * (entry.examples or EXAMPLES))(holds)()


def test_every_public_function_has_a_contract_or_a_reason():
    for name in public():
        assert (name in CONTRACTS) != bool(left_out(name)), name
    assert set(CONTRACTS) <= set(public())
    for pattern, reason in LEFT_OUT.items():
        assert len(reason.split()) > 3, pattern
        assert any(fnmatchcase(name, pattern) for name in public()), pattern


@pytest.mark.parametrize("name", UNHARMED)
def test_what_is_left_unharmed_has_nothing_to_harm(name):
    @given(CONTRACTS[name].arguments)
    def holds(arguments):
        assert set(arguments) == set(CONTRACTS[name].spared)

    holds()


def test_a_new_function_is_found(monkeypatch):
    def brand_new(x):
        return x

    brand_new.__module__ = "rope_lessons.rotary"
    monkeypatch.setattr("rope_lessons.rotary.brand_new", brand_new, raising=False)
    assert set(public()) - set(CONTRACTS) >= {"rotary.brand_new"}
    assert not left_out("rotary.brand_new")


def _warns(x):
    return x / np.zeros(2)


def _changes(x):
    x += 1


def _gives_nan(x):
    return [1.0, {"a": np.array([0.0, np.nan])}]


def _stumbles(x):
    return x["a"]


def _refuses_in_a_word(x):
    raise ValueError("no")


@pytest.mark.parametrize(
    "function, says",
    [
        (_warns, "RuntimeWarning is not among those documented: divide by zero"),
        (_changes, "it changed x"),
        (_gives_nan, "not finite"),
        (_stumbles, "IndexError is not among those documented"),
        (_refuses_in_a_word, "no message of ours"),
    ],
)
def test_that_it_would_be_noticed(function, says):
    with pytest.raises(AssertionError, match=says):
        call(function, {"x": np.ones(2)}, {"ValueError"})


@pytest.mark.parametrize("take", [_validate.number, _validate.count, _validate.index])
@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**5000), [10**5000], "x" * 5000],
    ids=["long", "long below 0", "in a list", "text"],
)
def test_what_is_too_long_to_print_is_refused_in_short(take, value):
    with pytest.raises((TypeError, ValueError), match=r"^n must be") as caught:
        take("n", value)
    assert len(str(caught.value)) < 200
