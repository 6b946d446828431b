import Foundation
import Interchange

extension RecipeFile {
  /// The recipe that a person names: a file, or one of those that the program carries.
  ///
  /// - Throws: `RecipeError` when there is neither.
  package static func named(_ name: String) throws(RecipeError) -> RecipeFile {
    if FileManager.default.fileExists(atPath: name) {
      return try RecipeFile(contentsOf: name)
    }
    if let text = Shipped.text(name) { return try RecipeFile(text: text, name: "\(name).yaml") }
    let nearest = Name.nearest(to: name, among: Shipped.names)
    throw RecipeError(
      file: name, Place(),
      "there is no such file, and no recipe of this name; "
        + (nearest.map { "nearest: \($0)" } ?? "known: " + Shipped.names.joined(separator: ", ")))
  }

  /// Puts another path in the place of the source's own.
  ///
  /// - Throws: `RecipeError` when the source has no path.
  package mutating func setDataPath(_ path: String) throws(RecipeError) {
    guard let source = root["data"]?["source"],
      let variant = Family.source.variants.first(where: { source[$0.name] != nil }),
      let key = variant.keys.first(where: { ["folder", "file"].contains($0.name) })
    else {
      throw RecipeError(
        file: name, Place(path: "data.source"), "has no path that another could stand for")
    }
    let isShort = if case .scalar? = source[variant.name]?.content { true } else { false }
    try set(
      "data.source.\(variant.name)" + (isShort ? "" : ".\(key.name)"), to: YAMLText.quoted(path))
  }
}

extension RecipeNode {
  /// The value of a key of a mapping.
  subscript(key: String) -> RecipeNode? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }
}
