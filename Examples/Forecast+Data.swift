import Foundation
import Myelin

/// The series as windows, and the forecasts that need no network.
package struct SeaTemperatures {
  package let training: SlidingWindows
  package let validation: SlidingWindows
  package let test: SlidingWindows
  /// °C, a number a month.
  private let values: [Double]
  /// The mean of each of the twelve months of the year in the training years.
  private let usual: [Double]
  /// How far the training years depart from it: the standard deviation.
  private let spread: Double
  /// The error of the seasonal naive forecast over the training years.
  private let scale: Double

  /// The series begins in a January; its first 34 years are to train on, 10 to validate.
  package init(_ series: MonthlySeries) {
    let (trained, validated) = (34 * 12, 44 * 12)
    let values = series.values
    let usual = (0..<12).map { month in
      stride(from: month, to: trained, by: 12).map { values[$0] }.reduce(0, +) / 34
    }
    let departures = values.enumerated().map { $1 - usual[$0 % 12] }
    let spread = (departures[..<trained].map { $0 * $0 }.reduce(0, +) / Double(trained))
      .squareRoot()
    scale =
      (12..<trained).map { abs(values[$0] - values[$0 - 12]) }.reduce(0, +) / Double(trained - 12)

    let scaled = departures.map { $0 / spread }
    let features = scaled.enumerated().flatMap { step, departure in
      let angle = 2 * Double.pi * Double(step % 12) / 12
      return [departure, cos(angle), sin(angle)]
    }
    let windows = SlidingWindows(
      Tensor(features, shape: [values.count, 3]).to(.float32),
      targets: Tensor(scaled, shape: [values.count]).to(.float32),
      length: Forecast.length, horizon: Forecast.horizon)
    training = windows.predicting(0..<trained)
    validation = windows.predicting(trained..<validated)
    test = windows.predicting(validated..<values.count)
    (self.values, self.usual, self.spread) = (values, usual, spread)
  }

  /// A network's output for the test windows, [n, horizon], in °C.
  func temperatures(_ output: Tensor) -> [[Double]] {
    let numbers = output.scalars(as: Double.self)
    return forecasts { origin, ahead, window in
      usual[(origin + ahead) % 12] + spread * numbers[window * Forecast.horizon + ahead]
    }
  }

  /// All stays as it is.
  var naive: [[Double]] { forecasts { origin, _, _ in values[origin - 1] } }
  /// As a year before.
  var seasonalNaive: [[Double]] { forecasts { origin, ahead, _ in values[origin + ahead - 12] } }
  /// As usual.
  var monthMeans: [[Double]] { forecasts { origin, ahead, _ in usual[(origin + ahead) % 12] } }

  /// A forecast for each test window.
  private func forecasts(_ value: (_ origin: Int, _ ahead: Int, _ window: Int) -> Double)
    -> [[Double]]
  {
    test.origins.enumerated().map { window, origin in
      (0..<Forecast.horizon).map { value(origin, $0, window) }
    }
  }

  /// The mean absolute error, of all months ahead or of one.
  func error(_ forecasts: [[Double]], ahead: Int? = nil) -> Double {
    let steps = ahead.map { [$0] } ?? Array(0..<Forecast.horizon)
    let errors = zip(test.origins, forecasts).flatMap { origin, forecast in
      steps.map { abs(forecast[$0] - values[origin + $0]) }
    }
    return errors.reduce(0, +) / Double(errors.count)
  }

  func table(_ rows: [(name: String, forecasts: [[Double]])]) -> [String] {
    let columns = ["1", "3", "6", "12", "all", "MASE"]
    let head = columns.map { String(repeating: " ", count: 9 - $0.count) + $0 }.joined()
    return [String(repeating: " ", count: 19) + head]
      + rows.map { name, forecasts in
        let errors = [0, 2, 5, 11].map { error(forecasts, ahead: $0) } + [error(forecasts)]
        let numbers = errors + [error(forecasts) / scale]
        return "  " + name + String(repeating: " ", count: 17 - name.count)
          + numbers.map { String(format: "%9.3f", $0) }.joined()
      }
  }

  /// The last five years, each forecast at its beginning: a character is a month and 0.75 °C.
  func plot(_ forecasts: [[Double]]) -> [String] {
    let (months, rows, lowest, step) = (60, 14, 18.5, 0.75)
    var grid = [[Character]](repeating: .init(repeating: " ", count: months), count: rows)
    func put(_ mark: Character, _ value: Double, _ month: Int) {
      let row = min(rows - 1, max(0, Int(((value - lowest) / step).rounded())))
      grid[row][month] = grid[row][month] == " " || grid[row][month] == mark ? mark : "*"
    }
    let start = values.count - months
    for month in 0..<months { put("o", values[start + month], month) }
    for (origin, forecast) in zip(test.origins, forecasts)
    where origin >= start && (origin - start) % 12 == 0 {
      for (ahead, value) in forecast.enumerated() { put("x", value, origin - start + ahead) }
    }
    let lines = grid.indices.reversed().map { row in
      let label = row % 2 == 0 ? String(format: "%5.1f", lowest + step * Double(row)) : "     "
      return "\(label) |" + String(grid[row])
    }
    let years = (2006...2010).map { "\($0)        " }.joined()
    return lines + ["      +" + String(repeating: "-", count: months), "       " + years]
  }
}
