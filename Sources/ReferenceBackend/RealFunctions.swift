import Arrays
import Glibc

/// The functions of one real variable behind the unary operations, and the derivatives behind the
/// binary ones, in double precision.
enum RealFunctions {
  /// The function of an operation; scalars to add and to multiply by are rounded to the element
  /// type first.
  static func function<E: FloatingElement>(
    _ operation: UnaryOperation, as type: E.Type
  ) -> (Double) -> Double {
    switch operation {
    case .negate: return { -$0 }
    case .absolute: return { abs($0) }
    case .sign: return { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .square: return { $0 * $0 }
    case .floor: return { $0.rounded(.down) }
    case .ceil: return { $0.rounded(.up) }
    case .round: return { $0.rounded(.toNearestOrEven) }
    case .sqrt: return { $0.squareRoot() }
    case .reciprocalSquareRoot: return { 1 / $0.squareRoot() }
    case .reciprocal: return { 1 / $0 }
    case .scale(let scalar):
      let factor = E(nearest: scalar).wide
      return { $0 * factor }
    case .shift(let scalar):
      let term = E(nearest: scalar).wide
      return { $0 + term }
    case .power(let exponent): return { pow($0, exponent) }
    case .clamp(let lower, let upper):
      return { x in x.isNaN ? x : min(max(x, lower), upper) }
    case .leakyReLU(let slope): return { $0 > 0 ? $0 : slope * $0 }
    case .sigmoid: return sigmoid
    case .relu: return { $0 > 0 || $0.isNaN ? $0 : 0 }
    case .softplus: return { ($0 > 0 ? $0 : 0) + log1p(exp(-abs($0))) }
    case .gelu: return { $0 * NormalDistribution.cumulative($0) }
    case .geluTanh: return { 0.5 * $0 * (1 + tanh(geluArgument($0))) }
    case .silu: return { $0 * sigmoid($0) }
    default: return libraryFunction(operation)
    }
  }

  private static func libraryFunction(_ operation: UnaryOperation) -> (Double) -> Double {
    switch operation {
    case .exp: return exp
    case .expm1: return expm1
    case .log: return log
    case .log1p: return log1p
    case .sin: return sin
    case .cos: return cos
    case .tan: return tan
    case .asin: return asin
    case .acos: return acos
    case .atan: return atan
    case .sinh: return sinh
    case .cosh: return cosh
    case .tanh: return tanh
    case .asinh: return asinh
    case .acosh: return acosh
    case .atanh: return atanh
    case .erf: return erf
    default: stop("\(operation): not for floating-point elements")
    }
  }

  /// 1 / (1 + e⁻ˣ); the exponent is never positive.
  static func sigmoid(_ x: Double) -> Double {
    let power = exp(-abs(x))
    return (x >= 0 || x.isNaN ? 1 : power) / (1 + power)
  }

  /// √(2/π)(x + 0.044715 x³).
  private static func geluArgument(_ x: Double) -> Double {
    (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
  }

  /// d(x Φ(x))/dx = Φ(x) + x φ(x).
  static func geluDerivative(_ x: Double) -> Double {
    NormalDistribution.cumulative(x) + x * NormalDistribution.density(x)
  }

  /// With t = tanh(a(x)): ½(1 + t) + ½x(1 − t²) a′(x).
  static func geluTanhDerivative(_ x: Double) -> Double {
    let t = tanh(geluArgument(x))
    let slope = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope
  }

  /// With s = sigmoid(x): s(1 + x(1 − s)).
  static func siluDerivative(_ x: Double) -> Double {
    let s = sigmoid(x)
    return s * (1 + x * (1 - s))
  }
}
