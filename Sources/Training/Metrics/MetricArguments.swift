import Arrays
import Tensors

/// Class indices beside scores, for metrics: [N, C, …] with int64 [N, …].
struct ClassTargets {
  /// The indices, 0 in the place of ignored ones.
  let labels: Tensor
  /// 1 where a label counts and 0 where it is ignored, int64; nil where none is ignored.
  let counted: Tensor?

  init(_ targets: Tensor, for outputs: Tensor, ignoring ignored: Int?, in metric: String) {
    let shape = outputs.shape
    let expected = shape.rank < 2 ? [] : [shape[0]] + shape.lengths.dropFirst(2)
    guard shape.rank >= 2, targets.dataType == .int64, targets.shape.lengths == expected else {
      stop(
        "\(metric): outputs \(outputs.dataType) \(shape) and targets \(targets.dataType) "
          + "\(targets.shape); it takes outputs [N, C, …] and class indices, int64 [N, …]")
    }
    counted = ignored.map { (targets .!= Double($0)).to(.int64) }
    labels = counted.map { targets * $0 } ?? targets
  }

  /// How many labels count.
  var count: Tensor { counted?.sum() ?? Tensor(labels.count) }

  /// How many of the labels that count have a property, given as bool.
  func count(where property: Tensor) -> Tensor {
    let matches = property.to(.int64)
    return (counted.map { matches * $0 } ?? matches).sum()
  }
}

/// Numbers beside numbers, for metrics.
enum NumberTargets {
  /// Stops where outputs and targets are not as many.
  static func require(_ outputs: Tensor, _ targets: Tensor, in metric: String) {
    guard outputs.count == targets.count, outputs.rank > 0, targets.rank > 0,
      outputs.shape[0] == targets.shape[0]
    else {
      stop(
        "\(metric): outputs \(outputs.shape) and targets \(targets.shape); it takes as many of one "
          + "as of the other")
    }
  }
}
