import Arrays
import Tensors

/// A layer of a transformer's decoder: attention of a sequence to itself, attention to another one
/// (the memory that an encoder gives), then a network of two linear layers for each token; each is
/// added to its input, and normalized before or after as in `TransformerEncoderLayer`. Vaswani et
/// al., 2017, "Attention is all you need".
///
/// x [batch, time, width] and memory [batch, source time, width] → the shape of x. Parameters are
/// those of PyTorch's layer, and so are their names and initial distributions.
public struct TransformerDecoderLayer: Module {
  public var self_attn: MultiHeadAttention
  /// Queries are the sequence's, keys and values the memory's.
  public var multihead_attn: MultiHeadAttention
  /// [hidden, width].
  public var linear1: Linear
  public var dropout: Dropout
  /// [width, hidden].
  public var linear2: Linear
  public var norm1: LayerNorm
  public var norm2: LayerNorm
  public var norm3: LayerNorm
  public var dropout1: Dropout
  public var dropout2: Dropout
  public var dropout3: Dropout
  /// What stands between the two linear layers.
  public let activation: TransformerActivation
  /// Whether inputs are normalized rather than sums.
  public let isNormFirst: Bool

  /// A layer of vectors of `width` numbers, whose attentions have so many heads; the rest is as in
  /// `TransformerEncoderLayer`.
  public init(
    _ width: Int, heads: Int, hidden: Int = 2048, dropout: Double = 0.1,
    activation: TransformerActivation = .relu, epsilon: Double = 1e-5, isNormFirst: Bool = false,
    bias: Bool = true
  ) {
    self_attn = MultiHeadAttention(width, heads: heads, bias: bias, dropout: dropout)
    multihead_attn = MultiHeadAttention(width, heads: heads, bias: bias, dropout: dropout)
    linear1 = Linear(width, hidden, bias: bias)
    self.dropout = Dropout(dropout)
    linear2 = Linear(hidden, width, bias: bias)
    norm1 = LayerNorm(width, epsilon: epsilon, bias: bias)
    norm2 = LayerNorm(width, epsilon: epsilon, bias: bias)
    norm3 = LayerNorm(width, epsilon: epsilon, bias: bias)
    dropout1 = Dropout(dropout)
    dropout2 = Dropout(dropout)
    dropout3 = Dropout(dropout)
    self.activation = activation
    self.isNormFirst = isNormFirst
  }

  /// - Parameters:
  ///   - mask: Where a token may look among its own sequence, of a shape that broadcasts to [batch,
  ///     heads, time, time]: bool, true where it may, or numbers that are added to the scores.
  ///   - keyMask: [batch, time] of bool: which of its tokens are there at all; see `lengthMask`.
  ///   - isCausal: Whether a token sees only itself and those before it, in its own sequence.
  ///   - memoryMask: Where a token may look in the memory, [batch, heads, time, source time].
  ///   - memoryKeyMask: [batch, source time] of bool: which of the memory's are there at all.
  public func callAsFunction(
    _ input: Tensor, memory: Tensor, mask: Tensor? = nil, keyMask: Tensor? = nil,
    isCausal: Bool = false, memoryMask: Tensor? = nil, memoryKeyMask: Tensor? = nil
  ) -> Tensor {
    layered(
      input, attended: { self_attn($0, mask: mask, keyMask: keyMask, isCausal: isCausal) },
      remembered: { multihead_attn($0, memory, memory, mask: memoryMask, keyMask: memoryKeyMask) })
  }

  /// The layer, given what its two attentions do.
  func layered(
    _ input: Tensor, attended: (Tensor) -> Tensor, remembered: (Tensor) -> Tensor
  ) -> Tensor {
    if isNormFirst {
      var x = input + dropout1(attended(norm1(input)))
      x = x + dropout2(remembered(norm2(x)))
      return x + transformed(norm3(x))
    }
    var x = norm1(input + dropout1(attended(input)))
    x = norm2(x + dropout2(remembered(x)))
    return norm3(x + transformed(x))
  }

  private func transformed(_ x: Tensor) -> Tensor {
    dropout3(linear2(dropout(activation(linear1(x)))))
  }
}
