import Arrays
import Tensors

/// Puts in the place of some columns, whose numbers name categories, a column for each category: 1
/// where it is the row's, otherwise 0. The other columns stay.
public struct OneHotEncoder: TableTransform {
  /// What becomes of a category that the training part has not.
  public enum Unknown: String, Sendable, Hashable, Codable {
    /// All columns are 0.
    case zeros
    /// An error.
    case error
  }

  public let inputCount: Int
  /// The categories of each encoded column in rising order, by the column's number.
  public let categories: [Int: [Float]]
  /// What becomes of another one.
  public let unknown: Unknown

  /// The categories of a training part, float32 [N, columns]; missing numbers (NaN) name none.
  ///
  /// - Parameters:
  ///   - table: The training part.
  ///   - columns: Which columns are encoded; all unless given. Stops where there is no such column.
  ///   - unknown: What becomes of a category that the training part has not.
  public init(fitting table: Tensor, columns chosen: [Int]? = nil, unknown: Unknown = .zeros) {
    let all = columns(of: table, in: "OneHotEncoder")
    let chosen = chosen ?? Array(all.indices)
    if let wrong = chosen.first(where: { !all.indices.contains($0) }) {
      stop("OneHotEncoder: there is no column \(wrong); there are \(all.count)")
    }
    inputCount = all.count
    self.unknown = unknown
    categories = Dictionary(
      chosen.map { ($0, Set(all[$0].filter { !$0.isNaN }).sorted()) },
      uniquingKeysWith: { a, _ in a }
    )
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    inputCount = try values.decode(Int.self, forKey: .inputCount)
    categories = try values.decode([Int: [Float]].self, forKey: .categories)
    unknown = try values.decode(Unknown.self, forKey: .unknown)
    try requireFitting(
      (0...1 << 32).contains(inputCount)
        && categories.keys.allSatisfy { (0..<inputCount).contains($0) }
        && categories.values.allSatisfy { list in
          list.allSatisfy(\.isFinite) && zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
        }, decoder, "rising categories of columns 0 ..< \(inputCount)")
  }

  public var outputCount: Int {
    inputCount + categories.values.reduce(0) { $0 + $1.count - 1 }
  }

  public func change(
    _ row: ArraySlice<Float>, into output: inout [Float]
  ) throws(DatasetError) {
    for (column, value) in row.enumerated() {
      guard let known = categories[column] else {
        output.append(value)
        continue
      }
      if unknown == .error && !value.isNaN && !known.contains(value) {
        throw .unsuited(
          "OneHotEncoder", found: "category \(value) in column \(column)",
          expected: "one of the \(known.count) of the training part")
      }
      for category in known { output.append(category == value ? 1 : 0) }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case inputCount
    case categories
    case unknown
  }
}
