import Foundation
import Myelin
import Testing

@Suite struct SamplingTests {
  static let logits = [0.5, 0.25, 0.125, 0.125].map { log($0) }

  @Test("draws are as frequent as they are likely")
  func isFair() {
    var random = RandomSource(seed: 7)
    var counts = [0, 0, 0, 0]
    for _ in 0..<20_000 {
      if let token = Sampling().token(from: Self.logits, using: &random) { counts[token] += 1 }
    }
    for (count, expected) in zip(counts, [10_000.0, 5_000, 2_500, 2_500]) {
      // Five standard deviations of a binomial count.
      let deviation = (expected * (1 - expected / 20_000)).squareRoot()
      #expect(abs(Double(count) - expected) < 5 * deviation, "\(counts)")
    }
  }

  @Test("what a rule rules out is never drawn")
  func keepsRules() {
    var random = RandomSource(seed: 1)
    let drawn = (0..<2_000).compactMap { _ in
      Sampling(topK: 2).token(from: Self.logits, using: &random)
    }
    #expect(drawn.count == 2_000 && Set(drawn) == [0, 1])
  }

  @Test("the seed decides, and each draw moves on")
  func isSeeded() {
    func draw(seed: UInt64) -> [Int?] {
      var random = RandomSource(seed: seed)
      return (0..<40).map { _ in Sampling().token(from: Self.logits, using: &random) }
    }
    #expect(draw(seed: 3) == draw(seed: 3) && draw(seed: 3) != draw(seed: 4))
    #expect(Set(draw(seed: 3)).count > 1)
  }

  @Test("nothing is drawn where nothing is possible")
  func drawsNothing() {
    var random = RandomSource(seed: 1)
    let never = -Double.infinity
    #expect(Sampling().token(from: [never, never], using: &random) == nil)
    #expect(Sampling.greedy.token(from: [], using: &random) == nil)
    #expect(Sampling().token(from: [never, 0, never], using: &random) == 1)
  }

  @Test("a rule of one's own")
  func takesRules() {
    struct Forbid: LogitRule {
      let token: Int
      func apply(to logits: inout [Double], after tokens: [Int]) { logits[token] = -.infinity }
    }
    let sampling = Sampling(rules: [Forbid(token: 0), Temperature(0)])
    #expect(sampling.probabilities(of: Self.logits) == [0, 1, 0, 0])
  }
}
