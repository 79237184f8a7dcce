"""Write rope.npz: what Transformers computes, for mathematics/test_reference.py.

    pip install --group reference numpy     (pip 25.1 or newer)
    python tests/reference/make.py

Rotations are stored for float64 vectors with cosines and sines taken in float64 from Transformers'
own float32 frequencies: then what is compared is pairing and sign, not float32 rounding. One case
goes through Transformers as it is, in float32, at small positions.
"""

from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import GPTNeoXConfig, LlamaConfig, PhiConfig
from transformers.models.gpt_neox import modeling_gpt_neox as neox
from transformers.models.gptj import modeling_gptj as gptj
from transformers.models.llama import modeling_llama as llama
from transformers.models.phi import modeling_phi as phi

POSITIONS = [0, 3, 17, 250, 3001]
HEADS = 2


def main():
    arrays = {
        "versions": np.array(
            [
                f"transformers {transformers.__version__}",
                f"torch {torch.__version__}",
                f"numpy {np.__version__}",
            ]
        )
    }
    for head_dim, base in [(8, 123.0), (64, 1e4), (128, 1e4), (128, 5e5), (256, 1e4)]:
        arrays[f"inv_freq/{head_dim}/{base:g}"] = llama_frequencies(head_dim, base).numpy()
    arrays["inv_freq/neox-20b"] = neox_frequencies(96, 0.25).numpy()
    arrays["inv_freq/phi-2"] = phi_frequencies(80, 0.4).numpy()

    add(arrays, "half_split", 16, llama_frequencies(16, 500.0), rotate_llama)
    add(arrays, "half_split_partial", 96, neox_frequencies(96, 0.25), rotate_neox)
    add(arrays, "interleaved", 16, llama_frequencies(16, 500.0), rotate_gptj)
    add(arrays, "interleaved_partial", 256, gptj_frequencies(64), rotate_gptj)
    add_float32(arrays)
    np.savez_compressed(Path(__file__).with_name("rope.npz"), **arrays)


def add(arrays, name, head_dim, inv_freq, rotate):
    """Random q and k, turned, and their scores."""
    generator = torch.Generator().manual_seed(len(name))
    shape = (1, HEADS, len(POSITIONS), head_dim)
    q, k = torch.randn(2, *shape, generator=generator, dtype=torch.float64)
    angles = torch.tensor(POSITIONS, dtype=torch.float64)[:, None] * inv_freq.double()
    turned_q, turned_k = rotate(q, k, angles)
    found = {"q": q, "k": k, "turned_q": turned_q, "turned_k": turned_k}
    found["scores"] = turned_q @ turned_k.transpose(-1, -2)
    for key, value in found.items():
        arrays[f"{name}/{key}"] = value[0].numpy()
    arrays[f"{name}/inv_freq"] = inv_freq.numpy()
    arrays[f"{name}/positions"] = np.array(POSITIONS)


def add_float32(arrays):
    """Transformers' Llama, untouched, at positions 0 to 15."""
    generator = torch.Generator().manual_seed(32)
    q, k = torch.randn(2, 1, HEADS, 16, 32, generator=generator)
    rotary = llama.LlamaRotaryEmbedding(llama_config(32, 1e4))
    cos, sin = rotary(q, torch.arange(16)[None])
    turned_q, turned_k = llama.apply_rotary_pos_emb(q, k, cos, sin)
    for key, value in {"q": q, "k": k, "turned_q": turned_q, "turned_k": turned_k}.items():
        arrays[f"float32/{key}"] = value[0].numpy()


def llama_config(head_dim, base):
    return LlamaConfig(
        hidden_size=4 * head_dim,
        num_attention_heads=4,
        head_dim=head_dim,
        rope_parameters={"rope_type": "default", "rope_theta": base},
    )


def llama_frequencies(head_dim, base):
    return llama.LlamaRotaryEmbedding(llama_config(head_dim, base)).inv_freq


def neox_frequencies(head_dim, fraction):
    parameters = {
        "rope_type": "default",
        "rope_theta": 10000.0,
        "partial_rotary_factor": fraction,
    }
    config = GPTNeoXConfig(
        hidden_size=4 * head_dim, num_attention_heads=4, rope_parameters=parameters
    )
    return neox.GPTNeoXRotaryEmbedding(config).inv_freq


def phi_frequencies(head_dim, fraction):
    parameters = {
        "rope_type": "default",
        "rope_theta": 10000.0,
        "partial_rotary_factor": fraction,
    }
    config = PhiConfig(hidden_size=4 * head_dim, num_attention_heads=4, rope_parameters=parameters)
    return phi.PhiRotaryEmbedding(config).inv_freq


def gptj_frequencies(rotary_dim):
    """GPT-J keeps sines, not frequencies; position 1 of its table is sin θ, and θ ≤ 1 < π/2."""
    table = gptj.create_sinusoidal_positions(2, rotary_dim)
    return torch.asin(table[1, : rotary_dim // 2].double())


def rotate_llama(q, k, angles):
    doubled = torch.cat([angles, angles], dim=-1)[None]
    return llama.apply_rotary_pos_emb(q, k, doubled.cos(), doubled.sin())


def rotate_neox(q, k, angles):
    doubled = torch.cat([angles, angles], dim=-1)[None]
    return neox.apply_rotary_pos_emb(q, k, doubled.cos(), doubled.sin())


def rotate_gptj(q, k, angles):
    """GPT-J turns the first entries of each head and joins the rest behind, as its forward does."""
    rotary_dim = 2 * angles.shape[-1]

    def rotate(x):
        x = x.transpose(1, 2)  # (batch, seq, heads, head_dim), as GPT-J has it
        turned = gptj.apply_rotary_pos_emb(
            x[..., :rotary_dim], angles.sin()[None], angles.cos()[None]
        )
        return torch.cat([turned, x[..., rotary_dim:]], dim=-1).transpose(1, 2)

    return rotate(q), rotate(k)


if __name__ == "__main__":
    main()
