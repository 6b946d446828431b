/// A small, fast generator of random bits: SplitMix64 (Steele, Lea and Flood, *Fast splittable
/// pseudorandom number generators*, OOPSLA 2014).
///
/// Orders, splits and augmentations are drawn from it, so that a seed means the same on every
/// machine and in every version of the standard library.
package struct SplitMix64: Sendable {
  /// What a stream is for, so that uses of one seed do not resemble each other.
  package enum Purpose: UInt8, Sendable {
    case split
    case order
    case shift
  }

  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var state: UInt64

  /// The stream of a seed.
  package init(seed: UInt64) { state = seed }

  /// A stream of its own for each purpose and each path of numbers below a seed.
  package init(seed: UInt64, _ purpose: Purpose, _ path: Int...) {
    state = ([Int(purpose.rawValue)] + path).reduce(seed) { state, step in
      SplitMix64.mixed(
        SplitMix64.mixed(state &+ SplitMix64.golden) &+ UInt64(bitPattern: Int64(step)))
    }
  }

  /// 64 uniformly distributed bits.
  package mutating func next() -> UInt64 {
    state &+= SplitMix64.golden
    return SplitMix64.mixed(state)
  }

  /// A number of 0 ..< bound, each equally likely. `bound` must be positive.
  package mutating func next(below bound: Int) -> Int {
    let bound = UInt64(bound)
    // The largest multiple of `bound` among 2⁶⁴ values; what lies beyond would favour small numbers.
    let excess = (UInt64.max % bound + 1) % bound
    while true {
      let bits = next()
      if bits <= UInt64.max - excess { return Int(bits % bound) }
    }
  }

  /// The numbers 0 ..< count in random order (Fisher and Yates).
  package mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, next(below: last + 1))
    }
    return order
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
