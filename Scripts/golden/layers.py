"""Layers: output, input gradient and parameter gradients for a random cotangent.

Roles: input, output, cotangent, inputGradient; parameter.<name> and gradient.<name> by PyTorch's
names; buffer.<name> before and after.<name> after a forward pass in training mode.
"""

import torch
from torch import nn

from .writer import Golden, generator, integers, normal, uniform


def layer(golden, name, kind, module, shape, options, training=False):
    """Runs `module` on a random input of `shape` and records everything about it."""
    source = generator(name)
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(normal(source, *p.shape, scale=0.5))
        for n, b in module.named_buffers():
            if b.dtype.is_floating_point:
                positive = "var" in n
                b.copy_(uniform(source, *b.shape, low=0.5 if positive else -1, high=1.5))
    module.train(training)
    tensors = {}
    if isinstance(shape, torch.Tensor):
        x = shape
    else:
        x = normal(source, *shape).requires_grad_()
    tensors["input"] = x
    for n, p in module.named_parameters():
        tensors[f"parameter.{n}"] = p
    for n, b in module.named_buffers():
        if b.dtype.is_floating_point:
            tensors[f"buffer.{n}"] = b.clone()
    y = module(x)
    cotangent = normal(source, *y.shape)
    y.backward(cotangent)
    tensors |= {"output": y, "cotangent": cotangent, "inputGradient": x.grad}
    for n, p in module.named_parameters():
        tensors[f"gradient.{n}"] = p.grad
    if training:
        for n, b in module.named_buffers():
            if b.dtype.is_floating_point:
                tensors[f"after.{n}"] = b
    golden.add(name, kind, options, tensors)


def linear(golden):
    for shape, outputs, bias in [([3, 5], 4, True), ([1, 1], 1, False), ([2, 3, 7], 2, True),
                                 ([7], 3, True), ([2, 1, 3, 4], 6, False), ([0, 4], 2, True)]:
        layer(golden, f"linear {shape} to {outputs} bias {bias}", "Linear",
              nn.Linear(shape[-1], outputs, bias=bias), shape,
              {"inputs": shape[-1], "outputs": outputs, "bias": bias})


def convolutions(golden):
    plain = dict(stride=1, padding=0, dilation=1, groups=1, bias=True)
    # spatial axes, input shape, outputs, kernel, what differs from `plain`
    cases = [
        (1, [2, 3, 11], 4, [3], {}),
        (1, [1, 4, 9], 6, [4], dict(stride=[2], padding=[3], dilation=[2], groups=2)),
        (1, [2, 3, 8], 3, [5], dict(padding="same", groups=3, bias=False)),
        (1, [2, 2, 7], 3, [4], dict(padding="same")),
        (2, [2, 1, 8, 8], 3, [3, 3], {}),
        (2, [1, 1, 5, 5], 1, [1, 1], dict(bias=False)),
        (2, [2, 3, 7, 9], 5, [3, 2], dict(stride=[2, 1], padding=[1, 2])),
        (2, [1, 4, 9, 8], 6, [3, 3], dict(dilation=[2, 3], padding=[2, 3], groups=2)),
        (2, [2, 6, 5, 7], 6, [3, 3], dict(padding=1, groups=6, bias=False)),
        (2, [1, 3, 7, 6], 6, [3, 5], dict(stride=2, padding=2, groups=3)),
        (2, [2, 3, 6, 5], 4, [2, 3], dict(padding="same", dilation=[1, 2])),
        (2, [1, 17, 6, 6], 9, [1, 1], dict(stride=2)),
        (2, [1, 8, 5, 5], 16, [5, 5], {}),
    ]
    for number, (rank, shape, outputs, kernel, changes) in enumerate(cases):
        o = expand(plain | changes, rank)
        module = (nn.Conv1d if rank == 1 else nn.Conv2d)(shape[1], outputs, kernel, **o)
        layer(golden, f"convolution {number} {shape}", f"Conv{rank}D", module, shape,
              {"inputs": shape[1], "outputs": outputs, "kernel": kernel} | o)


