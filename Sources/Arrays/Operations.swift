// The opcodes of the backends' families. Every `switch` over them is exhaustive, so that the
// compiler lists what a new operation still lacks.

/// y = f(x), element by element; the result has x's element type except where said.
package enum UnaryOperation: Sendable, Hashable {
  /// Any numeric type, like `relu`, `scale`, `shift`, `power` and `clamp` below; integers wrap.
  case negate, absolute, sign, square
  /// Floating point only.
  case exp, expm1, log, log1p, sqrt, reciprocalSquareRoot, reciprocal
  case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, erf
  /// `round` goes to the even neighbour when halfway, as IEEE and NumPy say.
  case floor, ceil, round
  /// 1 / (1 + e⁻ˣ), without overflow.
  case sigmoid
  /// max(x, 0); NaN stays NaN.
  case relu
  /// log(1 + eˣ), without overflow.
  case softplus
  /// x · Φ(x), with the error function.
  case gelu
  /// ½x(1 + tanh(√(2/π)(x + 0.044715 x³))).
  case geluTanh
  /// x · sigmoid(x).
  case silu
  /// x · scalar and x + scalar, the scalar rounded to the element type first.
  case scale(Double), shift(Double)
  /// x^scalar.
  case power(Double)
  /// min(max(x, lower), upper); NaN stays NaN.
  case clamp(lower: Double, upper: Double)
  /// x > 0 ? x : slope · x.
  case leakyReLU(Double)
  /// Bool to bool.
  case logicalNot
  /// Floating point to bool.
  case isNaN, isFinite, isInfinite
}

/// z = f(x, y), element by element, x and y of one shape and element type.
package enum BinaryOperation: UInt8, Sendable, Hashable, CaseIterable {
  case add, subtract, multiply
  /// Floating point: IEEE. Integers: truncating; division by zero gives 0.
  case divide
  /// The remainder with the sign of the divisor (Python's %); for integers, 0 when dividing by 0.
  case remainder
  /// For integers a negative exponent gives 1 / xⁿ truncated, and 0 where x is 0.
  case power
  /// NaN when either is NaN.
  case maximum, minimum
  case atan2
  /// Bool.
  case logicalAnd, logicalOr, logicalXor
  /// (y, dy) → dy · y · (1 − y), where y = sigmoid(x).
  case sigmoidGradient
  /// (y, dy) → dy · (1 − y²), where y = tanh(x).
  case tanhGradient
  /// (x, dy) → x > 0 ? dy : 0.
  case reluGradient
  /// (x, dy) → dy · f′(x).
  case geluGradient, geluTanhGradient, siluGradient
}

/// z = x ? y, element by element; the result is bool. Comparisons with NaN are false, except ≠.
package enum ComparisonOperation: UInt8, Sendable, Hashable, CaseIterable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// Folds axes away. `sum` and `mean` of 16-bit floats are accumulated in float32; integer sums
/// wrap. An empty `sum` is 0, an empty `product` 1, `any` false and `all` true; the caller keeps
/// empty maxima and minima out.
package enum ReductionOperation: UInt8, Sendable, Hashable, CaseIterable {
  case sum, mean, product
  /// NaN when any element is NaN.
  case maximum, minimum
  /// Bool to bool.
  case any, all
}

/// The index of the first largest or smallest element; the first NaN wins over all.
package enum ArgumentReduction: UInt8, Sendable, Hashable, CaseIterable {
  case maximum, minimum
}

/// Running totals along an axis.
package enum ScanOperation: UInt8, Sendable, Hashable, CaseIterable {
  case sum, product
}

/// Over the last axis of a contiguous array.
package enum RowOperation: UInt8, Sendable, Hashable, CaseIterable {
  /// eˣ / Σeˣ.
  case softmax
  /// x − log Σeˣ.
  case logSoftmax
}

/// How several values written to one place combine.
package enum ScatterOperation: UInt8, Sendable, Hashable, CaseIterable {
  /// The last one wins.
  case replace
  case add
}

/// The three products of a convolution.
package enum ConvolutionDirection: UInt8, Sendable, Hashable, CaseIterable {
  /// (input, weight) → output.
  case forward
  /// (output's cotangent, weight) → the input's.
  case backwardInput
  /// (input, output's cotangent) → the weight's.
  case backwardWeight
}

/// The pooling operations.
package enum PoolingOperation: UInt8, Sendable, Hashable, CaseIterable {
  case maximum
  /// Padding counts as zeros that are averaged in.
  case averageWithPadding
  /// Only real elements are averaged.
  case averageWithoutPadding
}

/// Distributions of random numbers.
package enum RandomDistribution: Sendable, Hashable {
  /// Uniform in [lower, upper); for integers, whole numbers of that range.
  case uniform(lower: Double, upper: Double)
  /// Normal with this mean and standard deviation.
  case normal(mean: Double, standardDeviation: Double)
  /// Standard normal cut to [lower, upper] (in standard deviations), then scaled and shifted.
  case truncatedNormal(
    mean: Double, standardDeviation: Double, lower: Double, upper: Double)
  /// 1 with this probability, else 0.
  case bernoulli(probability: Double)
}
