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
