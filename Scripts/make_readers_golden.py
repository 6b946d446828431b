#!/usr/bin/env python3
"""Makes the files that the tests of the readers compare with: Tests/DatasetsTests/Golden and the NumPy
files of Tests/InterchangeTests/Golden.

    pip install numpy==2.4.6 scipy==1.17.1 pillow==13.0.0
    python3 Scripts/make_readers_golden.py

PNG files are written here from known pixels, so that every kind the format has is there; JPEG files are
written and decoded by Pillow. Pictures to compare with are PGM and PPM files beside them. Resampled
signals are those of scipy.signal.resample_poly.
"""

import io
import itertools
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps
from scipy.signal import resample_poly

TESTS = pathlib.Path(__file__).resolve().parent.parent / "Tests"
DATASETS = TESTS / "DatasetsTests" / "Golden"
INTERCHANGE = TESTS / "InterchangeTests" / "Golden"
HEIGHT, WIDTH = 9, 13
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
# First column, first row, and the steps of Adam7's passes.
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def packed_rows(samples, depth):
    """Rows of samples [height, width, channels], each behind its filter byte, most significant bits first."""
    rows = b""
    for row in samples:
        bits = "".join(format(int(value), f"0{depth}b") for value in row.reshape(-1))
        bits += "0" * (-len(bits) % 8)
        rows += b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    return rows


