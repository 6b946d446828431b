"""Tokens per second of PyTorch's own loop with a cache, beside `benchmarks generation`.

The GPT of `examples shakespeare-gpt` (4 layers, 4 heads, width 128, context 64), one sequence, 63
tokens from an empty cache, each drawn from softmax: the best of 20 rounds, eager and, with
--compile, by torch.compile.

    python3 Scripts/generation_peer.py [--threads 2] [--compile]
"""

import argparse
import time

import torch
from torch import nn
from torch.nn import functional

VOCABULARY, CONTEXT, WIDTH, LAYERS, HEADS = 65, 64, 128, 4, 4
COUNT = CONTEXT - 1


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.c_attn = nn.Linear(WIDTH, 3 * WIDTH)
        self.c_proj = nn.Linear(WIDTH, WIDTH)
        self.ln_2 = nn.LayerNorm(WIDTH)
        self.c_fc = nn.Linear(WIDTH, 4 * WIDTH)
        self.c_out = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x, keys, values, place):
        """A token [1, 1, width]; keys and values [1, heads, context, size] are written at `place`."""
        parts = self.c_attn(self.ln_1(x)).view(1, 1, 3, HEADS, WIDTH // HEADS)
        query, key, value = (parts[:, :, i].transpose(1, 2) for i in range(3))
        keys[:, :, place:place + 1] = key
        values[:, :, place:place + 1] = value
        mixed = functional.scaled_dot_product_attention(
            query, keys[:, :, :place + 1], values[:, :, :place + 1])
        x = x + self.c_proj(mixed.transpose(1, 2).reshape(1, 1, WIDTH))
        return x + self.c_out(functional.gelu(self.c_fc(self.ln_2(x))))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte = nn.Embedding(VOCABULARY, WIDTH)
        self.wpe = nn.Embedding(CONTEXT, WIDTH)
        self.h = nn.ModuleList(Block() for _ in range(LAYERS))
        self.ln_f = nn.LayerNorm(WIDTH)

    def forward(self, token, caches, place):
        x = self.wte(token) + self.wpe.weight[place]
        for block, (keys, values) in zip(self.h, caches):
            x = block(x, keys, values, place)
        return functional.linear(self.ln_f(x[:, -1]), self.wte.weight)


def generate(model):
    shape = (1, HEADS, CONTEXT, WIDTH // HEADS)
    caches = [(torch.zeros(shape), torch.zeros(shape)) for _ in range(LAYERS)]
    token = torch.zeros(1, 1, dtype=torch.long)
    for place in range(COUNT):
        probabilities = functional.softmax(model(token, caches, place), dim=-1)
        token = torch.multinomial(probabilities, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    model = GPT().eval()
    step = torch.compile(model, dynamic=True) if arguments.compile else model
    best = float("inf")
    with torch.inference_mode():
        generate(step)
        for _ in range(20):
            start = time.perf_counter()
            generate(step)
            best = min(best, time.perf_counter() - start)
    print(f"PyTorch {torch.__version__}, {arguments.threads} threads: {COUNT / best:.0f} tokens/s")


if __name__ == "__main__":
    main()
