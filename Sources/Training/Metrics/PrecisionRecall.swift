import Arrays
import Tensors

/// How the scores of classes become one number.
public enum ClassAverage: Sendable, Hashable {
  /// The score of one class alone, 1 unless said otherwise.
  case binary(positive: Int = 1)
  /// Of all decisions together; where every example has one label all three are the accuracy.
  case micro
  /// The plain mean over the classes.
  case macro
  /// The mean over the classes, each weighing as many examples as it has.
  case weighted
}

/// hits / claimed: of the examples taken for a class, the part that is of it.
///
/// Outputs [N, C, …], targets int64 [N, …]. In means, classes that neither occur nor were claimed are
/// left out, and a ratio whose divisor is zero counts 0, as in scikit-learn. NaN without examples.
public struct Precision: ClassScoreMetric {
  public let average: ClassAverage
  public var matrix: ConfusionMatrix
  public var name: String { "precision" }

  public init(_ average: ClassAverage = .macro, classCount: Int, ignoring ignored: Int? = nil) {
    self.average = average
    matrix = ConfusionMatrix(classCount: classCount, ignoring: ignored)
  }

  public static func ratio(hits: Int, claimed: Int, support: Int) -> (Int, Int) { (hits, claimed) }
}

/// hits / support: of the examples of a class, the part that was taken for it. Otherwise as
/// `Precision`.
public struct Recall: ClassScoreMetric {
  public let average: ClassAverage
  public var matrix: ConfusionMatrix
  public var name: String { "recall" }

  public init(_ average: ClassAverage = .macro, classCount: Int, ignoring ignored: Int? = nil) {
    self.average = average
    matrix = ConfusionMatrix(classCount: classCount, ignoring: ignored)
  }

  public static func ratio(hits: Int, claimed: Int, support: Int) -> (Int, Int) { (hits, support) }
}

/// 2 · hits / (claimed + support), the harmonic mean of precision and recall. Otherwise as
/// `Precision`.
public struct F1: ClassScoreMetric {
  public let average: ClassAverage
  public var matrix: ConfusionMatrix
  public var name: String { "f1" }

  public init(_ average: ClassAverage = .macro, classCount: Int, ignoring ignored: Int? = nil) {
    self.average = average
    matrix = ConfusionMatrix(classCount: classCount, ignoring: ignored)
  }

  public static func ratio(hits: Int, claimed: Int, support: Int) -> (Int, Int) {
    (2 * hits, claimed + support)
  }
}

/// A metric that follows from a confusion matrix class by class.
public protocol ClassScoreMetric: Metric {
  /// How the scores of classes become one number.
  var average: ClassAverage { get }
  /// What was counted.
  var matrix: ConfusionMatrix { get set }
  /// The score of a class, or of all together, as a part and a whole.
  static func ratio(hits: Int, claimed: Int, support: Int) -> (Int, Int)
}

extension ClassScoreMetric {
  public var value: Double {
    let total = matrix.total
    if total == 0 { return .nan }
    func score(_ hits: Int, _ claimed: Int, _ support: Int) -> Double {
      let (part, whole) = Self.ratio(hits: hits, claimed: claimed, support: support)
      return whole == 0 ? 0 : Double(part) / Double(whole)
    }
    if average == .micro { return score(matrix.correct, total, total) }
    let classes = matrix.tallies
    if case .binary(let positive) = average {
      guard classes.indices.contains(positive) else { return .nan }
      return score(classes[positive].hits, classes[positive].claimed, classes[positive].support)
    }
    var mean = RunningMean()
    for item in classes where item.claimed + item.support > 0 {
      mean.add(
        score(item.hits, item.claimed, item.support),
        weight: average == .weighted ? Double(item.support) : 1)
    }
    return mean.value
  }

  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    matrix.observation(of: outputs, targets)
  }

  public mutating func add(_ observation: [Tensor]) { matrix.add(observation) }
  public mutating func merge(_ other: Self) { matrix.merge(other.matrix) }
  public var record: [Double] { matrix.record }
  public mutating func restore(_ record: [Double]) -> Bool { matrix.restore(record) }
}
