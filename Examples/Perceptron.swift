import Foundation
import Myelin

/// The perceptron (F. Rosenblatt, "The perceptron", 1958): a line that is moved at every mistake.
///
/// A point x gets the score s = w · x and the class of its sign, +1 or −1. While a point of class y
/// has y · s ≤ 0, it is on the wrong side, and w ← w + y · x turns the line towards it.
///
/// **When it stops.** After a whole pass without a mistake: no update happened, so the next pass
/// would be the same, and so would all others. If some line parts the classes, that time comes:
/// where all points are at least γ from that line and at most R from the origin, there are at most
/// (R / γ)² mistakes (A. Novikoff, 1962). If no line does, w wanders forever, and only a maximum of
/// passes ends it.
package struct Perceptron {
  /// Points with their classes.
  package struct Points: Sendable {
    /// [N, 3]: two coordinates and a constant 1, whose weight is the line's offset (the bias).
    let inputs: Tensor
    /// [N]: +1 or −1.
    let classes: Tensor
    /// Novikoff's (R / γ)²; nil where no line parts the classes.
    package let bound: Double?
  }

  /// w, [3].
  private var weights = Tensor.zeros([3])
  /// How often the weights have changed.
  package private(set) var mistakes = 0

  package init() {}

  /// Goes through the points once, learning from each mistake; returns how many there were.
  package mutating func pass(over points: Points) -> Int {
    let before = mistakes
    for (place, y) in points.classes.scalars(as: Double.self).enumerated() {
      let x = points.inputs[place]
      // Forward pass: on which side of the line is the point, and how far?
      let score = (weights * x).sum().item()
      // The loss of a point is max(0, −y · score). Its gradient by the weights is −y · x for a
      // point on the wrong side and 0 for the others: the rule is gradient descent at rate 1.
      if y * score <= 0 {
        weights += y * x
        mistakes += 1
      }
    }
    return mistakes - before
  }

  package static func run(_ points: Points, maximum: Int) -> Outcome {
    var perceptron = Perceptron()
    var lines = ["\(points.classes.count) points in the plane", "", heading("pass", "mistakes")]
    var passes = 0
    var hasConverged = false

    while !hasConverged && passes < maximum {
      let mistakes = perceptron.pass(over: points)
      passes += 1
      hasConverged = mistakes == 0
      if hasConverged || isMilestone(passes) {
        lines.append(String(format: "%8d%12d", passes, mistakes))
      }
    }

    let margins = points.classes * matmul(points.inputs, perceptron.weights)
    return Outcome(
      criterion: "a whole pass without a mistake", hasConverged: hasConverged, iterations: passes,
      unit: "passes", loss: relu(-margins).mean().item(),
      accuracy: (margins .> 0).to(.float32).mean().item(),
      lines: lines + [
        "", "\(perceptron.mistakes) mistakes in all\(words(points.bound))",
        "line: \(equation(perceptron.weights))",
      ])
  }

  private static func words(_ bound: Double?) -> String {
    bound.map { "; at most (R / γ)² = \(fixed($0, 0)) were possible" }
      ?? "; no line parts these points"
  }

  private static func equation(_ weights: Tensor) -> String {
    let w = weights.scalars(as: Double.self)
    return fixed(w[0], 2) + " · x₁" + term(w[1], " · x₂") + term(w[2]) + " = 0"
  }
}

extension Perceptron.Points {
  /// 100 points, each at least 0.1 from a line that the seed chooses, classes by their side of it.
  package static func separable(seed: UInt64) -> Self {
    var random = RandomSource(seed: seed)
    let angle = random.uniform([], to: 2 * Double.pi).item()
    let offset = random.uniform([], from: -0.3, to: 0.3).item()
    let normal = Tensor([Float(cos(angle)), Float(sin(angle))])

    // The class is the side; then each point moves 0.1 away from the line, so that there is a gap.
    let drawn = random.uniform([100, 2], from: -1, to: 1)
    let classes = sides(matmul(drawn, normal) - offset)
    let points = withConstant(drawn + 0.1 * classes.unsqueezed(1) * normal)

    // γ is the smallest distance in the space of (x₁, x₂, 1), where the line goes through the origin.
    let line = concatenate([normal, Tensor([Float(-offset)])])
    let margin = (classes * matmul(points, line)).min() / line.norm()
    let radius = points.norm(along: 1).max()
    return Self(inputs: points, classes: classes, bound: square(radius / margin).item())
  }

  /// 100 points in a square, of class +1 where exactly one coordinate is positive: exclusive or,
  /// which no line parts.
  package static func checkered(seed: UInt64) -> Self {
    var random = RandomSource(seed: seed)
    let points = random.uniform([100, 2], from: -1, to: 1)
    let classes = -sides(points.product(along: 1))
    return Self(inputs: withConstant(points), classes: classes, bound: nil)
  }

  /// +1 where the number is positive, else −1.
  private static func sides(_ numbers: Tensor) -> Tensor { 2 * (numbers .> 0).to(.float32) - 1 }

  private static func withConstant(_ points: Tensor) -> Tensor {
    concatenate([points, .ones([points.shape[0], 1])], along: 1)
  }
}
