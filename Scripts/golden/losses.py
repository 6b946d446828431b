"""Losses: every option by every reduction, with the gradients of the inputs.

Roles: the inputs by their names in Myelin (prediction, logits, target, labels, weights, …),
output, cotangent and gradient.<input>.
"""

import itertools

import torch
from torch.nn import functional as F

from .writer import Golden, generator, integers, normal, uniform

REDUCTIONS = ("mean", "sum", "none")


def loss(golden, name, kind, options, function, inputs, differentiable, reductions=REDUCTIONS):
    """Records `function(inputs, reduction)` for every reduction."""
    for reduction in reductions:
        full = f"{name}, {reduction}"
        leaves = {k: v.clone().requires_grad_(k in differentiable) for k, v in inputs.items()}
        y = function(leaves, reduction)
        cotangent = normal(generator(full), *y.shape) if y.dim() else torch.tensor(1.0)
        y.backward(cotangent)
        gradients = {f"gradient.{k}": leaves[k].grad for k in differentiable}
        golden.add(full, kind, options | {"reduction": reduction},
                   leaves | {"output": y, "cotangent": cotangent} | gradients)


def reduce(values, reduction):
    return {"mean": values.mean, "sum": values.sum, "none": lambda: values}[reduction]()


def regression(golden):
    for shape in ([5], [3, 4], [2, 1, 3], []):
        for kind, function, options in [
            ("mse", F.mse_loss, {}),
            ("mae", F.l1_loss, {}),
            ("huber", F.huber_loss, {"delta": 1.0}),
            ("huber", F.huber_loss, {"delta": 0.3}),
        ]:
            name = " ".join([kind, str(shape), *(f"{k} {v}" for k, v in options.items())])
            source = generator(name)
            inputs = dict(prediction=normal(source, *shape), target=normal(source, *shape))
            loss(golden, name, kind, options,
                 lambda t, r: function(t["prediction"], t["target"], reduction=r, **options),
                 inputs, ["prediction", "target"])


def cross_entropy(golden):
    shapes = [[4, 5], [1, 3], [2, 4, 3], [2, 3, 2, 2], [6]]
    for shape, smoothing, weighted, ignoring, soft in itertools.product(
            shapes, (0.0, 0.1), (False, True), (None, 1, -100), (False, True)):
        if soft and ignoring is not None or len(shape) > 2 and ignoring == 1:
            continue
        classes = shape[0] if len(shape) == 1 else shape[1]
        options = {"labelSmoothing": smoothing}
        name = f"cross entropy {shape} smoothing {smoothing}"
        name += (" weighted" if weighted else "") + (" soft" if soft else "")
        if ignoring is not None:
            options["ignoring"] = ignoring
            name += f" ignoring {ignoring}"
        source = generator(name)
        inputs = dict(logits=normal(source, *shape, scale=2))
        if weighted:
            inputs["weights"] = uniform(source, classes, low=0.2, high=2)
        if soft:
            inputs["labels"] = torch.softmax(normal(source, *shape), min(1, len(shape) - 1))
        else:
            inputs["labels"] = labels(source, shape, classes, ignoring)
        loss(golden, name, "crossEntropy", options,
             lambda t, r: F.cross_entropy(
                 t["logits"], t["labels"], t.get("weights"), label_smoothing=smoothing,
                 ignore_index=-100 if ignoring is None else ignoring, reduction=r),
             inputs, ["logits"])
    huge = dict(logits=torch.tensor([[1e4, 0, -1e4], [-1e4, 1e4, 0]]), labels=torch.tensor([0, 2]))
    loss(golden, "cross entropy of huge logits", "crossEntropy", {"labelSmoothing": 0.0},
         lambda t, r: F.cross_entropy(t["logits"], t["labels"], reduction=r), huge, ["logits"])


def labels(source, shape, classes, ignoring):
    """Class indices of which some, but not all, are the ignored one."""
    free = torch.tensor([c for c in range(classes) if c != ignoring])
    places = [shape[0]] + shape[2:] if len(shape) > 1 else []
    result = free[integers(source, len(free), *places)]
    if ignoring is not None and result.numel() > 1:
        result.view(-1)[1::3] = ignoring
    return result


