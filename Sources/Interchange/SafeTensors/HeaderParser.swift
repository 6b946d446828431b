/// Reads the JSON (RFC 8259) of a safetensors header, and no other: an object of tensors, each with
/// `dtype`, `shape` and `data_offsets`, and of texts under `__metadata__`.
///
/// A general reader would lose what must be refused here: it keeps one of two equal names, and rounds
/// large numbers. Nothing recurses, since the depth is that of the grammar.
struct HeaderParser {
  /// A tensor as the header declares it, not yet checked.
  struct Declaration {
    let name: String
    /// The place of the declaration in the file.
    let place: Int
    let elementType: String
    let lengths: [Int]
    let begin: Int
    let end: Int
  }

  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private(set) var declarations: [Declaration] = []
  private(set) var metadata: [String: String] = [:]

  /// Parses a whole header, which stands behind the first 8 bytes of `file`.
  init(_ bytes: [UInt8], file: String) throws(InterchangeError) {
    self.bytes = bytes
    self.file = file
    try parse()
  }

  private mutating func parse() throws(InterchangeError) {
    guard bytes.first == UInt8(ascii: "{") else { throw failure("a header that begins with {") }
    var names: Set<String> = []
    try object { (parser, name, place) throws(InterchangeError) in
      guard names.insert(name).inserted else { throw parser.duplicate(name, place) }
      if name == "__metadata__" {
        try parser.parseMetadata()
      } else {
        try parser.parseDeclaration(name, place)
      }
    }
    skipSpace()
    if position < bytes.count { throw failure("nothing but spaces behind the header's }") }
  }

  private mutating func parseMetadata() throws(InterchangeError) {
    var found: [String: String] = [:]
    try object { (parser, name, place) throws(InterchangeError) in
      let text = try parser.string()
      if found.updateValue(text, forKey: name) != nil { throw parser.duplicate(name, place) }
    }
    metadata = found
  }

  private mutating func parseDeclaration(_ name: String, _ place: Int) throws(InterchangeError) {
    var elementType: String?
    var lengths: [Int]?
    var offsets: [Int]?
    try object { (parser, field, fieldPlace) throws(InterchangeError) in
      switch (field, elementType, lengths, offsets) {
      case ("dtype", nil, _, _): elementType = try parser.string()
      case ("shape", _, nil, _): lengths = try parser.numbers()
      case ("data_offsets", _, _, nil): offsets = try parser.numbers()
      case ("dtype", _, _, _), ("shape", _, _, _), ("data_offsets", _, _, _):
        throw parser.duplicate(field, fieldPlace)
      default:
        throw InterchangeError(
          .malformedHeader, file: parser.file, tensor: name, offset: 8 + fieldPlace,
          found: "the field \(Name.shown(field))", expected: "dtype, shape or data_offsets")
      }
    }
    guard let elementType, let lengths, let offsets, offsets.count == 2 else {
      let found =
        offsets.map { $0.count != 2 } == true
        ? "\(offsets?.count ?? 0) data_offsets" : "fewer fields"
      throw InterchangeError(
        .malformedHeader, file: file, tensor: name, offset: 8 + place, found: found,
        expected: "dtype, shape and two data_offsets")
    }
    declarations.append(
      Declaration(
        name: name, place: 8 + place, elementType: elementType, lengths: lengths,
        begin: offsets[0], end: offsets[1]))
  }
}

extension HeaderParser {
  /// An object, whose members' values `member` reads, given their names and places.
  private mutating func object(
    _ member: (inout HeaderParser, String, Int) throws(InterchangeError) -> Void
  ) throws(InterchangeError) {
    try require("{")
    if accept("}") { return }
    repeat {
      skipSpace()
      let place = position
      let name = try string()
      try require(":")
      try member(&self, name, place)
    } while accept(",")
    try require("}")
  }

  private mutating func numbers() throws(InterchangeError) -> [Int] {
    var numbers: [Int] = []
    try require("[")
    if accept("]") { return numbers }
    repeat { numbers.append(try number()) } while accept(",")
    try require("]")
    return numbers
  }

  /// A whole number without sign, fraction or exponent.
  private mutating func number() throws(InterchangeError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let digit = peek().map({ Int($0) - 48 }), (0...9).contains(digit) {
      let (tens, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(digit)
      if first || second { throw failure("a number below 2⁶³", at: start) }
      value = sum
      position += 1
    }
    let isPlain = position == start + 1 || position > start && bytes[start] != 48
    let follower = peek().map { Unicode.Scalar($0) }
    if !isPlain || follower == "." || follower == "e" || follower == "E" {
      throw failure("a whole number", at: start)
    }
    return value
  }

  private mutating func string() throws(InterchangeError) -> String {
    try require("\"")
    let start = position
    var text: [UInt8] = []
    while true {
      guard let byte = peek(), byte >= 0x20 else { throw failure("a text that ends in \"") }
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        text += try escape().utf8
      } else {
        text.append(byte)
      }
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw failure("UTF-8", at: start)
    }
    return string
  }

  /// What stands for one character behind a backslash.
  private mutating func escape() throws(InterchangeError) -> String {
    let place = position - 1
    guard let byte = peek() else { throw failure("a character behind \\") }
    position += 1
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": return String(Unicode.Scalar(byte))
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": return String(try scalar(place))
    default: throw failure("one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: place)
    }
  }

  /// A code point of four hexadecimal digits, or a pair of surrogates.
  private mutating func scalar(_ place: Int) throws(InterchangeError) -> Unicode.Scalar {
    let high = try hexadecimal()
    if let scalar = Unicode.Scalar(high) { return scalar }
    if high < 0xDC00, peek() == UInt8(ascii: "\\") {
      position += 1
      if peek() == UInt8(ascii: "u") {
        position += 1
        let low = try hexadecimal()
        if (0xDC00...0xDFFF).contains(low) {
          let code = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
          if let scalar = Unicode.Scalar(code) { return scalar }
        }
      }
    }
    throw failure("a pair of surrogates", at: place)
  }

  private mutating func hexadecimal() throws(InterchangeError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = peek().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw failure("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek() == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func require(_ scalar: Unicode.Scalar) throws(InterchangeError) {
    if !accept(scalar) { throw failure(String(scalar)) }
  }

  /// What is found at a place where `expected` would have been right.
  private func failure(_ expected: String, at place: Int? = nil) -> InterchangeError {
    let place = place ?? position
    let rest = bytes[min(place, bytes.count)..<min(place + 16, bytes.count)]
    let found =
      rest.isEmpty ? "the header's end" : Name.shown(String(decoding: rest, as: UTF8.self))
    return InterchangeError(
      .malformedHeader, file: file, offset: 8 + place, found: found, expected: expected)
  }

  private func duplicate(_ name: String, _ place: Int) -> InterchangeError {
    InterchangeError(
      .duplicateName, file: file, offset: 8 + place, found: Name.shown(name) + " again",
      expected: "every name once")
  }
}
