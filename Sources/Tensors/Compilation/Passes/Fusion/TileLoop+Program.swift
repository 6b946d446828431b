import Arrays
import CPUBackend

extension TileLoop {
  /// The loop as a program; `stored` are the values that others read. The index of a base pointer
  /// is the number of a value, `bases[value]`, which is the same for all values in one memory.
  func program(in graph: Graph, bases: [Int], storing stored: Set<Int>) -> TileProgram {
    var builder = TileBuilder(graph, bases)
    for (index, member) in members.enumerated() {
      builder.add(member, folds[index], isStored: stored.contains(member.output.value))
    }
    return builder.program
  }
}

/// Writes the program of a loop, member by member.
private struct TileBuilder {
  var program = TileProgram()
  private let graph: Graph
  /// What holds each value that a member made.
  private var made: [TileWalk: TileProgram.Value] = [:]
  private var loaded: [TileAccess: TileProgram.Value] = [:]

  private let bases: [Int]

  init(_ graph: Graph, _ bases: [Int]) {
    self.graph = graph
    self.bases = bases
  }

  private func access(_ walk: TileWalk) -> TileAccess {
    let strides = [Int](repeating: 0, count: 3 - walk.strides.count) + walk.strides
    return TileAccess(
      base: bases[walk.value], graph.values[walk.value].dataType, offset: walk.offset,
      outerStride: strides[0], rowStride: strides[1], columnStride: strides[2])
  }

  private mutating func read(_ walk: TileWalk) -> TileProgram.Value {
    if let value = made[walk] { return value }
    let access = access(walk)
    if let value = loaded[access] { return value }
    let value = program.load(access)
    loaded[access] = value
    return value
  }

  mutating func add(_ member: TileMember, _ fold: TileLoop.Fold?, isStored: Bool) {
    let operands = member.inputs.map { read($0) }
    let target = access(member.output)
    if case .reduce(let operation, _) = member.instruction.operation {
      switch fold {
      case .columns: return program.reduceColumns(operation, operands[0], to: target)
      case .total where member.isRowwise:
        return program.reduceRowNumbers(operation, operands[0], to: target)
      case .total: return program.reduceAll(operation, operands[0], to: target)
      case .row, nil: break
      }
    }
    let value = compute(member, operands, target.dataType)
    made[member.output] = value
    if isStored { program.store(value, to: target) }
  }

  private mutating func compute(
    _ member: TileMember, _ operands: [TileProgram.Value], _ type: DataType
  ) -> TileProgram.Value {
    switch member.instruction.operation {
    case .fill(let number): return program.constant(number)
    case .copy:
      let source = graph.dataType(member.instruction.inputs[0])
      return source == type ? operands[0] : program.convert(operands[0], to: type)
    case .unary(let operation): return program.unary(operation, operands[0])
    case .binary(let operation): return program.binary(operation, operands[0], operands[1])
    case .compare(let operation): return program.compare(operation, operands[0], operands[1])
    case .select: return program.select(operands[0], operands[1], operands[2])
    case .addScaled(let scale):
      return program.binary(.add, operands[1], program.unary(.scale(Double(scale)), operands[0]))
    case .reduce(let operation, _): return program.reduceRow(operation, operands[0])
    case .takeAlongAxis: return program.element(of: operands[0], at: operands[1])
    case .putAlongAxis:
      guard case .putAlongAxis(.add, _) = member.instruction.operation else {
        return program.select(program.columnEquals(operands[1]), operands[0], operands[2])
      }
      let sum = program.binary(.add, operands[2], operands[0])
      return program.select(program.columnEquals(operands[1]), sum, operands[2])
    default: stop("compile: an instruction that tiles do not compute")
    }
  }
}
