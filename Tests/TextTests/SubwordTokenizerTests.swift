import Testing
import Text

@Suite struct SubwordTokenizerTests {
  static let names = ["bpe", "wordpiece", "roberta"]

  @Test("hard texts encode and decode as the package tokenizers does it", arguments: names)
  func golden(_ name: String) throws {
    let tokenizer = try GoldenCases.tokenizer(name)
    #expect(GoldenCases.all.count > 150)
    for example in GoldenCases.all {
      let expected = example.encoded(name)
      let text = Comment(rawValue: example.text.debugDescription)
      #expect(try tokenizer.encode(example.text) == expected.tokens, text)
      #expect(
        scalars(try tokenizer.decode(expected.tokens)) == scalars(expected.decoded), text)
      #expect(
        scalars(try tokenizer.decode(expected.tokens, skipsSpecialTokens: false))
          == scalars(expected.kept), text)
      let pair = try tokenizer.encode(example.text, "the king")
      #expect(pair.tokens == expected.pair, text)
      #expect(pair.segments == expected.segments, text)
    }
  }

  @Test("what is written is read again as the same", arguments: names)
  func rewriting(_ name: String) throws {
    let tokenizer = try GoldenCases.tokenizer(name)
    let again = try SubwordTokenizer(json: Array(tokenizer.json.utf8))
    #expect(again == tokenizer)
    for example in GoldenCases.all {
      #expect(try again.encode(example.text) == tokenizer.encode(example.text))
    }
  }

  @Test("byte-level decoding gives back every text")
  func roundTrip() throws {
    let tokenizer = try SubwordTokenizer.trainBytePairEncoding(
      on: "the quick brown fox", vocabularySize: 260)
    for example in GoldenCases.all {
      let tokens = try tokenizer.encode(example.text)
      #expect(scalars(try tokenizer.decode(tokens)) == scalars(example.text))
      var decoder = StreamingDecoder(tokenizer, unit: .graphemes)
      var pieces = try tokens.map { try decoder.append($0) }
      pieces.append(decoder.finish())
      #expect(scalars(pieces.joined()) == scalars(example.text))
      #expect(pieces.flatMap { Array($0) } == Array(example.text))
    }
  }

  @Test("special tokens can be left out")
  func withoutSpecialTokens() throws {
    let tokenizer = try GoldenCases.tokenizer("wordpiece")
    let (all, plain) = (
      try tokenizer.encode("the king"), try tokenizer.encode("the king", addsSpecialTokens: false)
    )
    #expect(all == [2] + plain + [3])
    #expect(tokenizer.isSpecial(2) && !tokenizer.isSpecial(plain[0]))
  }

  @Test("a number that names no token is an error", arguments: [-1, 100_000])
  func unknownToken(_ token: Int) throws {
    let tokenizer = try GoldenCases.tokenizer("bpe")
    let error = #expect(throws: TextError.self) { try tokenizer.decode([token]) }
    #expect(error?.reason == .unknownToken)
    #expect(error?.found == "\(token)")
  }
}
