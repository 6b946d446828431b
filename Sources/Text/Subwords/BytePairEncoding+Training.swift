extension SubwordTokenizer {
  /// A byte-level BPE tokenizer for a text: GPT-2's pattern cuts it into words, and pairs of tokens
  /// are merged, the most frequent first, until the vocabulary has its size.
  ///
  /// The same vocabulary and merges as the package `tokenizers` finds with its `BpeTrainer` and the
  /// alphabet of `ByteLevel`.
  ///
  /// - Parameters:
  ///   - text: what it learns from.
  ///   - vocabularySize: special tokens, 256 bytes and at most so many merges that this is
  ///     reached; smaller where no pair is left.
  ///   - minimumCount: rarer pairs are not merged.
  ///   - specialTokens: get the first numbers, and are found in the text as they are written.
  ///   - addsPrefixSpace: whether text that does not begin with a space gets one.
  public static func trainBytePairEncoding(
    on text: String, vocabularySize: Int, minimumCount: Int = 0, specialTokens: [String] = [],
    addsPrefixSpace: Bool = false
  ) throws(TextError) -> SubwordTokenizer {
    var text = Array(text.utf8)
    if addsPrefixSpace, let first = text.first, first != UInt8(ascii: " ") {
      text.insert(UInt8(ascii: " "), at: 0)
    }
    var vocabulary = Vocabulary(specialTokens)
    let added = vocabulary.entries.map { AddedToken($0.token, number: $0.number) }
    for scalar in ByteAlphabet.scalars.sorted() { vocabulary.insert(String(scalar)) }

    let bytes = ByteAlphabet.scalars.map { vocabulary[String($0)] ?? 0 }
    var trainer = BytePairTrainer(
      countWords(of: text, WordScanner(text, 0..<text.count)).map {
        (symbols: $0.word.map { bytes[Int($0)] }, count: $0.count)
      })
    var merges: [BytePairEncoding.Pair] = []
    while vocabulary.size < vocabularySize {
      let merged = trainer.next(minimumCount: minimumCount) { pair in
        vocabulary.insert(name(pair.left, vocabulary) + name(pair.right, vocabulary))
      }
      guard let merged else { break }
      merges.append(.init(name(merged.left, vocabulary), name(merged.right, vocabulary)))
    }
    return try SubwordTokenizer(
      model: .bytePairEncoding(try BytePairEncoding(vocabulary: vocabulary, merges: merges)),
      preTokenizer: .byteLevel(addsPrefixSpace: addsPrefixSpace), decoder: .byteLevel,
      addedTokens: added)
  }

  static func name(_ token: Int32, _ vocabulary: Vocabulary) -> String {
    vocabulary[Int(token)] ?? ""
  }
}
