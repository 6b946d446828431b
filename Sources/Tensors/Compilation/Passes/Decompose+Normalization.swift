import Arrays

/// Where in memory the axes lie over which a normalization averages.
private enum NormalizedAxes {
  /// Outermost: one mean a column, as batch normalization has it with channels innermost.
  case outer
  /// Innermost: one mean a row, as layer normalization has it.
  case inner

  /// nil where loops over tiles do not average so.
  init?(_ layout: Layout, _ axes: [Int]) {
    if !layout.isDense || layout.count == 0 { return nil }
    let order = layout.shape.indices.filter { layout.shape[$0] != 1 }
      .sorted { layout.strides[$0] > layout.strides[$1] }
    let folded = order.filter { axes.contains($0) }
    if folded.isEmpty || folded.count == order.count { return nil }
    if Array(order.prefix(folded.count)) == folded {
      self = .outer
    } else if Array(order.suffix(folded.count)) == folded,
      folded.reduce(1, { $0 * layout.shape[$1] }) <= TileLoop.longestRow
    {
      self = .inner
    } else {
      return nil
    }
  }
}

extension Graph {
  /// Row by row: mean = Σ x / n, variance = Σ (x − mean)² / n. Moments by column stay as they are.
  mutating func decomposeMoments(_ axes: [Int], _ instruction: Instruction) -> Bool {
    let x = instruction.inputs[0]
    guard case .inner = NormalizedAxes(x.layout, axes) else { return false }
    let (mean, variance) = (instruction.outputs[0], instruction.outputs[1])
    finish(.reduce(.mean, axes: axes), [x], as: mean)
    let means = spread(Operand(mean.value, mean.layout), to: x.layout.shape)
    let distance = emit(.subtract, x, means)
    finish(.reduce(.mean, axes: axes), [emit(.square, distance)], as: variance)
    return true
  }

  /// (x − mean) · (variance + ε)^−½ · scale + shift.
  mutating func decomposeNormalize(
    _ epsilon: Double, _ axes: [Int], _ hasScale: Bool, _ hasShift: Bool,
    _ instruction: Instruction
  ) -> Bool {
    let inputs = instruction.inputs
    let x = inputs[0]
    if x.layout.count == 0 { return false }
    let scale = hasScale ? inputs[3] : nil, shift = hasShift ? inputs[hasScale ? 4 : 3] : nil
    if case .outer = NormalizedAxes(x.layout, axes),
      decomposeNormalizeByColumn(epsilon, scale, shift, instruction)
    {
      return true
    }
    let shape = x.layout.shape
    let inverse = emit(.reciprocalSquareRoot, emit(.shift(epsilon), inputs[2]))
    let centered = emit(.subtract, x, spread(inputs[1], to: shape))
    var steps: [(BinaryOperation, Operand)] = [(.multiply, spread(inverse, to: shape))]
    if let scale { steps.append((.multiply, scale)) }
    if let shift { steps.append((.add, shift)) }
    var result = centered
    for (operation, operand) in steps.dropLast() { result = emit(operation, result, operand) }
    let (operation, operand) = steps[steps.count - 1]
    finish(.binary(operation), [result, operand], as: instruction.outputs[0])
    return true
  }

  /// The same with numbers by column: x · a + (shift − mean · a) with a = (variance + ε)^−½ · scale.
  private mutating func decomposeNormalizeByColumn(
    _ epsilon: Double, _ scale: Operand?, _ shift: Operand?, _ instruction: Instruction
  ) -> Bool {
    let (x, mean, variance) = (
      instruction.inputs[0], instruction.inputs[1], instruction.inputs[2]
    )
    guard let scale = narrowed(scale, to: mean.layout.shape),
      let shift = narrowed(shift, to: mean.layout.shape)
    else { return false }
    let inverse = emit(.reciprocalSquareRoot, emit(.shift(epsilon), variance))
    let slope = scale.map { emit(.multiply, inverse, $0) } ?? inverse
    let middle = emit(.multiply, mean, slope)
    let offset = shift.map { emit(.subtract, $0, middle) } ?? emit(.negate, middle)
    let shape = x.layout.shape
    let scaled = emit(.multiply, x, spread(slope, to: shape))
    finish(.binary(.add), [scaled, spread(offset, to: shape)], as: instruction.outputs[0])
    return true
  }

  /// The cotangents of x, scale and shift; see `Operation.normalizeBackward`.
  mutating func decomposeNormalizeBackward(
    _ epsilon: Double, _ axes: [Int], _ hasScale: Bool, _ wants: NormalizeCotangents,
    _ instruction: Instruction
  ) -> Bool {
    let inputs = instruction.inputs
    guard let pattern = NormalizedAxes(inputs[0].layout, axes),
      inputs[1].layout.hasSameStrides(as: inputs[0].layout)
    else { return false }
    var outputs = instruction.outputs[...]
    func output(_ kind: NormalizeCotangents) -> Output? {
      wants.contains(kind) ? outputs.popFirst() : nil
    }
    let call = NormalizeBackward(
      x: inputs[0], dy: inputs[1], mean: inputs[2], variance: inputs[3],
      scale: hasScale ? inputs[4] : nil, epsilon: epsilon, axes: axes, input: output(.input),
      scaleCotangent: output(.scale), shiftCotangent: output(.shift))
    switch pattern {
    case .outer: return decomposeByColumn(call)
    case .inner: return decomposeByRow(call)
    }
  }

