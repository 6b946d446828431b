/// A Swift type that can be an element of a tensor.
public protocol Scalar: Sendable, BitwiseCopyable, Hashable {
  /// The element type that this Swift type stands for.
  static var dataType: DataType { get }
  /// The value as a `Double`; integers beyond 2⁵³ are rounded, `true` is 1.
  var asDouble: Double { get }
  /// The value nearest to `double`: integers truncate toward zero and saturate (NaN gives 0),
  /// `Bool` is `double != 0`.
  init(nearest double: Double)
}

extension Scalar where Self: BinaryInteger & FixedWidthInteger {
  @inlinable public var asDouble: Double { Double(self) }
  @inlinable public init(nearest double: Double) {
    self =
      double.isNaN
      ? 0
      : Self(exactly: double.rounded(.towardZero))
        ?? (double < 0 ? .min : .max)
  }
}

extension Float: Scalar {
  @inlinable public static var dataType: DataType { .float32 }
  @inlinable public var asDouble: Double { Double(self) }
  @inlinable public init(nearest double: Double) { self = Float(double) }
}

extension Double: Scalar {
  @inlinable public static var dataType: DataType { .float64 }
  @inlinable public var asDouble: Double { self }
  @inlinable public init(nearest double: Double) { self = double }
}

extension Float16: Scalar {
  @inlinable public static var dataType: DataType { .float16 }
  @inlinable public var asDouble: Double { Double(self) }
  @inlinable public init(nearest double: Double) { self = Float16(double) }
}

extension BFloat16: Scalar {
  @inlinable public static var dataType: DataType { .bfloat16 }
  @inlinable public var asDouble: Double { Double(float) }
  @inlinable public init(nearest double: Double) { self = BFloat16(Float(double)) }
}

extension Int8: Scalar { @inlinable public static var dataType: DataType { .int8 } }
extension Int16: Scalar { @inlinable public static var dataType: DataType { .int16 } }
extension Int32: Scalar { @inlinable public static var dataType: DataType { .int32 } }
extension Int64: Scalar { @inlinable public static var dataType: DataType { .int64 } }
/// `Int` is stored as int64.
extension Int: Scalar { @inlinable public static var dataType: DataType { .int64 } }
extension UInt8: Scalar { @inlinable public static var dataType: DataType { .uint8 } }

extension Bool: Scalar {
  @inlinable public static var dataType: DataType { .bool }
  @inlinable public var asDouble: Double { self ? 1 : 0 }
  @inlinable public init(nearest double: Double) { self = double != 0 }
}
