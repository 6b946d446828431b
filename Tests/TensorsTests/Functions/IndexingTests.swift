import Arrays
import Tensors
import Testing

/// Slices, gathered and scattered elements.
@Suite struct IndexingTests {
  @Test(arguments: slices + settings + gatherings + scatterings)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let slices = table {
    Row("a row", [3], [1, 2, 3]) { x[0] }
    Row("the last row", [3], [4, 5, 6]) { x[-1] }
    Row("an element", [], [6]) { x[1, 2] }
    Row("a column", [2], [2, 5]) { x[.all, 1] }
    Row("the last column", [2], [3, 6]) { x[.ellipsis, -1] }
    Row("a range", [2, 2, 4], [4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23]) {
      c[.all, 1..<3]
    }
    Row("a closed range", [2, 4], [0, 1, 2, 3, 4, 5, 6, 7]) { c[0, 0...1] }
    Row("from", [2, 3, 2], [2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23]) { c[.ellipsis, 2...] }
    Row("up to", [2, 3, 2], [0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21]) { c[.ellipsis, ..<2] }
    Row("through", [2, 3, 3], [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22]) {
      c[.ellipsis, ...2]
    }
    Row("up to the last", [3], [1, 2, 3]) { line[..<(-1)] }
    Row("through the last", [4], [1, 2, 3, 4]) { line[...(-1)] }
    Row("from the end", [2], [3, 4]) { line[(-2)...] }
    Row("between places from the end", [2], [2, 3]) { line[(-3)..<(-1)] }
    Row("through the end", [3], [2, 3, 4]) { line[(-3)...(-1)] }
    Row("every second", [2], [1, 3]) { line[.every(2)] }
    Row("backward", [4], [4, 3, 2, 1]) { line[.every(-1)] }
    Row("backward by two", [2], [3, 1]) { c[0, 0, .every(-2)] }
    Row("backward between", [2], [3, 2]) { line[.every(-1, from: 2, to: 0)] }
    Row("every third from one", [1], [2]) { line[.every(3, from: 1)] }
    Row("bounds are cut", [4], [1, 2, 3, 4]) { line[.every(1, from: -10, to: 10)] }
    Row("backward bounds are cut", [4], [4, 3, 2, 1]) { line[.every(-1, from: 10, to: -10)] }
    Row("an empty range", [0], []) { line[3..<3] }
    Row("a range beyond", [0], []) { line[7..<9] }
    Row("a range the wrong way", [0], []) { line[.every(1, from: 3, to: 1)] }
    Row("a new axis", [1, 2, 3], [1, 2, 3, 4, 5, 6]) { x[.newAxis] }
    Row("new axes", [2, 1, 2, 1], [1, 2, 4, 5]) { x[.all, .newAxis, 0..<2, .newAxis] }
    Row("ellipsis between", [3], [14, 18, 22]) { c[1, .ellipsis, 2] }
    Row("an ellipsis of nothing", [], [2]) { x[0, .ellipsis, 1] }
    Row("a list of components", [2, 1, 4], [12, 13, 14, 15, 20, 21, 22, 23]) {
      c[[.at(1), .every(2), .newAxis]]
    }
    Row("a slice of a slice", [2, 3], [21, 22, 23, 13, 14, 15]) {
      c[.all, .every(2)][1, .every(-1), 1...]
    }
  }

