import Glibc

/// Decimal numbers of a text, rounded as `strtod` rounds them.
enum NumberParser {
  /// 10⁰ … 10²², the powers that a `Double` holds exactly.
  private static let powers: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  /// The number that the bytes spell, spaces at the ends aside: a sign, digits with at most one
  /// point, an exponent; or `inf`, `infinity`. Nil where they spell none.
  static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    var (start, end) = (0, bytes.count)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    if start == end { return nil }
    var place = start
    let isNegative = bytes[place] == UInt8(ascii: "-")
    if isNegative || bytes[place] == UInt8(ascii: "+") { place += 1 }
    let unsigned = place
    guard let decimal = Decimal(bytes, &place, end) else {
      return infinity(bytes, unsigned..<end).map { isNegative ? -$0 : $0 }
    }
    guard place == end else { return nil }
    // A product or quotient of two exact numbers is rounded once (W. Clinger, 1990, "How to read
    // floating point numbers accurately").
    if decimal.isExact, decimal.exponent.magnitude <= 22 {
      let power = powers[Int(decimal.exponent.magnitude)]
      let whole = Double(decimal.digits)
      let value = decimal.exponent < 0 ? whole / power : whole * power
      return isNegative ? -value : value
    }
    return Double(
      String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self))
  }

  private static func infinity(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Double? {
    let word = String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    return ["inf", "infinity"].contains(word.lowercased()) ? .infinity : nil
  }

  /// digits · 10^exponent, as it stands in the text.
  private struct Decimal {
    var digits: UInt64 = 0
    var exponent = 0
    /// Whether `digits` is complete and below 2⁵³.
    var isExact = true

    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, _ end: Int) {
      let start = place
      var point: Int?
      while place < end {
        let digit = bytes[place] &- UInt8(ascii: "0")
        if digit <= 9 {
          if digits < 1 << 53 {
            digits = digits * 10 + UInt64(digit)
          } else {
            isExact = false
          }
        } else if bytes[place] == UInt8(ascii: "."), point == nil {
          point = place
        } else {
          break
        }
        place += 1
      }
      let count = place - start - (point == nil ? 0 : 1)
      if count == 0 { return nil }
      if digits > 1 << 53 { isExact = false }
      if let point { exponent = point + 1 - place }
      if place < end, bytes[place] | 0x20 == UInt8(ascii: "e") {
        place += 1
        guard let written = Decimal.writtenExponent(bytes, &place, end) else { return nil }
        exponent += written
      }
    }

    private static func writtenExponent(
      _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, _ end: Int
    ) -> Int? {
      var isNegative = false
      if place < end, bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "+") {
        isNegative = bytes[place] == UInt8(ascii: "-")
        place += 1
      }
      let start = place
      var value = 0
      while place < end {
        let digit = bytes[place] &- UInt8(ascii: "0")
        if digit > 9 { break }
        // Far beyond any `Double`; further digits change nothing.
        if value < 100_000 { value = value * 10 + Int(digit) }
        place += 1
      }
      if place == start { return nil }
      return isNegative ? -value : value
    }
  }
}
