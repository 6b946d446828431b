import Arrays
import Tensors

/// What the outputs of a ranking metric are.
public enum ScoreKind: Sendable, Hashable {
  /// Of several classes the logarithm of the softmax is what ranks examples.
  case logits
  /// Already probabilities: they rank as they are.
  case probabilities
}

/// The area under the receiver operating characteristic: the probability that a random example of a
/// class has a larger score for it than one of another class, ties counting half (Fawcett, “An
/// introduction to ROC analysis”, 2006).
///
/// Outputs [N] or [N, 1] with targets 0 and 1 of as many elements, or [N, C] with class indices,
/// int64 [N]. For two classes the score is that of class 1; for more, each class is set against the
/// rest and the areas are averaged. NaN where a class, or the rest, has no example, as scikit-learn
/// refuses it. All scores are kept: 4 bytes for each class of each example.
public struct ROCAUC: RankingMetric {
  public var name: String { "roc_auc" }
  public let kind: ScoreKind
  public var scores = ScoreRecord()

  public init(_ kind: ScoreKind = .logits) { self.kind = kind }

  public static func area(_ ranked: [(score: Float, isYes: Bool)]) -> Double {
    let positives = ranked.count { $0.isYes }
    let negatives = ranked.count - positives
    if positives == 0 || negatives == 0 { return .nan }
    // Twice the number of pairs in the right order, a tie being half a pair: a whole number.
    var doubled = 0.0
    var above = 0
    forEachTie(ranked) { yes, no in
      doubled += Double(no) * Double(2 * above + yes)
      above += yes
    }
    return doubled / (2 * Double(positives) * Double(negatives))
  }
}

/// Average precision: Σ over the thresholds, (recallₙ − recallₙ₋₁) · precisionₙ, with one threshold
/// for each score that occurs; the area under the precision–recall curve without interpolation.
///
/// Outputs and targets as for `ROCAUC`. NaN where a class has no example.
public struct AveragePrecision: RankingMetric {
  public var name: String { "average_precision" }
  public let kind: ScoreKind
  public var scores = ScoreRecord()

  public init(_ kind: ScoreKind = .logits) { self.kind = kind }

  public static func area(_ ranked: [(score: Float, isYes: Bool)]) -> Double {
    let positives = ranked.count { $0.isYes }
    if positives == 0 { return .nan }
    var (hits, seen, sum) = (0, 0, 0.0)
    forEachTie(ranked) { yes, no in
      hits += yes
      seen += yes + no
      sum += Double(yes) / Double(positives) * (Double(hits) / Double(seen))
    }
    return sum
  }
}

/// A metric of the order into which scores bring examples.
public protocol RankingMetric: Metric {
  /// What the outputs are.
  var kind: ScoreKind { get }
  /// All that was noted.
  var scores: ScoreRecord { get set }
  /// The value for one class; the examples stand in descending order of their scores.
  static func area(_ ranked: [(score: Float, isYes: Bool)]) -> Double
}

/// Calls `body` for each score that occurs with how many yes and no have it.
private func forEachTie(
  _ ranked: [(score: Float, isYes: Bool)], _ body: (_ yes: Int, _ no: Int) -> Void
) {
  var start = 0
  while start < ranked.count {
    var end = start
    var yes = 0
    while end < ranked.count, ranked[end].score == ranked[start].score {
      if ranked[end].isYes { yes += 1 }
      end += 1
    }
    body(yes, end - start - yes)
    start = end
  }
}

extension RankingMetric {
  public var value: Double {
    if scores.labels.isEmpty || scores.scores.contains(where: \.isNaN) { return .nan }
    var mean = RunningMean()
    for label in scores.width == 1 ? [1] : Array(0..<scores.width) {
      mean.add(Self.area(scores.ranked(label)))
    }
    return mean.value
  }

  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    if outputs.rank == 1 || outputs.rank == 2 && outputs.shape[1] == 1 {
      NumberTargets.require(outputs, targets, in: "\(Self.self)")
      return [outputs.reshaped(to: [-1, 1]).to(.float32), targets.reshaped(to: [-1]).to(.int64)]
    }
    let labels = ClassTargets(targets, for: outputs, ignoring: nil, in: "\(Self.self)").labels
    guard outputs.rank == 2 else {
      stop("\(Self.self): outputs \(outputs.shape); it takes [N] or [N, C]")
    }
    let scores = outputs.to(.float32)
    if outputs.shape[1] == 2 {
      let (no, yes) = (scores.prefix(1, along: 1), scores.take(Tensor([1 as Int]), along: 1))
      return [kind == .logits ? yes - no : yes, labels]
    }
    return [kind == .logits ? logSoftmax(scores, along: 1) : scores, labels]
  }

  public mutating func add(_ observation: [Tensor]) {
    scores.add(
      observation[0].scalars(as: Float.self), width: observation[0].shape[1],
      labels: observation[1].scalars(as: Int.self))
  }

  public mutating func merge(_ other: Self) {
    scores.add(other.scores.scores, width: other.scores.width, labels: other.scores.labels)
  }

  public var record: [Double] { scores.record }
  public mutating func restore(_ record: [Double]) -> Bool { scores.restore(record) }
}

/// The scores and labels that a ranking metric keeps.
public struct ScoreRecord: Sendable, Hashable {
  /// How many scores an example has.
  public private(set) var width = 0
  /// The scores, example by example.
  public private(set) var scores: [Float] = []
  /// The class of each example.
  public private(set) var labels: [Int] = []

  init() {}

  mutating func add(_ scores: [Float], width: Int, labels: [Int]) {
    if labels.isEmpty { return }
    if !self.labels.isEmpty && width != self.width {
      stop("ranking metric: \(width) scores an example, where there were \(self.width)")
    }
    self.width = width
    self.scores += scores
    self.labels += labels
  }

  /// Each example's score for a class, in descending order.
  func ranked(_ label: Int) -> [(score: Float, isYes: Bool)] {
    let column = width == 1 ? 0 : label
    return labels.indices.map { (scores[$0 * width + column], labels[$0] == label) }
      .sorted { $0.0 > $1.0 }
  }

  var record: [Double] { [Double(width)] + labels.map(Double.init) + scores.map(Double.init) }

  mutating func restore(_ record: [Double]) -> Bool {
    guard let first = record.first, first >= 0, first <= 0x1p31 else { return false }
    let width = Int(first)
    guard (record.count - 1) % (width + 1) == 0 else { return false }
    let count = (record.count - 1) / (width + 1)
    guard record[1...].prefix(count).allSatisfy({ abs($0) <= 0x1p53 }) else { return false }
    self.width = width
    labels = record[1..<1 + count].map { Int($0) }
    scores = record[(1 + count)...].map { Float($0) }
    return true
  }
}
