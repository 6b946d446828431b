import Arrays
import ReferenceBackend

/// The processor, used well: kernels for the instruction set at hand, the thread team for large
/// work, and the reference backend for what is rare.
///
/// float32 is what is fast; element types and layouts without a kernel of their own fall back.
/// Small work runs on the calling thread without allocating anything. The backend itself holds
/// nothing, so that `any Backend` costs no box to copy.
package struct CPUBackend: Backend {
  package init() {}

  package var name: String { "cpu" }
  var reference: ReferenceBackend { ReferenceBackend() }
}

/// How much work one block of a parallel loop holds, in elements. Fixed, so that the blocks (and
/// with them the bits of partial sums) do not depend on the number of threads.
enum Grain {
  /// Loads, stores and a few additions: about 10 µs.
  static let cheap = 32_768
  /// Polynomials of some twenty operations.
  static let polynomial = 8_192
  /// A call of the C library for every element.
  static let libraryCall = 1_024
}
