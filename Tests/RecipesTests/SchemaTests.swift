import Foundation
import Recipes
import Testing

/// The JSON Schema says the same of recipes as their reader.
@Suite struct SchemaTests {
  /// What stands in a recipe, as JSON has it.
  static func json(_ node: RecipeNode) -> Any {
    switch node.content {
    case .scalar(let text, let isQuoted):
      if isQuoted { return text }
      if ["", "~", "null"].contains(text) { return NSNull() }
      if let number = Int(text) { return number }
      if let number = Double(text) { return number }
      if text == "true" { return true }
      if text == "false" { return false }
      return text
    case .list(let items): return items.map { json($0) }
    case .mapping(let members):
      return Dictionary(uniqueKeysWithValues: members.map { ($0.key, json($0.value)) })
    }
  }

  /// A validator of the few words of JSON Schema that `Form.schema` uses.
  struct Validator {
    let root: [String: Any]

    func accepts(_ value: Any, _ schema: Any) -> Bool {
      guard let schema = schema as? [String: Any] else { return true }
      if let reference = schema["$ref"] as? String,
        let definitions = root["$defs"] as? [String: Any],
        let name = reference.split(separator: "/").last,
        let target = definitions[String(name)], !accepts(value, target)
      {
        return false
      }
      if let choices = schema["anyOf"] as? [Any], !choices.contains(where: { accepts(value, $0) }) {
        return false
      }
      if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
        return false
      }
      return hasType(value, schema["type"]) && isInRange(value, schema) && fitsParts(value, schema)
    }

    private func hasType(_ value: Any, _ type: Any?) -> Bool {
      guard let type else { return true }
      let names = type as? [String] ?? [type as? String ?? ""]
      return names.contains { name in
        switch name {
        case "null": value is NSNull
        case "boolean": value is Bool
        case "integer": value is Int && !(value is Bool)
        case "number": value is Int || value is Double
        case "string": value is String
        case "array": value is [Any]
        case "object": value is [String: Any]
        default: false
        }
      }
    }

    private func isInRange(_ value: Any, _ schema: [String: Any]) -> Bool {
      guard let number = (value as? Double) ?? (value as? Int).map(Double.init) else { return true }
      func bound(_ key: String) -> Double? { (schema[key] as? NSNumber)?.doubleValue }
      return number >= bound("minimum") ?? -.infinity && number <= bound("maximum") ?? .infinity
        && number > bound("exclusiveMinimum") ?? -.infinity
        && number < bound("exclusiveMaximum") ?? .infinity
    }

    private func fitsParts(_ value: Any, _ schema: [String: Any]) -> Bool {
      if let items = value as? [Any] {
        if items.count < schema["minItems"] as? Int ?? 0 { return false }
        if items.count > schema["maxItems"] as? Int ?? .max { return false }
        return items.allSatisfy { item in schema["items"].map { accepts(item, $0) } ?? true }
      }
      guard let members = value as? [String: Any] else { return true }
      if let required = schema["required"] as? [String],
        required.contains(where: { members[$0] == nil })
      {
        return false
      }
      let properties = schema["properties"] as? [String: Any] ?? [:]
      return members.allSatisfy { key, member in
        if let property = properties[key] { return accepts(member, property) }
        if let others = schema["additionalProperties"] as? Bool { return others }
        return schema["additionalProperties"].map { accepts(member, $0) } ?? true
      }
    }
  }

  static func validator() throws -> Validator {
    let bytes = Data(Form.schema.rendered().utf8)
    let object = try JSONSerialization.jsonObject(with: bytes)
    return Validator(root: try #require(object as? [String: Any]))
  }

  @Test("shipped recipes fit the schema", arguments: Shipped.names)
  func acceptsShipped(name: String) throws {
    let validator = try Self.validator()
    let node = try RecipeFile.named(name).root
    #expect(validator.accepts(Self.json(node), validator.root))
  }

  @Test("examples of all named things fit the schema, and are read", arguments: Family.allCases)
  func acceptsExamples(family: Family) throws {
    let validator = try Self.validator()
    for variant in family.variants {
      let node = try RecipeFile(text: variant.example, name: variant.name).root
      let reference = ["$ref": "#/$defs/\(family.rawValue)"]
      #expect(validator.accepts(Self.json(node), reference), "\(variant.example)")
      #expect(Self.problems(node, family).isEmpty, "\(variant.example)")
    }
  }

  @Test(
    "what the reader refuses does not fit the schema",
    arguments: [
      (Family.layer, "linear: 0"), (.layer, "conv2d: {channels: 3}"), (.layer, "relu: {x: 1}"),
      (.layer, "nothing"), (.layer, "linear: {outputs: 3, bais: true}"), (.optimizer, "sgd"),
      (.optimizer, "adam: {beta1: 1}"), (.optimizer, "{adam: {}, sgd: {}}"),
      (.schedule, "steps: []"), (.loss, "huber: {delta: 0}"), (.source, "idx"),
      (.transform, "resize: [1, 2, 3]"), (.model, "mlp: {hidden: 3}"),
    ])
  func refuses(family: Family, text: String) throws {
    let validator = try Self.validator()
    let node = try RecipeFile(text: text, name: "r").root
    #expect(!validator.accepts(Self.json(node), ["$ref": "#/$defs/\(family.rawValue)"]))
    #expect(!Self.problems(node, family).isEmpty)
  }

  /// What the reader finds wrong.
  static func problems(_ node: RecipeNode, _ family: Family) -> [RecipeError.Problem] {
    Form.variant(family).problems(of: node)
  }

  @Test("the reference in the documentation is that of the description")
  func documents() throws {
    let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = try String(contentsOfFile: "/\(path)/Documentation/Recipes.md", encoding: .utf8)
    let start = try #require(text.range(of: "<!-- reference -->\n"))
    let end = try #require(text.range(of: "<!-- end -->"))
    #expect(text[start.upperBound..<end.lowerBound] == "\n\(Form.reference)\n")
  }
}
