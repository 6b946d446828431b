extension Graph {
  /// Removes the instructions whose results nobody reads.
  package mutating func removeDeadCode() {
    var isNeeded = Array(repeating: false, count: values.count)
    for result in results { isNeeded[result] = true }
    var kept: [Instruction] = []
    for instruction in instructions.reversed() {
      let isUseful =
        instruction.operation.hasEffect || instruction.outputs.contains { isNeeded[$0.value] }
      if !isUseful { continue }
      for value in instruction.reads { isNeeded[value] = true }
      kept.append(instruction)
    }
    instructions = kept.reversed()
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
