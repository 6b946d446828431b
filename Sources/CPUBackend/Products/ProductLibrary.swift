import Arrays
import CBLAS
import COneDNN
import Synchronization

/// The library that multiplies float32 matrices, chosen once for the processor at hand.
///
/// OpenBLAS picks its instructions by the processor's model: one newer than the library may get
/// kernels of a quarter of its vector width. oneDNN asks the processor for its features instead,
/// and has 512-bit kernels; on narrower processors that OpenBLAS knows, OpenBLAS is faster.
package enum ProductLibrary: Sendable, CaseIterable {
  case openBLAS
  case oneDNN

  /// The library in use; tests choose the other one.
  package static var chosen: ProductLibrary {
    get { usesOneDNN.load(ordering: .relaxed) ? .oneDNN : .openBLAS }
    set { usesOneDNN.store(newValue == .oneDNN, ordering: .relaxed) }
  }

  /// The versions of both libraries, as they say themselves.
  package static var versions: [String: String] {
    let number = Int(onednn_version_number())
    return [
      "openblas": String(cString: blas_configuration()),
      "onednn": "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)",
    ]
  }

  /// OpenBLAS counts in 32 bits.
  static let largestBLASCount = Int(Int32.max)

  private static let usesOneDNN = Atomic(
    blas_processor_has_avx512() != 0 || blas_fits_processor() == 0)

  /// c = a · b + beta · c on the calling thread; rows of c are `rowStride` apart.
  func multiply(
    m: Int, n: Int, k: Int, _ a: MatrixView<Float>, _ b: MatrixView<Float>, beta: Float,
    into c: UnsafeMutablePointer<Float>, rowStride: Int
  ) {
    let largest = max(m, n, k, max(a.leadingDimension, b.leadingDimension, rowStride))
    switch self {
    case .openBLAS where largest <= ProductLibrary.largestBLASCount:
      blas_gemm_float32(
        a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int64(m), Int64(n), Int64(k), a.pointer,
        Int64(a.leadingDimension), b.pointer, Int64(b.leadingDimension), beta, c, Int64(rowStride))
    case .openBLAS, .oneDNN:
      let status = onednn_gemm_float32(
        a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0, Int64(m), Int64(n), Int64(k), a.pointer,
        Int64(a.leadingDimension), b.pointer, Int64(b.leadingDimension), beta, c, Int64(rowStride))
      if status != 0 { stop("matmul: oneDNN failed with status \(status) on \(m)×\(k)·\(k)×\(n)") }
    }
  }
}

/// An element type that a library multiplies.
protocol LibraryElement: BitwiseCopyable, Sendable {
  static var zero: Self { get }
  static var one: Self { get }

  /// c = a · b + beta · c on the calling thread.
  static func multiply(
    m: Int, n: Int, k: Int, _ a: MatrixView<Self>, _ b: MatrixView<Self>, beta: Self,
    into c: UnsafeMutablePointer<Self>, rowStride: Int)

  /// y[i] = Σ_part partials[part · stride + i], in the order of the parts.
  static func sumPartials(
    count: Int, parts: Int, _ partials: UnsafePointer<Self>, stride: Int,
    into y: UnsafeMutablePointer<Self>)
}
