import Arrays
import Testing

@Suite struct ShapeTests {
  @Test(
    arguments: [
      ([], [], []), ([], [2, 3], [2, 3]), ([3], [2, 3], [2, 3]), ([2, 1], [1, 3], [2, 3]),
      ([2, 3], [2, 3], [2, 3]), ([1], [0], [0]), ([0, 1], [1, 4], [0, 4]),
      ([1, 1, 1], [5], [1, 1, 5]),
      ([2, 3], [3, 2], nil), ([2], [3], nil), ([0], [2], nil), ([2, 3], [2], nil),
      ([4, 1, 3], [2, 1], [4, 2, 3]),
    ] as [(Shape, Shape, Shape?)])
  func broadcasts(_ first: Shape, _ second: Shape, _ expected: Shape?) {
    #expect(first.broadcast(with: second) == expected)
    #expect(second.broadcast(with: first) == expected)
  }

  @Test(
    arguments: [([], 1), ([0], 0), ([2, 3], 6), ([2, 0, 3], 0), ([7, 1], 7)] as [(Shape, Int)])
  func countsElements(_ shape: Shape, _ count: Int) {
    #expect(shape.elementCount == count)
    #expect(shape.rank == shape.lengths.count)
  }

  /// No product of lengths wraps around: each of these stops, with a message.
  @Test(
    arguments: [
      ([1 << 40, 1 << 40], "shape [1099511627776, 1099511627776] has more elements"),
      ([Int.max, 2, 0], "shape [9223372036854775807, 2, 0] has more elements"),
      ([0, Int.max, 2], "shape [0, 9223372036854775807, 2] has more elements"),
      ([1 << 62], "out of memory: float32 [4611686018427387904] is larger"),
      ([1 << 52], "out of memory: an array of 18014398509481984 bytes"),
      ([1 << 46], "out of memory: an array of 281474976710656 bytes"),
    ] as [([Int], String)])
  func stopsWhereNothingFits(_ lengths: [Int], _ message: String) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [lengths] in
      _ = NDArray(uninitialized: Layout(contiguous: Shape(lengths)), .float32)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains(message), "found:\n\(text)")
  }

  @Test func printsItsLengths() {
    #expect(Shape([]).description == "[]")
    #expect(Shape([2, 3]).description == "[2, 3]")
  }

  @Test func isACollection() {
    var shape: Shape = [2, 3, 4]
    shape[1] = 7
    #expect(Array(shape) == [2, 7, 4])
    #expect(shape.firstIndex(of: 4) == 2)
  }
}
