import Datasets
import Glibc
import Testing

@Suite struct NumberParserTests {
  /// Reads words as one column of numbers.
  func numbers(_ words: [String]) throws -> [Double?] {
    let text = "n\n" + words.map { "\"\($0)\"" }.joined(separator: "\n")
    return try Table(
      fileBytes: Array(text.utf8), name: "x.csv", .init(kinds: ["n": .number], missingMarkers: [])
    ).numbers("n")
  }

  static let edges = [
    "0", "-0", "+1", "007", ".5", "5.", "1e5", "1E+5", "1e-5", " 3 ", "9007199254740992",
    "9007199254740993", "18446744073709551617", "1e22", "1e23", "123456789012345678901234567890",
    "4.9e-324", "2.4e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "1e309",
    "0.1", "0.30000000000000004", "1e-400", "inf", "-Infinity",
    "179769313486231580793728971405301e276", "1.00000000000000011102230246251565404",
  ]

  @Test("the numbers of strtod")
  func readsEdges() throws {
    let expected = Self.edges.map { strtod($0, nil) }
    #expect(try numbers(Self.edges) == expected)
  }

  @Test("the numbers of strtod, at random")
  func readsRandom() throws {
    var random = SystemRandomNumberGenerator()
    let words = (0..<20_000).map { _ -> String in
      let digits = (0..<Int.random(in: 1...20, using: &random)).map { _ in
        "0123456789".randomElement()!
      }
      let whole = String(digits)
      let point = Int.random(in: 0...whole.count, using: &random)
      let exponent = Bool.random() ? "e\(Int.random(in: -320...320, using: &random))" : ""
      return "\(whole.prefix(point)).\(whole.dropFirst(point))\(exponent)"
    }
    for (word, number) in zip(words, try numbers(words)) {
      #expect(number == strtod(word, nil), "\(word)")
    }
  }

  @Test(
    "what is no number",
    arguments: [
      "x", "1x", "1 2", "--1", "+-1", ".", "e5", "1e", "1e+", "0x10", "1_000", "1,5", "nano", "١",
      "1einf", ".inf", "1einfinity",
    ])
  func rejects(_ word: String) {
    let error = #expect(throws: DatasetError.self) { try numbers([word]) }
    #expect(error?.reason == .invalidNumber && error?.found == word)
  }
}
