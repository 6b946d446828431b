extension PackedProduct {
  /// Where the right operand is packed, if it is not packed already.
  enum Packing: Hashable, Sendable {
    /// It is read where it lies, with so many elements from panel to panel and from row to row:
    /// packed, or row-major and such that packing would not pay.
    case none(panelStride: Int, depthStride: Int)
    /// All of it, in a loop of its own before the product.
    case before
    /// Each block packs the columns that it reads, a few terms of the sums at a time, which stay in
    /// the second-level cache.
    case inBlock

    /// Rows of a from where on packing a row-major matrix pays …
    private static let manyRows = 320
    /// … and in any case where its own rows are farther apart, which takes few sets of the caches.
    private static let nearRows = 1024

    /// Whether the right operand is not read where it lies. One of a batch is small: packed, it stays
    /// in the first-level cache, of which rows far apart would share few sets.
    static func isNeeded(
      _ b: RightOperand, m: Int, shape: PackedShape, isAlone: Bool
    ) -> Bool {
      switch b {
      case .packed: false
      case .plain(.rowMajor(let stride)):
        shape.columns % shape.panelWidth != 0 || m >= manyRows || stride >= nearRows
          || !isAlone && stride > shape.panelWidth
      case .plain(.transposed), .packedTranspose: true
      }
    }

    /// `isShared`: whether so many blocks read what is packed that they wait for one packing.
    init(_ b: RightOperand, shape: PackedShape, isNeeded: Bool, isShared: Bool) {
      if isNeeded {
        self = isShared ? .before : .inBlock
      } else if case .plain(.rowMajor(let stride)) = b {
        self = .none(panelStride: shape.panelWidth, depthStride: stride)
      } else {
        self = .none(panelStride: shape.panelStride, depthStride: shape.panelWidth)
      }
    }
  }

  /// Terms of the sums that a block packs at a time: whole panels of a packed transpose, and no
  /// more than the kernel adds at a time.
  var packedDepth: Int {
    let longest = aStrides.depth == 1 ? 384 : 256
    let steps = max((tiling.depth + longest - 1) / longest, 1)
    let depth = (tiling.depth + steps - 1) / steps
    return min((depth + shape.panelWidth - 1) / shape.panelWidth * shape.panelWidth, longest)
  }

  /// Elements of the packed columns of one block.
  var slotCount: Int { tiling.columns * packedDepth }

  private var packedCount: Int {
    switch packing {
    case .none: 0
    case .before: shape.count
    case .inBlock: slotCount * blocks * tiling.stretches
    }
  }

  /// Rows of a partial result, filled up to whole panels.
  var partialStride: Int { shape.panels * shape.panelWidth }

  /// Elements of scratch: the packed operand, then the partial results.
  var scratchCount: Int {
    packedCount + (tiling.stretches > 1 ? tiling.stretches * m * partialStride : 0)
  }

  /// Blocks of the parallel loop, stretches of sums apart.
  var blocks: Int {
    tiling.tiles > 1
      ? batches.count * tiling.tiles : (batches.count + batchesOfBlock - 1) / batchesOfBlock
  }

  /// Where the partial results begin.
  func partials(in scratch: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
    scratch + packedCount
  }

  func packBefore(_ source: UnsafePointer<Float>, into scratch: UnsafeMutablePointer<Float>) {
    switch b {
    case .packed: break
    case .plain(let order): shape.pack(source, order, into: scratch)
    case .packedTranspose: shape.pack(transposeOf: source, into: scratch)
    }
  }

  /// Packs some terms of the columns of a block into its slot, and returns where they begin.
  func packInBlock(
    _ source: UnsafePointer<Float>, columns: Range<Int>, terms: Range<Int>, slot: Int,
    scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let part = PackedShape(depth: terms.count, columns: n)
    let first = columns.lowerBound / shape.panelWidth
    let panels = first..<(columns.upperBound + shape.panelWidth - 1) / shape.panelWidth
    let packed = scratch + slot * slotCount
    // Where the whole part would begin if its panels are to be in the slot.
    let origin = packed - first * part.panelStride
    let start = terms.lowerBound
    switch b {
    case .packed: break
    case .plain(.rowMajor(let stride)):
      part.pack(
        source + start * stride, .rowMajor(stride: stride), into: origin, panels: panels,
        rows: 0..<part.depth)
    case .plain(.transposed(let stride)):
      part.pack(
        source + start, .transposed(stride: stride), into: origin, panels: panels,
        rows: 0..<part.depth)
    case .packedTranspose:
      part.pack(
        transposeOf: source, from: start, into: origin, panels: panels, rows: 0..<part.depth)
    }
    if scale != 1 { multiply(packed, count: panels.count * part.panelStride) }
    return UnsafePointer(packed)
  }
}
