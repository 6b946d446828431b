import Arrays
import CPUBackend

/// Memory for a tile program, and a plain evaluation of it: every instruction over the whole space
/// in float64, by the reference backend.
struct TileFixture {
  let space: TileSpace
  /// Whether arrays lie inside wider ones.
  let isSliced: Bool
  private(set) var arrays: [NDArray] = []
  private var shape: Shape { [space.outer, space.rows, space.columns] }

  init(_ space: TileSpace, isSliced: Bool) {
    self.space = space
    self.isSliced = isSliced
  }

  /// A source of this extent: full where both are true, one number a row, a column, or one.
  mutating func source(
    byRow: Bool = true, byColumn: Bool = true, _ dataType: DataType = .float32
  ) -> TileAccess {
    let access = place(byRow: byRow, byColumn: byColumn, dataType)
    let count = 8 + 2 * space.outer * max(space.rows, 1) * (space.columns + 5)
    arrays.append(
      dataType == .int64
        ? indices([count], below: max(space.columns, 1), seed: UInt64(arrays.count + 3))
        : numbers([count], UInt64(arrays.count + 1), dataType))
    return access
  }

  /// A place for results.
  mutating func destination(
    byRow: Bool = true, byColumn: Bool = true, _ dataType: DataType = .float32
  ) -> TileAccess { source(byRow: byRow, byColumn: byColumn, dataType) }

  private func place(byRow: Bool, byColumn: Bool, _ dataType: DataType) -> TileAccess {
    let width = byColumn ? space.columns + (isSliced ? 5 : 0) : isSliced ? 2 : 1
    return TileAccess(
      base: arrays.count, dataType, offset: isSliced ? 3 : 0,
      outerStride: byRow ? space.rows * width : 0, rowStride: byRow ? width : 0,
      columnStride: byColumn ? 1 : 0)
  }

  /// Copies of all arrays, so that several runs begin alike.
  func copies() -> [NDArray] {
    arrays.map {
      let copy = NDArray(uninitialized: $0.layout, $0.dataType)
      reference.copy($0, into: copy)
      return copy
    }
  }

  // MARK: The plain evaluation

  private func read(_ access: TileAccess, _ arrays: [NDArray]) -> NDArray {
    let array = arrays[access.base]
    let view = array.view(layout(access))
    let copy = NDArray(
      uninitialized: Layout(contiguous: shape),
      access.dataType == .float32 ? .float64 : access.dataType)
    reference.copy(view, into: copy)
    return copy
  }

  private func layout(_ access: TileAccess) -> Layout {
    Layout(
      shape: shape, strides: [access.outerStride, access.rowStride, access.columnStride],
      offset: access.offset)
  }

  private func make(_ dataType: DataType = .float64) -> NDArray {
    NDArray(uninitialized: Layout(contiguous: shape), dataType)
  }

  private func evaluate(_ program: TileProgram, _ arrays: [NDArray]) -> [NDArray] {
    var values: [NDArray] = []
    for instruction in program.instructions {
      var z = make()
      switch instruction {
      case .load(let access): z = read(access, arrays)
      case .constant(let number): reference.fill(z, with: Double(Float(number)))
      case .unary(let operation, let x):
        switch operation {
        case .logicalNot, .isNaN, .isFinite, .isInfinite: z = make(.bool)
        default: break
        }
        reference.unary(operation, values[x.index], into: z)
      case .binary(let operation, let x, let y):
        z = make(values[x.index].dataType)
        reference.binary(operation, values[x.index], values[y.index], into: z)
      case .compare(let operation, let x, let y):
        z = make(.bool)
        reference.compare(operation, values[x.index], values[y.index], into: z)
      case .select(let condition, let x, let y):
        reference.select(values[condition.index], values[x.index], values[y.index], into: z)
      case .convert(let x, let dataType):
        z = make(dataType == .float32 ? .float64 : dataType)
        reference.copy(values[x.index], into: z)
      case .reduceRow(let operation, let x):
        let rows = NDArray(
          uninitialized: Layout(contiguous: [space.outer, space.rows, 1]), .float64)
        if space.columns > 0 || operation == .sum {
          reference.reduce(operation, values[x.index], axes: [2], into: rows)
        }
        reference.copy(rows.view(Layout(shape: shape, strides: [space.rows, 1, 0])), into: z)
      case .element(let x, let index):
        eachRow { row in
          let first = row * space.columns
          let column = Int(values[index.index].pointer(as: Int64.self)[first])
          let value = values[x.index].pointer(as: Double.self)[first + column]
          for i in 0..<space.columns { z.pointer(as: Double.self)[first + i] = value }
        }
      case .columnEquals(let index):
        z = make(.bool)
        eachRow { row in
          let first = row * space.columns
          let column = Int(values[index.index].pointer(as: Int64.self)[first])
          for i in 0..<space.columns {
            z.pointer(as: UInt8.self)[first + i] = i == column ? 1 : 0
          }
        }
      }
      values.append(z)
    }
    return values
  }

  private func eachRow(_ body: (Int) -> Void) {
    if space.columns == 0 { return }
    for row in 0..<space.outer * space.rows { body(row) }
  }

  /// Writes into `arrays` what the program should.
  func expect(_ program: TileProgram, in arrays: [NDArray]) {
    let values = evaluate(program, arrays)
    for output in program.outputs {
      switch output {
      case .store(let value, let access):
        reference.copy(values[value.index], into: arrays[access.base].view(layout(access)))
      case .columns(let operation, let value, let access):
        let result = arrays[access.base].view(
          Layout(shape: [1, 1, space.columns], strides: [0, 0, 1], offset: access.offset))
        reduce(operation, values[value.index], axes: [0, 1], into: result)
      case .total(let operation, let value, let access):
        reduce(operation, values[value.index], axes: [0, 1, 2], into: single(access, arrays))
      case .rowTotal(let operation, let value, let access):
        let rows = values[value.index].view(
          Layout(
            shape: [space.outer, space.rows, 1],
            strides: [space.rows * space.columns, space.columns, 1]))
        let source = space.columns > 0 ? rows : values[value.index]
        reduce(operation, source, axes: [0, 1, 2], into: single(access, arrays))
      }
    }
  }

  /// The one number to which a reduction writes.
  private func single(_ access: TileAccess, _ arrays: [NDArray]) -> NDArray {
    arrays[access.base].view(
      Layout(shape: [1, 1, 1], strides: [0, 0, 0], offset: access.offset))
  }

  /// Whether an array holds numbers by row or by column of a space without elements, which this
  /// evaluation does not know.
  func isUnknown(_ base: Int, _ program: TileProgram) -> Bool {
    space.count == 0
      && program.outputs.contains {
        guard case .store(_, let access) = $0 else { return false }
        return access.base == base && (access.rowStride == 0 || access.columnStride == 0)
      }
  }

  private func reduce(
    _ operation: ReductionOperation, _ value: NDArray, axes: [Int], into result: NDArray
  ) {
    let wide = NDArray(uninitialized: Layout(contiguous: result.shape), .float64)
    reference.reduce(operation, value, axes: axes, into: wide)
    reference.copy(wide, into: result)
  }
}
