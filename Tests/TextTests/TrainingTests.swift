import Foundation
import Testing
import Text

@Suite struct TrainingTests {
  struct Training: Decodable {
    let text: String
    let merges: [[String]]
  }

  @Test("the merges are those of the package tokenizers")
  func merges() throws {
    let golden = try JSONDecoder().decode(
      Training.self, from: Data(GoldenCases.file("training.json")))
    let tokenizer = try SubwordTokenizer.trainBytePairEncoding(
      on: golden.text, vocabularySize: 257 + golden.merges.count,
      specialTokens: ["<|endoftext|>"])
    guard case .bytePairEncoding(let model) = tokenizer.model else {
      Issue.record("not BPE")
      return
    }
    #expect(golden.merges.count == 400)
    #expect(model.merges.map { [$0.left, $0.right] } == golden.merges)
    #expect(tokenizer.vocabulary["<|endoftext|>"] == 0)
    #expect(tokenizer.vocabularySize == 657)
  }

  @Test("training ends where no pair is left, or none is frequent enough")
  func ends() throws {
    let all = try SubwordTokenizer.trainBytePairEncoding(on: "abcabc ab", vocabularySize: 1000)
    #expect(all.vocabularySize == 256 + 4)
    let frequent = try SubwordTokenizer.trainBytePairEncoding(
      on: "abcabc ab", vocabularySize: 1000, minimumCount: 3)
    #expect(frequent.vocabularySize == 257)
    #expect(
      try SubwordTokenizer.trainBytePairEncoding(on: "", vocabularySize: 1000).vocabularySize
        == 256)
  }

  struct WordPieceTraining: Decodable {
    let text: String
    let vocabulary: [String]
  }

  @Test("the WordPiece vocabulary is that of the package tokenizers, in its order")
  func wordPieces() throws {
    let golden = try JSONDecoder().decode(
      WordPieceTraining.self, from: Data(GoldenCases.file("wordpiece_training.json")))
    let tokenizer = try SubwordTokenizer.trainWordPiece(
      on: golden.text, vocabularySize: golden.vocabulary.count)
    #expect(golden.vocabulary.count == 500)
    #expect(tokenizer.vocabulary.entries.map(\.token) == golden.vocabulary)
    let again = try SubwordTokenizer(json: Array(tokenizer.json.utf8))
    #expect(again == tokenizer)
    let tokens = try tokenizer.encode("Before we speak")
    #expect([tokens.first, tokens.last] == [2, 3])
    #expect(try tokenizer.decode(tokens) == "before we speak")
  }

  struct WordPieceCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var size = 1000
    var minimumCount = 0
    var alphabetSize: Int?
    var specialTokens: [String] = []
    let vocabulary: [String]
  }

  static let wordPieceCases = [
    WordPieceCase(
      testDescription: "until no pair is left",
      vocabulary: ["[UNK]", "a", "b", "c", "##b", "##c", "ab", "abc"]),
    WordPieceCase(
      testDescription: "until the size is reached", size: 7,
      vocabulary: ["[UNK]", "a", "b", "c", "##b", "##c", "ab"]),
    WordPieceCase(
      testDescription: "pairs that are frequent enough", minimumCount: 3,
      vocabulary: ["[UNK]", "a", "b", "c", "##b", "##c", "ab"]),
    WordPieceCase(
      testDescription: "characters, though they are more than the size", size: 1,
      vocabulary: ["[UNK]", "a", "b", "c", "##b", "##c"]),
    WordPieceCase(
      testDescription: "the most frequent characters", alphabetSize: 2,
      vocabulary: ["[UNK]", "a", "b", "##b", "ab"]),
    WordPieceCase(
      testDescription: "special tokens first, the unknown where it stands among them",
      alphabetSize: 0, specialTokens: ["<s>", "[UNK]", "</s>"],
      vocabulary: ["<s>", "[UNK]", "</s>"]),
  ]

  @Test("WordPiece training ends, and begins, as it was asked to", arguments: wordPieceCases)
  func wordPieceEnds(_ example: WordPieceCase) throws {
    let tokenizer = try SubwordTokenizer.trainWordPiece(
      on: "AB abc ab abc", vocabularySize: example.size, minimumCount: example.minimumCount,
      alphabetSize: example.alphabetSize, specialTokens: example.specialTokens)
    #expect(tokenizer.vocabulary.entries.map(\.token) == example.vocabulary)
    #expect(tokenizer.postProcessor == nil)
    #expect(try tokenizer.encode("zzz").map { tokenizer.vocabulary[$0] } == ["[UNK]"])
  }

  @Test("a special token of no text is an error: its file could not be read again")
  func emptySpecialToken() {
    let error = #expect(throws: TextError.self) {
      try SubwordTokenizer.trainBytePairEncoding(
        on: "ab", vocabularySize: 300, specialTokens: ["<e>", ""])
    }
    #expect(
      error?.description == "added_tokens: invalid value: found \"\" with the number 1, expected a "
        + "text that is not empty")
  }
}
