import Arrays

/// A batch of matrix products that a library computes, block by block, on the team.
///
/// The library runs each block on one thread. Where the sums are cut into stretches, every
/// stretch gives a partial result, and these are added in order.
struct LibraryProduct<Element: LibraryElement> {
  let a: MatrixOperand
  let b: MatrixOperand
  let bias: NDArray?
  let batches: Int
  let m: Int
  let n: Int
  let k: Int
  let output: UnsafeMutablePointer<Element>
  /// Elements from a row of the result to the next; n save where there is one matrix.
  let rowStride: Int

  func run() { withExtendedLifetime(self) { runBlocks() } }

  private func runBlocks() {
    let tiling = ProductTiling(m: m, n: n, k: k)
    if tiling.depthBlocks == 1 {
      ThreadTeam.run(blocks: batches * tiling.blocks) { block in
        let (batch, tile) = block.quotientAndRemainder(dividingBy: tiling.blocks)
        multiply(
          tile: tile, of: tiling, batch: batch, into: output + batch * m * n, rowStride: rowStride)
      }
    } else {
      // Partial results of one matrix at a time, to bound the memory.
      let partials = Storage(byteCount: tiling.depthBlocks * m * n * MemoryLayout<Element>.stride)
      withExtendedLifetime(partials) {
        for batch in 0..<batches {
          runByStretches(
            tiling, batch: batch, partials: partials.pointer.assumingMemoryBound(to: Element.self))
        }
      }
    }
  }

  private func runByStretches(
    _ tiling: ProductTiling, batch: Int, partials: UnsafeMutablePointer<Element>
  ) {
    let tiles = tiling.rowBlocks * tiling.columnBlocks
    ThreadTeam.run(blocks: tiling.blocks) { block in
      multiply(
        tile: block % tiles, of: tiling, stretch: block / tiles, batch: batch,
        into: partials + block / tiles * m * n, rowStride: n)
    }
    let result = output + batch * m * n
    func sum(_ range: Range<Int>, into target: UnsafeMutablePointer<Element>) {
      Element.sumPartials(
        count: range.count, parts: tiling.depthBlocks, partials + range.lowerBound, stride: m * n,
        into: target)
    }
    if rowStride == n {
      ThreadTeam.run(count: m * n, grain: 16384, unit: 64) { sum($0, into: result + $0.lowerBound) }
    } else {
      ThreadTeam.run(count: m, grain: max(16384 / n, 1)) { rows in
        for row in rows { sum(row * n..<(row + 1) * n, into: result + row * rowStride) }
      }
    }
  }

  /// One block of `result` [m, n], from one stretch of the sums; the first also adds the bias.
  private func multiply(
    tile: Int, of tiling: ProductTiling, stretch: Int = 0, batch: Int,
    into result: UnsafeMutablePointer<Element>, rowStride: Int
  ) {
    let row = tile / tiling.columnBlocks * tiling.rows
    let column = tile % tiling.columnBlocks * tiling.columns
    let start = stretch * tiling.depth
    let rows = min(tiling.rows, m - row)
    let columns = min(tiling.columns, n - column)
    let block = result + row * rowStride + column
    let hasBias = bias != nil && stretch == 0
    if hasBias {
      fillWithBias(block, rows: rows, columns: columns, from: column, rowStride: rowStride)
    }
    // Libraries leave a sum of no terms as it was.
    if k == 0 && !hasBias {
      for i in 0..<rows { (block + i * rowStride).update(repeating: Element.zero, count: columns) }
    }
    Element.multiply(
      m: rows, n: columns, k: min(tiling.depth, k - start),
      a.view(batch: batch, as: Element.self).from(row: row, column: start),
      b.view(batch: batch, as: Element.self).from(row: start, column: column),
      beta: hasBias ? Element.one : Element.zero, into: block, rowStride: rowStride)
  }

  private func fillWithBias(
    _ block: UnsafeMutablePointer<Element>, rows: Int, columns: Int, from column: Int,
    rowStride: Int
  ) {
    guard let bias, rows > 0 else { return }
    let values = bias.pointer(as: Element.self)
    let step = bias.strides[0]
    for j in 0..<columns { block[j] = values[(column + j) * step] }
    for i in 1..<rows { (block + i * rowStride).update(from: block, count: columns) }
  }
}