def transposed_convolutions(golden):
    plain = dict(stride=1, padding=0, output_padding=0, dilation=1, groups=1, bias=True)
    cases = [
        (1, [2, 3, 5], 4, [3], {}),
        (1, [1, 4, 6], 6, [4], dict(stride=3, padding=2, output_padding=1, groups=2)),
        (1, [2, 3, 4], 3, [3], dict(stride=2, dilation=2, groups=3, bias=False)),
        (2, [2, 3, 4, 4], 2, [3, 3], {}),
        (2, [1, 2, 3, 5], 4, [2, 2], dict(stride=2, bias=False)),
        (2, [2, 4, 4, 3], 6, [3, 4],
         dict(stride=[2, 3], padding=[1, 2], output_padding=[1, 2], groups=2)),
        (2, [1, 3, 4, 5], 6, [3, 3], dict(stride=2, padding=1, output_padding=1, groups=3)),
        (2, [1, 2, 5, 4], 3, [2, 3], dict(dilation=[3, 2], padding=1)),
    ]
    for number, (rank, shape, outputs, kernel, changes) in enumerate(cases):
        o = expand(plain | changes, rank)
        kind = nn.ConvTranspose1d if rank == 1 else nn.ConvTranspose2d
        module = kind(shape[1], outputs, kernel, **o)
        o["outputPadding"] = o.pop("output_padding")
        layer(golden, f"transposed convolution {number} {shape}", f"ConvTranspose{rank}D", module,
              shape, {"inputs": shape[1], "outputs": outputs, "kernel": kernel} | o)


def expand(options, rank):
    """Lengths for every spatial axis where one number stands for all."""
    spread = ("stride", "padding", "output_padding", "dilation", "kernel")
    return {k: [v] * rank if k in spread and isinstance(v, int) else v for k, v in options.items()}


def pooling(golden):
    maximum = [
        (1, [2, 3, 9], dict(kernel=2)),
        (1, [1, 2, 10], dict(kernel=3, stride=2, padding=1, dilation=2)),
        (2, [2, 3, 8, 6], dict(kernel=2)),
        (2, [1, 2, 7, 9], dict(kernel=[3, 2], stride=[2, 1], padding=[1, 0])),
        (2, [1, 2, 9, 9], dict(kernel=3, stride=1, padding=1, dilation=2)),
        (2, [2, 1, 7, 5], dict(kernel=2, stride=2, ceiling=True)),
    ]
    for number, (rank, shape, changes) in enumerate(maximum):
        o = dict(stride=changes["kernel"], padding=0, dilation=1, ceiling=False) | changes
        o = expand(o, rank)
        module = (nn.MaxPool1d if rank == 1 else nn.MaxPool2d)(
            o["kernel"], o["stride"], o["padding"], o["dilation"], ceil_mode=o["ceiling"])
        layer(golden, f"max pooling {number}", f"MaxPool{rank}D", module, shape, o)
    average = [
        (1, [2, 3, 9], dict(kernel=2)),
        (1, [1, 2, 10], dict(kernel=3, stride=2, padding=1)),
        (1, [1, 2, 10], dict(kernel=3, stride=2, padding=1, countsPadding=False)),
        (2, [2, 3, 8, 6], dict(kernel=2)),
        (2, [1, 2, 7, 9], dict(kernel=[3, 2], stride=[2, 1], padding=1)),
        (2, [1, 2, 7, 9], dict(kernel=[3, 2], stride=[2, 1], padding=1, countsPadding=False)),
        (2, [2, 1, 7, 5], dict(kernel=2, stride=2, ceiling=True, countsPadding=False)),
    ]
    for number, (rank, shape, changes) in enumerate(average):
        o = dict(stride=changes["kernel"], padding=0, ceiling=False, countsPadding=True) | changes
        o = expand(o, rank)
        module = (nn.AvgPool1d if rank == 1 else nn.AvgPool2d)(
            o["kernel"], o["stride"], o["padding"], ceil_mode=o["ceiling"],
            count_include_pad=o["countsPadding"])
        layer(golden, f"average pooling {number}", f"AveragePool{rank}D", module, shape, o)
    adaptive = [(1, [2, 3, 9], [4]), (1, [1, 2, 5], [5]), (2, [2, 3, 7, 5], [3, 2]),
                (2, [1, 2, 6, 8], [3, 4]), (2, [1, 2, 4, 3], [6, 3])]
    for number, (rank, shape, output) in enumerate(adaptive):
        mean, largest = [(nn.AdaptiveAvgPool1d, nn.AdaptiveMaxPool1d),
                         (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)][rank - 1]
        layer(golden, f"adaptive average pooling {number}", f"AdaptiveAveragePool{rank}D",
              mean(output), shape, {"output": output})
        layer(golden, f"adaptive max pooling {number}", f"AdaptiveMaxPool{rank}D",
              largest(output), shape, {"output": output})
    for shape in ([2, 3, 5, 4], [1, 2, 7]):
        rank = len(shape) - 2
        axes = tuple(range(2, len(shape)))
        layer(golden, f"global average pooling {shape}", f"GlobalAveragePool{rank}D",
              Function(lambda x, a=axes: x.mean(a)), shape, {})
        layer(golden, f"global max pooling {shape}", f"GlobalMaxPool{rank}D",
              Function(lambda x, a=axes: x.amax(a)), shape, {})


