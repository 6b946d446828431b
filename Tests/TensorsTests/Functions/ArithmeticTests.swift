import Arrays
import Tensors
import Testing

/// Arithmetic, comparison and selection, with broadcasting.
@Suite struct ArithmeticTests {
  @Test(arguments: arithmetic + integers + comparisons + selections)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let arithmetic = table {
    Row("x + y", [2, 3], [4, 1, 5, 4.5, 2.5, 10]) { x + y }
    Row("x - y", [2, 3], [-2, 3, 1, 3.5, 7.5, 2]) { x - y }
    Row("x * y", [2, 3], [3, -2, 6, 2, -12.5, 24]) { x * y }
    Row("x / y", [2, 3], [0.333333343, -2, 1.5, 8, -2, 1.5]) { x / y }
    Row("x % y", [2, 3], [1, 0, 1, 0, 0, 2]) { x % y }
    Row("x + row", [2, 3], [11, 22, 33, 14, 25, 36]) { x + row }
    Row("row + x", [2, 3], [11, 22, 33, 14, 25, 36]) { row + x }
    Row("x * column", [2, 3], [100, 200, 300, 800, 1000, 1200]) { x * column }
    Row("row - column", [2, 3], [-90, -80, -70, -190, -180, -170]) { row - column }
    Row("x + number", [2, 3], [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]) { x + 0.5 }
    Row("number - x", [2, 3], [0, -1, -2, -3, -4, -5]) { 1 - x }
    Row("x - number", [2, 3], [-1, 0, 1, 2, 3, 4]) { x - 2 }
    Row("number * x", [2, 3], [3, 6, 9, 12, 15, 18]) { 3 * x }
    Row("x / number", [2, 3], [0.25, 0.5, 0.75, 1, 1.25, 1.5]) { x / 4 }
    Row("number / x", [2, 3], [12, 6, 4, 3, 2.4000001, 2]) { 12 / x }
    Row("-x", [2, 3], [-1, -2, -3, -4, -5, -6]) { -x }
    Row("x + scalar tensor", [2, 3], [3, 4, 5, 6, 7, 8]) { x + Tensor(Float(2)) }
    Row("division by zero", [6], [nan, inf, -inf, nan, -inf, inf]) { odd / 0 }
    Row("a number by zeros", [2, 3], [inf, inf, inf, inf, inf, inf]) { 1 / (x * 0) }
    Row("zero by zero", [2, 3], [nan, nan, nan, nan, nan, nan]) { (x * 0) / 0 }
    Row("float remainder of odd numbers", [6], [nan, nan, nan, 0, 1, 0]) { odd % 2 }
    Row("broadcast of three axes", [2, 1, 3], [11, 22, 33, 14, 25, 36]) { x.unsqueezed(1) + row }
    Row("power", [2, 3], [3, 1, 8, 0.0625, 97.65625, 4096]) { pow(abs(y), x) }
    Row("power of a number", [2, 3], [1, 0.707106769, 0.577350259, 0.5, 0.44721359, 0.408248276]) {
      pow(x, -0.5)
    }
    Row("powers of zero and one", [4], [1, 0, 1, -8]) {
      pow(Tensor([0, 0, 1, -2] as [Float]), [0, 2, 7, 3])
    }
    Row(
      "atan2", [2, 3],
      [2.15879893, -2.3561945, 1.57079637, 0.463647634, -0.8960554, 0.927295208]
    ) {
      atan2(y, x - 3)
    }
    Row("atan2 on the axes", [4], [0, 3.14159274, 1.57079637, -1.57079637]) {
      atan2(Tensor([0, 0, 1, -1] as [Float]), [1, -1, 0, 0])
    }
  }

  static let integers = table {
    Row("integer sum", [2, 3], [14, -14, 6, -16, 10, 0], .int64) { n + n }
    Row("integer product", [2, 3], [21, -21, 9, -24, 15, 0], .int64) { n * 3 }
    Row("integer quotient truncates", [2, 3], [3, -3, 1, -4, 2, 0], .int64) { n / 2 }
    Row("integer remainder takes the sign of the divisor", [2, 3], [1, 2, 0, 1, 2, 0], .int64) {
      n % 3
    }
    Row("remainder of a negative divisor", [2, 3], [-2, -1, 0, -2, -1, 0], .int64) { n % -3 }
    Row("integer quotient by zero", [2, 3], [0, 0, 0, 0, 0, 0], .int64) { n / 0 }
    Row("integer remainder by zero", [2, 3], [0, 0, 0, 0, 0, 0], .int64) { n % 0 }
    Row("number minus integers", [2, 3], [-6, 8, -2, 9, -4, 1], .int64) { 1 - n }
    Row("integers minus a number", [2, 3], [-3, -17, -7, -18, -5, -10], .int64) { n - 10 }
    Row("unsigned minus a number", [2], [2, 6], .uint8) { Tensor([5, 9] as [UInt8]) - 3 }
    Row("number minus unsigned", [2], [4, 0], .uint8) {
      Tensor(9 as UInt8) - Tensor([5, 9] as [UInt8])
    }
    Row("int8 wraps", [2], [-128, -127], .int8) { Tensor([127, -128] as [Int8]) + 1 }
    Row("int32 product wraps", [1], [0], .int32) { Tensor([65536] as [Int32]) * 65536 }
    Row("integer negation", [2, 3], [-7, 7, -3, 8, -5, 0], .int64) { -n }
    Row("integer square", [2, 3], [49, 49, 9, 64, 25, 0], .int64) { square(n) }
  }

