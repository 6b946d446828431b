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

/// What attention asks of its operands, in words.
enum AttentionShapes {
  private static let name = "scaledDotProductAttention"

  /// How many heads of queries share a head of keys and values; stops where operands do not fit.
  static func groups(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Int {
    let shapes = "queries \(queries.shape), keys \(keys.shape) and values \(values.shape)"
    let rank = queries.rank
    if rank < 2 || keys.rank != rank || values.rank != rank {
      stop(name, "\(shapes): all need the same axes, […, heads, time, size]", at: queries, keys, values)
    }
    let types = [queries, keys, values].map(\.dataType)
    if !types[0].isFloatingPoint || types.contains(where: { $0 != types[0] }) {
      stop(name, "needs one floating-point type, found \(types)", at: queries, keys, values)
    }
    if queries.shape[rank - 1] != keys.shape[rank - 1] {
      stop(name, "\(shapes): queries and keys must be equally long vectors", at: queries, keys, values)
    }
    if keys.shape.lengths.dropLast() != values.shape.lengths.dropLast() {
      stop(name, "\(shapes): each key needs one value", at: queries, keys, values)
    }
    if rank == 2 { return 1 }
    let (heads, shared) = (queries.shape[rank - 3], keys.shape[rank - 3])
    if queries.shape.lengths.dropLast(3) != keys.shape.lengths.dropLast(3) {
      stop(name, "\(shapes): the axes before the heads must be the same", at: queries, keys, values)
    }
    if heads != shared, shared == 0 || heads % shared != 0 {
      stop(
        name, "\(heads) heads of queries and \(shared) of keys: the second must divide the first",
        at: queries, keys, values)
    }
    return heads == shared ? 1 : heads / shared
  }

  static func requireDropout(_ probability: Double) {
    if !(probability >= 0 && probability <= 1) {
      stop("\(name): dropout \(probability); it takes a number from 0 to 1")
    }
  }

  /// A mask as numbers to be added, with at least two axes; those of heads are split where they are
  /// grouped.
  static func bias(
    _ mask: Tensor, _ queries: Tensor, _ scope: AttentionScope, groups: Int
  ) -> Tensor {
    let scores = Shape(queries.shape.lengths.dropLast(2) + [scope.queries, scope.keys])
    if mask.shape.broadcast(with: scores) != scores {
      stop(name, "mask \(mask.shape) does not broadcast to the scores \(scores)", at: mask)
    }
    if mask.dataType != .bool, mask.dataType != queries.dataType {
      stop(
        name,
        "the mask must be bool or \(queries.dataType) as the queries are, found \(mask.dataType)",
        at: mask)
    }
    var bias = mask
    if mask.dataType == .bool {
      bias = `where`(mask, Tensor.zeros([], queries.dataType), -.infinity)
    }
    while bias.rank < 2 { bias = bias.unsqueezed(0) }
    guard groups > 1, bias.rank >= 3 else { return bias }
    var lengths = bias.shape.lengths
    let heads = lengths[bias.rank - 3]
    lengths.replaceSubrange(
      bias.rank - 3...bias.rank - 3, with: heads == 1 ? [1, 1] : [heads / groups, groups])
    return bias.reshaped(to: Shape(lengths))
  }
}
