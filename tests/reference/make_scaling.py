"""Write scaling.npz: what Transformers computes, for test_scaling.py and test_schemes.py.

    pip install --group reference numpy     (pip 25.1 or newer)
    python tests/reference/make_scaling.py

Frequencies and attention factors of every scaling type, as float32 (Transformers' own type), for
the settings of real models where there are some; ALiBi slopes; T5 buckets and a T5 bias;
sinusoidal tables of both layouts.
"""

from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import LlamaConfig, T5Config
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.marian.modeling_marian import MarianSinusoidalPositionalEmbedding
from transformers.models.mpt.modeling_mpt import build_mpt_alibi_tensor
from transformers.models.t5.modeling_t5 import T5Attention
from transformers.models.xlm.modeling_xlm import create_sinusoidal_embeddings

# Phi-3-vision-128k: configuration values, as in the copy kept in the tests of Blaizzy/mlx-vlm;
# float32 noise in the last digits rounded off.
PHI_LONG = """
    1.03 1.05 1.05 1.08 1.23 1.23 1.3 1.45 1.6 1.65 1.9 2.86 3.69 5.42 5.49 5.49 9.09 11.58 15.66
    15.77 15.79 18.36 21.99 23.08 30.01 32.35 32.59 35.56 39.95 53.84 56.2 57.95 59.29 59.77 59.92
    61.19 61.96 62.5 63.37 63.48 63.48 63.66 63.85 64.08 64.76 64.8 64.81 64.81
"""
PHI_SHORT = """
    1.05 1.05 1.05 1.1 1.1 1.1 1.25 1.25 1.4 1.45 1.55 1.85 1.9 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2
    2 2 2.1 2.1 2.2 2.35 2.35 2.35 2.35 2.4 2.4 2.65 2.7 2.9 2.95 3.05 3.05 3.05
"""
PHI = {"long": [float(f) for f in PHI_LONG.split()], "short": [float(f) for f in PHI_SHORT.split()]}

T5_SETTINGS = [(32, 128), (32, 64), (16, 64), (8, 64), (12, 100), (33, 200), (32, 48)]


def main():
    versions = [f"{module.__name__} {module.__version__}" for module in (transformers, torch, np)]
    arrays = {"versions": np.array(versions)}
    add_frequencies(arrays)
    add_slopes(arrays)
    add_t5(arrays)
    add_sinusoids(arrays)
    np.savez_compressed(Path(__file__).with_name("scaling.npz"), **arrays)


