/// A token that is found in the text before anything else is done with it: `<|endoftext|>`.
public struct AddedToken: Sendable, Equatable {
  /// How it is written.
  public var content: String
  /// Its number.
  public var number: Int
  /// Whether it is a sign to the model, which decoding leaves out.
  public var isSpecial: Bool
  /// Whether it is found only where no letter or digit stands beside it.
  public var isSingleWord: Bool
  /// Whether whitespace before it belongs to it.
  public var stripsLeft: Bool
  /// Whether whitespace after it belongs to it.
  public var stripsRight: Bool
  /// Whether it is looked for in the normalized text, normalized itself.
  public var isNormalized: Bool

  /// A special token that is found as it is written.
  public init(
    _ content: String, number: Int, isSpecial: Bool = true, isSingleWord: Bool = false,
    stripsLeft: Bool = false, stripsRight: Bool = false, isNormalized: Bool = false
  ) {
    self.content = content
    self.number = number
    self.isSpecial = isSpecial
    self.isSingleWord = isSingleWord
    self.stripsLeft = stripsLeft
    self.stripsRight = stripsRight
    self.isNormalized = isNormalized
  }

  /// Byte for byte.
  public static func == (a: AddedToken, b: AddedToken) -> Bool {
    ExactString(a.content) == ExactString(b.content) && a.number == b.number
      && [a.isSpecial, a.isSingleWord, a.stripsLeft, a.stripsRight, a.isNormalized]
        == [b.isSpecial, b.isSingleWord, b.stripsLeft, b.stripsRight, b.isNormalized]
  }
}

/// Finds added tokens in text: at each place the longest, from left to right.
struct AddedTokenSearch: Sendable {
  /// A part of the text between added tokens, or one of them.
  enum Part: Equatable {
    case text(Range<Int>)
    case token(Int)
  }

  private struct Pattern: Sendable {
    let bytes: [UInt8]
    let token: AddedToken
  }

  /// By their first byte, the longest first.
  private var patterns: [UInt8: [Pattern]] = [:]

  /// - Parameter normalizer: what is done to their contents; nil leaves them.
  init(_ tokens: [AddedToken], normalizer: Normalizer? = nil) {
    for token in tokens {
      let bytes = Array((normalizer?(token.content) ?? token.content).utf8)
      guard let first = bytes.first else { continue }
      patterns[first, default: []].append(Pattern(bytes: bytes, token: token))
    }
    for first in patterns.keys { patterns[first]?.sort { $0.bytes.count > $1.bytes.count } }
  }

  /// The parts of a text in their order; none of them is empty.
  func split(_ text: [UInt8]) -> [Part] {
    if text.isEmpty { return [] }
    if patterns.isEmpty { return [.text(0..<text.count)] }
    var parts: [Part] = []
    // Text before `done` is in `parts`; no token begins before `place`.
    var (done, place) = (0, 0)
    while place < text.count {
      guard let match = match(text, place) else {
        place += 1
        continue
      }
      let range = place..<(place + match.bytes.count)
      place = range.upperBound
      if match.token.isSingleWord && !isAlone(text, range) { continue }
      let start =
        match.token.stripsLeft
        ? max(done, whitespaceStart(text, before: range.lowerBound)) : range.lowerBound
      if done < start { parts.append(.text(done..<start)) }
      parts.append(.token(match.token.number))
      done =
        match.token.stripsRight ? whitespaceEnd(text, from: range.upperBound) : range.upperBound
      place = max(place, done)
    }
    if done < text.count { parts.append(.text(done..<text.count)) }
    return parts
  }

  private func match(_ text: [UInt8], _ place: Int) -> Pattern? {
    patterns[text[place]]?.first { text[place...].starts(with: $0.bytes) }
  }

  private func isAlone(_ text: [UInt8], _ range: Range<Int>) -> Bool {
    if range.lowerBound > 0 {
      if text.scalar(at: text.scalarStart(before: range.lowerBound)).scalar.isWordPart {
        return false
      }
    }
    return range.upperBound == text.count || !text.scalar(at: range.upperBound).scalar.isWordPart
  }

  private func whitespaceStart(_ text: [UInt8], before end: Int) -> Int {
    var place = end
    while place > 0 {
      let start = text.scalarStart(before: place)
      guard ScalarClass(text.scalar(at: start).scalar) == .whitespace else { break }
      place = start
    }
    return place
  }

  private func whitespaceEnd(_ text: [UInt8], from start: Int) -> Int {
    var place = start
    while place < text.count {
      let (scalar, byteCount) = text.scalar(at: place)
      guard ScalarClass(scalar) == .whitespace else { break }
      place += byteCount
    }
    return place
  }
}

extension [UInt8] {
  /// Where the scalar begins that ends before a place.
  func scalarStart(before place: Int) -> Int {
    var start = place - 1
    while start > 0 && self[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}

extension Unicode.Scalar {
  /// \w: Alphabetic, a mark, a decimal digit, connecting punctuation or Join_Control (UTS #18).
  var isWordPart: Bool {
    let category = properties.generalCategory
    return properties.isAlphabetic || category.isMark || category == .decimalNumber
      || category == .connectorPunctuation || properties.isJoinControl
  }
}
