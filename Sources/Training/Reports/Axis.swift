import Foundation

/// Where numbers lie along a side of a chart: 0 at its beginning, 1 at its end.
struct Axis: Sendable, Hashable {
  let lower: Double
  let upper: Double
  let isLogarithmic: Bool
  /// The numbers that are written beside it.
  let ticks: [Double]

  /// An axis on which all of these finite numbers lie, with some room above and below; on a
  /// logarithmic one positive numbers alone. Nil where there is none.
  init?(of values: [Double], isLogarithmic: Bool = false, tickCount: Int = 5) {
    let values = isLogarithmic ? values.filter { $0 > 0 } : values
    guard var low = values.min(), var high = values.max() else { return nil }
    self.isLogarithmic = isLogarithmic
    if isLogarithmic {
      (low, high) = (log10(low), log10(high))
      if high - low < 0.1 { (low, high) = (low - 0.1, high + 0.1) }
      let room = (high - low) * 0.04
      (lower, upper) = (low - room, high + room)
      ticks = Axis.powers(lower, upper)
    } else {
      if high - low <= abs(high) * 1e-9 {
        let room = high == 0 ? 1 : abs(high) * 0.1
        (low, high) = (low - room, high + room)
      }
      // Zero is where many quantities end: no room beyond it.
      let room = (high - low) * 0.05
      lower = low >= 0 && low - room < 0 ? 0 : low - room
      upper = high + room
      ticks = Axis.round(lower, upper, tickCount)
    }
  }

  /// An axis of steps, without room at the ends.
  init(from first: Int, to last: Int, tickCount: Int = 5) {
    isLogarithmic = false
    lower = Double(first)
    upper = Double(last > first ? last : first + 1)
    ticks = Axis.round(lower, upper, tickCount).filter { $0 == $0.rounded() }
  }

  /// Where a number lies; nil where it has no place.
  func place(_ value: Double) -> Double? {
    if !value.isFinite || isLogarithmic && value <= 0 { return nil }
    return ((isLogarithmic ? log10(value) : value) - lower) / (upper - lower)
  }

  /// Multiples of 1, 2 or 5 times a power of ten inside.
  private static func round(_ lower: Double, _ upper: Double, _ count: Int) -> [Double] {
    let raw = (upper - lower) / Double(max(count, 1))
    guard raw.isFinite, raw > 0 else { return [] }
    let power = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
    guard step > 0, upper / step < 1e15 else { return [] }
    let first = ceil(lower / step - 1e-9)
    return (0...2 * count + 2).map { (first + Double($0)) * step }.filter { $0 <= upper + step * 1e-9 }
  }

  /// Powers of ten inside; between few of them also 2 and 5 times.
  private static func powers(_ lower: Double, _ upper: Double) -> [Double] {
    let exponents = Int(floor(lower))...Int(ceil(upper))
    let factors = upper - lower > 3 ? [1.0] : upper - lower > 0.7 ? [1.0, 2, 5] : [1.0, 1.5, 2, 3, 5, 7]
    let all = exponents.flatMap { exponent in factors.map { $0 * pow(10, Double(exponent)) } }
      .filter { (lower...upper).contains(log10($0)) }
    let stride = max(1, all.count / 6)
    return all.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
  }
}
