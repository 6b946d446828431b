import Arrays
import CKernels

/// How far matrices of a batch are apart, in elements: matrix (outer, inner) of an operand begins
/// at `outer · steps.outer + inner · steps.inner`, so that the heads of an attention layer can be
/// read where they lie.
package struct PackedBatches: Hashable, Sendable {
  package struct Steps: Hashable, Sendable {
    package var outer: Int
    package var inner: Int

    package init(outer: Int = 0, inner: Int) {
      self.outer = outer
      self.inner = inner
    }
  }

  package var outer: Int
  package var inner: Int
  package var a: Steps
  package var b: Steps
  package var c: Steps

  package init(outer: Int = 1, inner: Int, a: Steps, b: Steps, c: Steps) {
    self.outer = outer
    self.inner = inner
    self.a = a
    self.b = b
    self.c = c
  }

  static let one = PackedBatches(
    inner: 1, a: Steps(inner: 0), b: Steps(inner: 0), c: Steps(inner: 0))

  var count: Int { outer * inner }

  func offset(_ steps: Steps, _ batch: Int) -> Int {
    let (outer, inner) = batch.quotientAndRemainder(dividingBy: inner)
    return outer * steps.outer + inner * steps.inner
  }
}

/// c[m, n] = scale · a[m, k] · b[k, n], float32, prepared once and run any number of times without
/// allocation.
///
/// The left operand is read where it lies; the right one in packed panels (`PackedShape`), packed
/// by the product itself where it comes otherwise. Blocks of the result are finished one after the
/// other, so that `epilogue` finds each in the cache. Every sum of up to some thousand terms runs
/// in the order of p, and the bits do not depend on the number of threads.
package struct PackedProduct: Sendable {
  /// How the right operand comes.
  package enum RightOperand: Hashable, Sendable {
    /// As `PackedShape(depth: k, columns: n)` says.
    case packed
    case plain(PlainOrder)
    /// Its transpose is packed, as `PackedShape(depth: n, columns: k)` says: the weight that a
    /// forward product reads, in the product that goes backward by the input.
    case packedTranspose
  }

  /// How the result goes.
  package enum Result: Hashable, Sendable {
    /// Rows `stride` elements apart.
    case rowMajor(stride: Int)
    /// As `PackedShape(depth: m, columns: n)` says, the columns that fill up the last panel set to
    /// zero: a weight's gradient as the packed weight lies.
    case packed
  }

  /// A part of the result that is finished.
  package struct Block: Sendable {
    /// The matrix of the batch.
    package let batch: Int
    package let rows: Range<Int>
    package let columns: Range<Int>
  }

  /// Runs on the thread that finished a block, right after it did.
  package typealias Epilogue = (Block) -> Void

  package let m: Int
  package let n: Int
  package let k: Int
  /// Elements from a row of a to the next, and from a term of its sums to the next. The fastest
  /// with one of them 1.
  package let aStrides: (row: Int, depth: Int)
  package let b: RightOperand
  package let c: Result
  /// Whether the products are added to what c holds.
  package let accumulates: Bool
  package let batches: PackedBatches
  /// A factor of the result. The right operand is multiplied by it where it is packed.
  package let scale: Float

  /// A row times a matrix that is not packed: read once as it is.
  let isVector: Bool
  let tiling: PackedTiling
  let shape: PackedShape
  let packing: Packing
  /// Batches that one block of the parallel loop computes.
  let batchesOfBlock: Int

  package init(
    m: Int, n: Int, k: Int, aStrides: (row: Int, depth: Int), b: RightOperand, c: Result,
    accumulates: Bool = false, batches: PackedBatches? = nil, scale: Float = 1
  ) {
    let batches = batches ?? .one
    if min(m, n, k, batches.outer, batches.inner) < 0 {
      stop("product: \(m)×\(k) · \(k)×\(n), \(batches.outer)×\(batches.inner) times")
    }
    self.m = m
    self.n = n
    self.k = k
    self.aStrides = aStrides
    self.b = b
    self.c = c
    self.accumulates = accumulates
    self.batches = batches
    self.scale = scale
    shape = PackedShape(depth: k, columns: n)
    let isAlone = batches.count == 1
    let isPlain = if case .plain = b { true } else { false }
    if scale != 1 && !isPlain { stop("product: a factor of a right operand that is packed") }
    isVector = isPlain && m == 1 && isAlone && !accumulates && scale == 1
    let packs = scale != 1 || Packing.isNeeded(b, m: m, shape: shape, isAlone: isAlone)
    tiling = PackedTiling(
      m: m, n: n, k: k, panelWidth: shape.panelWidth, gathersRows: aStrides.depth != 1,
      packsColumns: packs && !isVector,
      blocks: isAlone ? .max : PackedProduct.fewBlocks / max(batches.count, 1),
      cutsSums: isAlone && !isVector)
    let work = PackedTiling.work(m: m, n: n, k: k) / tiling.tiles
    let most = max(PackedTiling.workOfBlock / max(work, 1), 1)
    batchesOfBlock =
      tiling.tiles > 1
      ? 1 : max(most, (batches.count + PackedProduct.mostSlots - 1) / PackedProduct.mostSlots)
    packing =
      isVector
      ? .none(panelStride: 0, depthStride: 0)
      : Packing(
        b, shape: shape, isNeeded: packs,
        isShared: isAlone && scale == 1 && tiling.rowBlocks > PackedTiling.fewReaders)
  }

  /// Blocks that are enough for a batch of products together.
  private static let fewBlocks = 32
  /// Blocks of a batch have memory of their own to pack into.
  private static let mostSlots = 64

  /// The rows and columns of a block of the result, save the last ones.
  package var blockSize: (rows: Int, columns: Int) { (tiling.rows, tiling.columns) }

  /// Whether a block has all columns of its rows.
  package var hasWholeRows: Bool { tiling.columnBlocks == 1 }

  /// Bytes of 64-byte aligned memory that `run` needs for its own use; often 0.
  package var scratchByteCount: Int { scratchCount * MemoryLayout<Float>.stride }
}
