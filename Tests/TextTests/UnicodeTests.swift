import Testing
import Text

@Suite struct UnicodeTests {
  @Test("normalization forms", arguments: NormalizationForm.allCases)
  func normalization(_ form: NormalizationForm) {
    for example in GoldenCases.all {
      #expect(scalars(form(example.text)) == scalars(example.normalized(form)))
    }
  }

  struct Invalid: Sendable {
    let bytes: [UInt8]
    let offset: Int
  }

  static let invalid = [
    Invalid(bytes: [0x61, 0xFF], offset: 1), Invalid(bytes: [0x80], offset: 0),
    Invalid(bytes: [0x61, 0xC3, 0x28], offset: 1), Invalid(bytes: [0xC0, 0xAF], offset: 0),
    Invalid(bytes: [0xC3, 0xA9, 0xE2, 0x82], offset: 2),
    Invalid(bytes: [0xED, 0xA0, 0x80], offset: 0),
    Invalid(bytes: [0xF4, 0x90, 0x80, 0x80], offset: 0),
    Invalid(bytes: [0x61, 0x62, 0xF0, 0x9F, 0x98], offset: 2),
  ]

  @Test("invalid UTF-8 is an error with its offset", arguments: invalid)
  func invalidUTF8(_ example: Invalid) {
    let error = #expect(throws: TextError.self) { try decodeText(example.bytes, file: "a.txt") }
    #expect(error?.reason == .invalidUTF8)
    #expect(error?.offset == example.offset)
    #expect(error?.place == "a.txt")
  }

  @Test("a missing file is an error with its path")
  func missingFile() {
    let error = #expect(throws: TextError.self) { try readText("/nowhere/a.txt") }
    #expect(
      error?.description
        == "/nowhere/a.txt: unreadable file: found nothing, expected a readable file")
  }

  @Test("a vocabulary tells tokens apart byte for byte")
  func exactTokens() {
    let vocabulary = Vocabulary(["\u{E9}", "e\u{301}", "\u{E9}"])
    #expect(vocabulary.count == 2)
    #expect(vocabulary["\u{E9}"] == 0)
    #expect(vocabulary["e\u{301}"] == 1)
    #expect(vocabulary["e"] == nil)
  }

  @Test("bytes wait for the rest of their scalar, invalid ones do not")
  func streaming() throws {
    var decoder = StreamingDecoder(CharacterTokenizer.bytes)
    var pieces: [String] = []
    for byte in [0x61, 0xF0, 0x9F, 0x98, 0x80, 0xE2, 0x82, 0x62, 0xC0, 0xE0, 0x80, 0xC3] {
      pieces.append(try decoder.append(byte))
    }
    pieces.append(decoder.finish())
    let replaced = "\u{FFFD}"
    #expect(
      pieces == [
        "a", "", "", "", "😀", "", "", replaced + "b", replaced, "", replaced + replaced, "",
        replaced,
      ])
  }

  @Test("graphemes wait for what still belongs to them")
  func streamingGraphemes() throws {
    let text = "e\u{301}👨‍👩‍👧🇩🇪🇫🇷x"
    let tokenizer = CharacterTokenizer(alphabetOf: text, unit: .scalars)
    var decoder = StreamingDecoder(tokenizer, unit: .graphemes)
    var pieces: [String] = []
    for token in try tokenizer.encode(text) {
      let piece = try decoder.append(token)
      if !piece.isEmpty { pieces.append(piece) }
    }
    pieces.append(decoder.finish())
    #expect(pieces == ["e\u{301}", "👨‍👩‍👧", "🇩🇪", "🇫🇷", "x"])
  }
}
