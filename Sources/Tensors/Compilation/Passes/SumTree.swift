import Arrays

/// A sum of many terms, as gradients of what is used often are: additions whose results only other
/// additions of the sum read.
struct SumTree {
  /// The addition that gives the sum.
  let root: Int
  /// What is added up, all of the root's shape and layout.
  private(set) var terms: [Graph.Operand] = []

  /// All sums of three terms or more, and of two.
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

extension GraphUses {
  /// Whether one instruction reads a value, once, and nobody else needs it.
  func isReadOnce(_ value: Int) -> Bool {
    readers[value].count == 1 && successor[value] == nil && !isResult[value]
  }
}

/// Instructions to be put into a graph after others, or in the place of them.
struct Insertions {
  private var after: [Int: [Graph.Instruction]] = [:]
  private var replaced: [Int: [Graph.Instruction]] = [:]

  /// Adds an instruction behind number `place`; −1 is the start.
  mutating func add(_ instruction: Graph.Instruction, after place: Int) {
    after[place, default: []].append(instruction)
  }

  mutating func replace(_ place: Int, by instructions: [Graph.Instruction]) {
    replaced[place] = instructions
  }

  var isEmpty: Bool { after.isEmpty && replaced.isEmpty }

  func applied(to instructions: [Graph.Instruction]) -> [Graph.Instruction] {
    var result = after[-1] ?? []
    result.reserveCapacity(instructions.count + after.count)
    for (number, instruction) in instructions.enumerated() {
      if let others = replaced[number] {
        result += others
      } else {
        result.append(instruction)
      }
      if let others = after[number] { result += others }
    }
    return result
  }
}
