/// Tokens and their numbers.
///
/// A token is a text that is told apart by its bytes: `é` in one scalar and in two are two tokens.
/// The numbers need not be without holes.
public struct Vocabulary: Sendable {
  /// The largest number that a token can have, plus one: 2²².
  public static let largestSize = 1 << 22

  private(set) var names: [String?] = []
  private var numbers: [ExactString: Int] = [:]

  /// A vocabulary without tokens.
  public init() {}

  /// Tokens numbered from 0 in this order; a token that occurs again keeps its first number.
  public init(_ tokens: some Sequence<String>) {
    for token in tokens { insert(token) }
  }

  /// One more than the largest number: the rows that an embedding needs.
  public var size: Int { names.count }

  /// How many tokens there are.
  public var count: Int { numbers.count }

  /// The number of a token; nil where it is none.
  public subscript(token: String) -> Int? { numbers[ExactString(token)] }

  /// The token with this number; nil where there is none.
  public subscript(number: Int) -> String? {
    names.indices.contains(number) ? names[number] : nil
  }

  /// All tokens with their numbers, in the order of the numbers.
  public var entries: [(token: String, number: Int)] {
    names.enumerated().compactMap { number, name in name.map { ($0, number) } }
  }

  /// Gives a token the next number, unless it has one; its number.
  @discardableResult
  public mutating func insert(_ token: String) -> Int {
    if let number = self[token] { return number }
    numbers[ExactString(token)] = names.count
    names.append(token)
    return names.count - 1
  }

  /// Gives a token this number. Throws when the number is negative, too large or another token's,
  /// or when the token has another number.
  public mutating func insert(_ token: String, number: Int) throws(TextError) {
    guard (0..<Vocabulary.largestSize).contains(number) else {
      throw TextError(
        .invalidValue, place: "vocabulary", found: "the number \(number) for \(quoted(token))",
        expected: "a number in 0 ..< \(Vocabulary.largestSize)")
    }
    if let other = self[number], ExactString(other) != ExactString(token) {
      throw TextError(
        .invalidValue, place: "vocabulary",
        found: "the number \(number) for \(quoted(token)) and for \(quoted(other))",
        expected: "a number of its own for each token")
    }
    if let other = self[token], other != number {
      throw TextError(
        .invalidValue, place: "vocabulary",
        found: "the numbers \(other) and \(number) for \(quoted(token))",
        expected: "one number for each token")
    }
    while names.count <= number { names.append(nil) }
    names[number] = token
    numbers[ExactString(token)] = number
  }

  /// The token with this number; throws when there is none.
  public func token(_ number: Int) throws(TextError) -> String {
    guard let token = self[number] else {
      throw TextError(
        .unknownToken, place: "decode", found: "\(number)",
        expected: size == 0 ? "no token" : "one of the numbers 0 ..< \(size) that a token has")
    }
    return token
  }
}

extension Vocabulary: Equatable {
  /// The same tokens, byte for byte, with the same numbers.
  public static func == (a: Vocabulary, b: Vocabulary) -> Bool { a.numbers == b.numbers }
}

/// A text in quotes, shortened, with what does not print escaped: for messages.
func quoted(_ text: String) -> String {
  let shown = text.unicodeScalars.prefix(40).map { $0.escaped(asASCII: false) }.joined()
  return "\"\(shown)\(text.unicodeScalars.count > 40 ? "…" : "")\""
}
