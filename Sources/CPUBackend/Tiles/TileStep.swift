import CKernels

/// How a step's loops run over a tile.
enum TileGeometry: UInt8 {
  /// All elements; as one long row where everything it touches is consecutive.
  case elements
  /// The same row by row, always: results by row, or operands of other extents.
  case rows
  /// One number a row, as one row of them.
  case rowNumbers
  /// One number a row, which lie apart.
  case spreadRowNumbers
  /// One number a column.
  case columnNumbers
  /// One number.
  case single
}

/// What a step does with a tile.
enum TileAction: UInt8 {
  /// Calls its kernel.
  case kernel
  /// Adds the tile's columns to the block's partial results.
  case reduceColumns
  /// Adds the columns of the product of two tiles.
  case reduceProducts
  /// Adds the tile to the block's partial result.
  case reduceAll

  /// Whether it keeps partial results by column.
  var isByColumn: Bool { self == .reduceColumns || self == .reduceProducts }
}

/// One call of a kernel over every tile.
struct TileStep {
  var action = TileAction.kernel
  var geometry: TileGeometry
  /// Whether the call is one long row when a tile has all columns, and even when it has not.
  var isFlat = false
  var isAlwaysFlat = false
  var function: kernel_tile_function? = nil
  var z = 0
  var x = 0
  var y = 0
  var w = 0
  var p: Float = 0
  var q: Float = 0
  var reduction = KERNEL_TOTAL
  /// Which of the program's reductions it is a part of.
  var partial = 0
}

/// A place that steps read and write: in memory, or a tile of the thread's workspace.
struct TileSlot {
  /// nil for a tile of the workspace.
  var access: TileAccess?
  var extent: TileExtent
  var elementSize: Int
  /// For a tile: its register, shared by tiles that are not alive at the same time.
  var register = -1
  /// For a tile: where it lies in the workspace, in bytes.
  var offset = 0

  init(memory access: TileAccess) {
    self.access = access
    extent = access.extent
    elementSize = access.dataType.byteCount
  }

  init(tile extent: TileExtent, elementSize: Int) {
    self.extent = extent
    self.elementSize = elementSize
  }
}
