import Tensors

/// The streams of random numbers that a seed has for the uses of a data set: parts of the seed's
/// Philox stream so far apart that they never meet, neither each other nor its beginning, from
/// which layers draw their first weights.
enum SeededStream: UInt64 {
  case split = 1
  case order
  case shift

  /// The stream of this use in one epoch, good for 2³² blocks.
  func source(seed: UInt64, epoch: Int = 0) -> RandomSource {
    RandomSource(seed: seed, position: rawValue << 60 | UInt64(truncatingIfNeeded: epoch) << 32)
  }
}
