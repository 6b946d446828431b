import Arrays
import Testing

// Expected values from PyTorch's max_pool2d and avg_pool2d (window 3, stride 2, padding 1).
struct PoolingTests {
  let geometry = PoolingGeometry(
    window: [3, 3], stride: [2, 2], dilation: [1, 1], paddingLow: [1, 1], paddingHigh: [1, 1])
  let input = (0..<32).map { Double($0 * 7 % 13) - 6 }

  @Test func choosesTheLargest() {
    let x = array(input, [1, 2, 4, 4])
    let y = empty([1, 2, 2, 2], .float64), indices = empty([1, 2, 2, 2], .int32)
    reference.pool(.maximum, x, geometry: geometry, indices: indices, into: y)
    #expect(values(y) == [3, 4, 5, 6, 4, 5, 6, 5])
    #expect(values(indices) == [5, 7, 9, 11, 4, 6, 8, 6])
    let dx = empty([1, 2, 4, 4], .float64)
    reference.poolBackward(.maximum, y, indices: indices, geometry: geometry, into: dx)
    #expect(values(dx).reduce(0, +) == 38)
    #expect(values(dx)[16 + 6] == 10)
  }

  @Test(
    arguments: [
      (.averageWithPadding, [-24, 8, -16, 16, 0, -8, 20, -8], [4, 8, 4, 4, 8, 16]),
      (.averageWithoutPadding, [-54, 12, -24, 16, 0, -12, 30, -8], [9, 15, 6, 6, 15, 25]),
    ] as [(PoolingOperation, [Double], [Double])])
  func averages(_ operation: PoolingOperation, _ expected: [Double], _ start: [Double]) {
    let y = empty([1, 2, 2, 2], .float64), dx = empty([1, 2, 4, 4], .float64)
    reference.pool(
      operation, array(input, [1, 2, 4, 4]), geometry: geometry, indices: nil, into: y)
    #expect(close(values(y), expected.map { $0 / 36 }, 1e-12))
    reference.fill(y, with: 36)
    reference.poolBackward(operation, y, indices: nil, geometry: geometry, into: dx)
    #expect(close(Array(values(dx).prefix(6)), start, 1e-12))
  }

  @Test func paddingAloneHasNoPlaceAndNaNWins() {
    let geometry = PoolingGeometry(
      window: [1], stride: [1], dilation: [1], paddingLow: [1], paddingHigh: [0])
    let y = empty([1, 1, 3], .float32), indices = empty([1, 1, 3], .int32)
    reference.pool(
      .maximum, array([-Float.infinity, .nan], [1, 1, 2]), geometry: geometry, indices: indices,
      into: y)
    #expect(close(values(y), [-.infinity, -.infinity, .nan]))
    #expect(values(indices) == [-1, 0, 1])
  }
}
