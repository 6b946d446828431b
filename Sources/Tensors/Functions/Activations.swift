import Arrays

// Activation functions, element by element unless an axis is named. None overflows: sigmoid(±1000)
// is exactly 0 and 1, softmax of 10⁴ and log-softmax of −10⁴ are exact.

/// σ(x) = 1 / (1 + e⁻ˣ); derivative σ(1 − σ).
public func sigmoid(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.sigmoid), [x]) }
/// tanh x = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ); derivative 1 − tanh²x.
public func tanh(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.tanh), [x]) }
/// max(x, 0); derivative 1 where x > 0, else 0 (also at 0). NaN stays NaN.
public func relu(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.relu), [x]) }
/// x where x > 0, else slope · x; derivative 1 or slope. Default slope 0.01.
public func leakyReLU(_ x: Tensor, slope: Double = 0.01) -> Tensor {
  apply(UnaryPrimitive(.leakyReLU(slope)), [x])
}
/// x where x > 0, else α(eˣ − 1); derivative 1, or αeˣ. Clevert et al., 2016.
public func elu(_ x: Tensor, alpha: Double = 1) -> Tensor {
  // The exponential of the negative part alone, so that neither branch can overflow.
  `where`(x .> 0, x, expm1(x.clamped(to: -Double.greatestFiniteMagnitude...0)) * alpha)
}
/// scale · elu(x, α) with α = 1.6732632… and scale = 1.0507009…, which keep mean 0 and variance 1;
/// derivative scale, or scale · αeˣ. Klambauer et al., 2017.
public func selu(_ x: Tensor) -> Tensor {
  elu(x, alpha: 1.6732632423543772848170429916717) * 1.0507009873554804934193349852946
}
/// The two forms of GELU.
public enum GELUApproximation: Sendable {
  /// x · Φ(x), with the normal distribution function.
  case none
  /// ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
  case tanh
}
/// x · Φ(x), exact by default; derivative Φ(x) + x · φ(x). Hendrycks & Gimpel, 2016.
public func gelu(_ x: Tensor, approximation: GELUApproximation = .none) -> Tensor {
  apply(UnaryPrimitive(approximation == .none ? .gelu : .geluTanh), [x])
}
/// x · σ(x), also called swish; derivative σ(x)(1 + x(1 − σ(x))).
public func silu(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.silu), [x]) }
/// log(1 + eˣ); derivative σ(x).
public func softplus(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.softplus), [x]) }
/// min(max(x + 3, 0), 6) / 6; derivative 1/6 inside (−3, 3), 0 outside.
public func hardSigmoid(_ x: Tensor) -> Tensor {
  relu6(x + 3) / 6
}
/// x · hardSigmoid(x); derivative (2x + 3)/6 inside (−3, 3), 0 below, 1 above. Howard et al., 2019.
public func hardSwish(_ x: Tensor) -> Tensor { x * hardSigmoid(x) }
/// min(max(x, 0), 6); derivative 1 inside (0, 6), 0 outside and at both ends.
public func relu6(_ x: Tensor) -> Tensor { `where`(x .>= 6, x.number(6), relu(x)) }
/// x · tanh(softplus(x)); derivative t + x(1 − t²)σ(x) with t = tanh(softplus(x)). Misra, 2019.
public func mish(_ x: Tensor) -> Tensor { x * tanh(softplus(x)) }
/// x where x > 0, else slope · x with a learned slope, one number or one for each channel (axis 1);
/// derivatives 1 or slope by x, 0 or x by slope. He et al., 2015.
public func prelu(_ x: Tensor, slope: Tensor) -> Tensor {
  var slope = slope
  if slope.count > 1 {
    if x.rank < 2 || slope.rank != 1 || slope.count != x.shape[1] {
      stop(
        "prelu",
        "slope \(slope.shape) does not fit \(x.shape): one number, or one for each channel",
        at: x, slope)
    }
    slope = slope.reshaped(to: Shape([slope.count] + Array(repeating: 1, count: x.rank - 2)))
  } else {
    slope = slope.reshaped(to: [])
  }
  return `where`(x .> 0, x, slope * x)
}

/// eˣ / Σeˣ along an axis, the last by default; the pullback is y(dy − Σ dy · y).
public func softmax(_ x: Tensor, along axis: Int = -1) -> Tensor {
  rows(.softmax, x, axis)
}
/// x − log Σeˣ along an axis, the last by default; the pullback is dy − eʸ Σ dy.
public func logSoftmax(_ x: Tensor, along axis: Int = -1) -> Tensor {
  rows(.logSoftmax, x, axis)
}

private func rows(_ operation: RowOperation, _ x: Tensor, _ axis: Int) -> Tensor {
  let primitive = RowsPrimitive(operation)
  let axis = Axes.require(axis, rank: x.rank, in: primitive.name)
  if axis == x.rank - 1 { return apply(primitive, [x]) }
  return apply(primitive, [x.transposed(axis, -1)]).transposed(axis, -1)
}
