import Arrays

/// How often images of each class were taken for each class, and what follows from it.
package struct ConfusionMatrix: Sendable, Hashable {
  /// `counts[actual][predicted]`.
  package private(set) var counts: [[Int]]

  /// Counts pairs; stops when the arrays differ in length or hold a class that is not
  /// 0 ..< classCount.
  package init(actual: [Int], predicted: [Int], classCount: Int) {
    guard actual.count == predicted.count else {
      stop("ConfusionMatrix: \(actual.count) classes but \(predicted.count) predictions")
    }
    counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    for (actual, predicted) in zip(actual, predicted) {
      guard counts.indices.contains(actual), counts.indices.contains(predicted) else {
        stop("ConfusionMatrix: class \(actual) or \(predicted) is not in 0 ..< \(classCount)")
      }
      counts[actual][predicted] += 1
    }
  }

  /// The number of classes.
  package var classCount: Int { counts.count }
  /// How many images were judged.
  package var total: Int { counts.joined().reduce(0, +) }
  /// How many were judged right.
  package var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
  /// correct / total; nil without images.
  package var accuracy: Double? { ratio(correct, total) }

  /// What the matrix says about one class.
  package func score(_ label: Int) -> ClassScore {
    let hits = counts[label][label]
    let support = counts[label].reduce(0, +)
    let claimed = counts.reduce(0) { $0 + $1[label] }
    return ClassScore(
      precision: ratio(hits, claimed), recall: ratio(hits, support),
      f1: ratio(2 * hits, claimed + support), support: support)
  }
}

/// How well one class is told from the others. A ratio is nil where its divisor is zero.
package struct ClassScore: Sendable, Hashable {
  /// Of the images taken for this class, the part that is of it.
  package let precision: Double?
  /// Of the images of this class, the part that was taken for it.
  package let recall: Double?
  /// The harmonic mean of both: 2 · hits / (claimed + support).
  package let f1: Double?
  /// The number of images of this class.
  package let support: Int

  package init(precision: Double?, recall: Double?, f1: Double?, support: Int) {
    self.precision = precision
    self.recall = recall
    self.f1 = f1
    self.support = support
  }
}

private func ratio(_ part: Int, _ whole: Int) -> Double? {
  whole == 0 ? nil : Double(part) / Double(whole)
}
