import Myelin

/// Logistic regression by gradient descent, with the gradient found by the library.
///
///     prediction   p = σ(z), z = X · w + b     the probability of class 1; σ(z) = 1 / (1 + e⁻ᶻ)
///     loss         L = −1/n · Σ (y · log p + (1 − y) · log(1 − p))
///     gradient     ∂L/∂w = 1/n · Xᵀ · (p − y),   ∂L/∂b = 1/n · Σ (p − y)
///     update       w ← w − rate · ∂L/∂w,   b ← b − rate · ∂L/∂b
///
/// The gradient has the form of linear regression's, which is no accident: this loss is made for
/// this σ. Here nobody writes it down; `valueAndGradient` follows the operations of the loss
/// backwards and gives a model that holds derivatives in the places of the parameters.
///
/// **When it stops.** When the gradient is shorter than 10⁻³. This loss too is convex, so a slope of
/// almost zero is found at its lowest point only. The two classes overlap, which gives it one: if a
/// line parted them, ever longer w would lower the loss for ever. And accuracy stops changing long
/// before the probabilities are right.
package enum LogisticRegression {
  static let rate = 1.0
  static let tolerance = 1e-3

  /// A `var` of type `Tensor` is a parameter: this is all that a model needs.
  package struct Model: Module {
    package var weights = Tensor.zeros([2, 1])
    package var bias = Tensor.zeros([1])

    package init() {}

    /// z, the logits: the probabilities before σ.
    package func callAsFunction(_ x: Tensor) -> Tensor { matmul(x, weights) + bias }
  }

  package static func run(seed: UInt64, maximum: Int) -> Outcome {
    let (inputs, classes) = data(seed: seed)
    var model = Model()
    var lines = [heading("step", "loss", "slope", "accuracy")]
    var steps = 0

    while true {
      // The loss takes logits rather than probabilities: log σ(z) computed in one go does not
      // overflow where σ(z) has rounded to 0.
      let (loss, slope) = valueAndGradient(of: &model) { model in
        binaryCrossEntropy(model(inputs), classes)
      }
      let length = (square(slope.weights).sum() + square(slope.bias).sum()).item().squareRoot()
      let accuracy = ((model(inputs) .> 0) .== (classes .> 0.5)).to(.float32).mean().item()

      let hasConverged = length < tolerance
      if hasConverged || steps == maximum || isMilestone(steps) {
        lines.append(row(steps, loss.item(), length, accuracy))
      }
      if hasConverged || steps == maximum {
        return Outcome(
          criterion: "the gradient is shorter than \(tolerance)", hasConverged: hasConverged,
          iterations: steps, unit: "steps", loss: loss.item(), accuracy: accuracy,
          lines: lines + summary(model))
      }

      model.weights -= rate * slope.weights
      model.bias -= rate * slope.bias
      steps += 1
    }
  }

  /// 100 points of each class, around (−1, −1) and (1, 1), with a standard deviation of 1 each way:
  /// the classes overlap.
  package static func data(seed: UInt64) -> (inputs: Tensor, classes: Tensor) {
    var random = RandomSource(seed: seed)
    let classes = concatenate([.zeros([100, 1]), .ones([100, 1])])
    let centres = 2 * classes - 1
    return (centres + random.normal([200, 2]), classes)
  }

  private static func summary(_ model: Model) -> [String] {
    let corners: Tensor = [[-1, -1], [0, 0], [1, 1]]
    let p = sigmoid(model(corners)).scalars(as: Double.self)
    return [
      "",
      "probability of class 1: \(fixed(p[0], 2)) at (−1, −1), \(fixed(p[1], 2)) at (0, 0), "
        + "\(fixed(p[2], 2)) at (1, 1)",
    ]
  }
}
