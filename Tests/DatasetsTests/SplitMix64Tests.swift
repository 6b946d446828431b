import Datasets
import Testing

@Suite struct SplitMix64Tests {
  @Test("the numbers of the reference implementation")
  func matchesReference() {
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { _ in generator.next() } == expected)
  }

  @Test("streams of different purposes, paths and seeds differ")
  func separatesStreams() {
    var streams = [
      SplitMix64(seed: 0), SplitMix64(seed: 0, .order), SplitMix64(seed: 0, .split),
      SplitMix64(seed: 0, .order, 0), SplitMix64(seed: 1, .order, 2),
      SplitMix64(seed: 2, .order, 1), SplitMix64(seed: 1, .order, 1),
      SplitMix64(seed: 1, .shift, 1, 2), SplitMix64(seed: 1, .shift, 2, 1),
    ]
    let first = Set(streams.indices.map { streams[$0].next() })
    #expect(first.count == streams.count)
  }

  @Test("a permutation has every number once", arguments: [0, 1, 2, 10, 1000])
  func permutes(count: Int) {
    var generator = SplitMix64(seed: 3)
    #expect(generator.permutation(count).sorted() == Array(0..<count))
  }

  @Test("every order of three is about equally likely")
  func isUniform() {
    var generator = SplitMix64(seed: 5)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 { counts[generator.permutation(3), default: 0] += 1 }
    // Six standard deviations of a binomial count: 6 · √(6000 · 1/6 · 5/6) = 173.
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 173 })
  }
}
