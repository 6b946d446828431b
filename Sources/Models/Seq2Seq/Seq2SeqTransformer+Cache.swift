import Arrays
import NeuralNetworks
import Tensors

/// Writing a target token by token.
extension Seq2SeqTransformer {
  /// Caches for targets of so many tokens, one for each layer of the decoder: `memory` is what
  /// `encode` made of the source, whose keys and values are computed here, once; `memoryMask` is the
  /// source's mask.
  public func makeCache(
    memory: Tensor, memoryMask: Tensor? = nil, capacity: Int
  ) -> [DecoderCache] {
    decoder.makeCache(memory: memory, memoryKeyMask: memoryMask, capacity: capacity)
  }

  /// The logits of the token that follows the last, [batch, target vocabulary], for tokens [batch,
  /// time] that go on where those in the cache end; the cache moves on by `time` tokens.
  ///
  /// In a compiled step given the cache `inout` one plan serves all positions.
  public func nextLogits(after tokens: Tensor, cache: inout [DecoderCache]) -> Tensor {
    let offset = cache.first?.own.position ?? 0
    let x = embedded(tokens, targetVectors, "target", offset: offset)
    let states = decoder(x, cache: &cache)
    return linear(states[.all, -1], weight: targetVectors.weight)
  }

  /// What writes a target for one source: the source is encoded here, once.
  ///
  ///     let writer = model.writer(for: source, maximum: 100).compiled()
  ///     let target = Array(
  ///       writer.generate(from: [begin], sampling: .greedy, maximum: 100, stopSequences: [[end]]))
  ///
  /// - Parameters:
  ///   - source: At least one token.
  ///   - maximum: How many tokens there is room for, the beginning included; a target that grows
  ///     beyond goes on from its later half.
  public func writer(for source: [Int], maximum: Int) -> Writer {
    if source.isEmpty { stop("Seq2SeqTransformer: an empty source; it takes at least one token") }
    let memory = encode(Tensor([source]))
    return Writer(network: self, start: makeCache(memory: memory, capacity: maximum))
  }

  /// A transformer as a language model of the targets of one source.
  public struct Writer: CachedModel {
    public var network: Seq2SeqTransformer
    /// The caches before the first token.
    let start: [DecoderCache]

    public var contextLength: Int? { start[0].own.capacity }

    /// The caches of the source; for several targets beside each other, its memory that often.
    public func makeCache(batch: Int) -> [DecoderCache] {
      start.map { $0.repeated(batch) }
    }

    public func nextLogits(after tokens: Tensor, cache: inout [DecoderCache]) -> Tensor {
      network.nextLogits(after: tokens, cache: &cache)
    }
  }
}

extension DecoderCache {
  /// The cache of one sequence, without tokens, for a number of equal ones.
  fileprivate func repeated(_ batch: Int) -> DecoderCache {
    if batch == 1 { return self }
    func times(_ x: Tensor) -> Tensor {
      x.expanded(to: Shape([batch] + x.shape.lengths.dropFirst()))
    }
    var copy = self
    (copy.own.keys, copy.own.values) = (times(own.keys), times(own.values))
    (copy.memory.keys, copy.memory.values) = (times(memory.keys), times(memory.values))
    copy.memory.keyMask = memory.keyMask.map(times)
    return copy
  }
}
