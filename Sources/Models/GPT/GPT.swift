import Arrays
import NeuralNetworks
import Tensors

/// A language model that reads from left to right: GPT-2 (Radford et al., 2019, "Language models are
/// unsupervised multitask learners").
///
///     let model = GPT(.init(vocabulary: 65, context: 64, width: 128, layers: 4, heads: 4))
///     let logits = model(tokens)   // [batch, time] → [batch, time, vocabulary]
///
/// A token's vector and its position's are added and go through the blocks; the logits of the next
/// token are the products of what comes out with all tokens' vectors. What stands at one time
/// depends on the tokens up to there alone.
///
/// Parameters have the names and layouts of GPT-2's checkpoints: `wte.weight`,
/// `h.0.attn.c_attn.weight` ([in, out]), `ln_f.bias`. They start as published: normal with a
/// standard deviation of 0.02, biases 0; what a block adds (`c_proj`) is scaled by 1/√(2 · layers).
/// nanoGPT's have the same names, also without biases (`bias: false`), but weights [out, in].
public struct GPT: Layer {
  /// The tokens' vectors, [vocabulary, width]; also the output's weights where it is tied.
  public var wte: Embedding
  /// The positions' vectors, [context, width].
  public var wpe: LearnedPositions
  public var drop: Dropout
  public var h: [Block]
  public var ln_f: LayerNorm
  /// [vocabulary, width], without a bias; nil where the output is tied.
  public var lm_head: Linear?
  public let configuration: Configuration

  public init(_ configuration: Configuration = .small) {
    configuration.check()
    self.configuration = configuration
    let (vocabulary, width) = (configuration.vocabulary, configuration.width)
    let weights = Initializer.normal(standardDeviation: 0.02)
    wte = Embedding(vocabulary, width, weightInitializer: weights)
    wpe = LearnedPositions(configuration.context, width, weightInitializer: weights)
    drop = Dropout(configuration.dropout)
    h = (0..<configuration.layers).map { _ in Block(configuration) }
    ln_f = configuration.makeNorm()
    lm_head =
      configuration.isTied
      ? nil : Linear(width, vocabulary, bias: false, weightInitializer: weights)
  }

  /// The logits of the token after each: [batch, time] of integers below `vocabulary` →
  /// [batch, time, vocabulary].
  public func callAsFunction(_ tokens: Tensor) -> Tensor {
    var x = embedded(tokens, offset: 0)
    for block in h { x = block(x) }
    return logits(x)
  }

  /// Tokens' and positions' vectors, added.
  func embedded(_ tokens: Tensor, offset: Number) -> Tensor {
    if tokens.rank != 2 { stop("GPT: tokens \(tokens.shape); it takes [batch, time]") }
    return drop(wpe(wte(tokens), offset: offset))
  }

  /// The products of states with all tokens' vectors.
  func logits(_ x: Tensor) -> Tensor {
    let normalized = ln_f(x)
    return lm_head?(normalized) ?? linear(normalized, weight: wte.weight)
  }
}