  static let comparisons = table {
    Row("equal", [2, 3], [0, 0, 0, 0, 0, 0], .bool) { x .== y }
    Row("not equal", [2, 3], [1, 1, 0, 1, 1, 1], .bool) { x .!= 3 }
    Row("less", [2, 3], [0, 0, 0, 0, 0, 0], .bool) { x .< row / 10 }
    Row("less or equal", [2, 3], [1, 0, 0, 0, 0, 0], .bool) { x .<= y }
    Row("greater", [2, 3], [0, 0, 0, 1, 1, 1], .bool) { x .> 3 }
    Row("greater or equal", [2, 3], [0, 0, 1, 1, 1, 1], .bool) { x .>= 3 }
    Row("NaN is unequal to itself", [6], [0, 1, 1, 1, 1, 1], .bool) { odd .== odd }
    Row("NaN differs from itself", [6], [1, 0, 0, 0, 0, 0], .bool) { odd .!= odd }
    Row("NaN is not less", [6], [0, 0, 1, 1, 1, 0], .bool) { odd .< 1 }
    Row("NaN is not greater or equal", [6], [0, 1, 0, 0, 0, 1], .bool) { odd .>= 1 }
    Row("and", [2, 3], [0, 0, 1, 1, 0, 0], .bool) { (x .> 2) && (x .< 5) }
    Row("or", [2, 3], [1, 0, 0, 0, 0, 1], .bool) { (x .< 2) || (x .> 5) }
    Row("exclusive or", [2, 3], [1, 1, 0, 0, 1, 1], .bool) { (x .> 2) ^ (x .< 5) }
    Row("not", [2, 3], [1, 1, 0, 0, 0, 0], .bool) { !(x .> 2) }
    Row("comparison of bools", [2, 3], [0, 0, 1, 1, 0, 0], .bool) { (x .> 2) .== (x .< 5) }
    Row("broadcast comparison", [2, 3], [0, 0, 0, 1, 0, 0], .bool) { column .> row * 10 }
    Row("integer comparison", [2, 3], [1, 0, 1, 0, 1, 0], .bool) { n .> 0 }
    Row("isNaN", [6], [1, 0, 0, 0, 0, 0], .bool) { odd.isNaN }
    Row("isFinite", [6], [0, 0, 0, 1, 1, 1], .bool) { odd.isFinite }
    Row("isInfinite", [6], [0, 1, 1, 0, 0, 0], .bool) { odd.isInfinite }
  }

  static let selections = table {
    Row("where", [2, 3], [3, 2, 3, 4, 5, 6]) { `where`(x .> y, x, y) }
    Row("where with a number", [2, 3], [0, 0, 0, 4, 5, 6]) { `where`(x .> 3, x, 0) }
    Row("where broadcasts all three", [2, 3], [1, 2, 3, 10, 20, 30]) {
      `where`(column .> 150, row, x)
    }
    Row("where broadcasts its condition", [2, 3], [1, -2, 3, 4, -5, 6]) {
      `where`(Tensor([true, false, true]), x, -x)
    }
    Row("where ignores what is not chosen", [6], [nan, 5, 5, 5, 5, 5]) {
      `where`(odd.isNaN, odd * 0 + 1, 5)
    }
    Row("maximum", [2, 3], [3, 2, 3, 4, 5, 6]) { maximum(x, y) }
    Row("minimum", [2, 3], [1, -1, 2, 0.5, -2.5, 4]) { minimum(x, y) }
    Row("maximum with a number", [2, 3], [3.5, 3.5, 3.5, 4, 5, 6]) { maximum(x, 3.5) }
    Row("maximum propagates NaN", [6], [nan, inf, 0, 0, 0, 2]) { maximum(odd, 0) }
    Row("minimum propagates NaN", [2], [nan, 0]) { minimum([0, 0], Tensor([.nan, 1] as [Float])) }
    Row("clamped", [2, 3], [2.5, -1, 2, 0.5, -1, 2.5]) { y.clamped(to: -1...2.5) }
    Row("clamped keeps NaN", [6], [nan, 1, -1, 0, -1, 1]) { odd.clamped(to: -1...1) }
    Row("integer maximum", [2, 3], [7, 2, 3, 2, 5, 2], .int64) { maximum(n, 2) }
  }

  private static let x = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
  private static let y = Tensor([[3, -1, 2], [0.5, -2.5, 4]] as [[Float]])
  private static let n = Tensor([[7, -7, 3], [-8, 5, 0]] as [[Int]])
  private static let row: Tensor = [10, 20, 30]
  private static let column: Tensor = [[100], [200]]
  private static let odd = Tensor([.nan, .infinity, -.infinity, 0, -1, 2] as [Float])
}
