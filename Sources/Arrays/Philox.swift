import Glibc

/// The counter-based random numbers of J. Salmon et al., "Parallel random numbers: as easy as 1, 2,
/// 3" (2011), Philox-4x32 with 10 rounds, and the formulas that turn its words into numbers.
///
/// They stand here, once, because every backend must give the same bits.
package enum Philox {
  /// The four words of block `counter` of the stream of `key`.
  package static func block(key: UInt64, counter: UInt64) -> SIMD4<UInt32> {
    block(
      key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)),
      counter: SIMD4(
        UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), 0, 0))
  }

  /// The paper's function: ten rounds of multiplication and exchange, the key growing by the
  /// golden ratio and by √3 − 1 in between.
  package static func block(key: SIMD2<UInt32>, counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var key = key
    var words = counter
    for _ in 0..<10 {
      let first = words[0].multipliedFullWidth(by: 0xD251_1F53)
      let second = words[2].multipliedFullWidth(by: 0xCD9E_8D57)
      words = SIMD4(
        second.high ^ words[1] ^ key[0], second.low, first.high ^ words[3] ^ key[1], first.low)
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return words
  }

  /// Uniform in [0, 1): the word's upper 24 bits times 2⁻²⁴, exactly.
  package static func unit(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }

  /// Uniform in (0, 1): (word + ½) · 2⁻³², exactly.
  package static func openUnit(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-32 }

  /// Uniform in [lower, upper): lower + unit · (upper − lower), each operation rounded (no fused
  /// multiply-add), kept below `upper`.
  package static func uniform(_ word: UInt32, lower: Float, upper: Float) -> Float {
    let scaled = unit(word) * (upper - lower)
    return max(lower, min(lower + scaled, upper.nextDown))
  }

  /// The same for float64, from (word + ½) · 2⁻³².
  package static func uniform(_ word: UInt32, lower: Double, upper: Double) -> Double {
    let scaled = openUnit(word) * (upper - lower)
    return max(lower, min(lower + scaled, upper.nextDown))
  }

  /// A whole number of [lower, upper): lower + ⌊word · (upper − lower) / 2³²⌋; `lower` when the
  /// range is empty. A range wider than 2³² takes 2³² of its values.
  package static func uniform(_ word: UInt32, lower: Int64, upper: Int64) -> Int64 {
    guard upper > lower else { return lower }
    let range = UInt64(bitPattern: upper &- lower)
    let product = range.multipliedFullWidth(by: UInt64(word))
    return lower &+ Int64(bitPattern: product.high << 32 | product.low >> 32)
  }

  /// Two independent standard normal numbers from two words, by Box and Muller (1958):
  /// √(−2 ln u₁) · (cos 2πu₂, sin 2πu₂) with u₁ = (first + 1) · 2⁻³² in (0, 1] and
  /// u₂ = second · 2⁻³², in double precision.
  package static func normalPair(_ first: UInt32, _ second: UInt32) -> (Double, Double) {
    let radius = sqrt(-2 * log((Double(first) + 1) * 0x1p-32))
    let angle = 2 * Double.pi * (Double(second) * 0x1p-32)
    return (radius * cos(angle), radius * sin(angle))
  }

  /// Whether a trial of this probability succeeds: unit < probability.
  package static func bernoulli(_ word: UInt32, probability: Double) -> Bool {
    Double(unit(word)) < probability
  }

  /// Standard normal cut to [lower, upper]: Φ⁻¹(Φ(lower) + openUnit · (Φ(upper) − Φ(lower))), kept
  /// within the bounds.
  package static func truncatedNormal(_ word: UInt32, lower: Double, upper: Double) -> Double {
    // In the upper tail Φ is near 1 and loses its digits; its mirror image does not.
    if lower > 0 { return -truncatedNormal(word, lower: -upper, upper: -lower) }
    let low = NormalDistribution.cumulative(lower)
    let high = NormalDistribution.cumulative(upper)
    let value = NormalDistribution.quantile(low + openUnit(word) * (high - low))
    return max(lower, min(value, upper))
  }
}

/// The standard normal distribution in double precision.
package enum NormalDistribution {
  /// Φ(x) = ½ erfc(−x / √2), precise in both tails' own direction.
  package static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// φ(x) = e^(−x²/2) / √(2π).
  package static func density(_ x: Double) -> Double {
    exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
  }

  /// Φ⁻¹(p): formula 26.2.23 of Abramowitz and Stegun (error below 4.5 · 10⁻⁴), then two steps of
  /// Halley's method, each of which cubes the error.
  package static func quantile(_ p: Double) -> Double {
    if p > 0.5 { return -quantile(1 - p) }
    if p <= 0 { return p == 0 ? -.infinity : .nan }
    let t = (-2 * log(p)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var x = numerator / denominator - t
    for _ in 0..<2 {
      let step = (cumulative(x) - p) / density(x)
      x -= step / (1 + 0.5 * x * step)
    }
    return x
  }
}
