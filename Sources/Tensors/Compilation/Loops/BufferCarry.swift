import Arrays

/// The buffers whose next values the body of a loop or a branch records: they go through it as
/// tensors of its own, so that what one step leaves is what the next finds.
struct BufferCarry: Sendable {
  /// The name of the loop in messages.
  let name: String
  let slots: [BufferSlot]

  /// What the buffers hold around the loop.
  var start: [Tensor] { slots.map(\.latest) }

  /// Runs a step of which the buffers begin with `values`; gives also what it leaves in them. Around
  /// the step they stay as they were.
  func step<Result>(
    from values: some Sequence<Tensor>, _ body: () -> Result
  ) -> (result: Result, next: [Tensor]) {
    let before = slots.map(\.next)
    for (slot, value) in zip(slots, values) { slot.set(value.detached()) }
    let result = body()
    let next = slots.map(\.latest)
    for (slot, value) in zip(slots, before) { slot.set(value) }
    return (result, next)
  }

  /// Makes what the loop has left in the buffers their next values.
  func finish(_ values: some Sequence<Tensor>) {
    for (slot, value) in zip(slots, values) { slot.set(value.detached()) }
  }

  /// Stops where a step changes the shape or the element type of a buffer.
  func requireSame(_ next: [Tensor]) {
    for (slot, next) in zip(slots, next) where next.spec != slot.start.spec {
      stop(
        "\(name): a buffer's next value is \(next.dataType) \(next.shape), its current one "
          + "\(slot.start.dataType) \(slot.start.shape); shape and type must stay")
    }
  }
}

extension LoopFunction {
  /// The loop with these buffers at the end of its carry.
  func carrying(_ buffers: BufferCarry, after carryCount: Int) -> LoopFunction {
    var loop = self
    let body = body
    loop.body = { carry, elements in
      let (result, next) = buffers.step(from: carry.dropFirst(carryCount)) {
        body(Array(carry.prefix(carryCount)), elements)
      }
      buffers.requireSame(next)
      return (result.carry + next, result.outputs)
    }
    if let condition {
      loop.condition = { carry in
        let values = carry.dropFirst(carryCount)
        let (answer, next) = buffers.step(from: values) {
          condition(Array(carry.prefix(carryCount)))
        }
        if !zip(values, next).allSatisfy({ $0.array === $1.array }) { stopInCondition() }
        return answer
      }
    }
    return loop
  }

  /// Stops because the condition records the next value of a buffer.
  func stopInCondition() -> Never {
    stop(
      "\(name): the condition records the next value of a buffer, which only a step may; leave "
        + "training mode there: withTraining(false) { … }")
  }
}

extension BranchFunction {
  /// The choice with the next values of these buffers after its results.
  func carrying(_ buffers: BufferCarry) -> BranchFunction {
    let start = buffers.start
    func carrying(_ branch: @escaping @Sendable () -> [Tensor]) -> @Sendable () -> [Tensor] {
      {
        let (results, next) = buffers.step(from: start, branch)
        buffers.requireSame(next)
        return results + next
      }
    }
    return BranchFunction(
      name: name, predicate: predicate, first: carrying(first), second: carrying(second))
  }
}
