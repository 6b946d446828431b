/// A value as it stands in a recipe, before anybody knows what it means.
package struct RecipeNode: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// A word, number or text; quoted ones are always texts.
    case scalar(String, isQuoted: Bool)
    case list([RecipeNode])
    /// Keys in the order of the file, each once.
    case mapping([Member])
  }

  /// A key and its value.
  package struct Member: Sendable, Hashable {
    package let key: String
    package let line: Int?
    package let column: Int?
    package var value: RecipeNode
  }

  package var content: Content
  /// From 1; nil for what the command line says.
  package let line: Int?
  package let column: Int?

  package init(_ content: Content, line: Int? = nil, column: Int? = nil) {
    self.content = content
    self.line = line
    self.column = column
  }

  /// Whether nothing stands here, as after `relu:`.
  var isNothing: Bool {
    guard case .scalar(let text, isQuoted: false) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// In words, for messages.
  var described: String {
    switch content {
    case .scalar where isNothing: "nothing"
    case .scalar(let text, let isQuoted):
      isQuoted ? "the text \"\(clipped(text))\"" : clipped(text)
    case .list(let items): "a list of \(items.count)"
    case .mapping(let members):
      members.isEmpty ? "an empty mapping" : "a mapping with the key \(clipped(members[0].key))"
    }
  }

  private func clipped(_ text: String) -> String {
    text.count > 60 ? text.prefix(60) + "…" : text
  }
}

extension RecipeNode {
  /// The value with another at the end of `keys`, where mappings are made as they are needed and
  /// numbers count the items of lists; nil where the way leads through something else.
  func replacing(_ keys: ArraySlice<String>, with value: RecipeNode) -> RecipeNode? {
    guard let key = keys.first else { return value }
    var copy = self
    switch content {
    case .mapping(var members):
      let place = members.firstIndex { $0.key == key }
      let old = place.map { members[$0].value } ?? RecipeNode(.mapping([]))
      guard let new = old.replacing(keys.dropFirst(), with: value) else { return nil }
      if let place {
        members[place].value = new
      } else {
        members.append(Member(key: key, line: nil, column: nil, value: new))
      }
      copy.content = .mapping(members)
    case .list(var items):
      guard let index = Int(key), items.indices.contains(index),
        let new = items[index].replacing(keys.dropFirst(), with: value)
      else { return nil }
      items[index] = new
      copy.content = .list(items)
    case .scalar(let text, isQuoted: _):
      // A bare name, as `optimizer: adam`, becomes the mapping in which its options have room.
      var members: [Member] = []
      if !isNothing && text == key {
        members = [Member(key: text, line: line, column: column, value: RecipeNode(.mapping([])))]
      } else if !isNothing {
        return nil
      }
      return RecipeNode(.mapping(members), line: line, column: column)
        .replacing(keys, with: value)
    }
    return copy
  }

  /// The value in YAML, each line `indent` columns in.
  package func yaml(indent: Int = 0) -> String {
    let space = String(repeating: " ", count: indent)
    switch content {
    case .scalar(let text, let isQuoted):
      return isQuoted ? YAMLText.quoted(text) : YAMLText.plain(text)
    case .list(let items):
      if items.allSatisfy(\.isScalar) {
        return "[" + items.map { $0.isNothing ? "~" : $0.yaml() }.joined(separator: ", ") + "]"
      }
      return items.map { "\n\(space)- " + $0.yaml(indent: indent + 2).trimmedStart }.joined()
    case .mapping(let members):
      if members.isEmpty { return "{}" }
      return members.map { member in
        let value = member.value.yaml(indent: indent + 2)
        let isBlock = value.hasPrefix("\n")
        return "\n\(space)\(YAMLText.key(member.key)):"
          + (value.isEmpty ? "" : isBlock ? value : " \(value)")
      }.joined()
    }
  }

  private var isScalar: Bool { if case .scalar = content { true } else { false } }
}

extension String {
  /// Without the white space at the start.
  fileprivate var trimmedStart: String { String(drop { $0 == " " || $0 == "\n" }) }
}
