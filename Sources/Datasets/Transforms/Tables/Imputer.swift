import Arrays
import Tensors

/// Fills in missing numbers (NaN), column by column.
public struct Imputer: TableTransform {
  /// What stands for a missing number.
  public enum Strategy: Sendable, Hashable {
    /// The mean of those that are there.
    case mean
    /// Their median: of an even number, the mean of the two in the middle.
    case median
    /// The most frequent of them; of equally frequent ones the least.
    case mostFrequent
    /// Always the same.
    case constant(Double)
  }

  /// What is filled in in each column.
  public let values: [Double]

  /// Values of the columns of a training part, float32 [N, columns]; 0 where a column has none.
  public init(_ strategy: Strategy = .mean, fitting table: Tensor) {
    values = columns(of: table, in: "Imputer").map { column in
      let known = column.lazy.filter { !$0.isNaN }.sorted().map(Double.init)
      if case .constant(let value) = strategy { return value }
      guard let least = known.first else { return 0 }
      switch strategy {
      case .mean: return known.reduce(0, +) / Double(known.count)
      case .median: return (known[(known.count - 1) / 2] + known[known.count / 2]) / 2
      case .mostFrequent: return Imputer.mostFrequent(known, least)
      case .constant(let value): return value
      }
    }
  }

  /// The longest run of sorted numbers.
  private static func mostFrequent(_ sorted: [Double], _ least: Double) -> Double {
    var (best, bestCount, run) = (least, 0, 0)
    for (index, value) in sorted.enumerated() {
      run = index > 0 && sorted[index - 1] == value ? run + 1 : 1
      if run > bestCount { (best, bestCount) = (value, run) }
    }
    return best
  }

  public init(from decoder: any Decoder) throws {
    values = try decoder.container(keyedBy: CodingKeys.self).decode([Double].self, forKey: .values)
    try requireFitting(values.allSatisfy(\.isFinite), decoder, "a finite number for each column")
  }

  public var inputCount: Int { values.count }
  public var outputCount: Int { values.count }

  public func change(
    _ row: ArraySlice<Float>, into output: inout [Float]
  ) throws(DatasetError) {
    for (column, value) in row.enumerated() {
      output.append(value.isNaN ? Float(values[column]) : value)
    }
  }

  private enum CodingKeys: String, CodingKey { case values }
}
