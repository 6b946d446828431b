import Arrays
import CKernels

extension TileProgram {
  /// Whether tiles hold values of this type.
  package static func supports(_ dataType: DataType) -> Bool { dataType.tileType != nil }

  /// Whether an instruction computes this on values of this type.
  package static func supports(_ operation: UnaryOperation, on dataType: DataType) -> Bool {
    operation == .logicalNot
      ? dataType == .bool
      : dataType == .float32 && (operation.code != nil || operation.logicCode != nil)
  }

  /// Whether an instruction computes this on values of this type.
  package static func supports(_ operation: BinaryOperation, on dataType: DataType) -> Bool {
    operation.logicCode != nil ? dataType == .bool : dataType == .float32
  }

  /// Whether an instruction compares values of this type.
  package static func supports(comparisonOf dataType: DataType) -> Bool {
    dataType == .float32 || dataType == .int64
  }

  /// Whether a program may reduce float32 values so.
  package static func supports(_ operation: ReductionOperation) -> Bool { operation.code != nil }

  /// Whether an instruction converts so.
  package static func supports(conversionFrom source: DataType, to target: DataType) -> Bool {
    guard let source = source.tileType, let target = target.tileType else { return false }
    return kernel_tile_convert(source, target) != nil
  }

  /// The type and extent of every value; stops where an instruction does not fit its operands.
  func checked() -> [TileValueKind] {
    var kinds: [TileValueKind] = []
    for (index, instruction) in instructions.enumerated() {
      for operand in instruction.operands where operand.index >= index {
        stop("tile program: instruction \(index) reads value \(operand.index), which comes later")
      }
      guard let kind = kind(of: instruction, kinds) else {
        let types = instruction.operands.map { kinds[$0.index].dataType.description }
        stop("tile program: no \(instruction) of \(types.joined(separator: ", "))")
      }
      kinds.append(kind)
    }
    for output in outputs where !fits(output, kinds) {
      stop("tile program: \(output) does not fit a value of \(kinds[output.value.index].dataType)")
    }
    return kinds
  }

  private func kind(of instruction: Instruction, _ kinds: [TileValueKind]) -> TileValueKind? {
    func extent(_ x: Value, _ y: Value) -> TileExtent {
      .join(kinds[x.index].extent, kinds[y.index].extent)
    }
    switch instruction {
    case .load(let access):
      guard TileProgram.supports(access.dataType), 0...1 ~= access.columnStride else { return nil }
      return TileValueKind(access.dataType, access.extent)
    case .constant: return TileValueKind(.float32, .scalar)
    case .unary(let operation, let x):
      let kind = kinds[x.index]
      guard TileProgram.supports(operation, on: kind.dataType) else { return nil }
      return TileValueKind(operation.logicCode == nil ? .float32 : .bool, kind.extent)
    case .binary(let operation, let x, let y):
      let dataType = kinds[x.index].dataType
      guard kinds[y.index].dataType == dataType, TileProgram.supports(operation, on: dataType)
      else { return nil }
      return TileValueKind(dataType, extent(x, y))
    case .compare(_, let x, let y):
      let dataType = kinds[x.index].dataType
      guard kinds[y.index].dataType == dataType,
        TileProgram.supports(comparisonOf: dataType)
      else { return nil }
      return TileValueKind(.bool, extent(x, y))
    case .select(let condition, let x, let y):
      guard kinds[condition.index].dataType == .bool, kinds[x.index].dataType == .float32,
        kinds[y.index].dataType == .float32
      else { return nil }
      return TileValueKind(.float32, .join(kinds[condition.index].extent, extent(x, y)))
    case .convert(let x, let dataType):
      let kind = kinds[x.index]
      guard TileProgram.supports(conversionFrom: kind.dataType, to: dataType) else { return nil }
      return TileValueKind(dataType, kind.extent)
    case .reduceRow(let operation, let x):
      guard kinds[x.index].dataType == .float32, TileProgram.supports(operation) else { return nil }
      return TileValueKind(.float32, .row)
    case .element(let x, let index):
      guard kinds[x.index].dataType == .float32, kinds[index.index].isIndex else { return nil }
      return TileValueKind(.float32, .row)
    case .columnEquals(let index):
      guard kinds[index.index].isIndex else { return nil }
      return TileValueKind(.bool, .full)
    }
  }

  private func fits(_ output: Output, _ kinds: [TileValueKind]) -> Bool {
    guard kinds.indices ~= output.value.index, 0...1 ~= output.access.columnStride else {
      return false
    }
    let kind = kinds[output.value.index], access = output.access
    switch output {
    case .store:
      return kind.dataType == access.dataType
        && TileExtent.join(kind.extent, access.extent) == access.extent
    case .columns(let operation, _, _):
      return kind.dataType == .float32 && access.dataType == .float32
        && TileProgram.supports(operation)
    case .total(let operation, _, _):
      return kind.dataType == .float32 && access.dataType == .float32
        && TileProgram.supports(operation)
    case .rowTotal(let operation, _, _):
      return kind.dataType == .float32 && access.dataType == .float32
        && TileProgram.supports(operation) && (kind.extent == .row || kind.extent == .scalar)
    }
  }
}

/// What a value holds.
struct TileValueKind {
  var dataType: DataType
  var extent: TileExtent

  init(_ dataType: DataType, _ extent: TileExtent) {
    self.dataType = dataType
    self.extent = extent
  }

  /// Whether it is a column's number for each row.
  var isIndex: Bool { dataType == .int64 && (extent == .row || extent == .scalar) }
}

extension DataType {
  /// nil where tiles do not hold it.
  var tileType: kernel_tile_type? {
    switch self {
    case .float32: KERNEL_TILE_FLOAT32
    case .bool: KERNEL_TILE_BOOL
    case .int64: KERNEL_TILE_INT64
    default: nil
    }
  }
}

extension UnaryOperation {
  /// nil where the result is not bool.
  var logicCode: kernel_tile_logic? {
    switch self {
    case .logicalNot: KERNEL_LOGICAL_NOT
    case .isNaN: KERNEL_IS_NAN
    case .isFinite: KERNEL_IS_FINITE
    case .isInfinite: KERNEL_IS_INFINITE
    default: nil
    }
  }
}

extension BinaryOperation {
  /// nil for the operations on numbers.
  var logicCode: kernel_tile_logic? {
    switch self {
    case .logicalAnd: KERNEL_LOGICAL_AND
    case .logicalOr: KERNEL_LOGICAL_OR
    case .logicalXor: KERNEL_LOGICAL_XOR
    default: nil
    }
  }
}
