import Arrays
import Tensors

/// One long text cut into parallel streams, for recurrent networks that carry their state from
/// batch to batch.
///
/// Stream b of B holds the tokens from place b · L on, L = ⌊(tokens − 1) / B⌋. Each batch
/// continues every row of the one before it, so that the state after one batch is the first state of
/// the next; a new epoch starts with a fresh state.
///
/// ```swift
/// let streams = TokenStreams(tokens, count: 32, length: 64)
/// for epoch in 0..<6 {
///   var state = model.makeCache(batch: 32)
///   for batch in streams { … }
/// }
/// ```
public struct TokenStreams: Sendable, Hashable {
  /// The text.
  public let tokens: [Int]
  /// B, how many streams run beside each other.
  public let streamCount: Int
  /// The tokens that a batch takes from each stream.
  public let length: Int
  /// Whether a last batch of fewer than `length` tokens a stream is left out.
  public let dropsLast: Bool

  /// Streams of a text; stops when `count` or `length` is not positive, or when there is no token
  /// with one after it for every stream.
  public init(_ tokens: [Int], count: Int, length: Int, dropsLast: Bool = false) {
    guard count > 0 else { stop("TokenStreams: count is \(count); it must be positive") }
    guard length > 0 else { stop("TokenStreams: length is \(length); it must be positive") }
    guard tokens.count > count else {
      stop(
        """
        TokenStreams: \(tokens.count) tokens do not make \(count) streams; \
        at least \(count + 1) are needed
        """)
    }
    self.tokens = tokens
    self.streamCount = count
    self.length = length
    self.dropsLast = dropsLast
  }

  /// L, the inputs in each stream. The up to B − 1 tokens at the end of the text that do not fill a
  /// place in every stream are left out.
  public var streamLength: Int { (tokens.count - 1) / streamCount }

  /// Batches in an epoch.
  public var batchCount: Int {
    dropsLast ? streamLength / length : (streamLength + length - 1) / length
  }

  /// The batch of this number, inputs and targets [B, length] (the last one may be shorter);
  /// stops at a number outside 0 ..< batchCount.
  public func batch(_ number: Int) -> TokenBatch {
    guard (0..<batchCount).contains(number) else {
      stop("TokenStreams.batch: \(number) is not one of 0 ..< \(batchCount)")
    }
    let offset = number * length
    return TokenBatch(
      tokens, startingAt: (0..<streamCount).map { $0 * streamLength + offset },
      length: Swift.min(length, streamLength - offset))
  }
}

extension TokenStreams: Sequence {
  /// The batches in their order, each made when it is asked for.
  public func makeIterator() -> some IteratorProtocol<TokenBatch> {
    (0..<batchCount).lazy.map { batch($0) }.makeIterator()
  }
}
