"""Initializers: random, so what is compared is their spread, not their values.

Each case's options hold the shape and the bound (uniform) or standard deviation (normal) that
PyTorch computes; LeCun's is written out: a variance of 1 / fan-in.
"""

import math

import torch
from torch.nn import init

from .writer import Golden

SHAPES = [[4, 7], [8, 3, 5], [6, 4, 3, 3], [1, 16]]


def make():
    golden = Golden()
    for shape in SHAPES:
        fan_in, fan_out = init._calculate_fan_in_and_fan_out(torch.empty(shape))
        deviations = {
            "xavier": math.sqrt(2 / (fan_in + fan_out)),
            "lecun": math.sqrt(1 / fan_in),
        }
        for mode, fan in [("fanIn", fan_in), ("fanOut", fan_out)]:
            for slope in (0, math.sqrt(5)):
                gain = init.calculate_gain("leaky_relu", slope)
                deviations[f"kaiming {mode} {slope:.3g}"] = gain / math.sqrt(fan)
        for name, deviation in deviations.items():
            kind, *rest = name.split()
            options = dict(shape=shape, deviation=deviation, bound=deviation * math.sqrt(3))
            if rest:
                options |= dict(mode=rest[0], slope=float(0 if rest[1] == "0" else math.sqrt(5)))
            golden.add(f"{name} {shape}", kind, options, {"shape": torch.tensor(shape)})
    for kind in ("linear", "sigmoid", "tanh", "relu", "selu"):
        gain = init.calculate_gain(kind)
        golden.add(f"gain of {kind}", "gain", dict(activation=kind, gain=float(gain)), {})
    return golden
