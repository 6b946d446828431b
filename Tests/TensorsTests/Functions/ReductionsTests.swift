import Arrays
import Tensors
import Testing

/// Reductions along any axes, with NaN, infinities and nothing at all.
@Suite struct ReductionsTests {
  @Test(arguments: sums + extremes + moments + running)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let sums = table {
    Row("sum", [], [276]) { c.sum() }
    Row("sum along 0", [3, 4], [12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34]) { c.sum(along: 0) }
    Row("sum along −1", [2, 3], [6, 22, 38, 54, 70, 86]) { c.sum(along: -1) }
    Row("sum along 0 and 2", [3], [60, 92, 124]) { c.sum(along: 0, 2) }
    Row("sum along 2 and 0", [3], [60, 92, 124]) { c.sum(along: [2, 0]) }
    Row("sum along no axis", [2, 3], [3, -1, 2, 0.5, -2.5, 4]) { y.sum(along: []) }
    Row("sum keeping axes", [1, 3, 1], [60, 92, 124]) { c.sum(along: 0, 2, keepingAxes: true) }
    Row("sum with NaN", [3], [nan, inf, -inf]) { odd.sum(along: 1) }
    Row("sum of nothing", [3], [0, 0, 0]) { empty.sum(along: 0) }
    Row("sum of all of nothing", [], [0]) { empty.sum() }
    Row("integer sum", [2], [3, -3], .int64) { n.sum(along: 1) }
    Row("mean", [], [11.5]) { c.mean() }
    Row("mean along 1", [2, 4], [4, 5, 6, 7, 16, 17, 18, 19]) { c.mean(along: 1) }
    Row("mean of nothing", [3], [nan, nan, nan]) { empty.mean(along: 0) }
    Row("mean keeping axes", [2, 1], [1.33333337, 0.666666687]) {
      y.mean(along: 1, keepingAxes: true)
    }
    Row("product", [], [30]) { y.product() }
    Row("product along 0", [3], [1.5, 2.5, 8]) { y.product(along: 0) }
    Row("product of nothing", [3], [1, 1, 1]) { empty.product(along: 0) }
    Row("integer product", [2], [663, 300], .int64) { (n + 10).product(along: 1) }
  }

  static let extremes = table {
    Row("max", [], [4]) { y.max() }
    Row("max along 1", [2], [3, 4]) { y.max(along: 1) }
    Row("min along 0", [3], [0.5, -2.5, 2]) { y.min(along: 0) }
    Row("max along two axes", [4], [20, 21, 22, 23]) { c.max(along: 0, 1) }
    Row("min keeping axes", [2, 3, 1], [0, 4, 8, 12, 16, 20]) { c.min(along: 2, keepingAxes: true) }
    Row("max propagates NaN", [3], [nan, inf, 0]) { odd.max(along: 1) }
    Row("min propagates NaN", [2], [nan, 0]) { odd.min(along: 0) }
    Row("max of −∞", [], [-inf]) { Tensor([-.infinity, -.infinity] as [Float]).max() }
    Row("integer min", [2], [-7, -8], .int64) { n.min(along: 1) }
    Row("argmax", [], [5], .int64) { y.argmax() }
    Row("argmin", [], [4], .int64) { y.argmin() }
    Row("argmax along 0", [3], [0, 0, 1], .int64) { y.argmax(along: 0) }
    Row("argmax keeping axes", [2, 1], [0, 2], .int64) { y.argmax(along: -1, keepingAxes: true) }
    Row("argmax takes the first of equals", [2], [1, 0], .int64) { ties.argmax(along: 1) }
    Row("argmin takes the first of equals", [2], [3, 2], .int64) { ties.argmin(along: 1) }
    Row("argmax takes the first NaN", [], [1], .int64) {
      Tensor([1, .nan, 9, .nan] as [Float]).argmax(along: 0)
    }
    Row("argmin takes the first NaN", [], [1], .int64) {
      Tensor([1, .nan, 9, .nan] as [Float]).argmin(along: 0)
    }
    Row("argmax of integers", [2], [0, 1], .int64) { n.argmax(along: 1) }
    Row("any", [2], [1, 1], .bool) { truths.any(along: 0) }
    Row("all", [2], [1, 0], .bool) { truths.all(along: 0) }
    Row("any along both", [], [1], .bool) { truths.any(along: [0, 1]) }
    Row("all along both", [], [0], .bool) { truths.all(along: [0, 1]) }
    Row("any of all", [], [1], .bool) { truths.any() }
    Row("all of all", [], [0], .bool) { truths.all() }
    Row("any of nothing", [], [0], .bool) { (empty .> 0).any() }
    Row("all of nothing", [], [1], .bool) { (empty .> 0).all() }
  }

