import Arrays
import Tensors

/// How often examples of each class were taken for each class, and what follows from it.
///
/// As a metric its value is the accuracy, correct / total. Outputs [N, C, …], targets int64 [N, …].
public struct ConfusionMatrix: Metric, Hashable {
  /// The number of classes.
  public let classCount: Int
  /// How often each pair occurred, actual · classCount + predicted, of those that did: for thousands
  /// of classes most do not.
  private var cells: [Int: Int] = [:]
  /// A class index whose places count nothing.
  public let ignored: Int?

  /// A matrix of nothing yet.
  public init(classCount: Int, ignoring ignored: Int? = nil) {
    self.classCount = classCount
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
    guard (0..<classCount).contains(actual), (0..<classCount).contains(predicted) else {
      stop("ConfusionMatrix: class \(actual) or \(predicted) is not in 0 ..< \(classCount)")
    }
    cells[actual * classCount + predicted, default: 0] += 1
  }

  /// `counts[actual][predicted]`: for C classes C² numbers.
  public var counts: [[Int]] {
    var counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    for (actual, predicted, count) in pairs { counts[actual][predicted] = count }
    return counts
  }

  /// The pairs that occurred, in no order.
  var pairs: some Sequence<(actual: Int, predicted: Int, count: Int)> {
    cells.lazy.map { ($0 / classCount, $0 % classCount, $1) }
  }

  /// How many examples were judged.
  public var total: Int { cells.values.reduce(0, +) }
  /// How many were judged right.
  public var correct: Int { pairs.reduce(0) { $0 + ($1.actual == $1.predicted ? $1.count : 0) } }
  /// correct / total; nil without examples.
  public var accuracy: Double? { ratio(correct, total) }

  /// What the matrix says about one class.
  public func score(_ label: Int) -> ClassScore {
    let tally = tallies[label]
    let (hits, claimed, support) = (tally.hits, tally.claimed, tally.support)
    return ClassScore(
      precision: ratio(hits, claimed), recall: ratio(hits, support),
      f1: ratio(2 * hits, claimed + support), support: support)
  }

  /// What scores of a class are made of.
  struct Tally {
    /// How many examples of the class were taken for it.
    var hits = 0
    /// How many examples were taken for it.
    var claimed = 0
    /// How many examples it has.
    var support = 0
  }

  /// Of each class.
  var tallies: [Tally] {
    var tallies = Array(repeating: Tally(), count: classCount)
    for (actual, predicted, count) in pairs {
      tallies[actual].support += count
      tallies[predicted].claimed += count
      if actual == predicted { tallies[actual].hits += count }
    }
    return tallies
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
    cells.merge(other.cells, uniquingKeysWith: +)
  }

  /// The number of classes, then each pair that occurred: actual, predicted, how often.
  public var record: [Double] {
    [Double(classCount)]
      + cells.sorted { $0.key < $1.key }.flatMap { cell, count in
        [Double(cell / classCount), Double(cell % classCount), Double(count)]
      }
  }

  public mutating func restore(_ record: [Double]) -> Bool {
    guard record.first == Double(classCount), record.count % 3 == 1,
      record.allSatisfy({ $0 >= 0 && $0 <= 0x1p53 })
    else { return false }
    var restored: [Int: Int] = [:]
    for start in stride(from: 1, to: record.count, by: 3) {
      let (actual, predicted) = (Int(record[start]), Int(record[start + 1]))
      guard actual < classCount, predicted < classCount, record[start + 2] >= 1 else {
        return false
      }
      restored[actual * classCount + predicted] = Int(record[start + 2])
    }
    cells = restored
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
