/// How the arguments and the results of a plan go together.
struct PlanBoundary: Sendable {
  /// Whether each argument is state that a run changes.
  let changes: [Bool]
  /// The values of the results beside the state.
  let ownResults: [Int]

  init(_ graph: Graph) {
    ownResults = zip(graph.results, graph.replaced).filter { $0.1 == nil }.map(\.0)
    changes = graph.newValues.map { $0 != nil }
  }
}
