import Arrays

extension Graph {
  /// Folds a normalization with numbers that stay the same from call to call, as batch normalization
  /// in use has them, into the convolution before it: (w ∗ x + b) · a + t = (a · w) ∗ x + (b · a + t),
  /// so that nothing is left to compute for each element. Rounds otherwise than the two did.
  ///
  /// The new weights are computed like all others; `arrangeWeights` keeps what it arranges of them.
  mutating func foldNormalizations() {
    let uses = GraphUses(self)
    let settled = SettledValues(self, uses)
    var folds: [Int: NormalizedConvolution] = [:]
    var folded: Set<Int> = []
    for (number, instruction) in instructions.enumerated() {
      guard case .convolve(.forward, _, _) = instruction.operation,
        let normalization = normalization(after: instruction, uses),
        let fold = NormalizedConvolution(
          instruction, instructions[normalization], in: self, settled)
      else { continue }
      folds[number] = fold
      folded.insert(normalization)
    }
    if folds.isEmpty { return }
    let old = instructions
    instructions = []
    instructions.reserveCapacity(old.count)
    for (number, instruction) in old.enumerated() {
      if let fold = folds[number] {
        add(fold)
      } else if !folded.contains(number) {
        instructions.append(instruction)
      }
    }
  }

  /// The normalization by channel that alone reads a convolution's result.
  private func normalization(after convolution: Instruction, _ uses: GraphUses) -> Int? {
    let output = convolution.outputs[0]
    guard isWhole(output), !uses.isResult[output.value], uses.successor[output.value] == nil,
      uses.readers[output.value].count == 1
    else { return nil }
    let reader = uses.readers[output.value][0]
    guard case .normalize(_, let axes, _, _) = instructions[reader].operation,
      !axes.contains(1), axes.count == output.layout.rank - 1,
      instructions[reader].inputs[0] == Operand(output.value, output.layout),
      instructions[reader].outputs[0].layout == output.layout,
      isWhole(instructions[reader].outputs[0])
    else { return nil }
    return reader
  }

  private mutating func add(_ fold: NormalizedConvolution) {
    let inverse = emit(.reciprocalSquareRoot, emit(.shift(fold.epsilon), fold.variance))
    let slope = fold.scale.map { emit(.multiply, inverse, $0) } ?? inverse
    let middle = emit(.multiply, fold.mean, slope)
    var offset = fold.shift.map { emit(.subtract, $0, middle) } ?? emit(.negate, middle)
    var convolution = fold.convolution
    if convolution.inputs.count > 2 {
      let bias = alongChannels(convolution.inputs[2], axis: 0, of: offset.layout.shape, at: 1)
      offset = emit(.add, emit(.multiply, slope, bias), offset)
    }
    let weight = convolution.inputs[1]
    let factor = alongChannels(slope, axis: 1, of: weight.layout.shape, at: 0)
    convolution.inputs[1] = emit(.multiply, weight, factor)
    let channels = weight.layout.shape[0]
    let bias = Operand(
      offset.value,
      Layout(shape: [channels], strides: [offset.layout.strides[1]], offset: offset.layout.offset))
    convolution.inputs = [convolution.inputs[0], convolution.inputs[1], bias]
    if case .convolve(let direction, let geometry, _) = convolution.operation {
      convolution.operation = .convolve(direction, geometry, hasBias: true)
    }
    convolution.outputs = [fold.output]
    instructions.append(convolution)
  }

  /// One number a channel, which an operand has along `axis`, repeated along all axes of a shape
  /// save `place`.
  private func alongChannels(
    _ operand: Operand, axis: Int, of shape: Shape, at place: Int
  ) -> Operand {
    var strides = Array(repeating: 0, count: shape.rank)
    strides[place] = operand.layout.strides[axis]
    return Operand(
      operand.value, Layout(shape: shape, strides: strides, offset: operand.layout.offset))
  }
}

/// A convolution and the normalization of its result, all of whose numbers stay the same.
private struct NormalizedConvolution {
  let convolution: Graph.Instruction
  let epsilon: Double
  /// [1, channels, 1…].
  let mean: Graph.Operand
  let variance: Graph.Operand
  let scale: Graph.Operand?
  let shift: Graph.Operand?
  let output: Graph.Output

  init?(
    _ convolution: Graph.Instruction, _ normalization: Graph.Instruction, in graph: Graph,
    _ settled: SettledValues
  ) {
    guard case .normalize(let epsilon, _, let hasScale, let hasShift) = normalization.operation
    else { return nil }
    let inputs = normalization.inputs
    let shape = inputs[1].layout.shape
    let scaled = hasScale ? inputs[3] : nil
    let shifted = hasShift ? inputs[hasScale ? 4 : 3] : nil
    guard let scale = graph.narrowed(scaled, to: shape),
      let shift = graph.narrowed(shifted, to: shape),
      shape.rank == convolution.outputs[0].layout.rank,
      shape.indices.allSatisfy({ shape[$0] == 1 || $0 == 1 })
    else { return nil }
    for operand in inputs.dropFirst() + convolution.inputs.dropFirst() {
      guard graph.dataType(operand) == .float32, settled.arguments(of: operand.value) != nil,
        case .input = graph.values[operand.value].origin
      else { return nil }
    }
    self.convolution = convolution
    self.epsilon = epsilon
    (mean, variance) = (inputs[1], inputs[2])
    (self.scale, self.shift) = (scale, shift)
    output = normalization.outputs[0]
  }
}
