import Arrays
import NeuralNetworks
import Tensors

extension BERT {
  /// The sizes of a BERT. As it stands it is BERT base.
  public struct Configuration: Sendable, Hashable {
    /// How many tokens there are.
    public var vocabulary: Int
    /// The longest sequence: positions that are learned.
    public var context: Int
    /// How many segments a sequence may have: two, a sentence and its answer.
    public var segments: Int
    /// The length of a token's vector.
    public var width: Int
    /// How many layers follow one another.
    public var layers: Int
    /// Into how many heads attention is split; divides `width`.
    public var heads: Int
    /// The width inside the network of a layer.
    public var hidden: Int
    /// The share of numbers that training drops: of embeddings, attention weights and what layers add.
    public var dropout: Double
    /// The form of GELU; BERT's is the exact one.
    public var activation: GELUApproximation
    /// ε of the normalizations.
    public var epsilon: Double

    public init(
      vocabulary: Int = 30_522, context: Int = 512, segments: Int = 2, width: Int = 768,
      layers: Int = 12, heads: Int = 12, hidden: Int = 3072, dropout: Double = 0.1,
      activation: GELUApproximation = .none, epsilon: Double = 1e-12
    ) {
      self.vocabulary = vocabulary
      self.context = context
      self.segments = segments
      self.width = width
      self.layers = layers
      self.heads = heads
      self.hidden = hidden
      self.dropout = dropout
      self.activation = activation
      self.epsilon = epsilon
    }

    /// BERT as published in two sizes (Devlin et al., 2019), for text without capitals: 109 million
    /// parameters …
    public static let base = Configuration()
    /// … and 335 million.
    public static let large = Configuration(width: 1024, layers: 24, heads: 16, hidden: 4096)

    /// How many numbers a model of these sizes trains, without making one: embeddings and their
    /// normalization, four square products, two of the network and two normalizations a layer, and
    /// the pooler.
    public var parameterCount: Int {
      let embeddings = (vocabulary + context + segments + 2) * width
      let square = (width + 1) * width
      let network = (width + 1) * hidden + (hidden + 1) * width
      return embeddings + layers * (4 * square + network + 4 * width) + square
    }

    /// Stops where no model has these sizes.
    func check() {
      let sizes = [
        ("vocabulary", vocabulary), ("context", context), ("segments", segments), ("width", width),
        ("layers", layers), ("heads", heads), ("hidden", hidden),
      ]
      for (name, size) in sizes where size < 1 { stop("BERT: \(name) \(size) must be positive") }
      if width % heads != 0 { stop("BERT: \(heads) heads do not divide the width \(width)") }
    }
  }
}
