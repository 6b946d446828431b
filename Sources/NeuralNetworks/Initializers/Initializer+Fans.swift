import Arrays
import Tensors

/// How many numbers a weight sums for one output (`fanIn`) or spreads one input to (`fanOut`):
/// for a weight [out, in, kernel…] in · Πkernel and out · Πkernel.
public enum FanMode: Sendable, Hashable {
  /// Keeps the variance of activations from layer to layer.
  case fanIn
  /// Keeps the variance of gradients.
  case fanOut
}

/// The function behind a layer, which decides the gain that keeps the variance of activations.
public enum Nonlinearity: Sendable, Hashable {
  case linear, sigmoid, tanh, relu, selu
  case leakyReLU(slope: Double)

  /// 1 for linear and sigmoid, 5/3 for tanh, √2 for ReLU, √(2 / (1 + slope²)) for leaky ReLU and
  /// 3/4 for SELU: PyTorch's table.
  public var gain: Double {
    switch self {
    case .linear, .sigmoid: 1
    case .tanh: 5.0 / 3
    case .relu: 2.0.squareRoot()
    case .leakyReLU(let slope): (2 / (1 + slope * slope)).squareRoot()
    case .selu: 0.75
    }
  }
}

// Each initializer comes uniform in ±√3 · σ and normal with the standard deviation σ that is stated.
extension Initializer {
  /// σ = gain · √(2 / (fanIn + fanOut)), uniform. Glorot & Bengio, 2010, "Understanding the
  /// difficulty of training deep feedforward neural networks"; also called Glorot's.
  public static func xavierUniform(gain: Double = 1) -> Initializer {
    spread("xavierUniform", isUniform: true) { gain * (2 / ($0 + $1)).squareRoot() }
  }

  /// σ = gain · √(2 / (fanIn + fanOut)), normal: see `xavierUniform(gain:)`.
  public static func xavierNormal(gain: Double = 1) -> Initializer {
    spread("xavierNormal", isUniform: false) { gain * (2 / ($0 + $1)).squareRoot() }
  }

  /// σ = gain / √fan, uniform, with the gain of `nonlinearity`, ReLU by default. He et al., 2015,
  /// "Delving deep into rectifiers"; also called He's.
  public static func kaimingUniform(
    mode: FanMode = .fanIn, nonlinearity: Nonlinearity = .relu
  ) -> Initializer {
    spread("kaimingUniform", isUniform: true) {
      nonlinearity.gain / (mode == .fanIn ? $0 : $1).squareRoot()
    }
  }

  /// σ = gain / √fan, normal: see `kaimingUniform(mode:nonlinearity:)`.
  public static func kaimingNormal(
    mode: FanMode = .fanIn, nonlinearity: Nonlinearity = .relu
  ) -> Initializer {
    spread("kaimingNormal", isUniform: false) {
      nonlinearity.gain / (mode == .fanIn ? $0 : $1).squareRoot()
    }
  }

  /// σ = 1 / √fanIn, uniform. LeCun et al., 1998, "Efficient backprop".
  public static func lecunUniform() -> Initializer {
    spread("lecunUniform", isUniform: true) { fanIn, _ in 1 / fanIn.squareRoot() }
  }

  /// σ = 1 / √fanIn, normal: see `lecunUniform()`; the one for SELU.
  public static func lecunNormal() -> Initializer {
    spread("lecunNormal", isUniform: false) { fanIn, _ in 1 / fanIn.squareRoot() }
  }

  private static func spread(
    _ name: String, isUniform: Bool,
    _ deviation: @escaping @Sendable (_ fanIn: Double, _ fanOut: Double) -> Double
  ) -> Initializer {
    Initializer { shape, random in
      if shape.rank < 2 {
        stop("\(name): needs a weight of at least two axes, [out, in, kernel…], found \(shape)")
      }
      let kernel = shape.dropFirst(2).reduce(1, *)
      let deviation = deviation(Double(shape[1] * kernel), Double(shape[0] * kernel))
      if !isUniform { return random.normal(shape, standardDeviation: deviation) }
      let bound = 3.0.squareRoot() * deviation
      return random.uniform(shape, from: -bound, to: bound)
    }
  }
}
