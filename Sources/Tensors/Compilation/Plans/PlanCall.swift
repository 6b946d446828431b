import Arrays

/// One run of a plan, on the leaves of its arguments.
struct PlanCall {
  let plan: Plan
  let leaves: [Leaf]

  /// The leaves of all results, state first. State that nothing else refers to is changed in place,
  /// and is the same array as before.
  func run() -> [NDArray] {
    let graph = plan.graph
    var arguments = leaves.map { PlanCall.array($0) }
    for (result, argument) in zip(graph.results, graph.replaced) {
      guard let argument, result != graph.inputs[argument] else { continue }
      if !owns(argument, as: arguments[argument]) {
        let own = NDArray(
          allocated: Layout(contiguous: arguments[argument].shape), arguments[argument].dataType)
        ThreadState.backend.copy(arguments[argument], into: own)
        arguments[argument] = own
      }
    }
    let results = zip(graph.results, graph.replaced).map { value, argument in
      argument.map { arguments[$0] }
        ?? NDArray(allocated: graph.values[value].layout, graph.values[value].dataType)
    }
    withExtendedLifetime((arguments, results)) {
      plan.run(arguments: arguments.map(\.rawPointer), results: results.map(\.rawPointer))
    }
    return results
  }

  /// Whether some state is another array than before, or is no array: then it must be written back.
  func changesPlaces(of results: [NDArray], _ stateCount: Int) -> Bool {
    for index in 0..<stateCount {
      guard case .tensor(let array, _) = leaves[index], array === results[index] else {
        return true
      }
    }
    return false
  }

  /// Whether a leaf's memory may be changed.
  private func owns(_ index: Int, as array: NDArray) -> Bool {
    guard case .tensor(let leaf, isUnique: true) = leaves[index] else { return false }
    return leaf === array && array.ownsMemory
  }

  /// A leaf as a row-major array.
  private static func array(_ leaf: Leaf) -> NDArray {
    switch leaf {
    case .tensor(let array, _): array.compacted()
    case .number(let value): Tensor(value).array
    case .random(let seed, let position):
      RandomSource(seed: seed, position: position).state.array
    }
  }
}
