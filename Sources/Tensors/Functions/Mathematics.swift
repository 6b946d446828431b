import Arrays

// Functions of every element. The derivative stands behind the formula.

/// |x|; derivative sign(x), 0 at 0.
public func abs(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.absolute), [x]) }
/// −1, 0 or 1; derivative 0.
public func sign(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.sign), [x]) }
/// x²; derivative 2x.
public func square(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.square), [x]) }
/// eˣ; derivative eˣ.
public func exp(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.exp), [x]) }
/// eˣ − 1, exact near 0; derivative eˣ.
public func expm1(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.expm1), [x]) }
/// The natural logarithm; derivative 1/x. −∞ at 0, NaN below.
public func log(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.log), [x]) }
/// log(1 + x), exact near 0; derivative 1/(1 + x).
public func log1p(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.log1p), [x]) }
/// √x; derivative 1/(2√x).
public func sqrt(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.sqrt), [x]) }
/// 1/√x; derivative −½x^(−3/2).
public func rsqrt(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.reciprocalSquareRoot), [x]) }
/// 1/x; derivative −1/x².
public func reciprocal(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.reciprocal), [x]) }
/// sin x, x in radians; derivative cos x.
public func sin(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.sin), [x]) }
/// cos x, x in radians; derivative −sin x.
public func cos(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.cos), [x]) }
/// tan x, x in radians; derivative 1 + tan²x.
public func tan(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.tan), [x]) }
/// The arc sine in radians; derivative 1/√(1 − x²).
public func asin(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.asin), [x]) }
/// The arc cosine in radians; derivative −1/√(1 − x²).
public func acos(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.acos), [x]) }
/// The arc tangent in radians; derivative 1/(1 + x²).
public func atan(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.atan), [x]) }
/// ½(eˣ − e⁻ˣ); derivative cosh x.
public func sinh(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.sinh), [x]) }
/// ½(eˣ + e⁻ˣ); derivative sinh x.
public func cosh(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.cosh), [x]) }
/// The inverse of sinh; derivative 1/√(x² + 1).
public func asinh(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.asinh), [x]) }
/// The inverse of cosh on x ≥ 1; derivative 1/√(x² − 1).
public func acosh(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.acosh), [x]) }
/// The inverse of tanh; derivative 1/(1 − x²).
public func atanh(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.atanh), [x]) }
/// The error function 2/√π ∫₀ˣ e^(−t²) dt; derivative 2/√π e^(−x²).
public func erf(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.erf), [x]) }
/// The largest whole number not above x; derivative 0.
public func floor(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.floor), [x]) }
/// The smallest whole number not below x; derivative 0.
public func ceil(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.ceil), [x]) }
/// The nearest whole number, the even one when halfway; derivative 0.
public func round(_ x: Tensor) -> Tensor { apply(UnaryPrimitive(.round), [x]) }

extension Tensor {
  /// Every element moved into the range; derivative 1 inside and at both ends, 0 outside. NaN stays
  /// NaN.
  public func clamped(to range: ClosedRange<Double>) -> Tensor {
    apply(UnaryPrimitive(.clamp(lower: range.lowerBound, upper: range.upperBound)), [self])
  }

  /// Whether each element is NaN.
  public var isNaN: Tensor { apply(UnaryPrimitive(.isNaN), [self]) }
  /// Whether each element is neither infinite nor NaN.
  public var isFinite: Tensor { apply(UnaryPrimitive(.isFinite), [self]) }
  /// Whether each element is infinite.
  public var isInfinite: Tensor { apply(UnaryPrimitive(.isInfinite), [self]) }

  /// The same numbers as another element type: itself where it has that already. Floating point to
  /// integers truncates toward zero and saturates (NaN gives 0); anything to bool is `≠ 0`.
  public func to(_ dataType: DataType) -> Tensor {
    dataType == self.dataType ? self : apply(ConvertPrimitive(dataType), [self])
  }

  /// float16 and bfloat16 as float32, anything else as it is: for sums of squares, which float16
  /// could not hold (that of 256 already), and small constants, which it rounds to 0.
  package func widened() -> Tensor {
    dataType.isFloatingPoint && dataType.byteCount < 4 ? to(.float32) : self
  }

  /// The same numbers row-major and without gaps in memory.
  package func contiguous() -> Tensor {
    array.isContiguous ? self : apply(ConvertPrimitive(dataType), [self])
  }
}
