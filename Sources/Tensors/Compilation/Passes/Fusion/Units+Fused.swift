extension Units {
  /// The instructions of a graph in an order in which they can run, each unit for which `kind` names
  /// one as one. What other units read, or the graph gives back, keeps its memory, and so does what
  /// is in `stored`.
  func fused(
    _ graph: Graph, storing stored: Set<Int>, as kind: (Int) -> Fusion.Kind?
  ) -> [Graph.Instruction] {
    let results = Set(graph.results)
    var readers: [Int: Set<Int>] = [:]
    for (number, instruction) in graph.instructions.enumerated() {
      for value in instruction.reads { readers[value, default: []].insert(unit[number]) }
    }
    return order().flatMap { unit -> [Graph.Instruction] in
      let members = self.members[unit].map { graph.instructions[$0] }
      guard let kind = kind(unit) else { return members }
      return [
        Graph.Instruction(kind, members) { value in
          results.contains(value) || stored.contains(value)
            || readers[value]?.contains { $0 != unit } ?? false
        }
      ]
    }
  }
}

extension Graph.Instruction {
  /// Instructions as one; `isRead` says which of their values others read.
  fileprivate init(
    _ kind: Fusion.Kind, _ members: [Graph.Instruction], isRead: (Int) -> Bool
  ) {
    let all = members.flatMap(\.outputs)
    let predecessors = Dictionary(
      all.map { ($0.value, $0.predecessor) }, uniquingKeysWith: { first, _ in first })
    let outputs = all.filter { isRead($0.value) }.map { output in
      var output = output
      // What is not stored has no memory to start from.
      while let predecessor = output.predecessor, let earlier = predecessors[predecessor],
        !isRead(predecessor)
      {
        output.predecessor = earlier
      }
      return output
    }
    self.init(.fused(Fusion(kind, members)), members.outerInputs, outputs)
  }
}

extension [Graph.Instruction] {
  /// What the instructions read of others, each view once.
  var outerInputs: [Graph.Operand] {
    let written = Set(flatMap { $0.outputs.map(\.value) })
    var seen: Set<Graph.Operand> = []
    return flatMap(\.inputs).filter { !written.contains($0.value) && seen.insert($0).inserted }
  }
}