  /// With d = mean − x, i = (variance + ε)^−½, k = i²·(Σ dy·d)/n and sums over all rows:
  /// dx = i·scale·(dy + k·x − k·mean − (Σ dy)/n), dscale = −i·Σ dy·d, dshift = Σ dy.
  private mutating func decomposeByColumn(_ call: NormalizeBackward) -> Bool {
    let shape = call.mean.layout.shape, channels = Layout(contiguous: shape)
    let results = [call.scaleCotangent, call.shiftCotangent].compactMap { $0 }
    guard results.allSatisfy({ $0.layout.isContiguous && $0.layout.count == channels.count }),
      let scale = narrowed(call.scale, to: shape)
    else { return false }
    let inverse = emit(.reciprocalSquareRoot, emit(.shift(call.epsilon), call.variance))
    let distance = emitDistance(call)
    let sum = emitReduced(call.dy, call, into: call.shiftCotangent)
    let product = emitReduced(emit(.multiply, call.dy, distance), call, into: nil)
    if let output = call.scaleCotangent {
      let opposite = emit(.negate, inverse)
      finish(.binary(.multiply), [product, opposite], as: Output(output.value, channels))
    }
    guard let output = call.input else { return true }
    let factor = scale.map { emit(.multiply, inverse, $0) } ?? inverse
    let share = 1 / Double(call.x.layout.count / channels.count)
    let slope = emit(.multiply, emit(.square, inverse), emit(.scale(share), product))
    let middle = emit(.multiply, call.mean, slope)
    let offset = emit(.subtract, emit(.scale(-share), sum), middle)
    let whole = call.x.layout.shape
    let shifted = emit(.add, call.dy, spread(offset, to: whole))
    let both = emit(.add, emit(.multiply, call.x, spread(slope, to: whole)), shifted)
    finish(.binary(.multiply), [both, spread(factor, to: whole)], as: output)
    return true
  }

  /// With n = (mean − x) · i, g = dy · scale and means over each row:
  /// dx = i · (g − mean g − n · mean(g·n)), dscale = −Σ dy·n, dshift = Σ dy.
  private mutating func decomposeByRow(_ call: NormalizeBackward) -> Bool {
    let shape = call.x.layout.shape
    let inverse = spread(
      emit(.reciprocalSquareRoot, emit(.shift(call.epsilon), call.variance)), to: shape)
    let normalized = emit(.multiply, emitDistance(call), inverse)
    if let output = call.scaleCotangent {
      let axes = shape.indices.filter { output.layout.shape[$0] == 1 && shape[$0] != 1 }
      let product = emit(.multiply, call.dy, normalized)
      let sum = axes.isEmpty ? product : emitReduced(.sum, product, axes: axes).kept
      finish(.unary(.negate), [sum], as: output)
    }
    if let output = call.shiftCotangent {
      let axes = shape.indices.filter { output.layout.shape[$0] == 1 && shape[$0] != 1 }
      finish(
        axes.isEmpty ? .copy : .reduce(.sum, axes: Array(axes)), [call.dy], as: output)
    }
    guard let output = call.input else { return true }
    let g = call.scale.map { emit(.multiply, call.dy, $0) } ?? call.dy
    let mean = emitReduced(.mean, g, axes: call.axes).spread
    let along = emitReduced(.mean, emit(.multiply, g, normalized), axes: call.axes).spread
    let centered = emit(.subtract, g, mean)
    let rest = emit(.subtract, centered, emit(.multiply, normalized, along))
    finish(.binary(.multiply), [rest, inverse], as: output)
    return true
  }

  /// mean − x.
  private mutating func emitDistance(_ call: NormalizeBackward) -> Operand {
    emit(
      .binary(.subtract), [spread(call.mean, to: call.x.layout.shape), call.x],
      .elementwise(call.x.layout))
  }

  /// Σ over the normalized axes, in a result's memory where there is one; in the mean's shape.
  private mutating func emitReduced(
    _ x: Operand, _ call: NormalizeBackward, into output: Output?
  ) -> Operand {
    let layout = Layout(contiguous: call.mean.layout.shape)
    let operation = Operation.reduce(.sum, axes: call.axes)
    guard let output else { return emit(operation, [x], layout) }
    finish(operation, [x], as: Output(output.value, layout))
    return Operand(output.value, layout)
  }

  /// An operand without its repetitions; nil where it is not the same along all of them. (No operand
  /// stays none.)
  private func narrowed(_ operand: Operand?, to shape: Shape) -> Operand?? {
    guard let operand else { return .some(nil) }
    let layout = operand.layout
    for axis in shape.indices where layout.shape[axis] != shape[axis] {
      if shape[axis] != 1 || layout.strides[axis] != 0 { return nil }
    }
    return Operand(
      operand.value, Layout(shape: shape, strides: layout.strides, offset: layout.offset))
  }
}

/// The operands and results of one `normalizeBackward`.
private struct NormalizeBackward {
  let x: Graph.Operand
  let dy: Graph.Operand
  let mean: Graph.Operand
  let variance: Graph.Operand
  let scale: Graph.Operand?
  let epsilon: Double
  let axes: [Int]
  let input: Graph.Output?
  let scaleCotangent: Graph.Output?
  let shiftCotangent: Graph.Output?
}
