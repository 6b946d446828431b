import CKernels

/// A matrix in row-major order, rows `stride` elements apart, or its transpose so.
package enum PlainOrder: Hashable, Sendable {
  /// [depth, columns].
  case rowMajor(stride: Int)
  /// [columns, depth], as a linear layer's weight lies.
  case transposed(stride: Int)
}

extension PackedShape {
  /// Elements that one block of a parallel loop moves.
  private static var grain: Int { 1 << 16 }

  /// Packs a matrix that lies in `order`.
  package func pack(
    _ source: UnsafePointer<Float>, _ order: PlainOrder, into packed: UnsafeMutablePointer<Float>
  ) {
    forEachPart { panels, rows in pack(source, order, into: packed, panels: panels, rows: rows) }
  }

  /// Packs a matrix whose transpose [columns, depth] is packed in `source`.
  package func pack(
    transposeOf source: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
  ) {
    forEachPart { panels, rows in
      pack(transposeOf: source, into: packed, panels: panels, rows: rows)
    }
  }

  /// The inverse of `pack`.
  package func unpack(
    _ packed: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, _ order: PlainOrder
  ) {
    forEachPart { panels, rows in
      let first = panels.lowerBound * panelWidth
      let part = packed + panels.lowerBound * panelStride + rows.lowerBound * panelWidth
      let count = min(panels.upperBound * panelWidth, columns) - first
      switch order {
      case .rowMajor(let stride):
        kernel_unpack_rows_float32(
          Int64(rows.count), Int64(count), part, Int64(panelStride),
          result + rows.lowerBound * stride + first, Int64(stride))
      case .transposed(let stride):
        kernel_unpack_transposed_float32(
          Int64(rows.count), Int64(count), part, Int64(panelStride),
          result + first * stride + rows.lowerBound, Int64(stride))
      }
    }
  }

  /// Packs some panels, or some rows of them, on the calling thread. `packed` and `source` are
  /// where the whole matrices begin.
  package func pack(
    _ source: UnsafePointer<Float>, _ order: PlainOrder, into packed: UnsafeMutablePointer<Float>,
    panels: Range<Int>, rows: Range<Int>
  ) {
    let first = panels.lowerBound * panelWidth
    let part = packed + panels.lowerBound * panelStride + rows.lowerBound * panelWidth
    let count = min(panels.upperBound * panelWidth, columns) - first
    switch order {
    case .rowMajor(let stride):
      kernel_pack_rows_float32(
        Int64(rows.count), Int64(count), source + rows.lowerBound * stride + first, Int64(stride),
        part, Int64(panelStride))
    case .transposed(let stride):
      kernel_pack_transposed_float32(
        Int64(rows.count), Int64(count), source + first * stride + rows.lowerBound, Int64(stride),
        part, Int64(panelStride))
    }
  }

  /// A panel of the transpose holds `panelWidth` rows of this matrix, column by column: they are
  /// packed as a small transposed matrix. This matrix may begin at row `start` of the transpose's.
  func pack(
    transposeOf source: UnsafePointer<Float>, from start: Int = 0,
    into packed: UnsafeMutablePointer<Float>, panels: Range<Int>, rows: Range<Int>
  ) {
    let first = panels.lowerBound * panelWidth
    let count = min(panels.upperBound * panelWidth, columns) - first
    var row = rows.lowerBound
    while row < rows.upperBound {
      let (panel, place) = (start + row).quotientAndRemainder(dividingBy: panelWidth)
      let depth = min(panelWidth - place, rows.upperBound - row)
      kernel_pack_transposed_float32(
        Int64(depth), Int64(count),
        source + panel * columns * panelWidth + first * panelWidth + place, Int64(panelWidth),
        packed + panels.lowerBound * panelStride + row * panelWidth, Int64(panelStride))
      row += depth
    }
  }

  /// Cuts the matrix into some panels each, or, where one has many rows, into parts of panels.
  private func forEachPart(_ body: (Range<Int>, Range<Int>) -> Void) {
    if count == 0 { return }
    let together = max(1, PackedShape.grain / panelStride)
    let length = max(PackedShape.grain / panelWidth, 1)
    let parts = (depth + length - 1) / length
    let groups = (panels + together - 1) / together
    ThreadTeam.run(blocks: groups * parts) { block in
      let panel = block / parts * together
      let row = block % parts * length
      body(panel..<min(panel + together, panels), row..<min(row + length, depth))
    }
  }
}
