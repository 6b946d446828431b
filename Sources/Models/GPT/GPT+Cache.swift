import Arrays
import NeuralNetworks
import Tensors

/// Reading on where other tokens ended, to generate token by token.
extension GPT {
  /// Empty caches, one for each block, with room for the whole context of a number of sequences.
  public func makeCache(batch: Int) -> [KeyValueCache] {
    let size = configuration.width / configuration.heads
    return h.map { _ in
      KeyValueCache(
        batch: batch, heads: configuration.heads, capacity: configuration.context, size: size,
        wte.weight.dataType)
    }
  }

  /// The logits of the token that follows the last, [batch, vocabulary], for tokens [batch, time]
  /// that go on where those in the cache end; the cache moves on by `time` tokens.
  ///
  ///     var cache = model.makeCache(batch: 1)
  ///     var logits = model.nextLogits(after: prompt, cache: &cache)
  ///     logits = model.nextLogits(after: token, cache: &cache)
  ///
  /// In a compiled step given the cache `inout` one plan serves all positions.
  public func nextLogits(after tokens: Tensor, cache: inout [KeyValueCache]) -> Tensor {
    if cache.count != h.count {
      stop("GPT: \(cache.count) caches for \(h.count) blocks; each needs one")
    }
    if tokens.rank == 2, tokens.shape[1] == 0 {
      stop("GPT: tokens \(tokens.shape); it takes at least one to read on")
    }
    var x = embedded(tokens, offset: cache[0].position)
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
    let parts = c_attn(input).splitIntoHeads(heads, parts: 3)
    cache.append(parts[1], parts[2])
    let (keys, values, mask) = cache.visible(to: input.shape[1])
    return projected(
      scaledDotProductAttention(
        parts[0], keys, values, mask: mask, isCausal: mask == nil, dropout: attn_dropout))
  }
}
