import Arrays
import CPUBackend

/// Brings a matrix in the order in which products read their right operand.
final class PackKernel: PlanKernel {
  private let shape: PackedShape
  private let order: PlainOrder
  private let source: (value: Int, offset: Int)
  private let result: Int

  init(_ instruction: Graph.Instruction, _ shape: PackedShape) {
    let operand = instruction.inputs[0]
    guard let order = PlainOrder(operand.layout) else { stop("compile: \(operand.layout.strides)") }
    self.shape = shape
    self.order = order
    source = (operand.value, operand.layout.offset)
    result = instruction.outputs[0].value
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    shape.pack(
      bases[source.value].assumingMemoryBound(to: Float.self) + source.offset, order,
      into: bases[result].assumingMemoryBound(to: Float.self))
  }
}