def negative_log_likelihood(golden):
    for shape, weighted, ignoring in itertools.product(
            ([4, 5], [2, 3, 4], [6]), (False, True), (None, 2)):
        classes = shape[0] if len(shape) == 1 else shape[1]
        name = f"negative log likelihood {shape}" + (" weighted" if weighted else "")
        options = {}
        if ignoring is not None:
            options["ignoring"] = ignoring
            name += f" ignoring {ignoring}"
        source = generator(name)
        axis = 0 if len(shape) == 1 else 1
        inputs = dict(logProbabilities=torch.log_softmax(normal(source, *shape), axis),
                      labels=labels(source, shape, classes, ignoring))
        if weighted:
            inputs["weights"] = uniform(source, classes, low=0.2, high=2)
        loss(golden, name, "negativeLogLikelihood", options,
             lambda t, r: F.nll_loss(
                 t["logProbabilities"], t["labels"], t.get("weights"), reduction=r,
                 ignore_index=-100 if ignoring is None else ignoring),
             inputs, ["logProbabilities"])


def binary(golden):
    for shape, positive, weighted in itertools.product(
            ([6], [3, 4]), (None, "scalar", "columns"), (False, True)):
        name = f"binary cross entropy {shape} positive {positive}"
        name += " weighted" if weighted else ""
        source = generator(name)
        inputs = dict(logits=normal(source, *shape, scale=3), target=uniform(source, *shape))
        inputs["target"].view(-1)[::2] = (inputs["target"].view(-1)[::2] > 0.5).float()
        if positive:
            size = [] if positive == "scalar" else [shape[-1]]
            inputs["positiveWeight"] = uniform(source, *size, low=0.5, high=3)
        if weighted:
            inputs["weights"] = uniform(source, *shape, low=0.2, high=2)
        loss(golden, name, "binaryCrossEntropy", {},
             lambda t, r: F.binary_cross_entropy_with_logits(
                 t["logits"], t["target"], t.get("weights"), reduction=r,
                 pos_weight=t.get("positiveWeight")),
             inputs, ["logits"])
    huge = dict(logits=torch.tensor([1e4, -1e4, 1000, -1000, 0]),
                target=torch.tensor([1.0, 0, 0, 1, 0.5]))
    loss(golden, "binary cross entropy of huge logits", "binaryCrossEntropy", {},
         lambda t, r: F.binary_cross_entropy_with_logits(t["logits"], t["target"], reduction=r),
         huge, ["logits"])


def focal(golden):
    """Lin et al. 2017, equations 4 and 5: FL(p_t) = −α_t (1 − p_t)^γ log p_t."""
    def sigmoid_form(t, alpha, gamma):
        x, y = t["logits"], t["target"]
        p = torch.sigmoid(x)
        true = p * y + (1 - p) * (1 - y)
        value = (1 - true) ** gamma * F.binary_cross_entropy_with_logits(x, y, reduction="none")
        return value if alpha is None else (alpha * y + (1 - alpha) * (1 - y)) * value

    def softmax_form(t, gamma):
        logp = torch.log_softmax(t["logits"], 1)
        true = logp.gather(1, t["labels"].unsqueeze(1)).squeeze(1)
        value = -((1 - true.exp()) ** gamma) * true
        return t["weights"][t["labels"]] * value if "weights" in t else value

    for shape, alpha, gamma in itertools.product(
            ([7], [3, 4]), (None, 0.25, 0.6), (0.0, 1.0, 2.0, 0.5)):
        name = f"binary focal loss {shape} alpha {alpha} gamma {gamma}"
        source = generator(name)
        inputs = dict(logits=normal(source, *shape, scale=2),
                      target=integers(source, 2, *shape).float())
        options = {"gamma": gamma} | ({} if alpha is None else {"alpha": alpha})
        loss(golden, name, "binaryFocalLoss", options,
             lambda t, r: reduce(sigmoid_form(t, alpha, gamma), r), inputs, ["logits"])
    for shape, weighted, gamma in itertools.product(
            ([4, 3], [2, 5, 3]), (False, True), (0.0, 1.0, 2.0, 0.5)):
        name = f"focal loss {shape} weighted {weighted} gamma {gamma}"
        source = generator(name)
        inputs = dict(logits=normal(source, *shape, scale=2),
                      labels=integers(source, shape[1], shape[0], *shape[2:]))
        if weighted:
            inputs["weights"] = uniform(source, shape[1], low=0.2, high=1)
        loss(golden, name, "focalLoss", {"gamma": gamma},
             lambda t, r: reduce(softmax_form(t, gamma), r), inputs, ["logits"])


