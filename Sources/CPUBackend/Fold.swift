import Arrays
import CKernels

/// A reduction of float32 in two shapes that together cover every layout whose innermost axis is
/// consecutive: that axis is folded away (`rows`) or kept (`columns`).
///
/// The work on one output is cut into pieces that depend on the shape alone; their partial results
/// are combined in float64, in order.
struct Fold {
  let code: kernel_reduction
  /// Multiplies the result: 1 / n for a mean.
  let factor: Double
  let x: UnsafeMutablePointer<Float>
  let y: UnsafeMutablePointer<Float>

  private var initial: Double {
    switch code {
    case KERNEL_LARGEST: -.infinity
    case KERNEL_SMALLEST: .infinity
    default: 0
    }
  }

  @inline(__always)
  private func combine(_ a: Double, _ b: Double) -> Double {
    switch code {
    case KERNEL_LARGEST: b > a || b.isNaN ? b : a
    case KERNEL_SMALLEST: b < a || b.isNaN ? b : a
    default: a + b
    }
  }

  /// Folds each of a few consecutive rows, on the calling thread.
  func smallRows(rows: Int, length: Int) {
    for row in 0..<rows {
      y[row] = Float(kernel_reduce_rows_float32(code, x + row * length, 1, 0, length) * factor)
    }
  }

  /// Folds a few consecutive rows column by column, on the calling thread.
  func smallColumns(rows: Int, columns: Int) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { totals in
      let totals = totals.baseAddress.unsafelyUnwrapped
      totals.update(repeating: initial, count: columns)
      kernel_reduce_columns_float32(code, x, rows, columns, columns, totals)
      for i in 0..<columns { y[i] = Float(totals[i] * factor) }
    }
  }

  /// For each pass of `kept`, folds `repeats` × `rows` rows of `length` consecutive elements.
  func rows(kept: LoopNest, repeats: LoopNest, rows: Int, stride: Int, length: Int) {
    let perOutput = repeats.count * rows * length
    if kept.isSingle && repeats.isSingle && perOutput <= Grain.cheap {
      y[0] = Float(kernel_reduce_rows_float32(code, x, rows, stride, length) * factor)
      return
    }
    let lengthPiece = min(length, Grain.cheap)
    let rowPiece = max(1, min(rows, Grain.cheap / max(length, 1)))
    let lengthPieces = (length + lengthPiece - 1) / lengthPiece
    let rowPieces = (rows + rowPiece - 1) / rowPiece
    let pieces = repeats.count * rowPieces * lengthPieces
    let fold = { (output: Int, piece: Int) -> Double in
      let row = piece / lengthPieces % rowPieces * rowPiece
      let first = piece % lengthPieces * lengthPiece
      let start =
        kept.offsets(output).input
        + repeats.offsets(piece / (lengthPieces * rowPieces)).input + row * stride + first
      return kernel_reduce_rows_float32(
        code, x + start, min(rowPiece, rows - row), stride, min(lengthPiece, length - first))
    }
    if perOutput <= Grain.cheap {
      ThreadTeam.run(count: kept.count, grain: max(1, Grain.cheap / max(perOutput, 1))) { range in
        for output in range {
          var total = initial
          for piece in 0..<pieces { total = combine(total, fold(output, piece)) }
          y[kept.offsets(output).output] = Float(total * factor)
        }
      }
      return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: kept.count * pieces) { partials in
      let start = partials.baseAddress.unsafelyUnwrapped
      ThreadTeam.run(
        count: kept.count * pieces,
        grain: max(1, Grain.cheap / (rowPiece * lengthPiece))
      ) { range in
        for item in range { start[item] = fold(item / pieces, item % pieces) }
      }
      for output in 0..<kept.count {
        var total = initial
        for piece in 0..<pieces { total = combine(total, start[output * pieces + piece]) }
        y[kept.offsets(output).output] = Float(total * factor)
      }
    }
  }

  /// For each pass of `kept`, folds `repeats` × `rows` rows of `columns` consecutive elements,
  /// column by column.
  func columns(
    kept: LoopNest, repeats: LoopNest, rows: Int, stride: Int, columns: Int, outputStride: Int
  ) {
    let width = min(columns, 1_024)
    let height = max(1, min(rows, 2 * Grain.cheap / width))
    let widths = (columns + width - 1) / width, heights = (rows + height - 1) / height
    let pieces = repeats.count * heights
    let items = kept.count * widths
    let write = { (item: Int, totals: UnsafeMutablePointer<Double>) in
      let column = item % widths * width
      let place = y + kept.offsets(item / widths).output + column * outputStride
      for i in 0..<min(width, columns - column) {
        place[i * outputStride] = Float(totals[i] * factor)
      }
    }
    let fold = { (item: Int, piece: Int, totals: UnsafeMutablePointer<Double>) in
      let column = item % widths * width, row = piece % heights * height
      let start =
        kept.offsets(item / widths).input + repeats.offsets(piece / heights).input
        + row * stride + column
      kernel_reduce_columns_float32(
        code, x + start, min(height, rows - row), stride, min(width, columns - column), totals)
    }
    let perItem = repeats.count * rows * width
    if perItem <= 2 * Grain.cheap {
      ThreadTeam.run(count: items, grain: max(1, Grain.cheap / perItem)) { range in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { totals in
          let start = totals.baseAddress.unsafelyUnwrapped
          for item in range {
            start.update(repeating: initial, count: width)
            for piece in 0..<pieces { fold(item, piece, start) }
            write(item, start)
          }
        }
      }
      return
    }
    foldPieces(items: items, pieces: pieces, width: width, fold: fold, write: write)
  }

  /// Pieces of one item on several threads, each into totals of its own.
  private func foldPieces(
    items: Int, pieces: Int, width: Int,
    fold: (Int, Int, UnsafeMutablePointer<Double>) -> Void,
    write: (Int, UnsafeMutablePointer<Double>) -> Void
  ) {
    // A group holds enough pieces to be worth a block, so that few partial results are kept.
    let group = max(1, pieces / 64)
    let groups = (pieces + group - 1) / group
    withUnsafeTemporaryAllocation(of: Double.self, capacity: items * groups * width) { partials in
      let start = partials.baseAddress.unsafelyUnwrapped
      start.update(repeating: initial, count: items * groups * width)
      ThreadTeam.run(blocks: items * groups) { block in
        let first = block % groups * group
        for piece in first..<min(pieces, first + group) {
          fold(block / groups, piece, start + block * width)
        }
      }
      for item in 0..<items {
        let totals = start + item * groups * width
        for group in 1..<max(groups, 1) {
          let other = totals + group * width
          for i in 0..<width { totals[i] = combine(totals[i], other[i]) }
        }
        write(item, totals)
      }
    }
  }
}
