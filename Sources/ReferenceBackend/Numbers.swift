import Arrays
import Glibc

/// The numbers in which the reference backend computes: `Double` for all floating-point element
/// types, `Int64` for integers and bool.
protocol WideNumber: Comparable, BitwiseCopyable, Sendable {
  static var zero: Self { get }
  static var one: Self { get }
  static var lowest: Self { get }
  static var highest: Self { get }
  init(count: Int)
  var isNotANumber: Bool { get }
  func adding(_ other: Self) -> Self
  func subtracting(_ other: Self) -> Self
  func multiplied(by other: Self) -> Self
  /// IEEE, or truncating with x / 0 = 0.
  func divided(by other: Self) -> Self
  /// The remainder with the sign of the divisor; for integers, 0 when dividing by 0.
  func floorRemainder(dividingBy other: Self) -> Self
  /// For integers a negative exponent gives the truncated reciprocal, 0 for a base of 0.
  func raised(to exponent: Self) -> Self
  /// The element nearest to a float, or an integer's own conversion.
  func converted<E: Element>(to type: E.Type) -> E
}

extension WideNumber {
  /// The larger; NaN when either is NaN.
  func larger(_ other: Self) -> Self { self >= other || isNotANumber ? self : other }
  /// The smaller; NaN when either is NaN.
  func smaller(_ other: Self) -> Self { self <= other || isNotANumber ? self : other }
  /// The order of sorting, where NaN is larger than everything.
  func sortsBefore(_ other: Self) -> Bool {
    self < other || (other.isNotANumber && !isNotANumber)
  }
}

extension Double: WideNumber {
  static var one: Double { 1 }
  static var lowest: Double { -.infinity }
  static var highest: Double { .infinity }
  init(count: Int) { self = Double(count) }
  var isNotANumber: Bool { isNaN }
  func adding(_ other: Double) -> Double { self + other }
  func subtracting(_ other: Double) -> Double { self - other }
  func multiplied(by other: Double) -> Double { self * other }
  func divided(by other: Double) -> Double { self / other }
  func raised(to exponent: Double) -> Double { pow(self, exponent) }
  func converted<E: Element>(to type: E.Type) -> E { E(nearest: self) }

  func floorRemainder(dividingBy other: Double) -> Double {
    let remainder = fmod(self, other)
    if remainder == 0 { return copysign(0, other) }
    return (remainder < 0) == (other < 0) ? remainder : remainder + other
  }
}

extension Int64: WideNumber {
  static var one: Int64 { 1 }
  static var lowest: Int64 { .min }
  static var highest: Int64 { .max }
  init(count: Int) { self = Int64(count) }
  var isNotANumber: Bool { false }
  func adding(_ other: Int64) -> Int64 { self &+ other }
  func subtracting(_ other: Int64) -> Int64 { self &- other }
  func multiplied(by other: Int64) -> Int64 { self &* other }
  func converted<E: Element>(to type: E.Type) -> E { E(converting: self) }

  func divided(by other: Int64) -> Int64 {
    // The overflowing quotient of the lowest number and −1 wraps to the lowest number.
    other == 0 ? 0 : dividedReportingOverflow(by: other).partialValue
  }

  func floorRemainder(dividingBy other: Int64) -> Int64 {
    if other == 0 || other == -1 { return 0 }
    let remainder = self % other
    return remainder != 0 && (remainder < 0) != (other < 0) ? remainder + other : remainder
  }

  func raised(to exponent: Int64) -> Int64 {
    if exponent < 0 {
      return self == 1 || (self == -1 && exponent & 1 == 0) ? 1 : self == -1 ? -1 : 0
    }
    var result: Int64 = 1
    var factor = self
    var left = exponent
    while left > 0 {
      if left & 1 == 1 { result = result &* factor }
      factor = factor &* factor
      left >>= 1
    }
    return result
  }
}
