import Arrays
import NeuralNetworks
import Tensors

extension GPT: CachedModel {
  public var contextLength: Int? { configuration.context }

  /// A cache for each block, with room for the whole context.
  public func makeCache(batch: Int) -> [KeyValueCache] {
    let size = configuration.width / configuration.heads
    return h.map { _ in
      KeyValueCache(
        batch: batch, heads: configuration.heads, capacity: configuration.context, size: size)
    }
  }

  public func nextLogits(after tokens: Tensor, cache: inout [KeyValueCache]) -> Tensor {
    if cache.count != h.count {
      stop("GPT: \(cache.count) caches for \(h.count) blocks; each needs one")
    }
    guard let position = cache.first?.position else { return self(tokens)[.all, -1] }
    let places = Tensor.range(0..<tokens.shape[1]) + position.tensor(.int64)
    var x = drop(wte(tokens) + wpe(places))
    for (place, block) in h.enumerated() { x = block(x, cache: &cache[place]) }
    return logits(x[.all, -1])
  }
}

extension GPT.Block {
  /// New tokens, after those in the cache.
  func callAsFunction(_ input: Tensor, cache: inout KeyValueCache) -> Tensor {
    let x = input + attn(ln_1(input), cache: &cache)
    return x + mlp(ln_2(x))
  }
}

extension GPT.Attention {
  /// New tokens gather from themselves and those in the cache, which then holds them too.
  func callAsFunction(_ input: Tensor, cache: inout KeyValueCache) -> Tensor {
    let (queries, newKeys, newValues) = split(c_attn(input))
    cache.append(newKeys, newValues)
    let (keys, values, mask) = cache.visible(to: input.shape[1])
    return join(
      scaledDotProductAttention(queries, keys, values, mask: mask, isCausal: mask == nil))
  }
}
