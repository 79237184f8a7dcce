"""Which numbers do the flashcards and the glossary quote, and how does each come about?

Their texts hold names in braces, ``{llama1_unfinished}``. Here every name is a computation, or a
value read from the published tables or the models' settings. A number that changes, changes
everywhere.
"""

import math
import re
from functools import cache

import numpy as np

from rope_lessons import _validate, arcs, rotary, scaling, schemes, show
from rope_lessons.settings import models, published
from rope_lessons.trained import needles

_NAME = re.compile(r"\{(\w+)\}")


def fill(text: str) -> str:
    """A text with its names in braces replaced by their numbers.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        A name that there is not.

    >>> fill("{llama1_unfinished} of {pairs_128} pairs")
    '23 of 64 pairs'
    """
    return _NAME.sub(lambda found: value(found[1]), text)


def value(name: str) -> str:
    """One number, as the texts print it.

    Raises ``ValueError`` when there is none of that name.

    >>> value("below_zero")
    '1,707'
    """
    if not _validate.is_one_of(name, names()):
        raise ValueError(f"no number is called {_validate.short(name)}; quoted.names() lists all")
    return _all()[name]


def names() -> tuple[str, ...]:
    """The names of all numbers, as a tuple."""
    return tuple(_all())


def used(text: str) -> set[str]:
    """The names in braces that a text holds, as a set."""
    return set(_NAME.findall(text))


def table() -> None:
    """Print every number with its name."""
    show.table(("name", "value"), sorted(_all().items()))


@cache
def _all():
    return _by_hand() | _unfinished() | _arcs() | _curve() | _rescue() | _rivals() | _measured()


def _whole(number):
    return f"{number:,.0f}"


def _by_hand():
    eighth = rotary.rotate_pair([1.0, 0.0], np.pi / 4)
    tenth = rotary.rotate_pair([1.0, 0.0], 10 * np.pi / 4)
    eleventh = rotary.rotate_pair([1.0, 0.0], 11 * np.pi / 4)
    far = rotary.rotate_pair([1.0, 0.0], 5 * np.pi / 4)
    steps = np.arange(2, 100)
    missed = np.abs(steps - 2 * np.pi * np.round(steps / (2 * np.pi)))
    return {
        "pairs_128": str(len(rotary.inv_freq(128))),
        "pairs_64": str(len(rotary.inv_freq(64))),
        "turned_once": show.numbers(eighth),
        "score_one_apart": show.number(tenth @ eleventh),
        "score_four_apart": show.number(eighth @ far, 0).replace("-", "−"),
        "e": f"{math.e:.2f}",
        "radian_degrees": f"{math.degrees(1):.0f}",
        "full_turn": f"{2 * math.pi:.2f}",
        "seven_turns": f"{14 * math.pi:.2f}",
        "bits_a_nat": f"{math.log2(math.e):.2f}",
        "fast_return": str(steps[missed.argmin()]),  # the nearest to a whole turn below a hundred
    }


def _unfinished():
    found = {}
    for key, name, fields in (
        ("llama1", "LLaMA-1 7B", "length base head pairs unfinished"),
        ("llama2", "Llama-2 7B", "length base pairs unfinished"),
        ("llama3", "Llama-3 8B", "length base unfinished"),
        ("gptj", "GPT-J-6B", "head rotary pairs unfinished"),
        ("neox", "GPT-NeoX-20B", "head rotary pairs unfinished"),
    ):
        model = models.get(name)
        speeds = rotary.inv_freq(model.rotary_dim, model.base)
        known = {
            "length": _whole(model.train_length),
            "base": _whole(model.base),
            "rotary": str(model.rotary_dim),
            "head": str(model.head_dim),
            "pairs": str(len(speeds)),
            "unfinished": str(arcs.unfinished(speeds, model.train_length).sum()),
        }
        found |= {f"{key}_{field}": known[field] for field in fields.split()}
    return found


def _arcs():
    llama2 = models.get("Llama-2 7B")
    length, speeds = llama2.train_length, rotary.inv_freq(128, llama2.base)
    slow = speeds[-1]
    unseen = np.degrees(arcs.unseen_arc(speeds, length, 2 * length))
    turned = scaling.frequencies("linear", 128, llama2.base, scale=2.0)[0][-1]
    return {
        "longest_wavelength": _whole(rotary.wavelengths(speeds)[-1]),
        "not_the_wavelength": _whole(2 * np.pi * llama2.base),
        "llama2_twice": _whole(2 * length),
        "slowest_in_training": f"{np.degrees((length - 1) * slow):.0f}",
        "slowest_at_twice": f"{np.degrees((2 * length - 1) * slow):.0f}",
        "slowest_with_pi": f"{np.degrees((2 * length - 1) * turned):.0f}",
        "slowest_unseen": f"{unseen[-1]:.0f}",
        "most_unseen": f"{unseen.max():.0f}",
    }


