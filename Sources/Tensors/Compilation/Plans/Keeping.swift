/// What a plan need not compute again where arguments are the same as at its last call.
package struct Keeping: Sendable {
  /// An instruction that works for kept values alone, and the places in `arguments` of all on which
  /// these depend.
  package struct Maker: Sendable {
    package let instruction: Int
    let arguments: [Int]
  }

  /// The arguments on which kept values depend, by their numbers.
  let arguments: [Int]
  package let makers: [Maker]

  /// - Parameter changes: Whether a run changes each argument.
  init(_ graph: Graph, changes: [Bool]) {
    let arguments = Set(graph.kept.flatMap(\.arguments)).sorted()
    self.arguments = arguments
    var makers: [Maker] = []
    if !arguments.isEmpty {
      var served = ServedValues(graph, changes: changes)
      for (number, instruction) in graph.instructions.enumerated().reversed() {
        guard let kept = served.serve(instruction) else { continue }
        let needed = Set(kept.flatMap { graph.kept[$0].arguments })
        makers.append(
          Maker(
            instruction: number,
            arguments: arguments.indices.filter { needed.contains(arguments[$0]) }))
      }
    }
    self.makers = makers
  }
}

/// The kept values for which each value of a graph is needed, from the last instruction to the first.
private struct ServedValues {
  /// For each value the kept ones; nil where it is needed at every call.
  private var served: [Set<Int>?]
  private let isKept: [Bool]

  init(_ graph: Graph, changes: [Bool]) {
    var served = [Set<Int>?](repeating: [], count: graph.values.count)
    var isKept = [Bool](repeating: false, count: graph.values.count)
    for (number, kept) in graph.kept.enumerated() {
      // What is made of contents that the run then changes is no use to the next call.
      let isLasting = kept.renewed != nil || !kept.arguments.contains { changes[$0] }
      served[kept.value] = isLasting ? [number] : nil
      isKept[kept.value] = true
      if let renewed = kept.renewed { served[renewed] = nil }
    }
    for result in graph.results { served[result] = nil }
    self.served = served
    self.isKept = isKept
  }

  /// The kept values for which an instruction, the next one back, runs; nil where it runs at every
  /// call.
  mutating func serve(_ instruction: Graph.Instruction) -> Set<Int>? {
    var kept: Set<Int>? = []
    for output in instruction.outputs {
      if let more = served[output.value] { kept?.formUnion(more) } else { kept = nil }
    }
    if kept?.isEmpty ?? false { kept = nil }
    for value in instruction.reads where !isKept[value] {
      if let kept { served[value]?.formUnion(kept) } else { served[value] = nil }
    }
    return kept
  }
}
