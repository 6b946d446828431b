"""Reads event files that Myelin wrote with the PyPI package `tensorboard`, as TensorBoard does.

    pip install tensorboard
    python3 Scripts/check_tensorboard.py runs/NAME [log.jsonl]

Prints what the folder holds. With the run's log it fails where a value of the log is not in the
events, or has another number there.
"""

import json
import math
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

SETTINGS = {"learning_rate", "gradient_norm", "examples_per_second", "waiting_fraction", "loss_scale"}


def single(number):
    """A number as float32 holds it."""
    return struct.unpack("f", struct.pack("f", float(number)))[0]


def tag_of(kind, name):
    return f"training/{name}" if name in SETTINGS else f"{name}/{kind}"


def main():
    events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
    events.Reload()
    tags = events.Tags()
    scalars = {tag: {e.step: e.value for e in events.Scalars(tag)} for tag in tags["scalars"]}
    for tag, points in scalars.items():
        print(f"scalar {tag}: {len(points)} points, the last {list(points.items())[-1]}")
    for tag in tags["histograms"]:
        last = events.Histograms(tag)[-1]
        print(f"histogram {tag}: step {last.step}, {last.histogram_value.num:.0f} numbers")
    for tag in tags["images"]:
        print(f"image {tag}: {len(events.Images(tag))}")
    for tag in tags["tensors"]:
        texts = [e.tensor_proto.string_val for e in events.Tensors(tag)]
        print(f"text {tag}: {texts[-1]}")
    if len(sys.argv) < 3:
        return
    missing = []
    for line in open(sys.argv[2]):
        event = json.loads(line)
        if event["event"] not in ("training", "validation"):
            continue
        for name, value in event.get("values", {}).items():
            found = scalars.get(tag_of(event["event"], name), {}).get(event["step"])
            wanted = single(value)
            if found is None or not (found == wanted or math.isnan(found) and math.isnan(wanted)):
                missing.append((event["step"], name, value, found))
    if missing:
        sys.exit(f"not as in the log: {missing[:5]}")
    print("all values of the log are there")


if __name__ == "__main__":
    main()
