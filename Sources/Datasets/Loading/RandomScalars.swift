import Arrays

/// Random numbers one at a time, without tensors: what a transform draws for one example.
///
/// A Philox-4x32-10 stream (Salmon et al., 2011) that a seed, an epoch, a place and its use name
/// alone, so that an example is changed in the same way whichever thread reads it and whatever was
/// read before. None of its streams meets one of a `RandomSource` of the same seed: the fourth word
/// of its counter is never 0.
public struct RandomScalars: Sendable, Hashable {
  /// What a stream is for; uses of one seed never share numbers.
  package enum Use: UInt32, Sendable {
    case example = 1
    case batch
    case weights
    case buckets
    case split
  }

  private let key: SIMD2<UInt32>
  /// The block within the stream, the place, the epoch, and the use with the occurrence.
  private var counter: SIMD4<UInt32>
  private var words = SIMD4<UInt32>()
  private var used = 4

  /// The stream of an example: that of `place` in an epoch.
  ///
  /// - Parameters:
  ///   - seed: names all streams of a run.
  ///   - epoch: 0 …
  ///   - place: 0 …
  public init(seed: UInt64, epoch: Int = 0, place: Int = 0) {
    self.init(seed: seed, use: .example, epoch: epoch, place: place)
  }

  /// `occurrence` tells apart the times that an example occurs in one epoch.
  package init(
    seed: UInt64, use: Use, epoch: Int = 0, place: Int = 0, occurrence: Int = 0
  ) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = SIMD4(
      0, UInt32(truncatingIfNeeded: place), UInt32(truncatingIfNeeded: epoch),
      use.rawValue << 24 | UInt32(truncatingIfNeeded: occurrence) & 0xFF_FFFF)
  }

  /// 32 random bits.
  public mutating func word() -> UInt32 {
    if used == 4 {
      words = Philox.block(key: key, counter: counter)
      counter[0] &+= 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  /// Uniform in [0, 1), a multiple of 2⁻³².
  public mutating func uniform() -> Double { Double(word()) * 0x1p-32 }

  /// Uniform in [lower, upper), or `lower` where the range is empty.
  public mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
    let unit = uniform()
    return lower < upper ? max(lower, min(lower + unit * (upper - lower), upper.nextDown)) : lower
  }

  /// A whole number of 0 ..< count, each equally likely but for count / 2⁶⁴; 0 where `count` is
  /// not positive.
  public mutating func integer(below count: Int) -> Int {
    let bits = UInt64(word()) << 32 | UInt64(word())
    return Int(bits.multipliedFullWidth(by: UInt64(max(0, count))).high)
  }

  /// Whether a trial of this probability succeeds.
  public mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

  /// Two independent numbers of the standard normal distribution.
  public mutating func normalPair() -> (Double, Double) {
    let (first, second) = (word(), word())
    return Philox.normalPair(first, second)
  }

  /// The elements in random order, each order equally likely (R. Durstenfeld, Algorithm 235, 1964).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }
}
