extension SubwordTokenizer {
  /// The tokens of a text, with the special tokens that the post-processor sets around it.
  public func encode(_ text: String) throws(TextError) -> [Int] {
    try encode(text, addsSpecialTokens: true)
  }

  /// The tokens of a text. Throws when some of it has no token, and there is none for the unknown.
  ///
  /// - Parameter addsSpecialTokens: whether the post-processor's special tokens are set around it.
  ///   Those that are written in the text are found in any case.
  public func encode(_ text: String, addsSpecialTokens: Bool) throws(TextError) -> [Int] {
    let tokens = try plainTokens(text)
    guard addsSpecialTokens, let postProcessor else { return tokens }
    return postProcessor(tokens, nil).tokens
  }

  /// The tokens of two texts together, for example a question and where its answer may stand, and
  /// the segment of each token.
  public func encode(
    _ first: String, _ second: String, addsSpecialTokens: Bool = true
  ) throws(TextError) -> (tokens: [Int], segments: [Int]) {
    let processor = addsSpecialTokens ? postProcessor : nil
    if let processor { return processor(try plainTokens(first), try plainTokens(second)) }
    let pair = PostProcessor.plain
    return pair(try plainTokens(first), try plainTokens(second))
  }

  private func plainTokens(_ text: String) throws(TextError) -> [Int] {
    let bytes = Array(text.utf8)
    var encoder = WordEncoder(self)
    for part in rawSearch.split(bytes) {
      switch part {
      case .token(let token): encoder.tokens.append(token)
      case .text(let range): try encode(bytes, range, with: &encoder)
      }
    }
    return encoder.tokens
  }

  /// Text between the added tokens that are looked for as they are.
  private func encode(
    _ text: [UInt8], _ range: Range<Int>, with encoder: inout WordEncoder
  ) throws(TextError) {
    var part = range.count == text.count ? text : Array(text[range])
    if let normalizer {
      part = Array(normalizer(String(decoding: part, as: UTF8.self)).utf8)
    }
    for piece in normalizedSearch.split(part) {
      switch piece {
      case .token(let token): encoder.tokens.append(token)
      case .text(let range):
        if case .byteLevel(true, _) = preTokenizer, part[range.lowerBound] != UInt8(ascii: " ") {
          let spaced = [UInt8(ascii: " ")] + part[range]
          try encoder.append(spaced, 0..<spaced.count)
        } else {
          try encoder.append(part, range)
        }
      }
    }
  }
}

/// Collects the tokens of words; remembers those of words that it has seen.
private struct WordEncoder {
  let tokenizer: SubwordTokenizer
  var tokens: [Int] = []
  var cache = WordCache()
  var merger = WordMerger()

  init(_ tokenizer: SubwordTokenizer) { self.tokenizer = tokenizer }

  mutating func append(_ text: [UInt8], _ range: Range<Int>) throws(TextError) {
    for word in tokenizer.preTokenizer.split(text, range) {
      try cache.append(text, word, to: &tokens) { () throws(TextError) -> [Int] in
        switch tokenizer.model {
        case .bytePairEncoding(let model): try model.encode(text, word, using: &merger)
        case .wordPiece(let model): model.encode(text, word)
        }
      }
    }
  }
}
