import Arrays
import NeuralNetworks
import Tensors

/// An encoder that reads in both directions: Devlin et al., 2019, "BERT: pre-training of deep
/// bidirectional transformers for language understanding".
///
///     let model = BERT(.base)
///     let states = model(tokens, mask: isToken)   // [batch, time] → [batch, time, width]
///     let sentence = model.pooled(states)         // → [batch, width]
///
/// Parameters have the names of BERT's checkpoints, behind the `bert.` that those with a head for a
/// task begin with: `encoder.layer.0.attention.self.query.weight`. They start as published: normal
/// with a standard deviation of 0.02, biases 0.
public struct BERT: Layer {
  public var embeddings: Embeddings
  public var encoder: Encoder
  public var pooler: Pooler
  public let configuration: Configuration

  public init(_ configuration: Configuration = .base) {
    configuration.check()
    self.configuration = configuration
    embeddings = Embeddings(configuration)
    encoder = Encoder(layer: (0..<configuration.layers).map { _ in EncoderLayer(configuration) })
    pooler = Pooler(dense: .published(configuration.width, configuration.width))
  }

  /// The states of the tokens, all of the first segment and none padding: see
  /// `callAsFunction(_:segments:mask:)`.
  public func callAsFunction(_ tokens: Tensor) -> Tensor {
    self(tokens, segments: nil, mask: nil)
  }

  /// The state of each token among the others: [batch, time] of integers below `vocabulary` →
  /// [batch, time, width].
  ///
  /// - Parameters:
  ///   - segments: The segment of each token, [batch, time]; the first one's where it is nil.
  ///   - mask: Whether a token is one, [batch, time] of bool; false where the sequence is filled up.
  public func callAsFunction(_ tokens: Tensor, segments: Tensor?, mask: Tensor?) -> Tensor {
    if tokens.rank != 2 { stop("BERT: tokens \(tokens.shape); it takes [batch, time]") }
    if tokens.shape[1] > configuration.context {
      stop("BERT: \(tokens.shape[1]) tokens; its context holds \(configuration.context)")
    }
    for (name, other) in [("segments", segments), ("mask", mask)] {
      if let other, other.shape != tokens.shape {
        stop("BERT: \(name) \(other.shape) of tokens \(tokens.shape); they must be equal")
      }
    }
    if let mask, mask.dataType != .bool {
      stop("BERT: mask of \(mask.dataType); it takes bool, true for a token")
    }
    var x = embeddings(tokens, segments: segments)
    // [batch, head, query, key]
    let keys = mask.map { $0.unsqueezed(1).unsqueezed(1) }
    for layer in encoder.layer { x = layer(x, mask: keys) }
    return x
  }

  /// What the first token's state says of the whole sequence, as the next sentence was predicted
  /// from: tanh of a linear layer, [batch, time, width] → [batch, width].
  public func pooled(_ states: Tensor) -> Tensor { tanh(pooler.dense(states[.all, 0])) }
}

extension BERT {
  /// The sum of a token's, its position's and its segment's vectors, normalized.
  public struct Embeddings: Module {
    public var word_embeddings: Embedding
    public var position_embeddings: Embedding
    public var token_type_embeddings: Embedding
    public var LayerNorm: NeuralNetworks.LayerNorm
    public var dropout: Dropout

    init(_ configuration: Configuration) {
      func table(_ count: Int) -> Embedding {
        Embedding(
          count, configuration.width, weightInitializer: .normal(standardDeviation: 0.02))
      }
      word_embeddings = table(configuration.vocabulary)
      position_embeddings = table(configuration.context)
      token_type_embeddings = table(configuration.segments)
      LayerNorm = .init(configuration.width, epsilon: configuration.epsilon)
      dropout = Dropout(configuration.dropout)
    }

    func callAsFunction(_ tokens: Tensor, segments: Tensor?) -> Tensor {
      let places = position_embeddings.weight.prefix(tokens.shape[1])
      let kinds = segments.map(token_type_embeddings.callAsFunction)
      let kind = kinds ?? token_type_embeddings.weight.prefix(1)
      return dropout(LayerNorm(word_embeddings(tokens) + places + kind))
    }
  }

  /// The layers, one after another.
  public struct Encoder: Module {
    public var layer: [EncoderLayer]
  }

  /// Reads the first token's state.
  public struct Pooler: Module {
    public var dense: Linear
  }
}

extension Linear {
  /// A layer that starts as BERT's did: normal with a standard deviation of 0.02, bias 0.
  static func published(_ inputs: Int, _ outputs: Int) -> Linear {
    Linear(
      inputs, outputs, weightInitializer: .normal(standardDeviation: 0.02), biasInitializer: .zeros)
  }
}
