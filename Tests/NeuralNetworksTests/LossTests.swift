import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("losses", from: .module)

/// Every loss, option by option, against the oracle: its value and the gradients of its inputs.
struct LossTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithTheOracle(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    let names = golden.names(of: "gradient")
    var inputs: [String: Tensor] = [:]
    for name in names { inputs[name] = try golden.tensor(name) }
    // Labels and what else is not differentiated are arguments too, of a compiled function.
    var others: [String: Tensor] = [:]
    for name in golden.tensors.keys where inputs[name] == nil {
      others[name] = try golden.tensor(name)
    }
    let cotangent = try golden.tensor("cotangent")
    let found = try mode.run([inputs, others]) { arguments in
      let (value, pullback) = try valueWithPullback(of: arguments[0]) { inputs in
        try loss(golden) { name in try inputs[name] ?? arguments[1][name] ?? golden.tensor(name) }
      }
      return Derivative(value: value, gradient: pullback(cotangent))
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 2e-6)
    for name in names {
      try golden.expect(found.gradient[name]!, isCloseTo: "gradient.\(name)", absolute: 2e-6)
    }
  }

  private func loss(
    _ golden: GoldenCase, _ tensor: (String) throws -> Tensor
  ) throws -> Tensor {
    let reduction = try reduction(golden)
    switch golden.kind {
    case "mse": return mse(try tensor("prediction"), try tensor("target"), reduction: reduction)
    case "mae": return mae(try tensor("prediction"), try tensor("target"), reduction: reduction)
    case "huber":
      return huber(
        try tensor("prediction"), try tensor("target"), delta: try golden.double("delta"),
        reduction: reduction)
    case "klDivergence":
      return klDivergence(
        try tensor("logProbabilities"), try tensor("target"),
        targetIsLogarithmic: try golden.bool("targetIsLogarithmic"), reduction: reduction)
    case "hinge":
      return hinge(
        try tensor("prediction"), try tensor("target"), margin: try golden.double("margin"),
        reduction: reduction)
    case "hingeEmbedding":
      return hingeEmbedding(
        try tensor("prediction"), try tensor("target"), margin: try golden.double("margin"),
        reduction: reduction)
    case "cosineEmbedding":
      return cosineEmbedding(
        try tensor("first"), try tensor("second"), try tensor("target"),
        margin: try golden.double("margin"), reduction: reduction)
    case "triplet":
      return triplet(
        try tensor("anchor"), try tensor("positive"), try tensor("negative"),
        margin: try golden.double("margin"), power: try golden.double("power"),
        swaps: try golden.bool("swaps"), reduction: reduction)
    default: return try classification(golden, tensor, reduction)
    }
  }

  private func classification(
    _ golden: GoldenCase, _ tensor: (String) throws -> Tensor, _ reduction: Reduction
  ) throws -> Tensor {
    let weights = golden.tensors["weights"] == nil ? nil : try tensor("weights")
    let ignored = golden.has("ignoring") ? try golden.int("ignoring") : nil
    switch golden.kind {
    case "crossEntropy":
      return crossEntropy(
        try tensor("logits"), try tensor("labels"), weights: weights, ignoring: ignored,
        labelSmoothing: try golden.double("labelSmoothing"), reduction: reduction)
    case "negativeLogLikelihood":
      return negativeLogLikelihood(
        try tensor("logProbabilities"), try tensor("labels"), weights: weights, ignoring: ignored,
        reduction: reduction)
    case "binaryCrossEntropy":
      return binaryCrossEntropy(
        try tensor("logits"), try tensor("target"),
        positiveWeight: golden.tensors["positiveWeight"] == nil
          ? nil : try tensor("positiveWeight"),
        weights: weights,
        reduction: reduction)
    case "binaryFocalLoss":
      return binaryFocalLoss(
        try tensor("logits"), try tensor("target"), gamma: try golden.double("gamma"),
        alpha: golden.has("alpha") ? try golden.double("alpha") : nil, reduction: reduction)
    case "focalLoss":
      return focalLoss(
        try tensor("logits"), try tensor("labels"), gamma: try golden.double("gamma"),
        weights: weights, reduction: reduction)
    case "multiClassHinge":
      return multiClassHinge(
        try tensor("logits"), try tensor("labels"), margin: try golden.double("margin"),
        power: try golden.int("power"), weights: weights, reduction: reduction)
    default: throw GoldenError("nothing compares \(golden.kind)")
    }
  }

  private func reduction(_ golden: GoldenCase) throws -> Reduction {
    switch try golden.string("reduction") {
    case "mean": .mean
    case "sum": .sum
    case "batchmean": .batchMean
    case "none": .none
    case let other: throw GoldenError("\(golden.name): no reduction is \(other)")
    }
  }
}
