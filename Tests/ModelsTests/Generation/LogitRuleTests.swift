import Foundation
import Myelin
import Testing

/// Rules, logits, and the probabilities that a person computes from them.
struct RuleCase: Sendable, CustomTestStringConvertible {
  let name: String
  let sampling: Sampling
  let logits: [Double]
  var tokens: [Int] = []
  let expected: [Double]
  var testDescription: String { name }

  init(
    _ name: String, _ sampling: Sampling, _ logits: [Double], after tokens: [Int] = [],
    gives expected: [Double]
  ) {
    self.name = name
    self.sampling = sampling
    self.logits = logits
    self.tokens = tokens
    self.expected = expected
  }
}

@Suite struct LogitRuleTests {
  /// Logits of the probabilities 1/2, 1/4, 1/8, 1/8.
  static let halves = [0.5, 0.25, 0.125, 0.125].map { log($0) }
  static let never = -Double.infinity

  static let temperatures = [
    RuleCase("as they are", Sampling(), halves, gives: [0.5, 0.25, 0.125, 0.125]),
    RuleCase("no rules at all", Sampling(rules: []), [0, 0], gives: [0.5, 0.5]),
    // Squares: 16 : 4 : 1 : 1.
    RuleCase(
      "T = 1/2", Sampling(temperature: 0.5), halves, gives: [16 / 22, 4 / 22, 1 / 22, 1 / 22]),
    RuleCase(
      "T = 2", Sampling(temperature: 2), [log(9), 0], gives: [0.75, 0.25]),
    RuleCase("T = 0", .greedy, [1, 3, 2], gives: [0, 1, 0]),
    RuleCase("T = 0, a tie: the first", .greedy, [1, 3, 3], gives: [0, 1, 0]),
    RuleCase("T = 0, NaN is never the largest", .greedy, [.nan, 1, 2], gives: [0, 0, 1]),
    RuleCase("T = 0, all −∞", .greedy, [never, never], gives: [0, 0]),
    RuleCase("T near 0", Sampling(temperature: 1e-308), [5, 8, 7], gives: [0, 1, 0]),
    RuleCase("T near 0, below 0", Sampling(temperature: 1e-308), [-5, -2, -3], gives: [0, 1, 0]),
    RuleCase("T near 0, a tie", Sampling(temperature: 1e-308), [8, 8, 7], gives: [0.5, 0.5, 0]),
    RuleCase("T near 0, all −∞", Sampling(temperature: 1e-308), [never, never], gives: [0, 0]),
    RuleCase("all −∞", Sampling(), [never, never, never], gives: [0, 0, 0]),
    RuleCase("all NaN", Sampling(), [.nan, .nan], gives: [0, 0]),
    RuleCase("+∞ takes all", Sampling(), [.infinity, 5, .infinity], gives: [0.5, 0, 0.5]),
    RuleCase("huge logits do not overflow", Sampling(), [1e4, 1e4, -1e4], gives: [0.5, 0.5, 0]),
    RuleCase("no vocabulary", Sampling(), [], gives: []),
  ]

  static let cuts = [
    RuleCase("k = 1", Sampling(topK: 1), halves, gives: [1, 0, 0, 0]),
    RuleCase("k = 2", Sampling(topK: 2), halves, gives: [2 / 3, 1 / 3, 0, 0]),
    RuleCase(
      "k = 3, a tie at the third: both stay", Sampling(topK: 3), halves,
      gives: [0.5, 0.25, 0.125, 0.125]),
    RuleCase(
      "k beyond the vocabulary", Sampling(topK: 9), halves, gives: [0.5, 0.25, 0.125, 0.125]),
    RuleCase("k, all −∞", Sampling(topK: 1), [never, never], gives: [0, 0]),
    RuleCase("k passes NaN over", Sampling(topK: 1), [.nan, 0, 1], gives: [0, 0, 1]),
    RuleCase("p below the likeliest", Sampling(topP: 0.1), halves, gives: [1, 0, 0, 0]),
    RuleCase("p near 0", Sampling(topP: 1e-9), halves, gives: [1, 0, 0, 0]),
    RuleCase("p met exactly by one", Sampling(topP: 0.5), halves, gives: [1, 0, 0, 0]),
    RuleCase("p just above", Sampling(topP: 0.51), halves, gives: [2 / 3, 1 / 3, 0, 0]),
    RuleCase("p met exactly by two", Sampling(topP: 0.75), halves, gives: [2 / 3, 1 / 3, 0, 0]),
    RuleCase(
      "p, a tie: the first", Sampling(topP: 0.8), halves, gives: [4 / 7, 2 / 7, 1 / 7, 0]),
    RuleCase("p = 1", Sampling(topP: 1), halves, gives: [0.5, 0.25, 0.125, 0.125]),
    RuleCase("p, all −∞", Sampling(topP: 0.5), [never, never], gives: [0, 0]),
    // Of what k leaves, 2/3 and 1/3, the first has p already.
    RuleCase("k, then p", Sampling(topK: 2, topP: 0.6), halves, gives: [1, 0, 0, 0]),
    // At T = 1/2 the first has 16/22 = 0.73.
    RuleCase("T, then p", Sampling(temperature: 0.5, topP: 0.7), halves, gives: [1, 0, 0, 0]),
  ]

  static let penalties = [
    RuleCase(
      "a positive logit is divided", Sampling(repetitionPenalty: 2), [log(4), log(2)], after: [0],
      gives: [0.5, 0.5]),
    RuleCase(
      "a negative one is multiplied", Sampling(repetitionPenalty: 2), [-log(2), 0], after: [0],
      gives: [0.2, 0.8]),
    RuleCase(
      "twice is not worse than once", Sampling(repetitionPenalty: 2), [log(4), log(2)],
      after: [0, 0, 0], gives: [0.5, 0.5]),
    RuleCase(
      "a penalty of 1", Sampling(repetitionPenalty: 1), [0, 0], after: [0], gives: [0.5, 0.5]),
    RuleCase(
      "a token outside the vocabulary", Sampling(repetitionPenalty: 2), [0, 0], after: [7, -1],
      gives: [0.5, 0.5]),
    RuleCase(
      "before the window", Sampling(rules: [RepetitionPenalty(2, window: 1)]),
      [log(4), log(4)], after: [0, 1], gives: [2 / 3, 1 / 3]),
    RuleCase(
      "the penalty comes before greedy", Sampling(temperature: 0, repetitionPenalty: 2), [3, 2],
      after: [0], gives: [0, 1]),
  ]

  @Test("probabilities", arguments: temperatures + cuts + penalties)
  func gives(_ rule: RuleCase) {
    let found = rule.sampling.probabilities(of: rule.logits, after: rule.tokens)
    #expect(found.count == rule.expected.count)
    for (found, expected) in zip(found, rule.expected) {
      #expect(abs(found - expected) < 1e-12, "\(found) is not \(expected)")
    }
  }
}
