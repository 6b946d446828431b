import Arrays

// Arithmetic between tensors broadcasts by NumPy's rule: shapes are paired from the last axis, and a
// length of 1, or a missing axis, stretches. Both must have one element type. A Swift number beside
// a tensor takes the tensor's element type.

/// Runs an element-wise operation on operands of shapes that broadcast.
@inline(__always)
func broadcasting(_ operation: BinaryOperation, _ x: Tensor, _ y: Tensor) -> Tensor {
  if x.array.layout === y.array.layout || x.shape == y.shape {
    return apply(BinaryPrimitive(operation), [x, y])
  }
  let (a, b) = broadcast(x, y, in: operation.name)
  return apply(BinaryPrimitive(operation), [a, b])
}

/// `x` and `y` as views of the shape to which both broadcast; stops where they do not.
func broadcast(_ x: Tensor, _ y: Tensor, in operation: String) -> (Tensor, Tensor) {
  guard let shape = x.shape.broadcast(with: y.shape) else {
    stop(
      operation,
      "shapes \(x.shape) and \(y.shape) do not broadcast: paired from the last axis, "
        + "lengths must be equal or 1", at: x, y)
  }
  return (x.expanded(to: shape), y.expanded(to: shape))
}

extension Tensor {
  /// The sum of both, element by element.
  public static func + (x: Tensor, y: Tensor) -> Tensor { broadcasting(.add, x, y) }
  /// The difference of both, element by element.
  public static func - (x: Tensor, y: Tensor) -> Tensor { broadcasting(.subtract, x, y) }
  /// The product of both, element by element.
  public static func * (x: Tensor, y: Tensor) -> Tensor { broadcasting(.multiply, x, y) }
  /// The quotient; integers truncate toward zero, and an integer divided by zero is 0.
  public static func / (x: Tensor, y: Tensor) -> Tensor { broadcasting(.divide, x, y) }
  /// The remainder with the sign of the divisor: 5 % 3 = 2, −5 % 3 = 1.
  public static func % (x: Tensor, y: Tensor) -> Tensor { broadcasting(.remainder, x, y) }

  /// The sum of each element and a number.
  public static func + (x: Tensor, y: Double) -> Tensor { x.shifted(y) }
  /// The sum of a number and each element.
  public static func + (x: Double, y: Tensor) -> Tensor { y.shifted(x) }
  /// The difference of each element and a number.
  public static func - (x: Tensor, y: Double) -> Tensor {
    // An unsigned type has no −y.
    x.dataType.isFloatingPoint ? x.shifted(-y) : x - x.number(y)
  }
  /// The difference of a number and each element.
  public static func - (x: Double, y: Tensor) -> Tensor {
    y.dataType.isFloatingPoint ? (-y).shifted(x) : y.number(x) - y
  }
  /// The product of each element and a number.
  public static func * (x: Tensor, y: Double) -> Tensor { x.scaled(y) }
  /// The product of a number and each element.
  public static func * (x: Double, y: Tensor) -> Tensor { y.scaled(x) }
  /// The quotient of each element and a number.
  public static func / (x: Tensor, y: Double) -> Tensor { x / x.number(y) }
  /// The quotient of a number and each element.
  public static func / (x: Double, y: Tensor) -> Tensor { y.number(x) / y }
  /// The remainder of each element by a number, with the sign of the number.
  public static func % (x: Tensor, y: Double) -> Tensor { x % x.number(y) }

  /// −x, element by element.
  public static prefix func - (x: Tensor) -> Tensor { apply(UnaryPrimitive(.negate), [x]) }

  /// Adds y, broadcast, element by element.
  public static func += (x: inout Tensor, y: Tensor) { x = x + y }
  /// Subtracts y, broadcast, element by element.
  public static func -= (x: inout Tensor, y: Tensor) { x = x - y }
  /// Multiplies by y, broadcast, element by element.
  public static func *= (x: inout Tensor, y: Tensor) { x = x * y }
  /// Divides by y, broadcast, element by element.
  public static func /= (x: inout Tensor, y: Tensor) { x = x / y }
  /// Adds a number to every element.
  public static func += (x: inout Tensor, y: Double) { x = x + y }
  /// Subtracts a number from every element.
  public static func -= (x: inout Tensor, y: Double) { x = x - y }
  /// Multiplies every element by a number.
  public static func *= (x: inout Tensor, y: Double) { x = x * y }
  /// Divides every element by a number.
  public static func /= (x: inout Tensor, y: Double) { x = x / y }

  private func shifted(_ y: Double) -> Tensor {
    dataType.isFloatingPoint ? apply(UnaryPrimitive(.shift(y)), [self]) : self + number(y)
  }

  private func scaled(_ y: Double) -> Tensor {
    dataType.isFloatingPoint ? apply(UnaryPrimitive(.scale(y)), [self]) : self * number(y)
  }

  /// A number of this tensor's element type; stops where an integer type cannot hold it.
  func number(_ value: Double) -> Tensor {
    if dataType.isInteger && value != value.rounded() {
      stop("\(value) beside a tensor of \(dataType): convert the tensor with to(.float32) first")
    }
    if dataType.isInteger && !dataType.holds(value) {
      stop(
        "\(value) beside a tensor of \(dataType), which cannot hold it: convert the tensor first")
    }
    return Tensor.full([], value, dataType)
  }
}

