import Arrays
import CPUBackend

/// Brings a matrix in the order in which products read their right operand.
final class PackKernel: PlanKernel {
  private let shape: PackedShape
  private let order: PlainOrder
  private let source: FloatPlace
  private let result: FloatPlace

  init(_ instruction: Graph.Instruction, _ shape: PackedShape) {
    let operand = instruction.inputs[0]
    guard let order = PlainOrder(operand.layout) else {
      stop("compile: a matrix to be packed of strides \(operand.layout.strides)")
    }
    self.shape = shape
    self.order = order
    source = FloatPlace(operand)
    result = FloatPlace(instruction.outputs[0])
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    shape.pack(source.pointer(bases), order, into: result.pointer(bases))
  }
}
