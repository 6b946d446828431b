import Arrays

/// A sum of many terms, as gradients of what is used often are: additions whose results only other
/// additions of the sum read.
struct SumTree {
  /// The addition that gives the sum.
  let root: Int
  /// What is added up, all of the root's shape and layout.
  private(set) var terms: [Graph.Operand] = []

  /// All sums, the last one first.
  static func all(in graph: Graph, _ uses: GraphUses) -> [SumTree] {
    var isInner = Array(repeating: false, count: graph.instructions.count)
    var trees: [SumTree] = []
    for number in graph.instructions.indices.reversed() where !isInner[number] {
      guard isAddition(graph.instructions[number], in: graph) else { continue }
      var tree = SumTree(root: number)
      var pending = Array(graph.instructions[number].inputs.reversed())
      while let term = pending.popLast() {
        let writer = uses.writer[term.value]
        if writer >= 0, isAddition(graph.instructions[writer], in: graph),
          graph.instructions[writer].outputs[0].layout == term.layout,
          uses.isReadOnce(term.value)
        {
          isInner[writer] = true
          pending.append(contentsOf: graph.instructions[writer].inputs.reversed())
        } else {
          tree.terms.append(term)
        }
      }
      trees.append(tree)
    }
    return trees
  }

  private static func isAddition(_ instruction: Graph.Instruction, in graph: Graph) -> Bool {
    guard instruction.operation == .binary(.add) else { return false }
    let output = instruction.outputs[0]
    return graph.isWhole(output) && output.layout.isContiguous
      && graph.values[output.value].dataType.isFloatingPoint
      && instruction.inputs.allSatisfy { $0.layout == output.layout }
  }
}
