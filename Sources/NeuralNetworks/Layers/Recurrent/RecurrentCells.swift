import Arrays
import Tensors

/// A step of a plain recurrent layer: h ← f(W_ih·x + b_ih + W_hh·h + b_hh), where f is tanh or ReLU.
///
/// x [batch, in] and h [batch, hidden] → h [batch, hidden]; or all without the batch. The parameters
/// are `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh`: see `RecurrentWeights`. For a whole sequence
/// `RNN` is faster.
public struct RNNCell: Module {
  /// The parameters.
  public var weights: RecurrentWeights
  private let core: RecurrentCell

  /// A cell of `hidden` units for `inputs` features.
  public init(
    _ inputs: Int, _ hidden: Int, nonlinearity: RNN.Nonlinearity = .tanh, bias: Bool = true
  ) {
    core = RecurrentCell("RNNCell", nonlinearity.kind, inputs, hidden)
    weights = RecurrentWeights(nonlinearity.kind, inputs, hidden, bias: bias)
  }

  public mutating func visitTensors(_ visitor: TensorVisitor) { core.visit(&weights, visitor) }

  /// h after a step; `state` is h before it, nil for zeros.
  public func callAsFunction(_ input: Tensor, state: Tensor? = nil) -> Tensor {
    core.step(input, state.map { [$0] }, weights)[0]
  }
}

/// A step of long short-term memory: see `LSTM` for the formulas.
///
///     var state: LSTMState?
///     for x in inputs { state = cell(x, state: state) }
///
/// x [batch, in] and a state of two tensors [batch, hidden] → the next state; or all without the batch.
/// The parameters are `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh`: see `RecurrentWeights`. For a
/// whole sequence `LSTM` is faster.
public struct LSTMCell: Module {
  /// The parameters.
  public var weights: RecurrentWeights
  private let core: RecurrentCell

  /// A cell of `hidden` units for `inputs` features.
  public init(_ inputs: Int, _ hidden: Int, bias: Bool = true) {
    core = RecurrentCell("LSTMCell", .lstm, inputs, hidden)
    weights = RecurrentWeights(.lstm, inputs, hidden, bias: bias)
  }

  public mutating func visitTensors(_ visitor: TensorVisitor) { core.visit(&weights, visitor) }

  /// The state after a step, whose `hidden` is the output; `state` is the one before, nil for zeros.
  public func callAsFunction(_ input: Tensor, state: LSTMState? = nil) -> LSTMState {
    let next = core.step(input, state.map { [$0.hidden, $0.cell] }, weights)
    return LSTMState(hidden: next[0], cell: next[1])
  }
}

/// A step of gated recurrent units: see `GRU` for the formulas.
///
/// x [batch, in] and h [batch, hidden] → h [batch, hidden]; or all without the batch. The parameters
/// are `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh`: see `RecurrentWeights`. For a whole sequence
/// `GRU` is faster.
public struct GRUCell: Module {
  /// The parameters.
  public var weights: RecurrentWeights
  private let core: RecurrentCell

  /// A cell of `hidden` units for `inputs` features.
  public init(_ inputs: Int, _ hidden: Int, bias: Bool = true) {
    core = RecurrentCell("GRUCell", .gru, inputs, hidden)
    weights = RecurrentWeights(.gru, inputs, hidden, bias: bias)
  }

  public mutating func visitTensors(_ visitor: TensorVisitor) { core.visit(&weights, visitor) }

  /// h after a step; `state` is h before it, nil for zeros.
  public func callAsFunction(_ input: Tensor, state: Tensor? = nil) -> Tensor {
    core.step(input, state.map { [$0] }, weights)[0]
  }
}

/// What the cells have in common.
private struct RecurrentCell: Sendable, Hashable {
  let name: String
  let kind: Recurrence
  let inputs: Int
  let hidden: Int

  init(_ name: String, _ kind: Recurrence, _ inputs: Int, _ hidden: Int) {
    if inputs < 1 || hidden < 1 {
      stop("\(name): \(inputs) inputs and \(hidden) hidden units; both must be positive")
    }
    (self.name, self.kind, self.inputs, self.hidden) = (name, kind, inputs, hidden)
  }

  func visit(_ weights: inout RecurrentWeights, _ visitor: TensorVisitor) {
    if visitor.notesValues { visitor.note(UInt64(bitPattern: Int64(hashValue))) }
    weights.visitTensors(visitor)
  }

  func step(_ input: Tensor, _ state: [Tensor]?, _ weights: RecurrentWeights) -> [Tensor] {
    if !(1...2).contains(input.rank) || input.shape[input.rank - 1] != inputs {
      stop(
        name,
        "input \(input.shape) does not fit \(inputs) inputs: it takes [batch, \(inputs)] or "
          + "[\(inputs)]", at: weights.inputWeight)
    }
    let expected = Shape(input.shape.lengths.dropLast() + [hidden])
    let state =
      state
      ?? Array(repeating: Tensor.zeros(expected, input.dataType), count: kind.stateCount)
    if let odd = state.first(where: { $0.shape != expected }) {
      stop(
        name, "state \(odd.shape) does not fit input \(input.shape): it takes \(expected)",
        at: weights.inputWeight)
    }
    if input.rank == 2 { return kind.step(weights.gates(input), state, weights.steps).state }
    let rows = state.map { $0.unsqueezed(0) }
    return kind.step(weights.gates(input.unsqueezed(0)), rows, weights.steps).state
      .map { $0.squeezed(0) }
  }
}
