"""Files that the safetensors package writes: read by the tests, and compared with Myelin's own.

`types` has a tensor of every element type that a `DataType` is, `shapes` empty tensors, single
numbers and names that JSON must escape, `unsupported` element types that only the format knows,
`model` the state of a small model whose expected outputs stand in it as `check.input` and
`check.output`, `tied` one with two names for a parameter, of which the file has only one.
"""

import torch
from safetensors.torch import save_file, save_model

TYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32,
         torch.int16, torch.int8, torch.uint8, torch.bool]


def name_of(dtype):
    return str(dtype).replace("torch.", "")


def types():
    """Element i of tensor t: i − 2, wrapped or cut as the type demands."""
    values = torch.arange(6).reshape(2, 3) - 2
    return {name_of(t): values.abs().to(t) if t in (torch.uint8, torch.bool) else values.to(t)
            for t in TYPES}


def shapes():
    return {
        "number": torch.tensor(1.5),
        "empty": torch.zeros(0, 3),
        "with \"quotes\", \\ and\nlines\t\x01": torch.tensor([1], dtype=torch.int8),
        "naïve 名前 😀": torch.tensor([-1.0, float("inf"), float("nan")]),
        "a": torch.tensor([True, False, True]),
        "b": torch.tensor([[7]], dtype=torch.int64),
    }


def unsupported():
    return {"index": torch.tensor([1, 2], dtype=torch.uint16),
            "wave": torch.tensor([1j], dtype=torch.complex64),
            "small": torch.tensor([1.0, 2.0, 3.0]).to(torch.float8_e4m3fn),
            "known": torch.tensor([4.0])}


def seeded(module):
    """Numbers that no initializer gives, for parameters and for running statistics."""
    source = torch.Generator().manual_seed(1)
    for tensor in module.state_dict().values():
        if tensor.dtype.is_floating_point:
            tensor.copy_(torch.rand(tensor.shape, generator=source) + 0.1)
    return module.eval()


def model():
    module = seeded(torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.ReLU(), torch.nn.Dropout(),
        torch.nn.Flatten(), torch.nn.Linear(8, 3)))
    x = torch.rand(2, 1, 4, 4, generator=torch.Generator().manual_seed(2))
    tensors = dict(module.state_dict())
    tensors["check.input"] = x
    tensors["check.output"] = module(x).detach()
    return tensors


class Tied(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(5, 4)
        self.decoder = torch.nn.Linear(4, 5, bias=False)
        self.decoder.weight = self.embedding.weight


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    save_file(types(), folder / "types.safetensors", metadata={"format": "pt"})
    for make in (shapes, unsupported, model):
        save_file(make(), folder / f"{make.__name__}.safetensors")
    save_model(seeded(Tied()), str(folder / "tied.safetensors"))
    for path in folder.glob("*.safetensors"):
        path.chmod(0o644)
