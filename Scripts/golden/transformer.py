"""Transformer layers and their stacks, without dropout: output and gradients for a random cotangent.

Roles: input, and of decoders memory, the encoder's states; mask and memoryMask, 1 where a query may
look; output, cotangent, inputGradient, memoryGradient; parameter.<name> and gradient.<name> by
PyTorch's names.
"""

import torch
from torch import nn

from .writer import Golden, generator, normal

PLAIN = dict(width=8, heads=2, hidden=12, normFirst=False, gelu=False, bias=True)


def causal(time, count=None):
    """1 where a query, below, may look at a key, to the right: those up to itself."""
    return torch.ones(time, count or time).tril()


def padding(lengths, queries, heads):
    """[batch, 1, queries, keys] of 1 up to each sequence's end."""
    keys = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    return keys[:, None, None].expand(-1, 1, queries, -1).to(torch.float32)


def additive(mask, batch, heads):
    """What PyTorch's layers take: 0 or −∞, [queries, keys] or [batch · heads, queries, keys]."""
    if mask is None:
        return None
    scores = torch.where(mask > 0, 0.0, float("-inf"))
    if mask.dim() == 2:
        return scores
    return scores.expand(batch, heads, -1, -1).reshape(batch * heads, *mask.shape[2:])


def arguments(o):
    return dict(d_model=o["width"], nhead=o["heads"], dim_feedforward=o["hidden"], dropout=0.0,
                activation="gelu" if o["gelu"] else "relu", norm_first=o["normFirst"],
                bias=o["bias"], batch_first=True)


def record(golden, kind, module, o, shape, memory_shape=None, mask=None, memory_mask=None):
    name = f"{kind} {shape} {memory_shape or ''} {len(golden.cases)}"
    source = generator(name)
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(normal(source, *p.shape, scale=0.5))
    x = normal(source, *shape).requires_grad_()
    masks = [additive(m, shape[0], o["heads"]) for m in (mask, memory_mask)]
    memory = None
    if memory_shape:
        memory = normal(source, *memory_shape).requires_grad_()
        y = module(x, memory, masks[0], masks[1])
    else:
        y = module(x, masks[0])
    cotangent = normal(source, *y.shape)
    y.backward(cotangent)
    tensors = {"input": x, "memory": memory, "mask": flags(mask), "memoryMask": flags(memory_mask),
               "output": y, "cotangent": cotangent, "inputGradient": x.grad,
               "memoryGradient": None if memory is None else memory.grad}
    for n, p in module.named_parameters():
        tensors[f"parameter.{n}"] = p
        tensors[f"gradient.{n}"] = p.grad
    golden.add(name, kind, o, tensors)


def flags(mask):
    return None if mask is None else mask.to(torch.int64)


def encoders(golden):
    for shape, mask, changes in [
            ([2, 5, 8], None, {}), ([2, 5, 8], None, dict(normFirst=True, gelu=True)),
            ([1, 1, 8], None, dict(heads=1)), ([3, 6, 8], causal(6), dict(normFirst=True)),
            ([2, 6, 12], padding([6, 2], 6, 3), dict(width=12, heads=3, gelu=True)),
            ([2, 4, 8], causal(4) * padding([4, 3], 4, 2), dict(bias=False, normFirst=True))]:
        o = PLAIN | changes
        record(golden, "TransformerEncoderLayer", nn.TransformerEncoderLayer(**arguments(o)), o,
               shape, mask=mask)
    for layers, norm, changes in [(2, True, dict(normFirst=True)), (3, False, dict(gelu=True))]:
        o = PLAIN | changes | dict(layers=layers, norm=norm)
        module = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(**arguments(o)), layers,
            nn.LayerNorm(o["width"]) if norm else None, enable_nested_tensor=False)
        record(golden, "TransformerEncoder", module, o, [2, 5, 8], mask=padding([5, 4], 5, 2))


def decoders(golden):
    for shape, memory, mask, memory_mask, changes in [
            ([2, 5, 8], [2, 3, 8], None, None, {}),
            ([2, 4, 8], [2, 6, 8], causal(4), None, dict(normFirst=True, gelu=True)),
            ([2, 3, 12], [2, 5, 12], causal(3), padding([5, 2], 3, 3),
             dict(width=12, heads=3, gelu=True)),
            ([1, 1, 8], [1, 1, 8], None, None, dict(bias=False, normFirst=True))]:
        o = PLAIN | changes
        record(golden, "TransformerDecoderLayer", nn.TransformerDecoderLayer(**arguments(o)), o,
               shape, memory, mask, memory_mask)
    for layers, norm, changes in [(2, True, dict(normFirst=True)), (2, False, {})]:
        o = PLAIN | changes | dict(layers=layers, norm=norm)
        module = nn.TransformerDecoder(
            nn.TransformerDecoderLayer(**arguments(o)), layers,
            nn.LayerNorm(o["width"]) if norm else None)
        record(golden, "TransformerDecoder", module, o, [2, 4, 8], [2, 6, 8], causal(4),
               padding([3, 6], 4, 2))


def make():
    golden = Golden()
    encoders(golden)
    decoders(golden)
    return golden
