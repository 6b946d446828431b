import Interchange

/// Reads values by their description and gathers all that is wrong with them.
struct FormReader {
  private(set) var problems: [RecipeError.Problem] = []

  /// The value of a node; nil where there was a problem.
  mutating func read(_ node: RecipeNode, as form: Form, at path: String) -> Entry? {
    let place = Place(line: node.line, column: node.column, path: path)
    func entry(_ content: Entry.Content) -> Entry { Entry(place: place, content: content) }
    switch form {
    case .flag, .integer, .number, .text, .choice:
      if let content = FormReader.scalar(node, form) { return entry(content) }
      report(place, FormReader.mismatch(node, form))
      return nil
    case .list(let item, let count):
      guard case .list(let nodes) = node.content else {
        report(place, FormReader.mismatch(node, form))
        return nil
      }
      guard count.contains(nodes.count) else {
        report(place, "found \(nodes.count) items, expected \(form.words)")
        return nil
      }
      let items = nodes.enumerated().map { read($1, as: item, at: "\(path)[\($0)]") }
      return items.contains { $0 == nil } ? nil : entry(.list(items.compactMap { $0 }))
    case .map(let value):
      guard case .mapping(let members) = node.content else {
        report(place, FormReader.mismatch(node, form))
        return nil
      }
      var read: [String: Entry] = [:]
      for member in members {
        read[member.key] = self.read(member.value, as: value, at: place.path(to: member.key))
      }
      return read.count == members.count ? entry(.section(read)) : nil
    case .section(let keys):
      guard case .mapping(let members) = node.isNothing ? .mapping([]) : node.content else {
        report(place, FormReader.mismatch(node, form))
        return nil
      }
      return self.members(members, keys, place).map { entry(.section($0)) }
    case .variant(let family): return variant(node, family, place)
    case .either(let forms): return either(node, forms, place)
    }
  }

  private mutating func report(_ place: Place, _ message: String) {
    problems.append(.init(place, message))
  }

  private static func mismatch(_ node: RecipeNode, _ form: Form) -> String {
    if case .choice(let words) = form, case .scalar(let text, _) = node.content,
      let nearest = Name.nearest(to: text, among: words)
    {
      return "found \(node.described), expected \(form.words); nearest: \(nearest)"
    }
    return "found \(node.described), expected \(form.words)"
  }

  private static func scalar(_ node: RecipeNode, _ form: Form) -> Entry.Content? {
    guard case .scalar(let text, let isQuoted) = node.content else { return nil }
    switch form {
    case .text: return node.isNothing ? nil : .text(text)
    case .choice(let words): return words.contains(text) ? .text(text) : nil
    case _ where isQuoted: return nil
    case .flag: return text == "true" ? .flag(true) : text == "false" ? .flag(false) : nil
    case .integer(let range):
      let digits = text.filter { $0 != "_" }
      return Int(digits).flatMap { range.contains($0) ? .integer($0) : nil }
    case .number(let range):
      guard let number = Double(text), number.isFinite, range.contains(number) else { return nil }
      return .number(number)
    default: return nil
    }
  }

  /// The members of a mapping with known keys, those included for which the description has a value.
  private mutating func members(
    _ members: [RecipeNode.Member], _ keys: [Key], _ place: Place
  ) -> [String: Entry]? {
    let before = problems.count
    var read: [String: Entry] = [:]
    for member in members {
      guard let key = keys.first(where: { $0.name == member.key }) else {
        report(
          Place(line: member.line, column: member.column, path: place.path(to: member.key)),
          FormReader.unknown("key", member.key, keys.map(\.name)))
        continue
      }
      // `key:` with nothing behind it is as good as no key, where it may be absent.
      if member.value.isNothing && !key.isRequired { continue }
      read[key.name] = self.read(member.value, as: key.form, at: place.path(to: key.name))
    }
    for key in keys where read[key.name] == nil {
      if key.isRequired {
        if !members.contains(where: { $0.key == key.name }) {
          report(place, "lacks the key \(key.name): \(key.form.words)")
        }
      } else if let standard = key.standard {
        read[key.name] = self.standard(standard, of: key, place)
      }
    }
    return problems.count == before ? read : nil
  }

