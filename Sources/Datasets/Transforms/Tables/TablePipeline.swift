import Arrays
import Tensors

/// Fitted transforms of a table, one after the other, as one value that is saved with a model.
///
/// ```swift
/// var pipeline = TablePipeline()
/// pipeline.append(Imputer(.median, fitting: training))
/// pipeline.append(StandardScaler(fitting: try pipeline(training)))
/// ```
public struct TablePipeline: Transform, Codable, Hashable {
  /// One of the transforms.
  public enum Step: Sendable, Hashable, Codable {
    case impute(Imputer)
    case standardize(StandardScaler)
    case scale(MinMaxScaler)
    case encode(OneHotEncoder)

    var transform: any TableTransform {
      switch self {
      case .impute(let imputer): imputer
      case .standardize(let scaler): scaler
      case .scale(let scaler): scaler
      case .encode(let encoder): encoder
      }
    }
  }

  /// In the order in which they are applied.
  public private(set) var steps: [Step] = []

  /// Without any step, rows stay as they are.
  public init() {}

  public mutating func append(_ imputer: Imputer) { append(.impute(imputer)) }
  public mutating func append(_ scaler: StandardScaler) { append(.standardize(scaler)) }
  public mutating func append(_ scaler: MinMaxScaler) { append(.scale(scaler)) }
  public mutating func append(_ encoder: OneHotEncoder) { append(.encode(encoder)) }

  /// Adds a step; stops when it takes another number of columns than the one before it gives.
  public mutating func append(_ step: Step) {
    if let last = steps.last?.transform, last.outputCount != step.transform.inputCount {
      stop(
        "TablePipeline: a step of \(step.transform.inputCount) columns follows one that gives "
          + "\(last.outputCount)")
    }
    steps.append(step)
  }

  public init(from decoder: any Decoder) throws {
    steps = try decoder.container(keyedBy: CodingKeys.self).decode([Step].self, forKey: .steps)
    try requireFitting(
      zip(steps, steps.dropFirst()).allSatisfy {
        $0.transform.outputCount == $1.transform.inputCount
      }, decoder, "steps that take as many columns as the ones before give")
  }

  public func callAsFunction(
    _ input: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor { try self(input) }

  /// The changed rows, float32 [columns] or [N, columns].
  public func callAsFunction(_ input: Tensor) throws(DatasetError) -> Tensor {
    var rows = input
    for step in steps { rows = try step.transform(rows) }
    return rows
  }

  private enum CodingKeys: String, CodingKey { case steps }
}
