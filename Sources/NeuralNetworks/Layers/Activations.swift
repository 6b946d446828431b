import Arrays
import Tensors

// The activation functions as layers, for `Sequential`; formulas and sources are at the functions.

/// x where x > 0, else weight · x with a learned weight: one for all, or one for each channel
/// (axis 1). He et al., 2015, "Delving deep into rectifiers".
public struct PReLU: Layer {
  /// [1] or [channels].
  public var weight: Tensor

  /// `parameters` weights that start as `initial`, 0.25 by default.
  public init(_ parameters: Int = 1, initial: Double = 0.25) {
    if parameters < 1 { stop("PReLU: \(parameters) parameters; there must be at least one") }
    weight = .full([parameters], initial)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { prelu(input, slope: weight) }
}

/// `relu(_:)` as a layer.
public struct ReLU: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { relu(input) }
}

/// `leakyReLU(_:slope:)` as a layer.
public struct LeakyReLU: Layer {
  /// The factor of negative numbers.
  public let slope: Double
  /// A layer with a factor for negative numbers, 0.01 by default.
  public init(slope: Double = 0.01) { self.slope = slope }
  public func callAsFunction(_ input: Tensor) -> Tensor { leakyReLU(input, slope: slope) }
}

/// `sigmoid(_:)` as a layer.
public struct Sigmoid: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { sigmoid(input) }
}

/// `tanh(_:)` as a layer.
public struct Tanh: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { tanh(input) }
}

/// `elu(_:alpha:)` as a layer.
public struct ELU: Layer {
  /// α, how far below 0 it goes.
  public let alpha: Double
  /// A layer with an α, 1 by default.
  public init(alpha: Double = 1) { self.alpha = alpha }
  public func callAsFunction(_ input: Tensor) -> Tensor { elu(input, alpha: alpha) }
}

/// `selu(_:)` as a layer.
public struct SELU: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { selu(input) }
}

/// `gelu(_:approximation:)` as a layer.
public struct GELU: Layer {
  /// Which of the two forms it computes.
  public let approximation: GELUApproximation
  /// The exact form unless said otherwise.
  public init(approximation: GELUApproximation = .none) { self.approximation = approximation }
  public func callAsFunction(_ input: Tensor) -> Tensor {
    gelu(input, approximation: approximation)
  }
}

/// `silu(_:)` as a layer.
public struct SiLU: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { silu(input) }
}

/// `softplus(_:)` as a layer.
public struct Softplus: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { softplus(input) }
}

/// `hardSigmoid(_:)` as a layer.
public struct HardSigmoid: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { hardSigmoid(input) }
}

/// `hardSwish(_:)` as a layer.
public struct HardSwish: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { hardSwish(input) }
}

/// `mish(_:)` as a layer.
public struct Mish: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { mish(input) }
}

/// `softmax(_:along:)` as a layer.
public struct Softmax: Layer {
  /// The axis whose probabilities sum to 1.
  public let axis: Int
  /// Over the last axis unless said otherwise.
  public init(along axis: Int = -1) { self.axis = axis }
  public func callAsFunction(_ input: Tensor) -> Tensor { softmax(input, along: axis) }
}

/// `logSoftmax(_:along:)` as a layer.
public struct LogSoftmax: Layer {
  /// The axis whose probabilities sum to 1.
  public let axis: Int
  /// Over the last axis unless said otherwise.
  public init(along axis: Int = -1) { self.axis = axis }
  public func callAsFunction(_ input: Tensor) -> Tensor { logSoftmax(input, along: axis) }
}
