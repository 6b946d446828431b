#!/usr/bin/env python3
"""Draws the accuracy, or another metric, of runs over their epochs as a small SVG:

    python3 Scripts/draw_curve.py accuracy Documentation/Images/mnist.svg runs/mnist
"""

import json
import pathlib
import sys

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 480, 200, 52, 30, 22


def points(folder, metric):
    """Epochs and values: of validation where there is one, else of training, one an epoch."""
    lines = [json.loads(line) for line in open(pathlib.Path(folder) / "log.jsonl")]
    kind = "validation" if any(line["event"] == "validation" for line in lines) else "training"
    found = {}
    for line in lines:
        if line["event"] == kind and metric in line.get("values", {}):
            found[round(line["epoch"] + 0.499)] = line["values"][metric]
    return kind, sorted(found.items())


def main():
    metric, output, *folders = sys.argv[1:]
    curves = [points(folder, metric) for folder in folders]
    values = [y for _, curve in curves for _, y in curve]
    last = max(x for _, curve in curves for x, _ in curve)
    low, high = min(values), max(values)
    span = (high - low) or 1

    def place(x, y):
        across = LEFT + (x - 1) / max(1, last - 1) * (WIDTH - LEFT - 12)
        return f"{across:.1f},{HEIGHT - BOTTOM - (y - low) / span * (HEIGHT - BOTTOM - TOP):.1f}"

    kind = curves[0][0]
    title = f"{metric} of {kind} by epoch"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="11" role="img" '
        'aria-labelledby="title">',
        f'  <title id="title">{title}</title>',
        f'  <rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'  <text x="{LEFT}" y="14" fill="#222222">{title}</text>',
    ]
    for part in (0, 0.5, 1):
        y = low + part * span
        across = HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)
        parts.append(
            f'  <line x1="{LEFT}" y1="{across:.1f}" x2="{WIDTH - 12}" y2="{across:.1f}" '
            'stroke="#dddddd"/>')
        parts.append(
            f'  <text x="{LEFT - 6}" y="{across + 4:.1f}" text-anchor="end" fill="#555555">'
            f'{y:.4g}</text>')
    for epoch in (1, last):
        across = place(epoch, low).split(",")[0]
        parts.append(
            f'  <text x="{across}" y="{HEIGHT - 10}" text-anchor="middle" fill="#555555">'
            f'{epoch}</text>')
    for _, curve in curves:
        path = " ".join(place(x, y) for x, y in curve)
        parts.append(
            f'  <polyline points="{path}" fill="none" stroke="#0b6e99" stroke-width="2"/>')
    pathlib.Path(output).write_text("\n".join(parts) + "\n</svg>\n")


if __name__ == "__main__":
    main()
