import Arrays
import Tensors

/// A number for each of many months, none missing: a time series.
///
/// ```swift
/// let series = try MonthlySeries.elNino()
/// print(series.months[0], series.values[0])  // 1950-01 23.11
/// ```
public struct MonthlySeries: Sendable, Hashable {
  /// What is measured: the heading of the column it was read from.
  public let name: String
  /// The month of the first value.
  public let start: Month
  /// One value a month.
  public let values: [Double]

  public init(name: String, start: Month, values: [Double]) {
    self.name = name
    self.start = start
    self.values = values
  }

  /// The number of months.
  public var count: Int { values.count }

  /// The months, in order.
  public var months: Range<Month> { start..<start.advanced(by: count) }

  /// The places in `values` of some months; stops where one of them has no value.
  public func places(of months: Range<Month>) -> Range<Int> {
    guard months.lowerBound >= start, months.upperBound <= self.months.upperBound else {
      stop(
        "MonthlySeries: \(name) has the months \(self.months), of which \(months) are not a part")
    }
    let first = start.distance(to: months.lowerBound)
    return first..<(first + months.count)
  }
}

extension MonthlySeries {
  /// The temperature of the sea off Peru and Ecuador, January 1950 to December 2010 in °C, which the
  /// package carries.
  ///
  /// It follows the seasons, and rises by several degrees in the years of El Niño (1982–83 and
  /// 1997–98 the most). Monthly means of the region Niño 1+2 (0–10° S, 90–80° W) from ERSST version
  /// 3b, Climate Prediction Center of the US National Weather Service (NOAA); public domain.
  ///
  /// - Throws: `DatasetError` when the embedded data is damaged.
  public static func elNino() throws(DatasetError) -> MonthlySeries {
    try MonthlySeries(csv: PackageResources.el_nino_csv, name: "el_nino.csv")
  }
}
