"""Schedules as the learning rates of their first steps.

Roles: rates, one a step from step 0; momenta beside them for one-cycle; metrics, what reduce on
plateau is told after each step (its rates are those after it was told).
"""

import torch
from torch.optim import SGD
from torch.optim import lr_scheduler as schedulers

from .writer import Golden, generator, normal


def rates(make, count, momentum=False):
    """The learning rates (and momenta) before each of `count` steps."""
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE, momentum=0.9)
    scheduler = make(optimizer)
    values, momenta = [], []
    for step in range(count):
        values.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        if step + 1 < count:
            scheduler.step()
    result = {"rates": torch.tensor(values, dtype=torch.float64)}
    if momentum:
        result["momenta"] = torch.tensor(momenta, dtype=torch.float64)
    return result


RATE = 0.1

CASES = [
    ("constant", {}, lambda o: schedulers.LambdaLR(o, lambda s: 1.0), 20),
    ("step", dict(every=7, factor=0.3), lambda o: schedulers.StepLR(o, 7, 0.3), 30),
    ("step", dict(every=1, factor=0.9), lambda o: schedulers.StepLR(o, 1, 0.9), 20),
    ("multiStep", dict(milestones=[3, 4, 11], factor=0.5),
     lambda o: schedulers.MultiStepLR(o, [3, 4, 11], 0.5), 20),
    ("exponential", dict(factor=0.93), lambda o: schedulers.ExponentialLR(o, 0.93), 30),
    ("polynomial", dict(steps=20, power=1.0), lambda o: schedulers.PolynomialLR(o, 20, 1.0), 30),
    ("polynomial", dict(steps=17, power=2.5), lambda o: schedulers.PolynomialLR(o, 17, 2.5), 30),
    ("cosine", dict(steps=24, minimum=0.0), lambda o: schedulers.CosineAnnealingLR(o, 24), 25),
    ("cosine", dict(steps=19, minimum=0.01),
     lambda o: schedulers.CosineAnnealingLR(o, 19, 0.01), 20),
    ("cosineWithRestarts", dict(period=10, growth=1, minimum=0.0),
     lambda o: schedulers.CosineAnnealingWarmRestarts(o, 10), 50),
    ("cosineWithRestarts", dict(period=5, growth=2, minimum=0.01),
     lambda o: schedulers.CosineAnnealingWarmRestarts(o, 5, 2, 0.01), 50),
    ("warmUp", dict(steps=8, start=0.1), lambda o: schedulers.LinearLR(o, 0.1, 1.0, 8), 20),
    ("warmUp", dict(steps=5, start=1 / 3), lambda o: schedulers.LinearLR(o, 1 / 3, 1.0, 5), 20),
    ("warmUpThenCosine", dict(steps=6, start=0.05, rest=18),
     lambda o: schedulers.SequentialLR(o, [
         schedulers.LinearLR(o, 0.05, 1.0, 6), schedulers.CosineAnnealingLR(o, 18)], [6]), 24),
]


def closed_forms(golden):
    for kind, options, make, count in CASES:
        name = " ".join([kind, *(f"{k} {v}" for k, v in options.items())])
        golden.add(name, kind, {"rate": RATE} | options, rates(make, count))
    for shape in ("cosine", "linear"):
        for changes in ({}, dict(start=0.2, division=10.0, finalDivision=100.0),
                        dict(phases=3), dict(lowMomentum=0.7, highMomentum=0.99)):
            o = dict(maximum=0.5, steps=30, start=0.3, division=25.0, finalDivision=1e4,
                     phases=2, shape=shape, lowMomentum=0.85, highMomentum=0.95) | changes
            name = " ".join([f"oneCycle {shape}", *(f"{k} {v}" for k, v in changes.items())])
            golden.add(name, "oneCycle", o, rates(lambda p: schedulers.OneCycleLR(
                p, o["maximum"], total_steps=o["steps"], pct_start=o["start"],
                anneal_strategy=shape[:3].replace("lin", "linear"), div_factor=o["division"],
                final_div_factor=o["finalDivision"], three_phase=o["phases"] == 3,
                base_momentum=o["lowMomentum"], max_momentum=o["highMomentum"]), 30, True))


def plateaus(golden):
    """A metric that falls noisily, then stays."""
    source = generator("metrics")
    falling = 3 * 0.85 ** torch.arange(50.0).clamp(max=22) + normal(source, 50) * 0.05
    falling = falling.float()
    for number, changes in enumerate([
        dict(patience=3), dict(patience=0, factor=0.5), dict(patience=2, cooldown=4),
        dict(mode="max", patience=3), dict(patience=2, threshold=0.1, thresholdIsRelative=False),
        dict(mode="max", patience=4, threshold=0.05, thresholdIsRelative=False),
        dict(patience=1, factor=0.2, minimum=0.003), dict(patience=2, threshold=0.2)]):
        o = dict(rate=RATE, mode="min", factor=0.1, patience=10, threshold=1e-4,
                 thresholdIsRelative=True, cooldown=0, minimum=0.0) | changes
        metrics = falling if o["mode"] == "min" else 4 - falling
        optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
        scheduler = schedulers.ReduceLROnPlateau(
            optimizer, o["mode"], o["factor"], o["patience"], o["threshold"],
            "rel" if o["thresholdIsRelative"] else "abs", o["cooldown"], o["minimum"])
        values = []
        for metric in metrics:
            scheduler.step(metric.item())
            values.append(optimizer.param_groups[0]["lr"])
        golden.add(f"plateau {number}", "reduceOnPlateau", o,
                   {"metrics": metrics, "rates": torch.tensor(values)})


def make():
    golden = Golden()
    closed_forms(golden)
    plateaus(golden)
    return golden