class Function(nn.Module):
    """A function of the input as a module without parameters."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x)


def normalization(golden):
    for shape in ([4, 3], [2, 5], [3, 2, 6], [2, 4, 3, 5], [1, 3, 2, 2]):
        kind = "BatchNorm2D" if len(shape) == 4 else "BatchNorm1D"
        make = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
        for affine, training, momentum in [(True, True, 0.1), (True, False, 0.1),
                                           (False, True, 0.3), (False, False, 0.1)]:
            o = dict(features=shape[1], epsilon=1e-5, momentum=momentum, affine=affine)
            mode = "training" if training else "inference"
            layer(golden, f"batch normalization {shape} affine {affine} {mode}", kind,
                  make(shape[1], eps=1e-5, momentum=momentum, affine=affine), shape,
                  o | {"training": training}, training)
    for shape, axes, affine, bias in [([3, 5], 1, True, True), ([2, 3, 5], 2, True, True),
                                      ([2, 4, 7], 1, False, False), ([4, 1], 1, True, True),
                                      ([2, 3, 2, 3], 3, True, False), ([6], 1, True, True)]:
        o = dict(shape=shape[-axes:], epsilon=1e-5, affine=affine, bias=bias)
        layer(golden, f"layer normalization {shape} over {axes} affine {affine}", "LayerNorm",
              nn.LayerNorm(shape[-axes:], elementwise_affine=affine, bias=bias), shape, o)
    for shape, groups, affine in [([2, 6, 4], 3, True), ([1, 4, 3, 3], 1, True),
                                  ([2, 4, 3, 5], 4, True), ([3, 6], 2, True),
                                  ([2, 6, 2, 3], 2, False)]:
        layer(golden, f"group normalization {shape} in {groups} affine {affine}", "GroupNorm",
              nn.GroupNorm(groups, shape[1], affine=affine), shape,
              dict(groups=groups, channels=shape[1], epsilon=1e-5, affine=affine))
    for shape, affine in [([2, 3, 7], True), ([2, 3, 7], False), ([2, 3, 4, 5], True),
                          ([1, 2, 3, 3], False)]:
        rank = len(shape) - 2
        make = nn.InstanceNorm1d if rank == 1 else nn.InstanceNorm2d
        layer(golden, f"instance normalization {shape} affine {affine}", f"InstanceNorm{rank}D",
              make(shape[1], affine=affine), shape,
              dict(features=shape[1], epsilon=1e-5, affine=affine))
    for shape, axes, epsilon, affine in [([3, 5], 1, 1e-6, True), ([2, 3, 5], 2, 1e-5, True),
                                         ([2, 7], 1, torch.finfo(torch.float32).eps, False)]:
        layer(golden, f"rms normalization {shape} over {axes}", "RMSNorm",
              nn.RMSNorm(shape[-axes:], eps=epsilon, elementwise_affine=affine), shape,
              dict(shape=shape[-axes:], epsilon=epsilon, affine=affine))


def lookups(golden):
    for shape, count, width, padding in [([4], 5, 3, None), ([2, 3], 4, 1, None),
                                         ([3, 4], 6, 5, 2), ([], 3, 2, None)]:
        name = f"embedding {shape} of {count} padding {padding}"
        o = dict(count=count, width=width) | ({} if padding is None else {"padding": padding})
        indices = integers(generator(name + " indices"), count, *shape)
        layer(golden, name, "Embedding", nn.Embedding(count, width, padding_idx=padding),
              indices, o)


def others(golden):
    for shape, parameters in [([2, 5], 1), ([2, 5], 5), ([2, 3, 4], 3), ([1, 2, 3, 3], 2),
                              ([3, 2, 2, 2], 1)]:
        layer(golden, f"prelu {shape} with {parameters}", "PReLU", nn.PReLU(parameters), shape,
              {"parameters": parameters})
    for shape, start, end in [([2, 3, 4], 1, -1), ([2, 3, 4, 5], 1, 2), ([2, 3], 0, -1)]:
        layer(golden, f"flatten {shape} from {start} to {end}", "Flatten", nn.Flatten(start, end),
              shape, dict(start=start, end=end))


def make():
    golden = Golden()
    for part in (linear, convolutions, transposed_convolutions, pooling, normalization, lookups,
                 others):
        part(golden)
    return golden
