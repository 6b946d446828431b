extension PackedProduct {
  /// Where the right operand is packed, if it is not packed already.
  enum Packing: Hashable, Sendable {
    /// It is read where it lies, with this many elements from row to row: packed, or row-major
    /// with whole panels and so few rows of a that packing would not pay.
    case none(panelStride: Int, depthStride: Int)
    /// All of it, in a loop of its own before the product.
    case before
    /// Each block packs the columns that it alone reads.
    case inBlock

    /// Rows of a from where on packing a row-major matrix pays.
    private static let manyRows = 192

    init(_ b: RightOperand, m: Int, shape: PackedShape, tiling: PackedTiling, isAlone: Bool) {
      switch b {
      case .packed:
        self = .none(panelStride: shape.panelStride, depthStride: shape.panelWidth)
      case .plain(.rowMajor(let stride))
      where shape.columns % shape.panelWidth == 0 && m < Packing.manyRows:
        self = .none(panelStride: shape.panelWidth, depthStride: stride)
      case .plain, .packedTranspose:
        let isReadOnce = tiling.rowBlocks == 1 && tiling.stretches == 1
        self = isAlone && !isReadOnce ? .before : .inBlock
      }
    }
  }

  /// Elements of the packed columns of one block.
  private var slotCount: Int { tiling.columns * k }

  private var packedCount: Int {
    switch packing {
    case .none: 0
    case .before: shape.count
    case .inBlock: slotCount * blocks
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

  /// Packs the columns of a block into its slot, and returns where they begin.
  func packInBlock(
    _ source: UnsafePointer<Float>, columns: Range<Int>, slot: Int,
    scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let first = columns.lowerBound / shape.panelWidth
    let panels = first..<(columns.upperBound + shape.panelWidth - 1) / shape.panelWidth
    let packed = scratch + slot * slotCount
    // Where the whole matrix would begin if its part is to be in the slot.
    let origin = packed - first * shape.panelStride
    switch b {
    case .packed: break
    case .plain(let order):
      shape.pack(source, order, into: origin, panels: panels, rows: 0..<k)
    case .packedTranspose:
      shape.pack(transposeOf: source, into: origin, panels: panels, rows: 0..<k)
    }
    return UnsafePointer(packed)
  }
}
