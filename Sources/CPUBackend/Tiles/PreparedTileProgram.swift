import Arrays
import CKernels

/// A `TileProgram` made ready for one space on this processor: checked, lowered to calls of
/// kernels, its tiles and blocks laid out.
///
/// Running it allocates nothing (a thread's first run of a larger program than before apart), and
/// gives the same bits for every number of threads. It may run on several threads at once, each
/// time with scratch memory of its own.
package final class PreparedTileProgram: Sendable, CustomStringConvertible {
  /// The bytes, aligned to 64, that a run needs for partial results; 0 where nothing is reduced
  /// over rows.
  package let scratchByteCount: Int

  /// The space as it is run: with fewer axes where that is the same.
  let grid: TileGrid
  let reductions: [TileReduction]
  let workspaceByteCount: Int
  let prologue: TileSteps
  let body: TileSteps
  let epilogue: TileSteps
  let slots: TileSlots
  /// The layout in words.
  package let description: String

  /// Prepares `program` for `space`.
  ///
  /// - Parameter blocks: The size of the blocks in which a caller finishes the space itself, with
  ///   `run(outer:rows:columns:bases:scratch:)`; nil where the program is only run as a whole.
  package init(
    _ program: TileProgram, over space: TileSpace, blocks: (rows: Int, columns: Int)? = nil
  ) {
    let reduced =
      blocks == nil ? program.collapsed(space) : (program.withFullRows(space), space)
    let lowering = TileLowering(reduced.0, reduced.1)
    var slots = lowering.slots
    let registers = TileRegisters(&slots, prologue: lowering.prologue, body: lowering.body)
    let grid = TileGrid(lowering, registerBytes: registers.bytesPerElement, blocks: blocks)
    if let blocks, lowering.needsWholeRows, blocks.columns < space.columns {
      stop(
        "tile program: blocks of \(blocks.columns) columns, but rows of \(space.columns) are "
          + "needed whole")
    }
    self.grid = grid
    let layout = registers.layOut(
      from: slots.count * 2 * MemoryLayout<Int>.stride, rows: grid.tileRows,
      columns: grid.tileColumns)
    for index in slots.indices where slots[index].register >= 0 {
      slots[index].offset = layout.offsets[slots[index].register]
    }
    workspaceByteCount = layout.end
    var reductions = lowering.reductions, partials = 0
    for index in reductions.indices {
      reductions[index].partial = partials
      partials += grid.partialCount(of: reductions[index])
    }
    self.reductions = reductions
    scratchByteCount = (partials * MemoryLayout<Double>.stride + 63) / 64 * 64
    prologue = TileSteps(lowering.prologue)
    body = TileSteps(lowering.body)
    epilogue = TileSteps(lowering.epilogue)
    self.slots = TileSlots(slots)
    description =
      "\(grid.space.outer)×\(grid.space.rows)×\(grid.space.columns) in \(grid.blockCount) blocks "
      + "of \(grid.blockRows)×\(grid.blockColumns), tiles of \(grid.tileRows)×\(grid.tileColumns), "
      + "\(lowering.body.count) steps, \(registers.registers.count) registers"
  }
}

extension TileGrid {
  /// The partial results that a reduction keeps, over all blocks.
  func partialCount(of reduction: TileReduction) -> Int {
    partialStride(of: reduction) * space.outer * rowBlocks
  }

  /// The partial results that a row of blocks keeps: by column, behind those in float64 there are
  /// as many in float32.
  func partialStride(of reduction: TileReduction) -> Int {
    reduction.isByColumn ? group * space.columns + (group * space.columns + 1) / 2 : columnBlocks
  }
}

/// Steps in memory of their own, which nothing changes any more.
struct TileSteps: @unchecked Sendable {
  private let storage: Storage
  let start: UnsafeMutablePointer<TileStep>
  let count: Int

  init(_ steps: [TileStep]) {
    count = steps.count
    storage = Storage(byteCount: max(count, 1) * MemoryLayout<TileStep>.stride)
    start = storage.pointer.bindMemory(to: TileStep.self, capacity: count)
    start.initialize(from: steps, count: count)
  }
}

/// Where a slot lies, as runs need it.
struct TileAddress {
  /// The index of the base pointer, or -1 in the workspace.
  var base: Int
  var offset: Int
  /// Bytes between matrices, rows and columns in memory.
  var outerStep: Int
  var rowStep: Int
  var columnStep: Int
  /// Elements between rows; `Int.min` where it is the tile's width.
  var stride: Int
}

/// The addresses of slots, likewise.
struct TileSlots: @unchecked Sendable {
  private let storage: Storage
  let start: UnsafeMutablePointer<TileAddress>
  let count: Int

  init(_ slots: [TileSlot]) {
    count = slots.count
    storage = Storage(byteCount: max(count, 1) * MemoryLayout<TileAddress>.stride)
    start = storage.pointer.bindMemory(to: TileAddress.self, capacity: count)
    for (index, slot) in slots.enumerated() {
      (start + index).initialize(to: TileAddress(slot))
    }
  }
}

extension TileAddress {
  init(_ slot: TileSlot) {
    if let access = slot.access {
      let size = slot.elementSize
      base = access.base
      offset = access.offset * size
      outerStep = access.outerStride * size
      rowStep = access.rowStride * size
      columnStep = access.columnStride * size
      stride = access.rowStride
    } else {
      base = -1
      offset = slot.offset
      outerStep = 0
      rowStep = 0
      columnStep = 0
      stride = slot.extent == .full ? .min : slot.extent == .row ? 1 : 0
    }
  }
}
