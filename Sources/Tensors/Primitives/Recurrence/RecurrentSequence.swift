import Arrays

/// A recurrence over a sequence: hₜ = step(aₜ, hₜ₋₁), with t counted down where it is reversed.
///
/// - Parameters:
///   - gates: The input's part of the gates at every step, [time, batch, gates · hidden].
///   - start: The state before the first step; nil for zeros.
///   - mask: Where a sequence has a step, bool [time, batch, 1]. The state stays as it is elsewhere,
///     so that a sequence that has ended keeps its last state, and one that is read from its end
///     starts there.
/// - Returns: h after every step, [time, batch, output], and the state after the last one.
package func recurrence(
  _ kind: Recurrence, over gates: Tensor, from start: [Tensor]?, _ weights: Recurrence.Weights,
  mask: Tensor? = nil, isReversed: Bool = false
) -> (hidden: Tensor, state: [Tensor]) {
  let sequence = RecurrentSequence(
    kind: kind, mask: mask, isReversed: isReversed, hasStart: start != nil,
    hasBias: weights.bias != nil)
  let batch = gates.shape[1]
  let lengths = [weights.hidden.shape[1], gates.shape[2] / kind.gateCount]
  let state =
    start
    ?? lengths.prefix(kind.stateCount).map { Tensor.zeros([batch, $0], gates.dataType) }
  let inputs =
    [gates] + state + [weights.hidden] + [weights.bias, weights.projection].compactMap { $0 }
  let isRecorded = ThreadState.isRecording && inputs.contains { $0.node != nil }
  let result = withoutGradient {
    sequence.forward(inputs.map { $0.detached() }, keeps: isRecorded)
  }
  let hidden = result.states[0].stacked
  guard isRecorded else { return (hidden, result.last) }
  return RecurrencePrimitive(sequence: sequence, result: result, hidden: hidden).recorded(inputs)
}

/// What of a recurrence over a sequence is no operand that is differentiated.
struct RecurrentSequence: Sendable {
  let kind: Recurrence
  let mask: Tensor?
  let isReversed: Bool
  /// Whether the state before the first step was given.
  let hasStart: Bool
  let hasBias: Bool

  /// The operands by their roles.
  struct Operands {
    let gates: Tensor
    let start: [Tensor]
    let weights: Recurrence.Weights
  }

  func operands(_ inputs: [Tensor]) -> Operands {
    var next = inputs[(kind.stateCount + 1)...]
    let hidden = next.removeFirst()
    let bias = hasBias ? next.removeFirst() : nil
    return Operands(
      gates: inputs[0], start: Array(inputs[1...kind.stateCount]),
      weights: Recurrence.Weights(hidden: hidden, bias: bias, projection: next.first))
  }

  struct Result: Sendable {
    /// The state after each step.
    let states: [TimeSeries]
    /// The state after the last one.
    let last: [Tensor]
    /// What the pullbacks of the steps read.
    let kept: [TimeSeries]
  }

  func forward(_ inputs: [Tensor], keeps: Bool) -> Result {
    let operands = operands(inputs)
    let (kind, weights) = (kind, operands.weights)
    let loop = TimeLoop(count: operands.gates.shape[0], isReversed: isReversed)
    let (last, outputs) = loop.run(
      over: [.stacked(operands.gates)] + (mask.map { [.stacked($0)] } ?? []), from: operands.start
    ) { state, elements in
      var (next, kept) = kind.step(elements[0], state, weights)
      if elements.count > 1 {
        next = zip(next, state).map { `where`(elements[1], $0, $1) }
      }
      return (next, (keeps ? next : [next[0]]) + (keeps ? kept : []))
    }
    let count = keeps ? kind.stateCount : 1
    return Result(
      states: Array(outputs.prefix(count)), last: last, kept: Array(outputs.dropFirst(count)))
  }
}
