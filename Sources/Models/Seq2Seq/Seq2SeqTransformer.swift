import Arrays
import NeuralNetworks
import Tensors

/// A transformer that makes one sequence of another, a translation of a sentence: Vaswani et al.,
/// 2017, "Attention is all you need".
///
///     let model = Seq2SeqTransformer(.init(source: 8000, target: 6000))
///     let logits = model(source, target)   // [batch, time] twice → [batch, target time, 6000]
///
/// The encoder reads the source in both directions; the decoder reads the target so far from left to
/// right and looks at what the encoder made. In training the target stands one place to the right,
/// behind a token that means the beginning, and the logits are those of the target itself. `writer(for:)`
/// generates.
///
/// Tokens' vectors, times √width, and sines of their places are added. Parameters are named as in
/// PyTorch's `nn.Transformer` (`encoder.layers.0.self_attn.in_proj_weight`). Tokens' vectors start
/// normal with a standard deviation of 1/√width, so that the logits' is about 1.
public struct Seq2SeqTransformer: Module {
  /// The source tokens' vectors, [source, width]; also the target's, and the output's weights, where
  /// the vocabulary is one for both.
  public var source_embedding: Embedding
  /// [target, width]; also the output's weights. nil where the vocabulary is one for both.
  public var target_embedding: Embedding?
  public var dropout: Dropout
  public var encoder: TransformerEncoder
  public var decoder: TransformerDecoder
  public let configuration: Configuration

  public init(_ configuration: Configuration) {
    configuration.check()
    self.configuration = configuration
    let width = configuration.width
    func table(_ count: Int) -> Embedding {
      let deviation = 1 / Double(width).squareRoot()
      return Embedding(count, width, weightInitializer: .normal(standardDeviation: deviation))
    }
    source_embedding = table(configuration.source)
    target_embedding = configuration.target.map(table)
    dropout = Dropout(configuration.dropout)
    let norm = configuration.isNormFirst ? LayerNorm(width) : nil
    encoder = TransformerEncoder(configuration.layers, norm: norm) {
      TransformerEncoderLayer(
        width, heads: configuration.heads, hidden: configuration.hidden,
        dropout: configuration.dropout, isNormFirst: configuration.isNormFirst)
    }
    decoder = TransformerDecoder(configuration.layers, norm: norm) {
      TransformerDecoderLayer(
        width, heads: configuration.heads, hidden: configuration.hidden,
        dropout: configuration.dropout, isNormFirst: configuration.isNormFirst)
    }
  }

  /// The logits of the target's next tokens: source [batch, source time] and target [batch, time] of
  /// integers → [batch, time, target vocabulary].
  ///
  /// - Parameter sourceMask: Whether a token of the source is one, [batch, source time] of bool; false
  ///   where the sequence is filled up. See `lengthMask`.
  public func callAsFunction(
    _ source: Tensor, _ target: Tensor, sourceMask: Tensor? = nil
  ) -> Tensor {
    decode(target, memory: encode(source, mask: sourceMask), memoryMask: sourceMask)
  }

  /// The states of the source's tokens: [batch, time] of integers → [batch, time, width].
  public func encode(_ source: Tensor, mask: Tensor? = nil) -> Tensor {
    encoder(embedded(source, source_embedding, "source"), keyMask: mask)
  }

  /// The logits of the target's next tokens, given what `encode` made of the source; `memoryMask` is
  /// the source's mask.
  public func decode(_ target: Tensor, memory: Tensor, memoryMask: Tensor? = nil) -> Tensor {
    let states = decoder(
      embedded(target, targetVectors, "target"), memory: memory, isCausal: true,
      memoryKeyMask: memoryMask)
    return linear(states, weight: targetVectors.weight)
  }

  /// The target tokens' vectors, which are also the output's weights.
  var targetVectors: Embedding { target_embedding ?? source_embedding }

  /// Tokens' vectors and the sines of their places, the first of which is `offset`.
  func embedded(
    _ tokens: Tensor, _ vectors: Embedding, _ name: String, offset: Number = 0
  ) -> Tensor {
    if tokens.rank != 2 {
      stop("Seq2SeqTransformer: \(name) \(tokens.shape); it takes [batch, time]")
    }
    let width = configuration.width
    let places = sinusoidalPositions(tokens.shape[1], width, offset: offset)
    return dropout(vectors(tokens) * Double(width).squareRoot() + places)
  }
}
