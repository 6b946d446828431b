import Arrays
import Tensors

/// Attention of several heads: each head looks with projections of its own, and their results side by
/// side are projected once more. Vaswani et al., 2017, "Attention is all you need".
///
/// Queries [batch, Tq, width], keys [batch, Tk, keyWidth] and values [batch, Tk, valueWidth] → [batch,
/// Tq, width]; time comes first where `batchFirst` is false. The default is batch-first, as in every
/// other layer here (in PyTorch it is time-first).
///
/// Masks say where a query may look: true means that it may, or numbers are added to the scores.
/// (PyTorch's layer, other than its function, means the opposite by true.) A query that may look
/// nowhere gets zeros before the last projection. Long sequences take memory in proportion to their
/// length; see `scaledDotProductAttention`.
///
/// With fewer heads of keys and values than of queries, `keyHeads`, several heads of queries share
/// one (Ainslie et al., 2023, "GQA: training generalized multi-query transformer models from
/// multi-head checkpoints").
public struct MultiHeadAttention: Module {
  /// The projections of queries, keys and values below one another, [width + 2 · keyHeads · size,
  /// width]; nil where keys or values have a width of their own.
  public var in_proj_weight: Tensor?
  /// [width, width] where keys or values have a width of their own.
  public var q_proj_weight: Tensor?
  /// [keyHeads · size, keyWidth] where keys or values have a width of their own.
  public var k_proj_weight: Tensor?
  /// [keyHeads · size, valueWidth] where keys or values have a width of their own.
  public var v_proj_weight: Tensor?
  /// What is added to all three projections; nil where the layer was made without biases.
  public var in_proj_bias: Tensor?
  /// The last projection, width to width.
  public var out_proj: Linear
  /// Drops weights in training.
  public var dropout: Dropout
  /// Turns queries and keys by their places; nil for none.
  public let rotary: RotaryPositions?
  /// Of queries.
  public let heads: Int
  /// Of keys and values.
  public let keyHeads: Int
  /// Numbers of a query and a key of one head.
  public let size: Int
  /// How many keys back a query sees, its own place counted; nil for all.
  public let window: Int?
  /// Whether axis 0 is the batch and axis 1 time, or the other way round.
  public let batchFirst: Bool

  /// A layer of `heads` heads for vectors of `width` numbers, which the heads divide among them.
  ///
  /// Projections start as Xavier's uniform, biases as zero, as in PyTorch.
  public init(
    _ width: Int, heads: Int, keyHeads: Int? = nil, keyWidth: Int? = nil, valueWidth: Int? = nil,
    bias: Bool = true, dropout: Double = 0, window: Int? = nil, rotary: RotaryPositions? = nil,
    batchFirst: Bool = true
  ) {
    let name = "MultiHeadAttention"
    if width < 1 || heads < 1 || width % heads != 0 {
      stop("\(name): \(heads) heads do not divide the width \(width) into equal parts")
    }
    let keyHeads = keyHeads ?? heads
    if keyHeads < 1 || heads % keyHeads != 0 {
      stop("\(name): \(keyHeads) heads of keys do not divide the \(heads) heads of queries")
    }
    let (keyWidth, valueWidth) = (keyWidth ?? width, valueWidth ?? width)
    if keyWidth < 1 || valueWidth < 1 {
      stop(
        "\(name): keys of \(keyWidth) and values of \(valueWidth) numbers; both must be positive")
    }
    if let window, window < 1 {
      stop("\(name): window \(window); a query sees at least its own place: 1")
    }
    size = width / heads
    if let rotary, rotary.size > size {
      stop("\(name): rotary positions turn \(rotary.size) numbers, a head has \(size)")
    }
    (self.heads, self.keyHeads, self.window) = (heads, keyHeads, window)
    (self.rotary, self.batchFirst) = (rotary, batchFirst)
    let projected = keyHeads * size
    let drawn = RandomSource.withCurrent { random in
      func weight(_ outputs: Int, _ inputs: Int) -> Tensor {
        Initializer.xavierUniform()([outputs, inputs], using: &random)
      }
      return keyWidth == width && valueWidth == width
        ? [weight(width + 2 * projected, width)]
        : [weight(width, width), weight(projected, keyWidth), weight(projected, valueWidth)]
    }
    in_proj_weight = drawn.count == 1 ? drawn[0] : nil
    q_proj_weight = drawn.count == 3 ? drawn[0] : nil
    k_proj_weight = drawn.count == 3 ? drawn[1] : nil
    v_proj_weight = drawn.count == 3 ? drawn[2] : nil
    in_proj_bias = bias ? .zeros([width + 2 * projected]) : nil
    out_proj = Linear(width, width, bias: bias, biasInitializer: .constant(0))
    self.dropout = Dropout(dropout)
  }

  /// Attention of a sequence to itself.
  ///
  /// - Parameters:
  ///   - mask: Of a shape that broadcasts to [batch, heads, Tq, Tk], such as [Tq, Tk].
  ///   - keyMask: [batch, Tk] of bool: which keys are there for all queries; see `lengthMask`.
  ///   - isCausal: Whether a query sees only keys up to its own place.
  public func callAsFunction(
    _ input: Tensor, mask: Tensor? = nil, keyMask: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    let parts = projected(input)
    return attended(parts, joined(mask, keyMask, parts), isCausal: isCausal)
  }

  /// Attention of queries to the keys and values of another sequence; the parameters are those of
  /// attention of a sequence to itself.
  public func callAsFunction(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil,
    keyMask: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    let parts = projected(queries, keys, values)
    return attended(parts, joined(mask, keyMask, parts), isCausal: isCausal)
  }

  /// The same, and the weights with which each query looked at each key, before dropout: their mean
  /// over the heads, [batch, Tq, Tk], or unless `averages` those of each, [batch, heads, Tq, Tk].
  public func withWeights(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil,
    keyMask: Tensor? = nil, isCausal: Bool = false, averages: Bool = true
  ) -> (output: Tensor, weights: Tensor) {
    let parts = projected(queries, keys, values)
    let mask = joined(mask, keyMask, parts)
    let weights = scaledDotProductWeights(
      parts.queries, parts.keys, mask: mask, isCausal: isCausal, window: window)
    return (
      attended(parts, mask, isCausal: isCausal), averages ? weights.mean(along: 1) : weights
    )
  }

  /// Attention of new tokens to themselves and to those before them, whose keys and values `cache`
  /// holds; it then holds those of the new ones too. Causal.
  ///
  /// - Parameters:
  ///   - input: [batch, new tokens, width].
  ///   - cache: One for each layer and batch of sequences; see `KeyValueCache`.
  ///   - keyMask: [batch, capacity] of bool, where some of a cache's tokens are padding.
  public func callAsFunction(
    _ input: Tensor, cache: inout KeyValueCache, keyMask: Tensor? = nil
  ) -> Tensor {
    var parts = projected(input, offset: cache.position)
    let new = parts.queries.shape[2]
    cache.append(parts.keys, parts.values)
    let (keys, values, mask) = cache.visible(to: new, window: window, keyMask: keyMask)
    (parts.keys, parts.values) = (keys, values)
    return attended(parts, mask, isCausal: mask == nil || cache.position.isKnown)
  }
}
