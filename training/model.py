"""The tiny transformer, in PyTorch, as it is trained; rope_lessons.trained.tiny runs it."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from rope_lessons import schemes
from rope_lessons.trained import needles

WIDTH, N_HEADS, N_LAYERS, HIDDEN = 64, 2, 2, 256
HEAD_DIM = WIDTH // N_HEADS
T5_BUCKETS = 32


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.RMSNorm(WIDTH, eps=1e-5)
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(4))
        self.norm2 = nn.RMSNorm(WIDTH, eps=1e-5)
        self.up = nn.Linear(WIDTH, HIDDEN, bias=False)
        self.down = nn.Linear(HIDDEN, WIDTH, bias=False)
        for layer, spread in (
            *((layer, 0.08) for layer in (self.q, self.k, self.v)),
            (self.o, 0.02),
            (self.up, WIDTH**-0.5),
            (self.down, 0.02),
        ):
            nn.init.normal_(layer.weight, std=spread)

    def forward(self, h, attend):
        batch, seq, _ = h.shape
        x = self.norm1(h)
        q, k, v = (
            layer(x).view(batch, seq, N_HEADS, HEAD_DIM).transpose(1, 2)
            for layer in (self.q, self.k, self.v)
        )
        mixed = attend(q, k, v).transpose(1, 2).reshape(batch, seq, WIDTH)
        h = h + self.o(mixed)
        return h + self.down(F.gelu(self.up(self.norm2(h)), approximate="tanh"))


class TinyTransformer(nn.Module):
    """``settings``: scheme, train_length, and base (rope) or slope_scale (alibi).

    ``frequencies`` (inv_freq and attention_factor) rescales a rope model; see
    rope_lessons/scaling.py.
    """

    def __init__(self, settings, frequencies=None):
        super().__init__()
        self.settings, self.frequencies = settings, frequencies
        scheme, length = settings["scheme"], settings["train_length"]
        self.embedding = nn.Embedding(len(needles.ALPHABET), WIDTH)
        nn.init.normal_(self.embedding.weight, std=0.5 if scheme == "sinusoidal" else 0.1)
        self.blocks = nn.ModuleList(Block() for _ in range(N_LAYERS))
        self.norm = nn.RMSNorm(WIDTH, eps=1e-5)
        self.head = nn.Linear(WIDTH, len(needles.ALPHABET), bias=False)
        nn.init.normal_(self.head.weight, std=0.02)
        if scheme == "learned":
            self.positions = nn.Parameter(0.1 * torch.randn(length, WIDTH))
        if scheme == "t5":
            self.bias = nn.Parameter(torch.zeros(T5_BUCKETS, N_HEADS))

    def forward(self, tokens):
        """(batch, seq) tokens to (batch, seq, symbols) logits."""
        seq = tokens.shape[1]
        h = self.embedding(tokens)
        scheme = self.settings["scheme"]
        if scheme == "learned":
            h = h + F.pad(self.positions, (0, 0, 0, max(0, seq - len(self.positions))))[:seq]
        if scheme == "sinusoidal":
            h = h + torch.tensor(schemes.sinusoidal_table(seq, WIDTH), dtype=h.dtype)
        attend = self.attention(seq)
        for block in self.blocks:
            h = block(h, attend)
        return self.head(self.norm(h))

    def attention(self, seq):
        """Causal attention with what the scheme does to scores, for this length."""
        distance = torch.arange(seq)[:, None] - torch.arange(seq)
        bias = torch.zeros(seq, seq).masked_fill(distance < 0, -math.inf)
        seen = distance.clamp(min=0)
        if self.settings["scheme"] == "alibi":
            slopes = torch.tensor(schemes.alibi_slopes(N_HEADS), dtype=torch.float32)
            bias = bias - self.settings["slope_scale"] * slopes[:, None, None] * seen
        if self.settings["scheme"] == "t5":
            bucket = schemes.t5_bucket(seen.numpy(), T5_BUCKETS, self.settings["train_length"])
            bias = bias + self.bias[torch.from_numpy(bucket)].permute(2, 0, 1)
        turn = self.turning(seq) if self.settings["scheme"] == "rope" else None

        def attend(q, k, v):
            if turn is not None:
                q, k = turn(q), turn(k)
            return F.scaled_dot_product_attention(q, k, v, attn_mask=bias)

        return attend

    def turning(self, seq):
        """RoPE for this length: angles in float64, as in the package, the turn in float32."""
        inv_freq = torch.as_tensor(self.frequencies.inv_freq, dtype=torch.float64)
        angles = torch.arange(seq, dtype=torch.float64)[:, None] * inv_freq
        cos, sin = (
            (self.frequencies.attention_factor * part).float()
            for part in (angles.cos(), angles.sin())
        )

        def turn(x):
            x, y = x[..., 0::2], x[..., 1::2]
            return torch.stack([x * cos - y * sin, x * sin + y * cos], dim=-1).flatten(-2)

        return turn
