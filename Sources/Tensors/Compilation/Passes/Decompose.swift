import Arrays

extension Graph {
  /// Writes composite instructions on float32 as element-wise ones and reductions, which loops over
  /// tiles gather with what surrounds them.
  package mutating func decompose() {
    let old = instructions
    instructions = []
    instructions.reserveCapacity(old.count)
    for instruction in old {
      if !decompose(instruction) { instructions.append(instruction) }
    }
  }

  /// Adds the parts of an instruction; false where it stays as it is.
  private mutating func decompose(_ instruction: Instruction) -> Bool {
    guard values[instruction.outputs[0].value].dataType == .float32,
      instruction.outputs.allSatisfy({ $0.predecessor == nil })
    else { return false }
    switch instruction.operation {
    case .rows(let operation): return decomposeRows(operation, instruction)
    case .rowsBackward(let operation): return decomposeRowsBackward(operation, instruction)
    case .normalize(let epsilon, let axes, let hasScale, let hasShift):
      return decomposeNormalize(epsilon, axes, hasScale, hasShift, instruction)
    case .moments(let axes): return decomposeMoments(axes, instruction)
    case .normalizeBackward(let epsilon, let axes, let hasScale, let wants):
      return decomposeNormalizeBackward(epsilon, axes, hasScale, wants, instruction)
    default: return false
    }
  }

  // MARK: Building

  /// Adds an instruction with a fresh result of this layout, which must be dense; gives its whole.
  mutating func emit(_ operation: Operation, _ inputs: [Operand], _ layout: Layout) -> Operand {
    let value = addValue(layout, .float32)
    instructions.append(Instruction(operation, inputs, [Output(value, layout)]))
    return Operand(value, layout)
  }

  mutating func emit(_ operation: BinaryOperation, _ x: Operand, _ y: Operand) -> Operand {
    emit(.binary(operation), [x, y], .elementwise(x.layout))
  }

  mutating func emit(_ operation: UnaryOperation, _ x: Operand) -> Operand {
    emit(.unary(operation), [x], .elementwise(x.layout))
  }

  /// A reduction over axes, seen in the operand's shape.
  mutating func emitReduced(
    _ operation: ReductionOperation, _ x: Operand, axes: [Int]
  ) -> (kept: Operand, spread: Operand) {
    var shape = x.layout.shape
    for axis in axes { shape[axis] = 1 }
    let kept = emit(.reduce(operation, axes: axes), [x], Layout(contiguous: shape))
    return (kept, spread(kept, to: x.layout.shape))
  }

  /// An operand repeated along the axes where its length is 1.
  func spread(_ operand: Operand, to shape: Shape) -> Operand {
    Operand(operand.value, operand.layout.stretched(to: shape))
  }

  /// Adds an instruction that writes what another was to write.
  mutating func finish(_ operation: Operation, _ inputs: [Operand], as output: Output) {
    instructions.append(Instruction(operation, inputs, [output]))
  }
}
