import Arrays
import Tensors

/// Sequences for a language model, and for each place the token that follows it.
public struct TokenBatch: TensorTree {
  /// [N, T], int64.
  public let inputs: Tensor
  /// [N, T], int64: `targets[n, t]` is the token after `inputs[n, t]`.
  public let targets: Tensor
}

/// Every window of `context` tokens of one long text, each with the tokens that follow.
///
/// ```swift
/// let windows = TokenWindows(tokens, context: 64)
/// var random = RandomSource(seed: 1)
/// for step in 0..<2000 {
///   let batch = windows.randomBatch(12, using: &random)
///   …
/// }
/// ```
/// The window that starts at s has the inputs tokens[s ..< s + context] and the targets
/// tokens[s + 1 ..< s + context + 1].
public struct TokenWindows: Sendable, Hashable {
  /// The text.
  public let tokens: [Int]
  /// T, the tokens in a window.
  public let context: Int

  /// Windows of a text; stops when `context` is not positive or the text has no window: it takes
  /// context + 1 tokens to make one.
  public init(_ tokens: [Int], context: Int) {
    guard context > 0 else { stop("TokenWindows: context is \(context); it must be positive") }
    guard tokens.count > context else {
      stop(
        """
        TokenWindows: \(tokens.count) tokens have no window of \(context) and the token after it; \
        at least \(context + 1) are needed
        """)
    }
    self.tokens = tokens
    self.context = context
  }

  /// How many windows there are: tokens.count − context.
  public var count: Int { tokens.count - context }

  /// Windows that start anywhere, each start equally likely and drawn with replacement.
  ///
  /// - Parameters:
  ///   - size: N, the windows in the batch; stops when it is negative.
  ///   - random: moves on; the same source gives the same windows.
  public func randomBatch(_ size: Int, using random: inout RandomSource) -> TokenBatch {
    guard size >= 0 else { stop("TokenWindows.randomBatch: size is \(size); it is negative") }
    let starts = random.uniform([size], from: 0, to: Double(count), .int64)
    return batch(startingAt: starts.scalars(as: Int.self))
  }

  /// The windows that start at these places, in this order; stops at a place outside
  /// 0 ..< count.
  public func batch(startingAt starts: [Int]) -> TokenBatch {
    if let wrong = starts.first(where: { !(0..<count).contains($0) }) {
      stop("TokenWindows.batch: start \(wrong) is not one of 0 ..< \(count)")
    }
    return TokenBatch(tokens, startingAt: starts, length: context)
  }

  /// Windows that do not overlap, from the front to the back and `size` at a time, for a loss over
  /// the whole text. What is left at the end, shorter than a window, is left out; the last batch may
  /// have fewer windows.
  public func batches(of size: Int) -> some Sequence<TokenBatch> & Sendable {
    guard size > 0 else { stop("TokenWindows.batches: size is \(size); it must be positive") }
    let starts = Array(stride(from: 0, to: count, by: context))
    return stride(from: 0, to: starts.count, by: size).map { first in
      Array(starts[first..<min(first + size, starts.count)])
    }.lazy.map { batch(startingAt: $0) }
  }
}

extension TokenBatch {
  /// Rows of `length` tokens from each start, and the same a token later.
  init(_ tokens: [Int], startingAt starts: [Int], length: Int) {
    func rows(later: Int) -> Tensor {
      Tensor(shape: [starts.count, length]) { (output: UnsafeMutableBufferPointer<Int64>) in
        for (row, start) in starts.enumerated() {
          for column in 0..<length {
            output[row * length + column] = Int64(tokens[start + later + column])
          }
        }
      }
    }
    self.init(inputs: rows(later: 0), targets: rows(later: 1))
  }
}
