import Arrays
import Testing

struct IndexingTests {
  @Test(arguments: DataType.allCases)
  func takes(_ dataType: DataType) {
    let x = array([1, 0, 0, 1, 1, 1], [3, 2], dataType), output = empty([2, 2, 2], dataType)
    reference.take(x, indices: array([2, 0, 1, 1] as [Int64], [2, 2]), axis: 0, into: output)
    #expect(values(output) == [1, 1, 1, 0, 0, 1, 0, 1])
  }

  @Test func takesAlongEveryAxisOfStridedInput() {
    let x = array([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    let columns = empty([2, 2], .float32)
    reference.take(reversed(x, 1), indices: vector([0, 2] as [Int64]), axis: 1, into: columns)
    #expect(values(columns) == [3, 1, 6, 4])
    let one = empty([2], .float32)
    reference.take(x, indices: array([1] as [Int64], []), axis: 1, into: one)
    #expect(values(one) == [2, 5])
    reference.takeAlongAxis(
      permuted(x, [1, 0]), indices: array([2, 0] as [Int64], [1, 2]), axis: 0,
      into: one.view(Layout(contiguous: [1, 2])))
    #expect(values(one) == [3, 4])
    let none = empty([0, 3], .float32)
    reference.take(x, indices: empty([0], .int64), axis: 0, into: none)
  }

  @Test(arguments: numericTypes)
  func puts(_ dataType: DataType) {
    let output = empty([3, 2], dataType)
    let updates = array([1, 2, 3, 4], [2, 2], dataType), indices = vector([1, 1] as [Int64])
    reference.fill(output, with: 1)
    reference.put(.add, updates, indices: indices, axis: 0, into: output)
    #expect(values(output) == [1, 1, 5, 7, 1, 1])
    reference.put(.replace, updates, indices: indices, axis: 0, into: output)
    #expect(values(output) == [1, 1, 3, 4, 1, 1])
    let places = array([0, 1, 0, 0] as [Int64], [2, 2])
    reference.putAlongAxis(.add, updates, indices: places, axis: 0, into: output)
    #expect(values(output) == [5, 5, 3, 6, 1, 1])
  }

  @Test(
    arguments: [
      (false, [2.0, .nan, 1, 2, -.infinity], [-.infinity, 1, 2, 2, .nan], [4.0, 2, 0, 3, 1]),
      (true, [2, .nan, 1, 2, -.infinity], [.nan, 2, 2, 1, -.infinity], [1, 0, 3, 2, 4]),
    ] as [(Bool, [Double], [Double], [Double])])
  func sortsStably(
    _ isDescending: Bool, _ input: [Double], _ sorted: [Double], _ order: [Double]
  ) {
    let output = empty([5], .float64), indices = empty([5], .int64)
    reference.sort(
      vector(input), axis: 0, isDescending: isDescending, values: output, indices: indices)
    #expect(close(values(output), sorted) && values(indices) == order)
  }

  @Test func sortsColumns() {
    let x = array([3, 1, 2, 2] as [UInt8], [2, 2]), output = empty([2, 2], .uint8)
    reference.sort(x, axis: 0, isDescending: false, values: output, indices: nil)
    #expect(values(output) == [2, 1, 3, 2])
  }
}
