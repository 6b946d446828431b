/// How the arguments and the results of a plan go together.
struct PlanBoundary: Sendable {
  /// Whether each argument is state that a run changes.
  let changes: [Bool]
  /// Whether each result is computed elsewhere than in the place that it takes, because what lies
  /// there is read after the result would be written.
  let movesResult: [Bool]
  /// The values of the results beside the state.
  let ownResults: [Int]

  init(_ graph: Graph, _ memory: MemoryPlan) {
    ownResults = zip(graph.results, graph.replaced).filter { $0.1 == nil }.map(\.0)
    var changes = graph.inputs.map { _ in false }
    for (result, argument) in zip(graph.results, graph.replaced) {
      if let argument, result != graph.inputs[argument] { changes[argument] = true }
    }
    self.changes = changes
    let sources = Set(memory.commits.map { memory.places[$0.value] })
    var movesResult = graph.results.map { _ in false }
    for commit in memory.commits {
      guard let argument = graph.replaced[commit.result] else { continue }
      movesResult[commit.result] = sources.contains(.input(argument))
    }
    self.movesResult = movesResult
  }
}
