import Arrays

/// The elements that a `TileProgram` runs over: `outer` matrices of `rows` × `columns`, columns
/// innermost.
package struct TileSpace: Sendable, Hashable {
  package var outer: Int
  package var rows: Int
  package var columns: Int

  package init(outer: Int = 1, rows: Int, columns: Int) {
    self.outer = outer
    self.rows = rows
    self.columns = columns
  }

  package var count: Int { outer * rows * columns }
}

/// Where a `TileProgram` reads or writes: element [o, r, c] of its space lies
/// `offset + o · outerStride + r · rowStride + c · columnStride` elements behind a base pointer that
/// is given when the program runs.
///
/// `columnStride` is 1 or 0. With 0 all columns of a row share one number; with a `rowStride` of 0
/// all rows do, as a bias or a channel's parameters have it.
package struct TileAccess: Sendable, Hashable {
  /// The index of the base pointer.
  package var base: Int
  package var dataType: DataType
  package var offset: Int
  package var outerStride: Int
  package var rowStride: Int
  package var columnStride: Int

  package init(
    base: Int, _ dataType: DataType = .float32, offset: Int = 0, outerStride: Int = 0,
    rowStride: Int = 0, columnStride: Int = 0
  ) {
    self.base = base
    self.dataType = dataType
    self.offset = offset
    self.outerStride = outerStride
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// All elements of a contiguous array of the space's shape.
  package static func contiguous(
    base: Int, _ space: TileSpace, _ dataType: DataType = .float32
  ) -> TileAccess {
    TileAccess(
      base: base, dataType, outerStride: space.rows * space.columns, rowStride: space.columns,
      columnStride: 1)
  }

  /// One number a column, consecutive.
  package static func perColumn(base: Int, _ dataType: DataType = .float32) -> TileAccess {
    TileAccess(base: base, dataType, columnStride: 1)
  }

  /// One number a row, consecutive over the matrices too.
  package static func perRow(
    base: Int, _ space: TileSpace, _ dataType: DataType = .float32
  ) -> TileAccess {
    TileAccess(base: base, dataType, outerStride: space.rows, rowStride: 1)
  }

  /// One number.
  package static func scalar(base: Int, _ dataType: DataType = .float32) -> TileAccess {
    TileAccess(base: base, dataType)
  }
}

/// What a value has a number for: every element, every row, every column, or once for all of a
/// matrix.
enum TileExtent: UInt8, Hashable {
  case full, row, column, scalar

  /// The smallest extent that holds both.
  static func join(_ a: TileExtent, _ b: TileExtent) -> TileExtent {
    if a == b || b == .scalar { return a }
    return a == .scalar ? b : .full
  }
}

extension TileAccess {
  /// Whether the accesses may share memory: whether the stretches between their first and last
  /// elements do.
  func mayOverlap(_ other: TileAccess, in space: TileSpace) -> Bool {
    base == other.base && bytes(in: space).overlaps(other.bytes(in: space))
  }

  private func bytes(in space: TileSpace) -> Range<Int> {
    if space.count == 0 { return 0..<0 }
    var first = offset, last = offset
    for (length, stride) in [
      (space.outer, outerStride), (space.rows, rowStride), (space.columns, columnStride),
    ] {
      let way = (length - 1) * stride
      if way < 0 { first += way } else { last += way }
    }
    return first * dataType.byteCount..<(last + 1) * dataType.byteCount
  }

  var extent: TileExtent {
    columnStride == 1
      ? (rowStride == 0 ? .column : .full) : (rowStride == 0 ? .scalar : .row)
  }
}
