"""Wrong answers that people wrote elsewhere, each told again as an answer to an exercise.

They come from public issues, pull requests and reviews on implementing RoPE, ALiBi, sinusoids, T5's
relative positions and the scalings. The code is ours: what was believed there, written as a learner
would write it here. ``so`` says what is so instead, ``thread`` where the belief was met. A sentence
of the course counts as a reason only if it says the same as ``so``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Retold:
    """A wrong answer: to which exercise, about what, from which thread, and what is so instead."""

    exercise: str
    topic: str
    thread: str
    so: str
    wrong: Callable


RETOLD = []


def retold(exercise, topic, thread, so):
    """Register the decorated function as a wrong answer to an exercise."""

    def register(wrong):
        RETOLD.append(Retold(exercise, topic, f"https://github.com/{thread}", so, wrong))
        return wrong

    return register


def bfloat16(numbers):
    """Rounded to the nearest bfloat16, whose eight bits of precision NumPy does not have."""
    bits = np.asarray(numbers, dtype=np.float32).view(np.uint32)
    kept = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return kept.astype(np.uint32).view(np.float32).astype(float)


def speeds(dim, base):
    return base ** (-np.arange(0, dim, 2) / dim)


def angles_of(x, positions, base):
    return np.outer(positions, speeds(x.shape[-1], base))


def turn_neighbours(x, angles):
    cos, sin = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def turn_halves(x, angles):
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def crossed_neighbours(x):
    return np.stack([-x[..., 1::2], x[..., 0::2]], axis=-1).reshape(x.shape)


def crossed_halves(x):
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([-second, first], axis=-1)


# Speeds


@retold(
    "inv_freq",
    "RoPE: exponent",
    "rasbt/LLMs-from-scratch/issues/410",
    "The exponent is −2j/d; j over the whole head size halves it.",
)
def pair_number_over_head_size(head_dim, base=10000.0):
    return 1.0 / base ** (np.arange(head_dim // 2) / head_dim)


@retold(
    "inv_freq",
    "RoPE: exponent",
    "hkproj/pytorch-llama/issues/3",
    "Counting 0, 2, 4, … is the factor 2 already; writing it once more makes −4j/d.",
)
def factor_two_twice(head_dim, base=10000.0):
    return 1.0 / base ** (2 * np.arange(0, head_dim, 2) / head_dim)


@retold(
    "inv_freq",
    "RoPE: exponent",
    "labmlai/annotated_deep_learning_paper_implementations/issues/313",
    "The exponent has a minus sign: speeds fall from pair to pair.",
)
def no_minus_in_the_exponent(head_dim, base=10000.0):
    return base ** (np.arange(0, head_dim, 2) / head_dim)


@retold(
    "inv_freq",
    "RoPE: exponent",
    "stanford-cs336/assignment1-basics/issues/22",
    "With pairs counted from 1 the exponent is −(2k − 2)/d: the first pair's is 0, its speed 1.",
)
def odd_numerators(head_dim, base=10000.0):
    k = np.arange(1, head_dim // 2 + 1)
    return base ** (-(2 * k - 1) / head_dim)


@retold(
    "inv_freq",
    "RoPE: base",
    "huggingface/candle/pull/3746",
    "The base is an argument, not 10,000.",
)
def base_written_into_the_code(head_dim, base=10000.0):
    return np.array([1 / 10000.0 ** (i / head_dim) for i in range(0, head_dim, 2)])


@retold(
    "inv_freq",
    "RoPE: precision",
    "sgl-project/sglang-jax/issues/1472",
    "Speeds rounded to bfloat16 keep two to three digits, and the error grows with the position.",
)
def speeds_in_bfloat16(head_dim, base=10000.0):
    return bfloat16(speeds(head_dim, base))


@retold(
    "inv_freq",
    "RoPE: exponent",
    "ivanvovk/WaveGrad/issues/12",
    "The base is raised to the exponent, not the exponent to a power.",
)
def base_and_exponent_exchanged(head_dim, base=10000.0):
    return (np.arange(0, head_dim, 2) / head_dim) ** (1 / base)


@retold(
    "unfinished_pairs",
    "Llama-3 scaling: wavelength or frequency",
    "Lightning-AI/litgpt/pull/1745",
    "A lower frequency has a longer wavelength: pairs whose wavelength exceeds the length.",
)
def low_frequencies_taken_for_short_waves(rotary_dim, base, train_length):
    wavelength = 2 * np.pi / speeds(rotary_dim, base)
    return int((wavelength < train_length).sum())


# Sinusoids


def alternating(n_positions, sine_speeds, cosine_speeds):
    table = np.empty((n_positions, 2 * len(sine_speeds)))
    table[:, 0::2] = np.sin(np.outer(np.arange(n_positions), sine_speeds))
    table[:, 1::2] = np.cos(np.outer(np.arange(n_positions), cosine_speeds))
    return table


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "jadore801120/attention-is-all-you-need-pytorch/issues/32",
    "Columns 2i and 2i + 1 share the exponent 2i/d; twice the column's own number is too much.",
)
def twice_each_column(n_positions, dim, base=10000.0):
    own = base ** (-2 * np.arange(dim) / dim)
    return alternating(n_positions, own[0::2], own[1::2])


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "SamLynnEvans/Transformer/issues/25",
    "A loop in steps of two holds 2i already, and sine and cosine share it.",
)
def steps_of_two_doubled_and_one_on(n_positions, dim, base=10000.0):
    table = np.zeros((n_positions, dim))
    for p in range(n_positions):
        for i in range(0, dim, 2):
            table[p, i] = np.sin(p / base ** (2 * i / dim))
            table[p, i + 1] = np.cos(p / base ** (2 * (i + 1) / dim))
    return table


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "YutaroOgawa/pytorch_advanced/issues/79",
    "A loop in steps of two holds 2i already; 2 · 2i/d is twice the exponent.",
)
def steps_of_two_doubled(n_positions, dim, base=10000.0):
    doubled = base ** (-2 * np.arange(0, dim, 2) / dim)
    return alternating(n_positions, doubled, doubled)


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "luhengshiwo/LLMForEverybody/issues/106",
    "The cosine in column 2i + 1 has the exponent 2i/d of its sine.",
)
def cosines_one_further(n_positions, dim, base=10000.0):
    sines, cosines = np.arange(0, dim, 2) / dim, np.arange(1, dim, 2) / dim
    return alternating(n_positions, base**-sines, base**-cosines)


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "Kyubyong/transformer/pull/81",
    "2i/d is a fraction; whole-number division makes it 0 or 1.",
)
def whole_number_division(n_positions, dim, base=10000.0):
    own = base ** -(2.0 * np.arange(dim) // dim)
    return alternating(n_positions, own[0::2], own[1::2])


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "zju3dv/LoFTR/issues/41",
    "−ln(base)/d needs its brackets: // rounds the small negative number down to −1.",
)
def rounded_down_to_minus_one(n_positions, dim, base=10000.0):
    steps = np.exp(np.arange(0, dim, 2) * (-np.log(base) / dim // 1))
    return alternating(n_positions, steps, steps)


@retold(
    "sinusoidal_table",
    "sinusoids: base",
    "YutaroOgawa/pytorch_advanced/issues/15",
    "The base is the argument, not 1,000.",
)
def base_of_a_thousand(n_positions, dim, base=10000.0):
    thousand = speeds(dim, 1000.0)
    return alternating(n_positions, thousand, thousand)


@retold(
    "sinusoidal_table",
    "sinusoids: base and exponent",
    "maxjcohen/transformer/issues/62",
    "Two slips: the base is the argument, and the cosine has the exponent of its sine.",
)
def thousand_and_cosines_one_further(n_positions, dim, base=10000.0):
    return alternating(
        n_positions,
        1000.0 ** (-np.arange(0, dim, 2) / dim),
        1000.0 ** (-np.arange(1, dim, 2) / dim),
    )


@retold(
    "sinusoidal_table",
    "sinusoids: layout",
    "tensorflow/tensor2tensor/issues/391",
    "Sines and cosines take turns; here all sines come first.",
)
def all_sines_first(n_positions, dim, base=10000.0):
    angles = np.outer(np.arange(n_positions), speeds(dim, base))
    return np.hstack([np.sin(angles), np.cos(angles)])


@retold(
    "sinusoidal_table",
    "sinusoids: layout",
    "bojone/attention/issues/5",
    "Sines and cosines take turns, the sine first; here all cosines come first.",
)
def all_cosines_first(n_positions, dim, base=10000.0):
    angles = np.outer(np.arange(n_positions), speeds(dim, base))
    return np.hstack([np.cos(angles), np.sin(angles)])


@retold(
    "sinusoidal_table",
    "sinusoids: layout",
    "bojone/attention/issues/2",
    "The sine stands in the even column of a pair.",
)
def cosine_before_sine(n_positions, dim, base=10000.0):
    angles = np.outer(np.arange(n_positions), speeds(dim, base))
    return np.stack([np.cos(angles), np.sin(angles)], axis=2).reshape(n_positions, dim)


@retold(
    "sinusoidal_table",
    "sinusoids: log base",
    "hojonathanho/diffusion/issues/15",
    "The exponent is divided by d/2, not by d/2 − 1.",
)
def one_interval_less(n_positions, dim, base=10000.0):
    half = dim // 2
    steps = np.exp(-np.log(base) / (half - 1) * np.arange(half))
    return alternating(n_positions, steps, steps)


@retold(
    "sinusoidal_table",
    "sinusoids: log base and layout",
    "huggingface/blog/issues/2183",
    "Two slips: the exponent is divided by d/2, and sines and cosines take turns.",
)
def one_interval_less_and_all_sines_first(n_positions, dim, base=10000.0):
    half = dim // 2
    steps = np.exp(-np.log(base) / (half - 1) * np.arange(half))
    angles = np.outer(np.arange(n_positions), steps)
    return np.hstack([np.sin(angles), np.cos(angles)])


@retold(
    "sinusoidal_table",
    "sinusoids: first row",
    "kaushalshetty/Positional-Encoding/issues/1",
    "Row 0 is position 0, sin 0 = 0 and cos 0 = 1 in turn; it is not empty.",
)
def first_row_left_empty(n_positions, dim, base=10000.0):
    table = np.outer(np.arange(n_positions), np.repeat(speeds(dim, base), 2))
    table[1:, 0::2] = np.sin(table[1:, 0::2])
    table[1:, 1::2] = np.cos(table[1:, 1::2])
    return table


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "hkproj/pytorch-transformer/issues/2",
    "The position is divided by base^(2i/d), not multiplied with it.",
)
def multiplied_where_divided(n_positions, dim, base=10000.0):
    growing = base ** (np.arange(0, dim, 2) / dim)
    return alternating(n_positions, growing, growing)


@retold(
    "sinusoidal_table",
    "sinusoids: layout",
    "tensorflow/text/issues/1122",
    "Sines and cosines take turns; here all sines come first.",
)
def halves_of_features(n_positions, dim, base=10000.0):
    rates = 1 / base ** (np.arange(dim // 2) / (dim / 2))
    angles = np.arange(n_positions)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "Kyubyong/transformer/issues/38",
    "Columns 2i and 2i + 1 share the exponent 2i/d; twice the column's own number is too much.",
)
def column_number_doubled(n_positions, dim, base=10000.0):
    table = np.array(
        [[p / base ** (2.0 * i / dim) for i in range(dim)] for p in range(n_positions)]
    )
    table[:, 0::2], table[:, 1::2] = np.sin(table[:, 0::2]), np.cos(table[:, 1::2])
    return table


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "ajhalthor/Transformer-Neural-Network/issues/14",
    "The cosine in column 2i + 1 has the exponent 2i/d of its sine.",
)
def odd_columns_taken_separately(n_positions, dim, base=10000.0):
    return alternating(
        n_positions, base ** (-np.arange(0, dim, 2) / dim), base ** (-np.arange(1, dim, 2) / dim)
    )


@retold(
    "sinusoidal_table",
    "sinusoids: exponent",
    "BrianPulfer/PapersReimplementations/issues/9",
    "The exponent is 2i/d for pair i; every second one of 2j/d over all columns makes 4i/d.",
)
def every_second_of_doubled_columns(n_positions, dim, base=10000.0):
    w = np.array([1 / base ** (2 * j / dim) for j in range(dim)])
    return alternating(n_positions, w[0::2], w[0::2])


@retold(
    "sinusoidal_table",
    "sinusoids: positions",
    "sihyun-yu/REPA/issues/40",
    "Positions are 0, 1, 2, …, not fractions of the length.",
)
def positions_between_0_and_1(n_positions, dim, base=10000.0):
    angles = np.outer(np.arange(n_positions) / n_positions, speeds(dim, base))
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(n_positions, dim)


@retold(
    "sinusoidal_table",
    "sinusoids: base",
    "lucidrains/denoising-diffusion-pytorch/issues/249",
    "The base never reaches the place where it is used.",
)
def base_under_another_name(n_positions, dim, base=10000.0):
    rates = np.exp(-np.log(theta) * np.arange(0, dim, 2) / dim)  # noqa: F821
    return alternating(n_positions, rates, rates)


# Pairs and turns


@retold(
    "to_pairs",
    "RoPE: layout",
    "rasbt/LLMs-from-scratch/issues/838",
    "Neighbours form a pair here, not the two halves.",
)
def halves_for_pairs(x):
    first, second = np.split(np.asarray(x), 2, axis=-1)
    return np.stack([first, second], axis=-1)


@retold(
    "rotate_pair",
    "RoPE: sign",
    "karpathy/nanochat/pull/489",
    "The minus sign stands in the first row; in the second it turns clockwise.",
)
def transposed_rotation(pair, angle):
    x, y = np.asarray(pair)[..., 0], np.asarray(pair)[..., 1]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([x * cos + y * sin, -x * sin + y * cos], axis=-1)


@retold(
    "rope_vector",
    "RoPE: cos and sin layout",
    "xiangking/ark-nlp/issues/47",
    "Neighbours share an angle: (c0, c0, c1, c1, …), not the whole row twice.",
)
def table_tiled_for_neighbours(x, position, inv_freq):
    angles = np.tile(position * np.asarray(inv_freq), 2)
    return x * np.cos(angles) + crossed_neighbours(x) * np.sin(angles)


@retold(
    "rope_vector",
    "RoPE: turned twice",
    "labmlai/annotated_deep_learning_paper_implementations/issues/251",
    "One turn by position · θ is enough; a second one doubles every angle.",
)
def turned_twice(x, position, inv_freq):
    angles = position * np.asarray(inv_freq)
    return turn_neighbours(turn_neighbours(x, angles), angles)


@retold(
    "what_changes",
    "RoPE: values",
    "mistralai/mistral-inference/issues/147",
    "Values do not turn.",
)
def values_turn_too():
    return {
        "q_length": False,
        "q_direction": True,
        "k_length": False,
        "k_direction": True,
        "v": True,
        "score_same_position": False,
        "score_other_position": True,
    }


@retold(
    "score_at",
    "RoPE: only the query",
    "linkedin/Liger-Kernel/issues/342",
    "The key turns too, by its own position.",
)
def key_left_as_it_was(q, k, m, n, theta):
    return turn_neighbours(q, np.array([m * theta])) @ k


@retold(
    "score_at",
    "RoPE: q and k crossed",
    "hpcaitech/ColossalAI/pull/6429",
    "Both numbers of the turned query come from q, both of the turned key from k.",
)
def second_numbers_from_the_key(q, k, m, n, theta):
    turned_q, turned_k = (
        turn_neighbours(np.asarray(arrow), np.array([p * theta])) for arrow, p in ((q, m), (k, n))
    )
    crossed_q = np.array([turned_q[0], turned_k[1]])
    crossed_k = np.array([turned_q[0], turned_k[1]])
    return crossed_q @ crossed_k


@retold(
    "score_from_distance",
    "T5: sign of the relative position",
    "dmlc/gluon-nlp/pull/1470",
    "The distance is query minus key; the other sign turns the wrong way.",
)
def key_minus_query(q, k, distance, theta):
    return turn_neighbours(q, np.array([-distance * theta])) @ k


@retold(
    "distance_curve",
    "YaRN: attention factor",
    "sgl-project/sglang/pull/33558",
    "A turn keeps lengths; no factor belongs on the scores of plain RoPE.",
)
def scores_times_mscale_squared(q, k, distances, base=10000.0):
    mscale = 0.1 * np.log(128) + 1
    turned = mscale * turn_neighbours(
        np.broadcast_to(q, (*np.shape(distances), q.size)),
        np.multiply.outer(distances, speeds(q.size, base)),
    )
    return turned @ (mscale * k)


@retold(
    "score_at",
    "RoPE: sign",
    "huggingface/transformers/issues/30900",
    "q and k turn the same way; with the minus for k the positions add up.",
)
def key_turned_backwards(q, k, m, n, theta):
    return turn_neighbours(q, np.array([m * theta])) @ turn_neighbours(k, np.array([-n * theta]))


@retold(
    "rope_vector",
    "RoPE: sign",
    "skyzh/tiny-llm/pull/25",
    "The minus sign stands in the first row; otherwise it turns clockwise.",
)
def rows_of_a_clockwise_matrix(x, position, inv_freq):
    turned = np.empty(len(x))
    for j, theta in enumerate(inv_freq):
        c, s = np.cos(position * theta), np.sin(position * theta)
        turned[2 * j : 2 * j + 2] = np.array([[c, s], [-s, c]]) @ x[2 * j : 2 * j + 2]
    return turned


# Whole heads, interleaved


@retold(
    "apply_rope",
    "RoPE: layout",
    "huggingface/transformers/issues/25199",
    "x[2j] turns with x[2j + 1]; rotate_half pairs x[j] with x[j + d/2].",
)
def rotate_half_everywhere(x, positions, base=10000.0):
    angles = np.tile(angles_of(x, positions, base), 2)
    return x * np.cos(angles) + crossed_halves(x) * np.sin(angles)


@retold(
    "apply_rope",
    "RoPE: cos and sin layout",
    "facebookresearch/vjepa2/pull/15",
    "Neighbours share an angle: repeat each, do not tile the row.",
)
def tiled_table_for_neighbours(x, positions, base=10000.0):
    angles = np.tile(angles_of(x, positions, base), 2)
    return x * np.cos(angles) + crossed_neighbours(x) * np.sin(angles)


@retold(
    "apply_rope",
    "RoPE: cos and sin layout",
    "raiyanyahya/how-to-train-your-gpt/issues/6",
    "Angles repeated for neighbours need the neighbours crossed, not the halves.",
)
def repeated_table_for_halves(x, positions, base=10000.0):
    angles = np.repeat(angles_of(x, positions, base), 2, axis=-1)
    return x * np.cos(angles) + crossed_halves(x) * np.sin(angles)


@retold(
    "apply_rope",
    "RoPE: cos and sin layout",
    "Tongjilibo/bert4torch/issues/1",
    "Neighbours crossed over stay neighbours: (−x1, x0, −x3, x2, …), with each angle twice.",
)
def odd_entries_before_even_ones(x, positions, base=10000.0):
    angles = np.tile(angles_of(x, positions, base), 2)
    crossed = np.concatenate([-x[..., 1::2], x[..., 0::2]], axis=-1)
    return x * np.cos(angles) + crossed * np.sin(angles)


@retold(
    "apply_rope",
    "RoPE: cos and sin layout",
    "NVIDIA/ngpt/issues/10",
    "Each turned entry is a sum, x·cos − y·sin or x·sin + y·cos; the table's columns take turns.",
)
def halves_of_an_alternating_table(x, positions, base=10000.0):
    angles = angles_of(x, positions, base)
    table = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(angles), -1)
    sin, cos = np.split(table, 2, axis=-1)
    pairs = crossed_neighbours(x).reshape(*x.shape[:-1], -1, 2)
    return (pairs * np.stack([cos, sin], axis=-1)).reshape(x.shape)


_angles_of_length = {}


@retold(
    "apply_rope",
    "RoPE: cache",
    "lucidrains/rotary-embedding-torch/issues/11",
    "Angles kept by length alone are the first call's; a later chunk has positions of its own.",
)
def angles_cached_by_length(x, positions, base=10000.0):
    key = (len(positions), x.shape[-1], base)
    if key not in _angles_of_length:
        _angles_of_length[key] = angles_of(x, positions, base)
    return turn_neighbours(x, _angles_of_length[key])


@retold(
    "apply_rope",
    "RoPE: positions in decoding",
    "RobertCsordas/moeut/pull/6",
    "The positions are given; a cached query does not stand at row 0 again.",
)
def positions_from_zero_every_time(x, positions, base=10000.0):
    return turn_neighbours(x, angles_of(x, np.arange(x.shape[-2]), base))


@retold(
    "apply_rope",
    "RoPE: positions in decoding",
    "fla-org/flash-linear-attention/issues/766",
    "The offset counts what came before; one more shifts every position.",
)
def one_token_counted_too_early(x, positions, base=10000.0):
    return turn_neighbours(x, angles_of(x, np.asarray(positions) + 1, base))


@retold(
    "apply_rope",
    "RoPE: heads and sequence",
    "mlfoundations/open_lm/issues/4",
    "Positions belong to the sequence axis, not to the axis of heads.",
)
def positions_along_heads(x, positions, base=10000.0):
    if x.ndim == 2:
        return turn_neighbours(x, angles_of(x, positions, base))
    angles = angles_of(x, positions, base)[: x.shape[-3], None, :]
    return turn_neighbours(x, angles)


@retold(
    "apply_rope",
    "RoPE: heads and sequence",
    "NVIDIA/audio-flamingo/issues/27",
    "The sequence is the last axis but one; heads stand before it, not after.",
)
def written_for_heads_after_the_sequence(x, positions, base=10000.0):
    return turn_neighbours(x, angles_of(x, positions, base)[:, None, :])


@retold(
    "apply_rope",
    "RoPE: precision",
    "nkalyanv99/UNI-D2/pull/6",
    "bfloat16 holds whole numbers up to 256; further out positions run together.",
)
def positions_in_bfloat16(x, positions, base=10000.0):
    return turn_neighbours(x, angles_of(x, bfloat16(positions), base))


@retold(
    "apply_rope",
    "RoPE: precision",
    "EleutherAI/gpt-neox/issues/1003",
    "Angles in float16 are off by parts of a radian at far positions.",
)
def angles_in_float16(x, positions, base=10000.0):
    half = np.asarray(speeds(x.shape[-1], base), dtype=np.float16)
    return turn_neighbours(x, np.outer(np.asarray(positions, dtype=np.float16), half))


@retold(
    "apply_rope",
    "RoPE: nothing turned",
    "jzhang38/TinyLlama/issues/188",
    "What comes back has to be the turned copy, not x itself.",
)
def result_thrown_away(x, positions, base=10000.0):
    turn_neighbours(x, angles_of(x, positions, base))
    return x


@retold(
    "apply_rope",
    "RoPE: in place",
    "unslothai/unsloth/issues/5001",
    "The input belongs to the caller; write into a new array.",
)
def written_into_the_input(x, positions, base=10000.0):
    x[...] = turn_neighbours(x, angles_of(x, positions, base))
    return x


@retold(
    "apply_rope",
    "RoPE: base",
    "karpathy/llama2.c/issues/356",
    "The base is an argument, not 10,000.",
)
def ten_thousand_for_every_model(x, positions, base=10000.0):
    return turn_neighbours(x, angles_of(x, positions, 10000.0))


@retold(
    "apply_rope",
    "RoPE: partial",
    "labmlai/annotated_deep_learning_paper_implementations/issues/215",
    "All of the head turns here, so cos and sin cover as many entries as the part they multiply.",
)
def half_the_entries_with_a_whole_table(x, positions, base=10000.0):
    part = x[..., : x.shape[-1] // 2]
    angles = np.tile(angles_of(x, positions, base), 2)
    turned = part * np.cos(angles) + crossed_halves(part) * np.sin(angles)
    return np.concatenate([turned, x[..., x.shape[-1] // 2 :]], axis=-1)


@retold(
    "apply_rope",
    "RoPE: exponent",
    "xlite-dev/LeetCUDA/issues/289",
    "The position is multiplied with base^(−2j/d); divided by it, the angles grow by the pair.",
)
def position_over_speed(x, positions, base=10000.0):
    return turn_neighbours(x, np.outer(positions, 1 / speeds(x.shape[-1], base)))


@retold(
    "apply_rope",
    "RoPE: layout",
    "TransformerLensOrg/TransformerLens/pull/365",
    "Neighbours turn together here; the branch for halves is another model's.",
)
def branch_for_halves_always(x, positions, base=10000.0):
    n = x.shape[-1] // 2
    crossed = np.empty(x.shape)
    crossed[..., :n], crossed[..., n:] = -x[..., n:], x[..., :n]
    angles = np.tile(angles_of(x, positions, base), 2)
    return x * np.cos(angles) + crossed * np.sin(angles)


@retold(
    "apply_rope",
    "RoPE: width",
    "Lightricks/LTX-Video/issues/224",
    "Each head turns by the same angles; over the inner dimension every head gets other speeds.",
)
def over_the_inner_dimension(x, positions, base=10000.0):
    if x.ndim == 2:
        return turn_neighbours(x, angles_of(x, positions, base))
    heads_last = np.moveaxis(x, -3, -2)
    inner = heads_last.reshape(*heads_last.shape[:-2], -1)
    turned = turn_neighbours(inner, angles_of(inner, positions, base))
    return np.moveaxis(turned.reshape(heads_last.shape), -2, -3)


@retold(
    "apply_rope",
    "RoPE: partial",
    "lucidrains/RETRO-pytorch/issues/12",
    "The whole head turns; halved once more, half of its entries stay as they were.",
)
def head_size_halved_twice(x, positions, base=10000.0):
    half = x.shape[-1] // 2
    first = x[..., :half]
    turned = turn_neighbours(first, angles_of(first, positions, base))
    return np.concatenate([turned, x[..., half:]], axis=-1)


@retold(
    "apply_rope",
    "RoPE: cos and sin layout",
    "vllm-project/vllm-metal/pull/44",
    "The turned pairs go back where they stood, even and odd in turn, not as two halves.",
)
def evens_then_odds(x, positions, base=10000.0):
    angles = angles_of(x, positions, base)
    even, odd = x[..., 0::2], x[..., 1::2]
    turned_even = even * np.cos(angles) - odd * np.sin(angles)
    turned_odd = even * np.sin(angles) + odd * np.cos(angles)
    return np.concatenate([turned_even, turned_odd], axis=-1)


@retold(
    "apply_rope",
    "RoPE: positions in decoding",
    "jundot/omlx/pull/2363",
    "Every row has its own position; the first one's does not hold for all.",
)
def start_of_the_window_for_all(x, positions, base=10000.0):
    return turn_neighbours(x, angles_of(x, np.full(len(positions), positions[0]), base))


# Whole heads, half-split


@retold(
    "apply_rope_half",
    "RoPE: layout",
    "karpathy/nanochat/issues/264",
    "Pairs across the middle are a layout of their own; here x[j] turns with x[j + d/2].",
)
def neighbours_everywhere(x, positions, base=10000.0):
    return turn_neighbours(x, angles_of(x, positions, base))


@retold(
    "apply_rope_half",
    "RoPE: cos and sin layout",
    "EleutherAI/gpt-neox/issues/834",
    "A table (c0, c1, …, c0, c1, …) goes with halves crossed over, not with neighbours.",
)
def neighbours_crossed_over_a_tiled_table(x, positions, base=10000.0):
    angles = np.tile(angles_of(x, positions, base), 2)
    return x * np.cos(angles) + crossed_neighbours(x) * np.sin(angles)


@retold(
    "apply_rope_half",
    "RoPE: cos and sin layout",
    "allenai/molmo/issues/49",
    "For halves the table repeats as a block; each angle twice in a row is for neighbours.",
)
def each_angle_twice_over_halves(x, positions, base=10000.0):
    angles = np.repeat(angles_of(x, positions, base), 2, axis=-1)
    return x * np.cos(angles) + crossed_halves(x) * np.sin(angles)


@retold(
    "apply_rope_half",
    "dynamic NTK: positions",
    "ml-explore/mlx-lm/issues/1545",
    "Positions are not scaled: no factor of 2.",
)
def every_position_doubled(x, positions, base=10000.0):
    return turn_halves(x, angles_of(x, 2.0 * np.asarray(positions), base))


@retold(
    "apply_rope_half",
    "YaRN: attention factor",
    "pytorch/torchtitan/pull/3787",
    "RoPE is a pure rotation; no factor belongs into cos and sin.",
)
def mscale_inside_cos_and_sin(x, positions, base=10000.0):
    return (0.1 * np.log(32) + 1) * turn_halves(x, angles_of(x, positions, base))


@retold(
    "apply_rope_half",
    "RoPE: width",
    "fla-org/flash-linear-attention/issues/180",
    "The exponent is over one head, not over all heads together.",
)
def exponent_over_all_heads(x, positions, base=10000.0):
    width = x.shape[-1] * (x.shape[-3] if x.ndim > 2 else 1)
    angles = np.outer(positions, speeds(width, base)[: x.shape[-1] // 2])
    return turn_halves(x, angles)


@retold(
    "apply_rope_half",
    "RoPE: precision",
    "huggingface/transformers/issues/25681",
    "Cosines and sines cached in bfloat16 keep two to three digits.",
)
def cached_in_bfloat16(x, positions, base=10000.0):
    angles = np.tile(angles_of(x, positions, base), 2)
    return x * bfloat16(np.cos(angles)) + crossed_halves(x) * bfloat16(np.sin(angles))


@retold(
    "apply_rope_half",
    "RoPE: precision",
    "huggingface/transformers/issues/29496",
    "Speeds in bfloat16 put far positions parts of a turn wrong.",
)
def halves_at_speeds_in_bfloat16(x, positions, base=10000.0):
    return turn_halves(x, np.outer(positions, bfloat16(speeds(x.shape[-1], base))))


@retold(
    "apply_rope_half",
    "RoPE: shapes",
    "anuj0456/OpenArch/issues/13",
    "The table is as wide as the whole head, so all of x is multiplied with the cosines.",
)
def first_half_times_whole_table(x, positions, base=10000.0):
    first, _ = np.split(x, 2, axis=-1)
    angles = np.tile(angles_of(x, positions, base), 2)
    return first * np.cos(angles) + crossed_halves(x) * np.sin(angles)


@retold(
    "apply_rope_half",
    "RoPE: nothing turned",
    "hustvl/ControlAR/issues/18",
    "The angles of these positions are not zero; nothing has turned.",
)
def zeros_where_angles_should_be(x, positions, base=10000.0):
    return turn_halves(x, np.zeros((len(positions), x.shape[-1] // 2)))


@retold(
    "apply_rope_half",
    "RoPE: layout",
    "jmaczan/tiny-vllm/pull/5",
    "Halves turn together here, not neighbours.",
)
def adjacent_pairs(x, positions, base=10000.0):
    angles = angles_of(x, positions, base)
    turned = np.empty(x.shape)
    turned[..., 0::2] = x[..., 0::2] * np.cos(angles) - x[..., 1::2] * np.sin(angles)
    turned[..., 1::2] = x[..., 0::2] * np.sin(angles) + x[..., 1::2] * np.cos(angles)
    return turned


@retold(
    "apply_rope_half",
    "RoPE: cos and sin layout",
    "NVIDIA-NeMo/Speech/issues/6923",
    "With a table (c0, c1, …, c0, c1, …) the halves are crossed over, not the neighbours.",
)
def neighbours_negated_in_turn(x, positions, base=10000.0):
    angles = np.tile(angles_of(x, positions, base), 2)
    crossed = np.empty(x.shape)
    crossed[..., 0::2], crossed[..., 1::2] = -x[..., 1::2], x[..., 0::2]
    return x * np.cos(angles) + crossed * np.sin(angles)


@retold(
    "apply_rope_half",
    "RoPE: positions in decoding",
    "unslothai/unsloth/pull/3803",
    "The positions are given; with padding in front they do not count from the first row.",
)
def one_count_for_the_whole_batch(x, positions, base=10000.0):
    return turn_halves(x, angles_of(x, np.arange(x.shape[-2]), base))


@retold(
    "apply_rope_half",
    "RoPE: precision",
    "huggingface/transformers/pull/29285",
    "Angles in bfloat16 lose their meaning beyond a few hundred positions.",
)
def all_of_it_in_bfloat16(x, positions, base=10000.0):
    angles = np.outer(bfloat16(positions), bfloat16(speeds(x.shape[-1], base)))
    return turn_halves(x, bfloat16(angles))


@retold(
    "apply_rope_half",
    "RoPE: positions in decoding",
    "OpenNMT/CTranslate2/pull/1572",
    "Positions are one too small: a step that begins at −1 shifts all of them.",
)
def steps_that_begin_at_minus_one(x, positions, base=10000.0):
    return turn_halves(x, angles_of(x, np.asarray(positions) - 1, base))


@retold(
    "apply_rope_half",
    "RoPE: positions in decoding",
    "Physical-Intelligence/openpi/issues/705",
    "Every position is one too large: the step counts from 0 already.",
)
def step_plus_one(x, positions, base=10000.0):
    return turn_halves(x, angles_of(x, [p + 1 for p in positions], base))


# ALiBi


def geometric(n_heads, first=1):
    return 2.0 ** (-8 * np.arange(first, n_heads + first) / n_heads)


def slopes_of(n_heads):
    power = 2 ** int(np.log2(n_heads))
    return np.concatenate([geometric(power), geometric(2 * power)[0::2]])[:n_heads]


def distances_of(length):
    return np.arange(length)[:, None] - np.arange(length)


def masked(bias):
    return np.where(distances_of(bias.shape[-1]) < 0, -np.inf, bias)


@retold(
    "alibi_slopes",
    "ALiBi: slopes",
    "ml-explore/mlx/pull/3071",
    "One geometric sequence is right for powers of two alone.",
)
def one_sequence_for_any_number(n_heads):
    return (2.0**8) ** (-np.arange(1, n_heads + 1) / n_heads)


@retold(
    "alibi_slopes",
    "ALiBi: slopes",
    "paiml/aprender/pull/2143",
    "Heads count from 1 in the exponent: 2^(−8(h + 1)/n) for h from 0.",
)
def heads_from_zero(n_heads):
    return geometric(n_heads, first=0)


@retold(
    "alibi_slopes",
    "ALiBi: slopes",
    "antofuller/CROMA/issues/12",
    "The slopes stay in the rule's order; sorting gives heads another slope.",
)
def sorted_from_steep_to_flat(n_heads):
    return np.sort(slopes_of(n_heads))[::-1]


@retold(
    "alibi_bias",
    "ALiBi: slopes",
    "baichuan-inc/Baichuan2/issues/225",
    "For other numbers than powers of two the slopes are the lower power's and some of the next's.",
)
def bias_from_one_sequence(n_heads, length):
    return masked(-geometric(n_heads)[:, None, None] * distances_of(length))


@retold(
    "alibi_bias",
    "ALiBi: sign",
    "meta-pytorch/attention-gym/pull/86",
    "The bias is below 0: slope · (n − m), not slope · (m − n).",
)
def far_keys_gain(n_heads, length):
    return masked(slopes_of(n_heads)[:, None, None] * distances_of(length))


@retold(
    "alibi_bias",
    "ALiBi: distance and mask",
    "lucidrains/x-transformers/pull/88",
    "Keys ahead of the query are hidden by −inf, not held like keys behind.",
)
def alike_on_both_sides(n_heads, length):
    return -slopes_of(n_heads)[:, None, None] * np.abs(distances_of(length))


@retold(
    "alibi_bias",
    "ALiBi: one row for all",
    "mosaicml/llm-foundry/issues/186",
    "Each query has its own zero, at its own place; one row for all differs by a constant a row.",
)
def last_row_for_every_query(n_heads, length):
    row = np.arange(1 - length, 1)
    return masked(slopes_of(n_heads)[:, None, None] * np.tile(row, (length, 1)))


@retold(
    "alibi_bias",
    "ALiBi: one row for all",
    "ofirpress/attention_with_linear_biases/issues/9",
    "The bias counts from the query, −slope · (m − n); counted from the start, each row is off.",
)
def grows_with_the_key(n_heads, length):
    return masked(slopes_of(n_heads)[:, None, None] * np.tile(np.arange(length), (length, 1)))


@retold(
    "alibi_bias",
    "ALiBi: distance off by one",
    "vllm-project/vllm/pull/945",
    "A token's own place has distance 0 and bias 0.",
)
def one_step_from_oneself(n_heads, length):
    return masked(-slopes_of(n_heads)[:, None, None] * (distances_of(length) + 1))


@retold(
    "alibi_bias",
    "ALiBi: one row for all",
    "bigscience-workshop/Megatron-DeepSpeed/pull/101",
    "The bias counts from the query and hides keys ahead; this counts from the start for all.",
)
def key_position_without_mask(n_heads, length):
    return slopes_of(n_heads)[:, None, None] * np.tile(np.arange(length), (length, 1))


@retold(
    "alibi_bias",
    "ALiBi: one row for all",
    "NVIDIA-NeMo/Speech/pull/7105",
    "Every query has a row of its own, counted from its own place.",
)
def a_single_row_a_head(n_heads, length):
    return slopes_of(n_heads)[:, None, None] * np.arange(1 - length, 1)[None, None, :]


@retold(
    "alibi_bias",
    "ALiBi: one row for all",
    "OpenNMT/CTranslate2/pull/1228",
    "The bias is below 0 and counts from the query; positive positions are another model's.",
)
def positive_positions(n_heads, length):
    positions = np.arange(length)
    return masked(np.einsum("h,n,m->hmn", slopes_of(n_heads), positions, np.ones(length)))


# Settings and weights


def rope_block(text):
    return text.get("rope_parameters") or text.get("rope_scaling") or {}


ORIGINAL, CONFIGURED = "original_max_position_embeddings", "max_position_embeddings"


@retold(
    "effective_train_length",
    "YaRN: original length",
    "NVIDIA-NeMo/Speech/issues/14686",
    "max_position_embeddings is the length after scaling, not the original one.",
)
def configured_length_alone(config):
    return config.get("text_config", config)[CONFIGURED]


@retold(
    "effective_train_length",
    "YaRN: factor",
    "vllm-project/vllm/pull/56446",
    "max_position_embeddings holds the factor already; and training ended at the original length.",
)
def configured_length_times_factor(config):
    text = config.get("text_config", config)
    return int(text[CONFIGURED] * rope_block(text).get("factor", 1))


@retold(
    "effective_train_length",
    "Llama-3 scaling: block not read",
    "lablup/mlxcel/issues/1355",
    "The scaling block has to be read: the original length stands in it.",
)
def block_parsed_and_never_read(config):
    text = config.get("text_config", config)
    return text.get(ORIGINAL, text[CONFIGURED])


@retold(
    "effective_train_length",
    "settings: renamed block",
    "THUDM/slime/pull/1720",
    "Newer files hold these fields in rope_parameters.",
)
def old_name_of_the_block(config):
    text = config.get("text_config", config)
    block = text.get("rope_scaling") or {}
    return block.get(ORIGINAL) or text.get(ORIGINAL) or text[CONFIGURED]


@retold(
    "effective_train_length",
    "settings: nested text",
    "ggml-org/llama.cpp/pull/18061",
    "In files of models that read images, too, the fields of text stand in text_config.",
)
def text_config_passed_over(config):
    return rope_block(config).get(ORIGINAL) or config.get(ORIGINAL) or config[CONFIGURED]


@retold(
    "to_half_split",
    "weights: layout",
    "InternLM/lmdeploy/issues/2639",
    "That is the way back: from halves to neighbours.",
)
def permuted_back(weight, n_heads):
    heads = weight.reshape(n_heads, 2, -1, weight.shape[1])
    return heads.swapaxes(1, 2).reshape(weight.shape)


@retold(
    "to_half_split",
    "weights: layout",
    "ggml-org/llama.cpp/pull/22611",
    "The rows of q and k have to be reordered.",
)
def rows_left_alone(weight, n_heads):
    return weight.copy()


@retold(
    "to_half_split",
    "weights: number of heads",
    "huggingface/transformers/pull/31788",
    "Rows are reordered within the heads that this matrix has, not within half of each.",
)
def heads_of_the_query_for_the_key(weight, n_heads):
    heads = weight.reshape(2 * n_heads, -1, weight.shape[1])
    return np.concatenate([heads[:, 0::2], heads[:, 1::2]], axis=1).reshape(weight.shape)


@retold(
    "to_half_split",
    "weights: axis",
    "huggingface/transformers/pull/47403",
    "Entries of q and k are rows of the weight; its last axis holds the inputs.",
)
def last_axis_reordered(weight, n_heads):
    return np.concatenate([weight[:, 0::2], weight[:, 1::2]], axis=1)


# PI, NTK, and what breaks


@retold(
    "interpolate",
    "PI: direction",
    "ml-explore/mlx/pull/261",
    "Positions are divided by the scale, not multiplied with it.",
)
def positions_times_scale(positions, train_length, target_length):
    return np.asarray(positions) * max(1.0, target_length / train_length)


@retold(
    "interpolate",
    "PI: not applied",
    "IBM/text-generation-inference/pull/61",
    "Positions of a longer text are divided by its scale; unscaled they leave the trained range.",
)
def loads_and_scales_nothing(positions, train_length, target_length):
    return np.asarray(positions, dtype=float)


@retold(
    "interpolate",
    "NTK: below the trained length",
    "vllm-project/vllm/pull/52675",
    "A text no longer than in training is left alone.",
)
def scaled_below_the_trained_length(positions, train_length, target_length):
    return np.asarray(positions) * (train_length / target_length)


@retold(
    "interpolate",
    "PI: curved",
    "ggml-org/llama.cpp/pull/1967",
    "Every position is divided by the same number; a curve presses far ones together.",
)
def pressed_together_far_out(positions, train_length, target_length):
    positions = np.asarray(positions, dtype=float)
    if target_length <= train_length:
        return positions
    reach = train_length * target_length / (target_length - train_length)
    return positions / (1 + positions / reach)


@retold(
    "ntk_base",
    "YaRN: scale inside the power",
    "apache/tvm/pull/18576",
    "base · s slows pair j by s^(2j/d), the slowest by less than s.",
)
def scale_times_base(base, scale, head_dim):
    return scale * base


@retold(
    "ntk_base",
    "NTK: one model's exponent and base",
    "oobabooga/textgen/pull/3452",
    "64/63 is d/(d − 2) for heads of 128, and 10,000 one base among many.",
)
def for_heads_of_128(base, scale, head_dim):
    return 10000 * scale ** (64 / 63.0)


@retold(
    "ntk_base",
    "NTK: base",
    "turboderp/exllama/issues/270",
    "The model's own base is multiplied, not 10,000.",
)
def always_from_ten_thousand(base, scale, head_dim):
    return 10000.0 * scale ** (head_dim / (head_dim - 2))


@retold(
    "ntk_base",
    "dynamic NTK: scale",
    "vllm-project/vllm/issues/41236",
    "The scale is s itself; s² − (s − 1) counts the factor twice.",
)
def factor_counted_twice(base, scale, head_dim):
    return base * (scale * scale - (scale - 1)) ** (head_dim / (head_dim - 2))


def rotary_failure(settings, length, inv_freq):
    """predict_failure for RoPE at these speeds, all of it written out."""
    trained = settings["train_length"]
    nothing = {"axis": "none", "first_unseen": None, "worst_pair": None, "strangeness": 0.0}
    slow = inv_freq[2 * np.pi / inv_freq > trained]
    if length <= trained or not slow.size:
        return nothing
    turn = 2 * np.pi
    arcs = np.minimum((length - 1) * inv_freq, turn) - np.minimum((trained - 1) * inv_freq, turn)
    gaps = np.outer(slow, length - 1 - np.arange(trained)) % turn
    gaps = np.minimum(gaps, turn - gaps).min(axis=1)
    return {
        "axis": "distance",
        "first_unseen": trained,
        "worst_pair": int(arcs.argmax()),
        "strangeness": float(np.degrees(gaps.mean())),
    }


def failure(settings, length, inv_freq_of):
    if settings["encoding"] == "rope":
        return rotary_failure(settings, length, inv_freq_of(settings))
    past = length > settings["train_length"] and settings["encoding"] in ("learned", "sinusoidal")
    return {
        "axis": "position" if past else "none",
        "first_unseen": settings["train_length"] if past else None,
        "worst_pair": None,
        "strangeness": 0.0,
    }


@retold(
    "predict_failure",
    "partial rotary",
    "AI-Hypercomputer/maxtext/pull/4742",
    "rotary_dim entries of a head turn, not all of it.",
)
def partial_rotary_dropped(settings, length):
    return failure(settings, length, lambda s: speeds(s["head_dim"], s["base"]))


@retold(
    "predict_failure",
    "partial rotary",
    "pie-project/pie/issues/602",
    "The exponent is over rotary_dim; over the whole head the pairs that turn are too fast.",
)
def exponent_over_the_whole_head(settings, length):
    return failure(
        settings,
        length,
        lambda s: speeds(s["head_dim"], s["base"])[: s["rotary_dim"] // 2],
    )


@retold(
    "interpolate",
    "PI: direction",
    "ggml-org/llama.cpp/issues/2402",
    "Positions are divided by the scale; the frequency scale is its inverse.",
)
def scale_for_its_inverse(positions, train_length, target_length):
    return np.asarray(positions) * target_length / train_length


@retold(
    "interpolate",
    "PI: applied twice",
    "huggingface/transformers/issues/29765",
    "Positions are divided by the scale once.",
)
def divided_in_two_places(positions, train_length, target_length):
    scale = max(1.0, target_length / train_length)
    return np.asarray(positions) / scale / scale


@retold(
    "ntk_base",
    "NTK: not applied",
    "onnxruntime/mobius/pull/293",
    "The scale has to reach the base, which came back as it was.",
)
def scale_read_from_another_field(base, scale, head_dim):
    factor = 1.0
    return base * factor ** (head_dim / (head_dim - 2))


@retold(
    "ntk_base",
    "dynamic NTK: scale",
    "InternLM/lmdeploy/issues/536",
    "The scale is s itself, not a power of two minus one.",
)
def scale_in_steps_of_two(base, scale, head_dim):
    alpha = max(2 ** (np.ceil(np.log2(scale)) + 1) - 1, 1.0)
    return float(base * alpha ** (head_dim / (head_dim - 2)))
