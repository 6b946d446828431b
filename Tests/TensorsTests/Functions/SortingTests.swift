import Arrays
import Tensors
import Testing

/// Sorting: stable, NaN last, and where each element came from.
@Suite struct SortingTests {
  @Test(arguments: sortings)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let sortings = table {
    Row("sorted", [2, 3], [1, 3, 5, 2, 4, 9]) { w.sorted().values }
    Row("sorted indices", [2, 3], [1, 2, 0, 0, 2, 1], .int64) { w.sorted().indices }
    Row("sorted along 0", [2, 3], [2, 1, 3, 5, 9, 4]) { w.sorted(along: 0).values }
    Row("descending", [2, 3], [5, 3, 1, 9, 4, 2]) { w.sorted(descending: true).values }
    Row("argsort is stable", [5], [1, 4, 3, 0, 2], .int64) { repeated.argsort() }
    Row("descending argsort is stable", [5], [0, 2, 3, 1, 4], .int64) {
      repeated.argsort(descending: true)
    }
    Row("NaN is last", [6], [-inf, -1, 2, inf, nan, nan]) { odd.sorted().values }
    Row("NaNs keep their order", [6], [4, 2, 0, 3, 1, 5], .int64) { odd.argsort() }
    Row("NaN is first when descending", [6], [nan, nan, inf, 2, -1, -inf]) {
      odd.sorted(descending: true).values
    }
    Row("descending order with NaN", [6], [1, 5, 3, 0, 2, 4], .int64) {
      odd.argsort(descending: true)
    }
    Row("integers", [3], [-1, 2, 3], .int64) { Tensor([3, -1, 2]).sorted().values }
    Row("bools", [3], [1, 0, 2], .int64) { Tensor([true, false, true]).argsort() }
    Row("topK", [2, 2], [5, 3, 9, 4]) { w.topK(2).values }
    Row("topK indices", [2, 2], [0, 2, 1, 2], .int64) { w.topK(2).indices }
    Row("smallest", [1, 3], [2, 1, 3]) { w.topK(1, along: 0, largest: false).values }
    Row("topK takes the first of equals", [3], [0, 2, 3], .int64) { repeated.topK(3).indices }
  }

  private static let w = Tensor([[5, 1, 3], [2, 9, 4]] as [[Float]])
  private static let repeated: Tensor = [3, 1, 3, 2, 1]
  private static let odd = Tensor([2, .nan, -1, .infinity, -.infinity, .nan] as [Float])
}
