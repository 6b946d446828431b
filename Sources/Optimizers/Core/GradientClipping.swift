import Arrays
import Tensors

/// A limit on gradients, against steps that a few huge ones would throw far off.
public enum GradientClipping: Sendable, Hashable {
  /// Every element is brought into −limit ... limit.
  case value(Double)
  /// All gradients are multiplied by min(1, limit / (norm + 10⁻⁶)), with the Euclidean norm of all
  /// their elements together, which keeps their direction (Pascanu, Mikolov and Bengio, “On the
  /// difficulty of training recurrent neural networks”, 2013).
  case norm(Double)

  /// What all gradients are to be multiplied by.
  func scale(for gradients: [Tensor]) -> Number {
    switch self {
    case .value(let limit), .norm(let limit):
      if !(limit >= 0) { stop("GradientClipping: limit \(limit); it must not be negative") }
    }
    guard case .norm(let limit) = self else { return 1 }
    return .minimum(1, Number(limit) / (euclideanNorm(gradients) + 1e-6))
  }

  /// `gradients` within the limit; for programs that look at them or use no optimizer.
  public func clip<Model: TensorTree>(_ gradients: Model) -> Model {
    let collector = GradientCollector(capacity: 0)
    var clipped = gradients
    clipped.visitTensors(collector)
    clipped.visitTensors(Clipper(self, scale(for: collector.gradients)))
    return clipped
  }
}

/// The Euclidean norm of all elements of all gradients in a model's place:
/// √(Σ over parameters, Σ over elements, g²).
public func globalNorm<Model: TensorTree>(of gradients: Model) -> Double {
  let collector = GradientCollector(capacity: 0)
  var copy = gradients
  copy.visitTensors(collector)
  return euclideanNorm(collector.gradients).value
}

private func euclideanNorm(_ gradients: [Tensor]) -> Number {
  var sum: Number = 0
  for gradient in gradients { sum = sum + Number(square(gradient.widened()).sum()) }
  return sum.squareRoot()
}

private final class Clipper: TensorVisitor {
  private let clipping: GradientClipping
  private let scale: Number

  init(_ clipping: GradientClipping, _ scale: Number) {
    self.clipping = clipping
    self.scale = scale
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role == .parameter, tensor.dataType.isFloatingPoint else { return }
    switch clipping {
    case .value(let limit): tensor = tensor.clamped(to: -limit...limit)
    case .norm: tensor = tensor.scaled(by: scale)
    }
  }
}
