extension Graph {
  /// Removes the instructions whose results nobody reads, and the places of maxima that nobody reads.
  package mutating func removeDeadCode() {
    var isNeeded = Array(repeating: false, count: values.count)
    for result in results { isNeeded[result] = true }
    var kept: [Instruction] = []
    for instruction in instructions.reversed() {
      let isUseful =
        instruction.operation.hasEffect || instruction.outputs.contains { isNeeded[$0.value] }
      if !isUseful { continue }
      for value in instruction.reads { isNeeded[value] = true }
      kept.append(instruction.withoutPlaces { !isNeeded[$0] })
    }
    instructions = kept.reversed()
  }
}

extension Graph.Instruction {
  /// A pooling gives its maxima alone where their places are not needed.
  fileprivate func withoutPlaces(_ isIdle: (Int) -> Bool) -> Graph.Instruction {
    guard case .pool = operation, outputs.count == 2, isIdle(outputs[1].value) else { return self }
    return Graph.Instruction(operation, inputs, [outputs[0]])
  }
}

extension Operation {
  /// Whether the instruction does something beside its results: it may stop.
  package var hasEffect: Bool {
    switch self {
    case .settleIndices: true
    case .loop(let loop): loop.body.hasEffect || loop.condition?.hasEffect ?? false
    case .branch(let branch): branch.first.hasEffect || branch.second.hasEffect
    default: false
    }
  }
}
