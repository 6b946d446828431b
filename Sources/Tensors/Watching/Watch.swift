import Arrays

/// Looks at every operation that a thread runs, forward and backward, with its numbers: for
/// diagnosis, where a step may take ten times as long.
///
/// Compiled functions run as they are written meanwhile. An operation belongs to the layer whose
/// parameter was read last, or inside a `Sequential` to the layer that runs; a pullback belongs where
/// its operation did.
package final class Watch {
  /// An operation that has just run.
  package struct Event {
    package let operation: Operation
    package let inputs: [NDArray]
    package let outputs: [NDArray]
    /// Whether the outputs also held numbers before, on which the new ones depend.
    package let changesOutputs: Bool
    /// The path of the layer; empty before the first one.
    package let layer: String
    package let phase: Phase
    /// The operation whose pullback this is a part of.
    package let pullback: String?

    /// A word for the operation: `matmul`, `log`.
    package var name: String { operation.name }

    /// Two for every multiply-add of products and convolutions; one for each element of the others.
    package var floatingPointOperations: Double {
      Graph.Instruction(
        operation, inputs.map { Graph.Operand(0, $0.layout) },
        outputs.map { Graph.Output(0, $0.layout) }
      ).floatingPointOperations
    }
  }

  /// What a step is doing.
  package enum Phase: String, Sendable, Hashable {
    case forward, backward, update
  }

  /// Where the thread is in the model.
  package var layer = ""
  package var phase = Phase.forward
  private var pullback: String?
  /// The types of layers by their paths, where they stand in a `Sequential`.
  package private(set) var layerTypes: [String: String] = [:]
  /// The paths of parameters; holding an array keeps its identity from being used again.
  private var parameters: [ObjectIdentifier: (root: NDArray, path: String)] = [:]
  private var layerOfNode: [UInt64: String] = [:]
  private let observe: (Event) -> Void

  /// A watch that knows the parameters of `model` and calls `observe` after every operation. What
  /// `observe` computes is not watched.
  package init<Model: TensorTree>(_ model: Model, _ observe: @escaping (Event) -> Void) {
    self.observe = observe
    for named in model.namedTensors where parameters[named.tensor.identity] == nil {
      parameters[named.tensor.identity] = (named.tensor.array.root, named.path)
    }
  }

  /// The watch of the calling thread, if it has one.
  package static var current: Watch? {
    guard let pointer = ThreadState.pointer.pointee.watch else { return nil }
    return Unmanaged<Watch>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Whether the calling thread is watched.
  @inline(__always)
  package static var isActive: Bool { ThreadState.isWatched }

  /// Runs `body` under this watch.
  package func callAsFunction<Result>(_ body: () throws -> Result) rethrows -> Result {
    let state = ThreadState.pointer
    let previous = state.pointee.watch
    state.pointee.watch = Unmanaged.passUnretained(self).toOpaque()
    defer { state.pointee.watch = previous }
    return try withExtendedLifetime(self) { try ThreadState.with(\.backend, 2, body) }
  }

  /// Runs an operation and shows it.
  func run(
    _ operation: Operation, _ inputs: [NDArray], into outputs: [NDArray], changed: Bool
  ) {
    ThreadState.with(\.backend, 0) {
      operation.run(on: ThreadState.backend, inputs, into: outputs)
      if let path = (inputs + (changed ? outputs : [])).lazy.compactMap({ self.path(of: $0) }).first
      {
        if pullback == nil { layer = Watch.parent(of: path) }
        // A parameter that was converted is still that parameter.
        if case .copy = operation, let output = outputs.first {
          parameters[ObjectIdentifier(output.root)] = (output.root, path)
        }
      }
      observe(
        Event(
          operation: operation, inputs: inputs, outputs: outputs, changesOutputs: changed,
          layer: layer, phase: phase, pullback: pullback))
    }
  }

  private func path(of array: NDArray) -> String? {
    parameters[ObjectIdentifier(array.root)]?.path
  }

  /// The path without its last component.
  package static func parent(of path: String) -> String {
    path.lastIndex(of: ".").map { String(path[..<$0]) } ?? ""
  }
}

// MARK: Where the thread is

extension Watch {
  /// Remembers where an operation was recorded.
  func note(_ node: Node) { layerOfNode[node.number] = layer }

  /// The operations that follow are those of a node's pullback.
  func willPropagate(through node: Node) {
    phase = .backward
    layer = layerOfNode[node.number] ?? ""
    pullback = node.primitive?.name
  }

  /// The operations that follow are part of no pullback.
  package func enter(_ phase: Phase, layer: String? = nil) {
    self.phase = phase
    pullback = nil
    if let layer { self.layer = layer }
  }

  /// The path of a list of layers with a point at its end, as far as the parameters in it tell.
  package static func path(of layers: [any TensorTree]) -> String {
    guard let watch = current else { return "" }
    for (index, layer) in layers.enumerated() {
      for named in layer.namedTensors {
        let suffix = "\(index).\(named.path)"
        if let path = watch.parameters[named.tensor.identity]?.path ?? named.tensor.node?.label,
          path.hasSuffix(suffix)
        {
          return String(path.dropLast(suffix.count))
        }
      }
    }
    return watch.layer.isEmpty ? "" : watch.layer + "."
  }

  /// Runs the layer of this path; what follows it belongs to what is around it.
  package static func inside(_ path: String, _ type: String, _ body: () -> Tensor) -> Tensor {
    guard let watch = current else { return body() }
    watch.layerTypes[path] = type
    watch.layer = path
    let result = body()
    watch.layer = path
    return result
  }
}

extension Tensor {
  /// What tells this tensor's memory from every other's that lives at the same time.
  package var identity: ObjectIdentifier { ObjectIdentifier(array.root) }
}
