import Arrays
import Foundation
import Tensors

/// Finds the examples on which a classifier is worst and best, by their cross entropy, while data go
/// by.
public struct ExampleRanking: Sendable {
  /// An example and what the model makes of it.
  public struct Entry: Sendable, Hashable {
    /// Its place in the data, counted from 0 in the order in which examples were added.
    public let place: Int
    /// Its class, and that of the largest score.
    public let actual: Int
    public let predicted: Int
    /// The probability of `predicted`.
    public let probability: Double
    /// −log of the probability of `actual`.
    public let loss: Double
  }

  /// The examples of the largest loss, the worst first, and of the smallest, the best first.
  public private(set) var worst: [Entry] = []
  public private(set) var best: [Entry] = []
  private let count: Int
  private var next = 0

  /// A ranking that keeps so many of each.
  public init(keeping count: Int = 12) { self.count = max(count, 0) }

  /// Takes a batch in. Outputs are logits [N, C], targets class indices [N]; examples whose class is
  /// none of these are passed over.
  public mutating func add(_ outputs: Tensor, _ targets: Tensor) {
    guard outputs.rank == 2, targets.rank == 1, targets.shape[0] == outputs.shape[0],
      !targets.dataType.isFloatingPoint
    else {
      stop(
        "ExampleRanking.add: outputs \(outputs.shape) and targets \(targets.dataType) "
          + "\(targets.shape); logits [N, C] and class indices [N] are expected")
    }
    let logarithms = logSoftmax(outputs.detached().to(.float32), along: 1).scalars(as: Float.self)
    let classes = outputs.shape[1]
    for (row, actual) in targets.scalars(as: Int.self).enumerated() {
      defer { next += 1 }
      guard (0..<classes).contains(actual) else { continue }
      let scores = logarithms[row * classes..<(row + 1) * classes]
      guard let largest = scores.indices.max(by: { scores[$0] < scores[$1] }) else { continue }
      take(
        Entry(
          place: next, actual: actual, predicted: largest - scores.startIndex,
          probability: exp(Double(scores[largest])),
          loss: Double(-scores[scores.startIndex + actual])))
    }
  }

  private mutating func take(_ entry: Entry) {
    ExampleRanking.insert(entry, into: &worst, count) { $0.loss > $1.loss }
    ExampleRanking.insert(entry, into: &best, count) { $0.loss < $1.loss }
  }

  private static func insert(
    _ entry: Entry, into list: inout [Entry], _ count: Int, _ precedes: (Entry, Entry) -> Bool
  ) {
    if entry.loss.isNaN { return }
    if list.count == count, let last = list.last, !precedes(entry, last) { return }
    let place = list.firstIndex { precedes(entry, $0) } ?? list.count
    list.insert(entry, at: place)
    if list.count > count { list.removeLast() }
  }
}
