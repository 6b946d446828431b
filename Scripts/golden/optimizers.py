"""Optimizers as trajectories of 20 steps under stored gradients: only the update rule is tested.

Every case has two parameters, `first` [2, 3] and `second` [5]. Roles: start.<parameter>,
gradient.<parameter> [20, …] and trajectory.<parameter> [20, …], the values after each step. An
average's case has trajectory.<parameter> (its input) and average.<parameter>.
"""

import torch
from torch import optim
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .writer import Golden, generator, normal, uniform

STEPS = 20
SHAPES = {"first": (2, 3), "second": (5,)}


def start():
    source = generator("parameters")
    return {k: normal(source, *s) for k, s in SHAPES.items()}


def gradients():
    """Of several orders of magnitude, with zeros, turning signs, and a few large ones."""
    source = generator("gradients")
    result = {}
    for name, shape in SHAPES.items():
        values = normal(source, STEPS, *shape) * 10 ** normal(source, STEPS, *shape, scale=0.7)
        values[uniform(source, STEPS, *shape) < 0.1] = 0
        result[name] = values
    return result


def trajectory(golden, name, kind, options, make, prepare=None, rates=None, groups=None):
    """Runs `make(parameters)` over the stored gradients; `prepare` changes them before a step."""
    parameters = {k: torch.nn.Parameter(v.clone()) for k, v in start().items()}
    given = gradients()
    paths = []
    if groups is None:
        optimizer = make(list(parameters.values()))
    else:
        optimizer = make([{"params": [parameters[k]]} | g for k, g in groups.items()])
    for step in range(STEPS):
        for k, p in parameters.items():
            p.grad = given[k][step].clone()
        if rates:
            for group in optimizer.param_groups:
                group["lr"] = rates[step]
        if prepare:
            prepare(list(parameters.values()))
        optimizer.step()
        paths.append({k: p.detach().clone() for k, p in parameters.items()})
    tensors = {f"start.{k}": v for k, v in start().items()}
    tensors |= {f"gradient.{k}": v for k, v in given.items()}
    tensors |= {f"trajectory.{k}": torch.stack([p[k] for p in paths]) for k in SHAPES}
    golden.add(name, kind, options, tensors)


class Lion:
    """Chen et al. 2023, algorithm 2: the sign of an interpolated momentum."""

    def __init__(self, parameters, lr, betas, weight_decay):
        self.parameters, self.lr, self.betas, self.decay = parameters, lr, betas, weight_decay
        self.momenta = [torch.zeros_like(p) for p in parameters]
        self.param_groups = []

    @torch.no_grad()
    def step(self):
        first, second = self.betas
        for p, m in zip(self.parameters, self.momenta):
            direction = torch.sign(first * m + (1 - first) * p.grad)
            p -= self.lr * (direction + self.decay * p)
            m.copy_(second * m + (1 - second) * p.grad)


# Names in Myelin against those of torch.
NAMES = dict(learningRate="lr", decay="weight_decay", momentum="momentum", epsilon="eps",
             nesterov="nesterov", usesMaximum="amsgrad", rho="rho", smoothing="alpha",
             centered="centered", rateDecay="lr_decay",
             initialAccumulator="initial_accumulator_value", momentumDecay="momentum_decay",
             beta1="beta1", beta2="beta2")

CASES = [
    ("SGD", optim.SGD, dict(learningRate=0.1), [
        {}, dict(momentum=0.9), dict(momentum=0.9, nesterov=True), dict(decay=0.05),
        dict(momentum=0.8, nesterov=True, decay=0.05)]),
    ("Adagrad", optim.Adagrad, dict(learningRate=0.1), [
        {}, dict(rateDecay=0.1), dict(initialAccumulator=0.5), dict(decay=0.05, epsilon=1e-5)]),
    ("Adadelta", optim.Adadelta, dict(learningRate=1.0), [
        {}, dict(rho=0.5), dict(learningRate=0.3, epsilon=1e-4, decay=0.05)]),
    ("RMSprop", optim.RMSprop, dict(learningRate=0.01), [
        {}, dict(smoothing=0.9), dict(momentum=0.9), dict(centered=True),
        dict(momentum=0.5, centered=True, decay=0.05, epsilon=1e-5)]),
    ("Adam", optim.Adam, dict(learningRate=0.01), [
        {}, dict(beta1=0.5, beta2=0.9), dict(epsilon=1e-3), dict(decay=0.1),
        dict(usesMaximum=True), dict(usesMaximum=True, decay=0.1)]),
    ("AdamW", optim.AdamW, dict(learningRate=0.01), [
        {}, dict(decay=0.2), dict(usesMaximum=True, decay=0.1)]),
    ("NAdam", optim.NAdam, dict(learningRate=0.01), [
        {}, dict(momentumDecay=0.02), dict(decay=0.1),
        dict(decay=0.1, decoupled=True), dict(beta1=0.8, beta2=0.95)]),
    ("Lion", Lion, dict(learningRate=0.01, beta1=0.9, beta2=0.99, decay=0.0), [
        {}, dict(decay=0.3), dict(beta1=0.95, beta2=0.98)]),
]


