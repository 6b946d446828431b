import Arrays
import CKernels

/// A unary operation as the kernels name it, its numbers, and how many elements a block holds.
struct UnaryCode {
  var operation: kernel_unary_operation
  var p: Float = 0
  var q: Float = 0
  var grain = Grain.cheap
}

extension UnaryOperation {
  /// nil where the result is not float32.
  var code: UnaryCode? {
    func cheap(_ code: kernel_unary_operation) -> UnaryCode { UnaryCode(operation: code) }
    func polynomial(_ code: kernel_unary_operation) -> UnaryCode {
      UnaryCode(operation: code, grain: Grain.polynomial)
    }
    func library(_ code: kernel_unary_operation) -> UnaryCode {
      UnaryCode(operation: code, grain: Grain.libraryCall)
    }
    switch self {
    case .negate: return cheap(KERNEL_NEGATE)
    case .absolute: return cheap(KERNEL_ABSOLUTE)
    case .sign: return cheap(KERNEL_SIGN)
    case .square: return cheap(KERNEL_SQUARE)
    case .exp: return polynomial(KERNEL_EXP)
    case .expm1: return polynomial(KERNEL_EXPM1)
    case .log: return polynomial(KERNEL_LOG)
    case .log1p: return polynomial(KERNEL_LOG1P)
    case .sqrt: return cheap(KERNEL_SQRT)
    case .reciprocalSquareRoot: return cheap(KERNEL_RECIPROCAL_SQRT)
    case .reciprocal: return cheap(KERNEL_RECIPROCAL)
    case .sin: return library(KERNEL_SIN)
    case .cos: return library(KERNEL_COS)
    case .tan: return library(KERNEL_TAN)
    case .asin: return library(KERNEL_ASIN)
    case .acos: return library(KERNEL_ACOS)
    case .atan: return library(KERNEL_ATAN)
    case .sinh: return library(KERNEL_SINH)
    case .cosh: return library(KERNEL_COSH)
    case .tanh: return polynomial(KERNEL_TANH)
    case .asinh: return library(KERNEL_ASINH)
    case .acosh: return library(KERNEL_ACOSH)
    case .atanh: return library(KERNEL_ATANH)
    case .erf: return polynomial(KERNEL_ERF)
    case .floor: return cheap(KERNEL_FLOOR)
    case .ceil: return cheap(KERNEL_CEIL)
    case .round: return cheap(KERNEL_ROUND)
    case .sigmoid: return polynomial(KERNEL_SIGMOID)
    case .relu: return cheap(KERNEL_RELU)
    case .softplus: return polynomial(KERNEL_SOFTPLUS)
    case .gelu: return polynomial(KERNEL_GELU)
    case .geluTanh: return polynomial(KERNEL_GELU_TANH)
    case .silu: return polynomial(KERNEL_SILU)
    case .scale(let factor): return UnaryCode(operation: KERNEL_SCALE, p: Float(factor))
    case .shift(let offset): return UnaryCode(operation: KERNEL_SHIFT, p: Float(offset))
    case .power(2): return cheap(KERNEL_SQUARE)
    case .power(3): return cheap(KERNEL_CUBE)
    case .power(-1): return cheap(KERNEL_RECIPROCAL)
    case .power(let exponent):
      return UnaryCode(operation: KERNEL_RAISE, p: Float(exponent), grain: Grain.libraryCall)
    case .clamp(let lower, let upper):
      return UnaryCode(operation: KERNEL_CLAMP, p: Float(lower), q: Float(upper))
    case .leakyReLU(let slope): return UnaryCode(operation: KERNEL_LEAKY_RELU, p: Float(slope))
    case .logicalNot, .isNaN, .isFinite, .isInfinite: return nil
    }
  }
}

extension BinaryOperation {
  /// nil for the operations on bool.
  var code: kernel_binary_operation? {
    switch self {
    case .add: KERNEL_ADD
    case .subtract: KERNEL_SUBTRACT
    case .multiply: KERNEL_MULTIPLY
    case .divide: KERNEL_DIVIDE
    case .remainder: KERNEL_REMAINDER
    case .power: KERNEL_POWER
    case .maximum: KERNEL_LARGER
    case .minimum: KERNEL_SMALLER
    case .atan2: KERNEL_ATAN2
    case .logicalAnd, .logicalOr, .logicalXor: nil
    case .sigmoidGradient: KERNEL_SIGMOID_GRADIENT
    case .tanhGradient: KERNEL_TANH_GRADIENT
    case .reluGradient: KERNEL_RELU_GRADIENT
    case .geluGradient: KERNEL_GELU_GRADIENT
    case .geluTanhGradient: KERNEL_GELU_TANH_GRADIENT
    case .siluGradient: KERNEL_SILU_GRADIENT
    }
  }

  var grain: Int {
    switch self {
    case .remainder, .power, .atan2: Grain.libraryCall
    case .geluGradient, .geluTanhGradient, .siluGradient: Grain.polynomial
    default: Grain.cheap
    }
  }
}

extension ComparisonOperation {
  var code: kernel_comparison {
    switch self {
    case .equal: KERNEL_EQUAL
    case .notEqual: KERNEL_NOT_EQUAL
    case .less: KERNEL_LESS
    case .lessOrEqual: KERNEL_LESS_OR_EQUAL
    case .greater: KERNEL_GREATER
    case .greaterOrEqual: KERNEL_GREATER_OR_EQUAL
    }
  }
}
