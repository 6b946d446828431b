import Myelin

/// Exclusive or with one hidden layer: the smallest problem that a line cannot solve.
///
///     hidden       h = tanh(W₁ · x + b₁)       8 units, each a soft line across the plane
///     prediction   p = σ(z), z = W₂ · h + b₂   a line again, but in the space of h
///     loss         L = −1/4 · Σ (y · log p + (1 − y) · log(1 − p))
///     gradient     by the chain rule, backwards through p, h and x: the library's work
///     update       Adam: as gradient descent, each parameter with a rate of its own
///
/// Two units would be enough to *be* exclusive or, but not to *learn* it each time: from about half
/// of all first weights descent ends in a valley where two of the four points share p = ½. Eight
/// leave it a way out. The loss matters too: squared errors of σ are flat where p is sure and
/// wrong, and this loss is steepest there.
///
/// **When it stops.** When each p is within 0.1 of its y. This loss has no lowest point (σ comes
/// close to 0 and 1 but never there), so that the slope says little; what was wanted is a table of
/// four rows, each right beyond doubt.
package enum XOR {
  static let tolerance = 0.1

  struct Network: Module {
    var hidden = Linear(2, 8)
    var output = Linear(8, 1)

    func callAsFunction(_ x: Tensor) -> Tensor { output(tanh(hidden(x))) }
  }

  package static func run(seed: UInt64, maximum: Int) -> Outcome {
    let inputs: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let targets: Tensor = [[0], [1], [1], [0]]
    var network = withRandomSeed(seed) { Network() }
    var optimizer = Adam(learningRate: 0.05)
    var lines = [heading("step", "loss", "worst error")]
    var steps = 0

    while true {
      // The forward pass happens inside the closure, since the way back must be recorded; what is
      // wanted of it besides the loss is taken out as a constant.
      var predictions = targets
      let (loss, gradients) = valueAndGradient(of: &network) { network in
        let logits = network(inputs)
        predictions = sigmoid(logits.detached())
        return binaryCrossEntropy(logits, targets)
      }
      let worst = abs(predictions - targets).max().item()

      let hasConverged = worst < tolerance
      if hasConverged || steps == maximum || isMilestone(steps) {
        lines.append(row(steps, loss.item(), worst))
      }
      if hasConverged || steps == maximum {
        let isRight = (predictions .> 0.5) .== (targets .> 0.5)
        return Outcome(
          criterion: "each output is within \(tolerance) of its target",
          hasConverged: hasConverged, iterations: steps, unit: "steps", loss: loss.item(),
          accuracy: isRight.to(.float32).mean().item(),
          lines: lines + [""] + table(inputs, predictions))
      }

      optimizer.update(&network, with: gradients)
      steps += 1
    }
  }

  private static func table(_ inputs: Tensor, _ predictions: Tensor) -> [String] {
    let x = inputs.scalars(as: Int.self)
    let p = predictions.scalars(as: Double.self)
    return (0..<4).map { "  \(x[2 * $0]) xor \(x[2 * $0 + 1])  →  \(fixed(p[$0], 3))" }
  }
}