def arguments(options):
    """The keyword arguments of torch's optimizer."""
    result = {NAMES[k]: v for k, v in options.items() if k != "decoupled"}
    if "beta1" in result:
        result["betas"] = (result.pop("beta1"), result.pop("beta2"))
    if options.get("decoupled"):
        result["decoupled_weight_decay"] = True
    return result


def titled(kind, options):
    return " ".join([kind, *(f"{k} {v}" for k, v in options.items())])


def plain(golden):
    for kind, make, base, variants in CASES:
        for variant in variants:
            options = base | variant
            trajectory(golden, titled(kind, options), kind, options,
                       lambda p: make(p, **arguments(options)))


def decays(golden):
    """L1 decay (its subgradient is added to the gradient) and SGD's decoupled decay."""
    def absolute(strength):
        def prepare(parameters):
            for p in parameters:
                p.grad += strength * torch.sign(p.detach())
        return prepare

    def shrink(strength, rate):
        def prepare(parameters):
            with torch.no_grad():
                for p in parameters:
                    p *= 1 - rate * strength
        return prepare

    for kind, make, rate in [("SGD", optim.SGD, 0.1), ("Adam", optim.Adam, 0.01)]:
        options = dict(learningRate=rate, absoluteDecay=0.05)
        trajectory(golden, titled(kind, options), kind, options,
                   lambda p: make(p, lr=rate), absolute(0.05))
    options = dict(learningRate=0.1, momentum=0.9, decoupledDecay=0.2)
    trajectory(golden, titled("SGD", options), "SGD", options,
               lambda p: optim.SGD(p, lr=0.1, momentum=0.9), shrink(0.2, 0.1))
    options = dict(learningRate=0.01, decoupledDecay=0.2)
    trajectory(golden, titled("RMSprop", options), "RMSprop", options,
               lambda p: optim.RMSprop(p, lr=0.01), shrink(0.2, 0.01))


def clipping(golden):
    for kind, make, rate in [("SGD", optim.SGD, 0.1), ("Adam", optim.Adam, 0.01)]:
        for clip, value, prepare in [
            ("clipValue", 0.5, lambda p: clip_grad_value_(p, 0.5)),
            ("clipNorm", 1.0, lambda p: clip_grad_norm_(p, 1.0)),
            ("clipNorm", 1000.0, lambda p: clip_grad_norm_(p, 1000.0)),
        ]:
            options = {"learningRate": rate, clip: value}
            trajectory(golden, titled(kind, options), kind, options,
                       lambda p: make(p, lr=rate), prepare)


def groups_and_rates(golden):
    for kind, make, base in [
        ("SGD", optim.SGD, dict(learningRate=0.1, momentum=0.9)),
        ("AdamW", optim.AdamW, dict(learningRate=0.01, decay=0.1)),
    ]:
        changes = dict(first=dict(learningRate=base["learningRate"] * 3), second=dict(decay=0.0))
        given = {k: {NAMES[n]: v for n, v in c.items()} for k, c in changes.items()}
        trajectory(golden, f"{kind} in groups", kind, base | {"groups": changes},
                   lambda p: make(p, **arguments(base)), groups=given)
        rates = [base["learningRate"] / (1 + step / 4) for step in range(STEPS)]
        trajectory(golden, f"{kind} under changing rates", kind, base | {"rates": rates},
                   lambda p: make(p, **arguments(base)), rates=rates)


def averages(golden):
    path = {k: torch.cumsum(normal(generator("walk " + k), STEPS, *s), 0)
            for k, s in SHAPES.items()}
    for decay in (0.9, 0.999):
        model = torch.nn.ParameterDict({k: torch.zeros(s) for k, s in SHAPES.items()})
        average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))
        results = {k: [] for k in SHAPES}
        for step in range(STEPS):
            with torch.no_grad():
                for k in SHAPES:
                    model[k].copy_(path[k][step])
            average.update_parameters(model)
            for k in SHAPES:
                results[k].append(average.module[k].detach().clone())
        tensors = {f"trajectory.{k}": v for k, v in path.items()}
        tensors |= {f"average.{k}": torch.stack(v) for k, v in results.items()}
        golden.add(f"moving average decay {decay}", "ExponentialMovingAverage",
                   {"decay": decay}, tensors)


def make():
    golden = Golden()
    for part in (plain, decays, clipping, groups_and_rates, averages):
        part(golden)
    return golden
