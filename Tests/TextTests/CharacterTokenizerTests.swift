import Testing
import Text

@Suite struct CharacterTokenizerTests {
  @Test("units", arguments: CharacterTokenizer.Unit.allCases)
  func units(_ unit: CharacterTokenizer.Unit) throws {
    let text = "ba\u{301}🇩🇪b"
    let tokenizer = CharacterTokenizer(alphabetOf: text, unit: unit)
    let tokens = try tokenizer.encode(text)
    switch unit {
    case .graphemes:
      #expect(tokens == [1, 0, 2, 1])
      #expect(tokenizer.vocabularySize == 3)
    case .scalars:
      #expect(tokens == [1, 0, 2, 3, 4, 1])
      #expect(tokenizer.vocabularySize == 5)
    case .bytes:
      #expect(tokens == text.utf8.map { Int($0) })
      #expect(tokenizer.vocabularySize == 256)
    }
    #expect(scalars(try tokenizer.decode(tokens)) == scalars(text))
    #expect(try tokenizer.encode("") == [])
  }

  @Test("what is not in the vocabulary is an error with its place, or the unknown")
  func unknown() throws {
    let strict = CharacterTokenizer(alphabetOf: "aé", unit: .scalars)
    let error = #expect(throws: TextError.self) { try strict.encode("éax") }
    #expect(
      error?.description
        == "encode: text outside the vocabulary at byte 3: found \"x\", expected one of the "
        + "vocabulary's 2 characters")
    let lenient = CharacterTokenizer(alphabetOf: "aé", unit: .scalars, unknown: "?")
    #expect(try lenient.encode("éax") == [1, 0, 2])
    #expect(try lenient.decode([1, 0, 2]) == "éa?")
    let outside = #expect(throws: TextError.self) { try strict.decode([2]) }
    #expect(outside?.reason == .unknownToken)
  }

  @Test("words by how often they occur")
  func words() throws {
    let tokenizer = WordTokenizer(wordsOf: "The cat, the dog; the CAT!", size: 4)
    #expect(tokenizer.vocabulary.entries.map(\.token) == ["[UNK]", "the", "cat", "!"])
    #expect(tokenizer.encode("the Cat sat!") == [1, 2, 0, 3])
    #expect(try tokenizer.decode([1, 2, 0, 3]) == "the cat [UNK] !")
    #expect(WordTokenizer(wordsOf: "a a b", minimumCount: 2).vocabularySize == 2)
  }
}
