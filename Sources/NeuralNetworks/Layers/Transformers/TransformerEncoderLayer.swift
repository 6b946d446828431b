import Arrays
import Tensors

/// A layer of a transformer's encoder: attention of a sequence to itself, then a network of two
/// linear layers for each token; each is added to its input. Vaswani et al., 2017, "Attention is all
/// you need".
///
/// Normalized after each addition, as there: x ← norm1(x + attention(x)), x ← norm2(x + network(x));
/// or before, where `isNormFirst`: x ← x + attention(norm1(x)), x ← x + network(norm2(x)), which
/// trains without warm-up (Xiong et al., 2020, "On layer normalization in the transformer
/// architecture").
///
/// x [batch, time, width] → the same shape. Parameters are those of PyTorch's layer, and so are their
/// names and initial distributions.
public struct TransformerEncoderLayer: Layer {
  public var self_attn: MultiHeadAttention
  /// [hidden, width].
  public var linear1: Linear
  public var dropout: Dropout
  /// [width, hidden].
  public var linear2: Linear
  public var norm1: LayerNorm
  public var norm2: LayerNorm
  public var dropout1: Dropout
  public var dropout2: Dropout
  /// What stands between the two linear layers.
  public let activation: TransformerActivation
  /// Whether inputs are normalized rather than sums.
  public let isNormFirst: Bool

  /// A layer of vectors of `width` numbers, whose attention has so many heads.
  ///
  /// - Parameters:
  ///   - hidden: The width between the two linear layers.
  ///   - dropout: The probability with which attention weights, and numbers of the hidden layer and of
  ///     what is added, are dropped in training.
  ///   - bias: Whether linear layers and normalizations add a bias.
  public init(
    _ width: Int, heads: Int, hidden: Int = 2048, dropout: Double = 0.1,
    activation: TransformerActivation = .relu, epsilon: Double = 1e-5, isNormFirst: Bool = false,
    bias: Bool = true
  ) {
    self_attn = MultiHeadAttention(width, heads: heads, bias: bias, dropout: dropout)
    linear1 = Linear(width, hidden, bias: bias)
    self.dropout = Dropout(dropout)
    linear2 = Linear(hidden, width, bias: bias)
    norm1 = LayerNorm(width, epsilon: epsilon, bias: bias)
    norm2 = LayerNorm(width, epsilon: epsilon, bias: bias)
    dropout1 = Dropout(dropout)
    dropout2 = Dropout(dropout)
    self.activation = activation
    self.isNormFirst = isNormFirst
  }

  /// Each token looks at all others.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, keyMask: nil) }

  /// - Parameters:
  ///   - mask: Of a shape that broadcasts to [batch, heads, time, time]: bool, true where a query may
  ///     look at a key, or numbers that are added to the scores.
  ///   - keyMask: [batch, time] of bool: which tokens are there at all; see `lengthMask`.
  ///   - isCausal: Whether a token sees only itself and those before it.
  public func callAsFunction(
    _ input: Tensor, mask: Tensor? = nil, keyMask: Tensor?, isCausal: Bool = false
  ) -> Tensor {
    func attended(_ x: Tensor) -> Tensor {
      dropout1(self_attn(x, mask: mask, keyMask: keyMask, isCausal: isCausal))
    }
    if isNormFirst {
      let x = input + attended(norm1(input))
      return x + transformed(norm2(x))
    }
    let x = norm1(input + attended(input))
    return norm2(x + transformed(x))
  }

  private func transformed(_ x: Tensor) -> Tensor {
    dropout2(linear2(dropout(activation(linear1(x)))))
  }
}

/// The function between a transformer layer's two linear ones.
public enum TransformerActivation: Sendable, Hashable {
  case relu
  /// The exact form.
  case gelu
  /// The form with tanh.
  case geluTanh

  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .relu: Tensors.relu(x)
    case .gelu: Tensors.gelu(x)
    case .geluTanh: Tensors.gelu(x, approximation: .tanh)
    }
  }
}
