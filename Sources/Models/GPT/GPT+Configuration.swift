import Arrays
import NeuralNetworks
import Tensors

extension GPT {
  /// The sizes of a GPT, and what else its published checkpoints differ in. As it stands it is
  /// GPT-2's smallest.
  public struct Configuration: Sendable, Hashable {
    /// How many tokens there are.
    public var vocabulary: Int
    /// The longest sequence: positions that are learned.
    public var context: Int
    /// The length of a token's vector.
    public var width: Int
    /// How many blocks follow one another.
    public var layers: Int
    /// Into how many heads attention is split; divides `width`.
    public var heads: Int
    /// The share of numbers that training drops: of embeddings, attention weights and what blocks add.
    public var dropout: Double
    /// The form of GELU; GPT-2's is the one with tanh.
    public var activation: GELUApproximation
    /// ε of the normalizations.
    public var epsilon: Double
    /// Whether logits are products with the embedding; otherwise `lm_head` is a matrix of its own.
    public var isTied: Bool
    /// Whether linear layers and normalizations add a bias, as GPT-2's do.
    public var bias: Bool

    public init(
      vocabulary: Int = 50_257, context: Int = 1024, width: Int = 768, layers: Int = 12,
      heads: Int = 12, dropout: Double = 0.1, activation: GELUApproximation = .tanh,
      epsilon: Double = 1e-5, isTied: Bool = true, bias: Bool = true
    ) {
      self.vocabulary = vocabulary
      self.context = context
      self.width = width
      self.layers = layers
      self.heads = heads
      self.dropout = dropout
      self.activation = activation
      self.epsilon = epsilon
      self.isTied = isTied
      self.bias = bias
    }

    /// GPT-2 as published in four sizes (Radford et al., 2019): 124 million parameters …
    public static let small = Configuration()
    /// … 355 million …
    public static let medium = Configuration(width: 1024, layers: 24, heads: 16)
    /// … 774 million …
    public static let large = Configuration(width: 1280, layers: 36, heads: 20)
    /// … and 1,558 million.
    public static let extraLarge = Configuration(width: 1600, layers: 48, heads: 25)

    /// How many numbers a model of these sizes trains, without making one: embeddings; 12 · width² and
    /// 13 · width numbers a block, 2 · width without biases; the last normalization; the output where
    /// it is not tied.
    public var parameterCount: Int {
      let embeddings = (vocabulary + context) * width
      let block = 12 * width * width + (bias ? 13 : 2) * width
      let output = (bias ? 2 : 1) * width + (isTied ? 0 : vocabulary * width)
      return embeddings + layers * block + output
    }

    /// Stops where no model has these sizes.
    func check() {
      let sizes = [
        ("vocabulary", vocabulary), ("context", context), ("width", width), ("layers", layers),
        ("heads", heads),
      ]
      for (name, size) in sizes where size < 1 { stop("GPT: \(name) \(size) must be positive") }
      if width % heads != 0 { stop("GPT: \(heads) heads do not divide the width \(width)") }
    }
  }
}
