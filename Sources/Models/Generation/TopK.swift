import Arrays

/// Keeps the k tokens with the largest logits and makes the others impossible. Tokens as likely as
/// the k-th stay too, so that no order of the vocabulary decides. Fan, Lewis & Dauphin, 2018,
/// "Hierarchical neural story generation".
public struct TopK: LogitRule, Hashable {
  /// k, at least 1; where it is larger than the vocabulary, all tokens stay.
  public let count: Int

  /// The rule that keeps `count` tokens; stops where that is none.
  public init(_ count: Int) {
    if count < 1 { stop("TopK: \(count) tokens; it must keep at least 1") }
    self.count = count
  }

  public func apply(to logits: inout [Double], after tokens: [Int]) {
    let known = logits.filter { !$0.isNaN }
    guard count < known.count else { return }
    let threshold = known.sorted(by: >)[count - 1]
    for place in logits.indices where !(logits[place] >= threshold) { logits[place] = -.infinity }
  }
}
