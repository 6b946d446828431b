import Arrays

/// An instruction that the backend runs as it does eagerly, on windows that are moved to where the
/// values lie.
final class BackendKernel: PlanKernel, @unchecked Sendable {
  private let instruction: Graph.Instruction
  private let inputs: [NDArray]
  private let outputs: [NDArray]
  private let backend: any Backend

  init(_ instruction: Graph.Instruction, in graph: Graph, on backend: any Backend) {
    self.instruction = instruction
    self.backend = backend
    inputs = instruction.inputs.map {
      .window($0.layout, graph.values[$0.value].dataType, at: BackendKernel.nowhere)
    }
    outputs = instruction.outputs.map {
      .window($0.layout, graph.values[$0.value].dataType, at: BackendKernel.nowhere)
    }
  }

  private init(_ other: BackendKernel) {
    instruction = other.instruction
    backend = other.backend
    inputs = other.inputs.map { .window($0.layout, $0.dataType, at: BackendKernel.nowhere) }
    outputs = other.outputs.map { .window($0.layout, $0.dataType, at: BackendKernel.nowhere) }
  }

  /// An address for windows that have not been moved yet.
  private static var nowhere: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
  }

  func copy() -> any PlanKernel { BackendKernel(self) }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    for (index, operand) in instruction.inputs.enumerated() {
      inputs[index].rebase(to: bases[operand.value])
    }
    for (index, output) in instruction.outputs.enumerated() {
      outputs[index].rebase(to: bases[output.value])
    }
    instruction.operation.run(on: backend, inputs, into: outputs)
  }
}