def _curve():
    distances = np.arange(4096)
    curve = np.cos(np.outer(distances, rotary.inv_freq(128))).sum(axis=1)
    return {
        "below_zero": _whole(np.argmax(curve < 0)),
        "rising": _whole((np.diff(curve) > 0).sum()),
        "steps": _whole(len(curve) - 1),
        "lost_per_doubling": f"{64 * math.log(2) / math.log(10000):.2f}",
        "contrast": f"{curve[0] - curve[1]:.2f}",
    }


def _rescue():
    plain = rotary.inv_freq(128)
    pi, ntk = (scaling.frequencies(kind, 128, scale=4.0)[0] for kind in ("linear", "ntk"))
    at_peak = (1 - np.cos(plain)).sum()
    yarn16 = 0.1 * math.log(16) + 1
    slow = arcs.unfinished(plain, 4096)
    trained = 4095 * plain[slow]
    overshoot = np.minimum((4 * 4096 - 1) * ntk[slow], 2 * np.pi) / trained
    return {
        "pi_peak_cost": f"{at_peak / (1 - np.cos(pi)).sum():.1f}",
        # With random phases one step changes a pair's share by 1 − cos θ_j in mean square.
        "pi_random_cost": f"{math.sqrt(at_peak / (1 - np.cos(pi)).sum()):.1f}",
        "ntk_contrast": f"{(1 - np.cos(ntk)).sum():.2f}",
        "ntk_base": _whole(10000 * 4 ** (128 / 126)),
        "ntk_slowest": f"{plain[-1] / ntk[-1]:.0f}",
        "ntk_overshoot": f"{overshoot.max():.2f}",
        "ntk_overshooting": str((overshoot > 1.001).sum()),
        "yarn_factor": f"{yarn16:.3f}",
        "yarn_score_factor": f"{yarn16**2:.2f}",
    }


def _rivals():
    slopes = schemes.alibi_slopes(8)
    buckets = schemes.t5_bucket(np.arange(512))
    return {
        "alibi_first": f"1/{1 / slopes[0]:.0f}",
        "alibi_last": f"1/{1 / slopes[-1]:.0f}",
        "alibi_first_800": _whole(800 * slopes[0]),
        "alibi_last_800": f"{800 * slopes[-1]:.1f}",
        "t5_buckets": str(buckets.max() + 1),
        "t5_exact": str(np.argmax(np.bincount(buckets) > 1)),
        "t5_last_from": str(np.argmax(buckets == buckets.max())),
        "guess": str(needles.N_VALUES),
    }


def _measured():
    """What papers printed; see :mod:`rope_lessons.settings.published` for where."""
    found = {}
    for name, title, row, column in (
        ("sin_512", "alibi", "sinusoidal", 512),
        ("sin_1012", "alibi", "sinusoidal", 1012),
        ("rotary_512", "alibi", "rotary", 512),
        ("rotary_712", "alibi", "rotary", 712),
        ("rotary_1512", "alibi", "rotary", 1512),
        ("t5_512", "alibi", "T5 bias", 512),
        ("t5_1012", "alibi", "T5 bias", 1012),
        ("t5_2512", "alibi", "T5 bias", 2512),
        ("alibi_512", "alibi", "ALiBi", 512),
        ("alibi_15512", "alibi", "ALiBi", 15512),
        ("alibi_sliding_512", "alibi-sliding", "ALiBi", 512),
        ("alibi_sliding_3072", "alibi-sliding", "ALiBi", 3072),
        ("llama_2048", "pi-pg19", "as it is", 2048),
        ("llama_4096", "pi-pg19", "as it is", 4096),
        ("pi_32768_at_2048", "pi-pg19", "PI to 32768, tuned", 2048),
        ("pi4_untuned", "pi-steps", "PI to 8192", 0),
        ("pi4_tuned", "pi-steps", "PI to 8192", 200),
        ("pi8_untuned", "pi-steps", "PI to 16384", 0),
        ("pi8_tuned", "pi-steps", "PI to 16384", 200),
        ("yarn_10240", "yarn-8k", "YaRN, scale 2", 10240),
        ("ntk_10240", "yarn-8k", "NTK-aware, base 20,000", 10240),
        ("pi_10240", "yarn-8k", "PI, scale 2", 10240),
        ("yarn_untuned", "longrope-untuned", "YaRN", 8192),
        ("pi_untuned", "longrope-untuned", "PI", 8192),
        ("rank_rotary", "kazemnejad", "rotary", "rank"),
        ("rank_none", "kazemnejad", "none", "rank"),
    ):
        printed = published.table(title).value(row, column)
        found[name] = printed if isinstance(printed, str) else f"{printed:.2f}"
    found["llama_nats"] = f"{math.log(float(found['llama_2048'])):.2f}"
    return found
