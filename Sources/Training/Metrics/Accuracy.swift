import Arrays
import Tensors

/// The part of the labels whose class has the largest score; of equal scores the first counts.
///
/// Outputs [N, C, …] (logits or probabilities), targets int64 [N, …]. For outputs that answer yes or
/// no see `BinaryAccuracy`.
public struct Accuracy: Metric {
  public var name: String { "accuracy" }
  public var value: Double { mean.value }
  /// A class index whose places count nothing.
  public let ignored: Int?
  private var mean = RunningMean()

  /// Of all labels but those of the class `ignored`.
  public init(ignoring ignored: Int? = nil) { self.ignored = ignored }

  /// How many were right, and how many there were.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    let targets = ClassTargets(targets, for: outputs, ignoring: ignored, in: "Accuracy")
    let isRight = outputs.argmax(along: 1) .== targets.labels
    return [targets.count(where: isRight), targets.count]
  }

  public mutating func add(_ observation: [Tensor]) { mean.add(counts: observation) }
  public mutating func merge(_ other: Accuracy) { mean.merge(other.mean) }
  public var record: [Double] { mean.record }
  public mutating func restore(_ record: [Double]) -> Bool { mean.restore(record) }
}

/// The part of the labels whose class is among the `k` largest scores; of equal scores those of the
/// lower classes are the larger ones.
///
/// Outputs [N, C, …], targets int64 [N, …]. A label counts where fewer than `k` classes have a larger
/// score, so that for k ≥ C all do.
public struct TopKAccuracy: Metric {
  public var name: String { "top_\(k)" }
  public var value: Double { mean.value }
  /// How many guesses there are.
  public let k: Int
  /// A class index whose places count nothing.
  public let ignored: Int?
  private var mean = RunningMean()

  /// Stops where `k` is not positive.
  public init(_ k: Int, ignoring ignored: Int? = nil) {
    if k < 1 { stop("TopKAccuracy: k is \(k); it must be at least 1") }
    self.k = k
    self.ignored = ignored
  }

  /// How many were among the guesses, and how many there were.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    let targets = ClassTargets(targets, for: outputs, ignoring: ignored, in: "TopKAccuracy")
    let labels = targets.labels.unsqueezed(1)
    let own = outputs.takeAlongAxis(labels, axis: 1)
    let lengths = [outputs.shape[1]] + Array(repeating: 1, count: outputs.rank - 2)
    let classes = Tensor.range(0..<outputs.shape[1]).reshaped(to: Shape(lengths))
    let isLower = (classes .< labels).to(.int64)
    let larger = (outputs .> own).to(.int64) + (outputs .== own).to(.int64) * isLower
    return [targets.count(where: larger.sum(along: 1) .< Double(k)), targets.count]
  }

  public mutating func add(_ observation: [Tensor]) { mean.add(counts: observation) }
  public mutating func merge(_ other: TopKAccuracy) { mean.merge(other.mean) }
  public var record: [Double] { mean.record }
  public mutating func restore(_ record: [Double]) -> Bool { mean.restore(record) }
}

/// The part of the answers, yes or no, that are right: yes where the score is above a threshold.
///
/// Outputs and targets of one shape, 1 for yes and 0 for no.
public struct BinaryAccuracy: Metric {
  public var name: String { "accuracy" }
  public var value: Double { mean.value }
  /// Above it the answer is yes.
  public let threshold: Double
  private var mean = RunningMean()

  /// With a threshold of 0, as logits want it, unless said otherwise; probabilities want 0.5.
  public init(threshold: Double = 0) { self.threshold = threshold }

  /// How many were right, and how many there were.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    NumberTargets.require(outputs, targets, in: "BinaryAccuracy")
    let isYes = outputs.reshaped(to: [-1]) .> threshold
    let isRight = isYes .== (targets.reshaped(to: [-1]).to(.float32) .> 0.5)
    return [isRight.to(.int64).sum(), Tensor(outputs.count)]
  }

  public mutating func add(_ observation: [Tensor]) { mean.add(counts: observation) }
  public mutating func merge(_ other: BinaryAccuracy) { mean.merge(other.mean) }
  public var record: [Double] { mean.record }
  public mutating func restore(_ record: [Double]) -> Bool { mean.restore(record) }
}

extension RunningMean {
  /// Takes note of how many of how many.
  mutating func add(counts: [Tensor]) {
    let (part, whole) = (counts[0].item(), counts[1].item())
    merge(RunningMean(sum: part, weight: whole))
  }
}
