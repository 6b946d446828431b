import Arrays
import CPUBackend

extension Graph {
  /// Arranges the weights of convolutions as the library reads them once for all calls, where they
  /// are arguments that the plan does not change, or computed from such; and keeps biases that are.
  /// See `KeptValue`.
  package mutating func arrangeWeights() {
    let uses = GraphUses(self)
    let settled = SettledValues(self, uses)
    var arranged: [ArrangedWeight: Int] = [:]
    let old = instructions
    instructions = []
    instructions.reserveCapacity(old.count)
    for instruction in old {
      guard var fusion = ConvolutionFusion(of: instruction) else {
        instructions.append(instruction)
        continue
      }
      // The gradient of a weight reads images and cotangents alone.
      if case .convolve(.backwardWeight, _, _) = fusion.convolution.operation {
        instructions.append(instruction)
        continue
      }
      keepComputed(fusion.convolution.inputs.dropFirst(2), uses, settled)
      guard let weight = ArrangedWeight(fusion, in: self, settled) else {
        keepComputed(fusion.convolution.inputs[1...1], uses, settled)
        instructions.append(instruction)
        continue
      }
      let value = arranged[weight] ?? addArranged(weight)
      arranged[weight] = value
      fusion.arrangedWeight = value
      var parts = [instruction]
      if case .fused(let inner) = instruction.operation { parts = inner.instructions }
      let inputs = instruction.inputs.map { $0 == weight.operand ? whole(value) : $0 }
      instructions.append(
        Instruction(.fused(Fusion(.convolution(fusion), parts)), inputs, instruction.outputs))
    }
  }

  private mutating func addArranged(_ weight: ArrangedWeight) -> Int {
    let layout = Layout(contiguous: [weight.count])
    let value = addValue(layout, .float32)
    instructions.append(
      Instruction(.arrange(weight.description), [weight.operand], [Output(value, layout)]))
    kept.append(KeptValue(value: value, arguments: weight.arguments, renewed: nil))
    return value
  }

  /// Keeps operands that are computed from arguments that stay the same.
  private mutating func keepComputed(
    _ operands: ArraySlice<Operand>, _ uses: GraphUses, _ settled: SettledValues
  ) {
    for value in operands.map(\.value) where uses.writer[value] >= 0 && !uses.isResult[value] {
      guard !kept.contains(where: { $0.value == value }),
        let arguments = settled.arguments(of: value), !arguments.isEmpty
      else { continue }
      kept.append(KeptValue(value: value, arguments: arguments, renewed: nil))
    }
  }
}

extension ConvolutionFusion {
  /// nil where an instruction is no convolution.
  fileprivate init?(of instruction: Graph.Instruction) {
    switch instruction.operation {
    case .convolve: self.init(instruction)
    case .fused(let fusion):
      guard case .convolution(let convolution) = fusion.kind else { return nil }
      self = convolution
    default: return nil
    }
  }
}

/// The weights of a convolution, forward or by input, that are the same at every call.
private struct ArrangedWeight: Hashable {
  let operand: Graph.Operand
  let arguments: [Int]
  let description: ConvolutionDescription
  /// In float32 numbers.
  let count: Int

  /// nil where weights change, or lie as the library reads them.
  init?(_ fusion: ConvolutionFusion, in graph: Graph, _ settled: SettledValues) {
    operand = fusion.convolution.inputs[1]
    guard let arguments = settled.arguments(of: operand.value), !arguments.isEmpty,
      var description = fusion.description(in: graph)
    else { return nil }
    description.weightForm = .prepared
    guard let convolution = PreparedConvolution.cached(description),
      !convolution.takesPlainWeight
    else { return nil }
    self.arguments = arguments
    self.description = description
    count = (convolution.preparedWeightByteCount + 3) / 4
  }
}
