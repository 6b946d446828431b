import Arrays
import CKernels

extension PackedProduct {
  /// The addresses of one run.
  struct Operands {
    let a: UnsafePointer<Float>
    let b: UnsafePointer<Float>
    let c: UnsafeMutablePointer<Float>
    let bias: UnsafePointer<Float>?
    let scratch: UnsafeMutablePointer<Float>?
  }

  /// Computes the product.
  ///
  /// - Parameters:
  ///   - bias: [n], added to every row; not where the product accumulates.
  ///   - scratch: `scratchByteCount` bytes; nil where that is 0.
  ///   - epilogue: called once for every block of the result.
  package func run(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
    bias: UnsafePointer<Float>? = nil, scratch: UnsafeMutableRawPointer? = nil,
    epilogue: Epilogue? = nil
  ) {
    if m == 0 || n == 0 || batches.count == 0 { return }
    if scratchCount > 0 && scratch == nil { stop("product: \(scratchByteCount) bytes of scratch") }
    if bias != nil && accumulates { stop("product: a bias with a result that accumulates") }
    let operands = Operands(
      a: a, b: b, c: c, bias: bias, scratch: scratch?.assumingMemoryBound(to: Float.self))
    if isVector { return runVector(operands, epilogue) }
    if case .before = packing { packBefore(b, into: operands.scratch.unsafelyUnwrapped) }
    if tiling.stretches > 1 { return runByStretches(operands, epilogue) }
    let tiles = tiling.tiles
    ThreadTeam.run(blocks: blocks) { block in
      if tiles > 1 {
        return multiply(operands, batch: block / tiles, tile: block % tiles, slot: block, epilogue)
      }
      let first = block * batchesOfBlock
      for batch in first..<min(first + batchesOfBlock, batches.count) {
        multiply(operands, batch: batch, tile: 0, slot: block, epilogue)
      }
    }
  }

  /// The rows and columns of a block of the result.
  func ranges(tile: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let (row, column) = tile.quotientAndRemainder(dividingBy: tiling.columnBlocks)
    return (
      row * tiling.rows..<min((row + 1) * tiling.rows, m),
      column * tiling.columns..<min((column + 1) * tiling.columns, n)
    )
  }

  func multiply(
    _ operands: Operands, batch: Int, tile: Int, slot: Int, _ epilogue: Epilogue?
  ) {
    let (rows, columns) = ranges(tile: tile)
    let (panelStride, rowStride) = resultStrides
    var block = kernel_packed_block()
    block.bias = operands.bias.map { $0 + columns.lowerBound }
    block.c =
      operands.c + batches.offset(batches.c, batch)
      + columns.lowerBound / shape.panelWidth * panelStride + rows.lowerBound * rowStride
    block.c_panel = Int64(panelStride)
    block.c_row = Int64(rowStride)
    block.c_is_padded = c == .packed ? 1 : 0
    block.accumulates = accumulates ? 1 : 0
    add(
      operands, rows: rows, columns: columns, terms: 0..<k, batch: batch, slot: slot, to: &block)
    epilogue?(Block(batch: batch, rows: rows, columns: columns))
  }

  /// Elements from a panel's width of the result to the next, and from row to row.
  private var resultStrides: (panel: Int, row: Int) {
    switch c {
    case .rowMajor(let stride): (shape.panelWidth, stride)
    case .packed: (m * shape.panelWidth, shape.panelWidth)
    }
  }

  /// Computes a block, whose result and bias the caller has set, from some terms of the sums.
  private func add(
    _ operands: Operands, rows: Range<Int>, columns: Range<Int>, terms: Range<Int>, batch: Int,
    slot: Int, to block: inout kernel_packed_block
  ) {
    let a = operands.a + batches.offset(batches.a, batch) + rows.lowerBound * aStrides.row
    let source = operands.b + batches.offset(batches.b, batch)
    let panel = columns.lowerBound / shape.panelWidth
    block.rows = Int64(rows.count)
    block.columns = Int64(columns.count)
    block.depth = Int64(terms.count)
    block.a = a + terms.lowerBound * aStrides.depth
    block.a_row = Int64(aStrides.row)
    block.a_depth = Int64(aStrides.depth)
    block.b_panel = Int64(shape.panelStride)
    block.b_depth = Int64(shape.panelWidth)
    switch packing {
    case .none(let panelStride, let depthStride):
      block.b = source + panel * panelStride + terms.lowerBound * depthStride
      block.b_panel = Int64(panelStride)
      block.b_depth = Int64(depthStride)
    case .before:
      block.b =
        UnsafePointer(operands.scratch.unsafelyUnwrapped) + panel * shape.panelStride
        + terms.lowerBound * shape.panelWidth
    case .inBlock:
      var start = terms.lowerBound
      repeat {
        let part = start..<min(start + packedDepth, terms.upperBound)
        block.b = packInBlock(
          source, columns: columns, terms: part, slot: slot,
          scratch: operands.scratch.unsafelyUnwrapped)
        block.a = a + start * aStrides.depth
        block.depth = Int64(part.count)
        block.b_panel = Int64(part.count * shape.panelWidth)
        kernel_product_packed_float32(&block)
        block.accumulates = 1
        start = part.upperBound
      } while start < terms.upperBound
      return
    }
    kernel_product_packed_float32(&block)
  }

  /// Partial results of stretches of the sums, and then their sums in the order of the stretches.
  private func runByStretches(_ operands: Operands, _ epilogue: Epilogue?) {
    let partials = partials(in: operands.scratch.unsafelyUnwrapped)
    let tiles = tiling.tiles
    ThreadTeam.run(blocks: tiles * tiling.stretches) { index in
      let (stretch, tile) = index.quotientAndRemainder(dividingBy: tiles)
      let (rows, columns) = ranges(tile: tile)
      let start = stretch * tiling.depth
      var block = kernel_packed_block()
      block.bias = stretch == 0 ? operands.bias.map { $0 + columns.lowerBound } : nil
      block.c = partials + (stretch * m + rows.lowerBound) * partialStride + columns.lowerBound
      block.c_panel = Int64(shape.panelWidth)
      block.c_row = Int64(partialStride)
      block.c_is_padded = 1
      add(
        operands, rows: rows, columns: columns, terms: start..<min(start + tiling.depth, k),
        batch: 0, slot: index, to: &block)
    }
    ThreadTeam.run(blocks: tiles) { tile in
      let (rows, columns) = ranges(tile: tile)
      sum(partials, into: operands.c, rows: rows, columns: columns)
      epilogue?(Block(batch: 0, rows: rows, columns: columns))
    }
  }

  private func sum(
    _ partials: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, rows: Range<Int>,
    columns: Range<Int>
  ) {
    let (panelStride, rowStride) = resultStrides
    kernel_packed_sum_float32(
      Int64(rows.count), Int64(columns.count), Int64(tiling.stretches),
      partials + rows.lowerBound * partialStride + columns.lowerBound, Int64(m * partialStride),
      Int64(partialStride),
      result + columns.lowerBound / shape.panelWidth * panelStride + rows.lowerBound * rowStride,
      Int64(panelStride), Int64(rowStride), c == .packed ? 1 : 0, accumulates ? 1 : 0)
  }
}
