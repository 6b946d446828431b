import NeuralNetworks
import Tensors

extension BERT {
  /// Attention, then a network for each token by itself; what each gives is added to its input and
  /// then normalized. [batch, time, width] → the same shape.
  public struct EncoderLayer: Module {
    public var attention: Attention
    public var intermediate: Intermediate
    public var output: Output
    public let activation: GELUApproximation

    init(_ configuration: Configuration) {
      attention = Attention(
        self: SelfAttention(configuration), output: Output(configuration.width, configuration))
      intermediate = Intermediate(dense: .published(configuration.width, configuration.hidden))
      output = Output(configuration.hidden, configuration)
      activation = configuration.activation
    }

    func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor {
      let x = attention.output(attention.`self`(input, mask: mask), addedTo: input)
      return output(gelu(intermediate.dense(x), approximation: activation), addedTo: x)
    }
  }

  /// Attention and what follows it.
  public struct Attention: Module {
    public var `self`: SelfAttention
    public var output: Output
  }

  /// The wide layer of the network.
  public struct Intermediate: Module {
    public var dense: Linear
  }

  /// LayerNorm(residual + dense(x)): how both halves of a layer end.
  public struct Output: Module {
    public var dense: Linear
    public var LayerNorm: NeuralNetworks.LayerNorm
    public var dropout: Dropout

    init(_ inputs: Int, _ configuration: Configuration) {
      dense = .published(inputs, configuration.width)
      LayerNorm = .init(configuration.width, epsilon: configuration.epsilon)
      dropout = Dropout(configuration.dropout)
    }

    func callAsFunction(_ input: Tensor, addedTo residual: Tensor) -> Tensor {
      LayerNorm(dropout(dense(input)) + residual)
    }
  }

  /// Each token gathers from all others, in several heads at once.
  public struct SelfAttention: Module {
    public var query: Linear
    public var key: Linear
    public var value: Linear
    public var dropout: Dropout
    public let heads: Int

    init(_ configuration: Configuration) {
      let width = configuration.width
      query = .published(width, width)
      key = .published(width, width)
      value = .published(width, width)
      dropout = Dropout(configuration.dropout)
      heads = configuration.heads
    }

    func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor {
      let parts = [query, key, value].map { $0(input).splitIntoHeads(heads)[0] }
      return scaledDotProductAttention(parts[0], parts[1], parts[2], mask: mask, dropout: dropout)
        .joinedHeads()
    }
  }
}
