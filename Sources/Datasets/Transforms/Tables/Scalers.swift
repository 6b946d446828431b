import Arrays
import Tensors

/// (x − mean) / standard deviation, column by column; missing numbers stay missing.
///
/// The deviation is that of the whole, √(Σ(x − mean)² / N), over the numbers that are there; a
/// column in which all are equal is only shifted.
public struct StandardScaler: TableTransform {
  /// What is subtracted from each column.
  public let means: [Double]
  /// What each column is divided by.
  public let deviations: [Double]

  /// Means and deviations of the columns of a training part, float32 [N, columns].
  public init(fitting table: Tensor) {
    let columns = columns(of: table, in: "StandardScaler").map { $0.filter { !$0.isNaN } }
    means = columns.map { column in
      column.isEmpty ? 0 : column.reduce(0) { $0 + Double($1) } / Double(column.count)
    }
    deviations = zip(columns, means).map { column, mean in
      let sum = column.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      let deviation = column.isEmpty ? 0 : (sum / Double(column.count)).squareRoot()
      // What rounding leaves of equal numbers is no spread.
      return deviation <= abs(mean) * 1e-12 ? 1 : deviation
    }
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    means = try values.decode([Double].self, forKey: .means)
    deviations = try values.decode([Double].self, forKey: .deviations)
    try requireFitting(
      means.count == deviations.count && (means + deviations).allSatisfy(\.isFinite)
        && deviations.allSatisfy { $0 > 0 }, decoder,
      "a finite mean and a positive deviation for each column")
  }

  public var inputCount: Int { means.count }
  public var outputCount: Int { means.count }

  public func change(
    _ row: ArraySlice<Float>, into output: inout [Float]
  ) throws(DatasetError) {
    for (column, value) in row.enumerated() {
      output.append(Float((Double(value) - means[column]) / deviations[column]))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case means
    case deviations
  }
}

/// (x − least) / (greatest − least), column by column: 0 … 1 on the training part; missing numbers
/// stay missing. A column in which all are equal becomes 0.
public struct MinMaxScaler: TableTransform {
  /// The least number of each column.
  public let minima: [Double]
  /// The greatest number of each column.
  public let maxima: [Double]

  /// Bounds of the columns of a training part, float32 [N, columns].
  public init(fitting table: Tensor) {
    let columns = columns(of: table, in: "MinMaxScaler").map { $0.filter { !$0.isNaN } }
    minima = columns.map { Double($0.min() ?? 0) }
    maxima = columns.map { Double($0.max() ?? 0) }
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    minima = try values.decode([Double].self, forKey: .minima)
    maxima = try values.decode([Double].self, forKey: .maxima)
    try requireFitting(
      minima.count == maxima.count && (minima + maxima).allSatisfy(\.isFinite)
        && zip(minima, maxima).allSatisfy { $0 <= $1 }, decoder,
      "a least and a greatest number for each column")
  }

  public var inputCount: Int { minima.count }
  public var outputCount: Int { minima.count }

  public func change(
    _ row: ArraySlice<Float>, into output: inout [Float]
  ) throws(DatasetError) {
    for (column, value) in row.enumerated() {
      let range = maxima[column] - minima[column]
      output.append(Float((Double(value) - minima[column]) / (range == 0 ? 1 : range)))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case minima
    case maxima
  }
}
