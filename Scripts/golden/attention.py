"""Attention: functional with every kind of mask, the layer of several heads, positions.

Roles: queries, keys, values, mask, keyMask (1 where a key may be seen); output, weights,
cotangent; gradient.<operand>, gradient.<parameter> by PyTorch's names. Masks follow the function's
sense, true for what may be seen; the layer of PyTorch gets their opposite.
"""

import torch
from torch import nn
from torch.nn import functional as F

from .writer import Golden, generator, normal


def seen(queries, keys, causal, window):
    """What places alone let be seen, the last query at the last key."""
    i = torch.arange(queries)[:, None] + keys - queries
    j = torch.arange(keys)[None]
    allowed = torch.ones(queries, keys, dtype=torch.bool)
    if causal:
        allowed &= j <= i
    if window is not None:
        allowed &= (j > i - window) & (j < i + window)
    return allowed


def functional(golden, shape, mask=None, causal=False, window=None, scale=None, key_heads=None,
               keys=None, values=None):
    batch, heads, time, size = shape
    key_heads, keys, values = key_heads or heads, keys or time, values or size
    name = (f"{shape} over {keys} of {key_heads} heads, values {values}, mask {mask}, "
            f"causal {causal}, window {window}, scale {scale}")
    source = generator(name)
    q = normal(source, batch, heads, time, size).requires_grad_()
    k = normal(source, batch, key_heads, keys, size).requires_grad_()
    v = normal(source, batch, key_heads, keys, values).requires_grad_()
    given, added = None, torch.zeros(time, keys)
    if mask is not None:
        kind, mask_shape = mask
        if kind == "bool":
            given = torch.rand(mask_shape, generator=source) < 0.6
            added = torch.zeros(mask_shape).masked_fill(~given, float("-inf"))
        else:
            given = added = normal(source, *mask_shape).requires_grad_()
    if causal or window is not None:
        added = added.masked_fill(~seen(time, keys, causal, window), float("-inf"))
    visible = (added > float("-inf")).expand(batch, heads, time, keys).any(-1, keepdim=True)
    finite = torch.where(visible, added.expand(batch, heads, time, keys), 0)
    y = F.scaled_dot_product_attention(q, k, v, finite, scale=scale,
                                       enable_gqa=key_heads != heads)
    y = torch.where(visible, y, 0)
    cotangent = normal(source, *y.shape)
    y.backward(cotangent)
    tensors = {"queries": q, "keys": k, "values": v, "mask": given, "output": y,
               "cotangent": cotangent, "gradient.queries": q.grad, "gradient.keys": k.grad,
               "gradient.values": v.grad}
    options = {"causal": causal}
    if mask is not None:
        options["mask"] = mask[0]
        if mask[0] != "bool":
            tensors["gradient.mask"] = given.grad
    if window is not None:
        options["window"] = window
    if scale is not None:
        options["scale"] = scale
    golden.add(name, "function", options, tensors)


def functions(golden):
    s = [2, 3, 5, 4]
    functional(golden, s)
    functional(golden, s, scale=0.3)
    functional(golden, s, causal=True)
    functional(golden, s, causal=True, keys=8)
    functional(golden, s, causal=True, keys=3)
    functional(golden, s, keys=7, values=6)
    functional(golden, s, mask=("bool", [5, 5]))
    functional(golden, s, mask=("bool", [2, 1, 1, 5]))
    functional(golden, s, mask=("bool", [2, 3, 5, 5]), causal=True)
    functional(golden, s, mask=("bool", [5]))
    functional(golden, s, mask=("float", [5, 5]))
    functional(golden, s, mask=("float", [3, 5, 7]), keys=7)
    functional(golden, s, mask=("float", [2, 1, 5, 1]), causal=True)
    functional(golden, s, window=2)
    functional(golden, s, window=2, causal=True)
    functional(golden, s, window=3, causal=True, keys=9)
    functional(golden, s, window=2, keys=2)
    functional(golden, [2, 6, 5, 4], key_heads=2)
    functional(golden, [2, 6, 5, 4], key_heads=1, causal=True, keys=7, values=3)
    functional(golden, [2, 4, 5, 4], key_heads=2, mask=("bool", [2, 4, 5, 5]))
    functional(golden, [2, 4, 5, 4], key_heads=2, mask=("float", [4, 5, 5]), causal=True)
    functional(golden, [2, 4, 6, 4], key_heads=2, mask=("bool", [2, 1, 6, 6]), window=2)
    functional(golden, [2, 4, 5, 4], key_heads=2, mask=("bool", [2, 4, 5, 8]), causal=True,
               window=3, keys=8)
    functional(golden, [2, 4, 5, 4], key_heads=1, mask=("float", [4, 1, 5]), causal=True, window=2)
    functional(golden, [1, 1, 1, 2], keys=1)