def png(samples, depth, color, interlaced, palette=b"", extra=b""):
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    if interlaced:
        parts = [samples[y::down, x::right] for x, y, right, down in PASSES]
        data = b"".join(packed_rows(part, depth) for part in parts if part.size)
    else:
        data = packed_rows(samples, depth)
    pieces = [chunk(b"IHDR", header)]
    if palette:
        pieces.append(chunk(b"PLTE", palette))
    pieces += [extra, chunk(b"IDAT", zlib.compress(data, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(pieces)


def to_bytes(samples, depth):
    """Samples of `depth` bits as bytes, rounded."""
    return np.floor(samples.astype(np.float64) * 255 / (2**depth - 1) + 0.5).astype(np.uint8)


def picture(pixels):
    """Bytes [height, width, channels] as a PGM or PPM file."""
    height, width, channels = pixels.shape
    return f"P{5 if channels == 1 else 6}\n{width} {height}\n255\n".encode() + pixels.tobytes()


def make_pngs(folder, random):
    kinds = [(GREY, 1), (GREY, 2), (GREY, 4), (GREY, 8), (GREY, 16), (RGB, 8), (RGB, 16)]
    kinds += [(PALETTE, 1), (PALETTE, 2), (PALETTE, 4), (PALETTE, 8)]
    kinds += [(GREY_ALPHA, 8), (GREY_ALPHA, 16), (RGB_ALPHA, 8), (RGB_ALPHA, 16)]
    names = {GREY: "grey", RGB: "rgb", PALETTE: "palette", GREY_ALPHA: "grey_alpha", RGB_ALPHA: "rgb_alpha"}
    channels = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
    for (color, depth), interlaced in itertools.product(kinds, [False, True]):
        samples = random.integers(0, 2**depth, (HEIGHT, WIDTH, channels[color]))
        palette, extra = b"", b""
        if color == PALETTE:
            colors = random.integers(0, 256, (2**depth, 3)).astype(np.uint8)
            palette = colors.tobytes()
            extra = chunk(b"tRNS", bytes([0, 128]))
            expected = colors[samples[:, :, 0]]
        else:
            seen = 3 if color in (RGB, RGB_ALPHA) else 1
            expected = to_bytes(samples[:, :, :seen], depth)
        name = f"{names[color]}{depth}{'_interlaced' if interlaced else ''}"
        (folder / f"{name}.png").write_bytes(png(samples, depth, color, interlaced, palette, extra))
        (folder / f"{name}.png.pnm").write_bytes(picture(expected))


def smooth(height, width):
    y, x = np.mgrid[0:height, 0:width] / 16
    parts = [np.sin(2 * x + y), np.cos(x - 2 * y), np.sin(x * y)]
    return ((np.stack(parts, -1) + 1) * 127).astype(np.uint8)


def save(folder, name, image, **options):
    data = io.BytesIO()
    image.save(data, "JPEG", **options)
    (folder / name).write_bytes(data.getvalue())
    return Image.open(io.BytesIO(data.getvalue()))


def make_jpegs(folder):
    rgb = Image.fromarray(smooth(37, 51))
    images = {
        "grey": (rgb.convert("L"), {}),
        "rgb444": (rgb, {"subsampling": 0}),
        "rgb420": (rgb, {"subsampling": 2}),
        "progressive": (rgb, {"progressive": True}),
        "cmyk": (rgb.convert("CMYK"), {}),
    }
    for name, (image, options) in images.items():
        decoded = save(folder, f"{name}.jpg", image, quality=90, **options)
        decoded = decoded.convert("L" if name == "grey" else "RGB")
        pixels = np.asarray(decoded).reshape(37, 51, -1)
        (folder / f"{name}.jpg.pnm").write_bytes(picture(pixels))
    (folder / "rgb420.jpg.grey.pnm").write_bytes(
        picture(np.asarray(jpeg_luminance(folder / "rgb420.jpg"))[:, :, None]))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = f"orientation{orientation}.jpg"
        decoded = save(folder, name, Image.fromarray(smooth(16, 24)), quality=90, subsampling=0, exif=exif)
        pixels = np.asarray(ImageOps.exif_transpose(decoded))
        (folder / f"{name}.pnm").write_bytes(picture(pixels))


def jpeg_luminance(path):
    image = Image.open(path)
    image.draft("L", None)
    return image


def make_resampling(folder, random):
    lines = []
    for up_from, up_to, count in [
        (8000, 16000, 50), (16000, 8000, 101), (44100, 16000, 300), (48000, 44100, 200),
        (8000, 11025, 90), (3, 2, 5), (2, 3, 1), (22050, 8000, 0),
    ]:
        divisor = np.gcd(up_from, up_to)
        signal = random.uniform(-1, 1, count).astype(np.float32)
        result = resample_poly(signal.astype(np.float64), up_to // divisor, up_from // divisor) if count else []
        for numbers in ([up_from, up_to], signal, result):
            lines.append(" ".join(repr(float(number)) for number in numbers))
    (folder / "resampling.txt").write_text("\n".join(lines) + "\n")


def make_numpy(folder):
    base = np.arange(24).reshape(2, 3, 4)
    types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "b1"]
    arrays = {}
    for kind, order, layout in itertools.product(types, "<>", "CF"):
        values = base % 2 if kind == "b1" else base if kind == "u1" else base - 5
        arrays[f"{kind}_{'little' if order == '<' else 'big'}_{layout}"] = np.array(values, order + kind, order=layout)
    np.savez(folder / "types.npz", **arrays)
    np.savez_compressed(folder / "types_compressed.npz", **arrays)
    samples = {
        "matrix": np.array(base[0], "f4"), "vector": np.array([1, -2, 3], "i8"), "scalar": np.array(2.5, "f8"),
        "empty": np.zeros((0, 3), "u1"), "truth": np.array([True, False]),
    }
    for name, array in samples.items():
        np.save(folder / f"{name}.npy", array)
    for version in [(2, 0), (3, 0)]:
        with open(folder / f"version{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, samples["matrix"], version=version)
    np.save(folder / "object.npy", np.array([{}], object), allow_pickle=True)
    np.save(folder / "complex.npy", np.zeros(2, "c8"))
    np.save(folder / "records.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))


def main():
    random = np.random.default_rng(5)
    images = DATASETS / "Images"
    images.mkdir(parents=True, exist_ok=True)
    make_pngs(images, random)
    make_jpegs(images)
    make_resampling(DATASETS, random)
    numpy = INTERCHANGE / "NumPy"
    numpy.mkdir(parents=True, exist_ok=True)
    make_numpy(numpy)


if __name__ == "__main__":
    main()
