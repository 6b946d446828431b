import Arrays
import Testing

struct MovementTests {
  @Test(arguments: DataType.allCases)
  func fillsEveryElement(of dataType: DataType) {
    let output = empty([2, 3], dataType)
    reference.fill(output, with: 1)
    #expect(values(output) == [1, 1, 1, 1, 1, 1])
    reference.fill(empty([0, 3], dataType), with: 1)
  }

  @Test(
    arguments: [
      (DataType.int8, [-128.0, 127, 0, -1, 1, 0]), (.uint8, [0, 255, 0, 0, 1, 0]),
      (.int32, [-2_147_483_648, 2_147_483_647, 0, -1, 1, 0]), (.bool, [1, 1, 1, 1, 1, 0]),
      (.float16, [-.infinity, .infinity, .nan, -1.5, 1.5, 0]),
    ] as [(DataType, [Double])])
  func converts(to dataType: DataType, expected: [Double]) {
    let input = vector([-1e30, Double.infinity, .nan, -1.5, 1.5, 0])
    let output = empty([6], dataType)
    reference.copy(input, into: output)
    #expect(close(values(output), expected))
  }

  @Test func integersWrapWhereTheyNarrow() {
    let output = empty([3], .int8)
    reference.copy(vector([Int64(300), -129, 5]), into: output)
    #expect(values(output) == [44, 127, 5])
  }

  @Test func copiesStridedViews() {
    let x = array([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    #expect(values(permuted(x, [1, 0])) == [1, 4, 2, 5, 3, 6])
    #expect(values(reversed(x, 1)) == [3, 2, 1, 6, 5, 4])
    #expect(values(reversed(permuted(x, [1, 0]), 0)) == [3, 6, 2, 5, 1, 4])
    #expect(values(rows(vector([7, 8] as [Float]), 3)) == [7, 8, 7, 8, 7, 8])
    #expect(values(array([9] as [Float], [])) == [9])
    let target = empty([3, 2], .float32)
    reference.copy(x, into: permuted(target, [1, 0]))
    #expect(values(target) == [1, 4, 2, 5, 3, 6])
  }

  @Test(arguments: DataType.allCases)
  func selects(_ dataType: DataType) {
    let output = empty([2, 2], dataType)
    let ones = rows(array([1, 1], [2], dataType), 2)
    reference.select(
      array([true, false, false, true], [2, 2]), ones, array([0, 0, 1, 0], [2, 2], dataType),
      into: output)
    #expect(values(output) == [1, 0, 1, 1])
  }
}
