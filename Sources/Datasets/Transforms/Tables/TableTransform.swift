import Arrays
import Tensors

/// A change of rows of numbers that was fitted on the training part of a table: it keeps what it has
/// learned there, is saved with the model, and is applied the same to any other row.
///
/// Rows are float32 [columns] or [N, columns]; a missing number is NaN.
public protocol TableTransform: Transform<Tensor, Tensor>, Codable, Hashable {
  /// How many columns rows have that it can change.
  var inputCount: Int { get }
  /// How many columns changed rows have.
  var outputCount: Int { get }
  /// Changes one row: `inputCount` numbers in, `outputCount` numbers appended to `output`.
  func change(
    _ row: ArraySlice<Float>, into output: inout [Float]
  ) throws(DatasetError)
}

extension TableTransform {
  public func callAsFunction(
    _ input: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor { try self(input) }

  /// The changed rows.
  public func callAsFunction(_ input: Tensor) throws(DatasetError) -> Tensor {
    guard input.dataType == .float32, input.rank == 1 || input.rank == 2,
      input.shape[input.rank - 1] == inputCount
    else {
      throw .unsuited(
        "\(Self.self)", found: "\(input.dataType) \(input.shape)",
        expected: "float32 rows of \(inputCount) columns")
    }
    let values = input.scalars(as: Float.self)
    let rows = input.rank == 1 ? 1 : input.shape[0]
    var output: [Float] = []
    output.reserveCapacity(rows * outputCount)
    for row in 0..<rows {
      try change(values[row * inputCount..<(row + 1) * inputCount], into: &output)
    }
    return Tensor(output, shape: input.rank == 1 ? [outputCount] : [rows, outputCount])
  }
}

/// The columns of a table, float32 [N, columns]; stops for anything else.
func columns(of table: Tensor, in name: String) -> [[Float]] {
  guard table.rank == 2, table.dataType == .float32 else {
    stop("\(name): fitted on \(table.dataType) \(table.shape); it needs float32 [N, columns]")
  }
  let (rows, width) = (table.shape[0], table.shape[1])
  let values = table.scalars(as: Float.self)
  return (0..<width).map { column in (0..<rows).map { values[$0 * width + column] } }
}

/// Refuses what a file says of columns where it does not fit together.
func requireFitting(_ fits: Bool, _ decoder: any Decoder, _ expected: String) throws {
  guard fits else {
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: decoder.codingPath, debugDescription: "expected \(expected)"))
  }
}
