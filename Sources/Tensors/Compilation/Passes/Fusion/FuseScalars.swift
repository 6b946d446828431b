import Arrays

extension Graph {
  /// Gathers the arithmetic on single numbers (step counts, learning rates) and the updates of
  /// small parameters, so that each costs one call.
  package mutating func fuseScalarsAndUpdates() {
    var fuser = SmallFuser(self)
    fuser.run()
    instructions = fuser.fused()
  }
}

private struct SmallFuser {
  private enum Kind { case scalars, updates }

  private let graph: Graph
  private var units: Units
  private var kinds: [Int: Kind] = [:]
  /// Larger parameters are updated right after their gradients, which are still in the cache.
  private static let largestUpdate = 1 << 16

  init(_ graph: Graph) {
    self.graph = graph
    units = Units(Dependencies(graph))
  }

  mutating func run() {
    var last: [Kind: [Int]] = [:]
    for (number, instruction) in graph.instructions.enumerated() {
      guard let kind = kind(of: instruction) else { continue }
      kinds[number] = kind
      // The oldest comes first, so that most end in one unit.
      let open = last[kind, default: []]
      if let unit = open.first(where: { units.canMerge($0, number) }) {
        units.merge(number, into: unit)
        kinds[number] = nil
      } else {
        last[kind, default: []].append(number)
      }
    }
  }

  private func kind(of instruction: Graph.Instruction) -> Kind? {
    if instruction.isPlainUpdate {
      return instruction.outputs[0].layout.count <= SmallFuser.largestUpdate ? .updates : nil
    }
    return ScalarStep(instruction, in: graph) != nil ? .scalars : nil
  }

  func fused() -> [Graph.Instruction] {
    // What others start from, and what is read beside the number that was written last.
    var inMemory: Set<Int> = []
    var written: [Int: Layout] = [:]
    for instruction in graph.instructions {
      for input in instruction.inputs {
        guard let layout = written[input.value] else { continue }
        if layout.offset != input.layout.offset { inMemory.insert(input.value) }
      }
      for output in instruction.outputs {
        if let predecessor = output.predecessor { inMemory.insert(predecessor) }
        written[output.value] = output.layout
      }
    }
    return units.fused(graph, storing: inMemory) { unit in
      switch kinds[unit] {
      case .scalars: .scalars
      case .updates: units.members[unit].count > 1 ? .updates : nil
      case nil: nil
      }
    }
  }
}
