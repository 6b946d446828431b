import Arrays
import CPUBackend

/// A convolution with what is computed from its result part by part, while a part is still in the
/// cache of the thread that made it.
package struct ConvolutionFusion: Sendable {
  package let convolution: Graph.Instruction
  /// The result, after the ReLU where there is one.
  var result: Graph.Output
  var hasReLU = false
  /// The value that holds the weights as the library reads them, where that was made before.
  package var arrangedWeight: Int?
  /// Mean and variance of each channel of the result.
  var moments: Graph.Instruction?
  /// Element-wise instructions that read the result, and reductions.
  var loop: TileLoop?

  init(_ convolution: Graph.Instruction) {
    self.convolution = convolution
    result = convolution.outputs[0]
  }

  /// How the library is to compute it; nil where it cannot.
  func description(in graph: Graph) -> ConvolutionDescription? {
    var description = ConvolutionDescription(convolution, in: graph)
    description?.hasReLU = hasReLU
    if arrangedWeight != nil { description?.weightForm = .prepared }
    return description
  }

  /// The columns of the result as a matrix of channels.
  var channels: Int { result.layout.shape[1] }
}

extension ConvolutionDescription {
  /// The description of a `convolve` instruction; nil where its operands do not lie as it takes them.
  init?(_ instruction: Graph.Instruction, in graph: Graph) {
    guard case .convolve(let direction, let geometry, let hasBias) = instruction.operation,
      let output = instruction.outputs.first, output.predecessor == nil,
      instruction.inputs.allSatisfy({ graph.dataType($0) == .float32 }),
      graph.values[output.value].dataType == .float32
    else { return nil }
    let (a, b, result) = (instruction.inputs[0].layout, instruction.inputs[1].layout, output.layout)
    let (x, weight, y) =
      switch direction {
      case .forward: (a, b, result)
      case .backwardInput: (result, b, a)
      case .backwardWeight: (a, result, b)
      }
    guard let xLayout = ActivationLayout(x), let yLayout = ActivationLayout(y),
      weight.isContiguousFromOffset,
      !hasBias || instruction.inputs[2].layout.isContiguousFromOffset
    else { return nil }
    self.init(
      direction, x: x.shape.lengths, weight: weight.shape.lengths, y: y.shape.lengths,
      geometry: geometry, xLayout: xLayout, yLayout: yLayout, hasBias: hasBias)
  }
}

extension ActivationLayout {
  /// nil where activations lie in another way, or with gaps.
  fileprivate init?(_ layout: Layout) {
    if layout.isContiguousFromOffset {
      self = .rowMajor
    } else if layout.hasSameStrides(as: Layout(channelsLast: layout.shape)) {
      self = .channelsLast
    } else {
      return nil
    }
  }
}
