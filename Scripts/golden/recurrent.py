"""Recurrent layers and cells: outputs, last states and all gradients for random cotangents.

Roles: input, state (and cell of LSTM), lengths; output, endState, endCell; outputCotangent,
stateCotangent, cellCotangent; inputGradient, stateGradient, cellGradient; parameter.<name> and
gradient.<name> by PyTorch's names. Sequences of different lengths are packed for PyTorch.
"""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .writer import Golden, generator, normal

KINDS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU,
         "RNNCell": nn.RNNCell, "LSTMCell": nn.LSTMCell, "GRUCell": nn.GRUCell}


def fill(source, module):
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(normal(source, *p.shape, scale=0.5))


def record(golden, name, kind, options, module, tensors, inputs, outputs):
    """Differentiates `outputs`, a dictionary, by `inputs`, another, and adds the case."""
    source = generator(name + " cotangents")
    cotangents = [normal(source, *y.shape) for y in outputs.values()]
    torch.autograd.backward(list(outputs.values()), cotangents)
    ends = {"output": "output", "endState": "state", "endCell": "cell"}
    tensors = tensors | inputs | outputs
    tensors |= {f"{ends[n]}Cotangent": c for n, c in zip(outputs, cotangents)}
    tensors |= {f"{n}Gradient": x.grad for n, x in inputs.items()}
    for n, p in module.named_parameters():
        tensors |= {f"parameter.{n}": p, f"gradient.{n}": p.grad}
    golden.add(name, kind, options, tensors)


def layer(golden, name, kind, shape, hidden, lengths=None, state=True, **changes):
    """`shape` is that of the input as the layer takes it."""
    o = dict(layers=1, bidirectional=False, bias=True, batchFirst=False) | changes
    source = generator(name)
    extra = {} if "projection" not in o else {"proj_size": o["projection"]}
    extra |= {"nonlinearity": o["nonlinearity"]} if "nonlinearity" in o else {}
    module = KINDS[kind](shape[-1], hidden, o["layers"], bias=o["bias"],
                         batch_first=o["batchFirst"], bidirectional=o["bidirectional"], **extra)
    fill(source, module)
    inputs = {"input": normal(source, *shape).requires_grad_()}
    x = inputs["input"]
    batch = [] if len(shape) == 2 else [shape[0 if o["batchFirst"] else 1]]
    rows = o["layers"] * (2 if o["bidirectional"] else 1)
    start = None
    if state:
        width = o.get("projection", hidden)
        inputs["state"] = normal(source, rows, *batch, width, scale=0.5).requires_grad_()
        start = inputs["state"]
        if kind == "LSTM":
            inputs["cell"] = normal(source, rows, *batch, hidden, scale=0.5).requires_grad_()
            start = (inputs["state"], inputs["cell"])
    time = shape[1 if o["batchFirst"] and batch else 0]
    if lengths:
        x = pack_padded_sequence(x, torch.tensor(lengths), o["batchFirst"], enforce_sorted=False)
    y, end = module(x, start)
    if lengths:
        y, _ = pad_packed_sequence(y, o["batchFirst"], total_length=time)
    outputs = {"output": y, "endState": end[0] if kind == "LSTM" else end}
    if kind == "LSTM":
        outputs["endCell"] = end[1]
    options = o | {"inputs": shape[-1], "hidden": hidden}
    record(golden, name, kind, options, module,
           {"lengths": torch.tensor(lengths)} if lengths else {}, inputs, outputs)


def layers(golden):
    for kind in ("LSTM", "GRU", "RNN"):
        layer(golden, f"{kind} from zeros", kind, [5, 3, 4], 6, state=False)
        layer(golden, f"{kind} one step", kind, [1, 2, 3], 4, state=False)
        layer(golden, f"{kind} of one sequence", kind, [4, 3], 5)
        layer(golden, f"{kind} of two layers", kind, [6, 2, 3], 5, layers=2)
        layer(golden, f"{kind} in both directions", kind, [4, 3, 2], 3, bidirectional=True)
        layer(golden, f"{kind} batch first without bias", kind, [3, 5, 4], 4, bias=False,
              batchFirst=True)
        layer(golden, f"{kind} of different lengths", kind, [5, 4, 3], 4, lengths=[3, 5, 1, 4])
        layer(golden, f"{kind} of different lengths in both directions", kind, [3, 6, 2], 4,
              layers=2, bidirectional=True, batchFirst=True, lengths=[6, 2, 5])
        layer(golden, f"{kind} of short sequences from zeros", kind, [5, 2, 3], 3, lengths=[2, 4],
              bidirectional=True, state=False)
        layer(golden, f"{kind} of 150 steps", kind, [150, 2, 2], 3, lengths=[150, 140],
              bidirectional=True)
    layer(golden, "RNN with ReLU", "RNN", [5, 2, 3], 4, layers=2, nonlinearity="relu")
    layer(golden, "RNN with ReLU of different lengths", "RNN", [4, 3, 2], 3, bidirectional=True,
          lengths=[4, 1, 3], nonlinearity="relu")
    layer(golden, "LSTM with projection", "LSTM", [5, 3, 4], 6, projection=2)
    layer(golden, "LSTM with projection of different lengths", "LSTM", [4, 3, 2], 5, layers=2,
          bidirectional=True, projection=3, lengths=[2, 4, 3])


def cells(golden):
    for kind in ("LSTMCell", "GRUCell", "RNNCell"):
        for shape, state, bias in [([3, 4], True, True), ([1, 2], False, False), ([3], True, True)]:
            name = f"{kind} {shape} state {state} bias {bias}"
            source = generator(name)
            module = KINDS[kind](shape[-1], 5, bias=bias)
            fill(source, module)
            inputs = {"input": normal(source, *shape).requires_grad_()}
            start = None
            if state:
                inputs["state"] = normal(source, *shape[:-1], 5).requires_grad_()
                start = inputs["state"]
                if kind == "LSTMCell":
                    inputs["cell"] = normal(source, *shape[:-1], 5).requires_grad_()
                    start = (inputs["state"], inputs["cell"])
            end = module(inputs["input"], start)
            outputs = {"endState": end[0] if kind == "LSTMCell" else end}
            if kind == "LSTMCell":
                outputs["endCell"] = end[1]
            record(golden, name, kind, {"inputs": shape[-1], "hidden": 5, "bias": bias}, module,
                   {}, inputs, outputs)


def make():
    golden = Golden()
    layers(golden)
    cells(golden)
    return golden
