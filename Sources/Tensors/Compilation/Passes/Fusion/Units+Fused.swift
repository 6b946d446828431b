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
      let outputs = storedOutputs(of: members) { value in
        results.contains(value) || stored.contains(value)
          || readers[value]?.contains { $0 != unit } ?? false
      }
      return [
        Graph.Instruction(
          .fused(Fusion(kind, members)), outerInputs(of: unit, in: graph), outputs)
      ]
    }
  }

  /// What the instructions of a unit write that `isRead` says others read.
  private func storedOutputs(
    of members: [Graph.Instruction], isRead: (Int) -> Bool
  ) -> [Graph.Output] {
    let all = members.flatMap(\.outputs)
    let predecessors = Dictionary(
      all.map { ($0.value, $0.predecessor) }, uniquingKeysWith: { first, _ in first })
    return all.filter { isRead($0.value) }.map { output in
      var output = output
      // What is not stored has no memory to start from.
      while let predecessor = output.predecessor, let earlier = predecessors[predecessor],
        !isRead(predecessor)
      {
        output.predecessor = earlier
      }
      return output
    }
  }
}
