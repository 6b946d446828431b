import Arrays
import Tensors

/// Additive attention: the score of a key is vᵀ tanh(W q + U k), as a small network judges it.
/// Bahdanau et al., 2015, "Neural machine translation by jointly learning to align and translate".
///
/// Queries [batch, Tq, queryWidth], keys [batch, Tk, keyWidth] and values [batch, Tk, width] → the
/// context, [batch, Tq, width], and the weights, [batch, Tq, Tk]. A query that may look nowhere gets
/// zeros. Memory grows with batch · Tq · Tk · hidden.
///
/// A decoder, whose queries come one after another, computes U k once for all of them:
///
///     let projected = attention.projected(keys)  // [batch, Tk, hidden]
///     let (context, weights) = attention(query, projectedKeys: projected, keys)
public struct AdditiveAttention: Module {
  /// W, [hidden, queryWidth].
  public var query: Linear
  /// U, [hidden, keyWidth].
  public var key: Linear
  /// v, [1, hidden].
  public var score: Linear

  /// A layer for queries and keys of these widths.
  public init(queryWidth: Int, keyWidth: Int, hidden: Int) {
    query = Linear(queryWidth, hidden, bias: false)
    key = Linear(keyWidth, hidden, bias: false)
    score = Linear(hidden, 1, bias: false)
  }

  /// - Parameters:
  ///   - values: What is averaged; the keys themselves where nil.
  ///   - keyMask: [batch, Tk] of bool: which keys are there; see `lengthMask`.
  public func callAsFunction(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor? = nil, keyMask: Tensor? = nil
  ) -> (context: Tensor, weights: Tensor) {
    let values = values ?? keys
    requireSequences(queries, keys, values, in: "AdditiveAttention", at: query.weight)
    return self(queries, projectedKeys: projected(keys), values, keyMask: keyMask)
  }

  /// U k, for calls with the same keys: [batch, Tk, keyWidth] → [batch, Tk, hidden].
  public func projected(_ keys: Tensor) -> Tensor { key(keys) }

  /// The same with keys that `projected` made, [batch, Tk, hidden].
  public func callAsFunction(
    _ queries: Tensor, projectedKeys: Tensor, _ values: Tensor, keyMask: Tensor? = nil
  ) -> (context: Tensor, weights: Tensor) {
    requireSequences(queries, projectedKeys, values, in: "AdditiveAttention", at: query.weight)
    if projectedKeys.shape[2] != key.weight.shape[0] {
      stop(
        "AdditiveAttention",
        "projectedKeys \(projectedKeys.shape) are not those of this layer, "
          + "[batch, time, \(key.weight.shape[0])]", at: query.weight)
    }
    let hidden = tanh(query(queries).unsqueezed(2) + projectedKeys.unsqueezed(1))
    return attended(
      score(hidden).squeezed(-1), values, keyMask, in: "AdditiveAttention", at: query.weight)
  }
}

/// Stops where queries, keys and values are not sequences of one batch.
func requireSequences(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, in layer: String, at weight: Tensor?
) {
  if queries.rank != 3 || keys.rank != 3 || values.rank != 3
    || keys.shape[0] != queries.shape[0]
    || keys.shape.lengths.prefix(2) != values.shape.lengths.prefix(2)
  {
    stop(
      layer,
      "queries \(queries.shape), keys \(keys.shape) and values \(values.shape) do not fit: it "
        + "takes [batch, time, width] of one batch, and each key one value", at: weight)
  }
}

/// The values weighed by softmax of scores [batch, Tq, Tk], and the weights: zeros where all keys are
/// hidden.
func attended(
  _ scores: Tensor, _ values: Tensor, _ keyMask: Tensor?, in layer: String, at weight: Tensor?
) -> (context: Tensor, weights: Tensor) {
  guard let keyMask else {
    let weights = softmax(scores)
    return (matmul(weights, values), weights)
  }
  requireKeyMask(keyMask, [scores.shape[0], scores.shape[2]], in: layer, at: weight)
  let isSeen = keyMask.unsqueezed(1)
  let sees = isSeen.any(along: -1, keepingAxes: true)
  let weights = softmax(`where`(isSeen || !sees, scores, -.infinity))
  let seen = `where`(sees, weights, 0)
  return (matmul(seen, values), seen)
}

/// Stops where a mask of keys is not bool [batch, Tk].
func requireKeyMask(_ keyMask: Tensor, _ expected: Shape, in layer: String, at weight: Tensor?) {
  if keyMask.dataType != .bool || keyMask.shape != expected {
    stop(
      layer, "keyMask is \(keyMask.dataType) \(keyMask.shape), where bool \(expected) is expected",
      at: weight)
  }
}
