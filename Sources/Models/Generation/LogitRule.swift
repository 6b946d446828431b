import Foundation

/// A change to the logits of the next token before one is drawn: it makes tokens more or less
/// likely, or, with −∞, impossible. `Temperature`, `TopK`, `TopP` and `RepetitionPenalty` are such
/// rules; a type of one's own may be another, as for a grammar that must be kept.
public protocol LogitRule: Sendable {
  /// - Parameters:
  ///   - logits: One number for each token of the vocabulary.
  ///   - tokens: All tokens so far, the prompt's included.
  func apply(to logits: inout [Double], after tokens: [Int])
}

extension [Double] {
  /// The probabilities that logits stand for: softmax, computed from the largest down so that
  /// nothing overflows.
  ///
  /// NaN counts as −∞. Where a logit is +∞, such tokens share all probability evenly. Where every
  /// one is −∞ no token is possible, and all probabilities are zero.
  func softmaxed() -> [Double] {
    let largest = lazy.filter { !$0.isNaN }.max() ?? -.infinity
    if largest == -.infinity { return map { _ in 0 } }
    let weights = map { logit -> Double in
      if logit.isNaN { return 0 }
      return largest == .infinity ? (logit == .infinity ? 1 : 0) : exp(logit - largest)
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// The place of the largest logit, the first of equal ones; nil where all are −∞ or NaN.
  func firstMaximum() -> Int? {
    var best: Int?
    for (place, logit) in enumerated() where logit > (best.map { self[$0] } ?? -.infinity) {
      best = place
    }
    return best
  }
}
