"""Draws the losses that `examples copy` prints into Documentation/Images/copy.svg.

usage: swift run -c release examples copy | python3 Scripts/draw_copy.py
"""

import math
import pathlib
import re
import sys

LEFT, RIGHT, TOP, BOTTOM = 60, 690, 30, 300
COLOURS = {"RNN": "#b8442c", "LSTM": "#1f6fb2", "GRU": "#2e7d4f"}
GUESSING = math.log(8)
HIGHEST = 2.4


def read(lines):
    """The name of each network and its points (step, loss)."""
    curves = {name: [] for name in COLOURS}
    for line in lines:
        if re.fullmatch(r"\s*\d+(\s+(-|\d+\.\d+)){3}\s*", line):
            step, *losses = line.split()
            for curve, loss in zip(curves.values(), losses):
                if loss != "-":
                    curve.append((int(step), float(loss)))
    assert all(curves.values()), "no table of steps and losses in the input"
    return curves


def main():
    curves = read(sys.stdin)
    last = max(points[-1][0] for points in curves.values())
    end = -(-last // 250) * 250

    def place(step, loss):
        x = LEFT + (RIGHT - LEFT) * step / end
        return f"{x:.1f} {BOTTOM - (BOTTOM - TOP) * min(loss, HIGHEST) / HIGHEST:.1f}"

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 360" font-family="DejaVu Sans, '
        'Helvetica, Arial, sans-serif" font-size="13" role="img" '
        'aria-labelledby="title description">',
        '  <title id="title">The copy task over a gap of 200 steps</title>',
        '  <desc id="description">The loss of LSTM and GRU falls to nearly 0; that of the plain RNN '
        "stays close to what guessing gives.</desc>",
        '  <rect width="760" height="360" fill="#ffffff"/>',
        '  <g stroke="#d5dbe1" stroke-width="1">',
    ]
    ticks = [0, 0.5, 1, 1.5, 2]
    steps = range(0, end + 1, 250)
    parts += [f'    <path d="M{place(0, t)} L{place(end, t)}"/>' for t in ticks]
    parts += ["  </g>", '  <g fill="#1c2833">']
    for tick in ticks:
        y = place(0, tick).split()[1]
        parts.append(f'    <text x="{LEFT - 8}" y="{float(y) + 4:.1f}" text-anchor="end">{tick}</text>')
    for step in steps:
        x = place(step, 0).split()[0]
        parts.append(f'    <text x="{x}" y="{BOTTOM + 20}" text-anchor="middle">{step:,}</text>')
    parts += [
        f'    <text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 44}" text-anchor="middle">steps of '
        "training, 32 sequences each</text>",
        f'    <text x="{LEFT}" y="{TOP - 12}">loss: cross entropy of a letter</text>',
        f'    <text x="{RIGHT}" y="{float(place(0, GUESSING).split()[1]) - 6:.1f}" '
        'text-anchor="end" fill="#5d6d7e">guessing: log 8</text>',
        "  </g>",
        f'  <path d="M{place(0, GUESSING)} L{place(end, GUESSING)}" stroke="#5d6d7e" '
        'stroke-dasharray="5 4"/>',
    ]
    places = {"RNN": (end * 0.55, 1.84), "LSTM": (330, 0.72), "GRU": (130, 0.72)}
    for name, points in curves.items():
        path = " L".join(place(*point) for point in points)
        x, y = place(*places[name]).split()
        parts += [
            f'  <path d="M{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2.2"/>',
            f'  <text x="{x}" y="{y}" fill="{COLOURS[name]}" font-weight="bold">{name}</text>',
        ]
    target = pathlib.Path(__file__).parent.parent / "Documentation/Images/copy.svg"
    target.write_text("\n".join(parts + ["</svg>", ""]), encoding="utf-8")
    print(target)


main()
