import Arrays

/// The order in which an epoch deals examples out.
public enum LoadingOrder: Sendable, Hashable {
  /// The data set's own.
  case sequential
  /// Every example once, in an order that seed and epoch decide.
  case shuffled
  /// Drawn with replacement, each time with a probability proportional to the weight of its place.
  /// An epoch has `count` draws, or as many as there are examples.
  case weighted([Double], count: Int? = nil)
  /// Every example once, those of similar length in one batch, so that little is padded. Shuffled
  /// examples are cut into pools of 64 batches and sorted by length within each; then the batches
  /// are shuffled. The last batch is the one that is not full, of examples of any length.
  case bucketed(lengths: [Int])

  /// Weights with which every class is drawn equally often: 1 / (examples of its class).
  public static func balanced(_ labels: [Int], count: Int? = nil) -> LoadingOrder {
    var counts: [Int: Int] = [:]
    for label in labels { counts[label, default: 0] += 1 }
    return .weighted(labels.map { 1 / Double(counts[$0, default: 1]) }, count: count)
  }

  /// Examples in an epoch of a data set of `count`.
  func exampleCount(of count: Int) -> Int {
    if case .weighted(_, let draws) = self { count == 0 ? 0 : draws ?? count } else { count }
  }

  /// Stops where weights or lengths do not fit a data set of `count` examples.
  func check(count: Int) {
    switch self {
    case .sequential, .shuffled: break
    case .weighted(let weights, let draws):
      guard weights.count == count else {
        stop("Loader: \(weights.count) weights for \(count) examples; each needs one")
      }
      if let draws, draws < 0 { stop("Loader: \(draws) draws; there must not be fewer than 0") }
      if let wrong = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        stop("Loader: weight \(wrong) is \(weights[wrong]); weights are finite and not negative")
      }
      if count > 0 && !weights.contains(where: { $0 > 0 }) { stop("Loader: all weights are 0") }
    case .bucketed(let lengths):
      guard lengths.count == count else {
        stop("Loader: \(lengths.count) lengths for \(count) examples; each needs one")
      }
    }
  }

  /// The places of an epoch in their order, cut into batches by whoever asks.
  func places(count: Int, batchSize: Int, seed: UInt64, epoch: Int) -> [Int] {
    switch self {
    case .sequential: return Array(0..<count)
    case .shuffled: return LoadingOrder.permutation(count, seed: seed, epoch: epoch)
    case .weighted(let weights, let draws):
      return LoadingOrder.draws(draws ?? count, weights, seed: seed, epoch: epoch)
    case .bucketed(let lengths):
      return LoadingOrder.buckets(lengths, batchSize, seed: seed, epoch: epoch)
    }
  }

  private static func permutation(_ count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var random = SeededStream.order.source(seed: seed, epoch: epoch)
    return random.permutation(count).scalars(as: Int.self)
  }

  /// Each draw is a point of the line on which the weights lie end to end.
  private static func draws(
    _ count: Int, _ weights: [Double], seed: UInt64, epoch: Int
  ) -> [Int] {
    var ends: [Double] = []
    ends.reserveCapacity(weights.count)
    var total = 0.0
    for weight in weights {
      total += weight
      ends.append(total)
    }
    guard let last = weights.lastIndex(where: { $0 > 0 }) else { return [] }
    var random = RandomScalars(seed: seed, use: .weights, epoch: epoch)
    return (0..<count).map { _ in
      let point = Double(UInt64(random.word()) << 21 | UInt64(random.word() >> 11)) * 0x1p-53
      // The first end beyond the point; rounding may put a point at the very end of the line.
      return min(last, ends.partitioningIndex { $0 > point * total })
    }
  }

  private static let poolBatches = 64

  private static func buckets(
    _ lengths: [Int], _ batchSize: Int, seed: UInt64, epoch: Int
  ) -> [Int] {
    let shuffled = permutation(lengths.count, seed: seed, epoch: epoch)
    // The batch that is not full is cut off first, so that it has other examples in every epoch.
    let wholeCount = shuffled.count - shuffled.count % batchSize
    var order: [Int] = []
    order.reserveCapacity(shuffled.count)
    for start in stride(from: 0, to: wholeCount, by: batchSize * poolBatches) {
      let pool = start..<min(start + batchSize * poolBatches, wholeCount)
      // Of equal lengths the shuffled order stays, so that batches differ from epoch to epoch.
      order += pool.sorted { (lengths[shuffled[$0]], $0) < (lengths[shuffled[$1]], $1) }
        .map { shuffled[$0] }
    }
    var batches = Array(0..<wholeCount / batchSize)
    var random = RandomScalars(seed: seed, use: .buckets, epoch: epoch)
    random.shuffle(&batches)
    return batches.flatMap { order[$0 * batchSize..<($0 + 1) * batchSize] }
      + shuffled[wholeCount...]
  }
}

extension Array {
  /// The first index from which on `belongs` holds, in an array where it holds from some index on.
  fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
    var (lower, upper) = (0, count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if belongs(self[middle]) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
