import Arrays
import Tensors
import Testing

/// Products of all ranks, dense layers, diagonals and triangles.
@Suite struct LinearAlgebraTests {
  @Test(arguments: products + layers + triangles)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let products = table {
    Row("matrices", [3, 3], [2, 3, -4, 5, 5, -6, 8, 7, -8]) { matmul(a, b) }
    Row("matrix and vector", [3], [-3, -5, -7]) { matmul(a, v2) }
    Row("vector and matrix", [2], [22, 28]) { matmul(v3, a) }
    Row("vectors", [], [14]) { matmul(v3, v3) }
    Row(
      "batches", [2, 3, 3],
      [12, 7.5, 3, 7, 4.5, 2, 2, 1.5, 1, 6, 7.5, 9, 13, 16.5, 20, 20, 25.5, 31]
    ) {
      matmul(s, t)
    }
    Row(
      "batch and matrix", [2, 3, 3],
      [-7, -3, 2, -4, -1, 0, -1, 1, -2, 2, 3, -4, 5, 5, -6, 8, 7, -8]
    ) {
      matmul(s, b)
    }
    Row("matrix and batch", [2, 2, 2], [-4, -2, -5.5, -6, 8, 10, -8.5, -9]) { matmul(b, s) }
    Row("batch and vector", [2, 3], [3, 1, -1, -3, -5, -7]) { matmul(s, v2) }
    Row("vector and batch", [2, 3], [-1, -1.5, -2, -4, -4.5, -5]) { matmul(v2, t) }
    Row(
      "broadcast batches", [2, 2, 3, 3],
      [
        -0.125, 0, 0.125, -1.375, -0.75, -0.125, -2.625, -1.5, -0.375, -3.875, -2.25, -0.625,
        -5.125,
        -3, -0.875, -6.375, -3.75, -1.125, 11.125, 14.25, 17.375, 12.875, 16.5, 20.125, 14.625,
        18.75, 22.875, 16.375, 21, 25.625, 18.125, 23.25, 28.375, 19.875, 25.5, 31.125,
      ]
    ) {
      matmul(q, t.unsqueezed(1))
    }
    Row(
      "four axes and three", [2, 2, 3, 3],
      [
        -0.125, 0, 0.125, -1.375, -0.75, -0.125, -2.625, -1.5, -0.375, 5.875, 7.5, 9.125, 7.625,
        9.75, 11.875, 9.375, 12, 14.625, -7.625, -4.5, -1.375, -8.875, -5.25, -1.625, -10.125, -6,
        -1.875, 16.375, 21, 25.625, 18.125, 23.25, 28.375, 19.875, 25.5, 31.125,
      ]
    ) {
      matmul(q, t)
    }
    Row("transposed operands", [3, 3], [2, 5, 8, 3, 5, 7, -4, -6, -8]) {
      matmul(b.transposed(), a.transposed())
    }
    Row(
      "transposed batches", [2, 3, 3],
      [12, 7, 2, 7.5, 4.5, 1.5, 3, 2, 1, 6, 13, 20, 7.5, 16.5, 25.5, 9, 20, 31]
    ) {
      matmul(t.transposed(-1, -2), s.transposed(-1, -2))
    }
    Row("as a method", [3, 3], [2, 3, -4, 5, 5, -6, 8, 7, -8]) { a.matmul(b) }
    Row("integers", [2, 2], [7, 10, 15, 22], .int64) { matmul(m, m) }
    Row("outer product", [3, 2], [1, -2, 2, -4, 3, -6]) {
      matmul(v3.unsqueezed(1), v2.unsqueezed(0))
    }
  }

  static let layers = table {
    Row("linear", [3, 3], [3, 5, -1, 6, 7, -3, 9, 9, -5]) {
      linear(a, weight: b.transposed(), bias: v3)
    }
    Row("linear without bias", [3, 3], [2, 3, -4, 5, 5, -6, 8, 7, -8]) {
      linear(a, weight: b.transposed())
    }
    Row("linear of a vector", [3], [-3, -5, -7]) { linear(v2, weight: a) }
    Row(
      "linear of three axes", [2, 3, 3],
      [-12, -29, -46, -6, -15, -24, 0, -1, -2, 6, 13, 20, 12, 27, 42, 18, 41, 64]
    ) {
      linear(s, weight: a, bias: v3)
    }
    Row(
      "linear of four axes", [2, 2, 3, 3],
      [
        0.5, 1, 1.5, 2, 4.5, 7, 3.5, 8, 12.5, 5, 11.5, 18, 6.5, 15, 23.5, 8, 18.5, 29, 9.5, 22,
        34.5,
        11, 25.5, 40, 12.5, 29, 45.5, 14, 32.5, 51, 15.5, 36, 56.5, 17, 39.5, 62,
      ]
    ) {
      linear(q, weight: a)
    }
  }

  static let triangles = table {
    Row("diagonal", [3, 3], [0, 4, 8, 9, 13, 17, 18, 22, 26]) { cube.diagonal() }
    Row("diagonal of a wide matrix", [2], [1, 2]) { b.diagonal() }
    Row("diagonal of a tall matrix", [2], [1, 4]) { a.diagonal() }
    Row("lower triangle", [3, 3], [0, 0, 0, 3, 4, 0, 6, 7, 8]) { cube[0].lowerTriangle() }
    Row("lower triangle above", [3, 3], [0, 1, 0, 3, 4, 5, 6, 7, 8]) {
      cube[0].lowerTriangle(offset: 1)
    }
    Row("lower triangle below", [3, 3], [0, 0, 0, 3, 0, 0, 6, 7, 0]) {
      cube[0].lowerTriangle(offset: -1)
    }
    Row("upper triangle", [2, 3], [1, -1, 2, 0, 2, -3]) { b.upperTriangle() }
    Row("upper triangle above", [3, 2], [0, 2, 0, 0, 0, 0]) { a.upperTriangle(offset: 1) }
    Row("upper triangle of a batch", [2, 3, 2], [-5, -4, -3, -2, 0, 0, 1, 2, 3, 4, 0, 6]) {
      s.upperTriangle(offset: -1)
    }
  }

  private static let a = Tensor([[1, 2], [3, 4], [5, 6]] as [[Float]])
  private static let b = Tensor([[1, -1, 2], [0.5, 2, -3]] as [[Float]])
  private static let v2: Tensor = [1, -2]
  private static let v3: Tensor = [1, 2, 3]
  private static let s = Tensor.range(0..<12, .float32).reshaped(to: [2, 3, 2]) - 5
  private static let t = (Tensor.range(0..<12, .float32).reshaped(to: [2, 2, 3]) - 4) / 2
  private static let q = Tensor.range(0..<24, .float32).reshaped(to: [2, 2, 3, 2]) / 4
  private static let cube = Tensor.range(0..<27, .float32).reshaped(to: [3, 3, 3])
  private static let m = Tensor([[1, 2], [3, 4]])
}
