import Arrays

/// What attention asks of its operands, in words.
enum AttentionShapes {
  private static let name = "scaledDotProductAttention"

  /// How many heads of queries share a head of keys and values; stops where operands do not fit.
  static func groups(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Int {
    let shapes = "queries \(queries.shape), keys \(keys.shape) and values \(values.shape)"
    let rank = queries.rank
    if rank < 2 || keys.rank != rank || values.rank != rank {
      stop(
        name, "\(shapes): all need the same axes, […, heads, time, size]", at: queries, keys, values
      )
    }
    let types = [queries, keys, values].map(\.dataType)
    if !types[0].isFloatingPoint || types.contains(where: { $0 != types[0] }) {
      stop(name, "needs one floating-point type, found \(types)", at: queries, keys, values)
    }
    if queries.shape[rank - 1] != keys.shape[rank - 1] {
      stop(
        name, "\(shapes): queries and keys must be equally long vectors", at: queries, keys, values)
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

  /// Keys with each head as often as heads of queries share it.
  static func repeated(_ keys: Tensor, _ groups: Int) -> Tensor {
    if groups == 1 { return keys }
    let lengths = keys.shape.lengths
    let stretched = Shape(lengths.dropLast(2) + [groups] + lengths.suffix(2))
    var heads = lengths
    heads[keys.rank - 3] *= groups
    return keys.unsqueezed(-3).expanded(to: stretched).reshaped(to: Shape(heads))
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
