import Arrays
import Tensors
import Testing

/// Making tensors, and converting them between element types.
@Suite struct CreationTests {
  @Test(arguments: creations + conversions)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let creations = table {
    Row("a literal", [2, 2], [1, 2.5, -3, 4]) { literal }
    Row("a deep literal", [2, 2, 1], [1, 2, 3, 4]) { deep }
    Row("an empty literal", [0], []) { [] }
    Row("a float", [], [1.5]) { Tensor(Float(1.5)) }
    Row("a double", [], [1.5], .float64) { Tensor(1.5) }
    Row("an integer", [], [3], .int64) { Tensor(3) }
    Row("a truth value", [], [1], .bool) { Tensor(true) }
    Row("an array of doubles", [2], [1.5, 2.5], .float64) { Tensor([1.5, 2.5]) }
    Row("rows of integers", [2, 2], [1, 2, 3, 4], .int64) { Tensor([[1, 2], [3, 4]]) }
    Row("no rows", [0, 0], []) { Tensor([] as [[Float]]) }
    Row("blocks", [2, 1, 2], [1, 2, 3, 4]) { Tensor([[[1, 2]], [[3, 4]]] as [[[Float]]]) }
    Row("elements and a shape", [2, 2], [1, 2, 3, 4], .uint8) {
      Tensor([1, 2, 3, 4] as [UInt8], shape: [2, 2])
    }
    Row("zeros", [2, 2], [0, 0, 0, 0]) { Tensor.zeros([2, 2]) }
    Row("ones of int16", [3], [1, 1, 1], .int16) { Tensor.ones([3], .int16) }
    Row("full", [2], [-2.5, -2.5], .float64) { Tensor.full([2], -2.5, .float64) }
    Row("full of bool", [2], [1, 1], .bool) { Tensor.full([2], 7, .bool) }
    Row("full saturates", [1], [255], .uint8) { Tensor.full([1], 300, .uint8) }
    Row("zeros like", [2, 2], [0, 0, 0, 0]) { literal.zerosLike() }
    Row("ones like", [2], [1, 1], .int64) { Tensor([1, 2]).onesLike() }
    Row("a range", [3], [2, 3, 4], .int64) { Tensor.range(2..<5) }
    Row("a range of floats", [3], [0, 1, 2]) { Tensor.range(0..<3, .float32) }
    Row("a range in steps", [4], [0, 0.300000012, 0.600000024, 0.899999976]) {
      Tensor.range(from: 0, to: 1, by: 0.3)
    }
    Row("a range down", [3], [3, 2, 1]) { Tensor.range(from: 3, to: 0, by: -1) }
    Row("an empty range", [0], []) { Tensor.range(from: 1, to: 0, by: 1) }
    Row("linear space", [5], [0, 0.25, 0.5, 0.75, 1]) {
      Tensor.linearSpace(from: 0, to: 1, count: 5)
    }
    Row("linear space of one", [1], [2]) { Tensor.linearSpace(from: 2, to: 3, count: 1) }
    Row("linear space of none", [0], []) { Tensor.linearSpace(from: 2, to: 3, count: 0) }
    Row("identity", [2, 2], [1, 0, 0, 1]) { Tensor.identity(2) }
    Row("a wide identity", [2, 3], [1, 0, 0, 0, 1, 0], .int64) {
      Tensor.identity(2, columns: 3, .int64)
    }
  }

  static let conversions = table {
    Row("numbers to int8", [13], [-128, -1, 0, 0, 0, 1, 127, 127, 127, 127, 127, -128, 0], .int8) {
      mixed.to(.int8)
    }
    Row(
      "numbers to int16", [13],
      [-300, -1, 0, 0, 0, 1, 127, 300, 32767, 32767, 32767, -32768, 0], .int16
    ) {
      mixed.to(.int16)
    }
    Row(
      "numbers to int32", [13],
      [-300, -1, 0, 0, 0, 1, 127, 300, 2147483647, 2147483647, 2147483647, -2147483648, 0], .int32
    ) {
      mixed.to(.int32)
    }
    Row("numbers to uint8", [13], [0, 0, 0, 0, 0, 1, 127, 255, 255, 255, 255, 0, 0], .uint8) {
      mixed.to(.uint8)
    }
    Row("numbers to bool", [13], [1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1], .bool) { mixed.to(.bool) }
    Row(
      "numbers to float32", [13],
      [
        -300.700012, -1.5, -0.5, 0, 0.5, 1.5, 127.900002, 300, 10000000000, 1.00000002e+20, inf,
        -inf, nan,
      ]
    ) {
      mixed.to(.float32)
    }
    Row(
      "numbers to float16", [13],
      [-300.75, -1.5, -0.5, 0, 0.5, 1.5, 127.875, 300, inf, inf, inf, -inf, nan], .float16
    ) {
      mixed.to(.float16)
    }
    Row("integers to float32", [8], [-1, 0, 127, 128, 255, 256, 65536, 1099511627776]) {
      whole.to(.float32)
    }
    Row("integers wrap in int8", [8], [-1, 0, 127, -128, -1, 0, 0, 0], .int8) { whole.to(.int8) }
    Row("integers wrap in uint8", [8], [255, 0, 127, 128, 255, 0, 0, 0], .uint8) {
      whole.to(.uint8)
    }
    Row("integers wrap in int16", [8], [-1, 0, 127, 128, 255, 256, 0, 0], .int16) {
      whole.to(.int16)
    }
    Row("integers wrap in int32", [8], [-1, 0, 127, 128, 255, 256, 65536, 0], .int32) {
      whole.to(.int32)
    }
    Row("integers to bool", [8], [1, 0, 1, 1, 1, 1, 1, 1], .bool) { whole.to(.bool) }
    Row("bools to float32", [2], [1, 0]) { Tensor([true, false]).to(.float32) }
    Row("bools to int8", [2], [1, 0], .int8) { Tensor([true, false]).to(.int8) }
    Row("a view converts", [2, 2], [1, -3, 2, 4], .int64) { literal.transposed().to(.int64) }
  }

  private static let literal: Tensor = [[1, 2.5], [-3, 4]]
  private static let deep: Tensor = [[[1], [2]], [[3], [4]]]
  private static let mixed = Tensor(
    [-300.7, -1.5, -0.5, 0, 0.5, 1.5, 127.9, 300, 1e10, 1e20, .infinity, -.infinity, .nan]
      as [Double])
  private static let whole = Tensor([-1, 0, 127, 128, 255, 256, 65536, 1 << 40])
}
