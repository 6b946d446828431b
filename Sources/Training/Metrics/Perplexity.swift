import Arrays
import Glibc
import Tensors

/// e to the mean of −log softmax(z)_y over all labels y that count: how many classes, or tokens, the
/// model hesitates between.
///
/// Outputs are logits, [N, C, …], targets int64 [N, …].
public struct Perplexity: Metric {
  public var name: String { "perplexity" }
  public var value: Double { exp(mean.value) }
  /// A class index whose places count nothing, as that of padding.
  public let ignored: Int?
  private var mean = RunningMean()

  public init(ignoring ignored: Int? = nil) { self.ignored = ignored }

  /// The sum over the labels that count, and how many there are.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    let targets = ClassTargets(targets, for: outputs, ignoring: ignored, in: "Perplexity")
    let own = logSoftmax(outputs, along: 1).takeAlongAxis(targets.labels.unsqueezed(1), axis: 1)
    let losses = -own.reshaped(to: targets.labels.shape).to(.float64)
    let counted = targets.counted?.to(.float64)
    return [(counted.map { losses * $0 } ?? losses).sum(), targets.count]
  }

  public mutating func add(_ observation: [Tensor]) { mean.add(counts: observation) }
  public mutating func merge(_ other: Perplexity) { mean.merge(other.mean) }
  public var record: [Double] { mean.record }
  public mutating func restore(_ record: [Double]) -> Bool { mean.restore(record) }
}
