/// A tokenizer of parts of words, with all that surrounds its model: the whole of a
/// `tokenizer.json`.
///
/// Encoding finds the added tokens, normalizes what is between them, cuts it into words, lets the
/// model make tokens of each word, and sets special tokens around them.
///
/// ```swift
/// let tokenizer = try SubwordTokenizer(contentsOf: "tokenizer.json")
/// let tokens = try tokenizer.encode("To be, or not to be")
/// ```
public struct SubwordTokenizer: Tokenizer, Equatable {
  /// What makes tokens of words.
  public enum Model: Sendable, Equatable {
    case bytePairEncoding(BytePairEncoding)
    case wordPiece(WordPiece)

    /// The model's tokens.
    public var vocabulary: Vocabulary {
      switch self {
      case .bytePairEncoding(let model): model.vocabulary
      case .wordPiece(let model): model.vocabulary
      }
    }
  }

  /// What makes tokens of words.
  public let model: Model
  /// What happens to the text first.
  public let normalizer: Normalizer?
  /// How text is cut into words.
  public let preTokenizer: PreTokenizer
  /// Where special tokens go.
  public let postProcessor: PostProcessor?
  /// How tokens become text again.
  public let decoder: TokenDecoder
  /// Tokens that are found in the text before anything else.
  public let addedTokens: [AddedToken]

  /// The model's tokens and the added ones.
  public let vocabulary: Vocabulary
  private let specials: Set<Int>
  /// The added tokens that are looked for in the text as it is, and in the normalized text.
  let rawSearch: AddedTokenSearch
  let normalizedSearch: AddedTokenSearch

  /// A tokenizer of these parts. Throws when an added token is empty or has another token's number, or
  /// when a special token of the post-processor has a number without a token.
  public init(
    model: Model, normalizer: Normalizer? = nil, preTokenizer: PreTokenizer,
    postProcessor: PostProcessor? = nil, decoder: TokenDecoder, addedTokens: [AddedToken] = []
  ) throws(TextError) {
    var vocabulary = model.vocabulary
    for token in addedTokens {
      guard !token.content.isEmpty else {
        throw TextError(
          .invalidValue, place: "added_tokens", found: "\"\" with the number \(token.number)",
          expected: "a text that is not empty")
      }
      try vocabulary.insert(token.content, number: token.number)
    }
    for piece in (postProcessor?.single ?? []) + (postProcessor?.pair ?? []) {
      guard case .special(let name, let tokens, _) = piece else { continue }
      if let wrong = tokens.first(where: { vocabulary[$0] == nil }) {
        throw TextError(
          .invalidValue, place: "post_processor", found: "\(wrong) for \(quoted(name))",
          expected: "the number of a token")
      }
    }
    self.model = model
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.postProcessor = postProcessor
    self.decoder = decoder
    self.addedTokens = addedTokens
    self.vocabulary = vocabulary
    specials = Set(addedTokens.filter(\.isSpecial).map(\.number))
    rawSearch = AddedTokenSearch(addedTokens.filter { !$0.isNormalized })
    normalizedSearch = AddedTokenSearch(
      addedTokens.filter(\.isNormalized), normalizer: normalizer)
  }

  public static func == (a: SubwordTokenizer, b: SubwordTokenizer) -> Bool {
    a.model == b.model && a.normalizer == b.normalizer && a.preTokenizer == b.preTokenizer
      && a.postProcessor == b.postProcessor && a.decoder == b.decoder
      && a.addedTokens == b.addedTokens
  }

  public var vocabularySize: Int { vocabulary.size }

  public func isSpecial(_ token: Int) -> Bool { specials.contains(token) }

  public func bytes(of token: Int, isFirst: Bool) throws(TextError) -> [UInt8] {
    decoder.bytes(try vocabulary.token(token), isFirst: isFirst)
  }
}
