import Foundation

/// Numbers for reading.
package enum Words {
  /// A few digits: `0.00123`, `127`, `1.2e-09`.
  package static func number(_ value: Double, digits: Int = 3) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == value.rounded() && abs(value) < 1e6 { return String(Int(value)) }
    return String(format: "%.\(digits)g", value)
  }

  /// A share as a percentage: `12.5 %`.
  static func percent(_ share: Double) -> String {
    number((share * 1000).rounded() / 10) + " %"
  }

  /// `1 label`, `2 labels`; thousands are parted by commas.
  package static func count(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// 1,234,567.
  package static func grouped(_ count: Int) -> String {
    var digits = Array(String(count.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (count < 0 ? "-" : "") + String(digits)
  }

  /// With a decimal prefix: `1.02 k`, `3.4 G`.
  static func scaled(_ value: Double) -> String {
    let steps = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")]
    for (size, prefix) in steps where abs(value) >= size {
      return number(value / size) + prefix
    }
    return number(value) + " "
  }

  /// A length of time: `340 ms`, `12.3 s`, `4 min 5 s`, `3 h 12 min`.
  static func duration(_ seconds: Double) -> String {
    if !seconds.isFinite || seconds < 0 { return "unknown" }
    if seconds < 1 { return number(seconds * 1000) + " ms" }
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    if seconds > 1e12 { return "forever" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
