import Datasets
import Testing

@Suite struct RandomScalarsTests {
  @Test("streams differ by seed, epoch, place and use, and by nothing else")
  func streams() {
    func words(_ random: RandomScalars) -> [UInt32] {
      var random = random
      return (0..<9).map { _ in random.word() }
    }
    let known = words(RandomScalars(seed: 1, epoch: 2, place: 3))
    #expect(words(RandomScalars(seed: 1, epoch: 2, place: 3)) == known)
    #expect(words(RandomScalars(seed: 1 << 32 | 1, epoch: 2, place: 3)) != known)
    #expect(words(RandomScalars(seed: 1, epoch: 3, place: 3)) != known)
    #expect(words(RandomScalars(seed: 1, epoch: 2, place: 4)) != known)
    #expect(words(RandomScalars(seed: 1, use: .batch, epoch: 2, place: 3)) != known)
    #expect(
      words(RandomScalars(seed: 1, use: .example, epoch: 2, place: 3, occurrence: 1)) != known)
  }

  @Test("whole numbers are even, and in their range", arguments: [1, 2, 3, 7, 1000])
  func integers(count: Int) {
    var random = RandomScalars(seed: 5)
    let draws = 200 * count
    var counts = [Int](repeating: 0, count: count)
    for _ in 0..<draws { counts[random.integer(below: count)] += 1 }
    let spread = counts.reduce(0.0) { $0 + (Double($1) - 200) * (Double($1) - 200) / 200 }
    // χ² with count − 1 degrees of freedom, five standard deviations above its mean.
    let freedom = Double(max(1, count - 1))
    let bound: Double = freedom + 5 * (2 * freedom).squareRoot()
    #expect(spread <= bound)
    #expect(random.integer(below: 0) == 0)
  }

  @Test("numbers are uniform between their bounds")
  func uniform() {
    var random = RandomScalars(seed: 6)
    let values = (0..<40_000).map { _ in random.uniform(-3, 5) }
    #expect(values.allSatisfy { -3 <= $0 && $0 < 5 })
    let mean: Double = values.reduce(0, +) / 40_000
    let deviation: Double = (64.0 / 12 / 40_000).squareRoot()
    #expect(abs(mean - 1) < 5 * deviation)
    #expect(random.uniform(2, 2) == 2)
  }

  @Test("a shuffle keeps the elements, and each order is equally likely")
  func shuffles() {
    var counts: [[Int]: Int] = [:]
    for place in 0..<6000 {
      var (random, order) = (RandomScalars(seed: 7, place: place), [0, 1, 2])
      random.shuffle(&order)
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 6)
    // Five standard deviations.
    let bound = 5 * (6000 * 1.0 / 6 * 5 / 6).squareRoot()
    #expect(counts.values.allSatisfy { abs(Double($0) - 1000) < bound })
  }
}
