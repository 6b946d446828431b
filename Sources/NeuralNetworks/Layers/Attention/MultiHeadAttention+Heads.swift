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
    let weights =
      in_proj_weight?.split(lengths: lengths)
      ?? [q_proj_weight, k_proj_weight, v_proj_weight].compactMap { $0 }
    let biases = in_proj_bias?.split(lengths: lengths)
    for (tensor, place) in zip([queries, keys, values], 0...) {
      require(tensor, weights[place].shape[1], ["queries", "keys", "values"][place])
    }
    let (time, batch) = batchFirst ? (1, 0) : (0, 1)
    if keys.shape[time] != values.shape[time] || keys.shape[batch] != values.shape[batch]
      || keys.shape[batch] != queries.shape[batch]
    {
      stop(
        "MultiHeadAttention",
        "queries \(queries.shape), keys \(keys.shape) and values \(values.shape): all need one "
          + "batch, and each key one value", at: in_proj_weight, q_proj_weight)
    }
    let parts = zip([queries, keys, values], 0...).map { input, place in
      byHeads(linear(input, weight: weights[place], bias: biases?[place]))
    }
    return turned(Parts(queries: parts[0], keys: parts[1], values: parts[2]), 0)
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
    requireKeyMask(
      keyMask, [parts.keys.shape[0], parts.keys.shape[2]], in: "MultiHeadAttention",
      at: in_proj_weight ?? q_proj_weight)
    let keys = keyMask.unsqueezed(1).unsqueezed(1)
    guard let mask else { return keys }
    return mask.dataType == .bool ? mask && keys : `where`(keys, mask, -.infinity)
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
