import Arrays

extension Graph {
  /// Where the gradient of a maximum pooling passes a ReLU's next, lets it pass that before it is
  /// spread: a window's maximum is positive exactly where the element is to which its gradient goes,
  /// so the pooled numbers decide, which are a quarter as many for windows of 2 × 2. Sums over
  /// images and places are the same before and after.
  package mutating func maskPooledGradients() {
    let uses = GraphUses(self)
    var masks: [Int: PooledMask] = [:]
    for number in instructions.indices {
      guard let mask = PooledMask(of: number, in: self, uses) else { continue }
      masks[mask.activation] = mask
    }
    if masks.isEmpty { return }
    let spread = Dictionary(uniqueKeysWithValues: masks.values.map { ($0.pooling, $0) })
    var sources: [Int: Operand] = [:]
    let old = instructions
    instructions = []
    for (number, instruction) in old.enumerated() {
      if masks[number] != nil { continue }
      if let mask = spread[number] {
        let masked = emit(mask)
        sources[old[mask.activation].outputs[0].value] = masked
        let indices = instruction.inputs[1]
        finish(instruction.operation, [masked, indices], as: old[mask.activation].outputs[0])
        continue
      }
      var instruction = instruction
      if case .reduce(.sum, let axes) = instruction.operation,
        let source = sources[instruction.inputs[0].value],
        instruction.inputs[0].layout == values[instruction.inputs[0].value].layout,
        source.layout.rank == instruction.inputs[0].layout.rank,
        (2..<source.layout.rank).allSatisfy({ axes.contains($0) })
      {
        instruction.inputs[0] = source
      }
      instructions.append(instruction)
    }
  }

  /// The gradient of the pooled numbers where these are positive, in their layout.
  private mutating func emit(_ mask: PooledMask) -> Operand {
    var cotangent = mask.cotangent
    if !cotangent.layout.hasSameStrides(as: mask.pooled.layout) {
      cotangent = emit(.copy, [cotangent], mask.pooled.layout)
    }
    return emit(.reluGradient, mask.pooled, cotangent)
  }
}

/// A maximum pooling's gradient that only a ReLU's reads.
private struct PooledMask {
  /// The places of both instructions.
  let pooling: Int
  let activation: Int
  let pooled: Graph.Operand
  let cotangent: Graph.Operand

  /// nil where instruction `number` is no such gradient.
  init?(of number: Int, in graph: Graph, _ uses: GraphUses) {
    let instruction = graph.instructions[number]
    guard case .poolBackward(.maximum, let geometry) = instruction.operation,
      let output = instruction.outputs.first, graph.isWhole(output),
      graph.values[output.value].dataType == .float32, uses.isReadOnce(output.value)
    else { return nil }
    let reader = graph.instructions[uses.readers[output.value][0]]
    let writer = uses.writer[instruction.inputs[1].value]
    guard case .binary(.reluGradient) = reader.operation, writer >= 0,
      reader.inputs[1] == Graph.Operand(output.value, output.layout),
      reader.outputs[0].predecessor == nil, reader.outputs[0].layout == output.layout
    else { return nil }
    let forward = graph.instructions[writer]
    guard case .pool(.maximum, let other) = forward.operation, other == geometry,
      forward.inputs[0] == reader.inputs[0], forward.outputs.count == 2,
      graph.isWhole(forward.outputs[0]), uses.successor[forward.outputs[0].value] == nil
    else { return nil }
    pooling = number
    activation = uses.readers[output.value][0]
    pooled = Graph.Operand(forward.outputs[0].value, forward.outputs[0].layout)
    cotangent = instruction.inputs[0]
  }
}
