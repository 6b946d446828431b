import Arrays

/// The form of file names: literal text and parts in braces, as `{label}_{speaker}_{index}.wav`.
struct NamePattern: CustomStringConvertible {
  private enum Piece: Equatable {
    case literal(String)
    case part(String)
  }

  let description: String
  private let pieces: [Piece]

  /// Stops when the braces do not match, the part `required` is missing, a part occurs twice, or two
  /// parts touch each other: which characters belong to which could not be said.
  init(_ pattern: String, required: String) {
    description = pattern
    var pieces: [Piece] = []
    var rest = pattern[...]
    while !rest.isEmpty {
      let literal = rest.prefix { $0 != "{" }
      if !literal.isEmpty { pieces.append(.literal(String(literal))) }
      rest = rest[literal.endIndex...].dropFirst()
      if literal.endIndex == pattern.endIndex { break }
      guard let close = rest.firstIndex(of: "}") else {
        stop("pattern \(pattern): a brace is not closed")
      }
      let part = Piece.part(String(rest[..<close]))
      if pieces.contains(part) { stop("pattern \(pattern): a part occurs twice") }
      if case .part = pieces.last { stop("pattern \(pattern): two parts touch each other") }
      pieces.append(part)
      rest = rest[close...].dropFirst()
    }
    guard pieces.contains(.part(required)) else {
      stop("pattern \(pattern): there is no part {\(required)}")
    }
    self.pieces = pieces
  }

  /// The literal text that a name must end in; empty where a part stands last.
  var ending: String {
    if case .literal(let text) = pieces.last { text } else { "" }
  }

  /// What the parts are in a name; nil where it does not fit. A part is not empty and ends where the
  /// next literal text first occurs; the last ends with the name or in front of its ending.
  func fields(of name: String) -> [String: String]? {
    var fields: [String: String] = [:]
    var rest = name[...]
    for (number, piece) in pieces.enumerated() {
      switch piece {
      case .literal(let text):
        guard rest.hasPrefix(text) else { return nil }
        rest = rest.dropFirst(text.count)
      case .part(let part):
        guard let value = NamePattern.value(rest, before: pieces[(number + 1)...]) else {
          return nil
        }
        fields[part] = String(value)
        rest = rest[value.endIndex...]
      }
    }
    return rest.isEmpty ? fields : nil
  }

  private static func value(_ rest: Substring, before next: ArraySlice<Piece>) -> Substring? {
    guard case .literal(let text) = next.first else { return rest.isEmpty ? nil : rest }
    if next.count == 1 {
      return rest.hasSuffix(text) && rest.count > text.count ? rest.dropLast(text.count) : nil
    }
    guard let range = rest.dropFirst().firstRange(of: text) else { return nil }
    return rest[..<range.lowerBound]
  }
}
