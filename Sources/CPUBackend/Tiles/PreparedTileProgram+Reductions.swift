import Arrays
import CKernels

extension PreparedTileProgram {
  /// The place of a block's partial results.
  @inline(__always)
  private func partials(
    of reduction: TileReduction, _ run: TileRun, _ scratch: UnsafeMutableRawPointer
  ) -> UnsafeMutablePointer<Double> {
    let row = run.outer * grid.rowBlocks + run.rows.lowerBound / grid.blockRows
    return scratch.assumingMemoryBound(to: Double.self) + reduction.partial
      + row * grid.partialStride(of: reduction)
      + (reduction.isByColumn ? 0 : run.columns.lowerBound / grid.blockColumns)
  }

  /// A block's sums in float32, behind its partial results by column.
  @inline(__always)
  private func sums(behind partials: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(partials + grid.group * grid.space.columns).assumingMemoryBound(
      to: Float.self)
  }

  /// Begins a part's partial results.
  func clearPartials(_ run: TileRun, _ scratch: UnsafeMutableRawPointer) {
    for reduction in reductions {
      let place = partials(of: reduction, run, scratch)
      if !reduction.isByColumn {
        place.pointee = reduction.initial
        continue
      }
      let sums = self.sums(behind: place)
      for repeated in 0..<grid.group {
        let first = repeated * grid.space.columns + run.columns.lowerBound
        (place + first).update(repeating: reduction.initial, count: run.columns.count)
        (sums + first).update(repeating: 0, count: run.columns.count)
      }
    }
  }

  /// Adds one tile to a part's partial results.
  func reduce(
    _ step: UnsafePointer<TileStep>, _ run: TileRun, _ scratch: UnsafeMutableRawPointer,
    _ height: Int, _ width: Int, _ column: Int, _ isFlushing: Bool
  ) {
    let reduction = reductions[step.pointee.partial]
    let place = partials(of: reduction, run, scratch)
    let x = UnsafeRawPointer(run.addresses[step.pointee.x]).assumingMemoryBound(to: Float.self)
    let stride = run.strides[step.pointee.x]
    let isFlat = step.pointee.isFlat && run.isWhole
    if !reduction.isByColumn {
      let (rows, columns) =
        step.pointee.geometry == .rowNumbers
        ? (1, height) : isFlat ? (1, height * width) : (height, width)
      let value = kernel_reduce_rows_float32(reduction.code, x, rows, stride, columns)
      place.pointee = reduction.combine(place.pointee, value)
      return
    }
    let group = isFlat ? grid.group : 1
    let whole = height / group, rest = (height - whole * group) * width
    let last = x + whole * group * stride
    if reduction.code == KERNEL_TOTAL {
      let sums = self.sums(behind: place) + column
      if step.pointee.action == .reduceProducts {
        let y = UnsafeRawPointer(run.addresses[step.pointee.y]).assumingMemoryBound(to: Float.self)
        let other = run.strides[step.pointee.y] * group
        kernel_tile_add_products_float32(
          x, stride * group, y, other, whole, width * group, sums)
        if rest > 0 {
          kernel_tile_add_products_float32(last, 0, y + whole * other, 0, 1, rest, sums)
        }
      } else {
        kernel_tile_add_columns_float32(x, whole, stride * group, width * group, sums)
        if rest > 0 { kernel_tile_add_columns_float32(last, 1, 0, rest, sums) }
      }
      if isFlushing {
        // Where rows are not grouped, neither are sums.
        let count = run.isWhole ? width * grid.group : width
        kernel_tile_flush_columns_float32(sums, place + column, count)
      }
      return
    }
    kernel_reduce_columns_float32(
      reduction.code, x, whole, stride * group, width * group, place + column)
    if rest > 0 {
      kernel_reduce_columns_float32(reduction.code, last, 1, 0, rest, place + column)
    }
  }

  /// Combines all partial results and writes the results.
  func finishReductions(
    _ bases: UnsafePointer<UnsafeMutableRawPointer>, _ scratch: UnsafeMutableRawPointer
  ) {
    let blocks = grid.space.outer * grid.rowBlocks
    for reduction in reductions {
      let stride = grid.partialStride(of: reduction)
      let place = scratch.assumingMemoryBound(to: Double.self) + reduction.partial
      let result =
        bases[reduction.access.base].assumingMemoryBound(to: Float.self)
        + reduction.access.offset
      if !reduction.isByColumn {
        var total = reduction.initial
        for index in 0..<blocks * stride { total = reduction.combine(total, place[index]) }
        result.pointee = Float(total * reduction.factor)
        continue
      }
      let grain = max(64, Grain.cheap / max(blocks * grid.group, 1))
      ThreadTeam.run(count: grid.space.columns, grain: grain) { range in
        self.finishColumns(range, reduction, place, into: result)
      }
    }
  }

  private func finishColumns(
    _ range: Range<Int>, _ reduction: TileReduction, _ place: UnsafeMutablePointer<Double>,
    into result: UnsafeMutablePointer<Float>
  ) {
    let blocks = grid.space.outer * grid.rowBlocks, stride = grid.partialStride(of: reduction)
    let step = reduction.access.columnStride
    if blocks == 0 {
      for column in range { result[column * step] = Float(reduction.initial * reduction.factor) }
      return
    }
    // Row after row of partial results, into the first.
    for block in 0..<blocks {
      for repeated in (block == 0 ? 1 : 0)..<grid.group {
        let other = place + block * stride + repeated * grid.space.columns
        for column in range { place[column] = reduction.combine(place[column], other[column]) }
      }
    }
    for column in range { result[column * step] = Float(place[column] * reduction.factor) }
  }
}

extension TileReduction {
  /// What changes nothing.
  @inline(__always)
  var initial: Double {
    switch code {
    case KERNEL_LARGEST: -.infinity
    case KERNEL_SMALLEST: .infinity
    default: 0
    }
  }

  @inline(__always)
  func combine(_ a: Double, _ b: Double) -> Double {
    switch code {
    case KERNEL_LARGEST: b > a || b.isNaN ? b : a
    case KERNEL_SMALLEST: b < a || b.isNaN ? b : a
    default: a + b
    }
  }
}
