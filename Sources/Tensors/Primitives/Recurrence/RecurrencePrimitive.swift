import Arrays

/// A recurrence over a sequence on the tape, as one operation of several results: h after every step,
/// and each tensor of the last state.
///
/// The pullback is a loop in the other direction that gives the cotangents of the gates of every
/// step. What is summed over time comes after it, in one product: dW_hh = Σₜ duₜᵀ · hₜ₋₁, likewise
/// dW_hr, and db_hh = Σₜ duₜ. Kept are the gates and the state of each step, so memory is linear in
/// time.
struct RecurrencePrimitive: RecordedPrimitive {
  let sequence: RecurrentSequence
  let result: RecurrentSequence.Result
  /// h after every step.
  let hidden: Tensor
  private let bundle = Bundle()

  init(sequence: RecurrentSequence, result: RecurrentSequence.Result, hidden: Tensor) {
    self.sequence = sequence
    self.result = result
    self.hidden = hidden
  }

  var name: String { "recurrence" }

  /// Puts the recurrence on the tape; gives its results as tracked tensors.
  func recorded(_ inputs: [Tensor]) -> (hidden: Tensor, state: [Tensor]) {
    let token = record(self, inputs, Bundle.token)
    return (
      bundle.member(0, hidden.array, of: token),
      result.last.enumerated().map { bundle.member($0 + 1, $1.array, of: token) }
    )
  }

  func pullback(_ call: PullbackCall) {
    let cotangents = bundle.take()
    if call.isRecorded { return recordedPullback(call, cotangents) }
    let operands = sequence.operands(call.inputs)
    let backward = RecurrentPullback(
      sequence: sequence, result: result, hidden: hidden, operands: operands)
    let found = backward.run(cotangents)
    // In the order of the operands: gates, state, W_hh, b_hh, W_hr.
    call.add(found.gates, to: 0)
    for (index, cotangent) in found.start.enumerated() { call.add(cotangent, to: 1 + index) }
    var next = 1 + found.start.count
    if let weight = backward.hiddenWeight(found) { call.add(weight, to: next) }
    next += 1
    if sequence.hasBias {
      call.add(found.products.joinedRows.sum(along: 0), to: next)
      next += 1
    }
    if let weight = backward.projectionWeight(found) { call.add(weight, to: next) }
  }

  /// Where derivatives of higher order are asked for, the steps are made again, and the pullback is
  /// that of what they are composed of.
  private func recordedPullback(_ call: PullbackCall, _ cotangents: [Int: Tensor]) {
    let (_, pullback) = valueWithPullback(of: call.inputs) { inputs in
      let result = sequence.forward(inputs, keeps: false)
      return concatenate(([result.states[0].stacked] + result.last).map { $0.flattened(from: 0) })
    }
    let parts = ([hidden] + result.last).enumerated().map { index, part in
      (cotangents[index] ?? part.zerosLike()).flattened(from: 0)
    }
    for (index, cotangent) in pullback(concatenate(parts)).enumerated() where call.wants(index) {
      call.add(cotangent, to: index)
    }
  }
}

/// The way back through a recurrence.
private struct RecurrentPullback: Sendable {
  let sequence: RecurrentSequence
  let result: RecurrentSequence.Result
  let hidden: Tensor
  let operands: RecurrentSequence.Operands

  /// The cotangents of the state before the first step, and those that every step gives, with steps
  /// on axis 0.
  struct Cotangents {
    var start: [Tensor]
    var gates: Tensor
    /// Of the recurrent part of the gates.
    var products: Tensor
    /// Of h before the mask, where it is a projection.
    var projected: Tensor?
  }

  func run(_ cotangents: [Int: Tensor]) -> Cotangents {
    let before = zip(result.states, operands.start).map {
      $0.before(startingFrom: $1, isReversed: sequence.isReversed)
    }
    let optional = [sequence.mask, cotangents[0]].map { $0.map { [TimeSeries.stacked($0)] } ?? [] }
    let last = operands.start.enumerated().map { index, start in
      cotangents[1 + index] ?? start.zerosLike()
    }
    let hasOuter = cotangents[0] != nil
    let loop = TimeLoop(count: hidden.shape[0], isReversed: !sequence.isReversed)
    let (start, outputs) = loop.run(
      over: before + result.kept + optional[0] + optional[1], from: last
    ) { step($0, $1, hasOuter: hasOuter) }
    let gates = outputs[0].stacked
    let isGRU = sequence.kind == .gru
    return Cotangents(
      start: start, gates: gates, products: isGRU ? outputs[1].stacked : gates,
      projected: operands.weights.projection == nil ? nil : outputs[1].stacked)
  }

  /// A step back: from the cotangents of the state after it to those of the state before. The elements
  /// are the state before it, what the step kept, its mask, and the cotangent of its h from outside.
  private func step(
    _ carry: [Tensor], _ elements: [Tensor], hasOuter: Bool
  ) -> (carry: [Tensor], outputs: [Tensor]) {
    let (previous, keptEnd) = (carry.count, carry.count + result.kept.count)
    var d = carry
    if hasOuter { d[0] = d[0] + elements[elements.count - 1] }
    let mask = sequence.mask == nil ? nil : elements[keptEnd]
    let reached = mask.map { mask in d.map { `where`(mask, $0, 0) } } ?? d
    var step = sequence.kind.pullback(
      reached, kept: Array(elements[previous..<keptEnd]),
      previous: Array(elements.prefix(previous)), operands.weights)
    if let mask { step.state = zip(step.state, d).map { `where`(mask, $0, $1) } }
    let isGRU = sequence.kind == .gru
    let others = isGRU ? [step.product] : operands.weights.projection == nil ? [] : [reached[0]]
    return (step.state, [step.gates] + others)
  }

  /// dW_hh; nil where there was but one step, from zeros.
  func hiddenWeight(_ found: Cotangents) -> Tensor? {
    let count = hidden.shape[0]
    let (later, earlier) =
      sequence.isReversed ? (0..<count - 1, 1..<count) : (1..<count, 0..<count - 1)
    var weight: Tensor?
    if count > 1 {
      weight = matmul(
        found.products[later].joinedRows.transposed(), hidden[earlier].joinedRows)
    }
    guard sequence.hasStart else { return weight }
    let first = found.products[sequence.isReversed ? count - 1 : 0]
    let part = matmul(first.transposed(), operands.start[0])
    return weight.map { $0 + part } ?? part
  }

  /// dW_hr.
  func projectionWeight(_ found: Cotangents) -> Tensor? {
    found.projected.map { projected in
      let made = result.kept[3].stacked * result.kept[4].stacked
      return matmul(projected.joinedRows.transposed(), made.joinedRows)
    }
  }
}

extension Tensor {
  /// [time, batch, features] as [time · batch, features].
  fileprivate var joinedRows: Tensor { reshaped(to: [-1, shape[2]]) }
}
