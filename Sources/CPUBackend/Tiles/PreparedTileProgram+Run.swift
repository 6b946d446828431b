import Arrays
import CKernels

extension PreparedTileProgram {
  /// Runs over the whole space, on the team of threads where that is worth it.
  ///
  /// - Parameters:
  ///   - bases: The memory that the accesses' `base` indices mean.
  ///   - scratch: `scratchByteCount` bytes; may be nil where that is 0.
  package func run(
    bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer?
  ) {
    let count = grid.blockCount
    if count == 1 {
      block(0, bases, scratch)
    } else if count > 1 {
      ThreadTeam.run(blocks: count) { self.block($0, bases, scratch) }
    }
    finish(bases: bases, scratch: scratch)
  }

  /// Runs over a part of one matrix on the calling thread, as the end of a product's block that is
  /// still in the cache.
  ///
  /// Parts must not overlap, and cover the space before `finish`. A program that reduces over rows
  /// takes parts that have all rows of one row of blocks, and, if it reduces over everything, are
  /// one block each.
  package func run(
    outer: Int, rows: Range<Int>, columns: Range<Int>,
    bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer?
  ) {
    if rows.isEmpty { return }
    for reduction in reductions {
      let isBlock =
        rows.lowerBound % grid.blockRows == 0
        && rows.count == min(grid.blockRows, grid.space.rows - rows.lowerBound)
        && (reduction.isByColumn
          || columns.lowerBound % grid.blockColumns == 0
            && columns.count == min(grid.blockColumns, grid.space.columns - columns.lowerBound))
      if !isBlock {
        stop(
          "tile program: rows \(rows), columns \(columns) are not a block of "
            + "\(grid.blockRows)×\(grid.blockColumns)")
      }
    }
    part(outer, rows, columns, bases, scratch)
  }

  @inline(__always)
  private func block(
    _ index: Int, _ bases: UnsafePointer<UnsafeMutableRawPointer>,
    _ scratch: UnsafeMutableRawPointer?
  ) {
    let space = grid.space
    let column = index % grid.columnBlocks * grid.blockColumns
    let rest = index / grid.columnBlocks
    let row = rest % grid.rowBlocks * grid.blockRows
    part(
      rest / grid.rowBlocks, row..<min(space.rows, row + grid.blockRows),
      column..<min(space.columns, column + grid.blockColumns), bases, scratch)
  }

  private func part(
    _ outer: Int, _ rows: Range<Int>, _ columns: Range<Int>,
    _ bases: UnsafePointer<UnsafeMutableRawPointer>, _ scratch: UnsafeMutableRawPointer?
  ) {
    let run = TileRun(self, outer, rows, columns, bases)
    if !reductions.isEmpty { clearPartials(run, scratch.unsafelyUnwrapped) }
    var column = columns.lowerBound
    repeat {
      let width = min(grid.tileColumns, columns.upperBound - column)
      run.place(row: rows.lowerBound, column: column, width: width)
      let height = min(grid.tileRows, rows.count)
      run.execute(prologue, height, width, column)
      var row = rows.lowerBound, tiles = 0
      while true {
        let height = min(grid.tileRows, rows.upperBound - row)
        if reductions.isEmpty {
          run.execute(body, height, width, column)
        } else {
          tiles += 1
          let isFlushing = row + height == rows.upperBound || tiles % grid.tilesBetweenFlushes == 0
          executeReducing(run, scratch.unsafelyUnwrapped, height, width, column, isFlushing)
        }
        row += height
        if row == rows.upperBound { break }
        run.advance(rows: height)
      }
      column += width
    } while column < columns.upperBound
  }

  /// The steps of a tile, with those that reduce.
  private func executeReducing(
    _ run: TileRun, _ scratch: UnsafeMutableRawPointer, _ height: Int, _ width: Int, _ column: Int,
    _ isFlushing: Bool
  ) {
    for index in 0..<body.count {
      let step = body.start + index
      if step.pointee.action == .kernel {
        run.execute(step, height, width, column)
      } else {
        reduce(step, run, scratch, height, width, column, isFlushing)
      }
    }
  }

