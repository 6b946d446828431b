import Datasets
import Yams

/// A recipe's text, and what stands in it.
///
/// The format is YAML 1.1 with limits: a file has at most 1 MiB, 32 levels, 50,000 values, and 16
/// aliases, so that no file can take more than a few megabytes of memory.
package struct RecipeFile: Sendable, Hashable {
  /// The path, or a name for a text that comes from elsewhere.
  package let name: String
  /// As it was read; with changes, as YAML without its comments.
  package private(set) var text: String
  package private(set) var root: RecipeNode

  static let largestByteCount = 1 << 20
  static let deepest = 32
  static let mostNodes = 50_000
  static let mostAliases = 16

  /// Reads a file.
  ///
  /// - Throws: `RecipeError` when it is missing, no text, or no YAML within the limits.
  package init(contentsOf path: String) throws(RecipeError) {
    let bytes: [UInt8]
    do throws(DatasetError) {
      bytes = try readFile(path, limit: RecipeFile.largestByteCount)
    } catch {
      throw RecipeError(
        file: path, Place(),
        "\(error.reason.rawValue): found \(error.found), expected \(error.expected)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RecipeError(file: path, Place(), "found bytes that are no UTF-8, expected a text")
    }
    try self.init(text: text, name: path)
  }

  /// Takes a text; `name` stands for the file in messages.
  ///
  /// - Throws: `RecipeError` when it is no YAML within the limits.
  package init(text: String, name: String) throws(RecipeError) {
    self.name = name
    self.text = text
    try RecipeFile.check(text, name)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw RecipeFile.error(error, name)
    }
    guard let node else { throw RecipeError(file: name, Place(), "found no recipe: it is empty") }
    var conversion = NodeConversion(file: name)
    root = try conversion.convert(node, depth: 0)
  }

  /// Puts `value`, in YAML, at the end of a path of keys: `training.epochs`, `model.layers.0.conv2d`.
  ///
  /// - Throws: `RecipeError` when the path leads nowhere, or the value is no YAML.
  package mutating func set(_ path: String, to value: String) throws(RecipeError) {
    let place = Place(path: path)
    let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !keys.contains("") else {
      throw RecipeError(file: name, place, "is no path of keys, as training.epochs is one")
    }
    let node: RecipeNode
    do throws(RecipeError) {
      node = try RecipeFile(text: value, name: name).root.withoutPlaces
    } catch {
      throw RecipeError(file: name, place, "cannot become '\(value)', which is no YAML")
    }
    guard let changed = root.replacing(keys[...], with: node) else {
      throw RecipeError(file: name, place, "leads to no place of the recipe")
    }
    root = changed
    text = String(root.yaml().drop { $0 == "\n" }) + "\n"
  }

  /// What can be said before the text is parsed: compared and hashed as keys, aliases of aliases
  /// would take forever.
  private static func check(_ text: String, _ name: String) throws(RecipeError) {
    guard text.utf8.count <= largestByteCount else {
      throw RecipeError(
        file: name, Place(),
        "found \(text.utf8.count) bytes, expected at most \(largestByteCount)")
    }
    var aliases = 0
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.drop(while: { $0 == " " }).first == "#" { continue }
      for (character, next) in zip(line, line.dropFirst()) where character == "*" {
        if next != " " && next != "*" { aliases += 1 }
      }
      guard aliases <= mostAliases else {
        throw RecipeError(
          file: name, Place(line: number + 1),
          "found more than \(mostAliases) aliases (*name); write the values out")
      }
    }
  }

  private static func error(_ error: any Error, _ name: String) -> RecipeError {
    func at(_ mark: Mark, _ message: String) -> RecipeError {
      RecipeError(file: name, Place(line: mark.line, column: mark.column), message)
    }
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      let hint =
        problem.contains("cannot start any token")
        ? "; a tab does not indent, and some characters need quotes" : ""
      return at(mark, "not YAML: \(problem)\(hint)")
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      return at(context.mark, "the key '\(keys.first ?? "")' stands twice in one mapping")
    case YamlError.reader(let problem, let offset, _, _):
      return RecipeError(
        file: name, Place(), "not YAML: \(problem)" + (offset.map { " at byte \($0)" } ?? ""))
    default: return RecipeError(file: name, Place(), "not YAML")
    }
  }
}

/// Makes the recipe's own nodes of the parser's, within limits.
private struct NodeConversion {
  let file: String
  var count = 0

  mutating func convert(_ node: Node, depth: Int) throws(RecipeError) -> RecipeNode {
    let (line, column) = (node.mark?.line, node.mark?.column)
    count += 1
    if depth > RecipeFile.deepest || count > RecipeFile.mostNodes {
      let message =
        depth > RecipeFile.deepest
        ? "is nested more than \(RecipeFile.deepest) levels deep"
        : "found more than \(RecipeFile.mostNodes) values"
      throw RecipeError(file: file, Place(line: line, column: column), message)
    }
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain && scalar.style != .any
      return RecipeNode(.scalar(scalar.string, isQuoted: isQuoted), line: line, column: column)
    case .sequence(let sequence):
      var items: [RecipeNode] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return RecipeNode(.list(items), line: line, column: column)
    case .mapping(let mapping):
      var members: [RecipeNode.Member] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw RecipeError(
            file: file, Place(line: key.mark?.line, column: key.mark?.column),
            "found a list or a mapping as a key, expected a word")
        }
        members.append(
          .init(
            key: name.string, line: key.mark?.line, column: key.mark?.column,
            value: try convert(value, depth: depth + 1)))
      }
      return RecipeNode(.mapping(members), line: line, column: column)
    case .alias:
      throw RecipeError(
        file: file, Place(line: line, column: column), "found an alias of nothing")
    }
  }
}

extension RecipeNode {
  /// As the command line gives it.
  var withoutPlaces: RecipeNode {
    switch content {
    case .scalar: RecipeNode(content)
    case .list(let items): RecipeNode(.list(items.map(\.withoutPlaces)))
    case .mapping(let members):
      RecipeNode(
        .mapping(
          members.map {
            Member(key: $0.key, line: nil, column: nil, value: $0.value.withoutPlaces)
          }))
    }
  }
}
