import Arrays

/// Element-wise operations and the reductions among and after them, which run over tiles that stay
/// in the first-level cache instead of writing intermediates to memory.
///
/// Every instruction makes one value from earlier ones: a number for each element of the space, or
/// only for each row, each column or the whole, as its operands have it. What is the same for all
/// rows is computed once a block, not once a row. Outputs are stored, or reduced to one number a
/// column or to one number.
///
/// Values are float32, bool or int64 (indices and labels: loaded, compared and converted only).
/// A destination may be memory that the program also reads only when both accesses are equal and of
/// the same base; different bases must not overlap. What is stored unchanged from a load is written
/// first, in the order of the outputs.
package struct TileProgram: Sendable, Hashable {
  /// The result of an instruction.
  package struct Value: Sendable, Hashable {
    package let index: Int
  }

  package enum Instruction: Sendable, Hashable {
    case load(TileAccess)
    /// A float32 number.
    case constant(Double)
    case unary(UnaryOperation, Value)
    case binary(BinaryOperation, Value, Value)
    case compare(ComparisonOperation, Value, Value)
    /// Condition ? a : b.
    case select(Value, Value, Value)
    /// Bool and int64 to float32, float32 to bool.
    case convert(Value, DataType)
    /// One number a row: the sum, mean, maximum or minimum over the columns.
    case reduceRow(ReductionOperation, Value)
    /// One number a row: value[row, index[row]]; NaN where the index is no column.
    case element(Value, index: Value)
    /// Bool: whether a column's number is index[row].
    case columnEquals(Value)
  }

  package enum Output: Sendable, Hashable {
    /// Writes a value, repeated along the axes that the access has and the value has not.
    case store(Value, TileAccess)
    /// Over all rows of all matrices: one number a column.
    case columns(ReductionOperation, Value, TileAccess)
    /// Over every element, however many of them share a number: one number.
    case total(ReductionOperation, Value, TileAccess)
    /// Over all rows of all matrices, of a value that has at most one number a row: one number.
    case rowTotal(ReductionOperation, Value, TileAccess)
  }

  package internal(set) var instructions: [Instruction] = []
  package internal(set) var outputs: [Output] = []

  package init() {}

  private mutating func append(_ instruction: Instruction) -> Value {
    instructions.append(instruction)
    return Value(index: instructions.count - 1)
  }

  package mutating func load(_ access: TileAccess) -> Value { append(.load(access)) }

  package mutating func constant(_ number: Double) -> Value { append(.constant(number)) }

  package mutating func unary(_ operation: UnaryOperation, _ x: Value) -> Value {
    append(.unary(operation, x))
  }

  package mutating func binary(_ operation: BinaryOperation, _ x: Value, _ y: Value) -> Value {
    append(.binary(operation, x, y))
  }

  package mutating func compare(
    _ operation: ComparisonOperation, _ x: Value, _ y: Value
  ) -> Value { append(.compare(operation, x, y)) }

  package mutating func select(_ condition: Value, _ x: Value, _ y: Value) -> Value {
    append(.select(condition, x, y))
  }

  package mutating func convert(_ x: Value, to dataType: DataType) -> Value {
    append(.convert(x, dataType))
  }

  package mutating func reduceRow(_ operation: ReductionOperation, _ x: Value) -> Value {
    append(.reduceRow(operation, x))
  }

  package mutating func element(of x: Value, at index: Value) -> Value {
    append(.element(x, index: index))
  }

  package mutating func columnEquals(_ index: Value) -> Value { append(.columnEquals(index)) }

  package mutating func store(_ value: Value, to access: TileAccess) {
    outputs.append(.store(value, access))
  }

  package mutating func reduceColumns(
    _ operation: ReductionOperation, _ value: Value, to access: TileAccess
  ) { outputs.append(.columns(operation, value, access)) }

  package mutating func reduceAll(
    _ operation: ReductionOperation, _ value: Value, to access: TileAccess
  ) { outputs.append(.total(operation, value, access)) }

  package mutating func reduceRowNumbers(
    _ operation: ReductionOperation, _ value: Value, to access: TileAccess
  ) { outputs.append(.rowTotal(operation, value, access)) }
}

extension TileProgram.Instruction {
  /// The values it reads.
  var operands: [TileProgram.Value] {
    switch self {
    case .load, .constant: []
    case .unary(_, let x), .convert(let x, _), .reduceRow(_, let x), .columnEquals(let x): [x]
    case .binary(_, let x, let y), .compare(_, let x, let y), .element(let x, let y): [x, y]
    case .select(let condition, let x, let y): [condition, x, y]
    }
  }

  /// Whether it needs all columns of a row at once.
  var needsWholeRow: Bool {
    switch self {
    case .reduceRow, .element: true
    default: false
    }
  }
}

extension TileProgram.Output {
  var value: TileProgram.Value {
    switch self {
    case .store(let value, _), .columns(_, let value, _), .total(_, let value, _),
      .rowTotal(_, let value, _):
      value
    }
  }

  var access: TileAccess {
    switch self {
    case .store(_, let access), .columns(_, _, let access), .total(_, _, let access),
      .rowTotal(_, _, let access):
      access
    }
  }
}
