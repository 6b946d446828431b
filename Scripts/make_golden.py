"""Writes the golden files that the tests compare Myelin with.

The oracle is PyTorch 2.13 in float32, for whole models with Hugging Face's transformers on top
(`pip install torch==2.13.0+cpu transformers==5.23.0 safetensors numpy`); the tests themselves need
no Python. Run from the package's folder:

    python3 Scripts/make_golden.py

The same script gives the same bytes on the same machine. What a case holds is said at the head of
its family's module in Scripts/golden.
"""

import warnings
from pathlib import Path

import torch

from golden import (activations, attention, initializers, layers, losses, models, optimizers,
                    recurrent, safetensors_files, schedules, transformer)

TESTS = Path(__file__).resolve().parent.parent / "Tests"
FILES = {
    "NeuralNetworksTests": dict(layers=layers, activations=activations, losses=losses,
                                initializers=initializers, recurrent=recurrent,
                                transformer=transformer, attention=attention),
    "ModelsTests": dict(models=models),
    "OptimizersTests": dict(optimizers=optimizers, schedules=schedules),
}


def main():
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="Using padding=.same.|reduction: .mean. divides")
    for room, families in FILES.items():
        for name, family in families.items():
            family.make().save(TESTS / room / "Golden" / f"{name}.safetensors")
    safetensors_files.write(TESTS / "InterchangeTests" / "Golden")


if __name__ == "__main__":
    main()
