import Myelin

/// Linear regression by gradient descent, with the gradient written by hand.
///
///     prediction   ŷ = X · w + b
///     loss         L = 1/n · Σ (ŷ − y)²
///     gradient     ∂L/∂w = 2/n · Xᵀ · (ŷ − y),   ∂L/∂b = 2/n · Σ (ŷ − y)
///     update       w ← w − rate · ∂L/∂w,   b ← b − rate · ∂L/∂b
///
/// **When it stops.** When the gradient is shorter than 10⁻⁴. The loss is a bowl (convex): its
/// slope is zero at the lowest point and nowhere else, so a slope of almost zero means that the
/// parameters are almost there. The loss itself could not tell, since nobody knows beforehand how
/// low it gets: the noise in the data stays.
package enum LinearRegression {
  /// Anything between 0 and 2 / (the bowl's largest curvature, here about 2) converges; beyond it
  /// each step overshoots by more than the one before.
  static let rate = 0.3
  static let tolerance = 1e-4

  package static func run(seed: UInt64, maximum: Int) -> Outcome {
    let (inputs, targets) = data(seed: seed)
    var weights = Tensor.zeros([2, 1])
    var bias = Tensor.zeros([1])
    var lines = [heading("step", "loss", "slope")]
    var steps = 0

    while true {
      let errors = matmul(inputs, weights) + bias - targets
      let loss = square(errors).mean().item()
      let slope = gradient(inputs, errors)
      let length = (square(slope.weights).sum() + square(slope.bias).sum()).item().squareRoot()

      let hasConverged = length < tolerance
      if hasConverged || steps == maximum || isMilestone(steps) {
        lines.append(row(steps, loss, length))
      }
      if hasConverged || steps == maximum {
        return Outcome(
          criterion: "the gradient is shorter than \(tolerance)", hasConverged: hasConverged,
          iterations: steps, unit: "steps", loss: loss, accuracy: nil,
          lines: lines + summary(weights, bias))
      }

      weights -= rate * slope.weights
      bias -= rate * slope.bias
      steps += 1
    }
  }

  /// The derivatives of the loss, by the formula. `errors` is ŷ − y, [n, 1].
  package static func gradient(
    _ inputs: Tensor, _ errors: Tensor
  ) -> (weights: Tensor, bias: Tensor) {
    let n = Double(inputs.shape[0])
    return (
      weights: 2 / n * matmul(inputs.transposed(), errors), bias: 2 / n * errors.sum(along: 0)
    )
  }

  /// 100 points of the plane y = 2 · x₁ − 3 · x₂ + 1, with normal noise of standard deviation 0.1.
  package static func data(seed: UInt64) -> (inputs: Tensor, targets: Tensor) {
    var random = RandomSource(seed: seed)
    let inputs = random.uniform([100, 2], from: -1, to: 1)
    let noise = random.normal([100, 1], standardDeviation: 0.1)
    return (inputs, matmul(inputs, [[2], [-3]]) + 1 + noise)
  }

  private static func summary(_ weights: Tensor, _ bias: Tensor) -> [String] {
    let w = weights.scalars(as: Double.self)
    return [
      "", "made from   y = 2.00 · x₁ − 3.00 · x₂ + 1.00, and noise of variance 0.01",
      "learned     y = \(fixed(w[0], 2)) · x₁" + term(w[1], " · x₂") + term(bias.item()),
    ]
  }
}