def add_frequencies(arrays):
    def add(name, head_dim, base, length, *, now=None, **parameters):
        """``length``: max_position_embeddings for dynamic, the original one for all others."""
        if parameters["rope_type"] in ("yarn", "llama3", "longrope"):
            parameters["original_max_position_embeddings"] = length
        config = LlamaConfig(
            hidden_size=4 * head_dim,
            num_attention_heads=4,
            head_dim=head_dim,
            max_position_embeddings=length,
            rope_parameters={"rope_theta": base, **parameters},
        )
        rule = ROPE_INIT_FUNCTIONS[parameters["rope_type"]]
        inv_freq, attention_factor = rule(config, torch.device("cpu"), seq_len=now)
        arrays[f"inv_freq/{name}"] = inv_freq.numpy()
        arrays[f"attention_factor/{name}"] = np.array(attention_factor)

    add("linear LLaMA-1", 128, 1e4, 2048, rope_type="linear", factor=4.0)
    add("linear Gemma 3 global", 256, 1e6, 32768, rope_type="linear", factor=8.0)
    for factor in (1.0, 2.0, 8.0):
        for now in (1000, 2048, 4096, 5000, 16384):
            name = f"dynamic {factor:g} at {now}"
            add(name, 128, 1e4, 2048, now=now, rope_type="dynamic", factor=factor)

    yarn = {"rope_type": "yarn", "beta_fast": 32.0, "beta_slow": 1.0}
    add("yarn Llama-2", 128, 1e4, 4096, **yarn, factor=16.0)
    add("yarn Qwen2.5", 128, 1e6, 32768, **yarn, factor=4.0)
    add("yarn gpt-oss", 64, 150000.0, 4096, **yarn, factor=32.0, truncate=False)
    v2, v3 = ({"mscale": m, "mscale_all_dim": m} for m in (0.707, 1.0))
    add("yarn DeepSeek-V2", 64, 1e4, 4096, **yarn, factor=40.0, **v2)
    add("yarn DeepSeek-V3", 64, 1e4, 4096, **yarn, factor=40.0, **v3)
    uneven = {"mscale": 1.0, "mscale_all_dim": 0.707}
    add("yarn uneven mscale", 64, 1e4, 4096, **yarn, factor=40.0, **uneven)
    add("yarn mscale alone", 64, 1e4, 4096, **yarn, factor=40.0, mscale=0.707)
    add("yarn factor given", 64, 1e4, 4096, **yarn, factor=40.0, attention_factor=1.25)
    add("yarn short", 32, 500.0, 64, **yarn, factor=4.0)
    add("yarn tiny", 32, 500.0, 6, **yarn, factor=4.0)  # shorter than a turn of the fastest pair
    add("yarn fast", 8, 10.0, 1024, **yarn, factor=4.0)  # the ramp ends past the last pair

    llama3 = {"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": 4.0}
    add("llama3 Llama-3.1", 128, 500000.0, 8192, **llama3, factor=8.0)
    add("llama3 Llama-3.2 1B", 64, 500000.0, 8192, **llama3, factor=32.0)

    for which, now in (("short", 4096), ("long", 4097)):
        arrays[f"factors/{which}"] = np.array(PHI[which])
        add(
            f"longrope Phi-3-vision {which}",
            *(96, 1e4, 4096),
            now=now,
            rope_type="longrope",
            factor=32.0,
            long_factor=PHI["long"],
            short_factor=PHI["short"],
        )
    for fraction, head_dim, factor in ((0.25, 64, 1.0), (0.3, 10, 1.0), (0.75, 64, 8.0), (1, 8, 1)):
        parameters = {"rope_type": "proportional", "factor": float(factor)}
        name = f"proportional {fraction:g} of {head_dim}"
        add(name, head_dim, 1e6, 8192, **parameters, partial_rotary_factor=float(fraction))


def add_slopes(arrays):
    for n_heads in (*range(1, 41), 112):
        bloom = build_alibi_tensor(torch.ones(1, 2), n_heads, torch.float64)[:, 0, 1]
        mpt = -build_mpt_alibi_tensor(n_heads, 2)[:, 0, 0].double()
        np.testing.assert_allclose(bloom, mpt, rtol=1e-6)
        arrays[f"slopes/{n_heads}"] = bloom.numpy()


def add_t5(arrays):
    distances = torch.arange(-5, 600)
    arrays["t5/distances"] = distances.numpy().astype(np.int16)
    for n_buckets, max_distance in T5_SETTINGS:
        buckets = T5Attention._relative_position_bucket(
            -distances, bidirectional=False, num_buckets=n_buckets, max_distance=max_distance
        )
        arrays[f"t5/{n_buckets}/{max_distance}"] = buckets.numpy().astype(np.int16)

    torch.manual_seed(5)
    config = T5Config(num_heads=3, d_model=24, d_kv=8, is_decoder=True)
    attention = T5Attention(config, has_relative_attention_bias=True, layer_idx=0)
    table = torch.randn(32, 3)
    attention.relative_attention_bias.weight.data = table
    arrays["t5/table"] = table.numpy()
    with torch.no_grad():
        bias = attention.compute_bias(200, 200)[0]
    arrays["t5/bias"] = bias[:, ::40].numpy()


def add_sinusoids(arrays):
    arrays["sinusoidal/interleaved"] = create_sinusoidal_embeddings(
        200, 12, torch.empty(200, 12)
    ).numpy()
    arrays["sinusoidal/concatenated"] = (
        MarianSinusoidalPositionalEmbedding(200, 12).create_weight().numpy()
    )


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()  # it warns of settings that no model uses
    main()
