"""Lesson 13: the length a model was trained on before any scaling, and rows in another layout."""

import numpy as np

from rope_lessons import rotary
from rope_lessons.exercises import Exercise, Mistake

ORIGINAL = "original_max_position_embeddings"
CONFIGURED = "max_position_embeddings"


def effective_train_length(config):
    text = _text(config)
    return _block(text).get(ORIGINAL) or text.get(ORIGINAL) or text[CONFIGURED]


def to_half_split(weight, n_heads):
    return rotary.to_half_split(weight, n_heads)


def _text(config):
    return config.get("text_config") or config


def _block(text, names=("rope_parameters", "rope_scaling")):
    return next((text[name] for name in names if text.get(name)), {})


def _reading_only(name):
    """effective_train_length of someone who knows one generation of the format."""

    def wrong(config):
        text = _text(config)
        return _block(text, (name,)).get(ORIGINAL) or text.get(ORIGINAL) or text[CONFIGURED]

    return wrong


def _factor(config):
    return _block(_text(config)).get("factor", 1.0)


def _inside_only(config):
    text = _text(config)
    return _block(text).get(ORIGINAL) or text[CONFIGURED]


def _beside_only(config):
    text = _text(config)
    return text.get(ORIGINAL) or text[CONFIGURED]


def _outside_only(config):
    return _block(config).get(ORIGINAL) or config.get(ORIGINAL) or config[CONFIGURED]


def _rows(order, heads_of=lambda n_heads: n_heads):
    """to_half_split with another order of the rows of a head, given its size, or other heads."""

    def wrong(weight, n_heads):
        heads = weight.reshape(heads_of(n_heads), -1, weight.shape[1])
        return heads[:, order(heads.shape[1])].reshape(weight.shape)

    return wrong


def _even_first(size):
    return np.r_[0:size:2, 1:size:2]


def _entries_by_heads(weight, n_heads):
    entries = weight.reshape(-1, n_heads, weight.shape[1])
    return entries[_even_first(len(entries))].reshape(weight.shape)


def _configs(rng):
    trained = [int(length) for length in 512 * rng.integers(2, 33, size=7)]
    # Twice what the factor makes room for, as in Llama-3.1: neither × nor ÷ leads to the length.
    factors = [int(factor) for factor in rng.integers(2, 41, size=3)]
    stretched = [2 * factor * length for factor, length in zip(factors, trained[3:], strict=False)]
    head = {"head_dim": 8, "rope_theta": float(rng.integers(10, 1000) * 1000)}
    llama3 = {"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": 4.0}
    factors_by_pair = [float(factor) for factor in 1 + np.cumsum(rng.uniform(0, 5, size=4))]
    by_pair = {"type": "longrope", "short_factor": [1.0] * 4, "long_factor": factors_by_pair}
    return [
        head | {CONFIGURED: trained[0]},
        head | {CONFIGURED: trained[1], "rope_scaling": None},
        head | {CONFIGURED: trained[2], "rope_scaling": {"type": "dynamic", "factor": 2.0}},
        head
        | {
            CONFIGURED: stretched[0],
            "rope_scaling": llama3 | {"factor": factors[0], ORIGINAL: trained[3]},
        },
        {
            "head_dim": 8,
            CONFIGURED: stretched[1],
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": head["rope_theta"],
                "factor": factors[1],
                ORIGINAL: trained[4],
            },
        },
        head | {CONFIGURED: stretched[2], ORIGINAL: trained[5], "rope_scaling": by_pair},
        {  # some files repeat a field outside: whoever looks only there gets an answer, no error
            CONFIGURED: 4 * trained[6],
            "vision_config": {CONFIGURED: 577},
            "text_config": head
            | {
                CONFIGURED: 4 * trained[6],
                "rope_scaling": {"type": "yarn", "factor": 2.0, ORIGINAL: trained[6]},
            },
        },
    ]


def _weights(rng):
    sizes = [(2, 6, 4), (3, 10, 6), (4, 16, 32)]
    return [
        (np.arange(8.0)[:, None], 1),
        *((rng.normal(size=(heads * size, inputs)), heads) for heads, size, inputs in sizes),
    ]


