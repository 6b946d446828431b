import Arrays

extension Graph {
  /// Computes once what several instructions compute alike: the same operation on the same views.
  ///
  /// A value that another one starts from stays its own, so that it can be overwritten in place. So
  /// do random numbers: who draws from one place twice does so in order not to keep them.
  package mutating func mergeCommonSubexpressions() {
    let uses = GraphUses(self)
    var source = Array(values.indices)
    var known: [InstructionKey: Int] = [:]
    known.reserveCapacity(instructions.count)
    var kept: [Instruction] = []
    kept.reserveCapacity(instructions.count)
    for var instruction in instructions {
      instruction.replaceValues { source[$0] }
      let isMergeable =
        !instruction.operation.isRandom
        && instruction.outputs.allSatisfy { isWhole($0) && uses.successor[$0.value] == nil }
      if isMergeable {
        let key = InstructionKey(instruction, in: self)
        if let number = known[key] {
          for (output, same) in zip(instruction.outputs, kept[number].outputs) {
            source[output.value] = same.value
          }
          continue
        }
        known[key] = kept.count
      }
      kept.append(instruction)
    }
    instructions = kept
    results = results.map { source[$0] }
  }
}

/// What two instructions have in common that compute the same. Arrays at constant addresses are the
/// same constant: `Trace` makes one value of each.
private struct InstructionKey: Hashable {
  let operation: Operation
  /// 0 and −0 are equal, but do not compute the same.
  let parameterBits: [UInt64]
  let inputs: [Graph.Operand]
  let layouts: [Layout]
  let dataTypes: [DataType]

  init(_ instruction: Graph.Instruction, in graph: Graph) {
    operation = instruction.operation
    parameterBits = instruction.operation.parameterBits
    inputs = instruction.inputs
    layouts = instruction.outputs.map(\.layout)
    dataTypes = instruction.outputs.map { graph.values[$0.value].dataType }
  }
}

extension Operation {
  fileprivate var isRandom: Bool { if case .random = self { true } else { false } }

  /// The numbers of an element-wise operation, where the sign of zero matters.
  fileprivate var parameterBits: [UInt64] {
    switch self {
    case .fill(let value): [value.bitPattern]
    case .unary(.scale(let value)), .unary(.shift(let value)), .unary(.power(let value)),
      .unary(.leakyReLU(let value)):
      [value.bitPattern]
    case .unary(.clamp(let lower, let upper)): [lower.bitPattern, upper.bitPattern]
    default: []
    }
  }
}
