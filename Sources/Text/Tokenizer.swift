/// Text to numbers and back.
public protocol Tokenizer: Sendable {
  /// One more than the largest token: the rows that an embedding needs.
  var vocabularySize: Int { get }

  /// The tokens of a text. Throws when some of it has no token and there is none for the unknown.
  func encode(_ text: String) throws(TextError) -> [Int]

  /// What a token stands for, as UTF-8 bytes, which need not end where a scalar does.
  ///
  /// - Parameters:
  ///   - token: its number; throws when there is no such token.
  ///   - isFirst: whether nothing comes before it: tokens that are words have a space before
  ///     them elsewhere.
  func bytes(of token: Int, isFirst: Bool) throws(TextError) -> [UInt8]

  /// Whether a token is a sign to the model, not a part of the text.
  func isSpecial(_ token: Int) -> Bool
}

extension Tokenizer {
  /// No token is special.
  public func isSpecial(_ token: Int) -> Bool { false }

  /// The text of tokens. Bytes that are not UTF-8, which a model may well produce, become U+FFFD, one
  /// for each sequence that cannot be completed. Throws at a number that names no token.
  ///
  /// - Parameter skipsSpecialTokens: whether special tokens are left out.
  public func decode(
    _ tokens: [Int], skipsSpecialTokens: Bool = true
  ) throws(TextError) -> String {
    var decoder = StreamingDecoder(self, skipsSpecialTokens: skipsSpecialTokens)
    var text = ""
    for token in tokens { text += try decoder.append(token) }
    return text + decoder.finish()
  }
}