  /// Runs what is left when all blocks are done: combines partial results, in the order of the
  /// blocks, and stores what is the same for all rows. Only needed after
  /// `run(outer:rows:columns:bases:scratch:)`.
  package func finish(
    bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer?
  ) {
    if !reductions.isEmpty { finishReductions(bases, scratch.unsafelyUnwrapped) }
    if epilogue.count == 0 { return }
    let space = grid.space
    for outer in 0..<space.outer {
      let run = TileRun(self, outer, 0..<0, 0..<space.columns, bases)
      var column = 0
      while column < space.columns {
        let width = min(grid.tileColumns, space.columns - column)
        run.place(row: 0, column: column, width: width)
        run.execute(prologue, 0, width, column)
        run.execute(epilogue, 0, width, column)
        column += width
      }
    }
  }
}

/// One thread's work on a part of a matrix: where everything lies at the moment.
struct TileRun {
  let slots: FixedBuffer<TileAddress>
  let tileColumns: Int
  /// Whether tiles have all columns of the space.
  let isWhole: Bool
  let outer: Int
  let rows: Range<Int>
  let columns: Range<Int>
  let bases: UnsafePointer<UnsafeMutableRawPointer>
  let workspace: UnsafeMutableRawPointer
  let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>
  let strides: UnsafeMutablePointer<Int>

  @inline(__always)
  init(
    _ program: PreparedTileProgram, _ outer: Int, _ rows: Range<Int>, _ columns: Range<Int>,
    _ bases: UnsafePointer<UnsafeMutableRawPointer>
  ) {
    slots = program.slots
    tileColumns = program.grid.tileColumns
    isWhole = columns.count == program.grid.space.columns && columns.count <= tileColumns
    self.outer = outer
    self.rows = rows
    self.columns = columns
    self.bases = bases
    workspace = kernel_tile_workspace(program.workspaceByteCount).unsafelyUnwrapped
    addresses = workspace.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    strides = (workspace + slots.count * MemoryLayout<Int>.stride).assumingMemoryBound(
      to: Int.self)
  }

  /// Points all slots at a tile's first element.
  @inline(__always)
  func place(row: Int, column: Int, width: Int) {
    for index in 0..<slots.count {
      let slot = slots.start[index]
      addresses[index] =
        slot.base < 0
        ? workspace + slot.offset
        : bases[slot.base]
          + (slot.offset + outer * slot.outerStep + row * slot.rowStep + column * slot.columnStep)
      strides[index] = slot.stride == .min ? width : slot.stride
    }
  }

  /// Points the slots in memory at the tile below.
  @inline(__always)
  func advance(rows: Int) {
    for index in 0..<slots.count { addresses[index] += rows * slots.start[index].rowStep }
  }

  @inline(__always)
  func execute(_ steps: FixedBuffer<TileStep>, _ height: Int, _ width: Int, _ column: Int) {
    for index in 0..<steps.count { execute(steps.start + index, height, width, column) }
  }

  @inline(__always)
  func execute(
    _ step: UnsafePointer<TileStep>, _ height: Int, _ width: Int, _ column: Int
  ) {
    var tile = kernel_tile()
    tile.z = addresses[step.pointee.z]
    tile.x = UnsafeRawPointer(addresses[step.pointee.x])
    tile.y = UnsafeRawPointer(addresses[step.pointee.y])
    tile.w = UnsafeRawPointer(addresses[step.pointee.w])
    tile.z_stride = strides[step.pointee.z]
    tile.x_stride = strides[step.pointee.x]
    tile.y_stride = strides[step.pointee.y]
    tile.w_stride = strides[step.pointee.w]
    tile.first_column = column
    tile.p = step.pointee.p
    tile.q = step.pointee.q
    switch step.pointee.geometry {
    case .elements where isWhole ? step.pointee.isFlat : step.pointee.isAlwaysFlat:
      (tile.rows, tile.columns) = (1, height * width)
    case .elements, .rows: (tile.rows, tile.columns) = (height, width)
    case .rowNumbers: (tile.rows, tile.columns) = (1, height)
    case .spreadRowNumbers: (tile.rows, tile.columns) = (height, 1)
    case .columnNumbers: (tile.rows, tile.columns) = (1, width)
    case .single: (tile.rows, tile.columns) = (1, 1)
    }
    step.pointee.function.unsafelyUnwrapped(&tile)
  }
}
