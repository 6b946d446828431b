/// Which values of a graph depend on nothing but tensors that the plan does not change.
struct SettledValues {
  private let graph: Graph
  private let uses: GraphUses

  init(_ graph: Graph, _ uses: GraphUses) {
    self.graph = graph
    self.uses = uses
  }

  /// The numbers of the arguments on which a value depends, ascending; nil where some of them, or
  /// the value itself, changes.
  func arguments(of value: Int) -> [Int]? {
    var found: Set<Int> = []
    var visited: Set<Int> = []
    return gather(value, &found, &visited) ? found.sorted() : nil
  }

  private func gather(_ value: Int, _ found: inout Set<Int>, _ visited: inout Set<Int>) -> Bool {
    if !visited.insert(value).inserted { return true }
    if uses.successor[value] != nil { return false }
    switch graph.values[value].origin {
    case .constant: return true
    case .input(let argument):
      found.insert(argument)
      return !graph.replaced.contains(argument)
    case .instruction:
      guard uses.writer[value] >= 0 else { return false }
      let instruction = graph.instructions[uses.writer[value]]
      return instruction.outputs.allSatisfy { graph.isWhole($0) }
        && instruction.inputs.allSatisfy { gather($0.value, &found, &visited) }
    }
  }
}
