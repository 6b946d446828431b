/// Byte-level byte-pair encoding: each byte of a word is a symbol, and pairs of symbols are merged in
/// the order in which training found them (Sennrich et al., 2016, "Neural machine translation of rare
/// words with subword units"; on bytes: Radford et al., 2019).
///
/// This is the model alone, from words to tokens; `SubwordTokenizer` has what surrounds it.
public struct BytePairEncoding: Sendable, Equatable {
  /// The tokens, in characters that stand for bytes: `Ġthe` is the with the space before it.
  public let vocabulary: Vocabulary
  /// The pairs in the order of their ranks; the lowest rank is merged first.
  public let merges: [Pair]
  /// The token for bytes that the vocabulary lacks; nil where they are an error.
  public let unknown: String?
  /// Whether several unknown bytes beside each other are one unknown token.
  public let fusesUnknown: Bool
  /// Whether a word that is a token is that token, whatever the merges say.
  public let ignoresMerges: Bool

  private let ranks: [TokenPair: Merge]
  /// The token of each byte, −1 where there is none.
  private let byteTokens: [Int]
  private let unknownToken: Int?

  /// Two tokens that are merged.
  public struct Pair: Sendable, Equatable {
    public var left: String
    public var right: String

    public init(_ left: String, _ right: String) {
      self.left = left
      self.right = right
    }

    /// Byte for byte.
    public static func == (a: Pair, b: Pair) -> Bool {
      ExactString(a.left) == ExactString(b.left) && ExactString(a.right) == ExactString(b.right)
    }
  }

  /// The encoding of these tokens and merges. Throws when a merge's parts or result, or the unknown,
  /// are not in the vocabulary. Of a pair that stands twice the last rank counts.
  public init(
    vocabulary: Vocabulary, merges: [Pair], unknown: String? = nil, fusesUnknown: Bool = false,
    ignoresMerges: Bool = false
  ) throws(TextError) {
    func number(_ token: String, _ place: String) throws(TextError) -> Int {
      if let number = vocabulary[token] { return number }
      throw TextError(
        .invalidValue, place: place, found: "\(quoted(token)), which is not in the vocabulary",
        expected: "a token of the vocabulary")
    }
    var ranks: [TokenPair: Merge] = [:]
    ranks.reserveCapacity(merges.count)
    for (rank, pair) in merges.enumerated() {
      let place = "merges[\(rank)]"
      let parts = TokenPair(try number(pair.left, place), try number(pair.right, place))
      ranks[parts] = Merge(rank: rank, token: try number(pair.left + pair.right, place))
    }
    self.ranks = ranks
    byteTokens = ByteAlphabet.scalars.map { vocabulary[String($0)] ?? -1 }
    var unknownToken: Int?
    if let unknown { unknownToken = try number(unknown, "unk_token") }
    self.unknownToken = unknownToken
    self.vocabulary = vocabulary
    self.merges = merges
    self.unknown = unknown
    self.fusesUnknown = fusesUnknown
    self.ignoresMerges = ignoresMerges
  }

  public static func == (a: BytePairEncoding, b: BytePairEncoding) -> Bool {
    a.vocabulary == b.vocabulary && a.merges == b.merges && a.fusesUnknown == b.fusesUnknown
      && a.unknown.map({ ExactString($0) }) == b.unknown.map({ ExactString($0) })
      && a.ignoresMerges == b.ignoresMerges
  }

  /// The tokens of one word, some bytes of a text.
  func encode(
    _ text: [UInt8], _ word: Range<Int>, using merger: inout WordMerger
  ) throws(TextError) -> [Int] {
    if ignoresMerges, let token = vocabulary[ByteAlphabet.token(text[word])] { return [token] }
    var symbols: [Int] = []
    symbols.reserveCapacity(word.count)
    var followsUnknown = false
    for place in word {
      let token = byteTokens[Int(text[place])]
      if token >= 0 {
        symbols.append(token)
      } else {
        guard let unknownToken else { throw missing(text[place], at: place) }
        if !(followsUnknown && fusesUnknown) { symbols.append(unknownToken) }
      }
      followsUnknown = token < 0
    }
    return merger.merge(symbols, by: ranks)
  }

  private func missing(_ byte: UInt8, at place: Int) -> TextError {
    TextError(
      .unknownText, place: "encode", offset: place,
      found: "the byte \(String(byte, radix: 16, uppercase: true)) (hexadecimal)",
      expected: "a byte whose character is in the vocabulary, or a token for the unknown")
  }
}
