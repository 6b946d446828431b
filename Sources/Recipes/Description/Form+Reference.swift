extension Form {
  /// All keys of a recipe, in Markdown: what Documentation/Recipes.md shows.
  package static var reference: String {
    guard case .section(let keys) = recipe else { return "" }
    var text = "### A recipe\n\n" + rows(keys)
    for key in keys {
      if case .section(let inner) = key.form {
        text += "\n### `\(key.name)`\n\n" + table(inner)
      }
    }
    for family in Family.allCases {
      text += "\n### \(family == .optimizer ? "An" : "A") \(family.rawValue)\n\n" + family.reference
    }
    return text
  }

  fileprivate static func table(_ keys: [Key]) -> String { rows(keys) + nested(keys) }

  /// The keys, without those inside of them.
  private static func rows(_ keys: [Key]) -> String {
    "| key | value | unless given | what it says |\n|---|---|---|---|\n"
      + keys.map { key in
        let standard = key.isRequired ? "required" : key.standard.map { "`\($0)`" } ?? "–"
        return "| `\(key.name)` | \(key.form.words) | \(standard) | \(key.summary) |\n"
      }.joined()
  }

  /// The keys of sections within.
  private static func nested(_ keys: [Key]) -> String {
    keys.compactMap { key in
      key.form.innerKeys.map { "\nKeys of `\(key.name)`:\n\n" + table($0) }
    }.joined()
  }

  private var innerKeys: [Key]? {
    switch self {
    case .section(let keys): keys
    case .either(let forms): forms.compactMap(\.innerKeys).first
    default: nil
    }
  }
}

extension Family {
  fileprivate var reference: String {
    variants.map { variant in
      let keys = variant.keys
      var line = "- **`\(variant.name)`**: \(variant.summary)"
      if variant.example != variant.name { line += " `\(variant.example)`" }
      let options = keys.map { key in
        let standard = key.isRequired ? "" : key.standard.map { ", else `\($0)`" } ?? ", optional"
        return "  - `\(key.name)`: \(key.form.words)\(standard). \(key.summary)"
      }
      return ([line] + options).joined(separator: "\n") + "\n"
    }.joined()
  }
}
