import Arrays
import CPUBackend

extension Graph {
  /// Runs instructions on numbers that are known now.
  ///
  /// What is one number everywhere becomes a `fill`, whatever its size, and is read as a broadcast
  /// constant by element-wise operations; other results become constants where they are small.
  package mutating func foldConstants() {
    var uniform = UniformValues(self)
    let uses = GraphUses(self)
    var kept: [Instruction] = []
    kept.reserveCapacity(instructions.count)
    for var instruction in instructions {
      let areWhole = instruction.outputs.allSatisfy { isWhole($0) }
      if areWhole, let number = uniformResult(of: instruction, uniform) {
        instruction.operation = .fill(number)
        instruction.inputs = []
        uniform.set(instruction.outputs[0].value, to: number)
      } else if areWhole, fold(instruction, uses) {
        continue
      }
      if instruction.operation.readsBroadcast {
        for (index, input) in instruction.inputs.enumerated() {
          guard let number = uniform[input] else { continue }
          instruction.inputs[index] = uniform.operand(
            number, dataType(input), shape: input.layout.shape, in: &self)
        }
      }
      kept.append(instruction)
    }
    instructions = kept
  }

  /// The number that an instruction writes everywhere.
  private func uniformResult(of instruction: Instruction, _ uniform: UniformValues) -> Double? {
    let output = values[instruction.outputs[0].value]
    if case .fill(let value) = instruction.operation {
      return UniformValues.rounded(value, to: output.dataType)
    }
    guard instruction.operation.readsBroadcast else { return nil }
    var operands: [NDArray] = []
    for input in instruction.inputs {
      guard let number = uniform[input] else { return nil }
      let array = NDArray(allocated: Layout(contiguous: [1]), dataType(input))
      CPUBackend().fill(array, with: number)
      operands.append(array)
    }
    let result = NDArray(allocated: Layout(contiguous: [1]), output.dataType)
    instruction.operation.run(on: CPUBackend(), operands, into: [result])
    return UniformValues.number(in: result)
  }

  /// Constants larger than this are made at every run rather than kept.
  private static var largestConstant: Int { 1 << 16 }

  /// Makes the outputs of an instruction constants, if its operands are.
  private mutating func fold(_ instruction: Instruction, _ uses: GraphUses) -> Bool {
    switch instruction.operation {
    case .fill, .loop, .branch: return false
    default: break
    }
    var operands: [NDArray] = []
    for input in instruction.inputs {
      guard case .constant(let array) = values[input.value].origin else { return false }
      operands.append(array.view(input.layout))
    }
    // Constants are not overwritten, and results are written to memory of their own.
    let isFoldable = instruction.outputs.allSatisfy {
      values[$0.value].byteCount <= Graph.largestConstant && uses.successor[$0.value] == nil
        && !uses.isResult[$0.value] && $0.layout == values[$0.value].layout
    }
    if !isFoldable || instruction.operation.hasEffect { return false }
    let results = instruction.outputs.map {
      NDArray(allocated: $0.layout, values[$0.value].dataType)
    }
    instruction.operation.run(on: CPUBackend(), operands, into: results)
    for (output, array) in zip(instruction.outputs, results) {
      values[output.value].origin = .constant(array)
    }
    return true
  }
}

extension Operation {
  /// Whether every operand may be one number, seen with strides of zero.
  var readsBroadcast: Bool {
    switch self {
    case .copy, .unary, .binary, .compare, .select: true
    default: false
    }
  }
}
