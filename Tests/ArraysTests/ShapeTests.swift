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