def layer(golden, shape, heads, keys=None, bias=True, mask=None, key_mask=False, causal=False,
          batch_first=True, widths=None):
    batch, time, width = shape
    key_width, value_width = widths or (width, width)
    name = (f"layer {shape} of {heads} heads over {keys} of {widths}, bias {bias}, mask {mask}, "
            f"key mask {key_mask}, causal {causal}, batch first {batch_first}")
    source = generator(name)
    module = nn.MultiheadAttention(width, heads, bias=bias, kdim=key_width, vdim=value_width,
                                   batch_first=batch_first)
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(normal(source, *p.shape, scale=0.5))

    def sequence(length, size):
        shape = (batch, length, size) if batch_first else (length, batch, size)
        return normal(source, *shape).requires_grad_()

    q = sequence(time, width)
    k = v = q
    if keys:
        k, v = sequence(keys, key_width), sequence(keys, value_width)
    count = keys or time
    given = hidden = None
    if mask == "bool":
        given = torch.rand(time, count, generator=source) < 0.7
        given[:, 0] = True
        hidden = ~given
    elif mask == "float":
        given = hidden = normal(source, time, count)
    if causal:
        hidden = ~seen(time, count, True, None)
    key_seen = None
    if key_mask:
        key_seen = torch.arange(count)[None] < torch.tensor([count] + [2] * (batch - 1))[:, None]
    options = dict(width=width, heads=heads, bias=bias, causal=causal, batchFirst=batch_first,
                   keyWidth=key_width, valueWidth=value_width)
    padding = None
    if key_seen is not None:
        padding = ~key_seen
        if mask == "float":
            padding = torch.zeros(padding.shape).masked_fill(padding, float("-inf"))
    y, weights = module(q, k, v, key_padding_mask=padding, attn_mask=hidden)
    cotangent = normal(source, *y.shape)
    y.backward(cotangent)
    tensors = {"queries": q, "output": y, "weights": weights, "cotangent": cotangent,
               "mask": given, "keyMask": key_seen, "gradient.queries": q.grad}
    if keys:
        tensors |= {"keys": k, "values": v, "gradient.keys": k.grad, "gradient.values": v.grad}
    for n, p in module.named_parameters():
        tensors |= {f"parameter.{n}": p, f"gradient.model.{n}": p.grad}
    if mask:
        options["mask"] = mask
    golden.add(name, "layer", options, tensors)


def layers(golden):
    s = [2, 5, 6]
    layer(golden, s, 2)
    layer(golden, s, 3, bias=False, causal=True)
    layer(golden, s, 1, batch_first=False, causal=True)
    layer(golden, s, 2, keys=4)
    layer(golden, s, 2, keys=4, widths=(3, 7), key_mask=True)
    layer(golden, s, 2, keys=7, widths=(6, 4), bias=False, batch_first=False, mask="bool")
    layer(golden, s, 2, mask="bool", key_mask=True)
    layer(golden, s, 3, mask="float", key_mask=True)
    layer(golden, s, 6, key_mask=True, causal=True, batch_first=False)


def scored(golden, kind, score, widths, hidden=None, key_mask=False):
    """Bahdanau's and Luong's scores, which PyTorch has no layers for."""
    batch, queries, keys, (query_width, key_width) = 2, 3, 4, widths
    name = f"{kind} {score} {widths} hidden {hidden} key mask {key_mask}"
    source = generator(name)
    q = normal(source, batch, queries, query_width).requires_grad_()
    k = normal(source, batch, keys, key_width).requires_grad_()
    v = normal(source, batch, keys, 5).requires_grad_()
    shapes = {"additive": {"query.weight": [hidden, query_width], "key.weight": [hidden, key_width],
                           "score.weight": [1, hidden]},
              "general": {"weight": [query_width, key_width]}, "dot": {},
              "concat": {"weight": [hidden, query_width + key_width], "vector": [1, hidden]}}
    p = {n: normal(source, *s, scale=0.5).requires_grad_() for n, s in shapes[score].items()}
    if score == "dot":
        s = q @ k.transpose(1, 2)
    elif score == "general":
        s = q @ p["weight"] @ k.transpose(1, 2)
    elif score == "additive":
        wide = (q @ p["query.weight"].T)[:, :, None] + (k @ p["key.weight"].T)[:, None]
        s = (torch.tanh(wide) @ p["score.weight"].T)[..., 0]
    else:
        pairs = torch.cat([q[:, :, None].expand(-1, -1, keys, -1),
                           k[:, None].expand(-1, queries, -1, -1)], -1)
        s = (torch.tanh(pairs @ p["weight"].T) @ p["vector"].T)[..., 0]
    key_seen = None
    if key_mask:
        key_seen = torch.arange(keys)[None] < torch.tensor([3, 1])[:, None]
        s = s.masked_fill(~key_seen[:, None], float("-inf"))
    weights = s.softmax(-1)
    y = weights @ v
    cotangent = normal(source, *y.shape)
    y.backward(cotangent)
    options = dict(score=score, queryWidth=query_width, keyWidth=key_width, hidden=hidden or 1)
    tensors = {"queries": q, "keys": k, "values": v, "keyMask": key_seen, "output": y,
               "weights": weights, "cotangent": cotangent, "gradient.queries": q.grad,
               "gradient.keys": k.grad, "gradient.values": v.grad}
    for n, t in p.items():
        tensors |= {f"parameter.{n}": t, f"gradient.model.{n}": t.grad}
    golden.add(name, kind, options, tensors)


def scores(golden):
    scored(golden, "additive", "additive", (4, 6), hidden=7)
    scored(golden, "additive", "additive", (4, 3), hidden=2, key_mask=True)
    scored(golden, "multiplicative", "dot", (4, 4), key_mask=True)
    scored(golden, "multiplicative", "general", (4, 6))
    scored(golden, "multiplicative", "concat", (4, 6), hidden=3, key_mask=True)


def make():
    golden = Golden()
    scores(golden)
    functions(golden)
    layers(golden)
    return golden
