"""Writes the sea temperatures of El Niño into Sources/Datasets/Resources/el_nino.csv.

usage: python3 Scripts/make_el_nino.py elnino.csv

Reads the table that statsmodels carries (statsmodels/datasets/elnino/elnino.csv: a header, then a
year and twelve months a line) and writes a month a line. The values stay as they are.
"""

import csv
import pathlib
import sys

HEADER = """\
# Sea surface temperature off Peru and Ecuador (region Niño 1+2: 0 to 10 S, 90 to 80 W), monthly
# means in degrees Celsius, January 1950 to December 2010.
# Source: ERSST version 3b, Climate Prediction Center of the National Weather Service, National
# Oceanic and Atmospheric Administration, http://www.cpc.ncep.noaa.gov/data/indices/
# Public domain: a work of the government of the United States.
month,temperature
"""


def main():
    with open(sys.argv[1], encoding="ascii", newline="") as file:
        years = list(csv.reader(file))[1:]
    assert [int(year[0]) for year in years] == list(range(1950, 2011))
    assert all(len(year) == 13 for year in years)
    lines = [
        f"{year}-{month:02},{float(value):.2f}\n"
        for year, *values in years
        for month, value in enumerate(values, start=1)
    ]
    target = pathlib.Path(__file__).parent.parent / "Sources/Datasets/Resources/el_nino.csv"
    target.write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"{target}: {len(lines)} months")


main()
