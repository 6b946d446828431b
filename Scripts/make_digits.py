"""Packs the UCI handwritten digits into Sources/Datasets/Resources/digits.idx.gz.

usage: python3 Scripts/make_digits.py [optdigits.tes]

Reads the test part of the data set as UCI publishes it (1,797 lines of 64 pixels, 0 to 16, and the
class), or, without an argument, scikit-learn's copy of it. Writes a gzip-compressed IDX file of
bytes with the same rows: [1797, 65], the last column being the class.
"""

import gzip
import pathlib
import struct
import sys

EXAMPLES, COLUMNS = 1797, 65


def rows_of_file(path):
    with open(path, encoding="ascii") as lines:
        return [[int(field) for field in line.split(",")] for line in lines if line.strip()]


def rows_of_scikit_learn():
    from sklearn.datasets import load_digits

    digits = load_digits()
    return [[int(v) for v in pixels] + [int(c)] for pixels, c in zip(digits.data, digits.target)]


def main():
    rows = rows_of_file(sys.argv[1]) if len(sys.argv) > 1 else rows_of_scikit_learn()
    assert len(rows) == EXAMPLES and all(len(row) == COLUMNS for row in rows)
    assert all(0 <= value <= 16 for row in rows for value in row[:-1])
    assert all(0 <= row[-1] <= 9 for row in rows)
    header = struct.pack(">BBBBII", 0, 0, 0x08, 2, EXAMPLES, COLUMNS)
    packed = gzip.compress(header + bytes(value for row in rows for value in row), 9, mtime=0)
    target = pathlib.Path(__file__).parent.parent / "Sources/Datasets/Resources/digits.idx.gz"
    target.write_bytes(packed)
    print(f"{target}: {len(packed)} bytes")


main()
