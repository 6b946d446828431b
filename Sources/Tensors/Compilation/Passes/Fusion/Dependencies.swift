import Arrays

/// Which instructions of a graph must run before which.
package struct Dependencies {
  /// For each instruction those that must run before it, in order.
  let before: [[Int]]
  /// The instruction that writes each value, or a part of it; nil for arguments and constants.
  let writer: [Int?]
  private let partWriters: PartWriters

  package init(_ graph: Graph) {
    let partWriters = PartWriters(graph)
    var writer = [Int?](repeating: nil, count: graph.values.count)
    var readers = [[Int]](repeating: [], count: graph.values.count)
    var before: [[Int]] = []
    before.reserveCapacity(graph.instructions.count)
    for (number, instruction) in graph.instructions.enumerated() {
      var needed: Set<Int> = []
      for input in instruction.inputs {
        if let sources = partWriters(input, before: number) {
          needed.formUnion(sources)
        } else if let source = writer[input.value] {
          needed.insert(source)
        }
      }
      for output in instruction.outputs {
        if let changed = output.predecessor, let source = writer[changed] { needed.insert(source) }
      }
      // Whoever reads what this instruction changes does so before, if it comes before.
      for output in instruction.outputs {
        if let predecessor = output.predecessor { needed.formUnion(readers[predecessor]) }
      }
      needed.remove(number)
      for value in instruction.reads { readers[value].append(number) }
      for output in instruction.outputs { writer[output.value] = number }
      before.append(needed.sorted())
    }
    self.before = before
    self.writer = writer
    self.partWriters = partWriters
  }

  /// The instructions that write what instruction `reader` reads.
  func writers(of operand: Graph.Operand, before reader: Int) -> [Int] {
    partWriters(operand, before: reader) ?? writer[operand.value].map { [$0] } ?? []
  }
}
