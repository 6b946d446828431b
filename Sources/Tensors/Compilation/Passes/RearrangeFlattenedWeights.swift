import Arrays

extension Graph {
  /// Lets a product read channels-last images where they lie, flattened as they are, in the place of
  /// a copy in the order of rows: the rows of its weight are brought in that order once, where the
  /// weight is an argument that the plan does not change. `packProducts` keeps the packed copy.
  ///
  /// Sums run in another order then.
  mutating func rearrangeFlattenedWeights() {
    let uses = GraphUses(self)
    let settled = SettledValues(self, uses)
    // By their channels too.
    var weights: [Operand: [Int: Operand]] = [:]
    let old = instructions
    instructions = []
    instructions.reserveCapacity(old.count)
    for instruction in old {
      var instruction = instruction
      if let images = flattenedImages(instruction, old, uses, settled) {
        let weight = instruction.inputs[1]
        let shape = images.layout.shape
        let rearranged = weights[weight]?[shape[1]] ?? rearranged(weight, for: shape)
        weights[weight, default: [:]][shape[1]] = rearranged
        let depth = weight.layout.shape[0]
        instruction.inputs[0] = Operand(
          images.value,
          Layout(
            shape: [shape[0], depth], strides: [depth, 1],
            offset: images.layout.offset))
        instruction.inputs[1] = rearranged
      }
      instructions.append(instruction)
    }
    removeDeadCode()
  }

  /// The images [N, C, spatial…], channels-last, whose copy the left operand of a product is.
  private func flattenedImages(
    _ instruction: Instruction, _ instructions: [Instruction], _ uses: GraphUses,
    _ settled: SettledValues
  ) -> Operand? {
    guard case .matmul = instruction.operation, dataType(instruction.inputs[0]) == .float32 else {
      return nil
    }
    let (a, b) = (instruction.inputs[0], instruction.inputs[1])
    guard a.layout.rank == 2, b.layout.rank == 2, a.layout.isContiguous,
      instruction.outputs[0].layout.isContiguous, isWorthPacking(instruction),
      case .input = values[b.value].origin, settled.arguments(of: b.value) != nil,
      uses.writer[a.value] >= 0, uses.readers[a.value].count == 1, !uses.isResult[a.value],
      uses.successor[a.value] == nil
    else { return nil }
    let copy = instructions[uses.writer[a.value]]
    guard case .copy = copy.operation, isWhole(copy.outputs[0]),
      copy.outputs[0].layout.isContiguous,
      dataType(copy.inputs[0]) == .float32
    else { return nil }
    let images = copy.inputs[0]
    guard images.layout.rank > 2, uses.successor[images.value] == nil,
      images.layout.shape[0] == a.layout.shape[0], images.layout.count == a.layout.count,
      images.layout.hasSameStrides(as: Layout(channelsLast: images.layout.shape))
    else { return nil }
    return images
  }

  /// A weight [channels · places, out] with the places of a channel apart: [places · channels, out].
  private mutating func rearranged(_ weight: Operand, for images: Shape) -> Operand {
    let (channels, out) = (images[1], weight.layout.shape[1])
    let depth = weight.layout.shape[0], places = depth / max(channels, 1)
    let (step, column) = (weight.layout.strides[0], weight.layout.strides[1])
    let source = Layout(
      shape: [out, places, channels], strides: [column, step, places * step],
      offset: weight.layout.offset)
    let copy = emit(.copy, [Operand(weight.value, source)], Layout(contiguous: source.shape))
    return Operand(copy.value, Layout(shape: [depth, out], strides: [1, depth], offset: 0))
  }
}
