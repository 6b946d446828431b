"""Activations and their derivatives, far out and at their kinks.

Roles: input, output, cotangent, inputGradient. The element-wise ones share one grid.
"""

import torch
from torch.nn import functional as F

from .writer import Golden, generator, normal


def grid():
    """Fine near 0, then ever coarser up to ±10⁴; the kinks 0, ±1, ±3 are on it."""
    fine = torch.arange(-64, 65) / 8
    far = torch.tensor([10, 12.5, 20, 30, 50, 80, 87, 88, 89, 100, 104, 500, 1000, 1e4])
    tiny = torch.tensor([1e-8, 1e-4, 0.01])
    return torch.cat([-far.flip(0), fine, -tiny, tiny, far]).float()


ELEMENTWISE = [
    ("sigmoid", {}, torch.sigmoid),
    ("tanh", {}, torch.tanh),
    ("relu", {}, F.relu),
    ("leakyReLU", {"slope": 0.01}, lambda x: F.leaky_relu(x, 0.01)),
    ("leakyReLU", {"slope": 0.2}, lambda x: F.leaky_relu(x, 0.2)),
    ("elu", {"alpha": 1.0}, F.elu),
    ("elu", {"alpha": 0.5}, lambda x: F.elu(x, 0.5)),
    ("selu", {}, F.selu),
    ("gelu", {"approximation": "none"}, F.gelu),
    ("gelu", {"approximation": "tanh"}, lambda x: F.gelu(x, approximate="tanh")),
    ("silu", {}, F.silu),
    ("softplus", {}, F.softplus),
    ("hardSigmoid", {}, F.hardsigmoid),
    ("hardSwish", {}, F.hardswish),
    ("mish", {}, F.mish),
]


def make():
    golden = Golden()
    for kind, options, function in ELEMENTWISE:
        name = " ".join([kind, *(f"{k} {v}" for k, v in options.items())])
        record(golden, name, kind, options, function, grid(), ones=True)
    for shape, axis, scale in [([3, 5], -1, 1), ([3, 5], 0, 1), ([2, 3, 4], 1, 3), ([1], 0, 1),
                               ([2, 7], 1, 1e4), ([2, 3, 2], -3, 100), ([4, 33], 1, 5)]:
        for kind, function in [("softmax", F.softmax), ("logSoftmax", F.log_softmax)]:
            name = f"{kind} {shape} along {axis} scale {scale:g}"
            x = normal(generator(name), *shape, scale=scale)
            record(golden, name, kind, {"axis": axis}, lambda x: function(x, dim=axis), x)
    for kind, function in [("softmax", F.softmax), ("logSoftmax", F.log_softmax)]:
        x = torch.tensor([[1e4, 0, -1e4], [1e4, 1e4, 1e4], [-1e4, -1e4, 0]])
        record(golden, f"{kind} of huge logits", kind, {"axis": -1},
               lambda x: function(x, dim=-1), x)
    return golden


def record(golden, name, kind, options, function, x, ones=False):
    x = x.clone().requires_grad_()
    y = function(x)
    cotangent = torch.ones_like(y) if ones else normal(generator(name + " cotangent"), *y.shape)
    y.backward(cotangent)
    golden.add(name, kind, options,
               {"input": x, "output": y, "cotangent": cotangent, "inputGradient": x.grad})
