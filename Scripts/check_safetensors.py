"""Reads safetensors files that Myelin wrote with the format's own package, and writes them again.

    python3 Scripts/check_safetensors.py file.safetensors ...

Prints what they hold, and fails where the package would not have written the same bytes (it does not
sort the metadata: a file with several texts may differ there).
"""

import sys
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file, save


def check(path):
    tensors = load_file(path)
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    for name, tensor in sorted(tensors.items()):
        print(f"{path}: {name} {tensor.dtype} {list(tensor.shape)}")
    return save(tensors, metadata=metadata) == Path(path).read_bytes()


def main():
    different = [path for path in sys.argv[1:] if not check(path)]
    if different:
        sys.exit("written differently: " + ", ".join(different))


if __name__ == "__main__":
    main()
