import Arrays
import Tensors

/// The keys and values of a sequence that other sequences look at, made once for all of them: what an
/// encoder gave, for a decoder that writes token by token.
///
///     let memory = attention.memory(of: states)  // states [batch, source time, width]
///     let mixed = attention(queries, memory: memory)  // [batch, time, width] → the same shape
public struct AttentionMemory: TensorTree {
  /// [batch, heads, source time, size].
  @Buffer public var keys: Tensor
  /// [batch, heads, source time, size of values].
  @Buffer public var values: Tensor
  /// [batch, source time] of bool: which of them are there; nil for all.
  public var keyMask: Tensor?
}

extension MultiHeadAttention {
  /// The projected keys and values of a sequence, or where `values` are given of two.
  ///
  /// - Parameter keyMask: [batch, Tk] of bool: which keys are there; see `lengthMask`.
  public func memory(
    of keys: Tensor, _ values: Tensor? = nil, keyMask: Tensor? = nil
  ) -> AttentionMemory {
    let parts = projectedMemory(keys, values ?? keys)
    requireFit(keyMask, parts.keys)
    return AttentionMemory(keys: parts.keys, values: parts.values, keyMask: keyMask)
  }

  /// Attention of queries to a memory: what a call with the sequences that it was made of gives.
  ///
  /// - Parameter offset: The place of the first query, which rotary positions turn it by.
  public func callAsFunction(
    _ queries: Tensor, memory: AttentionMemory, offset: Number = 0
  ) -> Tensor {
    let parts = Parts(
      queries: projectedQueries(queries, batch: memory.keys.shape[0], offset),
      keys: memory.keys, values: memory.values)
    return attended(parts, joined(nil, memory.keyMask, parts), isCausal: false, window: window)
  }
}
