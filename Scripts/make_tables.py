#!/usr/bin/env python3
"""Writes the tables of the shipped recipes, breast_cancer.csv and diabetes.csv, into a folder, and
prints what ordinary least squares reaches on the five folds of diabetes, whose test parts it reads
from `myelin data split --json`.

    python3 Scripts/make_tables.py data [path of myelin]
"""

import csv
import json
import pathlib
import subprocess
import sys

import numpy
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score


def write(path, names, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    print(f"{path}: {len(rows)} rows of {len(names)} columns")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)

    cancer = load_breast_cancer()
    names = [name.replace(" ", "_") for name in cancer.feature_names]
    classes = [str(cancer.target_names[label]) for label in cancer.target]
    write(
        folder / "breast_cancer.csv",
        names + ["diagnosis"],
        [[repr(float(x)) for x in row] + [name] for row, name in zip(cancer.data, classes)],
    )

    diabetes = load_diabetes(scaled=False)
    write(
        folder / "diabetes.csv",
        list(diabetes.feature_names) + ["progression"],
        [
            [repr(float(x)) for x in row] + [repr(float(y))]
            for row, y in zip(diabetes.data, diabetes.target)
        ],
    )

    if len(sys.argv) > 2:
        least_squares(sys.argv[2], folder / "diabetes.csv", diabetes)


def least_squares(myelin, table, diabetes):
    scores = []
    for fold in range(5):
        split = subprocess.run(
            [myelin, "data", "split", "diabetes", "--data", table, "--json"]
            + ["--set", f"data.split.fold={fold}"],
            check=True, capture_output=True, text=True,
        )
        parts = json.loads(split.stdout)
        model = LinearRegression().fit(
            diabetes.data[parts["training"]], diabetes.target[parts["training"]]
        )
        predicted = model.predict(diabetes.data[parts["test"]])
        scores.append(r2_score(diabetes.target[parts["test"]], predicted))
    print("least squares, R2 of each fold:", " ".join(f"{score:.4f}" for score in scores))
    print(f"mean {numpy.mean(scores):.4f}")


if __name__ == "__main__":
    main()
