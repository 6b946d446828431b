import Arrays
import Tensors

/// The state of an `LSTM` or an `LSTMCell`.
///
/// Of a layer each tensor has a row for every layer and direction: layer 0 from the start, layer 0
/// from the end, layer 1 …
public struct LSTMState: TensorTree {
  /// h, which is the output too: [layers · directions, batch, hidden], or `projection` in the place of
  /// `hidden`; of a cell [batch, hidden].
  public var hidden: Tensor
  /// c, which stays inside: [layers · directions, batch, hidden]; of a cell [batch, hidden].
  public var cell: Tensor

  /// A state of two tensors.
  public init(hidden: Tensor, cell: Tensor) {
    self.hidden = hidden
    self.cell = cell
  }

  /// The same numbers as constants, for the next batch of a sequence that is too long to go back
  /// through as a whole (truncated backpropagation).
  public func detached() -> LSTMState {
    LSTMState(hidden: hidden.detached(), cell: cell.detached())
  }
}

/// Long short-term memory over sequences. Hochreiter & Schmidhuber, 1997, "Long short-term memory".
///
/// At every step, with σ the logistic function and ∘ the product by element,
///
///     i = σ(W_ii·x + b_ii + W_hi·h + b_hi)       the input gate
///     f = σ(W_if·x + b_if + W_hf·h + b_hf)       the forget gate
///     g = tanh(W_ig·x + b_ig + W_hg·h + b_hg)    the candidate
///     o = σ(W_io·x + b_io + W_ho·h + b_ho)       the output gate
///     c ← f ∘ c + i ∘ g
///     h ← o ∘ tanh c
///
/// and with a projection h ← W_hr · (o ∘ tanh c) (Sak et al., 2014).
///
///     let lstm = LSTM(128, 256, layers: 2, dropout: 0.2)
///     let (output, state) = lstm(x)                      // x [time, batch, 128]
///     let (next, _) = lstm(y, state: state.detached())   // goes on where x ended
///
/// x [time, batch, in] → [time, batch, directions · out], where out is `projection` or `hidden`; with
/// `batchFirst` x and the output are [batch, time, …]; one sequence may be [time, in] alone. The
/// parameters are `RecurrentWeights`, with PyTorch's names and gate order.
public struct LSTM: Module {
  var stack: RecurrentStack

  /// Layers of `hidden` units for `inputs` features.
  ///
  /// - Parameters:
  ///   - layers: How many lie one upon another.
  ///   - bidirectional: Whether each layer also reads from the end; its output is that of both
  ///     directions side by side.
  ///   - dropout: The probability with which an element of what one layer gives the next is dropped in
  ///     training.
  ///   - bias: Whether gates have biases.
  ///   - batchFirst: Whether axis 0 of input and output is the batch, and not time; the state's
  ///     order stays.
  ///   - projection: How many features h is projected to, less than `hidden`.
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, bidirectional: Bool = false,
    dropout: Double = 0, bias: Bool = true, batchFirst: Bool = false, projection: Int? = nil
  ) {
    let options = RecurrentOptions(
      name: "LSTM", kind: .lstm, inputs: inputs, hidden: hidden, layers: layers,
      isBidirectional: bidirectional, batchFirst: batchFirst, projection: projection)
    stack = RecurrentStack(options, bias: bias, dropout: dropout)
  }

  /// The parameters, layer by layer, the direction from the start first.
  public var weights: [RecurrentWeights] {
    get { stack.weights }
    set { stack.weights = newValue }
  }

  public mutating func visitTensors(_ visitor: TensorVisitor) { stack.visitTensors(visitor) }

  /// h of the last layer at every step, and the state after the last step.
  ///
  /// - Parameters:
  ///   - input: [time, batch, in], or as `batchFirst` says, or [time, in].
  ///   - state: What the first step starts from; nil for zeros. Without a batch its tensors have no
  ///     such axis either.
  ///   - lengths: How many steps each sequence has, integers [batch] from 1 to the input's; nil where
  ///     all are as long as the input. Outputs beyond the end are 0, the state is the one at each
  ///     end, and the reverse direction starts at each end. What the input holds beyond the end
  ///     does not matter.
  public func callAsFunction(
    _ input: Tensor, state: LSTMState? = nil, lengths: Tensor? = nil
  ) -> (output: Tensor, state: LSTMState) {
    let (output, end) = stack(input, state.map { [$0.hidden, $0.cell] }, lengths)
    return (output, LSTMState(hidden: end[0], cell: end[1]))
  }
}
