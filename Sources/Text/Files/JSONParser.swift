/// Reads JSON (RFC 8259), strictly; errors have the offset in bytes.
struct JSONParser {
  /// Lists and objects may be nested this deep, so that no file exhausts the stack.
  static let deepest = 64

  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The one value that the bytes are.
  static func parse(_ bytes: [UInt8]) throws(TextError) -> JSON {
    _ = try decodeText(bytes, file: "")
    var parser = JSONParser(bytes)
    let value = try parser.value()
    parser.skipWhitespace()
    guard parser.place == bytes.count else { throw parser.wrong("the end of the file") }
    return value
  }

  private func wrong(_ expected: String, found: String? = nil) -> TextError {
    let here =
      place < bytes.count ? quoted(String(bytes.scalar(at: place).scalar)) : "the end of the file"
    return TextError(
      .invalidJSON, place: "", offset: place, found: found ?? here, expected: expected)
  }

  private mutating func skipWhitespace() {
    while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
  }

  /// Whether this byte stands here; it is then consumed.
  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: scalar) else { return false }
    place += 1
    return true
  }

  private mutating func value() throws(TextError) -> JSON {
    skipWhitespace()
    guard place < bytes.count else { throw wrong("a value") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return .object(try nested { (p) throws(TextError) in try p.members() })
    case UInt8(ascii: "["): return .array(try nested { (p) throws(TextError) in try p.elements() })
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in [("null", JSON.null), ("true", .bool(true)), ("false", .bool(false))]
      where bytes[place...].starts(with: word.utf8) {
        place += word.utf8.count
        return value
      }
      throw wrong("a value")
    }
  }

  private mutating func nested<Result>(
    _ read: (inout JSONParser) throws(TextError) -> Result
  ) throws(TextError) -> Result {
    guard depth < JSONParser.deepest else {
      throw wrong("at most \(JSONParser.deepest) levels", found: "one more level")
    }
    depth += 1
    place += 1
    let result = try read(&self)
    depth -= 1
    return result
  }

  private mutating func elements() throws(TextError) -> [JSON] {
    var elements: [JSON] = []
    skipWhitespace()
    if take("]") { return elements }
    while true {
      elements.append(try value())
      skipWhitespace()
      if take("]") { return elements }
      guard take(",") else { throw wrong("',' or ']'") }
    }
  }

  private mutating func members() throws(TextError) -> [(name: String, value: JSON)] {
    var members: [(name: String, value: JSON)] = []
    var names: Set<ExactString> = []
    skipWhitespace()
    if take("}") { return members }
    while true {
      skipWhitespace()
      let start = place
      let name = try string()
      guard names.insert(ExactString(name)).inserted else {
        place = start
        throw wrong("each name once in an object", found: "\(quoted(name)) again")
      }
      skipWhitespace()
      guard take(":") else { throw wrong("':'") }
      members.append((name, try value()))
      skipWhitespace()
      if take("}") { return members }
      guard take(",") else { throw wrong("',' or '}'") }
    }
  }

  private mutating func digits() -> Int {
    let start = place
    while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
      place += 1
    }
    return place - start
  }

  private mutating func number() throws(TextError) -> JSON {
    let start = place
    _ = take("-")
    let leadsWithZero = place < bytes.count && bytes[place] == UInt8(ascii: "0")
    let count = digits()
    guard count == 1 || (count > 1 && !leadsWithZero) else { throw wrong("a number") }
    var isInteger = true
    if take(".") {
      isInteger = false
      guard digits() > 0 else { throw wrong("a digit") }
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("-") { _ = take("+") }
      guard digits() > 0 else { throw wrong("a digit") }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      place = start
      throw wrong("a number within the range of float64", found: text)
    }
    return .number(value)
  }

  private mutating func string() throws(TextError) -> String {
    guard take("\"") else { throw wrong("a string") }
    var text: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        place += 1
        return String(decoding: text, as: UTF8.self)
      }
      guard byte >= 0x20 else { throw wrong("no control character inside a string") }
      if byte == UInt8(ascii: "\\") {
        text += String(try escape()).utf8
      } else {
        text.append(byte)
        place += 1
      }
    }
    throw wrong("'\"'")
  }

  /// What stands for one scalar behind a backslash.
  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
  ]

  private mutating func escape() throws(TextError) -> Unicode.Scalar {
    place += 1
    guard place < bytes.count else { throw wrong("an escape") }
    let letter = Unicode.Scalar(bytes[place])
    if let scalar = JSONParser.escapes[letter] {
      place += 1
      return scalar
    }
    guard letter == "u" else { throw wrong("an escape of JSON") }
    let start = place - 1
    let high = try codeUnit()
    if let scalar = Unicode.Scalar(high) { return scalar }
    if high < 0xDC00, place < bytes.count, take("\\") {
      let low = try codeUnit()
      if (0xDC00..<0xE000).contains(low) {
        let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        if let scalar = Unicode.Scalar(value) { return scalar }
      }
    }
    place = start
    throw wrong("two surrogates that make a scalar", found: "one without the other")
  }

  /// The four hexadecimal digits after the `u` that stands here.
  private mutating func codeUnit() throws(TextError) -> UInt16 {
    guard take("u") else { throw wrong("'u'") }
    let digits = bytes[place..<min(place + 4, bytes.count)]
    let text = String(decoding: digits, as: UTF8.self)
    guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit), let value = UInt16(text, radix: 16)
    else { throw wrong("four hexadecimal digits") }
    place += 4
    return value
  }
}
