/// How normalized text is cut into the words whose parts are tokens.
public enum PreTokenizer: Sendable, Hashable {
  /// Words with the space before them, every byte in one word; for `BytePairEncoding`.
  ///
  /// - Parameters:
  ///   - addsPrefixSpace: whether text that does not begin with a space gets one, so that the first
  ///     word is the same as elsewhere.
  ///   - usesPattern: whether GPT-2's pattern cuts; otherwise the text is one word.
  case byteLevel(addsPrefixSpace: Bool = false, usesPattern: Bool = true)
  /// Words between whitespace, each punctuation mark a word: as BERT.
  case bert
  /// Words between whitespace.
  case whitespace

  /// The words of a part of bytes that are UTF-8.
  func split(_ text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    switch self {
    case .byteLevel(_, usesPattern: true): Array(WordScanner(text, range))
    case .byteLevel(_, usesPattern: false): range.isEmpty ? [] : [range]
    case .bert: PreTokenizer.split(text, range, isMark: PreTokenizer.isPunctuation)
    case .whitespace: PreTokenizer.split(text, range) { _ in false }
    }
  }

  /// Words end at whitespace, which is dropped, and at marks, which are words.
  private static func split(
    _ text: [UInt8], _ range: Range<Int>, isMark: (Unicode.Scalar) -> Bool
  ) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var (start, place) = (range.lowerBound, range.lowerBound)
    while place < range.upperBound {
      let (scalar, byteCount) = text.scalar(at: place)
      let end = place + byteCount
      let mark = isMark(scalar)
      if mark || ScalarClass(scalar) == .whitespace {
        if start < place { words.append(start..<place) }
        if mark { words.append(place..<end) }
        start = end
      }
      place = end
    }
    if start < place { words.append(start..<place) }
    return words
  }

  /// ASCII's punctuation and symbols, and Unicode's categories P*.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return switch scalar {
      case "!"..."/", ":"..."@", "["..."`", "{"..."~": true
      default: false
      }
    }
    return switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }
}
