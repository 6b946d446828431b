import Arrays
import CPUBackend

/// Brings weights in the order in which a convolution reads them.
final class ArrangeKernel: PlanKernel {
  private let convolution: PreparedConvolution
  private let source: (value: Int, offset: Int)
  private let result: Int

  init(_ instruction: Graph.Instruction, _ description: ConvolutionDescription) {
    guard let convolution = PreparedConvolution.cached(description) else {
      stop("compile: weights of a convolution that the library does not have")
    }
    self.convolution = convolution
    source = (instruction.inputs[0].value, instruction.inputs[0].layout.offset)
    result = instruction.outputs[0].value
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    let weight = bases[source.value].assumingMemoryBound(to: Float.self) + source.offset
    convolution.arrange(weight: weight, into: bases[result])
  }
}