extension DataType {
  /// Whether an integer type has this number. Asked of the type and not of a tensor, whose numbers
  /// are not known while a function is traced.
  fileprivate func holds(_ value: Double) -> Bool {
    switch self {
    case .int8: Int8(exactly: value) != nil
    case .int16: Int16(exactly: value) != nil
    case .int32: Int32(exactly: value) != nil
    case .int64: Int64(exactly: value) != nil
    case .uint8: UInt8(exactly: value) != nil
    case .float32, .float64, .float16, .bfloat16, .bool: true
    }
  }
}

// Comparisons, element by element, as bool. NaN is unequal to everything.
extension Tensor {
  private static func compare(
    _ operation: ComparisonOperation, _ x: Tensor, _ y: Tensor
  ) -> Tensor {
    let (a, b) = x.shape == y.shape ? (x, y) : broadcast(x, y, in: operation.name)
    return apply(ComparePrimitive(operation), [a, b])
  }

  /// Whether each element of x equals that of y.
  public static func .== (x: Tensor, y: Tensor) -> Tensor { compare(.equal, x, y) }
  /// Whether each element of x differs from that of y.
  public static func .!= (x: Tensor, y: Tensor) -> Tensor { compare(.notEqual, x, y) }
  /// Whether each element of x is below that of y.
  public static func .< (x: Tensor, y: Tensor) -> Tensor { compare(.less, x, y) }
  /// Whether each element of x is at most that of y.
  public static func .<= (x: Tensor, y: Tensor) -> Tensor { compare(.lessOrEqual, x, y) }
  /// Whether each element of x is above that of y.
  public static func .> (x: Tensor, y: Tensor) -> Tensor { compare(.greater, x, y) }
  /// Whether each element of x is at least that of y.
  public static func .>= (x: Tensor, y: Tensor) -> Tensor { compare(.greaterOrEqual, x, y) }

  /// Whether each element of x equals a number.
  public static func .== (x: Tensor, y: Double) -> Tensor { compare(.equal, x, x.number(y)) }
  /// Whether each element of x differs from a number.
  public static func .!= (x: Tensor, y: Double) -> Tensor { compare(.notEqual, x, x.number(y)) }
  /// Whether each element of x is below a number.
  public static func .< (x: Tensor, y: Double) -> Tensor { compare(.less, x, x.number(y)) }
  /// Whether each element of x is at most a number.
  public static func .<= (x: Tensor, y: Double) -> Tensor { compare(.lessOrEqual, x, x.number(y)) }
  /// Whether each element of x is above a number.
  public static func .> (x: Tensor, y: Double) -> Tensor { compare(.greater, x, x.number(y)) }
  /// Whether each element of x is at least a number.
  public static func .>= (x: Tensor, y: Double) -> Tensor {
    compare(.greaterOrEqual, x, x.number(y))
  }

  /// Both, element by element; both are computed.
  public static func && (x: Tensor, y: Tensor) -> Tensor { broadcasting(.logicalAnd, x, y) }
  /// Either, element by element; both are computed.
  public static func || (x: Tensor, y: Tensor) -> Tensor { broadcasting(.logicalOr, x, y) }
  /// One but not both, element by element.
  public static func ^ (x: Tensor, y: Tensor) -> Tensor { broadcasting(.logicalXor, x, y) }
  /// Not x, element by element, of a bool tensor.
  public static prefix func ! (x: Tensor) -> Tensor { apply(UnaryPrimitive(.logicalNot), [x]) }
}

/// The larger of both, element by element; NaN where either is NaN. Equal elements share the
/// cotangent.
public func maximum(_ x: Tensor, _ y: Tensor) -> Tensor { broadcasting(.maximum, x, y) }
/// The larger of each element and a number.
public func maximum(_ x: Tensor, _ y: Double) -> Tensor { maximum(x, x.number(y)) }
/// The smaller of both, element by element; NaN where either is NaN.
public func minimum(_ x: Tensor, _ y: Tensor) -> Tensor { broadcasting(.minimum, x, y) }
/// The smaller of each element and a number.
public func minimum(_ x: Tensor, _ y: Double) -> Tensor { minimum(x, x.number(y)) }
/// xʸ, element by element.
public func pow(_ x: Tensor, _ y: Tensor) -> Tensor { broadcasting(.power, x, y) }
/// xʸ with one exponent for all; the derivative is y · xʸ⁻¹.
public func pow(_ x: Tensor, _ y: Double) -> Tensor {
  y == 2 ? square(x) : apply(UnaryPrimitive(.power(y)), [x])
}
/// The angle of the point (x, y) in (−π, π].
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor { broadcasting(.atan2, y, x) }

/// x where the condition (bool) holds, y elsewhere; all three broadcast. Named as in NumPy; write it
/// with backticks, as it is a word of Swift's.
public func `where`(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
  let (a, b) = broadcast(x, y, in: "where")
  let (c, d) = broadcast(condition, a, in: "where")
  return apply(SelectPrimitive(), [c, d, b.expanded(to: d.shape)])
}

/// x where the condition holds, a number elsewhere.
public func `where`(_ condition: Tensor, _ x: Tensor, _ y: Double) -> Tensor {
  `where`(condition, x, x.number(y))
}