EXERCISES = (
    Exercise(
        lesson=13,
        reference=effective_train_length,
        draw_probes=lambda rng: [(config,) for config in _configs(rng)],
        mistakes=(
            Mistake(
                lambda config: _text(config)[CONFIGURED],
                "max_position_embeddings is how far the file lets the model read. Where an "
                "original length is stated, training before the scaling ended there.",
            ),
            Mistake(
                _outside_only,
                "text_config is passed over. Where a file has one, as in models that read images "
                "too, the fields about text stand in there.",
            ),
            Mistake(
                lambda config: effective_train_length(config) * _factor(config),
                "multiplied by the factor: that is how far the scaling makes room. Training ended "
                "before it.",
            ),
            Mistake(
                lambda config: _text(config)[CONFIGURED] * _factor(config),
                "multiplied the configured length by the factor. It has the scaling in it already; "
                "before the scaling, training ended at the original length.",
            ),
            Mistake(
                lambda config: _text(config)[CONFIGURED] / _factor(config),
                "divided the configured length by the factor. Nothing holds a file to that "
                "relation: Llama-3.1 states factor 8, and 16 times its original length.",
            ),
            Mistake(
                _reading_only("rope_scaling"),
                "only rope_scaling is looked into. Newer files call the block rope_parameters.",
            ),
            Mistake(
                _reading_only("rope_parameters"),
                "only rope_parameters is looked into. Older files call the block rope_scaling.",
            ),
            Mistake(
                _inside_only,
                "the original length is looked for inside the block alone. Some files, "
                "Phi-3's for one, state it beside the block.",
            ),
            Mistake(
                _beside_only,
                "the block is ignored: most files state the original length inside it.",
            ),
        ),
        hints=(
            "Three questions, in this order: which part of the file is about text? Is there a "
            "scaling block in it? Does anything say original?",
            "text_config if the file has one, else the file itself. The block is rope_parameters "
            "or rope_scaling, may be missing or None, and holds the original length, or its "
            "neighbours do. If nobody does: max_position_embeddings.",
            "text = config.get('text_config') or config\n"
            "block = text.get('rope_parameters') or ... or {}\n"
            "original = block.get(...) or text.get(...)\n"
            "return original or text['max_position_embeddings']",
        ),
    ),
    Exercise(
        lesson=13,
        reference=to_half_split,
        draw_probes=_weights,
        stretch=True,
        mistakes=(
            Mistake(
                _rows(_even_first, heads_of=lambda n_heads: 1),
                "the whole matrix was reordered at once, so rows moved from one head to another. "
                "Reorder inside each head.",
            ),
            Mistake(
                _rows(_even_first, heads_of=lambda n_heads: 2 * n_heads),
                "reordered as if there were twice as many heads, each half as large. A matrix has "
                "heads of its own number: where keys are shared, k has fewer than q.",
            ),
            Mistake(
                _rows(lambda size: np.argsort(_even_first(size))),
                "this is the way back, from half-split to interleaved. New row 1 of a head is its "
                "old row 2.",
            ),
            Mistake(
                lambda weight, n_heads: weight[:, _even_first(weight.shape[1])],
                "columns were reordered: these are the inputs. The entries of q and k are rows.",
            ),
            Mistake(
                _rows(lambda size: np.r_[1:size:2, 0:size:2]),
                "the second numbers of the pairs come first, so every pair is (y, x) and turns "
                "the wrong way round. Rows 0, 2, 4, … first.",
            ),
            Mistake(
                _entries_by_heads,
                "head and entry are mixed up: the rows of one head stand together, so reshape to "
                "(n_heads, head_dim, …).",
            ),
            Mistake(
                lambda weight, n_heads: weight,
                "nothing has moved: this is the interleaved matrix.",
            ),
        ),
        hints=(
            "Pair j of a head is in its rows 2j and 2j + 1. Where does a half-split head keep it?",
            "In rows j and j + head_dim/2. So each head's rows come in the order 0, 2, 4, …, "
            "1, 3, 5, …",
            "heads = weight.reshape(n_heads, -1, weight.shape[-1])\n"
            "even, odd = heads[:, 0::2], heads[:, ...]\n"
            "return np.concatenate([...], axis=1).reshape(weight.shape)",
        ),
    ),
)
