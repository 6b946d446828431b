import Arrays
import Tensors

/// Multiplicative attention: the score of a key is a product with the query. Luong et al., 2015,
/// "Effective approaches to attention-based neural machine translation".
///
/// Queries [batch, Tq, queryWidth], keys [batch, Tk, keyWidth] and values [batch, Tk, width] → the
/// context, [batch, Tq, width], and the weights, [batch, Tq, Tk]. A query that may look nowhere gets
/// zeros.
public struct MultiplicativeAttention: Module {
  /// How a key is judged.
  public enum Score: Sendable, Hashable {
    /// qᵀ k: both are equally wide, and there is nothing to train.
    case dot
    /// qᵀ W k.
    case general
    /// vᵀ tanh(W [q; k]) with so many hidden numbers.
    case concat(hidden: Int)
  }

  /// W: [queryWidth, keyWidth] for `general`, [hidden, queryWidth + keyWidth] for `concat`.
  public var weight: Tensor?
  /// v, [1, hidden], for `concat`.
  public var vector: Tensor?
  public let score: Score

  /// A layer for queries and keys of these widths; weights start uniform in ±1/√in.
  public init(queryWidth: Int, keyWidth: Int, score: Score = .general) {
    if queryWidth < 1 || keyWidth < 1 {
      stop(
        "MultiplicativeAttention: queries of \(queryWidth) and keys of \(keyWidth) numbers; both "
          + "must be positive")
    }
    self.score = score
    func drawn(_ outputs: Int, _ inputs: Int) -> Tensor {
      Initializer.makeWeightAndBias(
        [outputs, inputs], outputs: outputs, hasBias: false, nil, nil
      ).weight
    }
    switch score {
    case .dot:
      if queryWidth != keyWidth {
        stop(
          "MultiplicativeAttention: dot needs equally wide queries and keys, found \(queryWidth) "
            + "and \(keyWidth); use general")
      }
    case .general: weight = drawn(queryWidth, keyWidth)
    case .concat(let hidden):
      if hidden < 1 {
        stop("MultiplicativeAttention: \(hidden) hidden numbers; there must be at least one")
      }
      weight = drawn(hidden, queryWidth + keyWidth)
      vector = drawn(1, hidden)
    }
  }

  /// - Parameters:
  ///   - values: What is averaged; the keys themselves where nil.
  ///   - keyMask: [batch, Tk] of bool: which keys are there; see `lengthMask`.
  public func callAsFunction(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor? = nil, keyMask: Tensor? = nil
  ) -> (context: Tensor, weights: Tensor) {
    let values = values ?? keys
    requireSequences(queries, keys, values, in: "MultiplicativeAttention", at: weight)
    return attended(
      scores(queries, keys), values, keyMask, in: "MultiplicativeAttention", at: weight)
  }

  private func scores(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    guard let weight else { return matmul(queries, keys.transposed(1, 2)) }
    guard let vector else { return matmul(queries, linear(keys, weight: weight).transposed(1, 2)) }
    // W [q; k] is the sum of a part for each, so that no pair of vectors is laid side by side.
    let width = queries.shape[2]
    if width + keys.shape[2] != weight.shape[1] {
      stop(
        "MultiplicativeAttention",
        "queries \(queries.shape) and keys \(keys.shape) do not fit weight \(weight.shape)",
        at: weight)
    }
    let hidden =
      linear(queries, weight: weight[.all, ..<width]).unsqueezed(2)
      + linear(keys, weight: weight[.all, width...]).unsqueezed(1)
    return linear(tanh(hidden), weight: vector).squeezed(-1)
  }
}
