import Arrays
import Tensors

/// What a decoder's layer keeps to write token by token: keys and values of its own sequence, which
/// grow, and those of the memory, which are computed once.
public struct DecoderCache: TensorTree {
  public var own: KeyValueCache
  public var memory: AttentionMemory
}

extension TransformerDecoderLayer {
  /// A cache without tokens.
  ///
  /// - Parameters:
  ///   - memory: [batch, source time, width].
  ///   - memoryKeyMask: [batch, source time] of bool: which of the memory's are there at all.
  ///   - capacity: For how many tokens there is room.
  public func makeCache(
    memory: Tensor, memoryKeyMask: Tensor? = nil, capacity: Int
  ) -> DecoderCache {
    let memory = multihead_attn.memory(of: memory, keyMask: memoryKeyMask)
    return DecoderCache(
      own: self_attn.makeCache(
        batch: memory.keys.shape[0], capacity: capacity, memory.keys.dataType),
      memory: memory)
  }

  /// New tokens [batch, new, width], after those in the cache, which then holds them too: what the
  /// whole sequence gives at their places where it is causal.
  public func callAsFunction(_ input: Tensor, cache: inout DecoderCache) -> Tensor {
    layered(
      input, attended: { self_attn($0, cache: &cache.own) },
      remembered: { multihead_attn($0, memory: cache.memory) })
  }
}

extension TransformerDecoder {
  /// A cache for each layer, all with the same memory: see `TransformerDecoderLayer`.
  public func makeCache(
    memory: Tensor, memoryKeyMask: Tensor? = nil, capacity: Int
  ) -> [DecoderCache] {
    layers.map { $0.makeCache(memory: memory, memoryKeyMask: memoryKeyMask, capacity: capacity) }
  }

  /// New tokens, after those in the caches: see `TransformerDecoderLayer`.
  public func callAsFunction(_ input: Tensor, cache: inout [DecoderCache]) -> Tensor {
    if cache.count != layers.count {
      stop("TransformerDecoder: \(cache.count) caches for \(layers.count) layers; each needs one")
    }
    var x = input
    for (place, layer) in layers.enumerated() { x = layer(x, cache: &cache[place]) }
    return norm?(x) ?? x
  }
}
