import Arrays

/// A loop over lists of tensors, to be traced: what all forms of loops come down to.
struct LoopFunction: Sendable {
  /// What a step makes of the carry and of one element of each sequence.
  typealias Body =
    @Sendable (
      _ carry: [Tensor], _ elements: [Tensor]
    ) -> (carry: [Tensor], outputs: [Tensor])

  /// The name in messages.
  let name: String
  /// The number of steps, or the largest one.
  let stepCount: Int
  let isReversed: Bool
  /// How many steps are made, int64 [], where only a run knows.
  var count: Tensor?
  /// Whether another step is made.
  var condition: (@Sendable ([Tensor]) -> Tensor)?
  var body: Body

  /// Records the loop in the thread's trace, and on the tape where something is differentiated.
  func trace(
    from carry: [Tensor], over elements: [Tensor]
  ) -> (carry: [Tensor], outputs: [Tensor]) {
    let isTraining = isTraining
    let arguments =
      carry.map(\.spec)
      + elements.map { TensorSpec($0.shape.withoutSteps, $0.dataType) }
    var traced = TracedBody(arguments, stateCount: carry.count) { arguments in
      let (carry, outputs) = body(
        Array(arguments.prefix(carry.count)), Array(arguments.dropFirst(carry.count)))
      return carry + outputs
    }
    if !traced.buffers.isEmpty {
      return trace(
        from: carry, over: elements, moving: BufferCarry(name: name, slots: traced.buffers))
    }
    let sources = carry + elements + traced.tracked
    let isRecorded = ThreadState.isRecording && sources.contains { $0.node != nil }
    if isRecorded {
      requireStorableSteps()
      traced.addResults(ofArguments: carry.count)
    }
    let arrays = add(traced, from: carry, over: elements)
    let outputCount = traced.results.count - carry.count
    var results = arrays.prefix(carry.count + outputCount).map { Tensor($0) }
    if isRecorded {
      let primitive = LoopPrimitive(
        function: self, isTraining: isTraining, carryCount: carry.count,
        elementCount: elements.count,
        starts: Array(arrays.dropFirst(results.count).prefix(carry.count)),
        stepsMade: condition == nil ? count?.array : arrays.last)
      results = primitive.recorded(sources, results)
    }
    return (Array(results.prefix(carry.count)), Array(results.dropFirst(carry.count)))
  }

  /// The same where the body records the next values of buffers.
  private func trace(
    from carry: [Tensor], over elements: [Tensor], moving buffers: BufferCarry
  ) -> (carry: [Tensor], outputs: [Tensor]) {
    let (last, outputs) = carrying(buffers, after: carry.count)
      .trace(from: carry + buffers.start, over: elements)
    buffers.finish(last.dropFirst(carry.count))
    return (Array(last.prefix(carry.count)), outputs)
  }

  private func requireStorableSteps() {
    if stepCount == .max {
      stop(
        "\(name): a gradient through a loop in a compiled step keeps the carry of every step; say "
          + "with maximumSteps how many there can be")
    }
  }

  /// Adds the instruction; gives the carry, the outputs and, where a condition ends the loop, the
  /// number of steps.
  private func add(
    _ body: TracedBody, from carry: [Tensor], over elements: [Tensor]
  ) -> [NDArray] {
    guard let trace = Trace.current else { stop("\(name): no trace") }
    let condition = condition.map { condition in
      TracedBody(carry.map(\.spec), stateCount: 0) { [condition($0)] }
    }
    if condition?.buffers.isEmpty == false { stopInCondition() }
    let loop = Loop(
      body, while: condition, stepCount: stepCount, isCounted: count != nil,
      isReversed: isReversed, carryCount: carry.count, elementCount: elements.count)
    let states = carry.map { start in
      let state = NDArray(uninitialized: Layout(contiguous: start.shape), start.dataType)
      ThreadState.backend.copy(start.array, into: state)
      return state
    }
    let outputs = body.graph.results.dropFirst(carry.count).map { value in
      let element = body.graph.values[value]
      return NDArray(
        uninitialized: Layout(contiguous: Shape([stepCount] + element.layout.shape.lengths)),
        element.dataType)
    }
    let steps = condition == nil ? [] : [NDArray(uninitialized: Tensor.scalarLayout, .int64)]
    let counts = count.map { [$0.array.compacted()] } ?? []
    trace.add(
      .loop(loop),
      counts + elements.map { LoopFunction.sequence($0.array) } + body.captured
        + (condition?.captured ?? []),
      into: states + outputs + steps, changed: true)
    return states + outputs + steps
  }

  /// An array whose slices along axis 0 are row-major.
  private static func sequence(_ array: NDArray) -> NDArray {
    let slice = Layout(
      shape: array.shape.withoutSteps, strides: Array(array.strides.dropFirst()))
    return slice.isContiguous ? array : array.compacted()
  }
}
