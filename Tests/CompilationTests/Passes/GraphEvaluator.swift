import Arrays
import ReferenceBackend
import Tensors

/// Runs a graph instruction by instruction, each value in memory of its own, on the reference
/// backend: what a graph means, without plans.
struct GraphEvaluator {
  private let graph: Graph
  private var arrays: [NDArray?]

  init(_ graph: Graph) {
    self.graph = graph
    arrays = Array(repeating: nil, count: graph.values.count)
  }

  /// The results for arguments in the order of the graph's.
  static func run(_ graph: Graph, _ arguments: [Tensor]) -> [[Float]] {
    var evaluator = GraphEvaluator(graph)
    for (value, argument) in zip(graph.inputs, arguments) {
      evaluator.arrays[value] = argument.contiguous().array
    }
    for instruction in graph.instructions { evaluator.run(instruction) }
    return graph.results.map { Tensor(evaluator.array($0)).floats }
  }

  private func array(_ value: Int) -> NDArray {
    if let array = arrays[value] { return array }
    guard case .constant(let array) = graph.values[value].origin else {
      return NDArray(allocated: graph.values[value].layout, graph.values[value].dataType)
    }
    return array
  }

  private mutating func run(_ instruction: Graph.Instruction) {
    if case .fused(let fusion) = instruction.operation {
      for part in fusion.instructions { run(part) }
      return
    }
    let inputs = instruction.inputs.map { array($0.value).root.view($0.layout) }
    let outputs = instruction.outputs.map { output in
      let value = graph.values[output.value]
      let count = value.byteCount / value.dataType.byteCount
      let fresh = NDArray(allocated: Layout(contiguous: [count]), value.dataType)
        .view(value.layout)
      if let predecessor = output.predecessor {
        ReferenceBackend().copy(array(predecessor), into: fresh)
      }
      arrays[output.value] = fresh
      return fresh.root.view(output.layout)
    }
    instruction.operation.run(on: ReferenceBackend(), inputs, into: outputs)
  }
}

/// The graph of a function of float32 tensors of these shapes.
func traced(_ shapes: [Shape], _ body: ([Tensor]) -> [Tensor]) -> Graph {
  let trace = Trace()
  trace.record {
    let arguments = shapes.map { Tensor(trace.addInput($0, .float32)) }
    for result in body(arguments) { trace.addResult(result.array, replacing: nil) }
  }
  return trace.graph
}

extension Graph {
  /// How many instructions do this; those inside fused ones count too.
  func count(where matches: (Operation) -> Bool) -> Int {
    instructions.reduce(0) { total, instruction in
      guard case .fused(let fusion) = instruction.operation else {
        return total + (matches(instruction.operation) ? 1 : 0)
      }
      return total + fusion.instructions.count { matches($0.operation) }
    }
  }

  /// The graph after a pass.
  func after(_ pass: (inout Graph) -> Void) -> Graph {
    var graph = self
    pass(&graph)
    return graph
  }
}