  /// The value that the description has for an absent key.
  private mutating func standard(_ text: String, of key: Key, _ place: Place) -> Entry? {
    guard let root = try? RecipeFile(text: text, name: key.name).root.withoutPlaces else {
      return nil
    }
    return read(root, as: key.form, at: place.path(to: key.name))
  }

  private static func unknown(_ what: String, _ name: String, _ known: [String]) -> String {
    if let nearest = Name.nearest(to: name, among: known) {
      return "unknown \(what) '\(Name.shown(name))'; nearest: \(nearest)"
    }
    return "unknown \(what) '\(Name.shown(name))'; known: \(known.joined(separator: ", "))"
  }

  private mutating func variant(_ node: RecipeNode, _ family: Family, _ place: Place) -> Entry? {
    let name: RecipeNode.Member
    switch node.content {
    case .scalar(let text, _) where !node.isNothing:
      name = .init(
        key: text, line: node.line, column: node.column, value: RecipeNode(.mapping([])))
    case .mapping(let members) where members.count == 1: name = members[0]
    case .mapping(let members) where members.count > 1:
      report(
        place,
        "found \(members.count) keys (\(members.map(\.key).joined(separator: ", "))), expected one: "
          + "the \(family.rawValue)'s name, with its options below it")
      return nil
    default:
      report(
        place,
        "found \(node.described), expected the name of a \(family.rawValue), alone or with options "
          + "below it")
      return nil
    }
    guard let variant = family.variants.first(where: { $0.name == name.key }) else {
      report(
        Place(line: name.line, column: name.column, path: place.path),
        FormReader.unknown(family.rawValue, name.key, family.variants.map(\.name)))
      return nil
    }
    let inner = Place(
      line: name.value.line ?? name.line, column: name.value.column ?? name.column,
      path: place.path(to: variant.name))
    return options(name.value, of: variant, inner)
      .map { Entry(place: place, content: .variant(variant.name, $0)) }
  }

  private mutating func options(
    _ node: RecipeNode, of variant: Variant, _ place: Place
  ) -> [String: Entry]? {
    if node.isNothing { return members([], variant.keys, place) }
    if case .mapping(let members) = node.content,
      !variant.hasShorthand || variant.keys[0].form.takesKeys == false
        || members.isEmpty
        || members.contains(where: { m in variant.keys.contains { $0.name == m.key } })
    {
      return self.members(members, variant.keys, place)
    }
    guard variant.hasShorthand, let key = variant.keys.first else {
      report(
        place,
        variant.keys.isEmpty
          ? "found \(node.described), but \(variant.name) has no options"
          : "found \(node.described), expected options: "
            + variant.keys.map(\.name).joined(separator: ", "))
      return nil
    }
    let before = problems.count
    let value = read(node, as: key.form, at: place.path)
    var others = members(
      [], variant.keys.dropFirst().map { $0 }, place)
    guard let value, problems.count == before else { return nil }
    others?[key.name] = value
    return others
  }

  private mutating func either(_ node: RecipeNode, _ forms: [Form], _ place: Place) -> Entry? {
    for form in forms where form.couldBe(node) {
      var attempt = FormReader()
      if let entry = attempt.read(node, as: form, at: place.path) { return entry }
      // Of the forms of the node's kind the first says best what is wrong.
      if case .scalar = node.content { continue }
      problems += attempt.problems
      return nil
    }
    report(place, "found \(node.described), expected \(Form.either(forms).words)")
    return nil
  }
}

extension Form {
  /// Whether a node is of this form's kind: a scalar, a list, a mapping.
  fileprivate func couldBe(_ node: RecipeNode) -> Bool {
    switch (self, node.content) {
    case (.flag, .scalar), (.integer, .scalar), (.number, .scalar), (.text, .scalar): true
    case (.choice, .scalar), (.variant, .scalar), (.variant, .mapping): true
    case (.list, .list), (.map, .mapping), (.section, .mapping): true
    case (.either(let forms), _): forms.contains { $0.couldBe(node) }
    default: false
    }
  }

  /// Whether a mapping could be a value of this form.
  fileprivate var takesKeys: Bool {
    switch self {
    case .map, .section, .variant: true
    case .either(let forms): forms.contains(where: \.takesKeys)
    default: false
    }
  }
}
