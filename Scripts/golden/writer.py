"""The form of a golden file: safetensors, with the list of cases as JSON in its metadata.

A case is {"name", "kind", "options", "tensors": {role: key}}. The same tensor under several roles
or cases is stored once.
"""

import json
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file


class Golden:
    """Collects the cases of one family."""

    def __init__(self):
        self.cases = []
        self.tensors = {}
        self.names = set()

    def add(self, name, kind, options, tensors):
        """Adds a case. `tensors` maps roles to tensors (None is left out)."""
        assert name not in self.names, f"two cases are named {name}"
        self.names.add(name)
        keys = {role: self._store(t) for role, t in tensors.items() if t is not None}
        self.cases.append({"name": name, "kind": kind, "options": options, "tensors": keys})

    def _store(self, tensor):
        tensor = tensor.detach().clone(memory_format=torch.contiguous_format)
        if tensor.dtype.is_floating_point:
            tensor = tensor.to(torch.float32)
        else:
            tensor = tensor.to(torch.int64)
        data = tensor.numpy().tobytes()
        shape = "x".join(map(str, tensor.shape))
        key = f"{zlib.crc32(data):08x}.{tensor.dtype}.{shape}".replace("torch.", "")
        if key in self.tensors:
            assert self.tensors[key].numpy().tobytes() == data, "two tensors share a key"
        self.tensors[key] = tensor
        return key

    def save(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.cases, separators=(",", ":"))
        save_file(self.tensors, path, metadata={"cases": text})
        print(f"{path}: {len(self.cases)} cases, {path.stat().st_size} bytes")


def generator(name):
    """A stream of random numbers of its own for every case: adding one changes no other."""
    return torch.Generator().manual_seed(zlib.crc32(name.encode()))


def normal(source, *shape, scale=1.0):
    return torch.randn(shape, generator=source) * scale


def uniform(source, *shape, low=0.0, high=1.0):
    return torch.rand(shape, generator=source) * (high - low) + low


def integers(source, high, *shape, low=0):
    return torch.randint(low, high, shape, generator=source)
