/// A JSON value (RFC 8259). The members of an object keep their order, and their names are told apart
/// byte for byte, which a Swift dictionary of strings would not do.
indirect enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(name: String, value: JSON)])

  /// The value as an error shows it.
  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): quoted(text)
    case .array(let elements): "a list of \(elements.count)"
    case .object(let members):
      switch members.first(where: { $0.name == "type" })?.value {
      case .string(let type): "an object of type \(quoted(type))"
      default: "an object of \(members.count) members"
      }
    }
  }
}

extension JSON {
  /// The text, indented by two spaces a level.
  func write(to text: inout String, indentation: Int = 0) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += String(value)
    case .string(let string): JSON.write(string, to: &text)
    case .array(let elements):
      JSON.write(elements, "[", "]", to: &text, indentation) { element, text in
        element.write(to: &text, indentation: indentation + 1)
      }
    case .object(let members):
      JSON.write(members, "{", "}", to: &text, indentation) { member, text in
        JSON.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text, indentation: indentation + 1)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String,
    _ indentation: Int, _ write: (Element, inout String) -> Void
  ) {
    text += open
    for (number, element) in elements.enumerated() {
      text += number == 0 ? "\n" : ",\n"
      text += String(repeating: "  ", count: indentation + 1)
      write(element, &text)
    }
    if !elements.isEmpty { text += "\n" + String(repeating: "  ", count: indentation) }
    text += close
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        text += "\\"
        text.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
