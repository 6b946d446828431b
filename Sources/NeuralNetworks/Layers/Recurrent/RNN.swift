import Arrays
import Tensors

/// The plain recurrent layer over sequences: h ← f(W_ih·x + b_ih + W_hh·h + b_hh), where f is tanh or
/// ReLU. Elman, 1990, "Finding structure in time".
///
///     let rnn = RNN(128, 256)
///     let (output, state) = rnn(x)    // [time, batch, 128] → [time, batch, 256], [1, batch, 256]
///
/// x [time, batch, in] → [time, batch, directions · hidden]; with `batchFirst` x and the output are
/// [batch, time, …]; one sequence may be [time, in] alone. The parameters are `RecurrentWeights`, with
/// PyTorch's names.
public struct RNN: Module {
  /// The function f of a step.
  public enum Nonlinearity: Sendable, Hashable {
    case tanh
    case relu

    var kind: Recurrence { self == .tanh ? .tanh : .relu }
  }

  var stack: RecurrentStack

  /// Layers of `hidden` units for `inputs` features.
  ///
  /// - Parameters:
  ///   - layers: How many lie one upon another.
  ///   - nonlinearity: The function of a step.
  ///   - bidirectional: Whether each layer also reads from the end; its output is that of both
  ///     directions side by side.
  ///   - dropout: The probability with which an element of what one layer gives the next is dropped in
  ///     training.
  ///   - bias: Whether there are biases.
  ///   - batchFirst: Whether axis 0 of input and output is the batch, and not time; the state's
  ///     order stays.
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, nonlinearity: Nonlinearity = .tanh,
    bidirectional: Bool = false, dropout: Double = 0, bias: Bool = true, batchFirst: Bool = false
  ) {
    let options = RecurrentOptions(
      name: "RNN", kind: nonlinearity.kind, inputs: inputs, hidden: hidden, layers: layers,
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
