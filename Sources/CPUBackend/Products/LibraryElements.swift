import Arrays
import CBLAS
import CKernels

extension Float: LibraryElement {
  static let one: Float = 1

  static func multiply(
    m: Int, n: Int, k: Int, _ a: MatrixView<Float>, _ b: MatrixView<Float>, beta: Float,
    into c: UnsafeMutablePointer<Float>, rowStride: Int
  ) {
    ProductLibrary.chosen.multiply(
      m: m, n: n, k: k, a, b, beta: beta, into: c, rowStride: rowStride)
  }

  static func sumPartials(
    count: Int, parts: Int, _ partials: UnsafePointer<Float>, stride: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    kernel_sum_partials_float32(Int64(count), Int64(parts), partials, Int64(stride), y)
  }
}

extension Double: LibraryElement {
  static let one: Double = 1

  static func multiply(
    m: Int, n: Int, k: Int, _ a: MatrixView<Double>, _ b: MatrixView<Double>, beta: Double,
    into c: UnsafeMutablePointer<Double>, rowStride: Int
  ) {
    let largest = max(m, n, k, max(a.leadingDimension, b.leadingDimension, rowStride))
    if largest > ProductLibrary.largestBLASCount {
      stop("matmul: float64 rows or columns of \(largest) elements; OpenBLAS counts in 32 bits")
    }
    blas_gemm_float64(
      a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int64(m), Int64(n), Int64(k), a.pointer,
      Int64(a.leadingDimension), b.pointer, Int64(b.leadingDimension), beta, c, Int64(rowStride))
  }

  static func sumPartials(
    count: Int, parts: Int, _ partials: UnsafePointer<Double>, stride: Int,
    into y: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<count {
      var sum = partials[i]
      for part in 1..<parts { sum += partials[part * stride + i] }
      y[i] = sum
    }
  }
}
