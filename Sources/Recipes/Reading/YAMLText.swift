/// Words and texts as YAML has them in every place: in blocks, in lists on one line, as keys.
enum YAMLText {
  /// As it is where that means the same everywhere, else in quotes. What is no text, as numbers and
  /// `true`, never needs quotes, so that quoting makes no text of it.
  static func plain(_ text: String) -> String {
    text.isEmpty || isPlain(text) ? text : quoted(text)
  }

  /// As a key, which is always a text.
  static func key(_ text: String) -> String {
    let isNothing = RecipeNode(.scalar(text, isQuoted: false)).isNothing
    return isPlain(text) && !isNothing ? text : quoted(text)
  }

  /// In single quotes; where it has lines or characters that are not printed, in double ones.
  static func quoted(_ text: String) -> String {
    if text.unicodeScalars.contains(where: needsEscape) {
      return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  private static let special = Set(",[]{}:#&*!|>'\"%@`?\\".unicodeScalars)

  private static func isPlain(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, first != " ", scalars.last != " " else { return false }
    // A dash begins an item of a list, three of them a document, as three points end one.
    if first == "-" && (scalars.count == 1 || scalars.dropFirst().first == " ") { return false }
    if text.hasPrefix("---") || text.hasPrefix("...") { return false }
    return !scalars.contains { special.contains($0) || needsEscape($0) }
  }

  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse,
      .surrogate:
      true
    default: false
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case _ where needsEscape(scalar):
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    default: return String(scalar)
    }
  }
}
