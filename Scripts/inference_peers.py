"""Times the forward pass of the models of `myelin bench --inference` in PyTorch and ONNX Runtime.

usage: python3 Scripts/inference_peers.py --mode MODE [--threads N] WORKLOAD ...

Needs `pip install torch==2.13.0+cpu onnx onnxruntime numpy`, and a C++ compiler for the compiled
modes. The modes are PyTorch's eager, channels-last, compiled and frozen (compiled with the weights
as constants), all under `torch.inference_mode`, and onnxruntime, with all graph optimizations.
Prints a line of the form `name batch 1.234 ms/pass (min 1.2)` for 1 and for 32 examples: the median
and the minimum of seven repetitions, after three passes that are not counted.
"""

import argparse
import io
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

MODES = ["eager", "channels-last", "compiled", "frozen", "onnxruntime"]
BATCHES = [1, 32]
VOCABULARY = 65


def dense(*sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), dense(9216, 128, 10),
    )


class Residual(nn.Module):
    """Two normalized convolutions beside a shortcut."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        return F.relu(self.inner(x) + self.shortcut(x))


def residual():
    stages = [(16, 16, 1), (16, 16, 1), (16, 16, 1), (16, 32, 2), (32, 32, 1), (32, 32, 1),
              (32, 64, 2), (64, 64, 1), (64, 64, 1)]
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        *(Residual(*stage) for stage in stages),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 128)
        self.layers = nn.LSTM(128, 256, 2, batch_first=True)
        self.output = nn.Linear(256, VOCABULARY)

    def forward(self, tokens):
        return self.output(self.layers(self.embedding(tokens))[0])


class Block(nn.Module):
    """Attention and two linear layers, each normalized before and added to its input."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.projections, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x):
        heads = self.projections(self.norm1(x)).unflatten(2, (3, self.heads, -1))
        queries, keys, values = heads.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        x = x + self.output(mixed.transpose(1, 2).flatten(2))
        return x + self.inner(self.norm2(x))


class Transformer(nn.Module):
    def __init__(self, width=256, heads=8, blocks=4, time=128):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, width)
        self.positions = nn.Parameter(0.02 * torch.randn(time, width))
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(blocks)))
        self.output = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, VOCABULARY, bias=False)
        )

    def forward(self, tokens):
        return self.output(self.blocks(self.embedding(tokens) + self.positions))


def numbers(*shape):
    return lambda batch: torch.rand(batch, *shape)


def tokens(time):
    return lambda batch: torch.randint(VOCABULARY, (batch, time))


# A model, and its inputs for a number of examples.
WORKLOADS = {
    "mlp": (lambda: dense(784, 512, 256, 10), numbers(784)),
    "mlp_big": (lambda: dense(1024, 2048, 2048, 10), numbers(1024)),
    "cnn": (convolutional, numbers(1, 28, 28)),
    "resnet20": (residual, numbers(3, 32, 32)),
    "lstm": (Recurrent, tokens(64)),
    "gpt": (Transformer, tokens(128)),
}


def exported(model, x, threads):
    """The pass in ONNX Runtime."""
    import onnxruntime

    file = io.BytesIO()
    torch.onnx.export(model, (x,), file, input_names=["x"], opset_version=17, dynamo=False)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        file.getvalue(), options, providers=["CPUExecutionProvider"]
    )
    inputs = {"x": x.numpy()}
    return lambda: session.run(None, inputs)


def prepared(model, x, mode, threads):
    """The pass in one of the modes."""
    if mode == "onnxruntime":
        return exported(model, x, threads)
    if mode == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    if mode in ("compiled", "frozen"):
        from torch._inductor import config as inductor

        inductor.freezing = mode == "frozen"
        model = torch.compile(model, dynamic=False)
    return lambda: model(x)


def seconds(forward, count):
    start = time.perf_counter()
    for _ in range(count):
        forward()
    return (time.perf_counter() - start) / count


def main():
    parser = argparse.ArgumentParser(description="Times forward passes in other frameworks.")
    parser.add_argument("workload", nargs="+", choices=WORKLOADS)
    parser.add_argument("--mode", choices=MODES, required=True)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for name in arguments.workload:
        make_model, make_inputs = WORKLOADS[name]
        for batch in BATCHES:
            torch.manual_seed(0)
            model, x = make_model().eval(), make_inputs(batch)
            with torch.inference_mode(arguments.mode != "onnxruntime"):
                forward = prepared(model, x, arguments.mode, arguments.threads)
                for _ in range(3):
                    forward()
                count = max(1, int(0.2 / seconds(forward, 1)))
                times = [1e3 * seconds(forward, count) for _ in range(7)]
            median = statistics.median(times)
            print(f"{name} {batch} {median:.4f} ms/pass (min {min(times):.4f})", flush=True)


main()
