import Glibc

extension RandomScalars {
  /// One number of the standard normal distribution; of a pair the second is not kept.
  public mutating func normal() -> Double { normalPair().0 }

  /// A number of the gamma distribution of a shape and scale 1 (G. Marsaglia and W. W. Tsang, "A
  /// simple method for generating gamma variables", 2000). `shape` must be positive.
  mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 { return gamma(shape + 1) * pow(1 - uniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      if log(1 - uniform()) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
    }
  }

  /// A number of the beta distribution: X / (X + Y) of two of the gamma distribution.
  mutating func beta(_ a: Double, _ b: Double) -> Double {
    let (x, y) = (gamma(a), gamma(b))
    // Small shapes can give two numbers too small to be told from 0.
    return x + y > 0 ? x / (x + y) : bernoulli(a / (a + b)) ? 1 : 0
  }
}
