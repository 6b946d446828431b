/// One token for each word, and one for each punctuation mark.
///
/// Words end at whitespace, which is lost: `decode` puts one space between tokens. Marks, as
/// `PreTokenizer.bert` sees them, stand alone.
public struct WordTokenizer: Tokenizer, Equatable {
  /// The words, the most frequent first, after the token for the unknown.
  public let vocabulary: Vocabulary
  /// The token for words that are not in the vocabulary.
  public let unknown: Int
  /// Whether case does not count.
  public let isLowercase: Bool

  /// A tokenizer for the words of a text, numbered by how often they occur; of equally frequent ones
  /// that which comes first in the order of scalars is first.
  ///
  /// - Parameters:
  ///   - text: the words to count.
  ///   - size: the most tokens that the vocabulary may have, the unknown included; nil for any.
  ///   - minimumCount: rarer words are unknown.
  ///   - isLowercase: whether case does not count.
  ///   - unknown: how the token for other words is written. Its number is 0.
  public init(
    wordsOf text: String, size: Int? = nil, minimumCount: Int = 1, isLowercase: Bool = true,
    unknown: String = "[UNK]"
  ) {
    var counts: [ExactString: Int] = [:]
    for word in WordTokenizer.words(text, isLowercase) { counts[word, default: 0] += 1 }
    let words = counts.filter { $0.value >= minimumCount }.sorted {
      $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value
    }
    var vocabulary = Vocabulary([unknown])
    for (word, _) in words.prefix(max(0, (size ?? .max) - 1)) { vocabulary.insert(word.text) }
    self.vocabulary = vocabulary
    self.unknown = 0
    self.isLowercase = isLowercase
  }

  public var vocabularySize: Int { vocabulary.size }

  public func encode(_ text: String) -> [Int] {
    WordTokenizer.words(text, isLowercase).map { vocabulary[$0.text] ?? unknown }
  }

  public func bytes(of token: Int, isFirst: Bool) throws(TextError) -> [UInt8] {
    Array(((isFirst ? "" : " ") + (try vocabulary.token(token))).utf8)
  }

  private static func words(_ text: String, _ isLowercase: Bool) -> [ExactString] {
    let text = Array((isLowercase ? Normalizer.lowercase(text) : text).utf8)
    return PreTokenizer.bert.split(text, 0..<text.count).map {
      ExactString(String(decoding: text[$0], as: UTF8.self))
    }
  }
}
