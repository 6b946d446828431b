import Arrays
import Tensors

/// The way to heads and back.
extension MultiHeadAttention {
  /// Queries, keys and values by heads: [batch, heads, time, size].
  struct Parts {
    var queries: Tensor
    var keys: Tensor
    var values: Tensor
  }

  private var width: Int { heads * size }

  /// The lengths of the three projections.
  private var lengths: [Int] { [width, keyHeads * size, keyHeads * size] }

  /// A sequence's own queries, keys and values, of one product.
  func projected(_ input: Tensor, offset: Number = 0) -> Parts {
    guard let in_proj_weight else { return projected(input, input, input) }
    require(input, width, "input")
    let all = linear(input, weight: in_proj_weight, bias: in_proj_bias)
    if keyHeads == heads {
      let parts = all.reshaped(to: [input.shape[0], input.shape[1], 3, heads, size])
        .permuted(batchFirst ? [2, 0, 3, 1, 4] : [2, 1, 3, 0, 4])
      return turned(Parts(queries: parts[0], keys: parts[1], values: parts[2]), offset)
    }
    let parts = all.split(lengths: lengths, along: -1).map(byHeads)
    return turned(Parts(queries: parts[0], keys: parts[1], values: parts[2]), offset)
  }

  /// The queries of one sequence, the keys and values of another.
  func projected(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Parts {
    let (keys, values) = projectedMemory(keys, values)
    return Parts(
      queries: projectedQueries(queries, batch: keys.shape[0], 0), keys: keys, values: values)
  }

  /// The queries of as many sequences as those have that they look at.
  func projectedQueries(_ queries: Tensor, batch: Int, _ offset: Number) -> Tensor {
    let queries = part(0, of: queries, "queries")
    if queries.shape[0] != batch {
      stop(
        "MultiHeadAttention",
        "queries of \(queries.shape[0]) sequences and keys of \(batch); both need one batch",
        at: in_proj_weight, q_proj_weight)
    }
    return rotary?(queries, offset: offset) ?? queries
  }

  /// The keys of one sequence, and its values or those of another.
  func projectedMemory(_ keys: Tensor, _ values: Tensor) -> (keys: Tensor, values: Tensor) {
    let (keys, values) = (part(1, of: keys, "keys"), part(2, of: values, "values"))
    if keys.shape[0] != values.shape[0] || keys.shape[2] != values.shape[2] {
      stop(
        "MultiHeadAttention",
        "\(keys.shape[2]) keys of \(keys.shape[0]) sequences and \(values.shape[2]) values of "
          + "\(values.shape[0]); each key needs one value", at: in_proj_weight, q_proj_weight)
    }
    return (rotary?(keys) ?? keys, values)
  }

  /// One of the three projections, by heads.
  private func part(_ place: Int, of input: Tensor, _ role: String) -> Tensor {
    let end = lengths[...place].reduce(0, +)
    let rows = end - lengths[place]..<end
    let weight =
      in_proj_weight?.slice(rows, along: 0) ?? [q_proj_weight, k_proj_weight, v_proj_weight][place]
    guard let weight else {
      stop("MultiHeadAttention", "there is no projection of \(role)", at: in_proj_weight)
    }
    require(input, weight.shape[1], role)
    return byHeads(
      linear(input, weight: weight, bias: in_proj_bias?.slice(rows, along: 0)))
  }

  private func require(_ tensor: Tensor, _ width: Int, _ role: String) {
    if tensor.rank != 3 || tensor.shape[2] != width {
      stop(
        "MultiHeadAttention",
        "\(role) \(tensor.shape) does not fit: it takes "
          + "\(batchFirst ? "[batch, time, \(width)]" : "[time, batch, \(width)]")",
        at: in_proj_weight, q_proj_weight)
    }
  }

  /// [batch, time, heads · size] → [batch, heads, time, size].
  private func byHeads(_ x: Tensor) -> Tensor {
    let split = x.reshaped(to: [x.shape[0], x.shape[1], x.shape[2] / size, size])
    return batchFirst ? split.transposed(1, 2) : split.permuted(1, 2, 0, 3)
  }

  private func turned(_ parts: Parts, _ offset: Number) -> Parts {
    guard let rotary else { return parts }
    return Parts(
      queries: rotary(parts.queries, offset: offset), keys: rotary(parts.keys, offset: offset),
      values: parts.values)
  }

  /// The mask of queries and keys, and that of keys alone, as one.
  func joined(_ mask: Tensor?, _ keyMask: Tensor?, _ parts: Parts) -> Tensor? {
    guard let keyMask else { return mask }
    requireFit(keyMask, parts.keys)
    let keys = keyMask.unsqueezed(1).unsqueezed(1)
    guard let mask else { return keys }
    return mask.dataType == .bool ? mask && keys : `where`(keys, mask, -.infinity)
  }

  /// Stops where a mask is not one of these keys.
  func requireFit(_ keyMask: Tensor?, _ keys: Tensor) {
    guard let keyMask else { return }
    requireKeyMask(
      keyMask, [keys.shape[0], keys.shape[2]], in: "MultiHeadAttention",
      at: in_proj_weight ?? q_proj_weight)
  }

  /// Attention of the heads and the last projection.
  func attended(_ parts: Parts, _ mask: Tensor?, isCausal: Bool, window: Int?) -> Tensor {
    let mixed = scaledDotProductAttention(
      parts.queries, parts.keys, parts.values, mask: mask, isCausal: isCausal, window: window,
      dropout: dropout)
    let (batch, time) = (mixed.shape[0], mixed.shape[2])
    let rows =
      batchFirst
      ? mixed.transposed(1, 2).reshaped(to: [batch, time, width])
      : mixed.permuted(2, 0, 1, 3).reshaped(to: [time, batch, width])
    return out_proj(rows)
  }
}
