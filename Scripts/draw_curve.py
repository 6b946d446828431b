#!/usr/bin/env python3
"""Draws a metric of runs over their epochs as a small SVG: of validation as a line, of training, the
mean of each epoch, dashed.

    python3 Scripts/draw_curve.py accuracy Documentation/Images/curve-mnist.svg runs/mnist
"""

import json
import math
import pathlib
import sys

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 480, 200, 52, 12, 30, 22
COLORS = ["#0b6e99", "#b3541e", "#4d7c0f", "#7a3e9d", "#666666"]


def curves(folder, metric):
    """The values of each kind of line by epoch; those of training weighed by their steps."""
    found = {"training": {}, "validation": {}}
    step = 0
    for line in open(pathlib.Path(folder) / "log.jsonl"):
        line = json.loads(line)
        kind = line["event"]
        if kind in found and metric in line.get("values", {}):
            weight = line["step"] - step if kind == "training" else 1
            epoch = math.ceil(line["epoch"] - 1e-9)
            found[kind].setdefault(epoch, []).append((line["values"][metric], weight))
        if kind == "training":
            step = line["step"]
    return {
        kind: sorted((epoch, sum(value * weight for value, weight in values)
                      / sum(weight for _, weight in values)) for epoch, values in epochs.items())
        for kind, epochs in found.items()
    }


def main():
    metric, output, *folders = sys.argv[1:]
    runs = [(pathlib.Path(folder).name, curves(folder, metric)) for folder in folders]
    values = [y for _, run in runs for curve in run.values() for _, y in curve]
    last = max(x for _, run in runs for curve in run.values() for x, _ in curve)
    low, high = min(values), max(values)
    span = (high - low) or 1

    def place(x, y):
        across = LEFT + (x - 1) / max(1, last - 1) * (WIDTH - LEFT - RIGHT)
        return f"{across:.1f},{HEIGHT - BOTTOM - (y - low) / span * (HEIGHT - BOTTOM - TOP):.1f}"

    kinds = [kind for kind in ("validation", "training") if any(run[kind] for _, run in runs)]
    title = f"{metric} by epoch: {', '.join(f'{kind} {style(kind)}' for kind in kinds)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="11" role="img" '
        'aria-labelledby="title">',
        f'  <title id="title">{title}</title>',
        f'  <rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'  <text x="{LEFT}" y="14" fill="#222222">{title}</text>',
    ]
    for part in (0, 0.5, 1):
        across = HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)
        parts.append(
            f'  <line x1="{LEFT}" y1="{across:.1f}" x2="{WIDTH - RIGHT}" y2="{across:.1f}" '
            'stroke="#dddddd"/>')
        parts.append(
            f'  <text x="{LEFT - 6}" y="{across + 4:.1f}" text-anchor="end" fill="#555555">'
            f'{low + part * span:.3g}</text>')
    for epoch in (1, last):
        across = place(epoch, low).split(",")[0]
        parts.append(
            f'  <text x="{across}" y="{HEIGHT - 10}" text-anchor="middle" fill="#555555">'
            f'{epoch}</text>')
    for number, (name, run) in enumerate(runs):
        color = COLORS[number % len(COLORS)]
        for kind, curve in run.items():
            if not curve:
                continue
            path = " ".join(place(x, y) for x, y in curve)
            dashes = ' stroke-dasharray="4 3"' if kind == "training" else ""
            parts.append(
                f'  <polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.6"'
                f'{dashes}/>')
        if 1 < len(runs) <= 3:
            x = LEFT + 70 + 150 * number
            parts.append(
                f'  <text x="{x}" y="{HEIGHT - 10}" fill="{color}">{name}</text>')
    pathlib.Path(output).write_text("\n".join(parts) + "\n</svg>\n")


def style(kind):
    return "(line)" if kind == "validation" else "(dashed)"


if __name__ == "__main__":
    main()
