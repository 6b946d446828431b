/// Where special tokens go around one text or two: `[CLS] A [SEP] B [SEP]`.
public struct PostProcessor: Sendable, Equatable {
  /// A part of what comes out. A part of the second text, or of what follows it, is commonly in
  /// segment 1, all else in segment 0.
  public enum Piece: Sendable, Equatable {
    /// The first text.
    case first(segment: Int = 0)
    /// The second text.
    case second(segment: Int = 1)
    /// A special token: how it is called and its numbers, mostly one.
    case special(String, tokens: [Int], segment: Int = 0)
  }

  /// For one text.
  public var single: [Piece]
  /// For two texts.
  public var pair: [Piece]

  /// The pieces for one text and for two.
  public init(single: [Piece], pair: [Piece]) {
    self.single = single
    self.pair = pair
  }

  /// BERT's: `[CLS] A [SEP]`, and for two texts `[CLS] A [SEP] B [SEP]`, where B and what follows are
  /// segment 1.
  public static func bert(
    start: (token: String, number: Int), end: (token: String, number: Int)
  ) -> PostProcessor {
    let first: [Piece] = [
      .special(start.token, tokens: [start.number]), .first(),
      .special(end.token, tokens: [end.number]),
    ]
    return PostProcessor(
      single: first,
      pair: first + [.second(), .special(end.token, tokens: [end.number], segment: 1)])
  }

  /// The tokens of one text or two and the segment of each.
  func callAsFunction(_ first: [Int], _ second: [Int]?) -> (tokens: [Int], segments: [Int]) {
    var (tokens, segments): ([Int], [Int]) = ([], [])
    for piece in second == nil ? single : pair {
      let (added, segment) =
        switch piece {
        case .first(let segment): (first, segment)
        case .second(let segment): (second ?? [], segment)
        case .special(_, let numbers, let segment): (numbers, segment)
        }
      tokens += added
      segments += [Int](repeating: segment, count: added.count)
    }
    return (tokens, segments)
  }

  /// Where there is none: the texts, one after the other.
  static let plain = PostProcessor(single: [.first()], pair: [.first(), .second()])
}
