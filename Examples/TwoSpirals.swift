import Myelin

/// Two spirals wound into each other (K. Lang and M. Witbrock, "Learning to tell two spirals
/// apart", 1988), parted by a multilayer perceptron.
///
///     hidden       h₁ = tanh(W₁ · x + b₁),   h₂ = tanh(W₂ · h₁ + b₂)      32 units each
///     prediction   p = σ(z), z = W₃ · h₂ + b₃
///     loss, gradient, update as in exclusive or
///
/// The first layer cuts the plane into soft half-planes, the second joins them into bent shapes.
///
/// **When it stops.** When every training point is on its side and the mean loss is below 0.05: the
/// first alone would hold while many points are on their side by a hair. Points that the network
/// never saw then say whether it has learned the spirals or only those points.
package enum TwoSpirals {
  static let goal = 0.05

  struct Network: Module {
    var hidden1 = Linear(2, 32)
    var hidden2 = Linear(32, 32)
    var output = Linear(32, 1)

    func callAsFunction(_ x: Tensor) -> Tensor { output(tanh(hidden2(tanh(hidden1(x))))) }
  }

  package static func run(seed: UInt64, maximum: Int) -> Outcome {
    var random = RandomSource(seed: seed)
    let training = points(200, &random)
    let test = points(200, &random)
    var network = withRandomSeed(seed) { Network() }
    var optimizer = Adam(learningRate: 0.01)
    var lines = [heading("step", "loss", "accuracy")]
    var steps = 0

    while true {
      var accuracy = 0.0
      let (loss, gradients) = valueAndGradient(of: &network) { network in
        let logits = network(training.inputs)
        accuracy = Self.accuracy(logits.detached(), training.classes)
        return binaryCrossEntropy(logits, training.classes)
      }

      let hasConverged = accuracy == 1 && loss.item() < goal
      if hasConverged || steps == maximum || isMilestone(steps) {
        lines.append(row(steps, loss.item(), accuracy))
      }
      if hasConverged || steps == maximum {
        let seen = Self.accuracy(network(test.inputs), test.classes)
        return Outcome(
          criterion: "every training point on its side, and the loss below \(goal)",
          hasConverged: hasConverged, iterations: steps, unit: "steps", loss: loss.item(),
          accuracy: seen,
          lines: lines + [""] + picture(network, training)
            + ["", "accuracy on 400 points that it never saw: \(percent(seen))"])
      }

      optimizer.update(&network, with: gradients)
      steps += 1
    }
  }

  /// The part of the logits on their class's side of 0.
  private static func accuracy(_ logits: Tensor, _ classes: Tensor) -> Double {
    ((logits .> 0) .== (classes .> 0.5)).to(.float32).mean().item()
  }
}

extension TwoSpirals {
  struct Points {
    /// [2 · count, 2], from about −5 to 5.
    let inputs: Tensor
    /// [2 · count, 1]: 0 for one arm, 1 for the other.
    let classes: Tensor
  }

  /// Points of two turns, (r · cos α, r · sin α) with α = 4π · r / 5; the second arm is the first
  /// turned by π. The square root spreads them evenly, as the outer turns are longer, and r starts
  /// at 0.7 since the arms meet at 0.
  static func points(_ count: Int, _ random: inout RandomSource) -> Points {
    let radius = 5 * sqrt(random.uniform([count, 1], from: 0.02))
    let angle = 4 * Double.pi / 5 * radius
    let arm = radius * concatenate([cos(angle), sin(angle)], along: 1)
    let noise = random.normal([2 * count, 2], standardDeviation: 0.1)
    return Points(
      inputs: concatenate([arm, -arm]) + noise,
      classes: concatenate([.zeros([count, 1]), .ones([count, 1])]))
  }

  /// The plane as the network sees it: `:` where it says class 1; `o` and `x` are the training
  /// points of class 0 and 1. A character is about twice as high as it is wide.
  private static func picture(_ network: Network, _ points: Points) -> [String] {
    let (rows, columns, extent) = (22, 44, 5.5)
    let grid: Shape = [rows, columns]
    let x = Tensor.linearSpace(from: -extent, to: extent, count: columns)
    let y = Tensor.linearSpace(from: extent, to: -extent, count: rows).unsqueezed(1)
    let logits = network(stack([x.expanded(to: grid), y.expanded(to: grid)], along: 2))
    var characters: [Character] = logits.scalars(as: Double.self).map { $0 > 0 ? ":" : " " }

    let places = points.inputs.scalars(as: Double.self)
    let classes = points.classes.scalars(as: Int.self)
    for (number, label) in classes.enumerated() {
      let right = (places[2 * number] + extent) / (2 * extent)
      let down = (extent - places[2 * number + 1]) / (2 * extent)
      guard (0...1).contains(right), (0...1).contains(down) else { continue }
      let (column, row) = (right * Double(columns - 1), down * Double(rows - 1))
      characters[Int(row.rounded()) * columns + Int(column.rounded())] = label == 0 ? "o" : "x"
    }
    let edge = "+" + String(repeating: "-", count: columns) + "+"
    let lines = (0..<rows).map { characters[($0 * columns)..<(($0 + 1) * columns)] }
    return [edge] + lines.map { "|" + String($0) + "|" } + [edge]
  }
}
