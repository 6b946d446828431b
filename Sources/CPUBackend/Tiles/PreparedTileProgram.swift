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
  let prologue: FixedBuffer<TileStep>
  let body: FixedBuffer<TileStep>
  let epilogue: FixedBuffer<TileStep>
  let slots: FixedBuffer<TileAddress>
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
    scratchByteCount = (partials * MemoryLayout<Double>.stride).roundedUpToLine
    prologue = FixedBuffer(lowering.prologue)
    body = FixedBuffer(lowering.body)
    epilogue = FixedBuffer(lowering.epilogue)
    self.slots = FixedBuffer(slots.map { TileAddress($0) })
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

/// Plain values in memory of their own, which nothing changes any more: reading them neither counts
/// references nor checks for other users.
struct FixedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  private let storage: Storage
  let start: UnsafePointer<Element>
  let count: Int

  init(_ elements: [Element]) {
    count = elements.count
    storage = Storage(byteCount: max(count, 1) * MemoryLayout<Element>.stride)
    let start = storage.pointer.bindMemory(to: Element.self, capacity: count)
    start.initialize(from: elements, count: count)
    self.start = UnsafePointer(start)
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
