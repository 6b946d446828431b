import Arrays
import Tensors

/// Gated recurrent units over sequences. Cho et al., 2014, "Learning phrase representations using RNN
/// encoder–decoder for statistical machine translation".
///
/// At every step, with σ the logistic function and ∘ the product by element,
///
///     r = σ(W_ir·x + b_ir + W_hr·h + b_hr)             the reset gate
///     z = σ(W_iz·x + b_iz + W_hz·h + b_hz)             the update gate
///     n = tanh(W_in·x + b_in + r ∘ (W_hn·h + b_hn))    the candidate
///     h ← (1 − z) ∘ n + z ∘ h
///
/// where, as in PyTorch, the reset gate acts after the product, b_hn inside.
///
///     let gru = GRU(128, 256, bidirectional: true)
///     let (output, state) = gru(x)    // [time, batch, 128] → [time, batch, 512], [2, batch, 256]
///
/// x [time, batch, in] → [time, batch, directions · hidden]; with `batchFirst` x and the output are
/// [batch, time, …]; one sequence may be [time, in] alone. The parameters are `RecurrentWeights`, with
/// PyTorch's names and gate order.
public struct GRU: Module {
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
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, bidirectional: Bool = false,
    dropout: Double = 0, bias: Bool = true, batchFirst: Bool = false
  ) {
    let options = RecurrentOptions(
      name: "GRU", kind: .gru, inputs: inputs, hidden: hidden, layers: layers,
      isBidirectional: bidirectional, batchFirst: batchFirst)
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
  ///   - state: What the first step starts from, [layers · directions, batch, hidden], without the
  ///     axis of the batch where the input has none; nil for zeros.
  ///   - lengths: How many steps each sequence has, integers [batch] from 1 to the input's: see `LSTM`.
  public func callAsFunction(
    _ input: Tensor, state: Tensor? = nil, lengths: Tensor? = nil
  ) -> (output: Tensor, state: Tensor) {
    let (output, end) = stack(input, state.map { [$0] }, lengths)
    return (output, end[0])
  }
}