def divergence(golden):
    for shape, logarithmic in itertools.product(([3, 4], [5], [2, 3, 2]), (False, True)):
        name = f"kl divergence {shape} logarithmic {logarithmic}"
        source = generator(name)
        target = torch.log_softmax(normal(source, *shape), -1)
        if not logarithmic:
            target = target.exp()
            target.view(-1)[0] = 0  # 0 log 0 counts as 0
        inputs = dict(logProbabilities=torch.log_softmax(normal(source, *shape), -1),
                      target=target)
        loss(golden, name, "klDivergence", {"targetIsLogarithmic": logarithmic},
             lambda t, r: F.kl_div(t["logProbabilities"], t["target"], reduction=r,
                                   log_target=logarithmic),
             inputs, ["logProbabilities"], REDUCTIONS + ("batchmean",))


def margins(golden):
    for shape, margin in itertools.product(([6], [3, 4]), (1.0, 0.3)):
        source = generator(f"hinge {shape} {margin}")
        target = integers(source, 2, *shape).float() * 2 - 1
        inputs = dict(prediction=normal(source, *shape), target=target)
        # Cortes and Vapnik 1995: max(0, margin − y · f(x)).
        loss(golden, f"hinge {shape} margin {margin}", "hinge", {"margin": margin},
             lambda t, r: reduce(torch.relu(margin - t["prediction"] * t["target"]), r),
             inputs, ["prediction"])
        loss(golden, f"hinge embedding {shape} margin {margin}", "hingeEmbedding",
             {"margin": margin},
             lambda t, r: F.hinge_embedding_loss(t["prediction"], t["target"], margin=margin,
                                                 reduction=r),
             inputs, ["prediction"])
    for weighted, margin, p in itertools.product((False, True), (1.0, 0.4), (1, 2)):
        name = f"multi-class hinge weighted {weighted} margin {margin} power {p}"
        source = generator(name)
        inputs = dict(logits=normal(source, 4, 5), labels=integers(source, 5, 4))
        if weighted:
            inputs["weights"] = uniform(source, 5, low=0.2, high=2)
        loss(golden, name, "multiClassHinge", {"margin": margin, "power": p},
             lambda t, r: F.multi_margin_loss(t["logits"], t["labels"], p=p, margin=margin,
                                              weight=t.get("weights"), reduction=r),
             inputs, ["logits"])


def embeddings(golden):
    for shape, margin in itertools.product(([5, 4], [1, 7], [6]), (0.0, 0.2)):
        name = f"cosine embedding {shape} margin {margin}"
        source = generator(name)
        target = torch.tensor(1.0) if len(shape) == 1 else (
            integers(source, 2, shape[0]).float() * 2 - 1)
        inputs = dict(first=normal(source, *shape), second=normal(source, *shape), target=target)
        loss(golden, name, "cosineEmbedding", {"margin": margin},
             lambda t, r: F.cosine_embedding_loss(t["first"], t["second"], t["target"],
                                                  margin=margin, reduction=r),
             inputs, ["first", "second"])
    for shape, margin, p, swap in itertools.product(
            ([5, 4], [6]), (1.0, 0.5), (2.0, 1.0), (False, True)):
        name = f"triplet {shape} margin {margin} power {p} swap {swap}"
        source = generator(name)
        inputs = {k: normal(source, *shape) for k in ("anchor", "positive", "negative")}
        loss(golden, name, "triplet", {"margin": margin, "power": p, "swaps": swap},
             lambda t, r: F.triplet_margin_loss(t["anchor"], t["positive"], t["negative"],
                                                margin=margin, p=p, swap=swap, reduction=r),
             inputs, ["anchor", "positive", "negative"])


def make():
    golden = Golden()
    for part in (regression, cross_entropy, negative_log_likelihood, binary, focal, divergence,
                 margins, embeddings):
        part(golden)
    return golden
