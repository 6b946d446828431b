import Arrays
import Testing

struct PhiloxTests {
  @Test(
    arguments: [
      (UInt32(0), SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
      (.max, SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
    ] as [(UInt32, SIMD4<UInt32>)])
  func knownAnswers(_ word: UInt32, _ expected: SIMD4<UInt32>) {
    let block = Philox.block(
      key: SIMD2(repeating: word), counter: SIMD4(repeating: word))
    #expect(block == expected)
  }

  @Test func quantileInvertsTheCumulative() {
    for (p, x) in [(0.5, 0.0), (0.975, 1.959963984540054), (1e-10, -6.361340902404056)] {
      #expect(abs(NormalDistribution.quantile(p) - x) < 1e-12)
    }
  }

  @Test(arguments: floatingTypes)
  func distributionsHaveTheirMoments(_ dataType: DataType) {
    let cases: [(RandomDistribution, mean: Double, variance: Double, ClosedRange<Double>)] = [
      (.uniform(lower: -1, upper: 3), 1, 16.0 / 12, -1...2.99999999999),
      (.normal(mean: 2, standardDeviation: 3), 2, 9, -30...30),
      (.truncatedNormal(mean: 0, standardDeviation: 1, lower: -2, upper: 2), 0, 0.7737, -2...2),
      (.bernoulli(probability: 0.25), 0.25, 0.1875, 0...1),
    ]
    for (distribution, mean, variance, range) in cases {
      let output = empty([100, 400], dataType)
      reference.random(distribution, key: 7, counter: 11, into: output)
      let x = values(output)
      let average = x.reduce(0, +) / 40_000
      #expect(abs(average - mean) < 0.05, "\(distribution)")
      let spread = x.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 40_000
      #expect(abs(spread - variance) < 0.03 * max(1, variance), "\(distribution)")
      #expect(x.allSatisfy(range.contains), "\(distribution)")
    }
  }

  @Test func theStreamContinuesAcrossBlocks() {
    let whole = empty([12], .float32), rest = empty([2, 4], .float32)
    let distribution = RandomDistribution.normal(mean: 0, standardDeviation: 1)
    reference.random(distribution, key: 5, counter: .max, into: whole)
    reference.random(distribution, key: 5, counter: 0, into: rest)
    #expect(Array(values(whole)[4...]) == values(rest))
  }

  @Test func integersCoverTheirRange() {
    let output = empty([1000], .int8)
    reference.random(.uniform(lower: -3, upper: 3), key: 1, counter: 0, into: output)
    #expect(Set(values(output)) == [-3, -2, -1, 0, 1, 2])
    #expect(Philox.uniform(.max, lower: Int64.min, upper: Int64.max) > 0)
    #expect(Philox.uniform(.max, lower: 4, upper: Int64(4)) == 4)
    #expect(Philox.uniform(.max, lower: 1, upper: Float(1).nextUp) == 1)
  }
}
