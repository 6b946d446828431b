/// The type of a tensor's elements, chosen at run time.
///
/// Two tensors meet in an operation only when their element types are equal: there is no silent
/// promotion. `Tensor.to(_:)` converts.
public enum DataType: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// IEEE 754 binary32, the default.
  case float32
  /// IEEE 754 binary64.
  case float64
  /// IEEE 754 binary16.
  case float16
  /// The upper 16 bits of a binary32 (8 exponent bits, 7 fraction bits).
  case bfloat16
  case int8
  case int16
  case int32
  case int64
  case uint8
  /// One byte an element, 0 or 1.
  case bool

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// Whether elements are floating-point numbers, the only ones that carry gradients.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    default: false
    }
  }

  /// Whether elements are integers (`bool` is not).
  public var isInteger: Bool { !isFloatingPoint && self != .bool }

  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }
}
