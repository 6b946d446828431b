import Arrays

/// A value of a recipe that has been read by its description: of the right type, in range, with
/// what is absent filled in.
package struct Entry: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([Entry])
    case section([String: Entry])
    case variant(String, [String: Entry])
  }

  package let place: Place
  package let content: Content

  /// The value of a key; nil where it is absent and nothing stands for it.
  package subscript(key: String) -> Entry? {
    switch content {
    case .section(let members), .variant(_, let members): members[key]
    default: nil
    }
  }

  /// The members of a mapping, in the order of their names.
  package var members: [(name: String, value: Entry)] {
    guard case .section(let members) = content else { return [] }
    return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The name of a named thing, or a text or word.
  package var name: String {
    switch content {
    case .text(let text): text
    case .variant(let name, _): name
    default: mistaken("a name")
    }
  }

  package var integer: Int {
    guard case .integer(let number) = content else { return mistaken("an integer") }
    return number
  }

  package var number: Double {
    switch content {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: mistaken("a number")
    }
  }

  package var flag: Bool {
    guard case .flag(let flag) = content else { return mistaken("a flag") }
    return flag
  }

  package var list: [Entry] {
    guard case .list(let items) = content else { return mistaken("a list") }
    return items
  }

  /// One number or a list of them.
  package var lengths: [Int] {
    if case .integer(let number) = content { return [number] }
    return list.map(\.integer)
  }

  /// Asking for another type than the description has is a mistake of the program, not the recipe's.
  private func mistaken<Value>(_ expected: String) -> Value {
    stop("recipe: \(place.path) is asked for as \(expected), which its description does not say")
  }
}

extension Entry {
  /// A key that the description requires or has a value for.
  package func integer(_ key: String) -> Int { value(key).integer }
  package func number(_ key: String) -> Double { value(key).number }
  package func flag(_ key: String) -> Bool { value(key).flag }
  package func name(_ key: String) -> String { value(key).name }
  package func lengths(_ key: String) -> [Int] { value(key).lengths }
  package func list(_ key: String) -> [Entry] { self[key]?.list ?? [] }

  package func value(_ key: String) -> Entry {
    guard let entry = self[key] else {
      stop("recipe: \(place.path) has no \(key), which its description does not require")
    }
    return entry
  }
}

extension Entry {
  /// With a value for a key, where it has none.
  func adding(_ key: String, _ number: Int) -> Entry {
    guard case .variant(let name, var members) = content, members[key] == nil else { return self }
    members[key] = Entry(place: place, content: .integer(number))
    return Entry(place: place, content: .variant(name, members))
  }
}
