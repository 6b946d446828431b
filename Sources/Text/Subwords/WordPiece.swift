/// WordPiece: a word is the longest token that it begins with, and then, again and again, the longest
/// that continues it; a word that cannot be covered so is unknown as a whole (Schuster & Nakajima,
/// 2012; as in BERT, Devlin et al., 2019).
///
/// This is the model alone, from words to tokens; `SubwordTokenizer` has what surrounds it.
public struct WordPiece: Sendable, Equatable {
  /// The tokens; those that continue a word begin with the prefix.
  public let vocabulary: Vocabulary
  /// The token of words that cannot be covered.
  public let unknown: String
  /// What begins a token that continues a word.
  public let prefix: String
  /// Words of more scalars than this are unknown.
  public let longestWord: Int

  private let unknownToken: Int
  /// The most bytes that a token has: no longer one needs to be looked up.
  private let longestToken: Int

  /// Throws when `unknown` is not in the vocabulary, or `longestWord` is negative.
  public init(
    vocabulary: Vocabulary, unknown: String = "[UNK]", prefix: String = "##",
    longestWord: Int = 100
  ) throws(TextError) {
    guard let token = vocabulary[unknown] else {
      throw TextError(
        .invalidValue, place: "unk_token",
        found: "\(quoted(unknown)), which is not in the vocabulary",
        expected: "a token of the vocabulary")
    }
    guard longestWord >= 0 else {
      throw TextError(
        .invalidValue, place: "max_input_chars_per_word", found: "\(longestWord)",
        expected: "a number that is not negative")
    }
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.prefix = prefix
    self.longestWord = longestWord
    unknownToken = token
    longestToken = vocabulary.entries.map(\.token.utf8.count).max() ?? 0
  }

  public static func == (a: WordPiece, b: WordPiece) -> Bool {
    a.vocabulary == b.vocabulary && a.longestWord == b.longestWord
      && ExactString(a.unknown) == ExactString(b.unknown)
      && ExactString(a.prefix) == ExactString(b.prefix)
  }

  /// The tokens of one word, some bytes of a text that is UTF-8.
  func encode(_ text: [UInt8], _ word: Range<Int>) -> [Int] {
    let scalarCount = text[word].lazy.filter { $0 & 0xC0 != 0x80 }.count
    guard scalarCount <= longestWord else { return [unknownToken] }
    var tokens: [Int] = []
    var start = word.lowerBound
    while start < word.upperBound {
      let limit = min(word.upperBound, start + longestToken)
      guard let (token, end) = longestMatch(text, start..<limit, of: word) else {
        return [unknownToken]
      }
      tokens.append(token)
      start = end
    }
    return tokens
  }

  private func longestMatch(
    _ text: [UInt8], _ range: Range<Int>, of word: Range<Int>
  ) -> (token: Int, end: Int)? {
    let beginning = range.lowerBound == word.lowerBound ? "" : prefix
    for end in stride(from: range.upperBound, to: range.lowerBound, by: -1) {
      // Tokens end where scalars do.
      if end < word.upperBound && text[end] & 0xC0 == 0x80 { continue }
      let piece = String(decoding: text[range.lowerBound..<end], as: UTF8.self)
      if let token = vocabulary[beginning + piece] { return (token, end) }
    }
    return nil
  }
}