  static let moments = table {
    Row("variance", [], [6.0999999]) { y.variance() }
    Row("variance of a population", [], [5.08333349]) { y.variance(correction: 0) }
    Row("variance along 1", [2, 4], [16, 16, 16, 16, 16, 16, 16, 16]) { c.variance(along: 1) }
    Row("variance keeping axes", [1, 3, 1], [42.5714302, 42.5714302, 42.5714302]) {
      c.variance(along: 0, 2, keepingAxes: true)
    }
    Row("variance of one", [], [nan]) { Tensor([3] as [Float]).variance() }
    Row("variance of too few", [], [inf]) { Tensor([3, 5] as [Float]).variance(correction: 2) }
    Row("variance of nothing", [3], [nan, nan, nan]) { empty.variance(along: 0) }
    Row("standard deviation along two axes", [3], [6.52467, 6.52467, 6.52467]) {
      c.standardDeviation(along: [0, 2])
    }
    Row(
      "standard deviation", [3, 4],
      [
        8.48528099, 8.48528099, 8.48528099, 8.48528099, 8.48528099, 8.48528099, 8.48528099,
        8.48528099, 8.48528099, 8.48528099, 8.48528099, 8.48528099,
      ]
    ) {
      c.standardDeviation(along: 0)
    }
    Row("variance far from zero", [], [6.0999999]) { (y + 1e4).variance() }
    Row("logSumExp", [], [4.43285561]) { y.logSumExp() }
    Row("logSumExp along 1", [2], [3.32656264, 4.03120852]) { y.logSumExp(along: 1) }
    Row("logSumExp of 10⁴", [1, 3], [10003.0791, 9999.20117, 10004.127]) {
      (y + 1e4).logSumExp(along: 0, keepingAxes: true)
    }
    Row("logSumExp of −∞", [], [-inf]) { Tensor([-.infinity, -.infinity] as [Float]).logSumExp() }
    Row("logSumExp of nothing", [3], [-inf, -inf, -inf]) { empty.logSumExp(along: 0) }
    Row("logSumExp with +∞", [], [inf]) { Tensor([.infinity, 1] as [Float]).logSumExp() }
    Row("norm", [], [6.04152298]) { y.norm() }
    Row("norm along 1", [2], [3.7416575, 4.74341631]) { y.norm(2, along: 1) }
    Row("norm 1", [3], [3.5, 3.5, 6]) { y.norm(1, along: 0) }
    Row("norm ∞", [3], [3, 2.5, 4]) { y.norm(.infinity, along: 0) }
    Row("norm −∞", [2], [1, 0.5]) { y.norm(-.infinity, along: 1) }
    Row("norm 0", [2], [3, 2]) { ties.norm(0, along: 1) }
    Row("norm 3", [], [4.87349319]) { y.norm(3) }
    Row("norm ½ with a zero", [2], [29.9442720, 4]) { abs(ties).norm(0.5, along: 1) }
    Row("norm of large float16", [2], [500, 0], .float16) {
      Tensor([[300, 400], [0, 0]]).to(.float16).norm(along: 1)
    }
    Row("standard deviation of large float16", [], [600], .float16) {
      Tensor([-600, 600]).to(.float16).standardDeviation(correction: 0)
    }
    Row("norm −1 with a zero", [2], [0, 0]) { ties.norm(-1, along: 1) }
    Row("norm with NaN", [3], [nan, inf, inf]) { odd.norm(along: 1) }
    Row("norm of nothing", [3], [0, 0, 0]) { empty.norm(along: 0) }
  }

  static let running = table {
    Row("cumulative sum", [2, 3], [3, 2, 4, 0.5, -2, 2]) { y.cumulativeSum(along: 1) }
    Row(
      "cumulative sum along 0", [2, 3, 4],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34]
    ) {
      c.cumulativeSum(along: 0)
    }
    Row("cumulative product", [2, 3], [3, -3, -6, 0.5, -1.25, -5]) {
      y.cumulativeProduct(along: -1)
    }
    Row("integer cumulative sum", [2, 3], [7, -7, 3, -1, -2, 3], .int64) {
      n.cumulativeSum(along: 0)
    }
    Row("cumulative sum with NaN", [3, 2], [nan, nan, 2, inf, -inf, -inf]) {
      odd.cumulativeSum(along: 1)
    }
  }

  private static let c = Tensor.range(0..<24, .float32).reshaped(to: [2, 3, 4])
  private static let y = Tensor([[3, -1, 2], [0.5, -2.5, 4]] as [[Float]])
  private static let n = Tensor([[7, -7, 3], [-8, 5, 0]] as [[Int]])
  private static let odd = Tensor([[.nan, 1], [2, .infinity], [-.infinity, 0]] as [[Float]])
  private static let empty = Tensor.zeros([0, 3])
  private static let ties: Tensor = [[1, 5, 5, 0], [0, 0, -1, -1]]
  private static let truths = Tensor([[true, false], [true, true]])
}
