import CKernels

/// Mean and variance of each column of a matrix that is made part by part: a part is measured while
/// it is in the cache, and what is known of all parts is combined in their order (T. F. Chan,
/// G. H. Golub and R. J. LeVeque, 1983).
package struct PartMoments: Sendable {
  private let parts: Int
  private let columns: Int

  package init(parts: Int, columns: Int) {
    self.parts = parts
    self.columns = columns
  }

  /// Bytes that a run needs for what it knows of each part.
  package var scratchByteCount: Int { parts * columns * MemoryLayout<kernel_moments>.stride }

  private func known(_ scratch: UnsafeMutableRawPointer) -> UnsafeMutablePointer<kernel_moments> {
    scratch.assumingMemoryBound(to: kernel_moments.self)
  }

  /// Measures `rows` consecutive rows, which are all of a part.
  package func measure(
    part: Int, _ x: UnsafePointer<Float>, rows: Int, scratch: UnsafeMutableRawPointer
  ) {
    let moments = known(scratch) + part * columns
    moments.initialize(repeating: kernel_moments(), count: columns)
    kernel_moments_columns_float32(x, rows, columns, moments)
  }

  /// Combines the parts and writes the mean and the (biased) variance of each column.
  package func finish(
    mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutableRawPointer
  ) {
    let first = known(scratch)
    for part in 1..<max(parts, 1) {
      let other = first + part * columns
      for column in 0..<columns { kernel_moments_merge(first + column, other + column) }
    }
    for column in 0..<columns {
      mean[column] = Float(first[column].mean)
      variance[column] = Float(first[column].squares / first[column].count)
    }
  }
}
