import Arrays
import Tensors

/// How the next token is chosen from a model's logits: rules change them one after another, and a
/// token is drawn from what they leave.
///
///     Sampling.greedy                              // always the likeliest
///     Sampling(temperature: 0.8, topK: 40)
///     Sampling(topP: 0.9, repetitionPenalty: 1.2)
public struct Sampling: Sendable {
  /// What is done to the logits, in this order.
  public var rules: [any LogitRule]

  /// Sampling by rules of one's own; without any, from softmax of the logits as they are.
  public init(rules: [any LogitRule]) { self.rules = rules }

  /// Sampling by the common rules, applied in the order repetition penalty, temperature, top-k,
  /// top-p; nil leaves one out.
  ///
  /// - Parameters:
  ///   - temperature: What logits are divided by; 0 is greedy.
  ///   - topK: How many of the likeliest tokens stay.
  ///   - topP: What probability the tokens that stay have together.
  ///   - repetitionPenalty: θ, by which tokens that came already become less likely.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil,
    repetitionPenalty: Double? = nil
  ) {
    rules = []
    if let repetitionPenalty { rules.append(RepetitionPenalty(repetitionPenalty)) }
    rules.append(Temperature(temperature))
    if let topK { rules.append(TopK(topK)) }
    if let topP { rules.append(TopP(topP)) }
  }

  /// Always the likeliest token, the first of equal ones.
  public static let greedy = Sampling(temperature: 0)

  /// The probability of each token of the vocabulary; all are zero where the rules leave none.
  public func probabilities(of logits: [Double], after tokens: [Int] = []) -> [Double] {
    var logits = logits
    for rule in rules {
      rule.apply(to: &logits, after: tokens)
    }
    return logits.softmaxed()
  }

  /// Draws the next token; nil where none is possible, since all logits are −∞ or NaN.
  ///
  /// - Parameters:
  ///   - logits: One number for each token of the vocabulary.
  ///   - tokens: All tokens so far, for rules that look back.
  ///   - random: Moves on by one draw, whether there is a choice or not.
  public func token(
    from logits: [Double], after tokens: [Int] = [], using random: inout RandomSource
  ) -> Int? {
    // 53 bits: what a Double in 0..<1 can hold evenly.
    var rest = Double(random.nextSeed() >> 11) * 0x1p-53
    var last: Int?
    for (token, probability) in probabilities(of: logits, after: tokens).enumerated()
    where probability > 0 {
      rest -= probability
      last = token
      if rest < 0 { break }
    }
    return last
  }
}
