import TestSupport
import Testing
import Text

@Suite struct GeneratedTextTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text = "one two\n\nthree"
    let stops: [String]
    let expected: String
    var end = GeneratedTextEnd.tokens
    var testDescription: String { "\(stops)" }
  }

  static let cases = [
    Case(stops: [], expected: "one two\n\nthree"),
    Case(stops: [""], expected: "one two\n\nthree"),
    Case(stops: ["\n\n"], expected: "one two", end: .stop("\n\n")),
    Case(stops: ["one"], expected: "", end: .stop("one")),
    Case(stops: ["three"], expected: "one two\n\n", end: .stop("three")),
    Case(stops: ["three!", "twos"], expected: "one two\n\nthree"),
    // The first that is complete, of two that end together the longer one.
    Case(stops: ["one two\n\nt", "e t"], expected: "on", end: .stop("e t")),
    Case(stops: ["two", "e two"], expected: "on", end: .stop("e two")),
    Case(text: "aabaabaaa", stops: ["aabaaa"], expected: "aab", end: .stop("aabaaa")),
    Case(text: "aaab", stops: ["aab"], expected: "a", end: .stop("aab")),
    Case(text: "日本語。日本", stops: ["。日"], expected: "日本語", end: .stop("。日")),
    Case(text: "日本語", stops: ["日木"], expected: "日本語"),
    // é in one scalar is not é in two.
    Case(text: "cafe\u{301}!", stops: ["\u{E9}"], expected: "cafe\u{301}!"),
    Case(text: "👍🏽👍", stops: ["👍"], expected: "", end: .stop("👍")),
  ]

  @Test("a stop text ends the text, however it is cut into tokens", arguments: cases)
  func stops(_ example: Case) throws {
    let bytes = Array(example.text.utf8)
    var random = SystemRandomNumberGenerator()
    for unit in StreamingDecoder.Unit.allCases {
      for length in [1, 2, 3, 5, 100, 0] {
        let tokenizer = Pieces(bytes) {
          length == 0 ? Int.random(in: 1...4, using: &random) : length
        }
        var text = tokenizer.tokens.text(by: tokenizer, stops: example.stops, unit: unit)
        var pieces: [String] = []
        while let piece = try text.next() { pieces.append(piece) }
        #expect(scalars(pieces.joined()) == scalars(example.expected))
        #expect(!pieces.contains("") && text.end == example.end)
        #expect(try text.next() == nil)
      }
    }
  }

  @Test("text comes as soon as it is clear, and no token is asked for after a stop text")
  func holdsBack() throws {
    let tokens = CharacterTokenizer.bytes.encoded("xaby aacab aab z")
    var text = tokens.text(by: CharacterTokenizer.bytes, stops: ["aab"])
    var pieces: [String] = []
    while let piece = try text.next() { pieces.append(piece) }
    #expect(
      pieces == ["x", "ab", "y", " ", "aac", "ab", " "] && text.end == .stop("aab"))
    var rest = text.tokens
    #expect([rest.next(), rest.next(), rest.next()] == [0x20, 0x7A, nil])
  }

  @Test("what is left at the end comes out")
  func finishes() throws {
    let tokenizer = CharacterTokenizer.bytes
    var text = (tokenizer.encoded("ab") + [0xF0, 0x9F]).text(by: tokenizer, stops: ["abc"])
    #expect(try text.rest() == "ab\u{FFFD}")
    var stopped = [0x61, 0xF0].text(by: tokenizer, stops: ["\u{FFFD}"])
    #expect(try stopped.rest() == "a" && stopped.end == .stop("\u{FFFD}"))
  }

  @Test("a number that names no token throws, and one may go on")
  func unknownToken() throws {
    var text = [0x61, 300, 0x62].text(by: CharacterTokenizer.bytes)
    #expect(try text.next() == "a")
    let error = #expect(throws: TextError.self) { try text.next() }
    #expect(error?.reason == .unknownToken)
    #expect(try text.next() == "b")
  }

  @Test("the same pieces asynchronously, until the task is cancelled")
  func streams() async throws {
    let text = CharacterTokenizer.bytes.encoded("ab. c").text(
      by: CharacterTokenizer.bytes, stops: [". "])
    var pieces: [String] = []
    for try await piece in text.stream { pieces.append(piece) }
    #expect(pieces == ["a", "b"])
    let task = Task {
      var count = 0
      for try await _ in text.stream {
        count += 1
        withUnsafeCurrentTask { $0?.cancel() }
      }
      return count
    }
    #expect(try await task.value == 1)
  }
}

/// A text in pieces of any bytes, each a token of its own.
private struct Pieces: Tokenizer {
  private(set) var pieces: [[UInt8]] = []

  init(_ bytes: [UInt8], length: () -> Int) {
    var place = 0
    while place < bytes.count {
      let end = min(bytes.count, place + length())
      pieces.append(Array(bytes[place..<end]))
      place = end
    }
  }

  var tokens: Range<Int> { 0..<pieces.count }
  var vocabularySize: Int { pieces.count }
  func encode(_ text: String) -> [Int] { [] }
  func bytes(of token: Int, isFirst: Bool) -> [UInt8] { pieces[token] }
}

extension CharacterTokenizer {
  /// The bytes of a text.
  fileprivate func encoded(_ text: String) -> [Int] { text.utf8.map { Int($0) } }
}
