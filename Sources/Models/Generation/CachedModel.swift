import Arrays
import NeuralNetworks
import Tensors

/// A network that reads on from a cache: of attention the keys and values so far, of a recurrent
/// network its state. That makes it a `LanguageModel`, which computes each token once.
///
///     for token in model.compiled().generate(from: prompt, maximum: 500) { … }
///
/// A network whose context is limited begins a new cache when it is full, from the later half of
/// the context.
public protocol CachedModel: Module, LanguageModel where State == CachedState<Cache> {
  /// What the network keeps of the tokens that it has read.
  associatedtype Cache: TensorTree

  /// How many tokens a cache can hold; nil where there is no limit.
  var contextLength: Int? { get }

  /// An empty cache for a number of sequences that are read beside each other.
  func makeCache(batch: Int) -> Cache

  /// Reads on: tokens [batch, time] → the logits of the token that follows the last,
  /// [batch, vocabulary]. The cache moves on by `time` tokens.
  func nextLogits(after tokens: Tensor, cache: inout Cache) -> Tensor
}

/// A cache of one sequence, with the tokens in it where they may be needed again.
public struct CachedState<Cache: TensorTree>: Sendable {
  /// What the network keeps of the tokens.
  public var cache: Cache
  /// The tokens in the cache of a network whose context is limited.
  var tokens: [Int] = []
}

extension CachedModel {
  public func initialState() -> CachedState<Cache> { CachedState(cache: makeCache(batch: 1)) }

  public func logits(after tokens: [Int], state: inout CachedState<Cache>) -> Tensor {
    read(tokens, &state) { nextLogits(after: $0, cache: &$1) }
  }

  /// Reads tokens by `step`, which is `nextLogits` or a plan of it, into a state with room for them.
  func read(
    _ tokens: [Int], _ state: inout CachedState<Cache>,
    _ step: (Tensor, inout Cache) -> Tensor
  ) -> Tensor {
    if tokens.isEmpty { stop("LanguageModel: no tokens to read; it takes at least one") }
    var unread = tokens
    if let limit = contextLength {
      if state.tokens.count + tokens.count > limit {
        unread = (state.tokens + tokens).suffix(max(1, limit / 2))
        state = initialState()
      }
      state.tokens += unread
    }
    return step(Tensor([unread]), &state.cache).reshaped(to: [-1])
  }
}
