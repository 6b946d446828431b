import Arrays
import Tensors

/// How often examples of each class were taken for each class, and what follows from it.
///
/// As a metric its value is the accuracy, correct / total. Outputs [N, C, …], targets int64 [N, …].
public struct ConfusionMatrix: Metric, Hashable {
  /// `counts[actual][predicted]`.
  public private(set) var counts: [[Int]]
  /// A class index whose places count nothing.
  public let ignored: Int?

  /// A matrix of nothing yet.
  public init(classCount: Int, ignoring ignored: Int? = nil) {
    counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    self.ignored = ignored
  }

  /// Counts pairs; stops when the arrays differ in length or hold a class that is not
  /// 0 ..< classCount.
  public init(actual: [Int], predicted: [Int], classCount: Int) {
    guard actual.count == predicted.count else {
      stop("ConfusionMatrix: \(actual.count) classes but \(predicted.count) predictions")
    }
    self.init(classCount: classCount)
    for (actual, predicted) in zip(actual, predicted) { note(actual, predicted) }
  }

  private mutating func note(_ actual: Int, _ predicted: Int) {
    if actual == ignored { return }
    guard counts.indices.contains(actual), counts.indices.contains(predicted) else {
      stop("ConfusionMatrix: class \(actual) or \(predicted) is not in 0 ..< \(classCount)")
    }
    counts[actual][predicted] += 1
  }

  /// The number of classes.
  public var classCount: Int { counts.count }
  /// How many examples were judged.
  public var total: Int { counts.joined().reduce(0, +) }
  /// How many were judged right.
  public var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
  /// correct / total; nil without examples.
  public var accuracy: Double? { ratio(correct, total) }

  /// What the matrix says about one class.
  public func score(_ label: Int) -> ClassScore {
    let hits = counts[label][label]
    let support = counts[label].reduce(0, +)
    let claimed = counts.reduce(0) { $0 + $1[label] }
    return ClassScore(
      precision: ratio(hits, claimed), recall: ratio(hits, support),
      f1: ratio(2 * hits, claimed + support), support: support)
  }
}

extension ConfusionMatrix {
  public var name: String { "accuracy" }
  public var value: Double { accuracy ?? .nan }

  /// The classes of the largest scores, and the labels.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    _ = ClassTargets(targets, for: outputs, ignoring: ignored, in: "ConfusionMatrix")
    return [outputs.argmax(along: 1).reshaped(to: [-1]), targets.reshaped(to: [-1])]
  }

  public mutating func add(_ observation: [Tensor]) {
    let predicted = observation[0].scalars(as: Int.self)
    for (actual, predicted) in zip(observation[1].scalars(as: Int.self), predicted) {
      note(actual, predicted)
    }
  }

  public mutating func merge(_ other: ConfusionMatrix) {
    if other.classCount != classCount {
      stop("ConfusionMatrix.merge: \(other.classCount) classes and \(classCount)")
    }
    for actual in counts.indices {
      for predicted in counts.indices {
        counts[actual][predicted] += other.counts[actual][predicted]
      }
    }
  }

  public var record: [Double] { counts.joined().map(Double.init) }

  public mutating func restore(_ record: [Double]) -> Bool {
    guard record.count == classCount * classCount,
      record.allSatisfy({ $0 >= 0 && $0 <= 0x1p53 })
    else { return false }
    counts = counts.indices.map { row in
      record[row * classCount..<(row + 1) * classCount].map { Int($0) }
    }
    return true
  }
}

/// How well one class is told from the others. A ratio is nil where its divisor is zero.
public struct ClassScore: Sendable, Hashable {
  /// Of the examples taken for this class, the part that is of it.
  public let precision: Double?
  /// Of the examples of this class, the part that was taken for it.
  public let recall: Double?
  /// The harmonic mean of both: 2 · hits / (claimed + support).
  public let f1: Double?
  /// The number of examples of this class.
  public let support: Int

  public init(precision: Double?, recall: Double?, f1: Double?, support: Int) {
    self.precision = precision
    self.recall = recall
    self.f1 = f1
    self.support = support
  }
}

private func ratio(_ part: Int, _ whole: Int) -> Double? {
  whole == 0 ? nil : Double(part) / Double(whole)
}
