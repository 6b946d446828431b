import Arrays
import CPUBackend

extension PackedProduct {
  /// scale · a · b for batches of matrices [.., m, k] and [.., k, n] with one or two axes of batches,
  /// read and written where they lie, so that the heads of an attention layer need no copies; nil
  /// where neither rows nor columns of an operand are consecutive, or rows of the result are not.
  init?(_ a: Layout, _ b: Layout, into c: Layout, scale: Float) {
    let rank = c.rank
    guard rank == 3 || rank == 4, a.rank == rank, b.rank == rank, c.hasPlainRows, a.isMatrix,
      zip(a.shape, c.shape).dropLast(2).allSatisfy({ $0 == $1 }),
      zip(b.shape, c.shape).dropLast(2).allSatisfy({ $0 == $1 }), let order = PlainOrder(b.matrix)
    else { return nil }
    func steps(_ layout: Layout) -> PackedBatches.Steps {
      PackedBatches.Steps(
        outer: rank == 4 ? layout.strides[0] : 0, inner: layout.strides[rank - 3])
    }
    self.init(
      m: c.shape[rank - 2], n: c.shape[rank - 1], k: a.shape[rank - 1],
      aStrides: (a.strides[rank - 2], a.strides[rank - 1]), b: .plain(order),
      c: .rowMajor(stride: c.strides[rank - 2]),
      batches: PackedBatches(
        outer: rank == 4 ? c.shape[0] : 1, inner: c.shape[rank - 3], a: steps(a), b: steps(b),
        c: steps(c)),
      scale: scale)
  }
}
