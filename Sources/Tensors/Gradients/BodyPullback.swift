import Arrays

/// The pullback of a function of tensors that is traced anew where a loop or a branch is
/// differentiated, by its arguments and by the tracked tensors that it captures.
struct BodyPullback: Sendable {
  let isTraining: Bool
  /// The nodes of captured tensors, oldest first.
  let captured: [Node]

  /// The cotangents of the arguments and of the captured tensors; nil where there is no dependence.
  ///
  /// - Parameters:
  ///   - seeds: The cotangents of the function's results; nil for zero.
  func callAsFunction(
    of function: ([Tensor]) -> [Tensor], at arguments: [Tensor], seeds: [Tensor?]
  ) -> (arguments: [Tensor?], captured: [Tensor?]) {
    let root = TensorPlace(components: [], name: "")
    let leaves = arguments.map { argument in
      argument.dataType.isFloatingPoint ? Node(leaf: argument, at: root) : nil
    }
    let oldest = leaves.lazy.compactMap { $0?.number }.min() ?? Node.nextNumber()
    let results = recorded {
      withTraining(isTraining) {
        function(zip(arguments, leaves).map { Tensor($0.array, node: $1) })
      }
    }
    var reached: [Tensor] = []
    var reachedSeeds: [Tensor] = []
    for (result, seed) in zip(results, seeds) where result.node != nil {
      guard let seed else { continue }
      reached.append(result)
      reachedSeeds.append(seed)
    }
    if reached.isEmpty {
      return (arguments.map { _ in nil }, captured.map { _ in nil })
    }
    let token = record(JoinPrimitive(seeds: reachedSeeds), reached, Bundle.token)
    let known = leaves.compactMap { $0 }
    let cotangents = BackwardPass.run(
      from: token, seed: Tensor(Bundle.token), to: captured + known, notBefore: oldest)
    var next = cotangents.dropFirst(captured.count)
    return (
      leaves.map { $0 == nil ? nil : next.popFirst() ?? nil },
      Array(cotangents.prefix(captured.count))
    )
  }

  private func recorded<Result>(_ body: () -> Result) -> Result {
    let depth = ThreadState.pointer.pointee.gradient_depth
    return ThreadState.with(\.gradient_depth, depth + 1) {
      ThreadState.with(\.unrecorded_depth, 0, body)
    }
  }
}

/// Several results as one, whose pullback gives each the cotangent that it was made with.
private struct JoinPrimitive: RecordedPrimitive {
  let seeds: [Tensor]

  var name: String { "join" }
  var saved: SavedValues { [] }

  func pullback(_ call: PullbackCall) {
    for (index, seed) in seeds.enumerated() { call.add(seed, to: index) }
  }
}

extension BackwardPass {
  /// The cotangents of `leaves`, of which those older than `oldest` are taken as they are: what they
  /// were computed from is not visited, and what a surrounding pass noted in them is put back.
  static func run(
    from result: Tensor, seed: Tensor, to leaves: [Node], notBefore oldest: UInt64
  ) -> [Tensor?] {
    guard let root = result.node else { return leaves.map { _ in nil } }
    let nodes = graph(below: root, notBefore: oldest)
    let pass = root.pass
    let before = leaves.map { ($0.neededBy, $0.cotangent) }
    for leaf in leaves {
      leaf.neededBy = pass
      leaf.cotangent = nil
    }
    for index in stride(from: nodes.count - 1, through: 0, by: -1) {
      nodes[index]._withUnsafeGuaranteedRef { $0.markIfOperandsAreNeeded(by: pass) }
    }
    if root.neededBy == pass {
      root.cotangent = seed
      for node in nodes {
        node._withUnsafeGuaranteedRef { node in
          guard node.neededBy == pass, node.cotangent != nil else { return }
          propagate(through: node, pass)
        }
      }
    }
    let cotangents = leaves.map(\.cotangent)
    for (leaf, noted) in zip(leaves, before) { (leaf.neededBy, leaf.cotangent) = noted }
    return cotangents
  }
}
