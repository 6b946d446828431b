import CKernels

/// How a program's space is cut: into blocks, which threads take, and these into tiles. The shape
/// and the program decide, never the number of threads.
struct TileGrid {
  let space: TileSpace
  /// The size of a tile.
  let tileRows: Int
  let tileColumns: Int
  /// The size of a block.
  let blockRows: Int
  let blockColumns: Int
  /// How many short rows a sum over rows takes as one long row.
  let group: Int
  /// After how many tiles sums in float32 are added to those in float64.
  let tilesBetweenFlushes: Int

  /// How many blocks lie below and beside one another in one matrix.
  let rowBlocks: Int
  let columnBlocks: Int

  var blockCount: Int { space.outer * rowBlocks * columnBlocks }

  /// `blocks`: the size of blocks that the caller wants, or nil.
  init(
    _ lowering: TileLowering, registerBytes: Int, blocks: (rows: Int, columns: Int)?
  ) {
    let space = lowering.space
    let columns = max(space.columns, 1), rows = max(space.rows, 1)
    let width = min(columns, blocks?.columns ?? columns)
    let height = min(rows, blocks?.rows ?? rows)
    let memoryBytes = lowering.slots.reduce(0) {
      $0 + ($1.access != nil && $1.extent == .full ? $1.elementSize : 0)
    }
    let bytes = max(4, registerBytes + memoryBytes)
    // A quarter is left to partial sums and vectors by column.
    let budget = kernel_first_level_cache_size() * 3 / 4
    let elements = min(max(budget / bytes, 512), 8_192) / 64 * 64
    let hasColumns =
      lowering.body.contains { $0.action.isByColumn }
      || lowering.slots.contains { $0.extent == .column }
    let needsRows = lowering.needsWholeRows
    group = lowering.isNarrow ? TileGrid.group(columns) : 1
    if needsRows || width <= elements {
      tileColumns = width
      let fitting = max(1, elements / width)
      tileRows = min(height, fitting >= group ? fitting / group * group : fitting)
    } else {
      tileColumns = hasColumns && height > 1 ? max(256, elements / 8 / 64 * 64) : elements
      tileRows = min(height, max(1, elements / tileColumns))
    }
    tilesBetweenFlushes = max(1, 128 * group / tileRows)
    if blocks != nil {
      (blockRows, blockColumns) = (height, width)
    } else {
      (blockRows, blockColumns) = TileGrid.blockSize(
        lowering, tileRows: tileRows, tileColumns: tileColumns)
    }
    self.space = space
    rowBlocks = (space.rows + blockRows - 1) / blockRows
    columnBlocks = (columns + blockColumns - 1) / blockColumns
  }

  /// Short rows are added sixty-four or more numbers side by side.
  private static func group(_ columns: Int) -> Int {
    var group = 1
    while group * columns % 16 != 0 { group += 1 }
    while group * columns < 64 { group *= 2 }
    return group
  }

  /// Enough work for a block to be worth a thread's while.
  private static func blockSize(
    _ lowering: TileLowering, tileRows: Int, tileColumns: Int
  ) -> (rows: Int, columns: Int) {
    let space = lowering.space
    let elements = max(2_048, 131_072 / max(lowering.cost, 1))
    let isWhole = lowering.needsWholeRows || lowering.storesRowNumbers
    var rows = max(1, elements / max(space.columns, 1)), columns = max(space.columns, 1)
    if rows == 1 && !isWhole {
      columns = min(columns, (elements + tileColumns - 1) / tileColumns * tileColumns)
    }
    rows = (rows + tileRows - 1) / tileRows * tileRows
    // Each block of rows keeps partial results of its own.
    if lowering.body.contains(where: { $0.action.isByColumn }) {
      let most = max(1, 64 / max(space.outer, 1))
      let fewest = (space.rows + most - 1) / most
      rows = max(rows, (fewest + tileRows - 1) / tileRows * tileRows)
    }
    return (min(rows, max(space.rows, 1)), columns)
  }
}

extension TileLowering {
  /// Whether tiles hold all columns.
  var needsWholeRows: Bool {
    program.instructions.contains { $0.needsWholeRow }
      || body.contains { $0.action == .reduceAll && $0.geometry == .rowNumbers }
  }

  /// Whether one number a row is stored.
  var storesRowNumbers: Bool {
    program.outputs.contains {
      if case .store(_, let access) = $0 { access.extent == .row } else { false }
    }
  }

  /// About how many cheap operations there are for each element.
  var cost: Int {
    body.reduce(slots.count(where: { $0.access != nil && $0.extent == .full })) { cost, step in
      cost + (step.geometry == .elements || step.geometry == .rows ? 1 : 0)
    }
      + program.instructions.reduce(0) { cost, instruction in
        switch instruction {
        case .unary(let operation, _): cost + 32_768 / (operation.code?.grain ?? 32_768) - 1
        case .binary(let operation, _, _): cost + 32_768 / operation.grain - 1
        default: cost
        }
      }
  }
}
