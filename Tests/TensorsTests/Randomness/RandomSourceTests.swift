import Arrays
import CPUBackend
import Tensors
import Testing

/// Streams of random numbers: known, repeatable, splittable, and of the right distribution.
@Suite struct RandomSourceTests {
  /// The first block of Philox-4x32-10 with key 0 and counter 0, as its authors' known-answer tests
  /// give it: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
  @Test func seedZeroGivesTheKnownWords() {
    onBothBackends { _ in
      var random = RandomSource(seed: 0)
      let words = random.uniform([4], from: 0, to: 4_294_967_296, .int64)
      #expect(words.scalars() == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8] as [Int64])
      #expect(random.position == 1)
      var again = RandomSource(seed: 0)
      #expect(
        again.uniform([4]).scalars()
          == [0x6627E8, 0xE169C5, 0xBC57AC, 0x9B00DB].map { Float($0) * 0x1p-24 })
    }
  }

  @Test func isAValue() {
    var first = RandomSource(seed: 5)
    _ = first.normal([7])
    #expect(first.position == 2)
    var copy = first
    var saved = RandomSource(seed: first.seed, position: first.position)
    let numbers: [Float] = first.normal([9]).scalars()
    #expect(copy.normal([9]).scalars() == numbers)
    #expect(saved.normal([9]).scalars() == numbers)
    #expect(first.normal([9]).scalars() as [Float] != numbers)
  }

  /// A position may come from a file, and be any.
  @Test func startsAgainAfterTheLastPosition() {
    var random = RandomSource(seed: 5, position: .max)
    let numbers = random.uniform([8]).scalars() as [Float]
    #expect(random.position == 1)
    var start = RandomSource(seed: 5)
    #expect(start.uniform([4]).scalars() == Array(numbers[4...]))
    random = RandomSource(seed: 5, position: .max)
    random.skip(8)
    #expect(random.position == 1)
  }

  @Test func splitsIntoDifferentStreams() {
    var root = RandomSource(seed: 1)
    var streams = (0..<8).map { _ in root.split() }
    #expect(Set(streams.map(\.seed)).count == 8)
    let draws = streams.indices.map { streams[$0].uniform([16]).scalars() as [Float] }
    #expect(Set(draws).count == 8)
    var again = RandomSource(seed: 1)
    #expect(again.split() == RandomSource(seed: streams[0].seed))
  }

  struct Distribution: Sendable, CustomTestStringConvertible {
    let name: String
    let mean: Double
    let variance: Double
    let bounds: ClosedRange<Double>
    let draw: @Sendable (inout RandomSource, Shape, DataType) -> Tensor

    var testDescription: String { name }
  }

  static let distributions = [
    Distribution(name: "uniform", mean: 0.5, variance: 1.0 / 12, bounds: 0...1) {
      $0.uniform($1, $2)
    },
    Distribution(name: "uniform −3…5", mean: 1, variance: 64.0 / 12, bounds: -3...5) {
      $0.uniform($1, from: -3, to: 5, $2)
    },
    Distribution(name: "normal", mean: 0, variance: 1, bounds: -7...7) { $0.normal($1, $2) },
    Distribution(name: "normal 2 ± 3", mean: 2, variance: 9, bounds: -19...23) {
      $0.normal($1, mean: 2, standardDeviation: 3, $2)
    },
    // 1 − 4φ(2) / (Φ(2) − Φ(−2)).
    Distribution(name: "truncated normal", mean: 0, variance: 0.773_741, bounds: -2...2) {
      $0.truncatedNormal($1, $2)
    },
    Distribution(name: "bernoulli", mean: 0.3, variance: 0.21, bounds: 0...1) {
      $0.bernoulli($1, probability: 0.3, $2)
    },
  ]

  /// 200,000 draws: mean and variance within five standard errors of their own (the variance's for
  /// the heaviest tail here, the normal one), all numbers within bounds.
  @Test(arguments: distributions, DataType.floatingPoint)
  func hasTheRightMoments(_ distribution: Distribution, _ dataType: DataType) {
    let count = 200_000
    var random = RandomSource(seed: 11)
    let draws = distribution.draw(&random, [count], dataType)
    #expect(draws.dataType == dataType)
    let numbers: [Double] = draws.scalars()
    let mean = numbers.reduce(0, +) / Double(count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    let rounding = dataType == .bfloat16 ? 4e-3 : dataType == .float16 ? 5e-4 : 0
    let error = 5 * (distribution.variance / Double(count)).squareRoot()
    #expect(abs(mean - distribution.mean) < error + rounding)
    let spread = 5 * distribution.variance * (2.0 / Double(count)).squareRoot()
    #expect(abs(variance - distribution.variance) < spread + rounding * distribution.variance)
    #expect(numbers.allSatisfy { distribution.bounds.contains($0) })
  }

  @Test func neighboursDoNotCorrelate() {
    var random = RandomSource(seed: 3)
    let numbers: [Double] = random.normal([100_000]).scalars()
    for lag in 1...5 {
      let products = zip(numbers, numbers.dropFirst(lag)).map { $0 * $1 }
      #expect(abs(products.reduce(0, +)) < 5 * Double(numbers.count).squareRoot())
    }
  }

  @Test func wholeNumbersFillTheirRangeEvenly() {
    var random = RandomSource(seed: 2)
    for dataType in [DataType.int8, .uint8, .int16, .int32, .int64] {
      let numbers: [Int] = random.uniform([60_000], from: 2, to: 8, dataType).scalars()
      let counts = Dictionary(grouping: numbers, by: \.self).mapValues(\.count)
      #expect(Set(counts.keys) == Set(2..<8))
      #expect(counts.values.allSatisfy { abs($0 - 10_000) < 500 })
    }
  }

  @Test func uniformStaysBelowItsUpperBound() {
    for dataType in DataType.floatingPoint {
      var random = RandomSource(seed: 8)
      let largest = random.uniform([300_000], dataType).max().item()
      #expect(largest < 1)
    }
  }

  @Test(arguments: [0, 1, 2, 1000])
  func permutationsAreComplete(_ count: Int) {
    var random = RandomSource(seed: 4)
    let order: [Int] = random.permutation(count).scalars()
    #expect(order.sorted() == Array(0..<count))
    if count == 1000 { #expect(order != Array(0..<count)) }
  }

  @Test func backendsGiveTheSameBits() {
    for distribution in Self.distributions {
      for dataType in DataType.floatingPoint {
        var (first, second) = (RandomSource(seed: 9), RandomSource(seed: 9))
        let fast = distribution.draw(&first, [1001], dataType)
        let plain = ThreadState.withReferenceBackend {
          distribution.draw(&second, [1001], dataType)
        }
        expectTensor(fast, like: plain, .exact, "\(distribution.name) of \(dataType)")
      }
    }
  }

  /// In a process of its own, since the number of threads is the process's.
  @Test func anyNumberOfThreadsGivesTheSameBits() async {
    await #expect(processExitsWith: .success) {
      func draw() -> [[Float]] {
        var random = RandomSource(seed: 6)
        return [
          random.uniform([100_003]).scalars(), random.normal([513, 257]).scalars(),
          random.truncatedNormal([70_001]).scalars(),
          random.bernoulli([90_000], probability: 0.5).scalars(),
        ]
      }
      ThreadTeam.size = 1
      let expected = draw()
      for size in [2, 3] {
        ThreadTeam.size = size
        #expect(draw() == expected)
      }
    }
  }

  @Test func scopedSeedsRepeat() {
    func weights() -> [Float] {
      RandomSource.withCurrent { $0.uniform([3]).scalars() }
        + RandomSource.withCurrent { $0.uniform([3]).scalars() }
    }
    let first = withRandomSeed(1) { weights() }
    #expect(withRandomSeed(1) { weights() } == first)
    #expect(withRandomSeed(2) { weights() } != first)
    #expect(first[0] != first[3])
  }
}
