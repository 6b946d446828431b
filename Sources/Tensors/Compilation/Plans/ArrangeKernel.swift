import Arrays
import CPUBackend

/// Brings weights in the order in which a convolution reads them.
final class ArrangeKernel: PlanKernel {
  private let convolution: PreparedConvolution
  private let source: FloatPlace
  private let result: FloatPlace

  init(_ instruction: Graph.Instruction, _ description: ConvolutionDescription) {
    guard let convolution = PreparedConvolution.cached(description) else {
      stop("compile: weights of a convolution that the library does not have")
    }
    self.convolution = convolution
    source = FloatPlace(instruction.inputs[0])
    result = FloatPlace(instruction.outputs[0])
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    convolution.arrange(weight: source.pointer(bases), into: result.pointer(bases))
  }
}
