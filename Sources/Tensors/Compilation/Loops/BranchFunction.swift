import Arrays

/// A choice between two functions without arguments, to be traced.
struct BranchFunction: Sendable {
  /// The name in messages.
  let name: String
  /// One bool.
  let predicate: Tensor
  let first: @Sendable () -> [Tensor]
  let second: @Sendable () -> [Tensor]

  /// Records the choice in the thread's trace, and on the tape where something is differentiated.
  func trace() -> [Tensor] {
    guard let trace = Trace.current else { stop("\(name): no trace") }
    let isTraining = isTraining
    let bodies = [first, second].map { branch in
      TracedBody([], stateCount: 0) { _ in branch() }
    }
    let slots =
      bodies[0].buffers
      + bodies[1].buffers.filter { slot in
        !bodies[0].buffers.contains { $0 === slot }
      }
    if !slots.isEmpty {
      let buffers = BufferCarry(name: name, slots: slots)
      let results = carrying(buffers).trace()
      buffers.finish(results.suffix(slots.count))
      return results.dropLast(slots.count)
    }
    let arrays = bodies[0].results.map {
      NDArray(uninitialized: Layout(contiguous: $0.shape), $0.dataType)
    }
    trace.add(
      .branch(Branch(bodies[0], else: bodies[1])),
      [predicate.array.compacted()] + bodies[0].captured + bodies[1].captured, into: arrays)
    let results = arrays.map { Tensor($0) }
    var nodes: Set<ObjectIdentifier> = []
    let tracked = bodies.flatMap(\.tracked).filter { tensor in
      tensor.node.map { nodes.insert(ObjectIdentifier($0)).inserted } ?? false
    }.sorted { ($0.node?.number ?? 0) < ($1.node?.number ?? 0) }
    if tracked.isEmpty || !ThreadState.isRecording { return results }
    return BranchPrimitive(function: self, isTraining: isTraining).recorded(tracked, results)
  }
}

/// A traced choice on the tape, whose pullback is a choice between the pullbacks of the branches. The
/// inputs are the tracked tensors that either captures.
private struct BranchPrimitive: RecordedPrimitive {
  let function: BranchFunction
  let isTraining: Bool
  private let bundle = Bundle()

  init(function: BranchFunction, isTraining: Bool) {
    self.function = function
    self.isTraining = isTraining
  }

  var name: String { function.name }
  var saved: SavedValues { [] }

  func recorded(_ inputs: [Tensor], _ results: [Tensor]) -> [Tensor] {
    let token = record(self, inputs, Bundle.token)
    return results.enumerated().map { index, result in
      result.dataType.isFloatingPoint ? bundle.member(index, result.array, of: token) : result
    }
  }

  func pullback(_ call: PullbackCall) {
    let cotangents = bundle.take()
    let seeds = (0...(cotangents.keys.max() ?? 0)).map { cotangents[$0] }
    let specs = call.inputs.map(\.spec)
    let pullback = BodyPullback(
      isTraining: isTraining, captured: call.inputs.compactMap(\.node))
    let branch = { (branch: @escaping @Sendable () -> [Tensor]) in
      { @Sendable in
        let captured = pullback(of: { _ in branch() }, at: [], seeds: seeds).captured
        return zip(captured, specs).map { $0 ?? Tensor.zeros($1.shape, $1.dataType) }
      }
    }
    let results = BranchFunction(
      name: name, predicate: function.predicate, first: branch(function.first),
      second: branch(function.second)
    ).trace()
    for (index, cotangent) in results.enumerated() { call.add(cotangent, to: index) }
  }
}
