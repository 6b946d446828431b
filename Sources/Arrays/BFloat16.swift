/// A 16-bit floating-point number with binary32's exponent range: its upper half.
///
/// Conversion from `Float` rounds to nearest, ties to even; NaN stays NaN.
public struct BFloat16: Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
  /// Sign, 8 exponent bits and 7 fraction bits.
  public var bitPattern: UInt16

  @inlinable
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// The number nearest to `value`, ties to even.
  @inlinable
  public init(_ value: Float) {
    let bits = value.bitPattern
    if value.isNaN {
      bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x0040
    } else {
      let rounding = 0x7FFF + ((bits >> 16) & 1)
      bitPattern = UInt16(truncatingIfNeeded: (bits &+ rounding) >> 16)
    }
  }

  /// The same number as a binary32; exact.
  @inlinable
  public var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }

  public var description: String { float.description }
}
