import Arrays
import Tensors

/// Sequences of different lengths in one tensor, with what says where each of them is.
public struct PaddedTokens: TensorTree {
  /// An end of a sequence.
  public enum Side: String, Sendable, Hashable, CaseIterable {
    /// The front.
    case left
    /// The back.
    case right
  }

  /// [N, T], int64; `padding` where a sequence has no token.
  public let tokens: Tensor
  /// [N], int64: how many tokens each row has, after truncation.
  public let lengths: Tensor
  /// [N, T], int64: 1 where there is a token, 0 where there is padding.
  public let attentionMask: Tensor

  /// Makes a batch.
  ///
  /// - Parameters:
  ///   - sequences: N sequences; some may be empty.
  ///   - padding: the token that fills up.
  ///   - length: T; nil for that of the longest sequence. Longer sequences are truncated to it.
  ///   - multiple: T is rounded up to a multiple of it, so that a compiled step sees few shapes;
  ///     stops when it is not positive.
  ///   - paddingSide: `.right` for training; `.left` for generation, whose rows then all end with
  ///     their last token.
  ///   - truncationSide: the end that a sequence loses where it is too long.
  public init(
    _ sequences: [[Int]], padding: Int, length: Int? = nil, multiple: Int = 1,
    paddingSide: Side = .right, truncationSide: Side = .right
  ) {
    guard multiple > 0 else { stop("PaddedTokens: multiple is \(multiple); it must be positive") }
    let limit = length ?? sequences.map(\.count).max() ?? 0
    guard limit >= 0 else { stop("PaddedTokens: length is \(limit); it must not be negative") }
    let width = (limit + multiple - 1) / multiple * multiple
    var rows = [Int](repeating: padding, count: sequences.count * width)
    var mask = [Int](repeating: 0, count: rows.count)
    var lengths: [Int] = []
    for (row, sequence) in sequences.enumerated() {
      let kept = truncationSide == .right ? sequence.prefix(limit) : sequence.suffix(limit)
      let first = row * width + (paddingSide == .right ? 0 : width - kept.count)
      rows.replaceSubrange(first..<first + kept.count, with: kept)
      for place in first..<first + kept.count { mask[place] = 1 }
      lengths.append(kept.count)
    }
    let shape: Shape = [sequences.count, width]
    tokens = Tensor(rows, shape: shape)
    self.lengths = Tensor(lengths)
    attentionMask = Tensor(mask, shape: shape)
  }
}
