import Arrays

/// Keeps the fewest tokens that have the probability p together, from the likeliest down, and makes
/// the others impossible: nucleus sampling. Of equally likely tokens the first are kept. Holtzman et
/// al., 2020, "The curious case of neural text degeneration".
///
/// The likeliest token always stays. A sum that misses p by no more than 10⁻⁷, the rounding of
/// float32 logits, counts as p.
public struct TopP: LogitRule, Hashable {
  /// p, above 0 and at most 1; 1 keeps all tokens.
  public let probability: Double

  /// The rule that keeps a probability of p; stops where that is not above 0 and at most 1.
  public init(_ probability: Double) {
    if !(probability > 0 && probability <= 1) {
      stop("TopP: probability \(probability); it must be above 0 and at most 1")
    }
    self.probability = probability
  }

  public func apply(to logits: inout [Double], after tokens: [Int]) {
    guard probability < 1 else { return }
    let probabilities = logits.softmaxed()
    // Equal ones in the order of the vocabulary: the standard library's sort is stable.
    let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
    guard let first = order.first else { return }
    var sum = probabilities[first]
    for place in order.dropFirst() {
      if sum >= probability - 1e-7 { logits[place] = -.infinity }
      sum += probabilities[place]
    }
  }
}
