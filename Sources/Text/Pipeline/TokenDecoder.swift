/// How tokens become text again.
public enum TokenDecoder: Sendable, Hashable {
  /// Each character of a token stands for a byte; for `BytePairEncoding`.
  case byteLevel
  /// Tokens with the prefix continue a word; others have a space before them.
  ///
  /// - Parameters:
  ///   - prefix: what begins a token that continues a word.
  ///   - cleansUp: whether the spaces before punctuation and English contractions go.
  case wordPiece(prefix: String = "##", cleansUp: Bool = true)
  /// A space between tokens.
  case spaces

  /// The bytes of a token.
  func bytes(_ token: String, isFirst: Bool) -> [UInt8] {
    switch self {
    case .byteLevel: return ByteAlphabet.bytes(token) ?? Array(token.utf8)
    case .spaces: return Array((isFirst ? token : " " + token).utf8)
    case .wordPiece(let prefix, let cleansUp):
      var text = token
      if !isFirst {
        let continues = token.utf8.starts(with: prefix.utf8)
        text =
          continues
          ? String(token.unicodeScalars.dropFirst(prefix.unicodeScalars.count))
          : " " + token
      }
      return Array((cleansUp ? TokenDecoder.cleanUp(text) : text).utf8)
    }
  }

  private static let contractions = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ]

  private static func cleanUp(_ text: String) -> String {
    contractions.reduce(text) { text, rule in
      text.replacing(rule.0, with: rule.1)
    }
  }
}
