import CKernels

extension PackedProduct {
  /// A row times a matrix that is not packed: nothing would be used twice.
  func runVector(_ operands: Operands, _ epilogue: Epilogue?) {
    guard case .plain(let order) = b else { return }
    let strides: (column: Int, depth: Int) =
      switch order {
      case .rowMajor(let stride): (1, stride)
      case .transposed(let stride): (stride, 1)
      }
    // A packed row has its panels one after the other, the last one filled up.
    if c == .packed {
      for column in n..<shape.panels * shape.panelWidth { operands.c[column] = 0 }
    }
    ThreadTeam.run(blocks: tiling.tiles) { tile in
      let (rows, columns) = ranges(tile: tile)
      kernel_product_vector_float32(
        Int64(columns.count), Int64(k), operands.b + columns.lowerBound * strides.column,
        Int64(strides.column), Int64(strides.depth), operands.a, Int64(aStrides.depth),
        operands.bias.map { $0 + columns.lowerBound }, 1, operands.c + columns.lowerBound)
      epilogue?(Block(batch: 0, rows: rows, columns: columns))
    }
  }
}
