"""Times PyTorch's scaled_dot_product_attention beside `make benchmarks ARGUMENTS=attention`.

usage: python3 Scripts/attention_peers.py [--threads N]

Needs `pip install torch==2.13.0+cpu`. Prints, for 1,024, 2,048 and 4,096 tokens of eight causal
heads of 64, the least of five times of the forward pass, of forward and gradient, and of a training
step of a layer of width 512.
"""

import argparse
import time

import torch
from torch import nn
from torch.nn import functional as F


def least(body):
    body()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.input = nn.Linear(512, 3 * 512)
        self.output = nn.Linear(512, 512)

    def forward(self, x):
        q, k, v = self.input(x).view(1, -1, 3, 8, 64).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.output(y.transpose(1, 2).reshape(x.shape))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    layer = Layer()
    for count in [1024, 2048, 4096]:
        q, k, v = (torch.randn(1, 8, count, 64, requires_grad=True) for _ in range(3))
        x = torch.randn(1, count, 512)

        def forward():
            with torch.inference_mode():
                F.scaled_dot_product_attention(q, k, v, is_causal=True)

        def both():
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True).sum()
            torch.autograd.grad(y, [q, k, v])

        def step():
            torch.autograd.grad(layer(x).square().mean(), list(layer.parameters()))

        print(f"{count} tokens: forward {least(forward):.1f} ms, and gradient {least(both):.1f} "
              f"ms, training step of the layer {least(step):.1f} ms")


if __name__ == "__main__":
    main()
