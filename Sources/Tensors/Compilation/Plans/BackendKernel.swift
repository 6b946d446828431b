import Arrays

/// An instruction that the backend runs as it does eagerly, on windows that are moved to where the
/// values lie.
final class BackendKernel: PlanKernel, @unchecked Sendable {
  /// A window on a value.
  private struct Place {
    let value: Int
    /// One of the arrays below, which keep it alive.
    let window: Unmanaged<NDArray>
  }

  private let operation: Operation
  private let inputs: [NDArray]
  private let outputs: [NDArray]
  private let places: [Place]
  private let backend: any Backend

  convenience init(
    _ instruction: Graph.Instruction, in graph: Graph, on backend: any Backend
  ) {
    func window(_ layout: Layout, _ value: Int) -> NDArray {
      .window(layout, graph.values[value].dataType, at: BackendKernel.nowhere)
    }
    self.init(
      instruction.operation, instruction.inputs.map { window($0.layout, $0.value) },
      instruction.outputs.map { window($0.layout, $0.value) },
      instruction.inputs.map(\.value) + instruction.outputs.map(\.value), backend)
  }

  private init(
    _ operation: Operation, _ inputs: [NDArray], _ outputs: [NDArray], _ values: [Int],
    _ backend: any Backend
  ) {
    self.operation = operation
    self.inputs = inputs
    self.outputs = outputs
    self.backend = backend
    places = zip(values, inputs + outputs).map {
      Place(value: $0, window: Unmanaged.passUnretained($1))
    }
  }

  /// An address for windows that have not been moved yet.
  private static var nowhere: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
  }

  func copy() -> any PlanKernel {
    func window(_ array: NDArray) -> NDArray {
      .window(array.layout, array.dataType, at: BackendKernel.nowhere)
    }
    return BackendKernel(
      operation, inputs.map(window), outputs.map(window), places.map(\.value), backend)
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    for place in places {
      place.window._withUnsafeGuaranteedRef { $0.rebase(to: bases[place.value]) }
    }
    operation.run(on: backend, inputs, into: outputs)
  }
}
