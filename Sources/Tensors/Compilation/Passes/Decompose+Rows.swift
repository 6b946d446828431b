import Arrays

extension Graph {
  /// softmax: e / Σe with e = exp(x − max x); log-softmax: (x − max x) − log Σe.
  mutating func decomposeRows(_ operation: RowOperation, _ instruction: Instruction) -> Bool {
    let x = instruction.inputs[0]
    let axis = x.layout.rank - 1
    guard axis >= 0, x.layout.count > 0 else { return false }
    let shape = x.layout.shape
    let largest = emitReduced(.maximum, x, axes: [axis]).spread
    let shifted = emit(.subtract, x, largest)
    let powers = emit(.exp, shifted)
    let sum = emitReduced(.sum, powers, axes: [axis])
    switch operation {
    case .softmax:
      let inverse = spread(emit(.reciprocal, sum.kept), to: shape)
      finish(.binary(.multiply), [powers, inverse], as: instruction.outputs[0])
    case .logSoftmax:
      let logarithm = spread(emit(.log, sum.kept), to: shape)
      finish(.binary(.subtract), [shifted, logarithm], as: instruction.outputs[0])
    }
    return true
  }

  /// softmax: y · (dy − Σ dy·y); log-softmax: dy − eʸ · Σ dy.
  mutating func decomposeRowsBackward(
    _ operation: RowOperation, _ instruction: Instruction
  ) -> Bool {
    let (y, dy) = (instruction.inputs[0], instruction.inputs[1])
    let axis = y.layout.rank - 1
    guard axis >= 0, y.layout.count > 0 else { return false }
    switch operation {
    case .softmax:
      let sum = emitReduced(.sum, emit(.multiply, dy, y), axes: [axis]).spread
      let centered = emit(.subtract, dy, sum)
      finish(.binary(.multiply), [y, centered], as: instruction.outputs[0])
    case .logSoftmax:
      let sum = emitReduced(.sum, dy, axes: [axis]).spread
      let part = emit(.multiply, emit(.exp, y), sum)
      finish(.binary(.subtract), [dy, part], as: instruction.outputs[0])
    }
    return true
  }
}