  static let settings = table {
    Row("a row", [2, 3], [7, 8, 9, 4, 5, 6]) { setting { $0[0] = [7, 8, 9] } }
    Row("an element", [2, 3], [1, 2, 3, 4, 5, 0]) { setting { $0[1, 2] = Tensor(Float(0)) } }
    Row("a column", [2, 3], [1, 2, -1, 4, 5, -2]) { setting { $0[.all, -1] = [-1, -2] } }
    Row("a broadcast number", [2, 3], [0, 0, 3, 0, 0, 6]) {
      setting { $0[.all, 0..<2] = Tensor(Float(0)) }
    }
    Row("backward", [2, 3], [300, 20, 1, 4, 5, 6]) { setting { $0[0, .every(-1)] = [1, 20, 300] } }
    Row("steps", [2, 3], [1, 2, 3, 9, 5, 8]) { setting { $0[1, .every(2)] = [9, 8] } }
    Row("nothing", [2, 3], [1, 2, 3, 4, 5, 6]) { setting { $0[1..<1] = Tensor.zeros([0, 3]) } }
    Row("a broadcast row", [2, 3], [7, 8, 9, 7, 8, 9]) { setting { $0[0..<2] = [7, 8, 9] } }
  }

  static let gatherings = table {
    Row("take", [2, 3], [3, 1, 1, 6, 4, 4]) { x.take(Tensor([2, 0, 0]), along: 1) }
    Row("take from the end", [1, 3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]) {
      c.take(Tensor([-1]), along: 0)
    }
    Row(
      "take by a matrix", [2, 2, 2, 4],
      [
        0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 16, 17,
        18,
        19, 16, 17, 18, 19,
      ]
    ) {
      c.take(Tensor([[0, 2], [1, 1]]), along: 1)
    }
    Row("take by a number", [2, 3], [2, 6, 10, 14, 18, 22]) { c.take(Tensor(2), along: -1) }
    Row("takeAlongAxis", [2, 2], [3, 1, 5, 6]) {
      x.takeAlongAxis(Tensor([[2, 0], [1, -1]]), axis: 1)
    }
    Row("takeAlongAxis 0", [1, 3], [4, 2, 6]) { x.takeAlongAxis(Tensor([[1, 0, 1]]), axis: 0) }
    Row("oneHot", [2, 3], [0, 0, 1, 1, 0, 0]) { Tensor([2, 0]).oneHot(3) }
    Row("oneHot of a matrix", [2, 1, 2], [0, 1, 1, 0], .bool) {
      Tensor([[1], [0]]).oneHot(2, .bool)
    }
    Row("oneHot of int32", [1, 3], [0, 1, 0]) { Tensor([1] as [Int32]).oneHot(3) }
  }

  static let scatterings = table {
    Row("adding", [2, 3], [1, 2, 3, 19, 20, 21]) {
      x.adding([[10, 10, 10], [5, 5, 5]], at: Tensor([1, 1]))
    }
    Row("adding along 1", [2, 3], [1, 2, 33, 4, 5, 76]) {
      x.adding([[10, 20], [30, 40]], at: Tensor([2, -1]), along: 1)
    }
    Row("adding at a number", [2, 3], [2, 3, 4, 4, 5, 6]) { x.adding([1, 1, 1], at: Tensor(0)) }
    Row("replacing", [2, 3], [7, 8, 9, 4, 5, 6]) { x.replacing([[7, 8, 9]], at: Tensor([0])) }
    Row("replacing: the last wins", [2, 3], [1, 8, 3, 4, 6, 6]) {
      x.replacing([[7, 8], [5, 6]], at: Tensor([1, 1]), along: 1)
    }
    Row("addingAlongAxis", [2, 3], [12, 2, 3, 4, 1005, 106]) {
      x.addingAlongAxis([[1, 10], [100, 1000]], at: Tensor([[0, 0], [2, 1]]), axis: 1)
    }
    Row("adding integers", [3], [31, 2, 3], .int64) {
      Tensor([1, 2, 3]).adding(Tensor([10, 20]), at: Tensor([0, 0]))
    }
  }

  private static let x = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
  private static let c = Tensor.range(0..<24, .float32).reshaped(to: [2, 3, 4])
  private static let line: Tensor = [1, 2, 3, 4]

  private static func setting(_ change: (inout Tensor) -> Void) -> Tensor {
    var copy = x
    change(&copy)
    return copy
  }
}
