import Arrays

/// Scaled dot-product attention: softmax(q · kᵀ · scale + mask) · v of each head (Vaswani et al.,
/// 2017, "Attention is all you need").
///
/// Sequences of more than 512 tokens or so are walked in blocks of queries whose scores are computed
/// again on the way back, so that memory grows with the length and not with its square (Rabe &
/// Staats, 2021, "Self-attention does not need O(n²) memory"); keys that the causal order or the
/// window hides from a whole block are not looked at.
///
/// A query that may look nowhere gives zeros, and has zero gradients.
///
/// - Parameters:
///   - queries: […, H, Tq, D].
///   - keys: […, Hkv, Tk, D]; H is a multiple of Hkv, and each head of keys and values serves H/Hkv
///     heads of queries that stand side by side (grouped queries: Ainslie et al., 2023).
///   - values: […, Hkv, Tk, Dv].
///   - mask: Of a shape that broadcasts to […, H, Tq, Tk]: bool, where true means that the query may
///     look at the key, or numbers of the queries' element type that are added to the scores.
///   - isCausal: Whether a query sees only the keys up to its own place. The last query stands at the
///     place of the last key, so that fewer queries than keys continue a sequence whose earlier keys
///     come from a cache. (PyTorch's `is_causal` aligns the first ones; where Tq = Tk both agree.)
///   - window: Only so many keys are seen: that of the query's own place and those just before it,
///     and unless `isCausal` as many behind it. nil for all.
///   - scale: 1/√D by default.
/// - Returns: […, H, Tq, Dv].
public func scaledDotProductAttention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
  window: Int? = nil, scale: Double? = nil
) -> Tensor {
  var random = RandomSource(seed: 0)
  return scaledDotProductAttention(
    queries, keys, values, mask: mask, isCausal: isCausal, window: window, dropout: 0,
    using: &random, scale: scale)
}

/// The same with dropout: each weight, after the softmax, is set to zero with probability `dropout`
/// and otherwise divided by 1 − `dropout`, inside a gradient closure and outside. `random` moves on.
public func scaledDotProductAttention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
  window: Int? = nil, dropout: Double, using random: inout RandomSource, scale: Double? = nil
) -> Tensor {
  let groups = AttentionShapes.groups(queries, keys, values)
  let (heads, size) = (queries.shape.lengths.dropLast(2), queries.shape[queries.rank - 1])
  let scope = AttentionScope(
    queries: queries.shape[queries.rank - 2], keys: keys.shape[keys.rank - 2], isCausal: isCausal,
    window: window)
  AttentionShapes.requireDropout(dropout)
  let mask = mask.map { AttentionShapes.bias($0, queries, scope, groups: groups) }
  let call = AttentionCall(
    scope: scope, scale: scale ?? 1 / Double(max(size, 1)).squareRoot(), dropout: dropout)
  if groups == 1 { return call(queries, keys, values, mask, &random) }
  // The heads of a group share keys: they get an axis of their own, along which those stretch.
  let split = Shape(
    heads.dropLast() + [keys.shape[keys.rank - 3], groups] + queries.shape.lengths.suffix(2))
  let mixed = call(
    queries.reshaped(to: split), keys.unsqueezed(-3), values.unsqueezed(-3), mask, &random)
  return mixed.reshaped(
    to: Shape(heads + [scope.queries, values.shape[values.rank - 1]]))
}

/// The weights of scaled dot-product attention, […, H, Tq, Tk]: softmax(q · kᵀ · scale + mask), zeros
/// where a query may look nowhere. They need memory for every pair of a query and a key. The
/// parameters are those of `scaledDotProductAttention`.
public func scaledDotProductWeights(
  _ queries: Tensor, _ keys: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
  window: Int? = nil, scale: Double? = nil
) -> Tensor {
  let groups = AttentionShapes.groups(queries, keys, keys)
  let scope = AttentionScope(
    queries: queries.shape[queries.rank - 2], keys: keys.shape[keys.rank - 2], isCausal: isCausal,
    window: window)
  let mask = mask.map { AttentionShapes.bias($0, queries, scope, groups: 1) }
  let size = queries.shape[queries.rank - 1]
  let call = AttentionCall(
    scope: scope, scale: scale ?? 1 / Double(max(size, 1)).squareRoot(), dropout: 0)
  return call.weights(queries, AttentionShapes.repeated(keys, groups), mask)
}
