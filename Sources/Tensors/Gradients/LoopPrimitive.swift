import Arrays

/// A traced loop on the tape. Its pullback is a loop in the other direction, whose body computes a
/// step anew from the carry that the step started from and gives the step's pullback: so memory is
/// linear in the carries, and derivatives of higher order come of themselves.
///
/// The inputs are the first carry, the sequences and the tracked tensors that the body captures.
struct LoopPrimitive: RecordedPrimitive {
  let function: LoopFunction
  let isTraining: Bool
  let carryCount: Int
  let elementCount: Int
  /// The carry before each step, with steps on axis 0.
  let starts: [NDArray]
  /// How many steps were made, where only a run knows.
  let stepsMade: NDArray?
  private let bundle = Bundle()

  init(
    function: LoopFunction, isTraining: Bool, carryCount: Int, elementCount: Int,
    starts: [NDArray], stepsMade: NDArray?
  ) {
    self.function = function
    self.isTraining = isTraining
    self.carryCount = carryCount
    self.elementCount = elementCount
    self.starts = starts
    self.stepsMade = stepsMade
  }

  var name: String { function.name }

  /// Puts the loop on the tape; gives its results as tracked tensors.
  func recorded(_ inputs: [Tensor], _ results: [Tensor]) -> [Tensor] {
    let token = record(self, inputs, Bundle.token)
    return results.enumerated().map { index, result in
      result.dataType.isFloatingPoint ? bundle.member(index, result.array, of: token) : result
    }
  }

  func pullback(_ call: PullbackCall) {
    let cotangents = bundle.take()
    let captures = carryCount + elementCount..<call.inputs.count
    let backward = BackwardLoop(
      pullback: BodyPullback(
        isTraining: isTraining, captured: captures.compactMap { call.inputs[$0].node }),
      body: function.body,
      carry: starts.indices.filter { starts[$0].dataType.isFloatingPoint },
      carryCount: carryCount,
      elements: (0..<elementCount).filter { call.wants(carryCount + $0) },
      elementCount: elementCount,
      outputs: cotangents.keys.filter { $0 >= carryCount }.sorted(),
      starts: cotangents.keys.filter { $0 < 0 }.sorted())
    run(backward, call, cotangents, captures)
  }

  private func run(
    _ backward: BackwardLoop, _ call: PullbackCall, _ cotangents: [Int: Tensor],
    _ captures: Range<Int>
  ) {
    var loop = LoopFunction(
      name: name, stepCount: function.stepCount, isReversed: !function.isReversed,
      body: { backward.step($0, $1) })
    loop.count = stepsMade.map { Tensor($0) }
    let carry = backward.carry.map { index in
      cotangents[index]
        ?? Tensor.zeros(
          self.starts[index].shape.withoutSteps, self.starts[index].dataType)
    }
    let sums = captures.map { Tensor.zeros(call.inputs[$0].shape, call.inputs[$0].dataType) }
    let starts = starts.enumerated().map { index, array in
      // Numbered from −1 downward among the members of the bundle.
      call.isRecorded && array.dataType.isFloatingPoint
        ? bundle.member(-1 - index, array, of: call.output) : Tensor(array)
    }
    let (first, elements) = loop.trace(
      from: carry + sums,
      over: starts + call.inputs[carryCount..<carryCount + elementCount]
        + backward.outputs.compactMap { cotangents[$0] }
        + backward.starts.compactMap { cotangents[$0] })
    for (index, cotangent) in zip(backward.carry, first) { call.add(cotangent, to: index) }
    for (index, cotangent) in zip(captures, first.dropFirst(carry.count)) {
      call.add(cotangent, to: index)
    }
    for (index, cotangent) in zip(backward.elements, elements) {
      call.add(cotangent, to: carryCount + index)
    }
  }
}

/// The body of the loop that differentiates a loop.
private struct BackwardLoop: Sendable {
  let pullback: BodyPullback
  let body: LoopFunction.Body
  /// The places of the floating-point tensors of the carry.
  let carry: [Int]
  let carryCount: Int
  /// The sequences whose cotangents are wanted.
  let elements: [Int]
  let elementCount: Int
  /// The outputs that have cotangents, numbered after the carry.
  let outputs: [Int]
  /// The same for the carries before each step, numbered from −1 downward.
  let starts: [Int]

  /// From the cotangents after a step, and the sums of those of captured tensors, to those before.
  /// The elements are the carry and the elements of the step itself, then cotangents.
  func step(_ state: [Tensor], _ given: [Tensor]) -> (carry: [Tensor], outputs: [Tensor]) {
    let arguments = Array(given.prefix(carryCount + elementCount))
    let outer = given.dropFirst(arguments.count)
    var seeds: [Int: Tensor] = [:]
    for (index, seed) in zip(carry, state) { seeds[index] = seed }
    for (index, seed) in zip(outputs, outer) { seeds[index] = seed }
    let function = { (arguments: [Tensor]) -> [Tensor] in
      let (carry, outputs) = body(
        Array(arguments.prefix(carryCount)), Array(arguments.dropFirst(carryCount)))
      return carry + outputs
    }
    let resultCount = (seeds.keys.max() ?? -1) + 1
    let (cotangents, captured) = pullback(
      of: function, at: arguments, seeds: (0..<resultCount).map { seeds[$0] })
    let fromStarts = Dictionary(
      uniqueKeysWithValues: zip(starts, outer.dropFirst(outputs.count)))
    let next = carry.map { index -> Tensor in
      let cotangent = cotangents[index] ?? arguments[index].zerosLike()
      return fromStarts[-1 - index].map { cotangent + $0 } ?? cotangent
    }
    let sums = zip(state.dropFirst(carry.count), captured).map { sum, part in
      part.map { sum + $0 } ?? sum
    }
    return (
      next + sums,
      elements.map { cotangents[carryCount + $0] ?? arguments[carryCount + $0].zerosLike() }
    )
  }
}
