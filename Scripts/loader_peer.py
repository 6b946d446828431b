"""Pictures a second of PyTorch's DataLoader with torchvision, beside `benchmarks loading`.

Makes a folder of 512 JPEG files of 375×500 pixels (quality 90, 4:2:0) unless it is there, reads them in
random order, decodes, crops at random, resizes to 224×224, flips, normalizes and collates batches of
64. Says pictures a second, and the processors' time for each picture, which does not depend on what
else the machine does: the best of 3 epochs.

    pip install torch==2.13.0 torchvision==0.28.0 pillow==13.0.0
    python3 Scripts/loader_peer.py pictures [--workers 0 1 2]
    LOADER_PICTURES=pictures make benchmarks ARGUMENTS=loading
"""

import argparse
import pathlib
import resource
import time

import numpy
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


def make(folder, count=512):
    """Pictures with the frequencies of photographs: sums of noise at several sizes."""
    random = numpy.random.RandomState(1)
    for number in range(count):
        path = folder / f"class{number % 4}" / f"{number:04}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        sum = numpy.zeros((375, 500, 3))
        for size, strength in [(4, 60), (16, 35), (64, 18), (250, 7)]:
            noise = random.uniform(-1, 1, (size, size, 3))
            layers = [Image.fromarray(noise[:, :, c].astype(numpy.float32)).resize((500, 375), Image.BICUBIC)
                      for c in range(3)]
            sum += strength * numpy.stack([numpy.asarray(layer) for layer in layers], 2)
        Image.fromarray(numpy.clip(sum + 120, 0, 255).astype(numpy.uint8)).save(path, quality=90)


def processor_time():
    return sum(getattr(resource.getrusage(who), field)
               for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
               for field in ("ru_utime", "ru_stime"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--workers", type=int, nargs="*", default=[0, 1, 2])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not arguments.folder.exists():
        make(arguments.folder)
    data = datasets.ImageFolder(arguments.folder, transforms.Compose([
        transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]))
    for workers in arguments.workers:
        wall, processor = float("inf"), float("inf")
        for _ in range(3):
            start, used = time.perf_counter(), processor_time()
            for batch in DataLoader(data, batch_size=64, shuffle=True, num_workers=workers):
                pass
            wall = min(wall, time.perf_counter() - start)
            processor = min(processor, processor_time() - used)
        print(f"{workers} workers: {len(data) / wall:.0f} a second, "
              f"{processor / len(data) * 1e6:.0f} µs of processor each")


if __name__ == "__main__":
    main()
