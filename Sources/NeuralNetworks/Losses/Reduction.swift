import Arrays
import Tensors

/// How the losses of the examples become the loss that is minimized.
public enum Reduction: Sendable, Hashable, CaseIterable {
  /// The mean over all elements; a loss with class weights says what it divides by.
  case mean
  /// The sum of all elements.
  case sum
  /// The sum of all elements, divided by the length of the first axis.
  case batchMean
  /// Every element for itself.
  case none

  /// Reduces the elements of a loss.
  package func callAsFunction(_ elements: Tensor) -> Tensor {
    switch self {
    case .mean: elements.mean()
    case .sum: elements.sum()
    case .batchMean: elements.sum() / Double(elements.rank == 0 ? 1 : elements.shape[0])
    case .none: elements
    }
  }
}

/// What losses ask of their operands; each stops with one message.
enum LossOperands {
  /// Floating-point numbers.
  static func requireFloatingPoint(_ x: Tensor, _ role: String, in loss: String) {
    if !x.dataType.isFloatingPoint {
      stop(
        "\(loss): \(role) must be floating point, found \(x.dataType); convert with to(.float32)")
    }
  }

  /// Floating-point tensors of one element type and one shape: a loss does not broadcast, because
  /// [n] beside [n, 1] is nearly always a mistake.
  static func requireAlike(
    _ x: Tensor, _ xRole: String, _ y: Tensor, _ yRole: String, in loss: String
  ) {
    requireFloatingPoint(x, xRole, in: loss)
    if x.shape != y.shape {
      stop("\(loss): \(xRole) is \(x.shape) and \(yRole) \(y.shape); they must have one shape")
    }
    requireType(of: x, y, yRole, in: loss)
  }

  /// The element type of another operand.
  static func requireType(of x: Tensor, _ y: Tensor, _ role: String, in loss: String) {
    if y.dataType != x.dataType {
      stop(
        "\(loss): \(role) is \(y.dataType), not \(x.dataType) as what it is compared with; convert "
          + "with to(.\(x.dataType))")
    }
  }

  /// A shape that broadcasts to that of another operand, and its element type.
  static func requireBroadcast(_ x: Tensor, _ role: String, to y: Tensor, in loss: String) {
    requireType(of: y, x, role, in: loss)
    if x.shape.broadcast(with: y.shape) != y.shape {
      stop("\(loss): \(role) \(x.shape) does not broadcast to \(y.shape)")
    }
  }
}
