extension SubwordTokenizer {
  /// A WordPiece tokenizer for a text, in all that surrounds it BERT's: the text is normalized and cut
  /// into words at whitespace and marks, and pairs of tokens are merged, the most frequent first,
  /// until the vocabulary has its size.
  ///
  /// The same vocabulary as the package `tokenizers` finds with its `WordPieceTrainer`, which merges
  /// as BPE does (other than Schuster & Nakajima, 2012, who merge what makes the text likelier). Of
  /// equally frequent pairs that with the lower numbers goes first. There the characters that
  /// continue a word are numbered in an order that changes from run to run, and with it which of
  /// equally frequent pairs are merged; here in the order of their scalars, after the others.
  ///
  /// Where `[CLS]` and `[SEP]` are among the special tokens, encoding sets them around a text.
  ///
  /// - Parameters:
  ///   - text: what it learns from.
  ///   - vocabularySize: special tokens, characters and at most so many merges that this is reached;
  ///     smaller where no pair is left, larger where the characters alone are more.
  ///   - minimumCount: rarer pairs are not merged.
  ///   - alphabetSize: how many different characters are kept, the most frequent, of equally
  ///     frequent ones those that come first in the order of scalars; nil for all. Words lose the
  ///     others in training, and are unknown with them in use.
  ///   - specialTokens: get the first numbers, and are found in the text as they are written.
  ///   - unknown: the token of words that cannot be covered; comes after the special tokens where it
  ///     is none of them.
  ///   - normalizer: what happens to the text first; nil for nothing.
  ///   - prefix: what begins a token that continues a word.
  public static func trainWordPiece(
    on text: String, vocabularySize: Int, minimumCount: Int = 0, alphabetSize: Int? = nil,
    specialTokens: [String] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    unknown: String = "[UNK]", normalizer: Normalizer? = .bert(BERTNormalization()),
    prefix: String = "##"
  ) throws(TextError) -> SubwordTokenizer {
    var vocabulary = Vocabulary(specialTokens)
    vocabulary.insert(unknown)
    let added = vocabulary.entries.map { AddedToken($0.token, number: $0.number) }

    let bytes = Array((normalizer?(text) ?? text).utf8)
    let split = PreTokenizer.bert.split(bytes, 0..<bytes.count)
    let words = countWords(of: bytes, split).map {
      (scalars: Array(String(decoding: $0.word, as: UTF8.self).unicodeScalars), count: $0.count)
    }
    var trainer = BytePairTrainer(
      symbols(of: words, alphabetSize: alphabetSize, prefix: prefix, &vocabulary))
    while vocabulary.size < vocabularySize {
      let merged = trainer.next(minimumCount: minimumCount) { pair in
        // What continues a word is always on the right, and there begins with the prefix.
        let right = name(pair.right, vocabulary).unicodeScalars
        let continued = String(right.dropFirst(prefix.unicodeScalars.count))
        return vocabulary.insert(name(pair.left, vocabulary) + continued)
      }
      if merged == nil { break }
    }
    return try SubwordTokenizer(
      model: .wordPiece(
        try WordPiece(vocabulary: vocabulary, unknown: unknown, prefix: prefix)),
      normalizer: normalizer, preTokenizer: .bert,
      postProcessor: frame(added), decoder: .wordPiece(prefix: prefix), addedTokens: added)
  }

  private typealias Word = (scalars: [Unicode.Scalar], count: Int)

  /// The words in symbols, one for each character that is kept: as it is at the beginning of a word,
  /// behind the prefix elsewhere. All get numbers, first those of the alphabet.
  private static func symbols(
    of words: [Word], alphabetSize: Int?, prefix: String, _ vocabulary: inout Vocabulary
  ) -> [(symbols: [Int], count: Int)] {
    var counts: [Unicode.Scalar: Int] = [:]
    for word in words {
      for scalar in word.scalars { counts[scalar, default: 0] += word.count }
    }
    let kept = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      .prefix(max(0, alphabetSize ?? .max)).map(\.key).sorted()
    let continuing = Set(words.flatMap { $0.scalars.dropFirst() })
    let first = Dictionary(uniqueKeysWithValues: kept.map { ($0, vocabulary.insert(String($0))) })
    let later = Dictionary(
      uniqueKeysWithValues: kept.filter(continuing.contains).map {
        ($0, vocabulary.insert(prefix + String($0)))
      })
    return words.map { word in
      let symbols = word.scalars.enumerated().compactMap { place, scalar in
        place == 0 ? first[scalar] : later[scalar]
      }
      return (symbols, word.count)
    }
  }

  /// `[CLS] A [SEP]`, where both are there.
  private static func frame(_ added: [AddedToken]) -> PostProcessor? {
    guard let start = added.first(where: { $0.content == "[CLS]" }),
      let end = added.first(where: { $0.content == "[SEP]" })
    else { return nil }
    return .bert(start: (start.content, start.number), end: (end.content, end.number))
  }
}
