import Foundation
import Myelin
import Testing

@Suite struct BeamSearchTests {
  /// From 0: 1 with 0.6, 2 with 0.4. After 1 everything is open, after 2 token 4 is sure. So the
  /// likeliest first step is not on the likeliest way.
  static let trap = Toy.chain([
    [0, 0.6, 0.4, 0, 0],
    [0.25, 0.25, 0.25, 0.25, 0],
    [0, 0, 0, 0, 1],
    [0, 0, 0, 1, 0],
    [0, 0, 0, 0, 1],
  ])

  @Test("width 1 is greedy, width 2 looks further")
  func looksAhead() throws {
    let greedy = Self.trap.beamSearch(from: [0], width: 1, maximum: 2)
    #expect(greedy.map(\.tokens) == [[1, 0]])
    #expect(
      Array(Self.trap.generate(from: [0], sampling: .greedy, maximum: 2)) == greedy[0].tokens)
    let wide = Self.trap.beamSearch(from: [0], width: 2, maximum: 2)
    #expect(wide.map(\.tokens) == [[2, 4], [1, 0]])
    #expect(wide.map(\.end) == [.length, .length])
    #expect(abs(wide[0].logProbability - log(0.4)) < 1e-6)
    #expect(abs(wide[1].logProbability - log(0.15)) < 1e-6)
  }

  @Test("the length penalty of Wu et al.", arguments: [0, 0.6, 1])
  func penalizes(alpha: Double) throws {
    let best = try #require(
      Self.trap.beamSearch(from: [0], width: 2, lengthPenalty: alpha, maximum: 3).first)
    #expect(best.tokens == [2, 4, 4])
    #expect(abs(best.score - log(0.4) / pow(8 / 6, alpha)) < 1e-6)
  }

  @Test("the penalty decides between a short text and a long one")
  func prefersLength() {
    let chain = Toy.chain([[0, 0.5, 0.5], [0, 0.9, 0.1], [1, 0, 0]])
    // "2" alone: 0.5; "1 1 … 2": 0.5 · 0.9ⁿ · 0.1.
    let short = chain.beamSearch(
      from: [0], width: 3, lengthPenalty: 0, maximum: 6, stopSequences: [[2]])
    #expect(short[0].tokens == [] && short[0].end == .stopSequence([2]))
    let long = chain.beamSearch(
      from: [0], width: 3, lengthPenalty: 3, maximum: 6, stopSequences: [[2]])
    #expect(long[0].tokens == [1, 1, 1, 1, 1, 1] && long[0].end == .length)
  }

  @Test("finds what an exhaustive search finds, when it is wide enough", arguments: 1...5)
  func isExhaustive(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let table = (0..<3).map { _ in random.uniform([3]).scalars(as: Double.self) }
    let rows = table.map { row in row.map { $0 / row.reduce(0, +) } }
    func probability(_ tokens: [Int]) -> Double {
      zip([0] + tokens, tokens).reduce(1) { $0 * rows[$1.0][$1.1] }
    }
    let all = (0..<81).map { n in [n / 27, n / 9 % 3, n / 3 % 3, n % 3] }
    let best = try #require(all.max { probability($0) < probability($1) })
    let found = Toy.chain(rows).beamSearch(from: [0], width: 81, maximum: 4)
    #expect(found.count == 81 && found[0].tokens == best)
    #expect(abs(found[0].logProbability - log(probability(best))) < 1e-5)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
  }

  @Test("each beam has its own state; of equal ones the better beam and earlier token come first")
  func branches() {
    let found = Toy.Counter().beamSearch(from: [0, 0], width: 2, maximum: 2)
    #expect(found.map(\.tokens) == [[2, 3], [2, 0]])
  }

  @Test("a model that allows no token, and a maximum of 0")
  func ends() {
    let dead = Toy.chain([[0, 1], [0, 0]])
    let found = dead.beamSearch(from: [0], width: 3, maximum: 5)
    #expect(found.map(\.tokens) == [[1]] && found.map(\.end) == [.noToken])
    let nothing = dead.beamSearch(from: [0], width: 3, maximum: 0)
    #expect(nothing.map(\.tokens) == [[]] && nothing.map(\.end) == [.length])
  }
}
