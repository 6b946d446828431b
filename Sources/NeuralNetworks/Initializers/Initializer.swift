import Arrays
import Tensors

/// How a layer's parameter starts: a function of its shape that draws from a random stream.
///
///     let layer = Linear(784, 256, weightInitializer: .kaimingNormal(nonlinearity: .relu))
///     var random = RandomSource(seed: 1)
///     let weight = Initializer.orthogonal()([64, 64], using: &random)
public struct Initializer: Sendable {
  private let make: @Sendable (Shape, inout RandomSource) -> Tensor

  /// An initializer of your own.
  public init(_ make: @escaping @Sendable (Shape, inout RandomSource) -> Tensor) {
    self.make = make
  }

  /// A float32 tensor of `shape`, by the numbers that `random` gives next.
  public func callAsFunction(_ shape: Shape, using random: inout RandomSource) -> Tensor {
    let tensor = make(shape, &random)
    if tensor.shape != shape { stop("Initializer: gave \(tensor.shape) for the shape \(shape)") }
    return tensor
  }
}

extension Initializer {
  /// Every element is `value`.
  public static func constant(_ value: Double) -> Initializer {
    Initializer { shape, _ in .full(shape, value) }
  }

  /// All zeros.
  public static let zeros = constant(0)
  /// All ones.
  public static let ones = constant(1)

  /// Uniform in [lower, upper), [0, 1) by default.
  public static func uniform(from lower: Double = 0, to upper: Double = 1) -> Initializer {
    Initializer { shape, random in random.uniform(shape, from: lower, to: upper) }
  }

  /// Normal with a mean and a standard deviation, 0 and 1 by default.
  public static func normal(mean: Double = 0, standardDeviation: Double = 1) -> Initializer {
    Initializer { shape, random in
      random.normal(shape, mean: mean, standardDeviation: standardDeviation)
    }
  }

  /// Normal, cut to at most `bound` standard deviations from the mean; 0, 1 and 2 by default.
  public static func truncatedNormal(
    mean: Double = 0, standardDeviation: Double = 1, bound: Double = 2
  ) -> Initializer {
    if bound <= 0 { stop("truncatedNormal: bound \(bound) must be positive") }
    return Initializer { shape, random in
      random.truncatedNormal(shape, mean: mean, standardDeviation: standardDeviation, bound: bound)
    }
  }
}
