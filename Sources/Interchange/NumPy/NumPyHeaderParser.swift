import Arrays

/// Parses the header of a `.npy` file, a dictionary as Python writes it: `{'descr': '<f4',
/// 'fortran_order': False, 'shape': (2, 3), }`. Only these three keys, only such values; nothing is
/// evaluated.
struct NumPyHeaderParser {
  struct Fields {
    var description: String
    var isColumnMajor: Bool
    var shape: Shape
  }

  /// NumPy's own limit is 64 axes.
  private static let mostAxes = 64

  private let text: [UInt8]
  private let file: String
  /// Where the text begins in the file.
  private let begin: Int
  private var place = 0

  init(_ text: [UInt8], file: String, begin: Int) {
    (self.text, self.file, self.begin) = (text, file, begin)
  }

  /// The three values.
  mutating func fields() throws(InterchangeError) -> Fields {
    var description: String?
    var isColumnMajor: Bool?
    var shape: Shape?
    try require("{")
    while !take("}") {
      let start = place
      let key = try string()
      try require(":")
      switch key {
      case "descr" where description == nil: description = try descriptionText()
      case "fortran_order" where isColumnMajor == nil: isColumnMajor = try truthValue()
      case "shape" where shape == nil: shape = try lengths()
      default:
        throw failure(
          at: start, Name.shown(key), "each of descr, fortran_order and shape, once")
      }
      if !take(",") {
        try require("}")
        break
      }
    }
    skipSpaces()
    guard place == text.count else {
      throw failure(at: place, "text behind the dictionary", "spaces and the end of the line")
    }
    guard let description, let isColumnMajor, let shape else {
      throw failure(at: 0, "a dictionary without one of them", "descr, fortran_order and shape")
    }
    return Fields(description: description, isColumnMajor: isColumnMajor, shape: shape)
  }

  private mutating func skipSpaces() {
    while place < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[place]) { place += 1 }
  }

  /// Moves past a character where it stands next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard place < text.count, text[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func require(_ character: Unicode.Scalar) throws(InterchangeError) {
    guard take(character) else { throw failure(at: place, next, "\(character)") }
  }

  /// A description of one type; a list of them describes records.
  private mutating func descriptionText() throws(InterchangeError) -> String {
    skipSpaces()
    guard place < text.count, text[place] != UInt8(ascii: "[") else {
      throw InterchangeError(
        .unsupportedElementType, file: file, offset: begin + place, found: "records of fields",
        expected: "one number of a type that tensors have, as <f4")
    }
    return try string()
  }

  /// A text in quotes of either kind, without escapes.
  private mutating func string() throws(InterchangeError) -> String {
    skipSpaces()
    guard place < text.count, text[place] == 0x27 || text[place] == 0x22 else {
      throw failure(at: place, next, "a text in quotes")
    }
    let (start, quote) = (place + 1, text[place])
    guard let end = text[start...].firstIndex(of: quote),
      let string = String(validating: text[start..<end], as: UTF8.self), !string.contains("\\")
    else { throw failure(at: place, "a text that does not end", "a plain text in quotes") }
    place = end + 1
    return string
  }

  private mutating func truthValue() throws(InterchangeError) -> Bool {
    skipSpaces()
    for (word, value) in [("True", true), ("False", false)]
    where text[place...].starts(with: word.utf8) {
      place += word.utf8.count
      return value
    }
    throw failure(at: place, next, "True or False")
  }

  /// A tuple of whole numbers.
  private mutating func lengths() throws(InterchangeError) -> Shape {
    try require("(")
    var lengths: [Int] = []
    var endsInComma = true
    while !take(")") {
      guard endsInComma else { throw failure(at: place, next, ", or )") }
      lengths.append(try length())
      endsInComma = take(",")
      guard lengths.count <= NumPyHeaderParser.mostAxes else {
        throw failure(at: place, "more axes", "at most \(NumPyHeaderParser.mostAxes)")
      }
    }
    // In Python, (3) is the number 3.
    guard lengths.count != 1 || endsInComma else {
      throw failure(at: place, "a number in brackets", "a tuple")
    }
    return Shape(lengths)
  }

  private mutating func length() throws(InterchangeError) -> Int {
    skipSpaces()
    let digits = text[place...].prefix { (0x30...0x39).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw failure(at: place, next, "a length below 2⁶³")
    }
    place = digits.endIndex
    return value
  }

  /// The next characters, as a message shows them.
  private var next: String {
    place < text.count
      ? Name.shown(String(decoding: text[place...].prefix(20), as: UTF8.self))
      : "the end of the header"
  }

  private func failure(at place: Int, _ found: String, _ expected: String) -> InterchangeError {
    InterchangeError(
      .malformedHeader, file: file, offset: begin + place, found: found, expected: expected)
  }
}
