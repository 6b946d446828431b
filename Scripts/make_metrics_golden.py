"""Writes what scikit-learn says of small sets of outputs, for the tests of metrics to compare with.

    pip install scikit-learn==1.9.1 numpy
    python3 Scripts/make_metrics_golden.py

Run from the package's folder. The same versions give the same bytes. A case has outputs (row by row,
`width` a row), targets, and the values by the names of Myelin's metrics; NaN is the word `nan`.
Outputs are multiples of 1/64, which every type holds exactly.
"""

import json
import math
from pathlib import Path

import numpy as np
from sklearn import metrics as sk

PATH = Path(__file__).resolve().parent.parent / "Tests" / "TrainingTests" / "Golden" / "metrics.json"


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def classes(rng, count, width, absent=(), coarse=False):
    """Random logits, which lean to the labels, and labels; without the classes in `absent`."""
    present = [c for c in range(width) if c not in absent]
    labels = rng.choice(present, count)
    logits = np.round(rng.normal(size=(count, width)) * (2 if coarse else 64)) / (2 if coarse else 64)
    logits[np.arange(count), labels] += 0.5
    return logits, labels


def class_values(logits, labels, coarse):
    width = logits.shape[1]
    guessed = logits.argmax(axis=1)
    values = {"accuracy": sk.accuracy_score(labels, guessed)}
    for name, function in [("precision", sk.precision_score), ("recall", sk.recall_score),
                           ("f1", sk.f1_score)]:
        for average in ("micro", "macro", "weighted"):
            values[f"{name} {average}"] = function(labels, guessed, average=average, zero_division=0)
        one = (labels == 1).astype(int), (guessed == 1).astype(int)
        values[f"{name} binary"] = function(*one, zero_division=0)
    values["confusion"] = sk.confusion_matrix(labels, guessed, labels=range(width)).tolist()
    ordered = np.sort(logits, axis=1)
    if width > 2 and (np.diff(ordered, axis=1) > 0).all():
        for k in (2, 3):
            values[f"top_{k}"] = sk.top_k_accuracy_score(labels, logits, k=k, labels=range(width))
    values["perplexity"] = math.exp(sk.log_loss(labels, softmax(logits), labels=range(width)))
    if width == 2:
        return values | ranking(logits[:, 1] - logits[:, 0], labels)
    # Raw scores keep ties that rounding inside the softmax would break.
    for suffix, scores in [(" raw", logits)] + ([] if coarse else [("", softmax(logits))]):
        parts = [ranking(scores[:, c], (labels == c).astype(int)) for c in range(width)]
        for name in ("roc_auc", "average_precision"):
            values[name + suffix] = float(np.mean([part[name] for part in parts]))
    if not coarse and len(set(labels)) == width:
        whole = sk.roc_auc_score(labels, softmax(logits), multi_class="ovr")
        assert abs(values["roc_auc"] - whole) < 1e-12
    return values


def ranking(score, labels):
    both = len(set(labels)) == 2
    return {
        "roc_auc": sk.roc_auc_score(labels, score) if both else math.nan,
        "average_precision": sk.average_precision_score(labels, score) if sum(labels) else math.nan,
    }


def number_values(outputs, targets):
    return {"mse": sk.mean_squared_error(targets, outputs),
            "mae": sk.mean_absolute_error(targets, outputs),
            "r2": sk.r2_score(targets, outputs) if len(targets) > 1 else math.nan}


def make():
    rng = np.random.default_rng(7)
    cases = []

    def add(name, kind, outputs, targets, values):
        outputs = np.asarray(outputs, dtype=float)
        plain = {k: "nan" if isinstance(v, float) and math.isnan(v) else v for k, v in values.items()}
        cases.append({"name": name, "kind": kind, "width": 1 if outputs.ndim == 1 else outputs.shape[1],
                      "outputs": outputs.ravel().tolist(), "targets": np.asarray(targets).tolist(),
                      "values": plain})

    for name, count, width, absent, coarse in [
            ("two classes", 40, 2, (), False), ("five classes", 60, 5, (), False),
            ("ties", 60, 3, (), True), ("ties of two", 40, 2, (), True),
            ("a class without examples", 30, 4, (2,), False), ("one class", 10, 2, (1,), False),
            ("only the other", 10, 2, (0,), False), ("one example", 1, 3, (), False)]:
        logits, labels = classes(rng, count, width, absent, coarse)
        add(name, "classes", logits, labels, class_values(logits, labels, coarse))
    for name, score, labels in [
            ("scores", np.round(rng.normal(size=30) * 64) / 64, rng.integers(0, 2, 30)),
            ("few scores", rng.integers(0, 4, 50) / 4, rng.integers(0, 2, 50)),
            ("all alike", np.zeros(8), np.array([0, 1, 1, 0, 0, 1, 0, 0])),
            ("in order", np.arange(6) / 8, np.array([0, 0, 0, 1, 1, 1])),
            ("in reverse", -np.arange(6) / 8, np.array([0, 0, 0, 1, 1, 1]))]:
        accuracy = {"accuracy": sk.accuracy_score(labels, score > 0)}
        add(name, "scores", score, labels, ranking(score, labels) | accuracy)
    targets = np.round(rng.normal(size=50) * 64) / 64
    for name, outputs, y in [
            ("numbers", targets + np.round(rng.normal(size=50) * 16) / 64, targets),
            ("far from zero", 65536 + np.round(rng.normal(size=40) * 32) / 64,
             65536 + np.round(rng.normal(size=40) * 64) / 64),
            ("targets alike", np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])),
            ("targets alike and met", np.array([2.0, 2.0]), np.array([2.0, 2.0])),
            ("one number", np.array([1.0]), np.array([3.0]))]:
        add(name, "numbers", outputs, y, number_values(outputs, y))
    return cases


if __name__ == "__main__":
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in make()) + "\n]\n")
    print(f"{PATH}: {PATH.stat().st_size} bytes")
