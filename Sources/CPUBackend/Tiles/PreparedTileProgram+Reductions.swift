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

  /// Begins a part's partial results.
  func clearPartials(_ run: TileRun, _ scratch: UnsafeMutableRawPointer) {
    for reduction in reductions {
      let place = partials(of: reduction, run, scratch)
      if !reduction.isByColumn {
        place.pointee = reduction.initial
        continue
      }
      for repeated in 0..<grid.group {
        (place + repeated * grid.space.columns + run.columns.lowerBound).update(
          repeating: reduction.initial, count: run.columns.count)
      }
    }
  }

  /// Adds one tile to a part's partial results.
  func reduce(
    _ step: UnsafePointer<TileStep>, _ run: TileRun, _ scratch: UnsafeMutableRawPointer,
    _ height: Int, _ width: Int, _ column: Int
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
    let whole = height / group * group
    kernel_reduce_columns_float32(
      reduction.code, x, height / group, stride * group, width * group, place + column)
    if whole < height {
      kernel_reduce_columns_float32(
        reduction.code, x + whole * stride, 1, 0, (height - whole) * width, place + column)
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
      let columns = grid.space.columns, repeats = blocks * grid.group
      ThreadTeam.run(count: columns, grain: max(64, Grain.cheap / max(repeats, 1))) { range in
        self.finishColumns(range, reduction, place, repeats, into: result)
      }
    }
  }

  private func finishColumns(
    _ range: Range<Int>, _ reduction: TileReduction, _ place: UnsafeMutablePointer<Double>,
    _ repeats: Int, into result: UnsafeMutablePointer<Float>
  ) {
    if repeats == 0 {
      for column in range {
        result[column * reduction.access.columnStride] = Float(reduction.initial * reduction.factor)
      }
      return
    }
    let columns = grid.space.columns
    // Row after row of partial results, into the first.
    for index in 1..<max(repeats, 1) {
      let other = place + index * columns
      for column in range { place[column] = reduction.combine(place[column], other[column]) }
    }
    for column in range {
      result[column * reduction.access.columnStride] = Float(place[column] * reduction.factor)
    }
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
