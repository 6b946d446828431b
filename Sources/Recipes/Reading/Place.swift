/// Where something stands in a recipe, for messages.
package struct Place: Sendable, Hashable, Comparable {
  /// From 1; nil for what the command line says.
  package var line: Int?
  /// From 1, in Unicode scalars.
  package var column: Int?
  /// The keys that lead there: `model.layers[2].conv2d.kernel`.
  package var path: String

  package init(line: Int? = nil, column: Int? = nil, path: String = "") {
    self.line = line
    self.column = column
    self.path = path
  }

  package static func < (a: Place, b: Place) -> Bool {
    (a.line ?? 0, a.column ?? 0, a.path) < (b.line ?? 0, b.column ?? 0, b.path)
  }

  /// The path of a key below this place.
  func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
