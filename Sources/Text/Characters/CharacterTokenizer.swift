/// One token for each character.
///
/// ```swift
/// let tokenizer = CharacterTokenizer(alphabetOf: text, unit: .scalars)
/// let tokens = try tokenizer.encode("To be")
/// ```
public struct CharacterTokenizer: Tokenizer, Equatable {
  /// What a character is.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// What a reader calls one: an extended grapheme cluster (UAX #29), as Swift's `Character`. Two
    /// that are canonically equivalent but spelled differently have a token each; to have one,
    /// normalize the text first.
    case graphemes
    /// A Unicode scalar: what Python calls a character.
    case scalars
    /// A byte of UTF-8: 256 tokens are enough for every text.
    case bytes
  }

  /// What a character is.
  public let unit: Unit
  /// The characters; for bytes none.
  public let vocabulary: Vocabulary
  /// The token for characters that are not in the vocabulary; nil where they are an error.
  public let unknown: Int?
  private let texts: [[UInt8]]

  /// A tokenizer whose tokens are the characters of a text, numbered in the order of their scalars.
  ///
  /// - Parameters:
  ///   - text: has each character at least once.
  ///   - unit: what a character is. With `.bytes` the text does not matter.
  ///   - unknown: how the token for other characters is written, as an example `"�"`. It comes after
  ///     all others. Nil makes other characters an error.
  public init(alphabetOf text: String, unit: Unit = .graphemes, unknown: String? = nil) {
    let characters: Set<ExactString> =
      switch unit {
      case .graphemes: Set(text.map { ExactString(String($0)) })
      case .scalars: Set(Set(text.unicodeScalars).map { ExactString(String($0)) })
      case .bytes: []
      }
    var vocabulary = Vocabulary(characters.sorted().map(\.text))
    let unknown = unit == .bytes ? nil : unknown.map { vocabulary.insert($0) }
    self.init(vocabulary: vocabulary, unit: unit, unknown: unknown)
  }

  /// A tokenizer of bytes: every text has tokens, each below 256.
  public static let bytes = CharacterTokenizer(alphabetOf: "", unit: .bytes)

  init(vocabulary: Vocabulary, unit: Unit, unknown: Int?) {
    self.vocabulary = vocabulary
    self.unit = unit
    self.unknown = unknown
    texts =
      unit == .bytes
      ? (0..<256).map { [UInt8($0)] } : vocabulary.entries.map { Array($0.token.utf8) }
  }

  public var vocabularySize: Int { texts.count }

  /// The token of each character. Throws when one is not in the vocabulary and there is no token
  /// for the unknown; the error has its place in bytes.
  public func encode(_ text: String) throws(TextError) -> [Int] {
    switch unit {
    case .bytes: return text.utf8.map { Int($0) }
    case .scalars: return try encode(text.unicodeScalars.lazy.map { String($0) })
    case .graphemes: return try encode(text.lazy.map { String($0) })
    }
  }

  private func encode(_ characters: some Sequence<String>) throws(TextError) -> [Int] {
    var tokens: [Int] = []
    var offset = 0
    for character in characters {
      guard let token = vocabulary[character] ?? unknown else {
        throw TextError(
          .unknownText, place: "encode", offset: offset, found: quoted(character),
          expected: "one of the vocabulary's \(vocabulary.count) characters")
      }
      tokens.append(token)
      offset += character.utf8.count
    }
    return tokens
  }

  public func bytes(of token: Int, isFirst: Bool) throws(TextError) -> [UInt8] {
    guard texts.indices.contains(token) else {
      throw TextError(
        .unknownToken, place: "decode", found: "\(token)", expected: "one of 0 ..< \(texts.count)")
    }
    return texts[token]
  }
}
