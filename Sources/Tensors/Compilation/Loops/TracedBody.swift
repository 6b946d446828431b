import Arrays

/// A function of tensors, traced into a graph of its own inside the thread's trace.
package struct TracedBody: Sendable {
  /// Its arguments are the function's, then what it captures.
  package private(set) var graph: Graph
  /// The arrays of surrounding traces that the function reads.
  package let captured: [NDArray]
  /// Shape and element type of each result.
  package let results: [TensorSpec]
  /// The captured tensors on which results depend and by which somebody may differentiate.
  package let tracked: [Tensor]
  /// The buffers around the function whose next values it records.
  let buffers: [BufferSlot]

  /// Traces `function` for arguments of these shapes and types. The first `stateCount` results take
  /// the place of as many arguments.
  init(_ arguments: [TensorSpec], stateCount: Int, _ function: ([Tensor]) -> [Tensor]) {
    let start = Node.nextNumber()
    let trace = Trace(inside: Trace.current)
    let results = trace.record {
      let results = function(arguments.map { Tensor(trace.addInput($0.shape, $0.dataType)) })
      for (index, result) in results.enumerated() {
        trace.addResult(result.array, replacing: index < stateCount ? index : nil)
      }
      return results
    }
    buffers = trace.restoreBuffers()
    graph = trace.graph
    captured = trace.captured
    self.results = results.map(\.spec)
    tracked = TracedBody.tracked(below: results, before: start)
  }

  /// The tensors made before node number `start` on which results depend.
  private static func tracked(below results: [Tensor], before start: UInt64) -> [Tensor] {
    var found: [Tensor] = []
    var met: Set<ObjectIdentifier> = []
    var pending = results
    while let tensor = pending.popLast() {
      guard let node = tensor.node, met.insert(ObjectIdentifier(node)).inserted else { continue }
      if node.number < start {
        found.append(tensor)
      } else {
        pending += node.inputs
      }
    }
    return found.sorted { ($0.node?.number ?? 0) < ($1.node?.number ?? 0) }
  }

  /// Gives the first `count` arguments back as results, as they were before a step.
  mutating func addResults(ofArguments count: Int) {
    graph.results += graph.inputs.prefix(count)
    graph.replaced += Array(repeating: nil, count: count)
  }

  /// Whether an instruction does something beside its results.
  var hasEffect: Bool { graph.instructions.contains { $0.operation.hasEffect } }
}
