import Arrays

extension Graph {
  /// Lets readers of a copy read the view that was copied, where they take any strides: transposes
  /// and slices in front of products and reductions become strides of their operands.
  ///
  /// A copy that puts the elements in another order stays in front of element-wise operations, which
  /// would read them at random again and again.
  package mutating func forwardViews() {
    let uses = GraphUses(self)
    // A copy is read as what it copies, as that is read itself.
    var source: [Int: (original: Operand, layout: Layout)] = [:]
    func view(_ operand: Operand) -> Operand? {
      guard let (original, layout) = source[operand.value],
        let moved = operand.layout.moved(from: layout, to: original.layout)
      else { return nil }
      return Operand(original.value, moved)
    }
    for number in instructions.indices {
      for (place, input) in instructions[number].inputs.enumerated() {
        guard let seen = view(input) else { continue }
        if instructions[number].operation.accepts(seen.layout, at: place, for: input.layout) {
          instructions[number].inputs[place] = seen
        }
      }
      let instruction = instructions[number]
      guard instruction.operation == .copy, let output = instruction.outputs.first,
        isWhole(output), dataType(instruction.inputs[0]) == values[output.value].dataType,
        uses.successor[instruction.inputs[0].value] == nil
      else { continue }
      source[output.value] = (instruction.inputs[0], output.layout)
    }
  }
}

extension Operation {
  /// Whether an operand may have another layout than it has, and is read about as fast.
  func accepts(_ layout: Layout, at place: Int, for present: Layout) -> Bool {
    switch self {
    case .copy, .unary, .binary, .compare, .select:
      return layout.hasSameStrides(as: present) || layout.keepsOrder
    case .reduce: return layout.keepsOrder
    case .wait: return true
    // A body is made for the layout of what it captures.
    case .loop, .branch: return layout == present
    case .matmul, .batchedProduct: return place < 2 && layout.isMatrix
    default: return layout == present || layout.offset == 0 && layout.isContiguous
    }
  }
}

extension Layout {
  /// Whether memory is walked forward, or stood still on, when elements are taken in their order.
  var keepsOrder: Bool {
    var next = 0
    for axis in shape.indices.reversed() where shape[axis] != 1 && strides[axis] != 0 {
      if strides[axis] < next { return false }
      next = strides[axis]
    }
    return true
  }
}
