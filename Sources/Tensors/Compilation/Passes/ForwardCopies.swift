import Arrays

extension Graph {
  /// Reads the source of a copy in the place of the copy where both hold the same numbers in the
  /// same order. Whoever changes such a value in place finds out at last whether it is read by
  /// others, and only then copies it.
  package mutating func forwardCopies() {
    var source = Array(values.indices)
    var kept: [Instruction] = []
    kept.reserveCapacity(instructions.count)
    for var instruction in instructions {
      instruction.replaceValues { source[$0] }
      if let (copy, original) = redundantCopy(instruction) {
        source[copy] = original
      } else {
        kept.append(instruction)
      }
    }
    instructions = kept
    results = results.map { source[$0] }
  }

  private func redundantCopy(_ instruction: Instruction) -> (Int, Int)? {
    guard instruction.operation == .copy else { return nil }
    let (input, output) = (instruction.inputs[0], instruction.outputs[0])
    let isSame =
      output.predecessor == nil && values[input.value].dataType == values[output.value].dataType
      && input.layout == values[input.value].layout
      && output.layout == values[output.value].layout && input.layout == output.layout
    return isSame ? (output.value, input.value) : nil
  }
}

extension Graph.Instruction {
  /// Replaces every value that is read.
  package mutating func replaceValues(_ replacement: (Int) -> Int) {
    if case .fused(let fusion) = operation {
      operation = .fused(fusion.replacingValues(replacement))
    }
    for index in inputs.indices { inputs[index].value = replacement(inputs[index].value) }
    for index in outputs.indices {
      if let predecessor = outputs[index].predecessor {
        outputs[index].predecessor = replacement(predecessor)
      }
    }
  }

  /// The values that are read, those that are changed in place among them.
  package var reads: [Int] { inputs.map(\.value) + outputs.compactMap(\.predecessor) }
}
