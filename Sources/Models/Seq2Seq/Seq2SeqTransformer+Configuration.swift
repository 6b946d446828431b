import Arrays
import NeuralNetworks
import Tensors

extension Seq2SeqTransformer {
  /// The sizes of a transformer, of encoder and decoder alike; those not given are the base model's
  /// of the paper.
  public struct Configuration: Sendable, Hashable {
    /// How many tokens sources are written in; also targets, where `target` is nil.
    public var source: Int
    /// How many tokens targets are written in, where they have a vocabulary of their own.
    public var target: Int?
    /// The length of a token's vector.
    public var width: Int
    /// How many layers follow one another, in the encoder and in the decoder.
    public var layers: Int
    /// Into how many heads attention is split; divides `width`.
    public var heads: Int
    /// The width inside the network of a layer.
    public var hidden: Int
    /// The share of numbers that training drops: of embeddings, attention weights and layers.
    public var dropout: Double
    /// Whether layers normalize their inputs rather than sums; the paper's do not.
    public var isNormFirst: Bool

    public init(
      source: Int, target: Int? = nil, width: Int = 512, layers: Int = 6, heads: Int = 8,
      hidden: Int = 2048, dropout: Double = 0.1, isNormFirst: Bool = false
    ) {
      self.source = source
      self.target = target
      self.width = width
      self.layers = layers
      self.heads = heads
      self.hidden = hidden
      self.dropout = dropout
      self.isNormFirst = isNormFirst
    }

    /// Stops where no model has these sizes.
    func check() {
      let sizes = [
        ("source vocabulary", source), ("target vocabulary", target ?? source), ("width", width),
        ("layers", layers), ("heads", heads), ("hidden", hidden),
      ]
      for (name, size) in sizes where size < 1 {
        stop("Seq2SeqTransformer: \(name) \(size) must be positive")
      }
      if width % heads != 0 {
        stop("Seq2SeqTransformer: \(heads) heads do not divide the width \(width)")
      }
    }
  }
}
